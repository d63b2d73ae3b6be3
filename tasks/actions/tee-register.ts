import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { keccak256 } from "viem";

import { prepareRegistration } from "../../scripts/tee/acts.ts";
import { readRegistration } from "../../scripts/tee/registration-file.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface RegisterArguments extends ActArguments {
  readonly file: string;
}

async function register(args: RegisterArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const file = await readRegistration(args.file);
  await performAct(hre, args, async (view) => ({
    call: await prepareRegistration(view, file),
    result: { enclaveId: keccak256(file.registration.signer), operator: file.registration.operator },
  }));
}

export default plainFailure(register);
