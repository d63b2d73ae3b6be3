import path from "node:path";
import { encodeDeployData, type Address, type Hash, type Hex } from "viem";

import { UserError } from "../lib/user-error.ts";
import type { ArtifactSource, CompilerInput, ContractArtifact } from "./artifacts.ts";
import { addressOf, DERIVED_CONTRACTS, DERIVED_NAMES, type ContractName, type SystemName } from "./contracts.ts";
import type { Parameters } from "./parameters.ts";
import type { DeploymentPlan } from "./plan.ts";
import { readContractRecord } from "./records.ts";

/** What an explorer asks for to verify the source of one contract. */
export interface VerificationRequest {
  readonly name: SystemName;
  readonly address: Address;
  /** `source:Contract`, with the source as the input names it. */
  readonly contractIdentifier: string;
  /** As explorers list it, for example `v0.8.34+commit.80d5c536`. */
  readonly compilerVersion: string;
  /** ABI-encoded, without 0x. */
  readonly constructorArguments: string;
  /** null when the records do not know it. */
  readonly creationTransactionHash: Hash | null;
  /** The compiler's standard JSON input: this contract's sources and no others. */
  readonly input: CompilerInput;
}

/** The files that a source imports, as the compiler would resolve them. */
function importsOf(name: string, content: string, remappings: readonly string[]): readonly string[] {
  const statements = content.matchAll(/^\s*import\s+(?:[^"';]*\sfrom\s+)?["']([^"']+)["']\s*;/gm);
  return [...statements].map(([, target = ""]) => {
    if (target.startsWith(".")) return path.posix.join(path.posix.dirname(name), target);
    const rules = remappings.map(parseRemapping).filter(({ context, prefix }) => {
      return name.startsWith(context) && target.startsWith(prefix);
    });
    // The compiler prefers the longest context, then the longest prefix.
    rules.sort((a, b) => b.context.length - a.context.length || b.prefix.length - a.prefix.length);
    const [rule] = rules;
    return rule === undefined ? target : rule.target + target.slice(rule.prefix.length);
  });
}

function parseRemapping(text: string): { readonly context: string; readonly prefix: string; readonly target: string } {
  const [left = "", target = ""] = text.split("=");
  const colon = left.indexOf(":");
  return { context: colon === -1 ? "" : left.slice(0, colon), prefix: left.slice(colon + 1), target };
}

/**
 * Cuts a compiler input down to one source and what it imports. The code stays the same byte for byte, because nothing
 * else of the input enters it.
 *
 * @throws UserError when an import is not in the input
 */
export function inputForSource(input: CompilerInput, source: string): CompilerInput {
  const remappings = input.settings.remappings ?? [];
  const sources: Record<string, { readonly content: string }> = {};
  const open = [source];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (Object.hasOwn(sources, name)) continue;
    const file = input.sources[name];
    if (file === undefined) throw new UserError(`The build info lacks ${name}. Run: npx hardhat build --force`);
    sources[name] = { content: file.content };
    open.push(...importsOf(name, file.content, remappings));
  }
  const sorted = Object.fromEntries(Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1)));
  const outputSelection = { "*": { "*": ["abi", "evm.bytecode", "evm.deployedBytecode", "metadata"] } };
  return { ...input, settings: { ...input.settings, outputSelection }, sources: sorted };
}

/**
 * Collects what an explorer needs for every contract of a deployment.
 *
 * @param options.records the folder of the records, for the transactions
 * @throws UserError when a contract is not compiled here
 */
export async function verificationRequests(options: {
  readonly plan: DeploymentPlan;
  readonly parameters: Parameters;
  readonly deployer: Address;
  readonly artifacts: ArtifactSource;
  readonly records: string;
}): Promise<readonly VerificationRequest[]> {
  const { plan, artifacts, records } = options;
  const requests: VerificationRequest[] = [];
  for (const { name, address, artifact, constructorArguments } of plan.contracts) {
    const record = await readContractRecord(records, name);
    requests.push({
      ...(await requestFor(name, address, artifact, artifacts)),
      constructorArguments: argumentsOf(artifact, Object.values(constructorArguments)),
      creationTransactionHash: record?.transactionHash ?? null,
    });
  }
  for (const name of DERIVED_NAMES) {
    const artifact = plan.artifacts.get(name);
    if (artifact === undefined) throw new Error(`${name} has no artifact`);
    const { creator: creatorName, arguments: args } = DERIVED_CONTRACTS[name];
    const creator = await readContractRecord(records, creatorName);
    const at = (contract: ContractName): Address => plan.addresses[contract];
    requests.push({
      ...(await requestFor(name, addressOf(plan.addresses, name), artifact, artifacts)),
      constructorArguments: argumentsOf(artifact, args({ ...options, at })),
      creationTransactionHash: creator?.transactionHash ?? null,
    });
  }
  return requests;
}

/** The encoded arguments alone, without 0x. */
function argumentsOf({ abi, bytecode }: ContractArtifact, args: readonly unknown[]): string {
  const data: Hex = encodeDeployData({ abi, bytecode, args });
  return data.slice(bytecode.length);
}

async function requestFor(name: SystemName, address: Address, artifact: ContractArtifact, artifacts: ArtifactSource) {
  const build = await artifacts.buildOf(artifact);
  const source = artifact.inputSourceName;
  if (build === null || source === undefined) {
    throw new UserError(`The build info of ${name} is gone. Run: npx hardhat build --force`);
  }
  return {
    name,
    address,
    contractIdentifier: `${source}:${artifact.contractName}`,
    compilerVersion: `v${build.longVersion}`,
    input: inputForSource(build.input, source),
  };
}
