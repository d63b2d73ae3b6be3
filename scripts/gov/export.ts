import type { Address, Hex } from "viem";

import type { PreparedCall } from "./send.ts";

/** How a transaction can be handed to another signer. */
export const EXPORT_FORMATS = ["unsigned", "safe"] as const;

/** One of them. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What a transaction is sent with. */
export interface ExportContext {
  readonly chainId: number;
  readonly from: Address;
  /** Unix seconds. */
  readonly now: bigint;
}

/** A transaction without signature, as wallets and `cast send` take it. */
export interface UnsignedTransaction {
  readonly chainId: number;
  readonly from: Address;
  readonly to: Address;
  /** Wei, as a text of digits. */
  readonly value: string;
  readonly data: Hex;
}

/** A batch of Safe's Transaction Builder, version 1.0. */
export interface SafeBatch {
  readonly version: "1.0";
  readonly chainId: string;
  /** Milliseconds. */
  readonly createdAt: number;
  readonly meta: { readonly name: string; readonly description: string; readonly createdFromSafeAddress: Address };
  readonly transactions: readonly {
    readonly to: Address;
    readonly value: string;
    readonly data: Hex;
    readonly contractMethod: null;
    readonly contractInputsValues: null;
  }[];
}

/** Puts a call into the form that another signer takes. */
export function exportCall(
  format: ExportFormat,
  call: PreparedCall,
  { chainId, from, now }: ExportContext,
): UnsignedTransaction | SafeBatch {
  const { to, data, lines } = call;
  if (format === "unsigned") return { chainId, from, to, value: "0", data };
  return {
    version: "1.0",
    chainId: String(chainId),
    createdAt: Number(now) * 1_000,
    meta: { name: lines[0] ?? "", description: lines.join("\n"), createdFromSafeAddress: from },
    transactions: [{ to, value: "0", data, contractMethod: null, contractInputsValues: null }],
  };
}
