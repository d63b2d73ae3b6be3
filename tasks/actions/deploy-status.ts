import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { deploymentStatus } from "../../scripts/deploy/status.ts";
import { renderTable } from "../../scripts/lib/table.ts";
import { withDeployment, type DeploymentArguments } from "../lib/deployment.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface StatusArguments extends DeploymentArguments {
  readonly json: boolean;
}

function deployStatus({ json, ...which }: StatusArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  return withDeployment(which, hre, async (view) => {
    const steps = await deploymentStatus(view);
    const rows = steps.map(({ label, done, address, transactionHash }) => {
      return [label, done ? "done" : "missing", address ?? "", transactionHash ?? ""];
    });
    const done = steps.filter((step) => step.done).length;
    const next = steps.find((step) => !step.done);
    printResult(json, { deployer: view.deployer, records: view.records, done, steps }, [
      renderTable(["step", "state", "address", "transaction"], rows),
      `${done} of ${steps.length} steps are done for the deployer ${view.deployer}.`,
      next === undefined
        ? "Complete. To compare every detail with the chain, run: npx hardhat deploy verify"
        : `Next: ${next.label}. To go on, run: npx hardhat deploy`,
    ]);
  });
}

export default plainFailure(deployStatus);
