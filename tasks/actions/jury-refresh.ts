import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareRefresh } from "../../scripts/jury/pool.ts";
import { addressFrom } from "../lib/arguments.ts";
import type { ActArguments } from "../lib/gov-act.ts";
import { withHistory } from "../lib/jury-view.ts";
import { performActs } from "../lib/multi-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface RefreshArguments extends ActArguments {
  readonly operators: string;
}

async function refresh(args: RefreshArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const words = args.operators === "" ? undefined : args.operators.split(",");
  const wanted = words?.map((word) => addressFrom(word.trim(), "an operator"));
  await performActs(hre, args, async (view, _sender, chain) => {
    const { calls, operators } = await prepareRefresh(await withHistory(view, chain, args.records), wanted);
    return { calls, result: { operators } };
  });
}

export default plainFailure(refresh);
