import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { prepareDeprecation, prepareRemoval, type Removable } from "../../scripts/tee/acts.ts";
import { idFrom, secondsFrom } from "./arguments.ts";
import { performAct, type ActArguments } from "./gov-act.ts";
import { actOrPropose } from "./guardian-act.ts";
import { plainFailure } from "./plain-failure.ts";

interface RemovalArguments extends ActArguments {
  readonly id: string;
  readonly since: string;
  readonly reason: string;
  readonly propose: boolean;
}

interface DeprecationArguments extends ActArguments {
  readonly id: string;
  readonly at: string;
  readonly propose: boolean;
}

/** The action that takes a profile or a release away at once. */
export function removalOf(what: Removable) {
  return plainFailure(async (args: RemovalArguments, hre: HardhatRuntimeEnvironment) => {
    const id = idFrom(args.id, `a ${what}, see tee policy`);
    const since = args.since === "" ? undefined : secondsFrom(args.since);
    await performAct(hre, args, async (view, sender) => {
      const call = await prepareRemoval(view, what, id, since, args.reason);
      return actOrPropose(view, sender, call, args.propose, { [what]: id, reason: args.reason });
    });
  });
}

/** The action that announces the end of a profile or a release. */
export function deprecationOf(what: Removable) {
  return plainFailure(async (args: DeprecationArguments, hre: HardhatRuntimeEnvironment) => {
    const id = idFrom(args.id, `a ${what}, see tee policy`);
    const at = secondsFrom(args.at);
    await performAct(hre, args, async (view, sender) => {
      const call = await prepareDeprecation(view, what, id, at);
      return actOrPropose(view, sender, call, args.propose, { [what]: id, at });
    });
  });
}
