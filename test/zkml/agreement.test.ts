import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import { network } from "hardhat";
import { bytesToHex, zeroAddress } from "viem";

import { readTestDepth } from "../../scripts/lib/test-depth.ts";
import { modelExecutorAbi } from "../../sdk/src/abi/ModelExecutor.ts";
import { buildCircuit } from "../../zkml/circuit/build.ts";
import { circuitEntries, circuitEntry, circuitModel, isSmall } from "../../zkml/circuit/catalogue.ts";
import { hashChain } from "../../zkml/circuit/poseidon.ts";
import { prove, witnessInputs } from "../../zkml/circuit/prove.ts";
import { loadWitnessCalculator } from "../../zkml/circuit/witness.ts";
import { isWide, packWords } from "../../zkml/codec/packed-words.ts";
import { packIntegers } from "../../zkml/codec/signal-codec.ts";
import { executorModelId } from "../../zkml/evm/executor-blob.ts";
import type { CircuitModel } from "../../zkml/model/circuit-model.ts";
import { denseModel, evaluateModel, isTreeModel, modelBlob } from "../../zkml/model/circuit-model.ts";
import { seededRandom } from "../../zkml/random.ts";
import { treeInputs } from "./random-trees.ts";
import { inputsOf } from "./support/model-inputs.ts";

const { isDeep } = readTestDepth(process.env);

/** Inputs per model. Half of them at least are random. */
const INPUTS = isDeep ? 10_000 : 300;

/** Of so many inputs one is proven too, and its proof verified on chain. */
const PROOF_STEP = isDeep ? 400 : 299;

/** Inputs per call of the executor: a run costs 10,000 to 40,000 gas, and the node stops calls at its block's limit. */
const BATCH = 300;

/** The most gas of a transaction on Base. */
const TRANSACTION_GAS = 16_777_216n;

const BINDING = 0x1234_5678n;

type Chain = Awaited<ReturnType<typeof deploy>>;

async function deploy() {
  const { viem } = await network.create();
  return {
    client: await viem.getPublicClient(),
    executor: await viem.deployContract("ModelExecutor", []),
    registry: await viem.deployContract("VerifierRegistry", [zeroAddress, true, []]),
  };
}

/** What the executor inside the EVM gives for every row: packed outputs. */
async function executed({ client, executor }: Chain, model: CircuitModel, rows: readonly bigint[][]) {
  const { inputBits } = model.layout;
  const modelId = executorModelId(modelBlob(model));
  if (!isWide(model.layout)) {
    return executor.read.runBatch([modelId, rows.map((row) => packIntegers(row, inputBits))]);
  }
  const outputs: bigint[] = [];
  for (const row of rows) {
    const call = { address: executor.address, abi: modelExecutorAbi } as const;
    outputs.push(
      await client.readContract({ ...call, functionName: "runWide", args: [modelId, packWords(row, inputBits)] }),
    );
  }
  return outputs;
}

describe("reference, circuit, executor and proof", () => {
  let chain: Chain;
  before(async () => {
    chain = await deploy();
  });

  for (const entry of circuitEntries()) {
    // The circuits of MNIST take a minute to build; what they consist of is compared on a small one of their kind.
    if (!isDeep && !isSmall(entry)) continue;
    it(`give the same for ${entry.name}, on extreme and random inputs`, async () => {
      const circuit = await buildCircuit(entry.name, { onProgress: (text) => process.stderr.write(`${text}\n`) });
      const { model } = circuit;
      const calculator = await loadWitnessCalculator(circuit.wasm);
      await chain.executor.write.registerModel([bytesToHex(modelBlob(model))], { gas: TRANSACTION_GAS });
      await chain.registry.write.registerKey([circuit.verifyingKey, true]);
      const random = seededRandom(2024);
      const rows = isTreeModel(model) ? treeInputs(model, INPUTS, random) : inputsOf(model, INPUTS, random);
      for (let start = 0; start < rows.length; start += BATCH) {
        const batch = rows.slice(start, start + BATCH);
        const answers = await executed(chain, model, batch);
        for (const [index, row] of batch.entries()) {
          const output = packIntegers(evaluateModel(model, row), model.layout.outputBits);
          assert.equal(answers[index], output, row.join(" "));
          const salt = BigInt(start + index);
          const words = packWords(row, model.layout.inputBits);
          const data = isWide(model.layout) ? hashChain([...words, salt]) : words[0];
          const witness = calculator.calculate(witnessInputs(model, row, BINDING, salt));
          assert.deepEqual(witness.slice(1, 4), [output, data, BINDING], row.join(" "));
          if ((start + index) % PROOF_STEP !== 0) continue;
          const { proof, signals } = await prove(circuit, row, BINDING, { salt });
          assert.deepEqual(signals, witness.slice(1, 4));
          assert.ok(await chain.registry.read.verify([circuit.keyId, proof, signals]));
        }
        if (isDeep) process.stderr.write(`${entry.name}: ${start + batch.length} of ${rows.length} inputs agree\n`);
      }
    });
  }

  it("give the same for mnist4 in reference and executor, whose inputs take several words", async () => {
    const model = circuitModel(circuitEntry("mnist4"));
    await chain.executor.write.registerModel([bytesToHex(modelBlob(model))], { gas: TRANSACTION_GAS });
    // Every so many of the extremes, and random inputs.
    const rows = inputsOf(denseModel(model), 140, seededRandom(2024)).filter((_, index) => index % 35 === 0);
    assert.deepEqual(
      await executed(chain, model, rows),
      rows.map((row) => packIntegers(evaluateModel(model, row), model.layout.outputBits)),
    );
  });
});
