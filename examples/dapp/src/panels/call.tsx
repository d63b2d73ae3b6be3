import {
  askNode,
  hashModelOutput,
  InferenceMode,
  prepareInferenceCall,
  verifyInferences,
  type VerifiedInference,
} from "@opg-protocol/sdk";
import { dynamicFeePoolAbi } from "@opg-protocol/sdk/abi";
import { useQuery } from "@tanstack/react-query";
import { encodeFunctionData, parseEther, type Address } from "viem";

import { NODE_URL } from "../config.ts";
import { short, useAccountAddress, useDappConfig, useSend, useSystem } from "../system.ts";
import { Panel } from "./panel.tsx";

const SALE = parseEther("1");
/** The most that one answer may cost, OPG base units. */
const MAXIMUM_PRICE = parseEther("5");

/** A swap whose fee a model sets inside the same transaction, and the proof of it. */
export function Call() {
  const { client, addresses } = useSystem();
  const { chainId, pool, saleToken } = useDappConfig();
  const account = useAccountAddress();
  const send = useSend();
  const hash = send.data;
  const inferences = useQuery({
    queryKey: ["inferences", hash],
    queryFn: () => (hash === undefined ? [] : verifyInferences({ client, addresses, hash })),
    enabled: hash !== undefined,
  });

  const swap = (payer: Address): void =>
    send.mutate(async () => {
      const data = encodeFunctionData({
        abi: dynamicFeePoolAbi,
        functionName: "swap",
        args: [saleToken, SALE, 0n, InferenceMode.TEE],
      });
      const { transaction } = await prepareInferenceCall({
        client,
        account: payer,
        forwarder: addresses.InferenceForwarder,
        call: { target: pool, data },
        answer: (query) => askNode({ url: NODE_URL, chainId, payer, query, maxPrice: MAXIMUM_PRICE }),
      });
      return [transaction];
    });
  return (
    <Panel
      name="call"
      title="Call a model"
      text="Sell one demo ether. The pool asks a model what to charge for the coming hour; the answer arrives in your own transaction."
      failure={send.error ?? inferences.error}
    >
      <button disabled={account === undefined || send.isPending} onClick={() => account && swap(account)}>
        {send.isPending ? "Asking the model…" : "Swap"}
      </button>
      {inferences.data?.map((inference) => (
        <Receipt key={inference.answer.receipt.requestId} inference={inference} />
      ))}
    </Panel>
  );
}

/** What the chain shows of one inference, checked in this browser. */
function Receipt({ inference }: { inference: VerifiedInference }) {
  const { answer, repository, checks } = inference;
  const verified = checks.every(({ holds }) => holds);
  return (
    <article className={verified ? "verified" : "refuted"}>
      <h3>{verified ? "Verified" : "Not verified"}</h3>
      <p>
        <strong>{repository}</strong>, operator {short(answer.receipt.operator)}, output{" "}
        {short(hashModelOutput(answer.output))}
      </p>
      <ul>
        {checks.map(({ claim, holds }) => (
          <li key={claim}>
            {holds ? "✓" : "✗"} {claim}
          </li>
        ))}
      </ul>
    </article>
  );
}
