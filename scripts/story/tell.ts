import type { Hex } from "viem";
import type { InferenceNode } from "../../nodes/inference/answer.ts";
import { circuitModel } from "../../nodes/inference/circuit-model.ts";
import { serveInference } from "../../nodes/inference/server.ts";
import type { Addresses } from "../deploy/contracts.ts";
import { callWithEnclave, callWithProof, liveOn, type CallContext } from "./chapters/call.ts";
import { cheat } from "./chapters/cheat.ts";
import { deploy } from "./chapters/deploy.ts";
import { registerEnclaves } from "./chapters/enclaves.ts";
import { showGenuineEvidence } from "./chapters/genuine.ts";
import { guard } from "./chapters/guard.ts";
import { payOut } from "./chapters/pay-out.ts";
import { publish } from "./chapters/publish.ts";
import { callInEvm } from "./chapters/run-onchain.ts";
import { renew } from "./chapters/renew.ts";
import { settleUp } from "./chapters/settle-up.ts";
import { stake } from "./chapters/stake.ts";
import { openPool, type Dapp } from "./chapters/trade.ts";
import { vote } from "./chapters/vote.ts";
import { MARKET, STORY_HOURS, storyHours, type StoryHour } from "./hours.ts";
import { readLedger } from "./ledger.ts";
import { addressOf, type Stage } from "./people.ts";
import { changes, tellChapter, type Narrator, type ToldBalance, type ToldChapter } from "./telling.ts";

/** The fee of one hour and what it was set for. */
export interface FeePoint {
  /** The start of the hour that the fee is for, Unix milliseconds. */
  readonly time: number;
  /** The fee that the pool took, millionths. */
  readonly fee: number;
  /** The range that the hour really had, millionths. */
  readonly realRange: number;
}

/** The whole story as told. */
export interface Story {
  readonly chainId: number;
  readonly url: string;
  readonly market: string;
  readonly addresses: Addresses;
  readonly dapp: Dapp;
  /** The release that was called. */
  readonly releaseId: string;
  /** The release that took over from it. */
  readonly newestReleaseId: string;
  readonly chapters: readonly ToldChapter[];
  readonly fees: readonly FeePoint[];
  /** Everybody's amounts once the system is deployed and at the end. */
  readonly balances: readonly ToldBalance[];
}

/** What a teller may leave out. */
export interface Telling {
  /** Whether genuine evidence is verified at the end, on a chain of its own; true unless said otherwise. */
  readonly genuineEvidence?: boolean;
}

/** Told about the story's progress. */
export interface Listener {
  readonly onBegin: (number: number, title: string) => void;
  readonly onEnd: (chapter: ToldChapter) => void;
  readonly onProgress: (message: string) => void;
}

/**
 * Tells the story on a fresh test node, chapter by chapter.
 *
 * @param artifacts the folder of the compiled contracts
 * @throws {import("./telling.ts").StoryCheckError} at the first claim that does not hold
 */
export async function tellStory(
  stage: Stage,
  artifacts: string,
  listener: Listener,
  { genuineEvidence = true }: Telling = {},
): Promise<Story> {
  const chapters: ToldChapter[] = [];
  const known: { addresses?: Addresses } = {};
  const chapter = async <Outcome>(title: string, play: (narrator: Narrator) => Promise<Outcome>): Promise<Outcome> => {
    const number = chapters.length + 1;
    const { addresses } = known;
    listener.onBegin(number, title);
    const ledger = addresses && (() => readLedger(stage, addresses));
    const { told, outcome } = await tellChapter({ number, title, ledger, play });
    chapters.push(told);
    listener.onEnd(told);
    return outcome;
  };

  const addresses = await chapter("The system is deployed", (told) => deploy(stage, artifacts, told));
  known.addresses = addresses;
  const opening = await readLedger(stage, addresses);
  await chapter("Operators and delegators stake OPG", (told) => stake(stage, addresses, told));
  const accepted = await chapter("Holders vote hardware and code in", (told) =>
    vote(stage, addresses, artifacts, told),
  );
  const enclaves = await chapter("Enclaves prove what they are and are registered", (told) =>
    registerEnclaves(stage, addresses, accepted, told),
  );
  const model = await chapter("A publisher puts a real model on sale", (told) =>
    publish(stage, addresses, listener.onProgress, told),
  );
  const dapp = await chapter("A dapp opens a pool whose fee the model sets", (told) =>
    openPool(stage, addresses, artifacts, told),
  );

  const nodeOf = (person: "operator" | "cheat", releaseId: Hex): InferenceNode => ({
    chainId: stage.chainId,
    settlement: addresses.Settlement,
    engines: [addresses.PipeEngine],
    operator: addressOf(stage, person),
    enclave: enclaves[person],
    models: [circuitModel({ releaseId, circuit: model.circuit })],
    now: async () => (await stage.reader.getBlock()).timestamp,
    lifetime: 600n,
  });
  const server = await serveInference({ node: nodeOf("operator", model.releaseId) });
  try {
    const context: CallContext = { stage, addresses, dapp, model, nodeUrl: server.url };
    const hours = storyHours();
    const [first, second, third, ...rest] = hours;
    const last = rest.pop();
    if (first === undefined || second === undefined || third === undefined || last === undefined)
      throw new Error("The story is too short.");
    const swaps = [
      await chapter("The dapp calls the model inside a swap; an enclave answers", (told) =>
        callWithEnclave(context, first, told),
      ),
      await chapter("The same model, with a zero-knowledge proof verified on chain", (told) =>
        callWithProof(context, second, told),
      ),
      await chapter("The chain runs the model itself, without anybody's answer", (told) =>
        callInEvm(context, third, told),
      ),
      ...(await chapter(`The pool lives through ${rest.length} more real hours`, (told) =>
        liveOn(context, rest, (done) => listener.onProgress(`hour ${done} of ${rest.length}`), told),
      )),
    ];
    await chapter("Publisher, operator and delegator are paid", (told) => payOut(stage, addresses, told));
    const newestReleaseId = await chapter("The publisher deprecates the release, and a newer one takes over", (told) =>
      renew(stage, addresses, model, told),
    );
    await chapter("An operator signs two answers and loses stake, with his delegator", (told) =>
      cheat(context, nodeOf("cheat", newestReleaseId), last, told),
    );
    await chapter("The guardian suspends the hardware, and its enclaves stop", (told) =>
      guard(stage, addresses, accepted, enclaves, told),
    );
    await chapter("Two weeks later everybody takes out what is his", (told) => settleUp(stage, addresses, told));
    if (genuineEvidence) {
      await chapter("Genuine evidence of TDX and Nitro is verified, on a chain of its time", (told) =>
        showGenuineEvidence(artifacts, told),
      );
    }
    return {
      chainId: stage.chainId,
      url: stage.url,
      market: MARKET,
      addresses,
      dapp,
      releaseId: model.releaseId,
      newestReleaseId,
      chapters,
      fees: feePoints(hours.slice(0, STORY_HOURS - 1), swaps),
      balances: changes(opening, await readLedger(stage, addresses)),
    };
  } finally {
    await server.close();
  }
}

function feePoints(hours: readonly StoryHour[], swaps: readonly { readonly fee: bigint }[]): FeePoint[] {
  return swaps.flatMap(({ fee }, index) => {
    const hour = hours[index];
    return hour === undefined ? [] : [{ time: hour.next.time, fee: Number(fee), realRange: hour.realRange * 10 }];
  });
}
