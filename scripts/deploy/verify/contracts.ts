import { encodeDeployData, keccak256, type Address, type Hex } from "viem";

import type { Reader } from "../../lib/clients.ts";
import type { ContractArtifact } from "../artifacts.ts";
import { addressOf, DERIVED_NAMES } from "../contracts.ts";
import { create2Address, DEPLOYMENT_PROXY, maskImmutables } from "../create2.ts";
import type { DeploymentPlan, PlannedContract } from "../plan.ts";
import { readContractRecord, type RecordedContract } from "../records.ts";
import { compare, type Finding } from "./finding.ts";

/** What a check of contracts needs. */
export interface ContractsToVerify {
  readonly reader: Reader;
  readonly plan: DeploymentPlan;
  readonly deployer: Address;
  /** The folder of the records; undefined leaves them out. */
  readonly records: string | undefined;
}

/** Compares the code of every contract with the compiled one, and every record with the chain. */
export async function verifyContracts(options: ContractsToVerify): Promise<readonly Finding[]> {
  const { reader, plan } = options;
  const findings: Finding[] = [];
  for (const contract of plan.contracts) {
    const code = await reader.getCode({ address: contract.address });
    findings.push(codeFinding(contract.name, code, contract.artifact));
    if (options.records !== undefined) findings.push(...(await verifyRecord(options, contract, code)));
  }
  for (const name of DERIVED_NAMES) {
    const artifact = plan.artifacts.get(name);
    if (artifact === undefined) throw new Error(`${name} has no artifact`);
    findings.push(codeFinding(name, await reader.getCode({ address: addressOf(plan.addresses, name) }), artifact));
  }
  return findings;
}

/** Immutables count through the address: it follows from creation code and arguments. */
function codeFinding(name: string, code: Hex | undefined, artifact: ContractArtifact): Finding {
  return compare("code", name, "runtime code without immutables", {
    expected: keccak256(maskImmutables(artifact.deployedBytecode, artifact)),
    actual: code === undefined ? undefined : keccak256(maskImmutables(code, artifact)),
  });
}

async function verifyRecord(
  { reader, records, deployer }: ContractsToVerify,
  { name, artifact, address, initCode, constructorArguments }: PlannedContract,
  code: Hex | undefined,
): Promise<readonly Finding[]> {
  const record = await readContractRecord(records ?? "", name);
  if (record === undefined) return [compare("record", name, "record", { expected: "present", actual: "missing" })];
  const facts = [
    compare("record", name, "address", { expected: address, actual: record.address }),
    compare("record", name, "deployer", { expected: deployer, actual: record.deployer }),
    compare("record", name, "chain", { expected: await reader.getChainId(), actual: record.chainId }),
    compare("record", name, "constructor arguments", {
      expected: constructorArguments,
      actual: record.constructorArguments,
    }),
    compare("record", name, "address from the recorded arguments", {
      expected: address,
      actual: addressFromRecord(artifact, record),
    }),
    compare("record", name, "runtime code", {
      expected: code === undefined ? undefined : keccak256(code),
      actual: record.runtimeCodeHash,
    }),
  ];
  return [...facts, ...(await verifyTransaction(reader, name, record, initCode))];
}

/** The address that creation code and recorded arguments lead to; a sentence when they cannot be encoded. */
function addressFromRecord({ abi, bytecode }: ContractArtifact, { constructorArguments }: RecordedContract): string {
  try {
    return create2Address(encodeDeployData({ abi, bytecode, args: Object.values(constructorArguments) }));
  } catch {
    return "arguments that the constructor does not take";
  }
}

/** A record without a transaction is honest: nodes without history cannot name it. */
async function verifyTransaction(
  reader: Reader,
  name: string,
  { transactionHash, blockNumber }: RecordedContract,
  initCode: Hex,
): Promise<readonly Finding[]> {
  if (transactionHash === null) return [];
  const transaction = await reader.getTransaction({ hash: transactionHash }).catch(() => undefined);
  const creates =
    transaction?.to?.toLowerCase() === DEPLOYMENT_PROXY.toLowerCase() && transaction.input.endsWith(initCode.slice(2));
  return [
    compare("record", name, "transaction", {
      expected: "creates it",
      actual: creates ? "creates it" : transaction === undefined ? "not on the chain" : "does something else",
    }),
    compare("record", name, "block", { expected: transaction?.blockNumber, actual: blockNumber }),
  ];
}
