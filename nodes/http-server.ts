import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { toWire } from "../sdk/src/wire.ts";

/** A running service. */
export interface HttpServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** What is answered to a request; integers beyond 2^53 may be bigint, which travel as decimal strings. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
  /** When a caller who was sent away may come again, in seconds. */
  readonly retryAfter?: number;
}

/** A request as the services here need it. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Reads the body as JSON; undefined stands for anything else. @throws {BodyTooLongError} */
  readonly json: () => Promise<unknown>;
}

class BodyTooLongError extends Error {
  override readonly name = "BodyTooLongError";
}

/**
 * Answers requests with JSON over HTTP.
 *
 * @param options.name        says on stderr who failed.
 * @param options.maximumBody the largest body, in bytes; a longer one is answered 413.
 * @param options.port        0 takes a free one.
 * @param options.hostname    127.0.0.1 by default: a node behind no proxy is nobody else's business.
 */
export async function serveHttp(options: {
  name: string;
  maximumBody: number;
  answer: (request: HttpRequest) => Promise<HttpAnswer>;
  port?: number | undefined;
  hostname?: string | undefined;
}): Promise<HttpServer> {
  const { name, maximumBody, answer, port = 0, hostname = "127.0.0.1" } = options;
  const server = createServer((request, response) => {
    const json = (): Promise<unknown> => readJson(request, maximumBody);
    void answer({ method: request.method ?? "", path: request.url ?? "", json })
      .catch((error: unknown): HttpAnswer => {
        if (error instanceof BodyTooLongError) {
          return { status: 413, body: { error: `the body is longer than ${maximumBody} bytes` } };
        }
        // The reason stays here: what failed inside is no business of the caller.
        process.stderr.write(`${name}: ${String(error)}\n`);
        return { status: 500, body: { error: "the node failed to serve this request" } };
      })
      .then((answered) => send(response, answered));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => resolve());
  });
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

async function readJson(request: IncomingMessage, maximumBody: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError("The request's stream has an encoding.");
    size += chunk.length;
    if (size > maximumBody) throw new BodyTooLongError();
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, body, retryAfter }: HttpAnswer): void {
  const text = toWire(body);
  if (retryAfter !== undefined) response.setHeader("retry-after", String(retryAfter));
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}
