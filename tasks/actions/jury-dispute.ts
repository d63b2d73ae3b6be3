import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { answerOf, readSource } from "../../scripts/challenges/answer-source.ts";
import { prepareDispute } from "../../scripts/jury/parties.ts";
import type { ActArguments } from "../lib/gov-act.ts";
import { performActs } from "../lib/multi-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";

interface DisputeArguments extends ActArguments {
  readonly receipt: string;
  readonly evidence: string;
}

async function dispute(args: DisputeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { receipt, evidence } = args;
  const source = await readSource(receipt, "receipt");
  await performActs(hre, args, async (view, sender) => {
    const signed = await answerOf(view, source);
    const { calls, id, deposit } = await prepareDispute(view, sender, signed, evidence);
    return { calls, result: { dispute: id, operator: signed.receipt.operator, evidence, deposit } };
  });
}

export default plainFailure(dispute);
