/** NVIDIA: tokens of its attestation service as the contract judges them, and the reports of single accelerators. */
export { GpuReportError, verifyGpuReport, type GpuReport } from "./report.ts";
export {
  nrasArguments,
  nrasNonce,
  NrasTokenError,
  readDetachedEat,
  verifyNrasTokens,
  type GpuClaims,
  type GpuFacts,
  type NrasTokens,
  type NrasTrust,
} from "./token.ts";
