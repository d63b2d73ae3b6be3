import { createHash, sign } from "node:crypto";
import { slice, type Hex } from "viem";

import { readDetachedEat, type NrasTokens } from "../../sdk/src/tee/nras/token.ts";
import { forgeKey } from "./nitro-forge.ts";
import { textVector } from "./vectors.ts";

/** NVIDIA's production tokens of June 2025, about one H100. */
export const genuine = readDetachedEat(textVector("nvidia/hopperClaimsv3_detached_eat.json"));
/** The name of the key that signed them. */
export const NVIDIA_KID = "nv-eat-kid-prod-20250609211310110-93b13aa1-17e4-4c14-9d33-dba2323329f2";
/** Unix seconds at which they begin. */
export const NOT_BEFORE = 1_749_601_858n;
/** Unix seconds at which they expire. */
export const EXPIRES = 1_749_605_458n;
/** What NVIDIA was asked with. */
export const NONCE: Hex = "0x931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb";

const ours = forgeKey();
const { x = "", y = "" } = ours.publicKey.export({ format: "jwk" });

/** x and y of the keys that a test chain accepts: NVIDIA's, without the 04 of an uncompressed point, and ours. */
export const KEYS: ReadonlyMap<string, Hex> = new Map<string, Hex>([
  [NVIDIA_KID, `0x${textVector("nvidia/nras_prod_20250609_p384_pubkey_RECOVERED.hex").trim().slice(2)}`],
  ["ours", `0x${Buffer.concat([Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]).toString("hex")}`],
]);

/** A key as the contract takes it. */
export function words(key: Hex): readonly [Hex, Hex, Hex] {
  return [slice(key, 0, 32), slice(key, 32, 64), slice(key, 64, 96)];
}

/** A text as a part of a token. */
export const encode = (value: string): string => Buffer.from(value).toString("base64url");
const decode = (token: string): string => Buffer.from(token.split(".")[1] ?? "", "base64url").toString();

/** A token of ours with this payload. */
export function forgeToken(payload: string, header = '{"kid":"ours","alg":"ES384"}'): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  const signature = sign("sha384", Buffer.from(signed), { key: ours.privateKey, dsaEncoding: "ieee-p1363" });
  return `${signed}.${signature.toString("base64url")}`;
}

/** The payloads of the genuine tokens. */
export const overallPayload = decode(genuine.token);
/** That of the one about the device. */
export const devicePayload = decode(genuine.devices[0] ?? "");

/** Tokens of ours: the genuine payloads, changed. */
export function forge(
  changeDevice: (json: string) => string,
  changeOverall = (json: string): string => json,
): NrasTokens {
  const device = `e30.${encode(changeDevice(devicePayload))}.e30`;
  const digest = createHash("sha256").update(device).digest("hex");
  const overall = overallPayload.replace(/"SHA-256","[0-9a-f]+"/, `"SHA-256","${digest}"`);
  return { token: forgeToken(changeOverall(overall)), devices: [device] };
}

/** The genuine claims, but for somebody who asked with `nonce`; the device's changed further. */
export function forgeFor(nonce: Hex, changeDevice = (json: string): string => json): NrasTokens {
  const asked = (json: string): string => json.replace(NONCE.slice(2), nonce.slice(2));
  return forge((json) => changeDevice(asked(json)), asked);
}
