import { z } from "zod";

import { describeIssues } from "../../sdk/src/wire.ts";
import { PROOF_SYSTEMS } from "../../zkml/circuit/proof-system.ts";
import { CircuitError, SignalError, TensorShapeError } from "../../zkml/errors.ts";
import { serveHttp, type HttpAnswer, type HttpRequest, type HttpServer } from "../http-server.ts";
import type { ProvingPool } from "./proving-pool.ts";

/** The largest request body, in bytes. */
const MAXIMUM_BODY = 100_000;

/** More inputs than any circuit has: 30 words of bits. */
const MAXIMUM_FEATURES = 30 * 248;

/** When a caller who was sent away may come again, in seconds. */
const RETRY_AFTER = 5;

const integer = z
  .string()
  .regex(/^\d{1,80}$/)
  .transform(BigInt);
const jobSchema = z
  .object({
    circuit: z.string().max(64),
    features: z.array(integer).max(MAXIMUM_FEATURES),
    binding: integer,
    salt: integer.default("0"),
    proofSystem: z.enum(PROOF_SYSTEMS).default("groth16"),
  })
  .strict();

/**
 * Serves a pool over HTTP: `POST /v1/proofs` takes a job (202 with its id, 429 when too many wait), `GET /v1/proofs/<id>`
 * says where it is, `GET /v1/load` how many wait. Integers are decimal strings. A job has `circuit`, `features`, `binding` and, if
 * wanted, `salt` and `proofSystem`. Closing the service leaves the pool to its owner; see {@link serveHttp} for port and
 * hostname. Proving costs seconds of CPU, so it is not for everybody.
 */
export function serveProving(options: { pool: ProvingPool; port?: number; hostname?: string }): Promise<HttpServer> {
  const { pool, port, hostname } = options;
  const answer = (request: HttpRequest): Promise<HttpAnswer> => route(pool, request);
  return serveHttp({ name: "proving node", maximumBody: MAXIMUM_BODY, answer, port, hostname });
}

async function route(pool: ProvingPool, { method, path, json }: HttpRequest): Promise<HttpAnswer> {
  if (method === "GET" && path === "/v1/load") return { status: 200, body: pool.load() };
  if (method === "GET" && path.startsWith("/v1/proofs/")) {
    const state = pool.stateOf(path.slice("/v1/proofs/".length));
    if (state === undefined) return { status: 404, body: { error: "no such job, or no longer kept" } };
    return { status: 200, body: state };
  }
  if (method !== "POST" || path !== "/v1/proofs") {
    const error = "unknown path: use POST /v1/proofs, GET /v1/proofs/<id> or GET /v1/load";
    return { status: 404, body: { error } };
  }
  const parsed = jobSchema.safeParse(await json());
  if (!parsed.success) return { status: 400, body: { error: describeIssues(parsed.error) } };
  return submit(pool, parsed.data);
}

function submit(pool: ProvingPool, job: z.infer<typeof jobSchema>): HttpAnswer {
  try {
    const id = pool.submit(job);
    if (id !== undefined) return { status: 202, body: { id } };
    return { status: 429, body: { error: "too many jobs wait: come again later" }, retryAfter: RETRY_AFTER };
  } catch (error) {
    const isRefused = [CircuitError, TensorShapeError, SignalError].some((kind) => error instanceof kind);
    if (isRefused && error instanceof Error) return { status: 422, body: { error: error.message } };
    throw error;
  }
}
