import { encodeFunctionData, parseAbi, type Address, type Hex } from "viem";
import { base, baseSepolia } from "viem/chains";

import { UserError } from "../lib/user-error.ts";
import type { PreparedCall } from "./send.ts";

/** How a transaction can be handed to another signer. */
export const EXPORT_FORMATS = ["unsigned", "safe", "l1"] as const;

/** One of them. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What a transaction is sent with. */
export interface ExportContext {
  readonly chainId: number;
  readonly from: Address;
  /** Unix seconds. */
  readonly now: bigint;
  /** What the call takes. */
  readonly gas: bigint;
}

/** Where Ethereum takes transactions for Base when Base's sequencer does not: the portal of each chain. */
const PORTALS: Readonly<Record<number, { readonly l1: number; readonly portal: Address }>> = {
  [base.id]: { l1: base.sourceId, portal: base.contracts.portal[base.sourceId].address },
  [baseSepolia.id]: { l1: baseSepolia.sourceId, portal: baseSepolia.contracts.portal[baseSepolia.sourceId].address },
};

const portalAbi = parseAbi([
  "function depositTransaction(address to, uint256 value, uint64 gasLimit, bool isCreation, bytes data) payable",
]);

/** The transaction on Ethereum that makes Base include the call, at the latest after the sequencing window. */
function throughEthereum({ to, data }: PreparedCall, { chainId, from, gas }: ExportContext): UnsignedTransaction {
  const route = Object.hasOwn(PORTALS, chainId) ? PORTALS[chainId] : undefined;
  if (route === undefined) throw new UserError(`There is no way through Ethereum to chain ${chainId}; it is for Base.`);
  const gasLimit = (gas * 3n) / 2n;
  const args = [to, 0n, gasLimit, false, data] as const;
  const deposit = encodeFunctionData({ abi: portalAbi, functionName: "depositTransaction", args });
  return { chainId: route.l1, from, to: route.portal, value: "0", data: deposit };
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
  context: ExportContext,
): UnsignedTransaction | SafeBatch {
  const { chainId, from, now } = context;
  const { to, data, lines } = call;
  if (format === "l1") return throughEthereum(call, context);
  if (format === "unsigned") return { chainId, from, to, value: "0", data };
  return {
    version: "1.0",
    chainId: String(chainId),
    createdAt: Number(now) * 1_000,
    meta: { name: lines[0] ?? "", description: lines.join("\n"), createdFromSafeAddress: from },
    transactions: [{ to, value: "0", data, contractMethod: null, contractInputsValues: null }],
  };
}
