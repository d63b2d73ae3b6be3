import { getAddress, isAddress, isHash, type Address, type Hex } from "viem";

import { UserError } from "../lib/user-error.ts";

/** The environment of a process, as parameters are made from it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads an address from an environment variable.
 *
 * @throws UserError when the variable is missing or is not an address
 */
export function readAddress(environment: Environment, variable: string, meaning: string): Address {
  const value = environment[variable];
  if (value === undefined || value === "") {
    throw new UserError(`The environment variable ${variable} is not set. Set it to the address of ${meaning}.`);
  }
  if (!isAddress(value)) throw new UserError(`${variable} is "${value}", which is not an address.`);
  return getAddress(value);
}

/**
 * Demands that everything is decided that nobody can decide for a network.
 *
 * @param decisions what each variable stands for
 * @throws UserError naming every variable that is not set
 */
export function requireDecisions(
  environment: Environment,
  network: string,
  decisions: Readonly<Record<string, string>>,
): void {
  const open = Object.entries(decisions).filter(([variable]) => (environment[variable] ?? "") === "");
  if (open.length === 0) return;
  const list = open.map(([variable, meaning]) => `${variable} (${meaning})`).join("; ");
  throw new UserError(`Not decided for ${network}: ${list}. Set these environment variables; nothing was sent.`);
}

/** Reads 32 bytes in hex from an environment variable. @throws UserError when it has something else */
export function readHash(environment: Environment, variable: string): Hex {
  const value = environment[variable] ?? "";
  if (!isHash(value)) throw new UserError(`${variable} is "${value}", which is not 32 bytes in hex.`);
  return value;
}

/** Reads a day from an environment variable, in days since 1970-01-01. @throws UserError when it names none */
export function readDay(environment: Environment, variable: string): bigint {
  const value = environment[variable] ?? "";
  const time = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  // Dates such as the 31st of June are taken for the day after the month by some.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value) {
    throw new UserError(`${variable} is "${value}", which is not a day such as 2027-01-31.`);
  }
  return BigInt(time / 86_400_000);
}
