import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { moment } from "../../scripts/gov/words.ts";
import { readerOfProvider } from "../../scripts/lib/clients.ts";
import { passTime } from "../../scripts/lib/test-node.ts";
import { openChain } from "../lib/chain.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { print } from "../lib/terminal.ts";

interface TimeArguments {
  readonly hours: number;
  readonly seconds: number;
}

async function moveTime({ hours, seconds }: TimeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const chain = await openChain(hre);
  try {
    await passTime(chain.provider, BigInt(hours) * 3_600n + BigInt(seconds));
    const { timestamp } = await (await readerOfProvider(chain.provider, true)).getBlock();
    print(`The chain's clock is at ${moment(timestamp, timestamp)}.`);
  } finally {
    await chain.close();
  }
}

export default plainFailure(moveTime);
