import { toJson } from "../../lib/json.ts";

/** One comparison between the chain and what should be there. */
export interface Finding {
  /** What kind of fact it is about. */
  readonly group: "network" | "code" | "record" | "role" | "parameter";
  /** What it is about, for example `Staking` or `SLASHER`. */
  readonly subject: string;
  /** The fact, for example `runtime code`. */
  readonly fact: string;
  readonly expected: string;
  readonly actual: string;
  readonly ok: boolean;
}

/** Compares two values of any shape, as texts. */
export function compare(
  group: Finding["group"],
  subject: string,
  fact: string,
  values: { readonly expected: unknown; readonly actual: unknown },
): Finding {
  const expected = textOf(values.expected);
  const actual = textOf(values.actual);
  return { group, subject, fact, expected, actual, ok: expected.toLowerCase() === actual.toLowerCase() };
}

/** One text for a value, the same for `5n` and a recorded `"5"`, and for numbers of either kind. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "bigint" || typeof value === "number" || typeof value === "boolean") return String(value);
  return toJson(normalise(value)).replaceAll(/\s+/g, "");
}

function normalise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalise);
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalise(item)]));
}
