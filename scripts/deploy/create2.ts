import { concat, getContractAddress, hexToBytes, keccak256, toBytes, toHex, type Address, type Hex } from "viem";

import type { Clients, Reader } from "../lib/clients.ts";
import { UserError } from "../lib/user-error.ts";
import type { CodeRange, ContractArtifact } from "./artifacts.ts";

/** The deterministic deployment proxy that most chains have at this address (github.com/Arachnid/deterministic-deployment-proxy). */
export const DEPLOYMENT_PROXY: Address = "0x4e59b44847b379578588920cA78FbF26c0B4956C";

/** One salt for all: the contracts differ by their code, so that an address names exactly one code with its arguments. */
export const SALT: Hex = keccak256(toBytes("opg-protocol"));

const PROXY_CODE_HASH = "0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989";
// Signed without a chain id by a key nobody has, so the same on every chain; its sender must hold the fee first.
const PROXY_TRANSACTION =
  "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222";
const PROXY_SENDER: Address = "0x3fAB184622Dc19b6109349B94811493BF2a45362";
const PROXY_FEE = 10n ** 16n;

/** The address of a contract with this creation code. */
export function create2Address(initCode: Hex): Address {
  return getContractAddress({ opcode: "CREATE2", from: DEPLOYMENT_PROXY, salt: SALT, bytecode: initCode });
}

/** The call that makes the proxy create a contract. */
export function create2Call(initCode: Hex): { readonly to: Address; readonly data: Hex } {
  return { to: DEPLOYMENT_PROXY, data: concat([SALT, initCode]) };
}

/** The bytes of `code` with zeros in the ranges. */
export function maskRanges(code: Hex, ranges: readonly CodeRange[]): Uint8Array {
  const bytes = hexToBytes(code);
  for (const { start, length } of ranges) bytes.fill(0, start, start + length);
  return bytes;
}

/** Runtime code with zeros where the constructor writes immutables. */
export function maskImmutables(code: Hex, artifact: ContractArtifact): Hex {
  return toHex(maskRanges(code, Object.values(artifact.immutableReferences ?? {}).flat()));
}

/** Whether `code` is what the artifact's constructor leaves behind, whatever the immutables. */
export function isRuntimeOf(code: Hex, artifact: ContractArtifact): boolean {
  return (
    code.length === artifact.deployedBytecode.length &&
    maskImmutables(code, artifact) === artifact.deployedBytecode.toLowerCase()
  );
}

/** Whether the deployment proxy is on the chain. */
export async function hasDeploymentProxy(publicClient: Reader): Promise<boolean> {
  const code = await publicClient.getCode({ address: DEPLOYMENT_PROXY });
  if (code === undefined) return false;
  if (keccak256(code) !== PROXY_CODE_HASH) {
    throw new UserError(`${DEPLOYMENT_PROXY} holds other code than the deterministic deployment proxy.`);
  }
  return true;
}

/**
 * Refuses a live chain without the deployment proxy: putting it there is for the chain's keepers to do.
 *
 * @throws UserError
 */
export async function requireDeploymentProxy(publicClient: Reader): Promise<void> {
  if (await hasDeploymentProxy(publicClient)) return;
  throw new UserError(
    `Chain ${publicClient.chain.id} has no deterministic deployment proxy at ${DEPLOYMENT_PROXY}. ` +
      "Deploy it there first, or use a chain that has it (Base and Base Sepolia do).",
  );
}

/** Puts the deployment proxy on a test node by its well-known transaction. */
export async function installDeploymentProxy(clients: Clients): Promise<void> {
  const { publicClient, walletClient } = clients;
  const balance = await publicClient.getBalance({ address: PROXY_SENDER });
  if (balance < PROXY_FEE) {
    const funding = await walletClient.sendTransaction({ to: PROXY_SENDER, value: PROXY_FEE - balance });
    await publicClient.waitForTransactionReceipt({ hash: funding });
  }
  const hash = await publicClient.sendRawTransaction({ serializedTransaction: PROXY_TRANSACTION });
  await publicClient.waitForTransactionReceipt({ hash });
  if (!(await hasDeploymentProxy(publicClient))) {
    throw new UserError(`The deterministic deployment proxy could not be installed at ${DEPLOYMENT_PROXY}.`);
  }
}
