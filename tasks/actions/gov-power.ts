import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readPower } from "../../scripts/gov/power.ts";
import { opg } from "../../scripts/gov/words.ts";
import { addressFrom } from "../lib/arguments.ts";
import { accountAt } from "../lib/chain.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface PowerArguments {
  readonly address: string;
  readonly account: number;
  readonly records: string;
  readonly json: boolean;
}

async function power(
  { address, account, records, json }: PowerArguments,
  hre: HardhatRuntimeEnvironment,
): Promise<void> {
  const named = address === "" ? undefined : addressFrom(address, "an account");
  await withGovernance(hre, records, async (view, chain) => {
    const result = await readPower(view, named ?? (await accountAt(chain.provider, account)));
    const mayPropose = result.votes >= result.proposalThreshold;
    printResult(json, { ...result, mayPropose }, [
      `${result.account} has ${opg(result.votes)} of votes: ${opg(result.stakeVotes)} of the ` +
        `${opg(result.totalVotes)} that are staked, ${opg(result.walletVotes)} of wallets.`,
      ...(result.undelegated === 0n
        ? []
        : [
            `Its own wallet votes for nobody with ${opg(result.undelegated)}; ` +
              `to change that: npx hardhat gov delegate ${result.account} --wallet`,
          ]),
      `Proposing takes ${opg(result.proposalThreshold)}: ${mayPropose ? "enough" : "not enough"}.`,
      `A quorum is ${opg(result.quorum)}.`,
    ]);
  });
}

export default plainFailure(power);
