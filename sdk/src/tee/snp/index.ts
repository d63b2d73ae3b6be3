/** AMD SEV-SNP: a report's verdict as the contract gives it, and its evidence. */
export { SnpRefusedError, type SnpRefusal } from "./errors.ts";
export { SNP_PRODUCTS, type SnpProduct } from "./products.ts";
export { toDer } from "./vcek.ts";
export { computeVcekId, encodeSnpEvidence, verifySnp, type SnpEvidence, type SnpFacts } from "./verify.ts";
