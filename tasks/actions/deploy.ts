import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { artifactsIn } from "../../scripts/deploy/artifacts.ts";
import { deployAll, type StepReport } from "../../scripts/deploy/deploy-all.ts";
import { recordFolder } from "../../scripts/deploy/records.ts";
import { clientsAt, openChain, parametersOf } from "../lib/chain.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { print, printResult, say } from "../lib/terminal.ts";

interface DeployArguments {
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly records: string;
}

const WORDS: Readonly<Record<StepReport["outcome"], string>> = {
  present: "there already",
  sent: "done",
  planned: "would be sent",
};

async function deploy({ json, dryRun, records }: DeployArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const chain = await openChain(hre);
  try {
    const parameters = parametersOf(chain);
    await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
    const clients = await clientsAt(chain, 0);
    const folder = recordFolder(records, clients.publicClient.chain.id, parameters.name);
    const counts = { present: 0, sent: 0, planned: 0 };
    let gas = 0n;
    const onStep = ({ label, outcome, address, gasUsed }: StepReport): void => {
      counts[outcome]++;
      gas += gasUsed ?? 0n;
      const details = [address, gasUsed === undefined ? undefined : `${gasUsed} gas`].filter((item) => item);
      const line = `${label}: ${WORDS[outcome]}${details.length === 0 ? "" : ` (${details.join(", ")})`}`;
      (json ? say : print)(line);
    };
    const addresses = await deployAll({
      ...clients,
      parameters,
      artifacts: artifactsIn(hre.config.paths.artifacts),
      onStep,
      dryRun,
      ...(chain.inProcess ? {} : { record: folder }),
    });
    const deployer = clients.walletClient.account.address;
    printResult(json, addresses, [
      dryRun
        ? `Dry run: ${counts.planned} steps would be sent, ${counts.present} are there already.`
        : `${counts.sent} steps sent (${gas} gas), ${counts.present} were there already.`,
      ...(dryRun ? [] : [`The deployer ${deployer} holds no role.`]),
      ...(dryRun
        ? []
        : [chain.inProcess ? "This chain ends with this command; nothing is recorded." : `Records: ${folder}`]),
    ]);
  } finally {
    await chain.close();
  }
}

export default plainFailure(deploy);
