import type { Hex } from "viem";
import type { z } from "zod";

import type { Receipt } from "../../sdk/src/receipt.ts";
import { describeIssues, inferenceResponseSchema } from "../../sdk/src/wire.ts";
import { readJsonFile } from "../lib/read-json.ts";
import { UserError } from "../lib/user-error.ts";

/** What of a node's answer is evidence; the answer itself may be there or not. */
const signedReceiptSchema = inferenceResponseSchema.pick({ receipt: true, evidence: true });

/** A receipt with the signature of an enclave over it. */
export interface SignedReceipt {
  readonly receipt: Receipt;
  readonly evidence: Hex;
}

/** Reads what a node answered, as it came over the wire. @throws UserError when the file is something else */
export async function readSignedReceipt(file: string): Promise<SignedReceipt> {
  const parsed: z.SafeParseReturnType<unknown, SignedReceipt> = signedReceiptSchema.safeParse(await readJsonFile(file));
  if (parsed.success) return parsed.data;
  throw new UserError(
    `${file} is not what a node answers, with receipt and evidence: ${describeIssues(parsed.error)}.`,
  );
}
