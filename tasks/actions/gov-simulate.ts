import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { actionLines } from "../../scripts/gov/proposal-words.ts";
import { simulate, type SimulationReport } from "../../scripts/gov/simulate.ts";
import { readerOfProvider } from "../../scripts/lib/clients.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { copyOf } from "../lib/chain.ts";
import { readSubject } from "../lib/gov-subject.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult, say } from "../lib/terminal.ts";

interface SimulateArguments {
  readonly what: string;
  readonly strict: boolean;
  readonly records: string;
  readonly json: boolean;
}

function reportLines(report: SimulationReport): readonly string[] {
  const { actions, waits, stages, changes, events, findings, failure } = report;
  return [
    ...actions.flatMap(actionLines),
    `It waits ${waits} in the timelock.`,
    ...stages.map(({ stage, gas }) => `${stage}: ${gas} gas`),
    ...changes.map(({ contract, what, before, after }) => `CHANGED  ${contract}.${what}: ${before} → ${after}`),
    ...events.map((line) => `EVENT    ${line}`),
    ...findings.map(({ rule, sentence }) => `FLAGGED  ${rule}: ${sentence}`),
    failure === null
      ? "If it wins the vote, it can be executed and does this."
      : "If it wins the vote, it cannot be executed.",
  ];
}

async function run(args: SimulateArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { what, strict, records, json } = args;
  await withGovernance(hre, records, async (view, chain) => {
    const { draft, chainId } = await readSubject(view, what);
    say("Playing it on a copy of the chain in this process; nothing is sent.");
    const copy = await copyOf(hre, chain, view.publicClient.chain.id);
    try {
      const reader = await readerOfProvider(copy.provider, true);
      const { provider } = copy;
      const report = await simulate({ provider, addresses: view.addresses }, { publicClient: reader }, draft, chainId);
      printResult(json, report, reportLines(report));
      const rules = report.findings.map(({ rule }) => rule);
      if (!report.executed) throw new UserError(`It would fail: ${report.failure}`);
      if (strict && rules.length > 0) throw new UserError(`It is flagged: ${rules.join(", ")}.`);
    } finally {
      await copy.close();
    }
  });
}

export default plainFailure(run);
