import { setTimeout as wait } from "node:timers/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import {
  assessEvidence,
  contradictionLines,
  prepareCommitment,
  readCommitment,
  sendCommitment,
  sendReveal,
} from "../../scripts/challenges/equivocation.ts";
import { evidenceOf, readSources } from "../../scripts/challenges/evidence.ts";
import { chainTime } from "../../scripts/gov/proposals.ts";
import { simulateCall } from "../../scripts/gov/send.ts";
import { moment, opg } from "../../scripts/gov/words.ts";
import type { Reader } from "../../scripts/lib/clients.ts";
import { showProgress } from "../../scripts/lib/output.ts";
import { isTestNode } from "../../scripts/lib/test-node.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { clientsAt, openChain, openGovernance, type TaskChain } from "../lib/chain.ts";
import { confirm } from "../lib/confirm.ts";
import type { ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { print, printResult, say } from "../lib/terminal.ts";

interface ChallengeArguments extends ActArguments {
  readonly first: string;
  readonly second: string;
}

/** Milliseconds between looks at the chain's clock. */
const PAUSE = { local: 100, live: 1_000 } as const;

async function challenge(args: ChallengeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const sources = await readSources(args.first, args.second);
  const chain = await openChain(hre);
  try {
    await challengeOn(chain, args, hre, sources);
  } finally {
    await chain.close();
  }
}

/** Every step looks at the chain first, so that a second run goes on where the first one was interrupted. */
async function challengeOn(
  chain: TaskChain,
  { account, records, yes, dryRun, json }: ChallengeArguments,
  hre: HardhatRuntimeEnvironment,
  sources: Awaited<ReturnType<typeof readSources>>,
): Promise<void> {
  const show = json ? say : print;
  const view = await openGovernance(chain, records);
  const evidence = await evidenceOf(view, sources);
  const assessment = await assessEvidence(view, evidence);
  if (!assessment.contradiction) throw new UserError(`The two answers prove nothing: ${assessment.flaw}.`);
  const now = await chainTime(view);
  contradictionLines(assessment, now).forEach(show);
  if (assessment.punished) {
    printResult(json, { ...assessment, sent: false }, []);
    return;
  }
  if (!assessment.inReach) throw new UserError("Nothing was sent: a fault that old is not punished.");

  const clients = await clientsAt(chain, account);
  const challenger = clients.walletClient.account.address;
  const { commitment, committedAt, revealableAt } = await readCommitment(view, challenger, evidence);
  const recorded = committedAt !== 0n;
  const call = prepareCommitment(view, commitment);
  if (recorded) show(`Your commitment to it was recorded ${moment(committedAt, now)}.`);
  else call.lines.forEach(show);
  const result = { ...assessment, challenger, commitment };
  if (dryRun) {
    // The evidence itself is not simulated: a node that sees it could use it.
    const gas = recorded ? 0n : await simulateCall(clients, call);
    const verdict = recorded
      ? `Dry run: the evidence can be shown from ${moment(revealableAt, now)} on.`
      : `Dry run: the commitment would take about ${gas} gas.`;
    printResult(json, { ...result, gas, sent: false }, [verdict]);
    return;
  }
  await confirm(hre, yes);
  if (!recorded) {
    const sent = await sendCommitment(clients, view, evidence, commitment);
    if (sent !== undefined) show(`Committed in ${sent.transactionHash}, ${sent.gasUsed} gas.`);
  }
  await waitForClock(chain, view.publicClient, (await readCommitment(view, challenger, evidence)).revealableAt);
  const outcome = await sendReveal(clients, view, evidence);
  printResult(json, { ...result, ...outcome, sent: true }, [
    `Shown in ${outcome.transactionHash}, block ${outcome.blockNumber}, ${outcome.gasUsed} gas.`,
    `Slashed ${opg(outcome.slashed)}; ${opg(outcome.bounty)} are yours: npx hardhat challenge claim`,
  ]);
}

/** Waits until the chain's clock shows `time`. */
async function waitForClock({ provider }: TaskChain, reader: Reader, time: bigint): Promise<void> {
  const local = await isTestNode(provider);
  // A test node makes blocks of transactions only; the one to come shows what its clock says.
  const blockTag = local ? "pending" : "latest";
  const end = showProgress("Waiting until the commitment counts");
  try {
    while ((await reader.getBlock({ blockTag })).timestamp < time) await wait(local ? PAUSE.local : PAUSE.live);
  } finally {
    end();
  }
}

export default plainFailure(challenge);
