import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";

import { toWire } from "../../sdk/src/wire.ts";
import type { Proof } from "../../zkml/circuit/verifying-key.ts";
import type { ProvingJob } from "../proving/job.ts";
import { ResponderError } from "./errors.ts";

/** Milliseconds between two looks at a job. */
const POLLING = 250;

/** Milliseconds that one request may take. */
const REQUEST_TIMEOUT = 10_000;

const integer = z
  .string()
  .regex(/^\d{1,80}$/)
  .transform(BigInt);
const taken = z.object({ id: z.string().max(64) });
const state = z.discriminatedUnion("state", [
  z.object({ state: z.literal("waiting") }),
  z.object({ state: z.literal("proving") }),
  z.object({ state: z.literal("failed"), reason: z.string() }),
  z.object({
    state: z.literal("done"),
    result: z.object({
      proof: z.object({
        a: z.tuple([integer, integer]),
        b: z.tuple([integer, integer, integer, integer]),
        c: z.tuple([integer, integer]),
      }),
      signals: z.array(integer).length(3),
    }),
  }),
]);

/** What an answer on chain takes: a Groth16 proof and what it is about. */
export interface ProvenAnswer {
  readonly proof: Proof;
  readonly signals: readonly bigint[];
}

/** Proves an open input with Groth16, or fails with a {@link ResponderError} that says why. */
export type Prover = (job: Pick<ProvingJob, "circuit" | "features" | "binding">) => Promise<ProvenAnswer>;

/**
 * A prover behind the HTTP interface of `nodes/proving`.
 *
 * @param url          where it listens
 * @param milliseconds how long one proof may take, waiting for its turn included
 */
export function remoteProver(url: string, milliseconds: number): Prover {
  const ask = async <Shape extends z.ZodTypeAny>(
    path: string,
    shape: Shape,
    body?: string,
  ): Promise<z.infer<Shape>> => {
    const init = body === undefined ? {} : { method: "POST", body };
    const answer = await fetch(new URL(path, url), { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT) }).catch(
      (cause: unknown) => {
        throw new ResponderError(`the prover at ${url} does not answer`, { cause });
      },
    );
    const text = await answer.text();
    if (!answer.ok) throw new ResponderError(`the prover at ${url} refused with status ${answer.status}: ${text}`);
    const parsed = shape.safeParse(parseJson(text));
    if (!parsed.success) throw new ResponderError(`the prover at ${url} answered something else than a proof`);
    return parsed.data as z.infer<Shape>;
  };
  return async (job) => {
    const { id } = await ask("/v1/proofs", taken, toWire({ ...job }));
    for (const end = Date.now() + milliseconds; Date.now() < end; await wait(POLLING)) {
      const found = await ask(`/v1/proofs/${encodeURIComponent(id)}`, state);
      if (found.state === "failed") throw new ResponderError(`the prover at ${url} failed: ${found.reason}`);
      if (found.state === "done") return found.result;
    }
    throw new ResponderError(`the prover at ${url} took longer than ${milliseconds} ms`);
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
