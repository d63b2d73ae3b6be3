import { encodeDeployData, type Abi, type AbiParameter, type Address, type Hex } from "viem";

import type { Reader } from "../lib/clients.ts";
import { UserError } from "../lib/user-error.ts";
import type { ArtifactSource, ContractArtifact } from "./artifacts.ts";
import {
  CONTRACTS,
  CONTRACT_NAMES,
  DERIVED_NAMES,
  sourceOf,
  type Addresses,
  type ArgumentContext,
  type ContractName,
  type SystemName,
} from "./contracts.ts";
import { create2Address, isRuntimeOf } from "./create2.ts";
import type { Parameters } from "./parameters.ts";

/** A contract with its address, before anything is sent. */
export interface PlannedContract {
  readonly name: ContractName;
  readonly artifact: ContractArtifact;
  readonly address: Address;
  /** Creation code with constructor arguments. */
  readonly initCode: Hex;
  /** The arguments by the names of the constructor. */
  readonly constructorArguments: Readonly<Record<string, unknown>>;
}

/** Everything a deployment will consist of. */
export interface DeploymentPlan {
  readonly contracts: readonly PlannedContract[];
  readonly addresses: Addresses;
  /** The artifacts of all contracts, deployed here or not, and of those that others create. */
  readonly artifacts: ReadonlyMap<SystemName, ContractArtifact>;
}

type AbiConstructor = Extract<Abi[number], { readonly type: "constructor" }>;

function componentsOf(input: AbiParameter): readonly AbiParameter[] {
  return "components" in input ? input.components : [];
}

/** Refuses arguments that the compiled constructor does not take, naming the difference. */
function nameArguments(
  name: ContractName,
  artifact: ContractArtifact,
  values: readonly unknown[],
): Record<string, unknown> {
  const constructor = artifact.abi.find((item): item is AbiConstructor => item.type === "constructor");
  const inputs: readonly AbiParameter[] = constructor?.inputs ?? [];
  if (inputs.length !== values.length) {
    throw new UserError(`${name} takes ${inputs.length} constructor arguments, the deployment gives ${values.length}.`);
  }
  const named: Record<string, unknown> = {};
  inputs.forEach((input, index) => {
    const value = values[index];
    const fields = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
    const components = componentsOf(input).map((component) => component.name ?? "");
    const missing = components.filter((component) => !fields.includes(component));
    const unknown = fields.filter((field) => !components.includes(field));
    if (missing.length + unknown.length > 0) {
      throw new UserError(
        `${name}'s constructor argument ${input.name ?? index} does not match the parameters:` +
          ` missing [${missing.join(", ")}], unknown [${unknown.join(", ")}].`,
      );
    }
    named[input.name ?? String(index)] = value;
  });
  return named;
}

/**
 * Computes the address and the creation code of one contract.
 *
 * @throws UserError when it is not compiled or takes other arguments
 */
export async function planContract(
  name: ContractName,
  context: ArgumentContext,
  source: ArtifactSource,
): Promise<PlannedContract> {
  const spec = CONTRACTS[name];
  const artifact = await source.read(spec.source, name);
  const args = spec.arguments(context);
  const constructorArguments = nameArguments(name, artifact, args);
  const initCode = encodeDeployData({ abi: artifact.abi, bytecode: artifact.bytecode, args });
  return { name, artifact, address: create2Address(initCode), initCode, constructorArguments };
}

/**
 * The code at the address of a planned contract; undefined when there is none.
 *
 * @throws UserError when it is other code than the compiled
 */
export async function codeOf(
  publicClient: Reader,
  { name, address, artifact }: PlannedContract,
): Promise<Hex | undefined> {
  const code = await publicClient.getCode({ address });
  if (code !== undefined && !isRuntimeOf(code, artifact)) {
    throw new UserError(`${address} is where ${name} belongs, but other code is there.`);
  }
  return code;
}

/**
 * Computes every address of a deployment; reads the compiled contracts and sends nothing.
 *
 * @throws UserError when a contract is not compiled or takes other arguments
 */
export async function planDeployment(
  parameters: Parameters,
  deployer: Address,
  source: ArtifactSource,
): Promise<DeploymentPlan> {
  const addresses: Partial<Record<ContractName, Address>> = {};
  const at = (name: ContractName): Address => {
    const address = addresses[name];
    if (address === undefined) throw new Error(`${name} is used before its place in CONTRACT_NAMES`);
    return address;
  };

  const contracts: PlannedContract[] = [];
  const artifacts = new Map<SystemName, ContractArtifact>();
  for (const name of CONTRACT_NAMES) {
    if (name === "OPG" && parameters.token !== null) {
      artifacts.set(name, await source.read(sourceOf(name), name));
      addresses[name] = parameters.token;
      continue;
    }
    const contract = await planContract(name, { parameters, deployer, at }, source);
    artifacts.set(name, contract.artifact);
    addresses[name] = contract.address;
    contracts.push(contract);
  }
  for (const name of DERIVED_NAMES) artifacts.set(name, await source.read(sourceOf(name), name));
  return { contracts, addresses: requireAll(addresses), artifacts };
}

function requireAll(addresses: Partial<Record<ContractName, Address>>): Addresses {
  for (const name of CONTRACT_NAMES) {
    if (addresses[name] === undefined) throw new Error(`${name} has no address`);
  }
  return addresses as Addresses;
}
