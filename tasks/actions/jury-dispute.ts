import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readSignedReceipt } from "../../scripts/challenges/receipt-file.ts";
import { prepareDispute } from "../../scripts/jury/parties.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import type { ActArguments } from "../lib/gov-act.ts";
import { performActs } from "../lib/multi-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface DisputeArguments extends ActArguments {
  readonly receipt: string;
  readonly evidence: string;
}

async function dispute(args: DisputeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { receipt: file, evidence } = args;
  if (file === "") throw new UserError("Name the file of what the node answered: --receipt answer.json.");
  const signed = await readSignedReceipt(file);
  await performActs(hre, args, async (view, sender) => {
    const { calls, id, deposit } = await prepareDispute(view, sender, signed, evidence);
    return { calls, result: { dispute: id, operator: signed.receipt.operator, evidence, deposit } };
  });
}

export default plainFailure(dispute);
