import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, describe, it } from "node:test";
import hre from "hardhat";
import { z } from "zod";
import { deployEvidenceHarness } from "./harness.ts";
import { textVector } from "./vectors.ts";

const connection = await hre.network.create();
after(() => connection.close());
const harness = await deployEvidenceHarness(connection);

const suite = z
  .object({
    numberOfTests: z.number(),
    testGroups: z.array(
      z.object({
        publicKey: z.object({ wx: z.string(), wy: z.string() }),
        tests: z.array(z.object({ tcId: z.number(), msg: z.string(), sig: z.string(), result: z.string() })),
      }),
    ),
  })
  .parse(JSON.parse(textVector("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json")));

describe("P-256 by the precompile", () => {
  it("says of every Wycheproof vector what it must", async () => {
    const cases = suite.testGroups.flatMap(({ publicKey, tests }) => tests.map((test) => ({ publicKey, ...test })));
    assert.equal(cases.length, suite.numberOfTests);
    const counts = { valid: 0, invalid: 0, unrepresentable: 0 };
    for (const { publicKey, tcId, msg, sig, result } of cases) {
      // A signature that is not two numbers of 32 bytes cannot even be given to it.
      if (sig.length !== 128) {
        assert.equal(result, "invalid", `test ${tcId}`);
        counts.unrepresentable += 1;
        continue;
      }
      const hash = createHash("sha256").update(Buffer.from(msg, "hex")).digest("hex");
      const [r, s] = [BigInt(`0x${sig.slice(0, 64)}`), BigInt(`0x${sig.slice(64)}`)];
      const [x, y] = [BigInt(`0x${publicKey.wx}`), BigInt(`0x${publicKey.wy}`)];
      const valid = await harness.read.p256([`0x${hash}`, r, s, x, y]);
      assert.equal(valid, result === "valid", `test ${tcId}`);
      counts[valid ? "valid" : "invalid"] += 1;
    }
    assert.ok(counts.valid > 100 && counts.invalid > 50, JSON.stringify(counts));
  });
});
