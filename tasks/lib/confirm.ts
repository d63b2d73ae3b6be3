import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { UserError } from "../../scripts/lib/user-error.ts";

/**
 * Asks the person at the terminal to agree.
 *
 * @param yes whether he agreed on the command line
 * @throws UserError when he does not agree, or nobody can be asked
 */
export async function confirm(hre: HardhatRuntimeEnvironment, yes: boolean): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UserError("Nobody is here to confirm. Run it in a terminal, or add --yes.");
  }
  const answer = await hre.interruptions.requestInput("opg", 'Type "yes" to send it');
  if (answer.trim().toLowerCase() !== "yes") throw new UserError("Not confirmed; nothing was sent.");
}
