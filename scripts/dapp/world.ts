import { encodeFunctionData, type Address } from "viem";

import { circuitModel } from "../../nodes/inference/circuit-model.ts";
import { serveInference } from "../../nodes/inference/server.ts";
import type { Addresses } from "../deploy/contracts.ts";
import { prepareProposal } from "../gov/propose.ts";
import { readProposal } from "../gov/proposals.ts";
import { passTime } from "../lib/test-node.ts";
import { deploy } from "../story/chapters/deploy.ts";
import { registerEnclaves } from "../story/chapters/enclaves.ts";
import { publish } from "../story/chapters/publish.ts";
import { stake } from "../story/chapters/stake.ts";
import { openPool, reportCandles } from "../story/chapters/trade.ts";
import { vote } from "../story/chapters/vote.ts";
import { startChain } from "../story/chain.ts";
import { storyHours } from "../story/hours.ts";
import { addressOf, setStage, type Stage } from "../story/people.ts";
import { tellChapter, type Narrator } from "../story/telling.ts";
import { activeSetAbi } from "../../sdk/src/abi/ActiveSet.ts";
import { hostingBondsAbi } from "../../sdk/src/abi/HostingBonds.ts";

/** A test chain with the whole system on it, and the inference node of an operator. */
export interface DappWorld {
  readonly stage: Stage;
  readonly addresses: Addresses;
  readonly pool: Address;
  readonly nodeUrl: string;
  /** The content of the page's `/config.json`. */
  readonly config: unknown;
  readonly close: () => Promise<void>;
}

/**
 * Sets up what the example shows, with the chapters of the story: operators with stake, a published model with an enclave
 * that serves it, a pool that asks it, and a proposal that is open for votes.
 *
 * @param artifacts the folder of the compiled contracts
 * @param onStep    told what is done now
 */
export async function openWorld(artifacts: string, onStep: (title: string) => void): Promise<DappWorld> {
  const chain = await startChain(undefined);
  const stage = await setStage(chain.url, chain.provider);
  let number = 0;
  const act = async <Outcome>(title: string, play: (narrator: Narrator) => Promise<Outcome>): Promise<Outcome> => {
    onStep(title);
    return (await tellChapter({ number: ++number, title, play })).outcome;
  };
  const addresses = await act("Deploying", (told) => deploy(stage, artifacts, told));
  await act("Staking", (told) => stake(stage, addresses, told));
  const accepted = await act("Voting hardware in", (told) => vote(stage, addresses, artifacts, told));
  // Before the enclaves, which would be silent for too long by the time the vote is open.
  await act("Opening a vote", (told) => openVote(stage, addresses, told));
  const enclaves = await act("Registering enclaves", (told) => registerEnclaves(stage, addresses, accepted, told));
  const model = await act("Publishing the model", (told) => publish(stage, addresses, onStep, told));
  const dapp = await act("Opening the pool", (told) => openPool(stage, addresses, artifacts, told));
  const [hour] = storyHours();
  if (hour === undefined) throw new Error("The story has no hours.");
  await act("Reporting candles", (told) => reportCandles(stage, dapp, hour.window, told));
  const server = await serveInference({
    node: {
      chainId: stage.chainId,
      settlement: addresses.Settlement,
      engines: [addresses.PipeEngine],
      operator: addressOf(stage, "operator"),
      enclave: enclaves.operator,
      models: [circuitModel({ releaseId: model.releaseId, circuit: model.circuit })],
      now: async () => (await stage.reader.getBlock()).timestamp,
      lifetime: 600n,
    },
  });
  const developmentAccounts = (["operator", "trader"] as const).map((name) => ({
    name,
    address: addressOf(stage, name),
  }));
  return {
    stage,
    addresses,
    pool: dapp.pool,
    nodeUrl: server.url,
    config: { chainId: stage.chainId, addresses, pool: dapp.pool, saleToken: dapp.ether, developmentAccounts },
    close: async () => {
      await server.close();
      await chain.close();
    },
  };
}

/** Lists the operators, and proposes something that anybody may have an opinion on. */
async function openVote(stage: Stage, addresses: Addresses, { send }: Narrator): Promise<void> {
  const operators = [addressOf(stage, "operator"), addressOf(stage, "cheat")];
  await send(stage.people.operator, "list the operators", {
    to: addresses.ActiveSet,
    data: encodeFunctionData({ abi: activeSetAbi, functionName: "refresh", args: [operators] }),
  });
  const view = { publicClient: stage.reader, addresses };
  const proposal = await prepareProposal(view, addressOf(stage, "operator"), {
    title: "Halve the bond of new repositories",
    paragraphs: ["More models, a little more spam."],
    source: "examples/dapp",
    actions: [
      {
        to: addresses.HostingBonds,
        data: encodeFunctionData({ abi: hostingBondsAbi, functionName: "setBond", args: [5n * 10n ** 18n] }),
      },
    ],
  });
  await send(stage.people.operator, "propose", proposal);
  const { snapshot } = await readProposal(view, proposal.proposalId);
  const { timestamp } = await stage.reader.getBlock();
  await passTime(stage.provider, snapshot - timestamp + 1n);
}
