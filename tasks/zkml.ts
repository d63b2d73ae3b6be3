import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";

const JSON_FLAG = { name: "json", description: "Print the result as JSON" } as const;
const UNSAID = { type: ArgumentType.STRING_WITHOUT_DEFAULT, defaultValue: undefined } as const;
const MODEL = {
  name: "model",
  description: "An ONNX file, or trees as JSON (XGBoost, LightGBM, scikit-learn)",
} as const;
const FOLDER = { name: "folder", description: "The folder that zkml build has made" } as const;
const RESULT = { name: "result", description: "Which of the file's outputs; by default the first", ...UNSAID } as const;
const NAME = { name: "name", description: "The model's name; by default from the file's name", ...UNSAID } as const;
const RECORDS = {
  name: "records",
  description: "The folder of the deployment records",
  defaultValue: "deployments",
} as const;

const CALIBRATION = {
  name: "calibration",
  description: "A CSV file with typical inputs, one row each: scales and accuracy",
  ...UNSAID,
} as const;
const ARGMAX = { name: "argmax", description: "Answer with the index of the greatest output" } as const;
const INPUT_BITS = { name: "inputBits", description: "Bits of an input (8)", ...UNSAID } as const;
const INPUT_DECIMALS = {
  name: "inputDecimals",
  description: "Decimals of an input; by default as many as the data need",
  ...UNSAID,
} as const;
const INPUT_OFFSET = {
  name: "inputOffset",
  description: "What is added to an input's integer; by default half the range for signed data",
  ...UNSAID,
} as const;
const OUTPUT_DECIMALS = { name: "outputDecimals", description: "Decimals of an output (3)", ...UNSAID } as const;
const WEIGHT_BITS = { name: "weightBits", description: "Bits of a weight (8)", ...UNSAID } as const;
const ACTIVATION_BITS = {
  name: "activationBits",
  description: "Bits of a value between layers (12)",
  ...UNSAID,
} as const;

const PROOF_SYSTEM = {
  name: "proofSystem",
  description: "groth16: fast and cheap to batch; fflonk: no ceremony for the circuit, dearer proofs",
  defaultValue: "groth16",
} as const;

/** `npx hardhat zkml …`: from an ONNX file to proofs that the chain accepts. */
export const zkmlTasks = [
  emptyTask("zkml", "Compile models to circuits, prove runs of them, verify the proofs").build(),
  task(["zkml", "import"], "Say what an ONNX file is, and whether it can be compiled")
    .addPositionalArgument(MODEL)
    .addOption(RESULT)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/zkml-import.ts"))
    .build(),
  task(["zkml", "quantise"], "Turn an ONNX file into an integer network and say what it costs")
    .addPositionalArgument(MODEL)
    .addOption({ name: "output", description: "The new file of the integer network (JSON)", ...UNSAID })
    .addOption(CALIBRATION)
    .addOption(NAME)
    .addOption(RESULT)
    .addFlag(ARGMAX)
    .addOption(INPUT_BITS)
    .addOption(INPUT_DECIMALS)
    .addOption(INPUT_OFFSET)
    .addOption(OUTPUT_DECIMALS)
    .addOption(WEIGHT_BITS)
    .addOption(ACTIVATION_BITS)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/zkml-quantise.ts"))
    .build(),
  task(["zkml", "build"], "Turn an ONNX file into a circuit with development keys")
    .addPositionalArgument(MODEL)
    .addOption({ name: "output", description: "The new folder; by default build/models/<name>", ...UNSAID })
    .addOption(CALIBRATION)
    .addOption(NAME)
    .addOption(RESULT)
    .addFlag(ARGMAX)
    .addOption(INPUT_BITS)
    .addOption(INPUT_DECIMALS)
    .addOption(INPUT_OFFSET)
    .addOption(OUTPUT_DECIMALS)
    .addOption(WEIGHT_BITS)
    .addOption(ACTIVATION_BITS)
    .addOption(PROOF_SYSTEM)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/zkml-build.ts"))
    .build(),
  task(["zkml", "inspect"], "Say what a compiled model is and costs")
    .addPositionalArgument({ name: "path", description: "The folder of zkml build or the file of zkml quantise" })
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/zkml-inspect.ts"))
    .build(),
  task(["zkml", "prove"], "Run a compiled model on one input and prove the answer")
    .addPositionalArgument(FOLDER)
    .addPositionalArgument({ name: "inputs", description: "A CSV file with inputs, one row each" })
    .addOption({ name: "row", description: "Which row, from 1", type: ArgumentType.INT, defaultValue: 1 })
    .addOption({ name: "binding", description: "The call that the proof answers: a field element", defaultValue: "0" })
    .addOption({ name: "salt", description: "Hides committed inputs; by default random", ...UNSAID })
    .addOption({ name: "output", description: "The new file of the proof", defaultValue: "proof.json" })
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/zkml-prove.ts"))
    .build(),
  task(["zkml", "verify"], "Check a proof, here or by the chain's verifier")
    .addPositionalArgument(FOLDER)
    .addPositionalArgument({ name: "proof", description: "The file of zkml prove" })
    .addFlag({ name: "onChain", description: "Ask the registry of the network" })
    .addOption(RECORDS)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/zkml-verify.ts"))
    .build(),
  task(["zkml", "register"], "Register a compiled model's key, or the model for the executor inside the EVM")
    .addPositionalArgument(FOLDER)
    .addFlag({ name: "executor", description: "Store the model for the executor instead of the key" })
    .addOption({
      name: "account",
      description: "Which of the network's accounts acts, from 0",
      type: ArgumentType.INT,
      defaultValue: 0,
    })
    .addOption(RECORDS)
    .addFlag({ name: "yes", description: "Send without asking" })
    .addFlag({ name: "dryRun", description: "Explain and simulate, send nothing" })
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/zkml-register.ts"))
    .build(),
];
