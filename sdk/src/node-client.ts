import { bytesToBigInt, type Address } from "viem";
import { InferenceNodeError } from "./errors.ts";
import type { InferenceAnswer, InferenceQuery } from "./pipe.ts";
import { describeIssues, inferenceResponseSchema, toWire } from "./wire.ts";

/**
 * Asks an operator's node to answer a model call.
 *
 * @param options.url      The node, for example `http://127.0.0.1:8700`.
 * @param options.payer    Who will pay and hand the answer in.
 * @param options.maxPrice The most he agrees to pay, in OPG base units.
 * @param options.nonce    Makes the request unique; 128 random bits by default.
 * @throws {InferenceNodeError} when the node cannot be reached, refuses, or answers nonsense.
 */
export async function askNode(options: {
  url: string;
  chainId: number;
  payer: Address;
  query: InferenceQuery;
  maxPrice: bigint;
  nonce?: bigint;
  onAnswer?: (timing: { milliseconds: number }) => void;
}): Promise<InferenceAnswer> {
  const { query } = options;
  const response = await post(
    new URL("/v1/inference", options.url),
    toWire({
      chainId: options.chainId,
      engine: query.engine,
      consumer: query.consumer,
      payer: options.payer,
      releaseId: query.releaseId,
      mode: query.mode,
      input: query.input,
      nonce: options.nonce ?? randomNonce(),
    }),
  );
  const parsed = inferenceResponseSchema.safeParse(response);
  if (!parsed.success) {
    throw new InferenceNodeError(`${options.url} answered something else: ${describeIssues(parsed.error)}.`, 200);
  }
  const { output, receipt, evidence, milliseconds } = parsed.data;
  options.onAnswer?.({ milliseconds });
  return { output, receipt, evidence, maxPrice: options.maxPrice };
}

/** A nonce that no other request will have: 128 random bits. */
export function randomNonce(): bigint {
  return bytesToBigInt(crypto.getRandomValues(new Uint8Array(16)));
}

async function post(url: URL, body: string): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  } catch {
    throw new InferenceNodeError(`No inference node answers at ${url.origin}: is it running?`, 0);
  }
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new InferenceNodeError(`${url.origin} answered ${response.status} without JSON.`, response.status);
  }
  if (response.ok) return json;
  const reason =
    typeof json === "object" && json !== null && "error" in json ? String(json.error) : `status ${response.status}`;
  throw new InferenceNodeError(`${url.origin} refused the request: ${reason}`, response.status);
}
