import { OpgError } from "../../errors.ts";

/** Thrown when Nitro evidence or a certificate of its chain is refused. */
export class NitroEvidenceError extends OpgError {
  override readonly name = "NitroEvidenceError";
  /** The name of the error with which the contract refuses the same evidence. */
  readonly code: string;

  constructor(code: string, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}
