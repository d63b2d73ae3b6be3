/** Intel TDX: a quote's verdict as the contract gives it, its evidence, and the calls that bring Intel's collateral. */
export {
  collateralCalls,
  encodeCollateralCall,
  INTEL_ROOT_KEY,
  missingCalls,
  parseCollateralBundle,
  type CollateralCall,
  type IntelFiles,
  type PresentDates,
  type PresentOf,
} from "./collateral.ts";
export { TdxRefusedError, type TdxRefusal } from "./errors.ts";
export { encodeEvidence, parseQuote, type TdxQuote } from "./quote.ts";
export { judgeQuote, TCB_STATUSES, type TcbStatusName, type TdxFacts } from "./verdict.ts";
