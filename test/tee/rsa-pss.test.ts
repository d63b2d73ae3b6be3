import assert from "node:assert/strict";
import { constants, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { bytesToHex, keccak256, type Hex } from "viem";
import { z } from "zod";

import { modulusOfSpki2048, verifyGatewaySignature, verifyRsaPss, type RsaPssKind } from "../../sdk/src/tee/rsa-pss.ts";
import { deployHarness } from "./harness.ts";

const suite = z.object({
  numberOfTests: z.number(),
  testGroups: z.array(
    z.object({
      publicKey: z.object({ modulus: z.string(), publicExponent: z.literal("010001") }),
      publicKeyDer: z.string(),
      tests: z.array(
        z.object({
          tcId: z.number(),
          comment: z.string(),
          msg: z.string(),
          sig: z.string(),
          result: z.enum(["valid", "invalid"]),
        }),
      ),
    }),
  ),
});

function readSuite(name: string) {
  const path = new URL(`../vectors/tee/wycheproof/${name}_test.json`, import.meta.url);
  return suite.parse(JSON.parse(readFileSync(path, "utf8")));
}

describe("RsaPss", () => {
  let connection: NetworkConnection<"l1">;
  let harness: Awaited<ReturnType<typeof deployHarness>>;

  before(async () => {
    // Base's gas prices of precompiles are Ethereum's since Osaka.
    const override = { hardfork: "osaka" };
    connection = await hre.network.create({ network: "default", chainType: "l1", override });
    harness = await deployHarness(connection, "RsaPss__Harness");
  });
  after(() => connection.close());

  /** Gives every case of a suite to the contract and to its twin; both must say what the suite says. */
  async function agreeWith(name: string, kind: RsaPssKind): Promise<number> {
    const { numberOfTests, testGroups } = readSuite(name);
    let seen = 0;
    for (const { publicKey, publicKeyDer, tests } of testGroups) {
      const der = Buffer.from(publicKeyDer, "hex");
      const key = createPublicKey({ key: der, format: "der", type: "spki" });
      const modulus: Hex = `0x${publicKey.modulus.replace(/^00/, "")}`;
      for (const { tcId, comment, msg, sig, result } of tests) {
        const label = `${tcId}: ${comment}`;
        const args = [`0x${msg}`, `0x${sig}`] as const;
        const [valid] =
          kind === "rsa-2048-sha256"
            ? ((await harness("verify2048", bytesToHex(der), ...args)) as readonly [boolean, bigint])
            : ((await harness("verify4096", modulus, ...args)) as readonly [boolean, bigint]);
        assert.equal(valid, result === "valid", label);
        assert.equal(verifyRsaPss(kind, key, Buffer.from(msg, "hex"), Buffer.from(sig, "hex")), valid, label);
        seen += 1;
      }
    }
    assert.equal(seen, numberOfTests);
    return seen;
  }

  it("gives Wycheproof's verdict in all 108 cases of RSA-2048 with SHA-256", async () => {
    assert.equal(await agreeWith("rsa_pss_2048_sha256_mgf1_32", "rsa-2048-sha256"), 108);
  });

  it("gives Wycheproof's verdict in all 141 cases of RSA-4096 with SHA-384", async () => {
    assert.equal(await agreeWith("rsa_pss_4096_sha384_mgf1_48", "rsa-4096-sha384"), 141);
  });

  it("refuses a signature with any bit of any of its bytes flipped, of RSA-2048", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const spki = bytesToHex(publicKey.export({ format: "der", type: "spki" }));
    const message = randomBytes(32);
    const signature = sign("sha256", message, {
      key: privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    });
    const [valid, gas] = (await harness("verify2048", spki, bytesToHex(message), bytesToHex(signature))) as readonly [
      boolean,
      bigint,
    ];
    assert.ok(valid);
    assert.ok(gas <= 40_000n, `${gas} gas`);
    for (let i = 0; i < 256; i += 1) {
      const flipped = Buffer.from(signature);
      flipped[i] = (flipped[i] ?? 0) ^ (1 << i % 8);
      const [accepted] = (await harness("verify2048", spki, bytesToHex(message), bytesToHex(flipped))) as readonly [
        boolean,
        bigint,
      ];
      assert.ok(!accepted, `byte ${i}`);
    }
  });

  it("reads a key only when all of it is as DER demands, and refuses other sizes and exponents", async () => {
    const spkiOf = (bits: number, publicExponent: number): Hex => {
      const { publicKey } = generateKeyPairSync("rsa", { modulusLength: bits, publicExponent });
      return bytesToHex(publicKey.export({ format: "der", type: "spki" }));
    };
    const good = spkiOf(2_048, 65_537);
    const modulus = (await harness("modulusOfSpki2048", good)) as Hex;
    assert.equal(modulus, `0x${good.slice(2 + 66, 2 + 66 + 512)}`);
    assert.equal(modulusOfSpki2048(good), modulus);
    const around = [...Array(33).keys(), 289, 290, 291, 292, 293].map((i): Hex => {
      const bytes = Buffer.from(good.slice(2), "hex");
      bytes[i] = (bytes[i] ?? 0) ^ 1;
      return bytesToHex(bytes);
    });
    const others: readonly Hex[] = [spkiOf(2_048, 3), spkiOf(3_072, 65_537), `${good}00`, "0x", "0x30", ...around];
    for (const other of others) {
      assert.equal(await harness("modulusOfSpki2048", other), "0x", other);
      assert.equal(modulusOfSpki2048(other), undefined);
    }
  });

  it("accepts a gateway's signature, which hashes the message hash once more", () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const spki = bytesToHex(publicKey.export({ format: "der", type: "spki" }));
    const messageHash = keccak256("0x01");
    const options = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    const signature = bytesToHex(sign("sha256", Buffer.from(messageHash.slice(2), "hex"), options));
    assert.ok(verifyGatewaySignature(spki, messageHash, signature));
    assert.ok(!verifyGatewaySignature(spki, keccak256("0x02"), signature));
    assert.ok(!verifyGatewaySignature(spki, messageHash, signature.slice(0, -2) as Hex));
    assert.ok(!verifyGatewaySignature("0x30", messageHash, signature));
  });
});
