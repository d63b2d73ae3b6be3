import type { Address, Hash } from "viem";

import type { Reader } from "../lib/clients.ts";
import type { ArtifactSource } from "./artifacts.ts";
import { checkParameters } from "./check-parameters.ts";
import { hasDeploymentProxy } from "./create2.ts";
import { checkNetworkContracts } from "./network-contracts.ts";
import type { Parameters } from "./parameters.ts";
import { planDeployment } from "./plan.ts";
import { readContractRecord } from "./records.ts";
import { roleActions } from "./role-actions.ts";

/** One step of a deployment, as the chain shows it now. */
export interface StepStatus {
  readonly label: string;
  readonly kind: "network" | "contract" | "role";
  readonly done: boolean;
  /** Where the contract is, or will be. */
  readonly address?: Address;
  /** The recorded transaction; null when none is recorded. */
  readonly transactionHash?: Hash | null;
  /** The recorded commit; null when none is recorded. */
  readonly commit?: string | null;
}

/** Reads how far a deployment has come; sends nothing and needs no funds. */
export async function deploymentStatus(options: {
  readonly reader: Reader;
  readonly parameters: Parameters;
  readonly artifacts: ArtifactSource;
  readonly deployer: Address;
  readonly records: string;
}): Promise<readonly StepStatus[]> {
  const { reader, artifacts, deployer, records } = options;
  const parameters = checkParameters(options.parameters, deployer);
  const plan = await planDeployment(parameters, deployer, artifacts);
  const steps: StepStatus[] = [
    { label: "deterministic deployment proxy", kind: "network", done: await hasDeploymentProxy(reader) },
  ];
  for (const { name, address, problem } of await checkNetworkContracts(reader, parameters)) {
    steps.push({ label: name, kind: "network", address, done: problem === undefined });
  }
  for (const { name, address } of plan.contracts) {
    const record = await readContractRecord(records, name);
    steps.push({
      label: name,
      kind: "contract",
      done: (await reader.getCode({ address })) !== undefined,
      address,
      transactionHash: record?.transactionHash ?? null,
      commit: record?.commit ?? null,
    });
  }
  for (const action of roleActions(reader, plan, deployer)) {
    steps.push({ label: action.label, kind: "role", done: await action.isDone() });
  }
  return steps;
}
