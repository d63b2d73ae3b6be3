import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { network } from "hardhat";
import * as snarkjs from "snarkjs";
import { zeroAddress } from "viem";

import type { BuiltCircuit } from "../../zkml/circuit/build.ts";
import { buildCircuit } from "../../zkml/circuit/build.ts";
import { FIELD_MODULUS, usingCurve } from "../../zkml/circuit/curve.ts";
import { developmentPtau, developmentSecrets } from "../../zkml/circuit/development-ptau.ts";
import { openCurve } from "../../zkml/circuit/open-curve.ts";
import { prove } from "../../zkml/circuit/prove.ts";
import { snarkjsProofOf, verifyingKeyId } from "../../zkml/circuit/verifying-key.ts";
import { unpackOutputs } from "../../zkml/codec/signal-codec.ts";
import { samplesOf, splitByTime } from "../../zkml/data/dataset.ts";
import { CircuitError } from "../../zkml/errors.ts";
import { evaluateModel } from "../../zkml/model/circuit-model.ts";
import { repositoryPath } from "../../zkml/paths.ts";
import { readFeeCandles } from "../../zkml/train/train-fee.ts";
import { syntheticProof } from "./synthetic-proof.ts";

let circuit: BuiltCircuit;

before(async () => {
  circuit = await buildCircuit("fee", { onProgress: (message) => process.stderr.write(`${message}\n`) });
});

async function deployRegistry(developmentKeysAllowed: boolean) {
  const { viem } = await network.create();
  return { viem, registry: await viem.deployContract("VerifierRegistry", [zeroAddress, developmentKeysAllowed, []]) };
}

describe("fee proof on chain", () => {
  it("of a real hour is accepted, and refused once anything is changed", async () => {
    const { registry } = await deployRegistry(true);
    await registry.write.registerKey([circuit.verifyingKey, true]);
    assert.ok(await registry.read.isRegistered([circuit.keyId]));
    const [file] = readFeeCandles();
    const sample = splitByTime(samplesOf(file?.candles ?? [])).test[1000];
    const features = (sample?.features ?? []).map(BigInt);
    const { proof, signals, outputs } = await prove(circuit, features, 42n);
    assert.deepEqual(outputs, evaluateModel(circuit.model, features));
    assert.ok(await registry.read.verify([circuit.keyId, proof, signals]));
    for (let index = 0; index < signals.length; index += 1) {
      const edited = signals.map((signal, at) => (at === index ? signal + 1n : signal));
      assert.equal(await registry.read.verify([circuit.keyId, proof, edited]), false);
    }
    const swapped = { ...proof, a: proof.c, c: proof.a };
    assert.equal(await registry.read.verify([circuit.keyId, swapped, signals]), false);
    const tensor = unpackOutputs(circuit.model.layout, signals[0]).numbers[0];
    assert.deepEqual(tensor?.values, [{ value: outputs[0], decimals: 6n }]);
  });

  it("is refused by a registry without development keys, whatever the caller declares", async () => {
    const { viem, registry } = await deployRegistry(false);
    await viem.assertions.revertWithCustomErrorWithArgs(
      registry.write.registerKey([circuit.verifyingKey, true]),
      registry,
      "VerifierDevelopmentKeyRefused",
      [circuit.keyId],
    );
    await viem.assertions.revertWithCustomErrorWithArgs(
      registry.write.registerKey([circuit.verifyingKey, false]),
      registry,
      "VerifierKeyDevelopmentMismatch",
      [false],
    );
  });

  it("cannot be asked for with too many features, a large feature or a binding outside the field", async () => {
    await assert.rejects(prove(circuit, [1n], 0n), { name: "TensorShapeError" });
    await assert.rejects(prove(circuit, Array(8).fill(4096n), 0n), { name: "SignalError" });
    await assert.rejects(prove(circuit, Array(8).fill(1n), FIELD_MODULUS), { name: "SignalError" });
  });

  it("verifies for keys of any number of signals", async () => {
    const { registry } = await deployRegistry(true);
    for (const count of [1, 2, 8, 32]) {
      const { key, proof, signals } = await syntheticProof(count);
      await registry.write.registerKey([key, false]);
      const keyId = verifyingKeyId(key);
      assert.ok(await registry.read.verify([keyId, proof, signals]), `${count} signals`);
      const edited = signals.with(count - 1, 0n);
      assert.equal(await registry.read.verify([keyId, proof, edited]), false, `${count} signals, edited`);
    }
  });
});

describe("circuit build", () => {
  // The compiler sees only files of the repository, so the test's cache lies in build/.
  const cache = repositoryPath("build", "test-circuits");
  after(() => rmSync(cache, { recursive: true, force: true }));

  it("is deterministic, survives an interrupted build and is shared by concurrent ones", async () => {
    const parent = join(cache, "fee");
    const key = circuit.folder.split("/").at(-1) ?? "";
    const abandoned = join(parent, `${key}.partial`);
    mkdirSync(abandoned, { recursive: true });
    // No process has this id: the largest on Linux is 2^22.
    writeFileSync(join(abandoned, "pid"), "99999999");
    writeFileSync(join(abandoned, "fee.zkey"), "half");
    const [first, second] = await Promise.all([buildCircuit("fee", { cache }), buildCircuit("fee", { cache })]);
    assert.equal(first.keyId, circuit.keyId);
    assert.equal(second.folder, first.folder);
    assert.deepEqual(readFileSync(first.zkey), readFileSync(circuit.zkey));
    assert.deepEqual(readdirSync(parent), [key]);
    assert.ok(existsSync(join(first.folder, "INSECURE.txt")));
  });

  it("is what circuits.json pins, and what the Solidity vectors were made from", () => {
    assert.equal(circuit.keyId, circuit.entry.developmentKeyId);
    assert.equal(verifyingKeyId(circuit.verifyingKey), circuit.keyId);
    const vectors = readFileSync(repositoryPath("test", "contracts", "zkml", "ProofVectors.sol"), "utf8");
    assert.ok(vectors.includes(circuit.keyId), 'run "node scripts/generate-proof-vectors.ts"');
  });

  it("uses the alpha that the registry knows as the development setup's", () => {
    const { alpha1 } = circuit.verifyingKey;
    const source = readFileSync(repositoryPath("contracts", "zkml", "VerifierRegistry.sol"), "utf8");
    for (const coordinate of alpha1) assert.ok(source.includes(String(coordinate)));
    assert.notEqual(developmentSecrets().alpha, developmentSecrets().beta);
  });

  it("makes a setup file that snarkjs itself accepts for proving and verifying", async () => {
    const { proof, signals } = await prove(circuit, Array(8).fill(100n), 7n);
    const valid = await usingCurve(() =>
      snarkjs.groth16.verify(circuit.snarkjsKey, signals.map(String), snarkjsProofOf(proof)),
    );
    assert.ok(valid);
    const bytes = developmentPtau(await openCurve(), 2);
    assert.equal(Buffer.from(bytes.subarray(0, 4)).toString(), "ptau");
  });

  it("rejects an unknown circuit by naming the known ones", async () => {
    await assert.rejects(
      buildCircuit("fees"),
      (error) => error instanceof CircuitError && /choose one of fee/.test(error.message),
    );
  });
});
