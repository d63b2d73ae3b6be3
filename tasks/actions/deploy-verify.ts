import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { recordedCommits } from "../../scripts/deploy/records.ts";
import type { Finding } from "../../scripts/deploy/verify/finding.ts";
import { verifyDeployment } from "../../scripts/deploy/verify/verify-deployment.ts";
import { renderTable } from "../../scripts/lib/table.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { withDeployment, type DeploymentArguments } from "../lib/deployment.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult, say } from "../lib/terminal.ts";

interface VerifyArguments extends DeploymentArguments {
  readonly json: boolean;
  readonly all: boolean;
  readonly noRecords: boolean;
}

/** Long values would make the table unreadable; `--json` has them whole. */
function shorten(text: string): string {
  return text.length <= 46 ? text : `${text.slice(0, 43)}...`;
}

function render(findings: readonly Finding[]): string {
  const rows = findings.map(({ ok, group, subject, fact, expected, actual }) => {
    return [ok ? "pass" : "FAIL", group, subject, fact, shorten(expected), shorten(actual)];
  });
  return renderTable(["", "about", "subject", "fact", "expected", "actual"], rows);
}

/** How many comparisons of each kind there were, and how many failed. */
function summary(findings: readonly Finding[]): readonly string[] {
  const groups = [...new Set(findings.map(({ group }) => group))];
  return groups.map((group) => {
    const rows = findings.filter((finding) => finding.group === group);
    return `${group}: ${rows.filter(({ ok }) => ok).length} of ${rows.length} as they should be`;
  });
}

function deployVerify(
  { json, all, noRecords, ...which }: VerifyArguments,
  hre: HardhatRuntimeEnvironment,
): Promise<void> {
  return withDeployment(which, hre, async ({ records, ...view }) => {
    const findings = await verifyDeployment({
      ...view,
      records: noRecords ? undefined : records,
      onProgress: say,
    });
    const failed = findings.filter(({ ok }) => !ok);
    const shown = all ? findings : failed;
    const commits = await recordedCommits(records);
    printResult(json, { deployer: view.deployer, commits, ok: failed.length === 0, findings }, [
      ...(shown.length === 0 ? [] : [render(shown)]),
      ...summary(findings),
      ...(commits.length === 0 ? [] : [`Recorded commit: ${commits.join(", ")}`]),
    ]);
    if (failed.length > 0) {
      throw new UserError(
        `${failed.length} of ${findings.length} comparisons failed. What the chain has is not what these sources, ` +
          "parameters and records say; where a vote changed it, bring the parameters and the table of roles up to date.",
      );
    }
  });
}

export default plainFailure(deployVerify);
