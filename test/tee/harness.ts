import type { ChainType, NetworkConnection } from "hardhat/types/network";
import {
  AbiErrorSignatureNotFoundError,
  decodeErrorResult,
  getContract,
  parseAbi,
  type Abi,
  type Address,
  type Hex,
} from "viem";

/** What is called of `Evidence__Harness`: contracts of the tests have no generated types. */
export const EVIDENCE_ABI = parseAbi([
  "function flipEach(address target, bytes callData, uint256 from, uint256 to, uint256 shift) view returns (uint256[])",
  "function attempt(address target, bytes callData) returns (bool success, bytes answer)",
  "function p256(bytes32 hash, uint256 r, uint256 s, uint256 x, uint256 y) view returns (bool)",
  "error P256PrecompileMissing()",
]);

const X509_ABI = parseAbi([
  "struct Parts { bytes tbs; uint256 serial; uint8 algorithm; bytes issuer; uint64 notBefore; uint64 notAfter; bytes subject; bytes publicKey; bool isCa; uint256 pathLength; uint16 keyUsage; bytes subjectKeyId; bytes authorityKeyId; bytes signature; }",
  "function parse(bytes der) view returns (Parts)",
  "function ecdsaSignature(bytes der) view returns (uint256 r, uint256 s)",
  "function readAllP256(bytes der) view",
  "function p256Key(bytes der) view returns (uint256 x, uint256 y)",
  "function p384Key(bytes der) view returns (bytes)",
  "function rsaKey(bytes der) view returns (bytes modulus, uint256 exponent)",
  "error DerTruncated(uint256 position, uint256 limit)",
  "error DerTagUnexpected(uint256 position, uint8 tag, uint8 expected)",
  "error DerLengthInvalid(uint256 position)",
  "error DerTrailingBytes(uint256 position, uint256 limit)",
  "error DerValueInvalid(uint256 position, uint8 tag)",
  "error X509VersionUnsupported(uint256 version)",
  "error X509AlgorithmMismatch(uint8 inner, uint8 outer)",
  "error X509ExtensionUnknown(bytes32 oid)",
  "error X509ExtensionDuplicate(bytes32 oid)",
  "error X509KeyUnsupported(uint256 position)",
]);

/** A harness that makes many small calls in one. */
export async function deployEvidenceHarness({ viem }: Pick<NetworkConnection, "viem">) {
  const { address } = await viem.deployContract("Evidence__Harness");
  const [wallet] = await viem.getWalletClients();
  if (wallet === undefined) throw new Error("The chain has no accounts.");
  const client = { public: await viem.getPublicClient(), wallet };
  return getContract({ address, abi: EVIDENCE_ABI, client });
}

/**
 * The name of the error with which a call is refused (its selector if the ABI lacks it), undefined if it is not: asked
 * through a harness, which is the sender then, because a test node takes its time over a call that reverts. Nothing is
 * sent.
 *
 * @param harness  of {@link deployEvidenceHarness}
 * @param callData of the call of `target`
 * @param abi      with the errors that may come, also from below
 */
export async function refusalThrough(
  harness: Awaited<ReturnType<typeof deployEvidenceHarness>>,
  target: Address,
  callData: Hex,
  abi: Abi,
): Promise<string | undefined> {
  const { result } = await harness.simulate.attempt([target, callData]);
  const [success, answer] = result;
  if (success) return undefined;
  try {
    return decodeErrorResult({ abi, data: answer }).errorName;
  } catch (error) {
    if (error instanceof AbiErrorSignatureNotFoundError) return error.signature;
    throw error;
  }
}

/** A harness that opens the certificate reader. */
export async function deployX509Harness({ viem }: Pick<NetworkConnection, "viem">) {
  const { address } = await viem.deployContract("X509__Harness");
  return getContract({ address, abi: X509_ABI, client: await viem.getPublicClient() });
}

/**
 * Deploys a contract of the tests; returns its view functions as one function. Contracts of the tests have no generated
 * types: whoever calls names the result's.
 */
export async function deployHarness<Chain extends ChainType>(
  { viem }: NetworkConnection<Chain>,
  name: string,
): Promise<(functionName: string, ...args: readonly unknown[]) => Promise<unknown>> {
  const { address, abi } = await viem.deployContract(name);
  const client = await viem.getPublicClient();
  return (functionName, ...args) => client.readContract({ address, abi, functionName, args });
}
