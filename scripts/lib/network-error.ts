import type { BaseError } from "viem";

/** What a node or client said about a failed request, in one line. */
export function networkErrorText(error: BaseError): string {
  // Clients differ in which of the two they fill in; the types do not say that the details may be missing.
  const texts = [error.shortMessage, error.details].filter(Boolean);
  return texts.join(" ").replaceAll(/\s+/g, " ");
}
