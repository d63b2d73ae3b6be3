import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { preparePrice } from "../../scripts/hub/manage.ts";
import { parseMode, parsePrice } from "../../scripts/hub/modes.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface PriceArguments extends ActArguments {
  readonly name: string;
  readonly mode: string;
  readonly price: string;
}

async function setPrice(args: PriceArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const mode = parseMode(args.mode);
  const price = args.price === "none" ? null : parsePrice(args.price);
  await performAct(hre, args, async (view, sender) => {
    const call = await preparePrice(view, sender, args.name, mode, price);
    return { call, result: { name: call.release.name, releaseId: call.release.id, mode, price } };
  });
}

export default plainFailure(setPrice);
