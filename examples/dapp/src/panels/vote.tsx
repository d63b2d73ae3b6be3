import { listProposals, voteCall, type VoteChoiceName } from "@opg-protocol/sdk";
import { useQuery } from "@tanstack/react-query";

import { opg, useAccountAddress, useSend, useSystem } from "../system.ts";
import { Panel } from "./panel.tsx";

const CHOICES: readonly VoteChoiceName[] = ["for", "against", "abstain"];

/** Proposals and their tallies; who has staked may vote while one is active. */
export function Vote() {
  const view = useSystem();
  const account = useAccountAddress();
  const send = useSend();
  const { data, error } = useQuery({ queryKey: ["proposals"], queryFn: () => listProposals(view) });
  return (
    <Panel
      name="vote"
      title="Vote"
      text="Stake decides which hardware and code is trusted."
      failure={error ?? send.error}
    >
      <ul>
        {data?.map((proposal) => (
          <li key={proposal.id.toString()}>
            <strong>Proposal {proposal.id.toString().slice(0, 8)}</strong>{" "}
            <span className="chip">{proposal.state}</span>
            <p>{CHOICES.map((choice) => `${choice} ${opg(proposal[choice])}`).join(" · ")}</p>
            {proposal.state !== "active"
              ? null
              : CHOICES.map((choice) => (
                  <button
                    key={choice}
                    disabled={account === undefined || send.isPending}
                    onClick={() =>
                      send.mutate(() =>
                        Promise.resolve([voteCall(view.addresses, { proposalId: proposal.id, choice })]),
                      )
                    }
                  >
                    {choice}
                  </button>
                ))}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
