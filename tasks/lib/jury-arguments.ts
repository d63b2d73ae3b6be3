import type { Address, Hex } from "viem";

import { UserError } from "../../scripts/lib/user-error.ts";
import { addressFrom, idFrom } from "./arguments.ts";

/** The dispute that `--dispute` names. @throws UserError when it names none */
export function disputeFrom(text: string): Hex {
  if (text === "") throw new UserError("Say which dispute: --dispute <id>, see jury status.");
  return idFrom(text, "a dispute, see jury status");
}

/** The juror that `--juror` names; undefined when it was left out. @throws UserError when it is no address */
export function jurorFrom(text: string): Address | undefined {
  return text === "" ? undefined : addressFrom(text, "a juror");
}
