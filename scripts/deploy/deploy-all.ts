import { BaseError, formatEther, keccak256, type Address, type Hash, type Hex } from "viem";

import { MAX_TRANSACTION_GAS } from "../lib/base.ts";
import type { Clients } from "../lib/clients.ts";
import { networkErrorText } from "../lib/network-error.ts";
import { UserError } from "../lib/user-error.ts";
import type { ArtifactSource } from "./artifacts.ts";
import { checkParameters } from "./check-parameters.ts";
import { currentCommit } from "./commit.ts";
import type { Addresses } from "./contracts.ts";
import { create2Call, hasDeploymentProxy, installDeploymentProxy, requireDeploymentProxy } from "./create2.ts";
import { checkNetworkContracts, type NetworkContractCheck } from "./network-contracts.ts";
import type { Parameters } from "./parameters.ts";
import { codeOf, planDeployment, type DeploymentPlan, type PlannedContract } from "./plan.ts";
import { findCreation, isRecorded, writeAddresses, writeContractRecord, writeNetworkRecord } from "./records.ts";
import { hasAccessRole, hasTimelockRole, roleActions, type Action } from "./role-actions.ts";
import { abisOf, roleProblem, verifyRoles } from "./verify/roles.ts";

/** What happened to one step of a deployment. */
export interface StepReport {
  readonly label: string;
  /** `present`: the chain had it; `sent`: a transaction did it now; `planned`: a dry run would do it. */
  readonly outcome: "present" | "sent" | "planned";
  /** The contract's address, in steps that are about one. */
  readonly address?: Address;
  readonly transactionHash?: Hash;
  readonly gasUsed?: bigint;
}

/** What a deployment needs. */
export interface DeployOptions extends Clients {
  readonly parameters: Parameters;
  readonly artifacts: ArtifactSource;
  /** Told about every step, in order, when it is done. */
  readonly onStep?: (report: StepReport) => void | Promise<void>;
  /** The folder for records; nothing is written without it. */
  readonly record?: string;
  /** Reports what would be done and sends nothing. */
  readonly dryRun?: boolean;
}

/** Needs of the whole deployment on a live chain, generously; the real need depends on the price of gas. */
const MINIMUM_BALANCE = 10n ** 15n;

interface Deployment extends DeployOptions {
  readonly deployer: Address;
  readonly plan: DeploymentPlan;
}

/**
 * Deploys what is missing of the system, and hands it over to its governance.
 *
 * Every contract goes to an address computed from its code and arguments; every step is asked of the chain before it is
 * sent. So it may be interrupted anywhere and run again, and a run over a complete deployment sends nothing.
 *
 * @returns the addresses of all contracts
 * @throws UserError for everything a person can put right: parameters, wrong chain, no funds, foreign code at an address
 */
export async function deployAll(options: DeployOptions): Promise<Addresses> {
  const deployer = options.walletClient.account.address;
  const parameters = checkParameters(options.parameters, deployer);
  const others = await checkChain(options, deployer);
  const plan = await planDeployment(parameters, deployer, options.artifacts);
  const deployment: Deployment = { ...options, deployer, plan };

  // Before the first transaction, so that foreign code stops the deployment while nothing has happened yet.
  for (const contract of plan.contracts) await codeOf(deployment.publicClient, contract);

  await ensureProxy(deployment);
  for (const contract of plan.contracts) await ensureContract(deployment, contract);
  for (const action of roleActions(options.publicClient, plan, deployer)) {
    await ensureAction(deployment, action);
  }
  if (options.dryRun === true) return plan.addresses;

  await checkRoles(deployment);
  if (options.record !== undefined) {
    await writeNetworkRecord(options.record, others);
    await writeAddresses(options.record, plan.addresses);
  }
  return plan.addresses;
}

/** What the tables list must be on the chain in the end; `deploy verify` also looks for what is there beside them. */
async function checkRoles({ publicClient, plan, deployer }: Deployment): Promise<void> {
  const tables = { addresses: plan.addresses, abiOf: abisOf(plan), fromBlock: undefined };
  const findings = await verifyRoles({ reader: publicClient, deployer, ...tables });
  const problems = findings.filter(({ ok }) => !ok).map(roleProblem);
  if (problems.length > 0) {
    throw new UserError(`The deployment is complete, but its roles are wrong: ${problems.join("; ")}.`);
  }
}

/** Everything that must be true before the first transaction. */
async function checkChain(options: DeployOptions, deployer: Address): Promise<readonly NetworkContractCheck[]> {
  const { publicClient, parameters } = options;
  const chainId = await publicClient.getChainId();
  if (!parameters.chainIds.includes(chainId)) {
    throw new UserError(
      `The node is on chain ${chainId}, but the parameters "${parameters.name}" are for chain ` +
        `${parameters.chainIds.join(" or ")}. Check the URL.`,
    );
  }
  const balance = await publicClient.getBalance({ address: deployer });
  if (balance < MINIMUM_BALANCE) {
    throw new UserError(
      `The deployer ${deployer} has ${formatEther(balance)} ETH on chain ${chainId}; ` +
        `give it at least ${formatEther(MINIMUM_BALANCE)} ETH.`,
    );
  }
  if (!parameters.local) await requireDeploymentProxy(publicClient);
  const checks = await checkNetworkContracts(publicClient, parameters);
  const problems = checks.map(({ problem }) => problem).filter((problem) => problem !== undefined);
  if (problems.length > 0) {
    throw new UserError(
      `Chain ${chainId} is not what the parameters "${parameters.name}" expect: ${problems.join("; ")}. ` +
        "Nothing was sent; check the URL and deployments/parameters.",
    );
  }
  return checks;
}

