import { isAddress, isHex, zeroHash, type Address, type Hex } from "viem";

import { readJsonFile } from "../lib/read-json.ts";
import { UserError } from "../lib/user-error.ts";
import type { SignedRegistration } from "./registration.ts";

/**
 * Reads a registration from JSON: `operator`, `signer`, `profileId`, `challengeBlock`, `verifierId`, `evidence`,
 * `possession`, and where the enclave has them `tlsSpkiHash`, `rsaKeyHash`, `gpuEvidenceDigest`, `gpuPolicyHash`.
 *
 * @param where the file, for messages
 * @throws UserError naming the first value that has the wrong form
 */
export function parseRegistration(json: unknown, where: string): SignedRegistration {
  const fail = (problem: string): never => {
    throw new UserError(`${where}: ${problem}.`);
  };
  if (typeof json !== "object" || json === null || Array.isArray(json)) return fail("not a JSON object");
  const fields = new Map<string, unknown>(Object.entries(json));
  const bytes = (key: string): Hex => {
    const value = fields.get(key);
    return typeof value === "string" && isHex(value) && value.length % 2 === 0
      ? value
      : fail(`"${key}" must be bytes in hex`);
  };
  const word = (key: string): Hex => {
    const value = bytes(key);
    return value.length === 66 ? value : fail(`"${key}" must be 32 bytes in hex`);
  };
  const wordOrZero = (key: string): Hex => (fields.has(key) ? word(key) : zeroHash);
  const address = (key: string): Address => {
    const value = fields.get(key);
    return typeof value === "string" && isAddress(value) ? value : fail(`"${key}" must be an address`);
  };
  const count = (key: string): number => {
    const value = fields.get(key);
    return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : fail(`"${key}" must be a whole number`);
  };
  return {
    registration: {
      operator: address("operator"),
      signer: address("signer"),
      profileId: word("profileId"),
      tlsSpkiHash: wordOrZero("tlsSpkiHash"),
      rsaKeyHash: wordOrZero("rsaKeyHash"),
      gpuEvidenceDigest: wordOrZero("gpuEvidenceDigest"),
      gpuPolicyHash: wordOrZero("gpuPolicyHash"),
      challengeBlock: count("challengeBlock"),
      verifierId: count("verifierId"),
    },
    evidence: bytes("evidence"),
    possession: bytes("possession"),
  };
}

/** Reads a registration file. @throws UserError when it is not one */
export async function readRegistration(file: string): Promise<SignedRegistration> {
  return parseRegistration(await readJsonFile(file), file);
}
