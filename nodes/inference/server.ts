import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describeIssues, inferenceRequestSchema, toWire } from "../../sdk/src/wire.ts";
import { answerInference, RequestRefusedError, type InferenceNode } from "./answer.ts";

/** The largest request body, in bytes. */
const MAXIMUM_BODY = 1_000_000;

/** A running node. */
export interface InferenceServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves a node over HTTP: `POST /v1/inference` and `GET /v1/models`.
 *
 * @param options.port     0 takes a free one.
 * @param options.hostname 127.0.0.1 by default: a node behind no proxy is nobody else's business.
 */
export async function serveInference(options: {
  node: InferenceNode;
  port?: number;
  hostname?: string;
}): Promise<InferenceServer> {
  const { node, port = 0, hostname = "127.0.0.1" } = options;
  const server = createServer((request, response) => {
    void respond(node, request, response);
  });
  await listen(server, port, hostname);
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${hostname}:${actual}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number, hostname: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => resolve());
  });
}

async function respond(node: InferenceNode, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const [status, body] = await route(node, request);
    send(response, status, body);
  } catch (error) {
    // The reason stays here: what failed inside is no business of the caller.
    process.stderr.write(`inference node: ${String(error)}\n`);
    send(response, 500, { error: "the node failed to serve this request" });
  }
}

async function route(node: InferenceNode, request: IncomingMessage): Promise<[status: number, body: unknown]> {
  if (request.method === "GET" && request.url === "/v1/models") {
    return [200, { chainId: node.chainId, operator: node.operator, releases: node.models.map((m) => m.releaseId) }];
  }
  if (request.method !== "POST" || request.url !== "/v1/inference") {
    return [404, { error: "unknown path: use POST /v1/inference or GET /v1/models" }];
  }
  const text = await readBody(request);
  if (text === undefined) return [413, { error: `the body is longer than ${MAXIMUM_BODY} bytes` }];
  const parsed = inferenceRequestSchema.safeParse(parseJson(text));
  if (!parsed.success) return [400, { error: describeIssues(parsed.error) }];
  try {
    return [200, await answerInference(node, parsed.data)];
  } catch (error) {
    if (error instanceof RequestRefusedError) return [422, { error: error.message }];
    throw error;
  }
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
  const text = toWire(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}
