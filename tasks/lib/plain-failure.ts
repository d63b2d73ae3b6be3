import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Result } from "hardhat/types/utils";
import { errorResult, successfulResult } from "hardhat/utils/result";

import { sentenceOf } from "../../scripts/lib/sentence.ts";
import { say } from "./terminal.ts";

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
