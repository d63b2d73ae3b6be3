import assert from "node:assert/strict";
import type { Hex } from "viem";
import { INTEL_ROOT_KEY, type IntelFiles } from "../../sdk/src/tee/tdx/collateral.ts";
import { TdxRefusedError } from "../../sdk/src/tee/tdx/errors.ts";
import type { TdxQuote } from "../../sdk/src/tee/tdx/quote.ts";
import { judgeQuote, TCB_STATUSES, type TdxFacts } from "../../sdk/src/tee/tdx/verdict.ts";
import { startChain, type TeeChain } from "./tdx-chain.ts";

const chains: TeeChain[] = [];

type RootKey = Parameters<typeof startChain>[1];

/** A chain at `time` that nothing has been brought to. */
export async function emptyChain(time: bigint, root: RootKey = INTEL_ROOT_KEY): Promise<TeeChain> {
  const chain = await startChain(time, root);
  chains.push(chain);
  return chain;
}

/** A chain at `time` to which everything of `files` has been brought. */
export async function chainWith(time: bigint, files: IntelFiles, root: RootKey = INTEL_ROOT_KEY): Promise<TeeChain> {
  const chain = await emptyChain(time, root);
  await chain.bringAll(files);
  return chain;
}

/** Closes every chain that was started here. */
export async function closeChains(): Promise<void> {
  await Promise.all(chains.map((chain) => chain.connection.close()));
}

/** What the contract says, in the form of the twin. */
export async function factsOf(chain: TeeChain, evidence: Hex): Promise<Omit<TdxFacts, "advisories">> {
  const facts = await chain.verify(evidence);
  assert.equal(facts.kind, 2);
  assert.equal(facts.attestedAt, 0n);
  assert.equal(facts.tcbVersion, 0n);
  const { platformClass, platformId, measurementId, tcbDate, tcbEvaluationNumber, advisoryHash } = facts;
  const { collateralExpiry, debug, reportData } = facts;
  const tcbStatus = TCB_STATUSES[facts.tcbStatus];
  assert.ok(tcbStatus !== undefined);
  const rest = { tcbStatus, tcbDate, tcbEvaluationNumber, advisoryHash, collateralExpiry, debug, reportData };
  return { platformClass, platformId, measurementId, ...rest };
}

/** The twin's facts without the advisories' names. */
export function twin(quote: TdxQuote, files: IntelFiles, time: bigint, root: RootKey = INTEL_ROOT_KEY) {
  const { advisories, ...facts } = judgeQuote(quote, files, time, root);
  return { advisories, facts };
}

/** The check at which the twin refuses. */
export function refusalOf(judge: () => unknown): string {
  try {
    judge();
  } catch (error) {
    if (error instanceof TdxRefusedError) return error.refusal;
    throw error;
  }
  return "nothing";
}
