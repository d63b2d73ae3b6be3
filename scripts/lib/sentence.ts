import { BaseError, IntegerOutOfRangeError } from "viem";

import { StoreError } from "../../nodes/storage/errors.ts";
import { OpgError } from "../../sdk/src/errors.ts";
import { CircuitError, DataFileError, ModelFileError, SignalError, TensorShapeError } from "../../zkml/errors.ts";
import { networkErrorText } from "./network-error.ts";
import { UserError } from "./user-error.ts";

/** The errors whose message is for the person at the terminal. */
const PLAIN = [
  UserError,
  OpgError,
  StoreError,
  DataFileError,
  ModelFileError,
  TensorShapeError,
  SignalError,
  CircuitError,
] as const;

/** The sentence for a failure that the user can do something about; undefined for a defect of ours. */
export function sentenceOf(error: unknown): string | undefined {
  if (error instanceof Error && PLAIN.some((kind) => error instanceof kind)) return error.message;
  if (error instanceof IntegerOutOfRangeError) return `A number is out of range: ${error.shortMessage}`;
  // viem's other errors here are about the node: it does not answer, limits us or refuses a request.
  if (error instanceof BaseError) return `The network failed: ${networkErrorText(error)}`;
  return undefined;
}

/** Runs a command: a failure for the user becomes a sentence on stderr and exit code 1, a defect keeps its stack trace. */
export async function runPlainly(say: (line: string) => void, command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === undefined) throw error;
    say(sentence);
    process.exitCode = 1;
  }
}
