import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { after, describe, it } from "node:test";

import { network } from "hardhat";
import * as snarkjs from "snarkjs";
import type { FflonkProof } from "snarkjs";
import { zeroAddress } from "viem";

import { makeDevelopmentFflonkKeys } from "../../zkml/circuit/build-fflonk.ts";
import { compileMain } from "../../zkml/circuit/compile.ts";
import { usingCurve } from "../../zkml/circuit/curve.ts";
import { developmentUniversalPtau } from "../../zkml/circuit/development-ptau.ts";
import { encodeFflonkKey, encodeFflonkProof, EVALUATIONS, FFLONK_SYSTEM } from "../../zkml/circuit/fflonk-key.ts";
import { fflonkSize } from "../../zkml/circuit/fflonk-size.ts";
import { openCurve } from "../../zkml/circuit/open-curve.ts";
import { FFLONK } from "../../zkml/circuit/proof-system.ts";
import { proveInputsWith } from "../../zkml/circuit/prove.ts";
import { parseR1cs } from "../../zkml/circuit/r1cs.ts";
import { repositoryPath } from "../../zkml/paths.ts";
import { fflonkVectorLibrary, parseFflonkVector } from "./fflonk-vector.ts";

const vector = parseFflonkVector(readFileSync(repositoryPath("test", "vectors", "zkml", "fflonk-fee.json"), "utf8"));

/** A circuit of three public signals: two values of eight bits, packed; their sum; a binding. */
const SMALL = `pragma circom 2.2.3;
include "call-binding.circom";
include "unpack.circom";
template Small() {
    signal input packedInputs;
    signal input callBinding;
    signal output packedOutputs;
    CallBinding()(callBinding);
    signal values[2] <== Unpack(2, 8)(packedInputs);
    packedOutputs <== values[0] * values[1];
}
component main {public [packedInputs, callBinding]} = Small();
`;

const build = repositoryPath("build", "zkml");
mkdirSync(build, { recursive: true });
const folder = mkdtempSync(join(build, "fflonk-"));
after(() => rmSync(folder, { recursive: true, force: true }));

describe("FFLONK", () => {
  it("proves a circuit with a key of the universal setup, and the registry accepts the proof", async () => {
    writeFileSync(join(folder, "small.circom"), SMALL);
    const compiled = await compileMain(relative(repositoryPath(), join(folder, "small.circom")), folder, 1);
    const keys = await makeDevelopmentFflonkKeys(compiled.r1cs, join(folder, "small.zkey"), folder);
    const size = fflonkSize(parseR1cs(new Uint8Array(readFileSync(compiled.r1cs))));
    assert.equal(size.power, keys.snarkjsKey.power, "the rows are counted as snarkjs makes them");
    const inputs = { packedInputs: 12n + (34n << 8n), callBinding: 99n };
    const { proof, signals } = await proveInputsWith(FFLONK, { ...compiled, zkey: keys.zkey }, inputs);
    assert.deepEqual(signals, [408n, inputs.packedInputs, 99n]);
    assert.ok(await usingCurve(() => snarkjs.fflonk.verify(keys.snarkjsKey, signals.map(String), proof)));

    const { viem } = await network.create();
    const verifier = await viem.deployContract("FflonkVerifier", []);
    const registry = await viem.deployContract("VerifierRegistry", [zeroAddress, true, [verifier.address]]);
    await registry.write.registerRoutedKey([BigInt(FFLONK_SYSTEM), keys.encodedKey, true]);
    assert.ok(await registry.read.isRegistered([keys.keyId]));
    assert.ok(await registry.read.verifyProof([keys.keyId, FFLONK.encode(proof), signals]));
    const forAnother = [signals[0], signals[1], 100n];
    assert.equal(await registry.read.verifyProof([keys.keyId, FFLONK.encode(proof), forAnother]), false);
  });

  it("has the verdicts of snarkjs on the genuine proof and on edited ones", async () => {
    const { viem } = await network.create();
    const verifier = await viem.deployContract("FflonkVerifier", []);
    const [wallet] = await viem.getWalletClients();
    const key = encodeFflonkKey(vector.key);
    // STOP and the key as the code of a contract.
    const size = ((key.length - 2) / 2 + 1).toString(16).padStart(4, "0");
    const hash = await wallet!.sendTransaction({ data: `0x61${size}80600a3d393df300${key.slice(2)}` });
    const client = await viem.getPublicClient();
    const { contractAddress } = await client.getTransactionReceipt({ hash });
    const ours = (proof: FflonkProof, signals: readonly string[]) =>
      verifier.read.verify([contractAddress!, encodeFflonkProof(proof), signals.map(BigInt)]);

    const { proof, signals } = vector;
    const edits: [FflonkProof, readonly string[]][] = [
      ...EVALUATIONS.map((name): [FflonkProof, readonly string[]] => [
        { ...proof, evaluations: { ...proof.evaluations, [name]: String(BigInt(proof.evaluations[name]) ^ 2n) } },
        signals,
      ]),
      ...signals.map((signal, index): [FflonkProof, readonly string[]] => [
        proof,
        signals.with(index, String(BigInt(signal) + 1n)),
      ]),
      [{ ...proof, polynomials: { ...proof.polynomials, C1: proof.polynomials.C2 } }, signals],
      [{ ...proof, polynomials: { ...proof.polynomials, W2: proof.polynomials.W1 } }, signals],
    ];
    await usingCurve(async () => {
      for (const [given, said] of [[proof, signals] as const, ...edits]) {
        const verdict = await snarkjs.fflonk.verify(vector.key, [...said], given);
        assert.equal(verdict, given === proof && said === signals);
        assert.equal(await ours(given, said), verdict);
      }
    });
    // The inverse that snarkjs appends for its own contract is nothing that anybody has to believe.
    assert.ok(await ours({ ...proof, evaluations: { ...proof.evaluations, inv: "1" } }, signals));
  });

  it("keeps Solidity's copy of the vector, and knows the development setup's point", async () => {
    const path = repositoryPath("test", "contracts", "zkml", "FflonkVectors.sol");
    const text = readFileSync(path, "utf8");
    assert.equal(text, fflonkVectorLibrary(vector), 'run "node scripts/generate-fflonk-vectors.ts --keep"');
    const source = readFileSync(repositoryPath("contracts", "zkml", "FflonkVerifier.sol"), "utf8");
    for (const coordinate of vector.key.X_2[0]) assert.ok(source.includes(coordinate));
    const bytes = developmentUniversalPtau(await openCurve(), 4);
    assert.equal(Buffer.from(bytes.subarray(0, 4)).toString(), "ptau");
  });
});
