import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

import { PROOF_SYSTEMS } from "../../zkml/circuit/proof-system.ts";
import { CircuitError, SignalError, TensorShapeError } from "../../zkml/errors.ts";
import type { JobState, ProvingPool } from "./proving-pool.ts";

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

/** A running proving service. */
export interface ProvingServer {
  readonly url: string;
  /** Stops listening; the pool is its owner's to close. */
  readonly close: () => Promise<void>;
}

/**
 * Serves a pool over HTTP: `POST /v1/proofs` takes a job (202 with its id, 429 when too many wait), `GET /v1/proofs/<id>`
 * says where it is, `GET /v1/load` how many wait. Integers are decimal strings. A job has `circuit`, `features`, `binding` and, if
 * wanted, `salt` and `proofSystem`.
 *
 * @param options.port     0 takes a free one.
 * @param options.hostname 127.0.0.1 by default: proving costs seconds of CPU, so it is not for everybody.
 */
export async function serveProving(options: {
  pool: ProvingPool;
  port?: number;
  hostname?: string;
}): Promise<ProvingServer> {
  const { pool, port = 0, hostname = "127.0.0.1" } = options;
  const server = createServer((request, response) => {
    void respond(pool, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => resolve());
  });
  return {
    url: `http://${hostname}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function respond(pool: ProvingPool, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const [status, body] = await route(pool, request);
    if (status === 429) response.setHeader("retry-after", String(RETRY_AFTER));
    send(response, status, body);
  } catch (error) {
    process.stderr.write(`proving node: ${String(error)}\n`);
    send(response, 500, { error: "the node failed to serve this request" });
  }
}

async function route(pool: ProvingPool, request: IncomingMessage): Promise<[status: number, body: unknown]> {
  const path = request.url ?? "";
  if (request.method === "GET" && path === "/v1/load") return [200, pool.load()];
  if (request.method === "GET" && path.startsWith("/v1/proofs/")) {
    const state = pool.stateOf(path.slice("/v1/proofs/".length));
    return state === undefined ? [404, { error: "no such job, or no longer kept" }] : [200, shown(state)];
  }
  if (request.method !== "POST" || path !== "/v1/proofs") {
    return [404, { error: "unknown path: use POST /v1/proofs, GET /v1/proofs/<id> or GET /v1/load" }];
  }
  const text = await readBody(request);
  if (text === undefined) return [413, { error: `the body is longer than ${MAXIMUM_BODY} bytes` }];
  const parsed = jobSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return [400, { error: `${issue?.path.join(".") || "body"}: ${issue?.message ?? "not a job"}` }];
  }
  return submit(pool, parsed.data);
}

function submit(pool: ProvingPool, job: z.infer<typeof jobSchema>): [status: number, body: unknown] {
  try {
    const id = pool.submit(job);
    return id === undefined ? [429, { error: "too many jobs wait: come again later" }] : [202, { id }];
  } catch (error) {
    const isRefused = [CircuitError, TensorShapeError, SignalError].some((kind) => error instanceof kind);
    if (isRefused && error instanceof Error) return [422, { error: error.message }];
    throw error;
  }
}

/** A state with decimal strings for integers, which JSON lacks. */
function shown(state: JobState): unknown {
  return JSON.parse(JSON.stringify(state, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)));
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) return undefined;
    size += chunk.length;
    if (size > MAXIMUM_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}
