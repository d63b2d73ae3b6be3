import { OpgError } from "../../errors.ts";

/** Why evidence is refused: the names of the contract's errors, and `DerInvalid` for all those of its DER and X.509. */
export type SnpRefusal =
  | "DerInvalid"
  | "SnpEvidenceTooShort"
  | "SnpProductUnknown"
  | "SnpVersionUnsupported"
  | "SnpReservedNotZero"
  | "SnpVmplNotZero"
  | "SnpAlgorithmUnsupported"
  | "SnpSigningKeyUnsupported"
  | "SnpChipHidden"
  | "SnpPolicyInvalid"
  | "SnpMigrationAgentAllowed"
  | "SnpSignatureInvalid"
  | "SnpVcekMismatch"
  | "SnpVcekNotValidNow"
  | "SnpVcekSignatureInvalid"
  | "SnpVcekIssuerUnexpected"
  | "SnpVcekSubjectUnexpected"
  | "SnpVcekExtensionInvalid"
  | "SnpVcekExtensionMissing";

/** Thrown when a report or a VCEK's certificate is refused; the message says what was found. */
export class SnpRefusedError extends OpgError {
  override readonly name = "SnpRefusedError";
  /** The check that failed. */
  readonly refusal: SnpRefusal;

  constructor(refusal: SnpRefusal, message: string) {
    super(message);
    this.refusal = refusal;
  }
}
