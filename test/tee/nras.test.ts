import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import fc from "fast-check";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { concat, encodeFunctionData, hexToBytes, keccak256, stringToHex } from "viem";

import { nrasArguments, NrasTokenError, verifyNrasTokens, type NrasTokens } from "../../sdk/src/tee/nras/token.ts";
import { deployEvidenceHarness, deployHarness, refusalThrough } from "./harness.ts";
import { refusalOf } from "./nitro-chain.ts";
import {
  encode,
  EXPIRES,
  forge,
  forgeToken,
  genuine,
  KEYS,
  NONCE,
  NOT_BEFORE,
  NVIDIA_KID,
  overallPayload,
  words,
} from "./nras-forge.ts";
import { sample } from "./sample.ts";

const at = NOT_BEFORE + 60n;
const same = (json: string): string => json;

describe("NrasVerifier", () => {
  let connection: NetworkConnection;
  const deploy = async () => {
    const [admin, stranger] = await connection.viem.getWalletClients();
    if (admin === undefined || stranger === undefined) throw new Error("the local chain has no accounts");
    const authority = await connection.viem.deployContract("AccessManager", [admin.account.address]);
    return { verifier: await connection.viem.deployContract("NrasVerifier", [authority.address]), stranger };
  };
  let chain: Awaited<ReturnType<typeof deploy>>;
  let harness: Awaited<ReturnType<typeof deployEvidenceHarness>>;
  before(async () => {
    connection = await hre.network.create({ override: { initialDate: "2025-06-01T00:00:00Z" } });
    chain = await deploy();
    harness = await deployEvidenceHarness(connection);
    for (const [kid, key] of KEYS) await chain.verifier.write.acceptKey([kid, words(key)]);
    await connection.networkHelpers.time.increaseTo(at);
  });
  after(() => connection.close());

  const keys = new Map([...KEYS].map(([kid, key]) => [kid, hexToBytes(key)] as const));
  const ourKey = words(KEYS.get("ours") ?? "0x");
  const theirKey = words(KEYS.get(NVIDIA_KID) ?? "0x");
  const contract = (tokens: NrasTokens) => chain.verifier.read.verify(nrasArguments(tokens));

  const contractRefusal = (tokens: NrasTokens) => {
    const { address, abi } = chain.verifier;
    const callData = encodeFunctionData({ abi, functionName: "verify", args: nrasArguments(tokens) });
    return refusalThrough(harness, address, callData, abi);
  };

  function twinRefusal(tokens: NrasTokens, time = at): string | undefined {
    try {
      verifyNrasTokens(tokens, { at: time, keys });
      return undefined;
    } catch (error) {
      if (error instanceof NrasTokenError) return error.code;
      throw error;
    }
  }

  /** What both sides refuse, or accept, tokens with; the twin alone where the chain is not asked. */
  async function verdict(tokens: NrasTokens, onChain = true): Promise<string | undefined> {
    const expected = twinRefusal(tokens);
    if (onChain) assert.equal(await contractRefusal(tokens), expected, "the twin's verdict is the contract's");
    return expected;
  }

  it("verifies NVIDIA's production token and says what the twin says", async () => {
    const facts = await contract(genuine);
    assert.deepEqual(facts, verifyNrasTokens(genuine, { at, keys }));
    const [gpu] = facts.gpus;
    assert.ok(gpu !== undefined);
    assert.equal(facts.nonce, NONCE);
    assert.equal(facts.keyId, keccak256(stringToHex(NVIDIA_KID)));
    assert.deepEqual([facts.issuedAt, facts.expiresAt], [NOT_BEFORE, EXPIRES]);
    assert.equal(gpu.name, "GPU-0");
    assert.equal(gpu.model, "GH100 A01 GSP BROM");
    assert.equal(gpu.driverVersion, "550.90.07");
    assert.equal(gpu.vbiosVersion, "96.00.9F.00.01");
    assert.equal(gpu.deviceId, keccak256(stringToHex("478176379286082186618948445787393647364802107249")));
  });

  it("accepts the same claims under another accepted key", async () => {
    assert.equal(await verdict(forge(same)), undefined);
  });

  it("refuses a token whose payload or signature changed", async () => {
    const [head, , signature] = genuine.token.split(".");
    const payload = encode(overallPayload.replace("931d", "931e"));
    assert.equal(await verdict({ ...genuine, token: `${head}.${payload}.${signature}` }), "NrasSignatureInvalid");
    const other = forge(same).token.split(".")[2];
    const swapped = genuine.token.replace(signature ?? "", other ?? "");
    assert.equal(await verdict({ ...genuine, token: swapped }), "NrasSignatureInvalid");
  });

  it("refuses a device's token that the overall one does not name", async () => {
    const [device = ""] = genuine.devices;
    assert.equal(await verdict({ ...genuine, devices: [`${device}A`] }), "NrasDigestMismatch");
    assert.equal(await verdict({ ...genuine, devices: [] }), "NrasDeviceCountMismatch");
    assert.equal(await verdict({ ...genuine, devices: [device, device] }), "NrasDeviceCountMismatch");
  });

  it("refuses a token of another algorithm, of an unknown key, with more in its header, or without signature", async () => {
    const { devices } = genuine;
    const headers: readonly (readonly [header: string, refusal: string])[] = [
      ['{"kid":"ours","alg":"none"}', "NrasTokenMalformed"],
      ['{"kid":"ours","alg":"ES256"}', "NrasTokenMalformed"],
      ['{"alg":"ES384"}', "NrasTokenMalformed"],
      ['{"kid":"ours","alg":"ES384","jku":"x"}', "NrasClaimRefused"],
      ['{"kid":"theirs","alg":"ES384"}', "NrasKeyUnknown"],
    ];
    for (const [header, refusal] of headers) {
      const tokens = { token: forgeToken(overallPayload, header), devices };
      assert.equal(await contractRefusal(tokens), refusal);
      assert.notEqual(twinRefusal(tokens), undefined);
    }
    const unsigned = `${forgeToken(overallPayload).split(".").slice(0, 2).join(".")}.`;
    assert.equal(await verdict({ token: unsigned, devices }), "NrasTokenMalformed");
  });

  it("refuses overall claims that say no, are missing, or are there twice", async () => {
    const changes: readonly (readonly [from: string | RegExp, to: string, refusal: string])[] = [
      ['"x-nvidia-overall-att-result":true', '"x-nvidia-overall-att-result":false', "NrasClaimRefused"],
      ["https://nras.attestation.nvidia.com", "https://nras.attestation.nvidia.org", "NrasClaimRefused"],
      [/"eat_nonce":"\w+",/, "", "NrasClaimMissing"],
      [/"exp":\d+,/, "", "NrasClaimMissing"],
      ['"DIGEST"', '"DIGESX"', "NrasClaimRefused"],
      ['"SHA-256"', '"SHA-255"', "NrasClaimRefused"],
    ];
    const chosen = new Set(sample(changes, 3));
    for (const change of changes) {
      const [from, to, refusal] = change;
      const tokens = forge(same, (json) => json.replace(from, to));
      assert.equal(await verdict(tokens, chosen.has(change)), refusal, String(from));
    }
    const twice = forge(same, (json) => json.replace("{", '{"iat":1,'));
    assert.equal(await contractRefusal(twice), "NrasClaimRefused");
  });

  it("refuses a device of which any check failed, is missing, or is there twice", async () => {
    const changes: readonly (readonly [from: string | RegExp, to: string, refusal: string])[] = [
      ['"measres":"success"', '"measres":"fail"', "NrasClaimRefused"],
      ['"dbgstat":"disabled"', '"dbgstat":"enabled"', "NrasClaimRefused"],
      ['"secboot":true', '"secboot":false', "NrasClaimRefused"],
      ['"x-nvidia-gpu-driver-rim-fetched":true', '"x-nvidia-gpu-driver-rim-fetched":false', "NrasClaimRefused"],
      ['"x-nvidia-cert-ocsp-status":"good"', '"x-nvidia-cert-ocsp-status":"revoked"', "NrasClaimRefused"],
      ['"x-nvidia-cert-status":"valid"', '"x-nvidia-cert-status":"expired"', "NrasClaimRefused"],
      ["931d8dd0", "931d8dd1", "NrasClaimRefused"],
      ['"secboot":true,', "", "NrasClaimMissing"],
      [/"hwmodel":"[^"]+",/, "", "NrasClaimMissing"],
    ];
    const chosen = new Set(sample(changes, 3));
    for (const change of changes) {
      const [from, to, refusal] = change;
      assert.equal(
        await verdict(
          forge((json) => json.replace(from, to)),
          chosen.has(change),
        ),
        refusal,
        String(from),
      );
    }
    const twice = forge((json) => json.replace("{", '{"measres":"success",'));
    assert.equal(await contractRefusal(twice), "NrasClaimRefused");
  });

  it("refuses JSON with escapes, white space or bytes after it, so that nobody reads it otherwise", async () => {
    for (const change of sample(
      [
        (json: string) => json.replace("secboot", "secb\\u006fot"),
        (json: string) => json.replace(":true", ": true"),
        (json: string) => `${json}}`,
        (json: string) => json.slice(0, -1),
        (json: string) => `[${json}]`,
      ],
      2,
    )) {
      assert.equal(await contractRefusal(forge(change)), "JsonInvalid");
    }
  });

  it("keeps the keys: only governance adds, only the guardian withdraws, nothing comes back", async () => {
    const account = chain.stranger.account.address;
    const keyId = keccak256(stringToHex("ours"));
    const adding = chain.verifier.simulate.acceptKey(["new", ourKey], { account });
    assert.equal(await refusalOf(adding), "AccessManagedUnauthorized");
    const withdrawing = chain.verifier.simulate.withdrawKey([keyId], { account });
    assert.equal(await refusalOf(withdrawing), "AccessManagedUnauthorized");
    const again = chain.verifier.simulate.acceptKey(["ours", theirKey]);
    assert.equal(await refusalOf(again), "NrasKeyUsed");
    await chain.verifier.write.withdrawKey([keyId]);
    assert.equal(await chain.verifier.read.isAccepted([keyId]), false);
    assert.equal(await contractRefusal(forge(same)), "NrasKeyUnknown");
    const back = chain.verifier.simulate.acceptKey(["ours", ourKey]);
    assert.equal(await refusalOf(back), "NrasKeyUsed");
    assert.equal(await refusalOf(chain.verifier.simulate.withdrawKey([keyId])), "NrasKeyUnknown");
  });

  it("refuses tokens before they begin and from the second at which they expire", async () => {
    assert.equal(twinRefusal(genuine, NOT_BEFORE - 1n), "NrasTokenExpired");
    assert.equal(twinRefusal(genuine, EXPIRES - 1n), undefined);
    await connection.networkHelpers.time.increaseTo(EXPIRES);
    assert.equal(await contractRefusal(genuine), "NrasTokenExpired");
    assert.equal(twinRefusal(genuine, EXPIRES), "NrasTokenExpired");
  });
});

describe("Base64Url", () => {
  let connection: NetworkConnection;
  let read: Awaited<ReturnType<typeof deployHarness>>;
  before(async () => {
    connection = await hre.network.create();
    read = await deployHarness(connection, "Base64Url__Harness");
  });
  after(() => connection.close());

  it("decodes what node encodes", async () => {
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 70 }), async (data) => {
      const encoded = stringToHex(Buffer.from(data).toString("base64url"));
      return (await read("decode", encoded)) === concat([`0x${Buffer.from(data).toString("hex")}`]);
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it("refuses padding, other characters and bits beyond the last byte", async () => {
    const bad = ["A", "AAAAA", "AA==", "A=", "AA+A", "AA/A", "AA A", "AB", "AAB", "A\u007fAA", "AAA\u0000"];
    for (const value of bad) {
      const refusal = await refusalOf(read("decode", stringToHex(value)));
      const expected = value.length % 4 === 1 ? "Base64UrlLengthInvalid" : "Base64UrlInvalid";
      assert.equal(refusal, expected, JSON.stringify(value));
    }
    assert.equal(await refusalOf(read("decode", "0xffffffff")), "Base64UrlInvalid");
  });
});
