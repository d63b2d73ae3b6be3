import { OpgError } from "../../sdk/src/errors.ts";

/** Thrown when a node that answers challenges cannot begin, or a proof cannot be had now. */
export class ResponderError extends OpgError {
  override readonly name = "ResponderError";
}
