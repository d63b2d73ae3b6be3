import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { moment } from "../../scripts/gov/words.ts";
import { readerOfProvider } from "../../scripts/lib/clients.ts";
import { passTime } from "../../scripts/lib/test-node.ts";
import { openChain, requireRunning } from "../lib/chain.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface TimeArguments {
  readonly hours: number;
  readonly seconds: number;
  readonly json: boolean;
}

async function moveTime({ hours, seconds, json }: TimeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const chain = await openChain(hre);
  try {
    requireRunning(chain);
    await passTime(chain.provider, BigInt(hours) * 3_600n + BigInt(seconds));
    const { timestamp } = await (await readerOfProvider(chain.provider, true)).getBlock();
    printResult(json, { timestamp }, [`The chain's clock is at ${moment(timestamp, timestamp)}.`]);
  } finally {
    await chain.close();
  }
}

export default plainFailure(moveTime);
