import { BaseError, decodeErrorResult, formatEther, isHex, type Abi, type Hex } from "viem";
import { systemErrorsAbi } from "./abi/errors.ts";

/** Every error of every contract of the system; without its exact type, which would be a union of hundreds. */
const errors: Abi = systemErrorsAbi;

/** The revert data inside a client's error; nodes and clients put it at different depths. */
export function revertDataOf(error: unknown): Hex | undefined {
  for (let current = error, depth = 0; depth < 10; depth += 1) {
    if (typeof current !== "object" || current === null) return undefined;
    const data: unknown = "data" in current ? current.data : undefined;
    if (isHex(data)) return data;
    if (typeof data === "object" && data !== null && "data" in data && isHex(data.data)) return data.data;
    current = "cause" in current ? current.cause : undefined;
  }
  return undefined;
}

/** A contract's error, decoded. */
export interface DecodedRevert {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Decodes an error of the system's contracts; undefined for any other. */
export function decodeRevert(data: Hex): DecodedRevert | undefined {
  try {
    const { errorName, args } = decodeErrorResult({ abi: errors, data });
    return { name: errorName, args: args ?? [] };
  } catch {
    return undefined;
  }
}

/** What to do about the errors that users meet most; amounts are base units of tokens with 18 decimals. */
const ADVICE: Readonly<Record<string, (args: readonly unknown[]) => string>> = {
  ERC20InsufficientAllowance: ([spender, allowed, needed]) =>
    `${String(spender)} may take ${tokens(allowed)} of the payer but needs ${tokens(needed)}: ` +
    "approve it, or deposit credit if it is the payment hub",
  ERC20InsufficientBalance: ([account, balance, needed]) =>
    `${String(account)} has ${tokens(balance)} but ${tokens(needed)} are due: get more first`,
  PipePriceExceeded: ([price, maxPrice]) =>
    `the call costs ${tokens(price)}, more than the ${tokens(maxPrice)} agreed to: raise maxPrice`,
  SettlementDeadlinePassed: () => "the answer is too old: ask the node again",
};

function tokens(amount: unknown): string {
  return typeof amount === "bigint" ? `${formatEther(amount)} tokens` : "an unknown amount";
}

/** Why a call failed, in words: the contract's own error where it can be read, with advice where there is some. */
export function describeFailure(error: unknown): string {
  const data = revertDataOf(error);
  const decoded = data === undefined ? undefined : decodeRevert(data);
  if (decoded !== undefined) {
    const advice = ADVICE[decoded.name]?.(decoded.args);
    const plain = `${decoded.name}(${decoded.args.map(String).join(", ")})`;
    return advice === undefined ? plain : `${advice} (${plain})`;
  }
  if (!(error instanceof BaseError)) return String(error);
  return error.details === "" ? error.shortMessage : error.details;
}