async function ensureProxy(deployment: Deployment): Promise<void> {
  const label = "deterministic deployment proxy";
  if (await hasDeploymentProxy(deployment.publicClient)) return;
  if (deployment.dryRun === true) {
    await deployment.onStep?.({ label, outcome: "planned" });
    return;
  }
  await installDeploymentProxy(deployment);
  await deployment.onStep?.({ label, outcome: "sent" });
}

async function ensureContract(deployment: Deployment, contract: PlannedContract): Promise<void> {
  const { name: label, address } = contract;
  const present = await codeOf(deployment.publicClient, contract);
  if (present !== undefined) {
    await keepRecord(deployment, contract, present, undefined);
    await deployment.onStep?.({ label, outcome: "present", address });
    return;
  }
  if (deployment.dryRun === true) {
    await deployment.onStep?.({ label, outcome: "planned", address });
    return;
  }
  const isDone = async (): Promise<boolean> => (await codeOf(deployment.publicClient, contract)) !== undefined;
  const sent = await send(deployment, { label, isDone, ...create2Call(contract.initCode) });
  const code = await codeOf(deployment.publicClient, contract);
  if (code === undefined) throw new UserError(`${label} is not at ${address} although its transaction succeeded.`);
  await keepRecord(deployment, contract, code, sent);
  await deployment.onStep?.({ label, outcome: "sent", address, ...sent.report });
}

async function ensureAction(deployment: Deployment, action: Action): Promise<void> {
  const { label } = action;
  if (await action.isDone()) {
    await deployment.onStep?.({ label, outcome: "present" });
    return;
  }
  if (deployment.dryRun === true) {
    await deployment.onStep?.({ label, outcome: "planned" });
    return;
  }
  await checkAdmin(deployment, action);
  const sent = await send(deployment, action);
  if (!(await action.isDone())) throw new UserError(`"${label}" is not done although its transaction succeeded.`);
  await deployment.onStep?.({ label, outcome: "sent", ...sent.report });
}

/** Roles can be set only until the deployer has handed over. */
async function checkAdmin({ publicClient, plan, deployer }: Deployment, action: Action): Promise<void> {
  const { AccessManager: manager, TimelockController: timelock } = plan.addresses;
  const isAdmin =
    action.to === timelock
      ? await hasTimelockRole(publicClient, timelock, "DEFAULT_ADMIN", deployer)
      : await hasAccessRole(publicClient, manager, "ADMIN", deployer);
  if (!isAdmin) {
    throw new UserError(
      `"${action.label}" is missing on the chain, and the deployer ${deployer} is no longer an admin. ` +
        "Only a vote can change roles now.",
    );
  }
}

interface Sent {
  readonly blockNumber: bigint;
  readonly report: { readonly transactionHash: Hash; readonly gasUsed: bigint };
}

async function send(deployment: Deployment, action: Action): Promise<Sent> {
  const { publicClient, walletClient } = deployment;
  const { to, data, label } = action;
  try {
    const estimate = await publicClient.estimateGas({ account: walletClient.account, to, data });
    if (estimate > MAX_TRANSACTION_GAS) {
      throw new UserError(`"${label}" needs ${estimate} gas; Base allows ${MAX_TRANSACTION_GAS} per transaction.`);
    }
    const withMargin = (estimate * 11n) / 10n;
    const gas = withMargin < MAX_TRANSACTION_GAS ? withMargin : MAX_TRANSACTION_GAS;
    const transactionHash = await walletClient.sendTransaction({ to, data, gas });
    const receipt = await publicClient.waitForTransactionReceipt({ hash: transactionHash });
    // A run that was interrupted may have left the same transaction on its way; then ours fails and that is fine.
    if (receipt.status === "reverted" && !(await action.isDone())) {
      throw new UserError(`"${label}" failed on the chain in transaction ${transactionHash}.`);
    }
    return { blockNumber: receipt.blockNumber, report: { transactionHash, gasUsed: receipt.gasUsed } };
  } catch (error) {
    if (error instanceof BaseError)
      throw new UserError(`"${label}" failed: ${networkErrorText(error)}`, { cause: error });
    throw error;
  }
}

async function keepRecord(
  deployment: Deployment,
  contract: PlannedContract,
  code: Hex,
  sent: Sent | undefined,
): Promise<void> {
  const { record: folder, publicClient, artifacts, deployer, dryRun } = deployment;
  if (folder === undefined || dryRun === true) return;
  const { name, address, constructorArguments } = contract;
  if (sent === undefined && (await isRecorded(folder, name, address, code))) return;
  const creation =
    sent === undefined
      ? await findCreation(publicClient, contract)
      : { transactionHash: sent.report.transactionHash, blockNumber: sent.blockNumber };
  await writeContractRecord(folder, name, {
    address,
    chainId: publicClient.chain.id,
    transactionHash: creation?.transactionHash ?? null,
    blockNumber: creation?.blockNumber ?? null,
    deployer,
    constructorArguments,
    runtimeCodeHash: keccak256(code),
    compiler: await artifacts.compilerOf(contract.artifact),
    commit: await currentCommit(),
  });
}
