import { encodeFunctionData, keccak256, toBytes, type Address, type Hex, type LocalAccount } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { devAttestationVerifierAbi } from "../../../sdk/src/abi/DevAttestationVerifier.ts";
import { enclaveRegistryAbi } from "../../../sdk/src/abi/EnclaveRegistry.ts";
import { hardwarePolicyAbi } from "../../../sdk/src/abi/HardwarePolicy.ts";
import { artifactsIn } from "../../deploy/artifacts.ts";
import type { Addresses } from "../../deploy/contracts.ts";
import { prepareExecute, prepareQueue, prepareVote } from "../../gov/acts.ts";
import { prepareProposal } from "../../gov/propose.ts";
import { prepareOverride, prepareRecord } from "../../gov/override.ts";
import { describeProfile, readProfile } from "../../gov/profiles.ts";
import { readProposal } from "../../gov/proposals.ts";
import { describeRelease, RELEASE_STATUSES, type CodeRelease } from "../../gov/releases.ts";
import { opg } from "../../gov/words.ts";
import { passTime } from "../../lib/test-node.ts";
import { addressOf, type Stage } from "../people.ts";
import type { Narrator } from "../telling.ts";

/** The hardware that the holders vote in; a row of deployments/profiles.json. */
const PROFILE = "tdx-hgx-b300";
/** The place of TDX in `TeeKind`. */
const TDX = 2;

/** What the holders accepted, for the enclaves of the next chapter. */
export interface Accepted {
  readonly profileId: Hex;
  readonly gpuPolicyHash: Hex;
  readonly measurementId: Hex;
  /** Signs evidence in the hardware's stead: nobody has a TDX machine that would sign for these operators. */
  readonly developmentKey: LocalAccount;
  readonly verifier: Address;
  /** The verifier's number in the registry. */
  readonly verifierId: number;
}

/**
 * Proposes, votes, queues and executes the acceptance of hardware, of the code on it, and of a development verifier that
 * can exist on test chains only, with the code behind the gov tasks.
 */
export async function vote(
  stage: Stage,
  addresses: Addresses,
  artifacts: string,
  narrator: Narrator,
): Promise<Accepted> {
  const view = { publicClient: stage.reader, addresses };
  const { operator } = stage.people;
  const { profile, source } = await readProfile(PROFILE);
  const policy = { address: addresses.HardwarePolicy, abi: hardwarePolicyAbi } as const;
  const ask = { ...policy, args: [profile] } as const;
  const profileId = await stage.reader.readContract({ ...ask, functionName: "computeProfileId" });
  const gpuPolicyHash = await stage.reader.readContract({ ...ask, functionName: "computeGpuPolicyHash" });
  const developmentKey = privateKeyToAccount(generatePrivateKey());
  const verifier = await deployVerifier(stage, artifacts, developmentKey.address, narrator);
  const release = releaseOn(profileId);

  await decide(stage, addresses, narrator, {
    title: `Accept ${profile.name}, the inference node on it, and a verifier for this test chain`,
    paragraphs: [describeProfile(profile), describeRelease(release)],
    source,
    actions: [
      {
        to: addresses.HardwarePolicy,
        data: encodeFunctionData({ abi: hardwarePolicyAbi, functionName: "acceptProfile", args: [profile] }),
      },
      {
        to: addresses.HardwarePolicy,
        data: encodeFunctionData({ abi: hardwarePolicyAbi, functionName: "acceptRelease", args: [release] }),
      },
      {
        to: addresses.EnclaveRegistry,
        data: encodeFunctionData({ abi: enclaveRegistryAbi, functionName: "addVerifier", args: [verifier] }),
      },
    ],
  });
  narrator.fact("profile", profile.name);
  narrator.fact("release", `${release.name} ${release.version}`);
  const terms = await stage.reader.readContract({ ...policy, functionName: "termsOf", args: [profileId] });
  narrator.check("the hardware policy accepts the profile", terms.status === 1);
  const [, accepted] = await view.publicClient.readContract({
    ...policy,
    functionName: "releaseOf",
    args: [release.measurementId],
  });
  narrator.check("and the code on it", RELEASE_STATUSES[accepted.status] === "accepted");
  const registry = { address: addresses.EnclaveRegistry, abi: enclaveRegistryAbi } as const;
  const count = await operator.publicClient.readContract({ ...registry, functionName: "verifierCount" });
  const { measurementId } = release;
  return { profileId, gpuPolicyHash, measurementId, developmentKey, verifier, verifierId: Number(count) - 1 };
}

