import { describeIssues, signedReceiptSchema, type InferenceResponse } from "../../sdk/src/wire.ts";
import { readJsonFile } from "../lib/read-json.ts";
import { UserError } from "../lib/user-error.ts";

/** A receipt with the signature of an enclave over it: what of a node's answer is evidence. */
export type SignedReceipt = Pick<InferenceResponse, "receipt" | "evidence">;

/** Reads what a node answered, as it came over the wire. @throws UserError when the file is something else */
export async function readSignedReceipt(file: string): Promise<SignedReceipt> {
  const parsed = signedReceiptSchema.safeParse(await readJsonFile(file));
  if (parsed.success) return parsed.data;
  throw new UserError(`${file} is not what a node answered: ${describeIssues(parsed.error)}.`);
}
