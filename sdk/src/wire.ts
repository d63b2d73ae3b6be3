import { isAddress, isHex, type Address, type Hex } from "viem";
import { z } from "zod";
import type { Receipt } from "./receipt.ts";
import type { ModelOutput } from "./tensors.ts";

/**
 * What clients and inference nodes say to each other over HTTP, as JSON: integers beyond 2^53 travel as decimal strings.
 */

const integer = z
  .string()
  .regex(/^-?\d{1,78}$/, "must be a decimal integer")
  .transform((text) => BigInt(text));

const address = z.custom<Address>((value) => typeof value === "string" && isAddress(value), "must be an address");

const hex = z.custom<Hex>((value) => isHex(value, { strict: true }), "must be 0x-prefixed hex");

const bytes32 = hex.refine((value) => value.length === 66, "must be 32 bytes");

const numberTensor = z.object({
  name: z.string().max(256),
  values: z.array(z.object({ value: integer, decimals: integer })).max(4096),
  shape: z.array(z.number().int().nonnegative()).max(8),
});

const stringTensor = z.object({ name: z.string().max(256), values: z.array(z.string()).max(4096) });

const modelInput = z.object({ numbers: z.array(numberTensor).max(16), strings: z.array(stringTensor).max(16) });

const modelOutput = z.object({
  numbers: z.array(numberTensor).max(16),
  strings: z.array(stringTensor).max(16),
  jsons: z.array(z.object({ name: z.string(), value: z.string() })).max(16),
  is_simulation_result: z.boolean(),
});

/** The body of `POST /v1/inference`. */
export const inferenceRequestSchema = z.object({
  chainId: z.number().int().positive(),
  engine: address,
  consumer: address,
  payer: address,
  releaseId: bytes32,
  mode: z.number().int().min(0).max(3),
  input: modelInput,
  nonce: integer,
});

/** A checked request. */
export type InferenceRequest = z.infer<typeof inferenceRequestSchema>;

/** What holds an operator to his answer: the part of a response that outlives the call. */
export const signedReceiptSchema = z.object({
  receipt: z.object({
    requestId: bytes32,
    requester: address,
    settler: address,
    payer: address,
    releaseId: bytes32,
    mode: z.number().int(),
    operator: address,
    nonce: integer,
    inputHash: bytes32,
    outputHash: bytes32,
    inputCommitment: integer,
    outputCommitment: integer,
    keyId: bytes32,
    enclaveId: bytes32,
    issuedAt: integer,
    deadline: integer,
  }),
  evidence: hex,
});

/** The response to `POST /v1/inference`. */
export const inferenceResponseSchema = signedReceiptSchema.extend({
  output: modelOutput,
  /** Milliseconds that the node spent on running the model and making the evidence. */
  milliseconds: z.number().nonnegative(),
});

/** What a node answers. */
export interface InferenceResponse {
  readonly output: ModelOutput;
  readonly receipt: Receipt;
  readonly evidence: Hex;
  readonly milliseconds: number;
}

/** JSON text in which every bigint is a decimal string. */
export function toWire(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? item.toString() : item));
}

/** One sentence out of a failed check: the place and what is wrong there. */
export function describeIssues(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "body"} ${issue.message}`).join("; ");
}
