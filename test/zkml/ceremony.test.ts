import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import * as snarkjs from "snarkjs";
import type { Hex } from "viem";
import { keccak256, toBytes } from "viem";

import { sectionsOf } from "../../zkml/circuit/binary-file.ts";
import { compileMain } from "../../zkml/circuit/compile.ts";
import { usingCurve } from "../../zkml/circuit/curve.ts";
import { developmentPtau } from "../../zkml/circuit/development-ptau.ts";
import { developmentZkey } from "../../zkml/circuit/development-zkey.ts";
import { openCurve } from "../../zkml/circuit/open-curve.ts";
import { parseR1cs } from "../../zkml/circuit/r1cs.ts";
import { verifyingKeyId } from "../../zkml/circuit/verifying-key.ts";
import { CircuitError } from "../../zkml/errors.ts";
import { repositoryPath } from "../../zkml/paths.ts";
import { contribute, finishCeremony, startCeremony, verifyCeremony } from "../../zkml/setup/ceremony.ts";
import { identifyPtau, PUBLIC_PTAU, requirePublicPtau } from "../../zkml/setup/public-ptau.ts";
import { readContributions } from "../../zkml/setup/read-contributions.ts";

const SOURCE = `pragma circom 2.2.3;
template Tiny() {
    signal input a;
    signal input b;
    signal output c;
    signal product <== a * b;
    c <== product * a;
}
component main {public [a]} = Tiny();
`;
const BEACON = "5a".repeat(32);
const folder = repositoryPath("build", "circuits", `ceremony-${process.pid}`);
const file = (name: string) => join(folder, name);
const input = { r1cs: file("tiny.r1cs"), ptau: file("tiny.ptau"), forTests: true, circuit: "tiny" };
const hashes: Hex[] = [];

/** A copy of a file with one byte changed. */
function edited(name: string, at: (bytes: Buffer) => number): string {
  const bytes = readFileSync(file(name));
  const index = at(bytes);
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  writeFileSync(file(`edited-${name}`), bytes);
  return file(`edited-${name}`);
}

async function refused(act: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(act, (error) => error instanceof CircuitError && message.test(error.message));
}

