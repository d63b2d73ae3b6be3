import assert from "node:assert/strict";
import { createHash, sign } from "node:crypto";
import { after, before, describe, it } from "node:test";

import fc from "fast-check";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { concat, encodeFunctionData, hexToBytes, keccak256, slice, stringToHex, type Hex } from "viem";

import {
  nrasArguments,
  NrasTokenError,
  readDetachedEat,
  verifyNrasTokens,
  type NrasTokens,
} from "../../sdk/src/tee/nras/token.ts";
import { deployEvidenceHarness, deployHarness, refusalThrough } from "./harness.ts";
import { refusalOf } from "./nitro-chain.ts";
import { forgeKey } from "./nitro-forge.ts";
import { sample } from "./sample.ts";
import { vector } from "./vectors.ts";

const text = (path: string): string => Buffer.from(vector(path)).toString("utf8");
const genuine = readDetachedEat(text("nvidia/hopperClaimsv3_detached_eat.json"));
const NVIDIA_KID = "nv-eat-kid-prod-20250609211310110-93b13aa1-17e4-4c14-9d33-dba2323329f2";
/** Without the 04 of an uncompressed point. */
const NVIDIA_KEY: Hex = `0x${text("nvidia/nras_prod_20250609_p384_pubkey_RECOVERED.hex").trim().slice(2)}`;
const NOT_BEFORE = 1_749_601_858n;
const EXPIRES = 1_749_605_458n;
const at = NOT_BEFORE + 60n;

const ours = forgeKey();
const { x = "", y = "" } = ours.publicKey.export({ format: "jwk" });
const OUR_KEY: Hex = `0x${Buffer.concat([Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]).toString("hex")}`;

const encode = (value: string): string => Buffer.from(value).toString("base64url");
const decode = (token: string): string => Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
const words = (key: Hex): readonly [Hex, Hex, Hex] => [slice(key, 0, 32), slice(key, 32, 64), slice(key, 64, 96)];

/** A token of ours with this payload. */
function forgeToken(payload: string, header = '{"kid":"ours","alg":"ES384"}'): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  const signature = sign("sha384", Buffer.from(signed), { key: ours.privateKey, dsaEncoding: "ieee-p1363" });
  return `${signed}.${signature.toString("base64url")}`;
}

const overallPayload = decode(genuine.token);
const devicePayload = decode(genuine.devices[0] ?? "");

/** Tokens of ours: the genuine payloads, changed. */
function forge(changeDevice: (json: string) => string, changeOverall = (json: string): string => json): NrasTokens {
  const device = `e30.${encode(changeDevice(devicePayload))}.e30`;
  const digest = createHash("sha256").update(device).digest("hex");
  const overall = overallPayload.replace(/"SHA-256","[0-9a-f]+"/, `"SHA-256","${digest}"`);
  return { token: forgeToken(changeOverall(overall)), devices: [device] };
}

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
    await chain.verifier.write.acceptKey([NVIDIA_KID, words(NVIDIA_KEY)]);
    await chain.verifier.write.acceptKey(["ours", words(OUR_KEY)]);
    await connection.networkHelpers.time.increaseTo(at);
  });
  after(() => connection.close());

  const keys = new Map([
    [NVIDIA_KID, hexToBytes(NVIDIA_KEY)],
    ["ours", hexToBytes(OUR_KEY)],
  ]);
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
    assert.equal(facts.nonce, "0x931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb");
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
    const adding = chain.verifier.simulate.acceptKey(["new", words(OUR_KEY)], { account });
    assert.equal(await refusalOf(adding), "AccessManagedUnauthorized");
    const withdrawing = chain.verifier.simulate.withdrawKey([keyId], { account });
    assert.equal(await refusalOf(withdrawing), "AccessManagedUnauthorized");
    const again = chain.verifier.simulate.acceptKey(["ours", words(NVIDIA_KEY)]);
    assert.equal(await refusalOf(again), "NrasKeyUsed");
    await chain.verifier.write.withdrawKey([keyId]);
    assert.equal(await chain.verifier.read.isAccepted([keyId]), false);
    assert.equal(await contractRefusal(forge(same)), "NrasKeyUnknown");
    const back = chain.verifier.simulate.acceptKey(["ours", words(OUR_KEY)]);
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
