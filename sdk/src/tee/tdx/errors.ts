import { OpgError } from "../../errors.ts";

/** Why TDX evidence is refused. The names say which check failed, in the words of the contracts' errors. */
export type TdxRefusal =
  | "evidence-truncated"
  | "version-unsupported"
  | "key-type-unsupported"
  | "tee-type-unsupported"
  | "vendor-unknown"
  | "body-unsupported"
  | "certificate-chain-missing"
  | "der-invalid"
  | "certificate-unfit"
  | "extension-invalid"
  | "quote-signature-invalid"
  | "attestation-key-unbound"
  | "qe-report-signature-invalid"
  | "pck-signature-invalid"
  | "pck-not-valid-now"
  | "collateral-invalid"
  | "collateral-signature-invalid"
  | "collateral-expired"
  | "collateral-not-yet-valid"
  | "collateral-missing"
  | "certificate-revoked"
  | "qe-identity-mismatch"
  | "module-mismatch"
  | "tcb-level-unmatched";

/** Thrown when a quote, a certificate or collateral is refused; the message says what was found. */
export class TdxRefusedError extends OpgError {
  override readonly name = "TdxRefusedError";
  /** The check that failed. */
  readonly refusal: TdxRefusal;

  constructor(refusal: TdxRefusal, message: string) {
    super(message);
    this.refusal = refusal;
  }
}
