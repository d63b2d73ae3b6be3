import { approveCall, listOperators, readPosition, stakeCall } from "@opg-protocol/sdk";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isAddressEqual, parseEther, type Address } from "viem";

import { opg, short, useAccountAddress, useSend, useSystem } from "../system.ts";
import { Panel } from "./panel.tsx";

/** An amount as typed; undefined when it is none. */
function amountOf(text: string): bigint | undefined {
  return /^\d+(\.\d{1,18})?$/.test(text) && Number(text) > 0 ? parseEther(text) : undefined;
}

/** Delegating OPG to an operator: approve and stake. */
export function Stake() {
  const view = useSystem();
  const account = useAccountAddress();
  const send = useSend();
  const [text, setText] = useState("100");
  const operators = useQuery({ queryKey: ["operators"], queryFn: () => listOperators(view) });
  const amount = amountOf(text);

  const stake = (operator: Address, assets: bigint): void =>
    send.mutate(() =>
      Promise.resolve([
        approveCall(view.addresses, { spender: view.addresses.Staking, amount: assets }),
        stakeCall(view.addresses, { operator, amount: assets }),
      ]),
    );
  return (
    <Panel
      name="stake"
      title="Stake"
      text="Share an operator's rewards, and his slashes: staked OPG can be lost when he cheats."
      failure={operators.error ?? send.error}
    >
      <label>
        Amount <input value={text} inputMode="decimal" onChange={(event) => setText(event.target.value)} /> OPG
      </label>
      <ul>
        {operators.data?.map(({ operator, selfStake, delegated, commissionBps, uptime }) => (
          <li key={operator}>
            <strong>{short(operator)}</strong> <small>{Number(commissionBps) / 100} % commission</small>
            <p>
              {opg(selfStake)} his own, {opg(delegated)} delegated; enclave seen in {uptime.heartbeatHours.toString()}{" "}
              of {uptime.fullHours.toString()} hours
            </p>
            {account === undefined ? null : <Position operator={operator} account={account} />}
            <button
              disabled={account === undefined || amount === undefined || send.isPending}
              onClick={() => amount !== undefined && stake(operator, amount)}
            >
              {send.isPending ? "Staking…" : "Stake"}
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** What the account has behind an operator. */
function Position({ operator, account }: { operator: Address; account: Address }) {
  const view = useSystem();
  const { data } = useQuery({
    queryKey: ["position", operator, account],
    queryFn: () => readPosition(view, { operator, account }),
  });
  if (data === undefined) return null;
  const whose = isAddressEqual(operator, account) ? "You are this operator" : "You";
  return (
    <p className="mine">
      {whose}: {opg(data.staked)} staked, {opg(data.pendingReward)} reward, {opg(data.votes)} of votes
    </p>
  );
}
