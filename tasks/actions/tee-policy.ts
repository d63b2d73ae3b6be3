import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { chainTime } from "../../scripts/gov/proposals.ts";
import { moment, printable } from "../../scripts/gov/words.ts";
import { readPolicy } from "../../scripts/tee/policy.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface PolicyArguments {
  readonly records: string;
  readonly json: boolean;
}

async function policy({ records, json }: PolicyArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await withGovernance(hre, records, async (view) => {
    const state = await readPolicy(view);
    const now = await chainTime(view);
    const end = (sunset: number): string => (sunset === 0 ? "" : `, ends ${moment(BigInt(sunset), now)}`);
    printResult(json, state, [
      `Policy version ${state.policyVersion}; registrations are ${state.registrationsPaused ? "paused" : "open"}.`,
      ...state.verifiers.map(
        ({ verifierId, technology, target, frozen }) =>
          `verifier ${verifierId}: ${technology} at ${target}${frozen ? ", frozen" : ""}`,
      ),
      ...state.profiles.map(
        ({ profileId, name, status, sunset }) => `profile ${profileId}: ${printable(name)}, ${status}${end(sunset)}`,
      ),
      ...state.releases.map(
        ({ measurementId, name, version, status, sunset }) =>
          `release ${measurementId}: ${name === "" ? "never accepted" : printable(`${name} ${version}`)}, ` +
          `${status}${end(sunset)}`,
      ),
    ]);
  });
}

export default plainFailure(policy);
