import { getAddress, isAddress, isHash, type Address, type Hex } from "viem";

import { UserError } from "../../scripts/lib/user-error.ts";

/** A day, or a minute or second of it in UTC. Without this form `Date` takes almost any text with a number in it. */
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/;

/** The end of the year 9999, beyond which no date is written so. */
const LAST_SECOND = 253_402_300_799n;

/** The address that somebody wrote. @throws UserError when it is none */
export function addressFrom(text: string, meaning: string): Address {
  if (isAddress(text)) return getAddress(text);
  throw new UserError(`"${text}" is not the address of ${meaning}.`);
}

/** The 32 bytes that somebody wrote. @throws UserError when they are none */
export function idFrom(text: string, meaning: string): Hex {
  if (isHash(text)) return text;
  throw new UserError(`"${text}" is not the id of ${meaning}: 32 bytes in hex.`);
}

/** The Unix seconds, or the date, that somebody wrote. @throws UserError when it is neither */
export function secondsFrom(text: string): bigint {
  const date = new Date(DATE.test(text) ? text : Number.NaN);
  // The 31st of June is the 1st of July to `Date`.
  if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(text.slice(0, 10))) {
    return BigInt(date.getTime()) / 1_000n;
  }
  if (/^\d+$/.test(text) && BigInt(text) <= LAST_SECOND) return BigInt(text);
  throw new UserError(`"${text}" is neither Unix seconds nor a date such as 2027-01-31 or 2027-01-31T18:00Z.`);
}