describe("ceremony", () => {
  before(async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file("tiny.circom"), SOURCE);
    const main = join("build", "circuits", `ceremony-${process.pid}`, "tiny.circom");
    await compileMain(main, folder);
    writeFileSync(input.ptau, developmentPtau(await openCurve(), 4));
    await startCeremony(input, file("0.zkey"));
    hashes.push(await contribute(file("0.zkey"), file("1.zkey"), "Ada"));
    hashes.push(await contribute(file("1.zkey"), file("2.zkey"), "Bob", "dice: 4 2 6"));
    await finishCeremony(file("2.zkey"), file("3.zkey"), BEACON, 10);
  });

  after(() => rmSync(folder, { recursive: true }));

  it("of the development setup gives the key that its known secrets give at once", async () => {
    await usingCurve(async () => {
      await snarkjs.zKey.newZKey(input.r1cs, input.ptau, file("phase1.zkey"));
      await snarkjs.zKey.beacon(file("phase1.zkey"), file("development.zkey"), "development", BEACON, 10);
    });
    const system = parseR1cs(new Uint8Array(readFileSync(input.r1cs)));
    const beacon = { hash: BEACON, exponent: 10 };
    const key = developmentZkey(await openCurve(), system, 4, beacon);
    const ours = sectionsOf(key, "zkey");
    for (const [type, content] of sectionsOf(new Uint8Array(readFileSync(file("development.zkey"))), "zkey")) {
      // The last one is the record of contributions.
      if (type < 10) assert.deepEqual(ours.get(type), content, `section ${type}`);
    }
    const curve = await openCurve();
    assert.throws(() => developmentZkey(curve, system, 1, beacon), CircuitError);
  });

  it("ends in a transcript that names circuit, contributions, beacon and key", async () => {
    const { transcript, text, transcriptHash, verifyingKey } = await verifyCeremony(input, file("3.zkey"));
    const { contributions } = transcript;
    assert.deepEqual(
      contributions.map(({ name }) => name),
      ["Ada", "Bob", "beacon"],
    );
    // The file records what each contributor was shown.
    assert.deepEqual(
      contributions.slice(0, 2).map(({ hash }) => hash),
      hashes,
    );
    assert.deepEqual(contributions[2]?.beacon, { value: `0x${BEACON}`, iterationsExponent: 10 });
    assert.equal(transcript.keyId, verifyingKeyId(verifyingKey));
    assert.equal(transcript.constraints, 2);
    assert.equal(transcript.ptau.publicPower, null);
    assert.equal(transcriptHash, keccak256(toBytes(text)));
    assert.deepEqual(JSON.parse(text), transcript);
    assert.ok(readdirSync(folder).every((name) => !name.endsWith(".partial")));
  });

  it("gives each contributor another key, even with the same words", async () => {
    const other = await contribute(file("0.zkey"), file("other.zkey"), "Ada");
    assert.notEqual(other, hashes[0]);
  });

  it("refuses powers of tau that are not of the public ceremony", async () => {
    const real = { ...input, forTests: false };
    await refused(startCeremony(real, file("real.zkey")), /public powers-of-tau/);
    await refused(verifyCeremony(real, file("3.zkey")), /public powers-of-tau/);
    await refused(requirePublicPtau(input.ptau), /public powers-of-tau/);
    await refused(identifyPtau(file("missing.ptau")), /cannot be read/);
    assert.equal((await identifyPtau(input.ptau)).publicPower, undefined);
    assert.deepEqual(
      Object.keys(PUBLIC_PTAU).map(Number),
      Array.from({ length: 21 }, (_, at) => at + 8),
    );
    assert.ok(Object.values(PUBLIC_PTAU).every((hash) => /^[0-9a-f]{128}$/.test(hash)));
    assert.equal(new Set(Object.values(PUBLIC_PTAU)).size, 21);
  });

  it("refuses names, beacons and files that it cannot use, and replaces nothing", async () => {
    await refused(contribute(file("0.zkey"), file("x.zkey"), ""), /no name/);
    await refused(contribute(file("0.zkey"), file("x.zkey"), "Ada\n"), /no name/);
    await refused(contribute(file("0.zkey"), file("1.zkey"), "Eve"), /exists already/);
    await refused(contribute(file("tiny.r1cs"), file("x.zkey"), "Eve"), /key file/);
    await refused(finishCeremony(file("2.zkey"), file("x.zkey"), "5a", 10), /32 to 255 bytes/);
    await refused(finishCeremony(file("2.zkey"), file("x.zkey"), BEACON, 9), /10 to 63/);
    await refused(finishCeremony(file("0.zkey"), file("x.zkey"), BEACON, 10), /Nobody has contributed/);
    assert.ok(!existsSync(file("x.zkey")));
  });

  it("stays as it is once it is finished", async () => {
    await refused(contribute(file("3.zkey"), file("x.zkey"), "Eve"), /finished/);
    await refused(finishCeremony(file("3.zkey"), file("x.zkey"), BEACON, 10), /finished/);
  });

  it("does not verify unfinished, or with two contributions of one name", async () => {
    await refused(verifyCeremony(input, file("2.zkey")), /not finished/);
    await contribute(file("1.zkey"), file("twice.zkey"), "Ada");
    await finishCeremony(file("twice.zkey"), file("twice-final.zkey"), BEACON, 10);
    await refused(verifyCeremony(input, file("twice-final.zkey")), /one name/);
  });

  it("does not verify for another circuit, or with an edited contribution or key", async () => {
    writeFileSync(file("other.circom"), SOURCE.replace("product * a", "product * b"));
    const main = join("build", "circuits", `ceremony-${process.pid}`, "other.circom");
    await compileMain(main, folder);
    await refused(verifyCeremony({ ...input, r1cs: file("other.r1cs") }, file("3.zkey")), /tampered/);
    // A letter of a name is not part of what contributors are bound to; a point is.
    const phase = readContributions(file("3.zkey"));
    const renamed = edited("3.zkey", (bytes) => bytes.lastIndexOf("Bob"));
    assert.deepEqual(
      readContributions(renamed).contributions.map(({ hash }) => hash),
      phase.contributions.map(({ hash }) => hash),
    );
    // The last point of the second contribution's proof lies 64 bytes of challenge and 12 of header before its name.
    const point = edited("3.zkey", (bytes) => bytes.lastIndexOf("Bob") - 2 - 8 - 64 - 8);
    await refused(verifyCeremony(input, point), /tampered/);
    copyFileSync(file("0.zkey"), file("cut.zkey"));
    writeFileSync(file("cut.zkey"), readFileSync(file("0.zkey")).subarray(0, 200));
    assert.throws(() => readContributions(file("cut.zkey")), CircuitError);
  });
});
