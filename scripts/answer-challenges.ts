// Answers the challenges of an operator with proofs, until stopped. docs/staking.md says how.
import { isAddressEqual } from "viem";

import { readMemory } from "../nodes/challenges/memory.ts";
import { remoteProver } from "../nodes/challenges/remote-prover.ts";
import { respondForever, respondOnce, type Responder } from "../nodes/challenges/responder.ts";
import { answerChallengesAbi } from "../sdk/src/abi/AnswerChallenges.ts";
import { readFlags } from "./challenges/flags.ts";
import { clientsOfUrl, providerOfUrl } from "./lib/clients.ts";
import { print, say } from "./lib/output.ts";
import { runPlainly } from "./lib/sentence.ts";
import { isTestNode } from "./lib/test-node.ts";
import { UserError } from "./lib/user-error.ts";

/** How long a proof may take, milliseconds. */
const PROOF_TIME = 600_000;

async function answerChallenges(): Promise<void> {
  const { rpc, challenges, operator, circuits, account, ...flags } = readFlags(process.argv.slice(2), process.env);
  const clients = await clientsOfUrl(rpc, account, await isTestNode(providerOfUrl(rpc)));
  const { publicClient } = clients;
  if ((await publicClient.getCode({ address: challenges })) === undefined) {
    throw new UserError(`There is no contract at ${challenges} on chain ${publicClient.chain.id}.`);
  }
  const contract = { address: challenges, abi: answerChallengesAbi } as const;
  const settlement = await publicClient.readContract({ ...contract, functionName: "SETTLEMENT" });
  if (isAddressEqual(account.address, operator)) {
    say("The operator's own key pays for answers; a key with nothing but gas would do.");
  }
  const responder: Responder = {
    ...clients,
    settlement,
    circuits,
    prove: remoteProver(flags.prover, PROOF_TIME),
    file: flags.memory,
    log: (line) => print(`${new Date().toISOString()} ${line}`),
    hopeless: new Set(),
  };
  const owner = { chainId: publicClient.chain.id, challenges, operator };
  const memory = await readMemory(flags.memory, owner, flags.firstBlock);
  if (flags.once) {
    const { open } = await respondOnce(responder, memory);
    if (open.length !== 0) throw new UserError(`${open.length} challenges are open still; see above.`);
    return;
  }
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  say(`Answering for ${operator} from block ${memory.nextBlock} on, every ${flags.seconds} s. Ctrl-C ends it.`);
  await respondForever(responder, memory, { seconds: flags.seconds, signal: stop.signal });
}

await runPlainly(say, answerChallenges);
