import { formatEther, type Address } from "viem";

import { opgAbi } from "../../sdk/src/abi/OPG.ts";
import { addressOf } from "../deploy/contracts.ts";
import { UserError } from "../lib/user-error.ts";
import { encodeNamedCall } from "./proposal-file.ts";
import { chainTime, type GovernanceView } from "./proposals.ts";
import type { ProposalDraft } from "./propose.ts";
import { moment, opg } from "./words.ts";

/** The proposal to admit another verifier of evidence. @throws UserError when there is no code at the address */
export async function verifierDraft(view: GovernanceView, verifier: Address, source: string): Promise<ProposalDraft> {
  const code = await view.publicClient.getCode({ address: verifier });
  if (code === undefined) throw new UserError(`There is no contract at ${verifier}; deploy the verifier first.`);
  return {
    title: `Admit the verifier ${verifier}`,
    paragraphs: [`Its code has ${code.length / 2 - 1} bytes. Enclaves are bound to the verifier that checked them.`],
    source,
    actions: [
      {
        to: addressOf(view.addresses, "EnclaveRegistry"),
        data: encodeNamedCall(view.addresses, "EnclaveRegistry", "addVerifier", [verifier]),
      },
    ],
  };
}

/** What the timelock can pay, OPG base units. */
export function treasuryBalance({ publicClient, addresses }: GovernanceView): Promise<bigint> {
  const args = [addresses.TimelockController] as const;
  return publicClient.readContract({ address: addresses.OPG, abi: opgAbi, functionName: "balanceOf", args });
}

/** The proposal to pay from what the timelock has. @throws UserError when it has less, or nothing is to be paid */
export async function paymentDraft(
  view: GovernanceView,
  to: Address,
  amount: bigint,
  reason: string,
): Promise<ProposalDraft> {
  if (amount === 0n) throw new UserError("A payment of 0 OPG is none.");
  const balance = await treasuryBalance(view);
  if (amount > balance) throw new UserError(`The timelock has ${opg(balance)}; it cannot pay ${opg(amount)}.`);
  return {
    title: `Pay ${formatEther(amount)} OPG to ${to}`,
    paragraphs: [reason],
    source: `the timelock's balance of ${opg(balance)}`,
    actions: [
      { to: view.addresses.OPG, data: encodeNamedCall(view.addresses, "OPG", "transfer", [to, amount.toString()]) },
    ],
  };
}

/** The proposal to appoint the guardian's keeper, or to renew his term. @param until Unix seconds */
export async function appointmentDraft(view: GovernanceView, keeper: Address, until: bigint): Promise<ProposalDraft> {
  const now = await chainTime(view);
  return {
    title: `Appoint ${keeper} as guardian`,
    paragraphs: [`The term ends ${moment(until, now)}, unless a vote renews it.`],
    source: "docs/governance.md",
    actions: [
      {
        to: view.addresses.Guardian,
        data: encodeNamedCall(view.addresses, "Guardian", "appoint", [keeper, until.toString()]),
      },
    ],
  };
}
