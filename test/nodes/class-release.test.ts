import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import type { Groth16VerifyingKey } from "snarkjs";
import { encodeFunctionData, keccak256, parseEther, toBytes, zeroHash, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { answerInference } from "../../nodes/inference/answer.ts";
import { classModel, classModelKeyId, type ClassCircuit } from "../../nodes/inference/class-model.ts";
import type { ServedModel } from "../../nodes/inference/served-model.ts";
import { addressOf, type Addresses } from "../../scripts/deploy/contracts.ts";
import { deployAll } from "../../scripts/deploy/deploy-all.ts";
import { sendCall, simulateCall } from "../../scripts/gov/send.ts";
import { planPublication, preparePublication } from "../../scripts/hub/publish.ts";
import { resolveRelease } from "../../scripts/hub/read.ts";
import { INFERENCE_ROLE } from "../../scripts/story/chapters/stake.ts";
import { opgAbi } from "../../sdk/src/abi/OPG.ts";
import { operatorsAbi } from "../../sdk/src/abi/Operators.ts";
import { pipeEngineAbi } from "../../sdk/src/abi/PipeEngine.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";
import { verifierRegistryAbi } from "../../sdk/src/abi/VerifierRegistry.ts";
import type { InferenceAnswer } from "../../sdk/src/pipe.ts";
import { describeFailure } from "../../sdk/src/revert.ts";
import { InferenceMode } from "../../sdk/src/tensors.ts";
import { inferenceRequestSchema, toWire } from "../../sdk/src/wire.ts";
import { circuitEntry, circuitModel } from "../../zkml/circuit/catalogue.ts";
import { classModelHash, type ClassShape } from "../../zkml/circuit/class-shape.ts";
import { compileMain } from "../../zkml/circuit/compile.ts";
import { makeDevelopmentKeys } from "../../zkml/circuit/development-keys.ts";
import { generateClassCircuit } from "../../zkml/circuit/generate.ts";
import { verifyingKeyId, verifyingKeyOf } from "../../zkml/circuit/verifying-key.ts";
import { inputFromIntegers, unpackOutputs } from "../../zkml/codec/signal-codec.ts";
import { denseModel } from "../../zkml/model/circuit-model.ts";
import { evaluate } from "../../zkml/model/evaluate.ts";
import type { IntegerModel } from "../../zkml/model/integer-model.ts";
import { artifacts, parameters, startChain, type TestChain } from "../governance/chain.ts";

/** Small enough that its key takes seconds; otherwise the class of the fee model. */
const SHAPE: ClassShape = {
  inputs: 8,
  inputBits: 12,
  hidden: 2,
  outputs: 1,
  layers: [
    { biasBits: 20, shift: 7 },
    { biasBits: 24, shift: 12 },
  ],
};
const POWER = 10;
const NAME = "lab/private";
const FEATURES = [600n, 500n, 550n, 480n, 500n, 620n, 1500n, 200n];

/** Two models of the class that differ in one weight. */
function modelOf(weight: number): IntegerModel {
  const fee = denseModel(circuitModel(circuitEntry("fee")));
  const first = { weights: [[3, 1, 4, 1, 5, 9, 2, 6], Array<number>(8).fill(weight)], bias: [1, 20], shifts: [7, 3] };
  return { ...fee, name: `private ${weight}`, layers: [first, { weights: [[2, 1]], bias: [7], shifts: [1] }] };
}

describe("a release whose weights are private", () => {
  const model = modelOf(1);
  const folder = join("build", "test-class");
  const account = parameters.initialHolder;
  const input = inputFromIntegers(model.layout, FEATURES);
  let chain: TestChain & { readonly addresses: Addresses };
  let circuit: ClassCircuit;
  let releaseId: Hex;
  let nonce = 0n;

  async function send(to: Hex, data: Hex): Promise<void> {
    await sendCall(chain.clients, { to, data, lines: [] });
  }

  /** An account that is operator, publisher and caller in one; the class's key; and a release bound to the model. */
  before(async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "tiny.circom"), generateClassCircuit(SHAPE));
    const { wasm } = await compileMain(join(folder, "tiny.circom"), folder);
    await makeDevelopmentKeys("tiny", folder, POWER, () => undefined);
    // Written by snarkjs a moment ago.
    const text = readFileSync(join(folder, "verifying-key.json"), "utf8");
    const key = verifyingKeyOf(JSON.parse(text) as Groth16VerifyingKey);
    circuit = { shape: SHAPE, wasm, zkey: join(folder, "tiny.zkey"), classKeyId: verifyingKeyId(key) };

    const started = await startChain();
    const addresses = await deployAll({ ...started.clients, parameters, artifacts });
    chain = { ...started, addresses };
    const stake = parseEther("100000");
    await send(
      addressOf(addresses, "Operators"),
      encodeFunctionData({
        abi: operatorsAbi,
        functionName: "registerOperator",
        args: [INFERENCE_ROLE, account, 0],
      }),
    );
    await send(
      addresses.OPG,
      encodeFunctionData({ abi: opgAbi, functionName: "approve", args: [addresses.Staking, stake] }),
    );
    await send(
      addresses.Staking,
      encodeFunctionData({ abi: stakingAbi, functionName: "stake", args: [account, stake] }),
    );
    const registry = { abi: verifierRegistryAbi } as const;
    await send(
      addresses.VerifierRegistry,
      encodeFunctionData({ ...registry, functionName: "registerKey", args: [key, true] }),
    );
    for (const known of [model, modelOf(2)]) {
      const args = [circuit.classKeyId, classModelHash(SHAPE, known)] as const;
      await send(
        addresses.VerifierRegistry,
        encodeFunctionData({ ...registry, functionName: "registerClassModel", args }),
      );
    }
    await publish();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function publish(): Promise<void> {
    const view = { publicClient: chain.clients.publicClient, addresses: chain.addresses };
    const keyId = classModelKeyId(circuit.classKeyId, classModelHash(SHAPE, model));
    const publication = {
      repository: NAME,
      info: { description: "", task: "", licence: "MIT", tags: [], unlisted: false, metadataHash: zeroHash },
      payees: [{ account, shareBps: 10_000 }],
      major: false,
      stable: true,
      models: { executorModelId: zeroHash, circuits: [{ keyId, file: "card.md", layout: model.layout }] },
      schemaHash: zeroHash,
      notesHash: zeroHash,
      prices: [{ mode: "zk" as const, price: 0n }],
    };
    const hash = keccak256(toBytes("card"));
    const contentId = Buffer.from(hash.slice(2), "hex").toString("base64url");
    const files = [{ path: "card.md", contentId, size: 1n, sha256Hash: hash, named: false }];
    const plan = await planPublication(view, account, publication);
    for (const call of plan.preparation) await sendCall(chain.clients, call);
    await sendCall(chain.clients, preparePublication(view, plan, publication, files));
    releaseId = await resolveRelease(view, NAME);
  }

  /** What a node that serves `served` answers to a call of the account itself. */
  async function answerOf(served: ServedModel): Promise<InferenceAnswer> {
    nonce += 1n;
    const chainId = await chain.clients.publicClient.getChainId();
    const { addresses } = chain;
    const node = {
      chainId,
      settlement: addresses.Settlement,
      engines: [addresses.PipeEngine],
      operator: account,
      // Answers with a proof need no enclave.
      enclave: privateKeyToAccount(keccak256("0x01")),
      models: [served],
      now: async () => (await chain.clients.publicClient.getBlock()).timestamp,
      lifetime: 600n,
    };
    const call = { engine: addresses.PipeEngine, consumer: account, payer: account, releaseId, input, nonce };
    // As it comes over the wire.
    const request = inferenceRequestSchema.parse(JSON.parse(toWire({ chainId, mode: InferenceMode.ZK, ...call })));
    const { output, receipt, evidence } = await answerInference(node, request);
    return { output, receipt, evidence, maxPrice: 0n };
  }

  const delivery = (answer: InferenceAnswer) => ({
    to: chain.addresses.PipeEngine,
    data: encodeFunctionData({ abi: pipeEngineAbi, functionName: "deliver", args: [[answer]] }),
    lines: [],
  });

  async function refusedWith(answer: InferenceAnswer, error: RegExp): Promise<void> {
    await assert.rejects(simulateCall(chain.clients, delivery(answer)), (cause: unknown) => {
      assert.match(`${String(cause)} ${describeFailure(cause)}`, error);
      return true;
    });
  }

  it("is called with a proof under the class's key, verified in the transaction that brings the answer", async () => {
    const answer = await answerOf(classModel({ releaseId, circuit, model }));
    await sendCall(chain.clients, delivery(answer));
    const { result } = await chain.clients.publicClient.simulateContract({
      address: chain.addresses.PipeEngine,
      abi: pipeEngineAbi,
      functionName: "runModelInference",
      args: [{ mode: InferenceMode.ZK, modelCID: NAME, input }],
      account,
    });
    const [expected = 0n] = evaluate(model, FEATURES);
    assert.deepEqual(result, { ...unpackOutputs(model.layout, expected), is_simulation_result: false });
  });

  it("is not called with a proof of another model of the class", async () => {
    const honest = classModel({ releaseId, circuit, model });
    const other = classModel({ releaseId, circuit, model: modelOf(2) });
    // The other model's proof, passed off as one of the release's.
    await refusedWith(await answerOf({ ...other, keyId: honest.keyId }), /SettlementProofInvalid/);
    // The other model under its own key, which the chain knows and the release has not.
    await refusedWith(await answerOf(other), /ModelsUnknownCircuit/);
    // The honest proof for an answer that the model did not give.
    const { run } = honest;
    const lying = {
      ...honest,
      run: (given: typeof input) => {
        const outputCommitment = run(given).outputCommitment + 1n;
        return { ...run(given), output: unpackOutputs(model.layout, outputCommitment), outputCommitment };
      },
    };
    await refusedWith(await answerOf(lying), /SettlementProofInvalid/);
  });

  it("shows its weights to nobody: the chain knows their hash alone", async () => {
    const args = [classModelKeyId(circuit.classKeyId, classModelHash(SHAPE, model))] as const;
    const known = await chain.clients.publicClient.readContract({
      address: chain.addresses.VerifierRegistry,
      abi: verifierRegistryAbi,
      functionName: "classModelOf",
      args,
    });
    assert.deepEqual(known, [circuit.classKeyId, classModelHash(SHAPE, model)]);
  });
});
