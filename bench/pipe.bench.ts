import { ONCHAIN_SWAP } from "../scripts/story/chapters/run-onchain.ts";
import { startChain } from "../scripts/story/chain.ts";
import { setStage } from "../scripts/story/people.ts";
import { tellStory, type Story } from "../scripts/story/tell.ts";
import type { Bench } from "./harness/types.ts";

/** Where in the story each figure is: chapter (from 1), transaction label, and what it is for people. */
const FIGURES: Readonly<Record<string, readonly [chapter: number, transaction: string, label: string]>> = {
  "gas.pipe.swap.tee": [7, "swap, model call and payment", "swap with a model call answered by an enclave, the first"],
  "gas.pipe.swap.zk": [8, "swap, model call and payment", "swap with a model call and its Groth16 proof"],
  "gas.pipe.swap.onchain": [9, ONCHAIN_SWAP, "swap with a model call that the EVM answers itself"],
  "gas.pipe.swap.tee.next": [
    10,
    "swap, model call and payment",
    "swap with a model call answered by an enclave, later",
  ],
  "gas.pipe.feed.report": [10, "report 1 candle(s)", "report a candle to the example feed"],
  "gas.pipe.publish.key": [5, "register the verifying key", "register the verifying key of the fee model"],
  "gas.pipe.publish.release": [
    5,
    "publish release 1.00",
    "publish a release with three files, a schema, a circuit, a model for the EVM and three prices",
  ],
  "gas.pipe.vote.propose": [3, "propose", "propose to accept a hardware profile"],
  "gas.pipe.vote.cast": [3, "operator votes for", "cast a vote"],
  "gas.pipe.vote.execute": [3, "execute", "execute the acceptance of a hardware profile"],
  "gas.pipe.enclave.register": [4, "register the enclave of operator", "register an enclave"],
  "gas.pipe.payout.distribute": [11, "share the operator's earnings", "share an operator's earnings with his pool"],
  "gas.pipe.challenge.commit": [13, "commit to the evidence", "commit to evidence of equivocation"],
  "gas.pipe.challenge": [13, "challenge with both receipts", "prove equivocation and slash"],
};

function figureOf(story: Story, chapter: number, label: string): number {
  const transactions = story.chapters[chapter - 1]?.transactions ?? [];
  // The last of its kind: the first one pays for storage that the later ones find.
  const transaction = transactions.findLast((candidate) => candidate.label === label);
  if (transaction === undefined) throw new Error(`Chapter ${chapter} of the story has no transaction "${label}"`);
  return Number(transaction.gas);
}

const bench: Bench = {
  prefix: "gas.pipe",
  unit: "gas",
  tolerancePercent: 1,
  document: "gas",
  label: (id) => FIGURES[id]?.[2] ?? id,
  async run({ root, log }) {
    const chain = await startChain(undefined);
    try {
      const listener = {
        onBegin: (number: number, title: string): void => log(`  ${number}. ${title}`),
        onEnd: (): void => undefined,
        onProgress: (): void => undefined,
      };
      // Evidence has benches of its own.
      const telling = { genuineEvidence: false };
      const stage = await setStage(chain.url, chain.provider);
      const story = await tellStory(stage, `${root}artifacts`, listener, telling);
      const figures = Object.entries(FIGURES).map(([id, [chapter, label]]) => [id, figureOf(story, chapter, label)]);
      return Object.fromEntries(figures) as Record<string, number>;
    } finally {
      await chain.close();
    }
  },
};

export default bench;
