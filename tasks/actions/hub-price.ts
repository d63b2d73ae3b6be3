import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareRates } from "../../scripts/hub/manage.ts";
import { parseMode, parsePrice } from "../../scripts/hub/modes.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface PriceArguments extends ActArguments {
  readonly name: string;
  readonly mode: string;
  readonly price: string;
  readonly input: string;
  readonly output: string;
}

async function setPrice(args: PriceArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const mode = parseMode(args.mode);
  const tokens = { perInput: parsePrice(args.input), perOutput: parsePrice(args.output) };
  const rates = args.price === "none" ? null : { perCall: parsePrice(args.price), ...tokens };
  await performAct(hre, args, async (view, sender) => {
    const call = await prepareRates(view, sender, args.name, mode, rates);
    return { call, result: { name: call.release.name, releaseId: call.release.id, mode, rates } };
  });
}

export default plainFailure(setPrice);
