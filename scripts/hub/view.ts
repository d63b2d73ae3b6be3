import type { Address } from "viem";

import type { Reader } from "../lib/clients.ts";

/** Where the Model Hub is read. */
export interface HubReader {
  readonly publicClient: Reader;
  readonly addresses: Readonly<Record<"ModelHub" | "PaymentHub" | "HostingBonds" | "OPG", Address>>;
}

/** Where the Model Hub's history is read as well. */
export interface HubView extends HubReader {
  /** The block of the hub's deployment, or an earlier one: where its events begin. */
  readonly firstBlock: bigint;
}
