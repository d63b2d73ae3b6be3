import { getAddress, getContractAddress, isAddress, type Address } from "viem";
import { contractNames, deployments, type ContractName } from "./deployments.ts";
import { OpgError } from "./errors.ts";
import { releaseCircuitsAddress } from "./release-models.ts";

/** Every contract of a deployment: the recorded ones, and those that they create. */
export type SystemAddresses = Readonly<
  Record<ContractName | "Operators" | "ReleaseCircuits" | "InferenceForwarder", Address>
>;

/**
 * The addresses of the deployment on a public network.
 *
 * @throws {OpgError} when none is known to this version of the package
 */
export function addressesOf(chainId: number): SystemAddresses {
  const recorded = deployments[chainId];
  if (recorded !== undefined) return withCreated(recorded);
  const known = Object.keys(deployments).join(", ") || "none";
  throw new OpgError(
    `No deployment on chain ${chainId} is known to this version (known: ${known}). ` +
      "Read its addresses.json and pass it to parseAddresses.",
  );
}

/**
 * The addresses of any deployment, from the JSON of its `addresses.json`.
 *
 * @throws {OpgError} naming the contract whose address is missing or is none
 */
export function parseAddresses(json: unknown): SystemAddresses {
  const given: object = typeof json === "object" && json !== null ? json : {};
  const values = new Map<string, unknown>(Object.entries(given));
  const rows = contractNames.map((name): [ContractName, Address] => {
    const value = values.get(name);
    if (typeof value !== "string" || !isAddress(value)) {
      throw new OpgError(
        `The addresses lack ${name}, or what they have is not an address. Use a whole addresses.json.`,
      );
    }
    return [name, getAddress(value)];
  });
  return withCreated(Object.fromEntries(rows) as Record<ContractName, Address>);
}

/** Contracts create others in their constructors; their addresses follow. */
function withCreated(recorded: Readonly<Record<ContractName, Address>>): SystemAddresses {
  return {
    ...recorded,
    Operators: getContractAddress({ from: recorded.Staking, nonce: 1n }),
    ReleaseCircuits: releaseCircuitsAddress(recorded.ModelHub),
    InferenceForwarder: getContractAddress({ from: recorded.PipeEngine, nonce: 1n }),
  };
}
