import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { commissionOf, prepareRegistration, rolesOf } from "../../scripts/stake/acts.ts";
import { addressFrom } from "../lib/arguments.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface RegisterArguments extends ActArguments {
  readonly key: string;
  readonly roles: string;
  readonly commission: string;
}

async function register(args: RegisterArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const registration = {
    roles: rolesOf(args.roles),
    signingKey: addressFrom(args.key, "the signing key"),
    commissionBps: commissionOf(args.commission),
  };
  await performAct(hre, args, async (view, sender) => ({
    call: await prepareRegistration(view, sender, registration),
    result: { operator: sender, ...registration },
  }));
}

export default plainFailure(register);
