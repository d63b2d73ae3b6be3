/** AWS Nitro: a document's verdict as the contract gives it, and the calls that bring it to the chain. */
export { prepareNitroCalls, type NitroCalls, type NitroCertificateCall } from "./calldata.ts";
export { nitroMeasurementId, parseNitroDocument, stripFraming, type NitroDocument } from "./document.ts";
export { NitroEvidenceError } from "./errors.ts";
export {
  AWS_NITRO_ROOT,
  verifyNitroDocument,
  type NitroFacts,
  type NitroTrust,
  type RevokedCertificate,
} from "./verify.ts";
