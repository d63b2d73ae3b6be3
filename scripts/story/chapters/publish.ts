import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { bytesToHex, encodeFunctionData, keccak256, parseEther, toBytes, zeroHash, type Hex } from "viem";
import { hostingBondsAbi } from "../../../sdk/src/abi/HostingBonds.ts";
import { modelExecutorAbi } from "../../../sdk/src/abi/ModelExecutor.ts";
import { modelHubAbi } from "../../../sdk/src/abi/ModelHub.ts";
import { opgAbi } from "../../../sdk/src/abi/OPG.ts";
import { verifierRegistryAbi } from "../../../sdk/src/abi/VerifierRegistry.ts";
import { encodeFiles } from "../../../sdk/src/model-files.ts";
import { hashModelSchema, SCHEMA_PATH } from "../../../sdk/src/model-schema.ts";
import { InferenceMode } from "../../../sdk/src/tensors.ts";
import { buildCircuit, type BuiltCircuit } from "../../../zkml/circuit/build.ts";
import { executorModelId } from "../../../zkml/evm/executor-blob.ts";
import { evaluateModel, modelBlob } from "../../../zkml/model/circuit-model.ts";
import { loadFloatModel } from "../../../zkml/onnx/run-onnx.ts";
import { repositoryPath } from "../../../zkml/paths.ts";
import { readFeeArtefacts } from "../../../zkml/train/train-fee.ts";
import type { Addresses } from "../../deploy/contracts.ts";
import { opg } from "../../gov/words.ts";
import { storyHours } from "../hours.ts";
import { addressOf, type Stage } from "../people.ts";
import type { Narrator } from "../telling.ts";

/** The repository of the fee model. */
export const REPOSITORY = "lab/amm-fee";

/** How a dapp names the model: the newest stable release. */
export const MODEL_ID = REPOSITORY;

/** Prices per call, in OPG base units. */
export const PRICES = { tee: parseEther("2"), zk: parseEther("5"), onchain: parseEther("0.5") };

/** The model on chain. */
export interface PublishedModel {
  readonly releaseId: Hex;
  readonly circuit: BuiltCircuit;
}

/** Runs the real model, registers its verifying key, and publishes it with prices. */
export async function publish(
  stage: Stage,
  addresses: Addresses,
  onProgress: (message: string) => void,
  narrator: Narrator,
): Promise<PublishedModel> {
  const circuit = await buildCircuit("fee", { onProgress });
  await compareWithFloat(circuit, narrator);
  narrator.fact("circuit", `${circuit.constraints} constraints, Groth16, development key`);

  const { publisher } = stage.people;
  await narrator.send(publisher, "register the verifying key", {
    to: addresses.VerifierRegistry,
    data: encodeFunctionData({
      abi: verifierRegistryAbi,
      functionName: "registerKey",
      args: [circuit.verifyingKey, true],
    }),
  });
  await narrator.send(publisher, "store the model for the EVM", {
    to: addresses.ModelExecutor,
    data: encodeFunctionData({
      abi: modelExecutorAbi,
      functionName: "registerModel",
      args: [bytesToHex(modelBlob(circuit.model))],
    }),
  });
  await createRepository(stage, addresses, narrator);
  const hub = { address: addresses.ModelHub, abi: modelHubAbi } as const;
  const files = modelFiles();
  await publishRelease(stage, addresses, circuit, "publish release 1.00", narrator);
  const resolve = (name: string) => stage.reader.readContract({ ...hub, functionName: "resolve", args: [name] });
  const releaseId = await resolve(MODEL_ID);
  narrator.fact("model", `${REPOSITORY}@1.00, also as ${files[0]?.contentId ?? ""}`);
  narrator.check(
    "exact name, short name and content id name the same release",
    [await resolve(`${REPOSITORY}@1.00`), await resolve(files[0]?.contentId ?? "")].every((id) => id === releaseId),
  );
  return { releaseId, circuit };
}

