import { hardwarePolicyAbi } from "../../../sdk/src/abi/HardwarePolicy.ts";
import type { Addresses } from "../../deploy/contracts.ts";
import { prepareExecute, prepareProfileProposal, prepareQueue, prepareVote } from "../../gov/acts.ts";
import { readProfile } from "../../gov/profiles.ts";
import { readProposal } from "../../gov/proposals.ts";
import { opg } from "../../gov/words.ts";
import { passTime } from "../../lib/test-node.ts";
import { addressOf, type Stage } from "../people.ts";
import type { Narrator } from "../telling.ts";

/** The hardware that the holders vote in; a file of deployments/profiles. */
const PROFILE = "tdx-hgx-b300";

/** Proposes, votes, queues and executes the acceptance of a hardware profile, with the code behind the gov tasks. */
export async function vote(stage: Stage, addresses: Addresses, narrator: Narrator): Promise<`0x${string}`> {
  const view = { publicClient: stage.reader, addresses };
  const { operator, cheat } = stage.people;
  const file = await readProfile(PROFILE);
  const wait = async (until: bigint) => {
    const { timestamp } = await stage.reader.getBlock();
    await passTime(stage.provider, until - timestamp + 1n);
  };

  const proposal = await prepareProfileProposal(view, addressOf(stage, "operator"), file);
  const id = proposal.proposalId;
  await narrator.send(operator, "propose", proposal);
  await wait((await readProposal(view, id)).snapshot);
  for (const voter of ["operator", "cheat"] as const) {
    const ballot = await prepareVote(view, addressOf(stage, voter), id, "for", "vendor support is general");
    await narrator.send(voter === "operator" ? operator : cheat, `${voter} votes for`, ballot);
  }
  await wait((await readProposal(view, id)).deadline);
  await narrator.send(operator, "queue in the timelock", await prepareQueue(view, id));
  await wait((await readProposal(view, id)).eta);
  await narrator.send(operator, "execute", await prepareExecute(view, id));

  const { state, tally } = await readProposal(view, id);
  narrator.fact("profile", file.profile.name);
  narrator.fact("votes", `${opg(tally.for)} for, ${opg(tally.against)} against, quorum ${opg(tally.quorum)}`);
  narrator.check("the proposal is executed", state === "executed");
  const policy = { address: addresses.HardwarePolicy, abi: hardwarePolicyAbi } as const;
  const profileId = await stage.reader.readContract({
    ...policy,
    functionName: "computeProfileId",
    args: [file.profile],
  });
  const terms = await stage.reader.readContract({ ...policy, functionName: "termsOf", args: [profileId] });
  narrator.check("the hardware policy accepts the profile", terms.status === 1);
  return profileId;
}
