import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { getAddress, isAddress } from "viem";

import { readPower } from "../../scripts/gov/power.ts";
import { opg } from "../../scripts/gov/words.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { clientsAt } from "../lib/chain.ts";
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
  if (address !== "" && !isAddress(address)) throw new UserError(`"${address}" is not an address.`);
  await withGovernance(hre, records, async (view, chain) => {
    const own = async () => (await clientsAt(chain, account)).walletClient.account.address;
    const result = await readPower(view, address === "" ? await own() : getAddress(address));
    const mayPropose = result.votes >= result.proposalThreshold;
    printResult(json, { ...result, mayPropose }, [
      `${result.account} has ${opg(result.votes)} of ${opg(result.totalVotes)} votes.`,
      `Proposing takes ${opg(result.proposalThreshold)}: ${mayPropose ? "enough" : "not enough"}.`,
      `A quorum is ${opg(result.quorum)}.`,
    ]);
  });
}

export default plainFailure(power);
