import { domainSeparator, erc20Abi, keccak256, parseAbi, toHex, type Address, type Hex } from "viem";

import type { Reader } from "../lib/clients.ts";
import type { CodeRange } from "./artifacts.ts";
import { maskRanges } from "./create2.ts";
import type { Parameters } from "./parameters.ts";

/** A contract of others, at the same address on every public chain that has it. */
export interface NetworkContract {
  readonly address: Address;
  /** keccak256 of the runtime code with zeros in `immutables`. */
  readonly codeHash: Hex;
  /** What the constructor wrote into the code and differs from chain to chain. */
  readonly immutables: readonly CodeRange[];
}

/**
 * The contracts of others that a network may be asked to have. Every address is a CREATE2 or one-time-key address of the
 * creation code in test/vectors/network, from which a test derives both address and code hash.
 */
export const NETWORK_CONTRACTS = {
  Permit2: {
    address: "0x000000000022D473030F116dDEE9F6B43aC78BA3",
    codeHash: "0x463331fa7a0d5f07488e42c37b461bb56a822145c161a821fbafe7d4e916b546",
    // The chain id and the EIP-712 domain separator of the chain.
    immutables: [
      { start: 6945, length: 32 },
      { start: 6983, length: 32 },
    ],
  },
  Multicall3: {
    address: "0xcA11bde05977b3631167028862bE2a173976CA11",
    codeHash: "0xd5c15df687b16f2ff992fc8d767b4216323184a2bbc6ee2f9c398c318e770891",
    immutables: [],
  },
  x402ExactPermit2Proxy: {
    address: "0x402085c248EeA27D92E8b30b2C58ed07f9E20001",
    codeHash: "0xce6429c0bb49284660683287c0a8fe548a88379072327d026626909d202048b9",
    immutables: [],
  },
  x402UptoPermit2Proxy: {
    address: "0x4020A4f3b7b90ccA423B9fabCc0CE57C6C240002",
    codeHash: "0x4662dc27323421a3698be49ac95f7b0dba141c238d31ef543248d1a11f8d8eec",
    immutables: [],
  },
} as const satisfies Readonly<Record<string, NetworkContract>>;

/** OpenGradient's own OPG, by chain id: what its public SDK and x402 gateway use. */
export const OPENGRADIENT_OPG = {
  8453: "0xFbC2051AE2265686a469421b2C5A2D5462FbF5eB",
  84532: "0x240b09731D96979f50B2C649C9CE10FcF9C7987F",
} as const satisfies Readonly<Record<number, Address>>;

/** A contract of others that a network may be asked to have. */
export type NetworkContractName = keyof typeof NETWORK_CONTRACTS;

/** All names of {@link NetworkContractName}. */
export const NETWORK_CONTRACT_NAMES = Object.keys(NETWORK_CONTRACTS) as readonly NetworkContractName[];

/** What is at the address of a contract of others. */
export interface NetworkContractCheck {
  readonly name: NetworkContractName | "OPG";
  readonly address: Address;
  /** keccak256 of the code on the chain; null without code. */
  readonly codeHash: Hex | null;
  /** Why it is not what it should be, one sentence; undefined when it is. */
  readonly problem: string | undefined;
}

/** Reads the contracts of others that the parameters name, the token included, and judges their code. */
export async function checkNetworkContracts(
  reader: Reader,
  parameters: Parameters,
): Promise<readonly NetworkContractCheck[]> {
  const checks: NetworkContractCheck[] = [];
  for (const name of parameters.networkContracts) checks.push(await checkNetworkContract(reader, name));
  if (parameters.token !== null) checks.push(await checkToken(reader, parameters.token, parameters));
  return checks;
}

async function checkNetworkContract(reader: Reader, name: NetworkContractName): Promise<NetworkContractCheck> {
  const { address, codeHash: expected, immutables } = NETWORK_CONTRACTS[name];
  const code = await reader.getCode({ address });
  const codeHash = code === undefined ? null : keccak256(code);
  if (code === undefined) {
    return { name, address, codeHash, problem: `there is no code at ${address}, where ${name} should be` };
  }
  if (keccak256(toHex(maskRanges(code, immutables))) !== expected) {
    return { name, address, codeHash, problem: `the code at ${address} is not ${name}'s` };
  }
  const problem = name === "Permit2" ? await domainProblem(reader, address) : undefined;
  return { name, address, codeHash, problem };
}

/** Signatures for Permit2 are bound to this domain, which stands in the part of its code that the hash leaves out. */
async function domainProblem(reader: Reader, address: Address): Promise<string | undefined> {
  const actual = await reader.readContract({
    address,
    abi: parseAbi(["function DOMAIN_SEPARATOR() view returns (bytes32)"]),
    functionName: "DOMAIN_SEPARATOR",
  });
  const expected = domainSeparator({
    domain: { name: "Permit2", chainId: await reader.getChainId(), verifyingContract: address },
  });
  return actual === expected ? undefined : `Permit2 at ${address} has the EIP-712 domain of another chain or address`;
}

async function checkToken(
  reader: Reader,
  token: Address,
  { tokenCodeHash: expected, walletVotes }: Parameters,
): Promise<NetworkContractCheck> {
  const code = await reader.getCode({ address: token });
  if (code === undefined) {
    const problem = `there is no contract at the token's address ${token}`;
    return { name: "OPG", address: token, codeHash: null, problem };
  }
  const codeHash = keccak256(code);
  const problem =
    expected !== null && expected !== codeHash
      ? `the token's code at ${token} has the hash ${codeHash}, not ${expected}`
      : ((await tokenProblem(reader, token)) ?? (walletVotes ? await votesProblem(reader, token) : undefined));
  return { name: "OPG", address: token, codeHash, problem };
}

/** Everything here counts in 18 decimals, so a token with others would misprice by powers of ten. */
async function tokenProblem(reader: Reader, token: Address): Promise<string | undefined> {
  try {
    const decimals = await reader.readContract({ address: token, abi: erc20Abi, functionName: "decimals" });
    await reader.readContract({ address: token, abi: erc20Abi, functionName: "totalSupply" });
    return decimals === 18 ? undefined : `the token at ${token} has ${decimals} decimals, not 18`;
  } catch {
    return `the contract at the token's address ${token} does not answer as an ERC-20`;
  }
}

/** The governor asks the token at every ballot, so with a token that does not answer nobody could vote. */
async function votesProblem(reader: Reader, token: Address): Promise<string | undefined> {
  const abi = parseAbi([
    "function CLOCK_MODE() view returns (string)",
    "function clock() view returns (uint48)",
    "function getPastVotes(address account, uint256 timepoint) view returns (uint256)",
  ]);
  try {
    const clockMode = await reader.readContract({ address: token, abi, functionName: "CLOCK_MODE" });
    const now = await reader.readContract({ address: token, abi, functionName: "clock" });
    const args = [token, BigInt(now) - 1n] as const;
    await reader.readContract({ address: token, abi, functionName: "getPastVotes", args });
    return clockMode === "mode=timestamp"
      ? undefined
      : `the token at ${token} counts votes by "${clockMode}", not by "mode=timestamp"; set walletVotes to false`;
  } catch {
    return `the token at ${token} has no votes (ERC-5805); set walletVotes to false`;
  }
}
