import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { actionLines } from "../../scripts/gov/proposal-words.ts";
import { decodeAction, type DecodedAction } from "../../scripts/gov/decode.ts";
import { lint, waitOf } from "../../scripts/gov/lint.ts";
import { readSubject } from "../lib/gov-subject.ts";
import { withGovernance } from "../lib/gov-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface DecodeArguments {
  readonly what: string;
  readonly records: string;
  readonly json: boolean;
}

async function decode({ what, records, json }: DecodeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await withGovernance(hre, records, async (view) => {
    const { draft, chainId } = await readSubject(view, what);
    const actions: DecodedAction[] = [];
    for (const { to, data, value } of draft.actions) {
      actions.push(await decodeAction(view.publicClient, view.addresses, to, value ?? 0n, data));
    }
    const findings = await lint({ view, actions, texts: [draft.title, ...draft.paragraphs], chainId });
    const waits = await waitOf(view, actions);
    printResult(json, { title: draft.title, actions, findings, waits }, [
      ...actions.flatMap(actionLines),
      ...findings.map(({ rule, sentence }) => `FLAGGED as ${rule}: ${sentence}`),
      `If it is decided, it waits ${waits} before it is executed.`,
    ]);
  });
}

export default plainFailure(decode);
