import hre from "hardhat";
import { BaseError, ContractFunctionRevertedError, encodeFunctionData, keccak256, zeroHash, type Hex } from "viem";

import { prepareNitroCalls } from "../../sdk/src/tee/nitro/calldata.ts";
import { NitroEvidenceError } from "../../sdk/src/tee/nitro/errors.ts";
import { AWS_NITRO_ROOT } from "../../sdk/src/tee/nitro/verify.ts";
import { deployEvidenceHarness, refusalThrough } from "./harness.ts";
import { HEAVY } from "./sample.ts";

/**
 * The verifier and its certificates on a chain of their own, whose clock stands early enough for all test documents.
 * The first account is the guardian.
 *
 * @param root SHA-256 of the root certificate
 */
export async function deployNitro(root: Hex = AWS_NITRO_ROOT) {
  const connection = await hre.network.create({ override: { initialDate: "2025-12-01T00:00:00Z" } });
  const { viem } = connection;
  const [admin, stranger] = await viem.getWalletClients();
  if (admin === undefined || stranger === undefined) throw new Error("the local chain has no accounts");
  const authority = await viem.deployContract("AccessManager", [admin.account.address]);
  const certificates = await viem.deployContract("NitroCertificates", [authority.address, root]);
  const verifier = await viem.deployContract("NitroVerifier", [certificates.address]);
  const publicClient = await viem.getPublicClient();
  const harness = await deployEvidenceHarness(connection);
  // The verifier passes on what the certificates refuse with.
  const abi = [...verifier.abi, ...certificates.abi];
  return {
    connection,
    certificates,
    verifier,
    /** The facts in `evidence`. */
    verify: (evidence: Hex) =>
      publicClient.readContract({ address: verifier.address, abi, functionName: "verify", args: [evidence] }),
    /** The error with which the verifier refuses `evidence`; undefined if it accepts. */
    refusalOfEvidence: (evidence: Hex) => {
      const callData = encodeFunctionData({ abi, functionName: "verify", args: [evidence] });
      return refusalThrough(harness, verifier.address, callData, abi);
    },
    /** The error with which a certificate is refused; undefined if it is taken. */
    refusalOfCertificate: (der: Hex, parentId: Hex) => {
      const callData = encodeFunctionData({ abi, functionName: "cacheCertificate", args: [der, parentId] });
      return refusalThrough(harness, certificates.address, callData, abi);
    },
    stranger,
    /** Brings all certificates of an evidence file. */
    async bring(file: Uint8Array): Promise<void> {
      for (const { der, parentId } of prepareNitroCalls(file).certificates) {
        await certificates.write.cacheCertificate([der, parentId], HEAVY);
      }
    },
    /** Brings a chain of certificates, the first one's parent being `parentId`. */
    async bringChain(chain: readonly Hex[], parentId: Hex = zeroHash): Promise<void> {
      let parent = parentId;
      for (const der of chain) {
        await certificates.write.cacheCertificate([der, parent], HEAVY);
        parent = keccak256(der);
      }
    },
  };
}

/** The name of the error with which a contract call, or the twin, refuses; undefined if it accepts. */
export async function refusalOf(call: Promise<unknown> | (() => unknown)): Promise<string | undefined> {
  try {
    await (typeof call === "function" ? call() : call);
    return undefined;
  } catch (error) {
    if (error instanceof NitroEvidenceError) return error.code;
    const revert =
      error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null;
    if (!(revert instanceof ContractFunctionRevertedError)) throw error;
    return revert.data?.errorName ?? revert.signature ?? "without data";
  }
}