/** Takes a proposal through all its stages, by time travel where it has to wait. */
async function decide(
  stage: Stage,
  addresses: Addresses,
  narrator: Narrator,
  draft: Parameters<typeof prepareProposal>[2],
): Promise<void> {
  const view = { publicClient: stage.reader, addresses };
  const { operator, cheat, delegator } = stage.people;
  const wait = async (until: bigint) => {
    const { timestamp } = await stage.reader.getBlock();
    await passTime(stage.provider, until - timestamp + 1n);
  };
  const pool = addressOf(stage, "operator");
  await narrator.send(
    delegator,
    "the delegator keeps the past of his stake, to vote himself",
    await prepareRecord(view, addressOf(stage, "delegator"), pool),
  );
  const proposal = await prepareProposal(view, addressOf(stage, "operator"), draft);
  const id = proposal.proposalId;
  await narrator.send(operator, "propose", proposal);
  await wait((await readProposal(view, id)).snapshot);
  for (const voter of ["operator", "cheat"] as const) {
    const ballot = await prepareVote(view, addressOf(stage, voter), id, "for", "vendor support is general");
    await narrator.send(voter === "operator" ? operator : cheat, `${voter} votes for`, ballot);
  }
  const own = { proposalId: id, operator: pool, choice: "for", reason: "my part, my vote" } as const;
  const before = (await readProposal(view, id)).tally.for;
  const override = await prepareOverride(view, addressOf(stage, "delegator"), own);
  await narrator.send(delegator, "the delegator votes with his own part", override);
  const after = (await readProposal(view, id)).tally.for;
  narrator.check("the delegator's part, which the operator had voted with, counts once", after === before);
  await wait((await readProposal(view, id)).deadline);
  await narrator.send(operator, "queue in the timelock", await prepareQueue(view, id));
  await wait((await readProposal(view, id)).eta);
  await narrator.send(operator, "execute", await prepareExecute(view, id));

  const { state, tally } = await readProposal(view, id);
  narrator.fact("votes", `${opg(tally.for)} for, ${opg(tally.against)} against, quorum ${opg(tally.quorum)}`);
  narrator.check("the proposal is executed", state === "executed");
}

/** The code that the enclaves of the story would run; its measurement stands in for that of a built image. */
function releaseOn(profileId: Hex): CodeRelease {
  return {
    measurementId: keccak256(toBytes("inference node of the story")),
    name: "inference-node",
    version: "1.0.0",
    sourceCommit: keccak256(toBytes("commit of the story")),
    buildHash: keccak256(toBytes("image of the story")),
    uri: "nodes/inference",
    roles: 1,
    profileIds: [profileId],
    activeFrom: 0,
    sunset: 0,
  };
}

async function deployVerifier(stage: Stage, artifacts: string, key: Address, narrator: Narrator): Promise<Address> {
  const { walletClient, publicClient } = stage.people.deployer;
  const { bytecode } = await artifactsIn(artifacts).read(
    "contracts/tee/DevAttestationVerifier.sol",
    "DevAttestationVerifier",
  );
  const transactionHash = await walletClient.deployContract({
    abi: devAttestationVerifierAbi,
    bytecode,
    args: [TDX, key],
  });
  const { contractAddress, gasUsed } = await publicClient.waitForTransactionReceipt({ hash: transactionHash });
  if (contractAddress === null || contractAddress === undefined)
    throw new Error("The development verifier was not deployed.");
  narrator.note("deploy the development verifier", { transactionHash, gasUsed });
  return contractAddress;
}
