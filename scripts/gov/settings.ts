import { parseEther, type AbiFunction } from "viem";

import { addressOf, type SystemName } from "../deploy/contracts.ts";
import { UserError } from "../lib/user-error.ts";
import { abiOf } from "./abis.ts";
import { encodeNamedCall } from "./proposal-file.ts";
import type { GovernanceView } from "./proposals.ts";
import type { ProposalDraft } from "./propose.ts";
import { duration, opg } from "./words.ts";

/** How a value is written by people. */
type Unit = "seconds" | "opg" | "percent" | "bps" | "number";

/** A number that a vote can change. */
interface Setting {
  readonly contract: SystemName;
  readonly setter: string;
  /** The values of the setter in order. */
  readonly values: readonly { readonly name: string; readonly unit: Unit }[];
  /** Where the values are read, one getter each, or one for all; none where they depend on another argument. */
  readonly getters: readonly string[];
}

/** Everything that `params set` knows by name. */
export const SETTINGS: Readonly<Record<string, Setting>> = {
  votingDelay: {
    contract: "OPGGovernor",
    setter: "setVotingDelay",
    values: [{ name: "delay", unit: "seconds" }],
    getters: ["votingDelay"],
  },
  votingPeriod: {
    contract: "OPGGovernor",
    setter: "setVotingPeriod",
    values: [{ name: "period", unit: "seconds" }],
    getters: ["votingPeriod"],
  },
  lateQuorumExtension: {
    contract: "OPGGovernor",
    setter: "setLateQuorumVoteExtension",
    values: [{ name: "extension", unit: "seconds" }],
    getters: ["lateQuorumVoteExtension"],
  },
  proposalThreshold: {
    contract: "OPGGovernor",
    setter: "setProposalThreshold",
    values: [{ name: "votes", unit: "opg" }],
    getters: ["proposalThreshold"],
  },
  quorum: {
    contract: "OPGGovernor",
    setter: "updateQuorumNumerator",
    values: [{ name: "share", unit: "percent" }],
    getters: ["quorumNumerator"],
  },
  timelockDelay: {
    contract: "TimelockController",
    setter: "updateDelay",
    values: [{ name: "delay", unit: "seconds" }],
    getters: ["getMinDelay"],
  },
  decisionDelays: {
    contract: "DecisionDelays",
    setter: "setDelays",
    values: [
      { name: "trustRoot", unit: "seconds" },
      { name: "slashing", unit: "seconds" },
    ],
    getters: ["trustRootDelay", "slashingDelay"],
  },
  split: {
    contract: "PaymentHub",
    setter: "setSplit",
    values: [
      { name: "operator", unit: "bps" },
      { name: "treasury", unit: "bps" },
    ],
    getters: ["split"],
  },
  hostingBond: {
    contract: "HostingBonds",
    setter: "setBond",
    values: [{ name: "bond", unit: "opg" }],
    getters: ["bond"],
  },
  cover: {
    contract: "ValueLocks",
    setter: "setCover",
    values: [{ name: "cover", unit: "bps" }],
    getters: ["coverBps"],
  },
  minSelfStake: {
    contract: "Operators",
    setter: "setMinSelfStake",
    values: [
      { name: "role", unit: "number" },
      { name: "stake", unit: "opg" },
    ],
    getters: [],
  },
  juryCapacity: {
    contract: "Penalties",
    setter: "setJuryCapacity",
    values: [{ name: "capacity", unit: "bps" }],
    getters: [],
  },
};

const SECONDS: Readonly<Record<string, bigint>> = { s: 1n, min: 60n, h: 3_600n, d: 86_400n };

/** Reads a value as people write it: 5d, 12h, 30min, 90s; 1000.5 OPG; plain numbers. @throws UserError when it is none */
export function parseValue(text: string, unit: Unit): bigint {
  const wrong = (form: string): never => {
    throw new UserError(`"${text}" is not ${form}.`);
  };
  if (unit === "seconds") {
    const [, count, size] = /^(\d+)(s|min|h|d)$/.exec(text) ?? [];
    const factor = SECONDS[size ?? ""];
    return count === undefined || factor === undefined
      ? wrong("a time such as 5d, 12h, 30min or 90s")
      : BigInt(count) * factor;
  }
  if (unit === "opg") {
    return /^\d+(\.\d{1,18})?$/.test(text) ? parseEther(text) : wrong("an amount of OPG such as 1000 or 0.5");
  }
  return /^\d+$/.test(text) ? BigInt(text) : wrong("a whole number");
}

function showValue(value: bigint, unit: Unit): string {
  if (unit === "seconds") return duration(value);
  if (unit === "opg") return opg(value);
  return unit === "number" ? value.toString() : `${value} ${unit === "bps" ? "bps" : "%"}`;
}

/** A setting and what it is now; null where no single value says it. */
export interface SettingState {
  readonly name: string;
  readonly contract: SystemName;
  readonly values: readonly { readonly name: string; readonly value: bigint; readonly text: string }[] | null;
  /** How `params set` takes it. */
  readonly usage: string;
}

/** Reads every setting. */
export async function readSettings({ publicClient, addresses }: GovernanceView): Promise<readonly SettingState[]> {
  const states: SettingState[] = [];
  for (const [name, { contract, values, getters }] of Object.entries(SETTINGS)) {
    const read: unknown[] = [];
    for (const getter of getters) {
      const item = abiOf(contract).find(
        (entry): entry is AbiFunction =>
          entry.type === "function" && entry.name === getter && entry.inputs.length === 0,
      );
      if (item === undefined) throw new Error(`${contract} has no getter ${getter}`);
      const value: unknown = await publicClient.readContract({
        address: addressOf(addresses, contract),
        abi: [item],
        functionName: getter,
      });
      read.push(...(Array.isArray(value) ? (value as readonly unknown[]) : [value]));
    }
    states.push({
      name,
      contract,
      values:
        read.length === 0
          ? null
          : values.map((value, index) => {
              const amount = BigInt(String(read[index]));
              return { name: value.name, value: amount, text: showValue(amount, value.unit) };
            }),
      usage: `${name} ${values.map((value) => `<${value.name}: ${value.unit}>`).join(" ")}`,
    });
  }
  return states;
}

/** The proposal to change a setting. @throws UserError when there is none of that name, or a value is wrong */
export function settingDraft(
  view: GovernanceView,
  name: string,
  texts: readonly string[],
  source: string,
): ProposalDraft {
  const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  if (setting === undefined) {
    throw new UserError(`There is no parameter "${name}". Known: ${Object.keys(SETTINGS).join(", ")}.`);
  }
  const { contract, setter, values } = setting;
  if (texts.length !== values.length) {
    const wanted = values.map((value) => `${value.name} (${value.unit})`).join(" and ");
    throw new UserError(`${name} takes ${values.length} value(s): ${wanted}.`);
  }
  const numbers = values.map(({ unit }, index) => parseValue(texts[index] ?? "", unit));
  const words = values.map((value, index) => `${value.name} ${showValue(numbers[index] ?? 0n, value.unit)}`).join(", ");
  const data = encodeNamedCall(view.addresses, contract, setter, numbers.map(String));
  return {
    title: `Set ${name}: ${words}`,
    paragraphs: [],
    source,
    actions: [{ to: addressOf(view.addresses, contract), data }],
  };
}
