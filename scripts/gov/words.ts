import { formatEther } from "viem";

/** An amount of OPG base units in words, for example "1500 OPG". */
export function opg(amount: bigint): string {
  return `${formatEther(amount)} OPG`;
}

/** A number of seconds in words, for example "1 day 2 h". */
export function duration(seconds: bigint): string {
  const days = seconds / 86_400n;
  const hours = (seconds % 86_400n) / 3_600n;
  const minutes = (seconds % 3_600n) / 60n;
  const rest = seconds % 60n;
  const parts = [
    days > 0n ? `${days} ${days === 1n ? "day" : "days"}` : "",
    hours > 0n ? `${hours} h` : "",
    minutes > 0n ? `${minutes} min` : "",
    rest > 0n ? `${rest} s` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "0 s" : parts.join(" ");
}

/** The end of the year 9999; contracts know later times than `Date` does. */
const LAST_SECOND = 253_402_300_799n;

function utc(at: bigint): string {
  return `${new Date(Number(at) * 1_000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** A Unix time in words with its distance from `now`, for example "2026-11-21 02:37:55 UTC (in 1 h)". */
export function moment(at: bigint, now: bigint): string {
  const text = at > LAST_SECOND ? `second ${at}` : utc(at);
  if (at === now) return `${text} (now)`;
  return at > now ? `${text} (in ${duration(at - now)})` : `${text} (${duration(now - at)} ago)`;
}

/** A text from the chain with line breaks and control characters made visible, so that it cannot rewrite the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
