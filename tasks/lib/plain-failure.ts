import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Result } from "hardhat/types/utils";
import { errorResult, successfulResult } from "hardhat/utils/result";
import { BaseError } from "viem";

import { StoreError } from "../../nodes/storage/errors.ts";
import { networkErrorText } from "../../scripts/lib/network-error.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { say } from "./terminal.ts";

/** The sentence for a failure that the user can do something about; undefined for a defect of ours. */
function sentenceOf(error: unknown): string | undefined {
  if (error instanceof UserError || error instanceof StoreError) return error.message;
  // viem's own errors here are about the node: it does not answer, limits us or refuses a request.
  if (error instanceof BaseError) return `The network failed: ${networkErrorText(error)}`;
  return undefined;
}

/**
 * Makes a task's action whose failures for the user are printed as a sentence on stderr, with exit code 1; any other error
 * is a defect and keeps its stack trace.
 */
export function plainFailure<Args>(
  action: (args: Args, hre: HardhatRuntimeEnvironment) => Promise<void>,
): (args: Args, hre: HardhatRuntimeEnvironment) => Promise<Result<undefined, string>> {
  return async (args, hre) => {
    try {
      await action(args, hre);
      return successfulResult();
    } catch (error) {
      const sentence = sentenceOf(error);
      if (sentence === undefined) throw error;
      say(`Error: ${sentence}`);
      return errorResult(sentence);
    }
  };
}