/** Creates the repository and leaves its bond. */
async function createRepository(stage: Stage, addresses: Addresses, narrator: Narrator): Promise<void> {
  const { deployer, publisher } = stage.people;
  const account = addressOf(stage, "publisher");
  const bonds = { address: addresses.HostingBonds, abi: hostingBondsAbi } as const;
  const bond = await stage.reader.readContract({ ...bonds, functionName: "bond" });
  await narrator.send(deployer, "publisher receives OPG for the bond", {
    to: addresses.OPG,
    data: encodeFunctionData({ abi: opgAbi, functionName: "transfer", args: [account, bond] }),
  });
  await narrator.send(publisher, "allow the bond", {
    to: addresses.OPG,
    data: encodeFunctionData({ abi: opgAbi, functionName: "approve", args: [addresses.HostingBonds, bond] }),
  });
  const info = {
    description: "Range of the next hour of a market, for fees that follow risk",
    task: "tabular-regression",
    licence: "MIT",
    tags: ["amm", "volatility", "zk"],
    unlisted: false,
    metadataHash: zeroHash,
  };
  await narrator.send(publisher, "create the repository", {
    to: addresses.ModelHub,
    data: encodeFunctionData({
      abi: modelHubAbi,
      functionName: "createRepository",
      args: [REPOSITORY, info, [{ account, shareBps: 10_000 }]],
    }),
  });
  const held = await stage.reader.readContract({ ...bonds, functionName: "totalBonds" });
  narrator.fact("bond", `${opg(held)}, until the repository is retired`);
  narrator.check("the bond is held where the model hub has no hand in it", held === bond);
}

/** Publishes the next release of the model, stable and with its circuit. */
export async function publishRelease(
  stage: Stage,
  addresses: Addresses,
  circuit: BuiltCircuit,
  label: string,
  narrator: Narrator,
): Promise<void> {
  await narrator.send(stage.people.publisher, label, {
    to: addresses.ModelHub,
    data: encodeFunctionData({
      abi: modelHubAbi,
      functionName: "publishRelease",
      args: [
        keccak256(toBytes(REPOSITORY)),
        false,
        true,
        { files: encodeFiles(modelFiles()), schemaHash: hashModelSchema(readSchema()), notesHash: zeroHash },
        {
          executorModelId: executorModelId(modelBlob(circuit.model)),
          // The ONNX file is behind the integer model, in the order of paths.
          circuits: [{ keyId: circuit.keyId, file: 1, layout: circuit.model.layout }],
        },
        [
          { mode: InferenceMode.TEE, price: PRICES.tee },
          { mode: InferenceMode.ZK, price: PRICES.zk },
          { mode: InferenceMode.ONCHAIN, price: PRICES.onchain },
        ],
      ],
    }),
  });
}

/** Runs the ONNX file and the integer model on the first hour of the story. */
async function compareWithFloat(circuit: BuiltCircuit, { fact, check }: Narrator): Promise<void> {
  const [hour] = storyHours();
  if (hour === undefined) throw new Error("The story has no hours.");
  const { inputDecimals, outputDecimals } = circuit.model.layout;
  const float = await loadFloatModel(readFeeArtefacts().onnx, "models/fee/fee.onnx");
  const [predicted = Number.NaN] = await float.run(hour.features.map((value) => Number(value) / 10 ** inputDecimals));
  await float.release();
  const [integer = 0n] = evaluateModel(circuit.model, hour.features);
  const exact = Number(integer) / 10 ** outputDecimals;
  const percent = (range: number) => `${(100 * range).toFixed(3)} %`;
  fact("first hour", `ONNX Runtime expects a range of ${percent(predicted)}, the integer model ${percent(exact)}`);
  // The bound is the largest difference over all test hours, as models/fee/report.json has it, with room.
  check("integer and float model agree within 0.05 percentage points", Math.abs(predicted - exact) < 0.0005);
}

/** What the model takes and answers, as its release says. */
function readSchema(): string {
  return readFileSync(repositoryPath("models", "fee", SCHEMA_PATH), "utf8");
}

/** The files of the release; their content ids are the base64url SHA-256, in the form of a Walrus id. */
function modelFiles() {
  const { onnx, integerModel } = readFeeArtefacts();
  const files = {
    "model.onnx": Buffer.from(onnx),
    "model.integer.json": Buffer.from(integerModel),
    [SCHEMA_PATH]: Buffer.from(readSchema()),
  };
  return Object.entries(files).map(([path, bytes]) => {
    const digest = createHash("sha256").update(bytes).digest();
    return {
      path,
      contentId: digest.toString("base64url"),
      size: BigInt(bytes.length),
      sha256Hash: `0x${digest.toString("hex")}` as const,
      named: path !== SCHEMA_PATH,
    };
  });
}
