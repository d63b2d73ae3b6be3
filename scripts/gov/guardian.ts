import { encodeFunctionData, type Address } from "viem";

import { guardianAbi } from "../../sdk/src/abi/Guardian.ts";
import { addressOf, type SystemName } from "../deploy/contracts.ts";
import { FUNCTION_ROLES } from "../deploy/roles.ts";
import { UserError } from "../lib/user-error.ts";
import { encodeNamedCall } from "./proposal-file.ts";
import { chainTime, type GovernanceView } from "./proposals.ts";
import type { PreparedCall } from "./send.ts";
import { moment, printable } from "./words.ts";

/** Who acts as the guardian, and until when. */
export interface GuardianTerm {
  /** The zero address when nobody does. */
  readonly keeper: Address;
  /** Unix seconds; from then on the guardian can do nothing. */
  readonly expiresAt: bigint;
}

/** Reads the guardian's term. */
export async function readGuardian({ publicClient, addresses }: GovernanceView): Promise<GuardianTerm> {
  const guardian = { address: addresses.Guardian, abi: guardianAbi } as const;
  const [keeper, expiresAt] = await Promise.all([
    publicClient.readContract({ ...guardian, functionName: "keeper" }),
    publicClient.readContract({ ...guardian, functionName: "expiresAt" }),
  ]);
  return { keeper, expiresAt: BigInt(expiresAt) };
}

const BY_VOTE = "A vote can do the same: add --propose.";

/** The line that says until when the account is the guardian. @throws UserError when it is not, or not any more */
async function termLine(view: GovernanceView, account: Address): Promise<string> {
  const [{ keeper, expiresAt }, now] = await Promise.all([readGuardian(view), chainTime(view)]);
  if (keeper !== account) throw new UserError(`${account} is not the guardian; ${keeper} is. ${BY_VOTE}`);
  if (expiresAt <= now) {
    throw new UserError(`The guardian's term ended ${moment(expiresAt, now)}; only a vote renews it. ${BY_VOTE}`);
  }
  return `As the guardian, whose term ends ${moment(expiresAt, now)}.`;
}

/**
 * Passes a call through the guardian.
 *
 * @param call a call of a function that is open to the role GUARDIAN
 * @throws UserError when the account is not the guardian's keeper, or his term is over
 */
export async function asGuardian(view: GovernanceView, account: Address, call: PreparedCall): Promise<PreparedCall> {
  return {
    to: view.addresses.Guardian,
    data: encodeFunctionData({ abi: guardianAbi, functionName: "act", args: [call.to, call.data] }),
    lines: [...call.lines, await termLine(view, account)],
  };
}

/** Cancels a proposal as the guardian. @throws UserError when the account is not the guardian's keeper, or his term is over */
export async function guardianCancel(view: GovernanceView, account: Address, id: bigint): Promise<PreparedCall> {
  return {
    to: view.addresses.Guardian,
    data: encodeFunctionData({ abi: guardianAbi, functionName: "cancel", args: [id] }),
    lines: [await termLine(view, account)],
  };
}

/** Every function that is open to the guardian, as `Contract.function`. */
export const GUARDIAN_FUNCTIONS: readonly string[] = FUNCTION_ROLES.filter(({ role }) => role === "GUARDIAN").map(
  ({ contract, function: name }) => `${contract}.${name}`,
);

/**
 * Prepares a call of a function that is open to the guardian; {@link asGuardian} passes it on.
 *
 * @param name as in {@link GUARDIAN_FUNCTIONS}
 * @throws UserError when it is not open to him, or an argument is wrong
 */
export function guardianCall({ addresses }: GovernanceView, name: string, values: readonly string[]): PreparedCall {
  const row = FUNCTION_ROLES.find(
    ({ contract, function: known, role }) => role === "GUARDIAN" && `${contract}.${known}` === name,
  );
  if (row === undefined) {
    throw new UserError(`${name} is not open to the guardian. He has: ${GUARDIAN_FUNCTIONS.join(", ")}.`);
  }
  const contract: SystemName = row.contract;
  return {
    to: addressOf(addresses, contract),
    data: encodeNamedCall(addresses, contract, row.function, values),
    lines: [printable(`Call ${name}(${values.join(", ")}).`)],
  };
}

/** Prepares the end of the guardian's own term. @throws UserError when the account is not the guardian's keeper */
export async function prepareResignation(view: GovernanceView, account: Address): Promise<PreparedCall> {
  return {
    to: view.addresses.Guardian,
    data: encodeFunctionData({ abi: guardianAbi, functionName: "resign" }),
    lines: [await termLine(view, account), "Give up the rest of the term. Only a vote appoints a guardian again."],
  };
}
