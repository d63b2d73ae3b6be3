import { parseArgs } from "node:util";
import { isAddress, type Address } from "viem";
import { privateKeyToAccount, type PrivateKeyAccount } from "viem/accounts";

import { circuitEntries, circuitEntry } from "../../zkml/circuit/catalogue.ts";
import { UserError } from "../lib/user-error.ts";

/** The key that pays for transactions comes from the environment, so that no list of processes shows it. */
const KEY_VARIABLE = "RESPONDER_PRIVATE_KEY";

const OPTIONS = {
  rpc: { type: "string", default: "http://127.0.0.1:8545" },
  challenges: { type: "string", default: "" },
  operator: { type: "string", default: "" },
  prover: { type: "string", default: "http://127.0.0.1:8645" },
  memory: { type: "string", default: "build/challenges.json" },
  "from-block": { type: "string", default: "0" },
  circuit: { type: "string", multiple: true },
  seconds: { type: "string", default: "30" },
  once: { type: "boolean", default: false },
} as const;

/** What the command that answers challenges is told. */
export interface ResponderFlags {
  readonly rpc: string;
  readonly challenges: Address;
  readonly operator: Address;
  readonly prover: string;
  /** The file of its memory. */
  readonly memory: string;
  /** Where a new memory begins to read. */
  readonly firstBlock: bigint;
  /** Names of circuits by the ids of their keys, in lower case. */
  readonly circuits: ReadonlyMap<string, string>;
  /** Between two looks. */
  readonly seconds: number;
  readonly once: boolean;
  /** Pays for answers. */
  readonly account: PrivateKeyAccount;
}

/**
 * Reads the words of the command and the key of its environment.
 *
 * @throws {UserError} naming the flag or variable that is wrong
 * @throws {CircuitError} when `--circuit` names an unknown circuit
 */
export function readFlags(args: readonly string[], environment: NodeJS.ProcessEnv): ResponderFlags {
  const { values } = parse(args);
  return {
    rpc: values.rpc,
    challenges: addressIn(values.challenges, "challenges"),
    operator: addressIn(values.operator, "operator"),
    prover: values.prover,
    memory: values.memory,
    firstBlock: BigInt(whole(values["from-block"], "from-block", 0)),
    circuits: circuitsOf(values.circuit ?? []),
    seconds: whole(values.seconds, "seconds", 1),
    once: values.once,
    account: accountOf(environment[KEY_VARIABLE]),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS });
  } catch (cause) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw new UserError(`Unknown flags: ${known.join(", ")} are known.`, { cause });
  }
}

function addressIn(text: string, flag: string): Address {
  if (isAddress(text)) return text;
  throw new UserError(`--${flag} is "${text}": give an address.`);
}

/** A whole number of at most nine digits. */
function whole(text: string, flag: string, low: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (value >= low) return value;
  throw new UserError(`--${flag} is "${text}": give a whole number from ${low} on.`);
}

/** The development keys of the catalogue, and what `--circuit` names besides. */
function circuitsOf(pairs: readonly string[]): ReadonlyMap<string, string> {
  const circuits = new Map<string, string>();
  for (const { name, developmentKeyId } of circuitEntries()) {
    if (developmentKeyId !== undefined) circuits.set(developmentKeyId.toLowerCase(), name);
  }
  for (const pair of pairs) {
    const [, keyId, name] = /^(0x[0-9a-fA-F]{64})=(.+)$/.exec(pair) ?? [];
    if (keyId === undefined || name === undefined) {
      throw new UserError(`--circuit is "${pair}": give the key's id, "=" and the circuit's name.`);
    }
    circuits.set(keyId.toLowerCase(), circuitEntry(name).name);
  }
  return circuits;
}

function accountOf(key: string | undefined): PrivateKeyAccount {
  try {
    // Checked by the library, which also refuses numbers that are no key.
    return privateKeyToAccount(key as `0x${string}`);
  } catch {
    // Without the cause, which could name the key.
    throw new UserError(`Put the private key of the account that pays for answers into ${KEY_VARIABLE}.`);
  }
}
