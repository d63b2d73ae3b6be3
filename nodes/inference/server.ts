import { describeIssues, inferenceRequestSchema } from "../../sdk/src/wire.ts";
import { serveHttp, type HttpAnswer, type HttpRequest, type HttpServer } from "../http-server.ts";
import { answerInference, RequestRefusedError, type InferenceNode } from "./answer.ts";

/** The largest request body, in bytes. */
const MAXIMUM_BODY = 1_000_000;

/**
 * Serves a node over HTTP: `POST /v1/inference` and `GET /v1/models`; see {@link serveHttp} for port and hostname.
 */
export function serveInference(options: {
  node: InferenceNode;
  port?: number;
  hostname?: string;
}): Promise<HttpServer> {
  const { node, port, hostname } = options;
  const answer = (request: HttpRequest): Promise<HttpAnswer> => route(node, request);
  return serveHttp({ name: "inference node", maximumBody: MAXIMUM_BODY, answer, port, hostname });
}

async function route(node: InferenceNode, { method, path, json }: HttpRequest): Promise<HttpAnswer> {
  if (method === "GET" && path === "/v1/models") {
    const { chainId, operator, models } = node;
    return { status: 200, body: { chainId, operator, releases: models.map(({ releaseId }) => releaseId) } };
  }
  if (method !== "POST" || path !== "/v1/inference") {
    return { status: 404, body: { error: "unknown path: use POST /v1/inference or GET /v1/models" } };
  }
  const parsed = inferenceRequestSchema.safeParse(await json());
  if (!parsed.success) return { status: 400, body: { error: describeIssues(parsed.error) } };
  try {
    return { status: 200, body: await answerInference(node, parsed.data) };
  } catch (error) {
    if (error instanceof RequestRefusedError) return { status: 422, body: { error: error.message } };
    throw error;
  }
}
