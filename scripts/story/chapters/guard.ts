import { encodeFunctionData, keccak256 } from "viem";
import { enclaveRegistryAbi } from "../../../sdk/src/abi/EnclaveRegistry.ts";
import { stakeLensAbi } from "../../../sdk/src/abi/StakeLens.ts";
import type { Addresses } from "../../deploy/contracts.ts";
import { asGuardian, readGuardian } from "../../gov/guardian.ts";
import { moment } from "../../gov/words.ts";
import { passTime } from "../../lib/test-node.ts";
import { uptimeWords } from "../../stake/acts.ts";
import { prepareRemoval } from "../../tee/acts.ts";
import { signHeartbeat } from "../../tee/registration.ts";
import { addressOf, type Stage } from "../people.ts";
import type { Narrator } from "../telling.ts";
import type { Enclaves } from "./enclaves.ts";
import { INFERENCE_ROLE } from "./stake.ts";
import type { Accepted } from "./vote.ts";

const HOUR = 3_600n;

/**
 * The guardian takes away what the vote gave, at once; his power ends by itself. A heartbeat of the operator's enclave counts
 * for its hour before that, and for none after it.
 */
export async function guard(
  stage: Stage,
  addresses: Addresses,
  { profileId }: Accepted,
  enclaves: Enclaves,
  narrator: Narrator,
): Promise<void> {
  const view = { publicClient: stage.reader, addresses };
  const serves = async (): Promise<boolean> => {
    const { timestamp } = await stage.reader.getBlock();
    return stage.reader.readContract({
      address: addresses.EnclaveRegistry,
      abi: enclaveRegistryAbi,
      functionName: "isUsable",
      args: [keccak256(enclaves.operator.address), INFERENCE_ROLE, timestamp],
    });
  };
  await beat(stage, addresses, enclaves, narrator);
  const seen = await uptimeAfterTheHour(stage, addresses);
  const before = await serves();
  const removal = await prepareRemoval(view, "profile", profileId, undefined, "a flaw in this hardware");
  const call = await asGuardian(view, addressOf(stage, "guardian"), removal);
  await narrator.send(stage.people.guardian, "suspend the profile", call);
  const { keeper, expiresAt } = await readGuardian(view);
  const { timestamp } = await stage.reader.getBlock();
  narrator.fact("guardian", `${keeper}, whose term ends ${moment(expiresAt, timestamp)}`);
  narrator.check("the operator's enclave was usable before", before);
  narrator.check("and is not any more, in the same second", !(await serves()));
  await beat(stage, addresses, enclaves, narrator);
  const uptime = await uptimeAfterTheHour(stage, addresses);
  narrator.fact("operator's uptime", uptimeWords(uptime));
  narrator.check(
    "a heartbeat before that counts as an hour of uptime, and none after it",
    seen.heartbeatHours === 1n && uptime.heartbeatHours === 1n && uptime.fullHours > seen.fullHours,
  );
}

/** A sign of life of the operator's enclave, which the delegator brings: anybody may. */
async function beat(stage: Stage, addresses: Addresses, enclaves: Enclaves, narrator: Narrator): Promise<void> {
  const { timestamp } = await stage.reader.getBlock();
  const enclaveId = keccak256(enclaves.operator.address);
  const registry = addresses.EnclaveRegistry;
  const signature = await signHeartbeat(enclaves.operator, registry, stage.chainId, enclaveId, timestamp);
  await narrator.send(stage.people.delegator, "bring a heartbeat of the operator's enclave", {
    to: registry,
    data: encodeFunctionData({
      abi: enclaveRegistryAbi,
      functionName: "heartbeat",
      args: [enclaveId, timestamp, signature],
    }),
  });
}

/** The operator's uptime once the running hour is over. */
async function uptimeAfterTheHour(stage: Stage, addresses: Addresses) {
  const { timestamp } = await stage.reader.getBlock();
  await passTime(stage.provider, HOUR - (timestamp % HOUR));
  return stage.reader.readContract({
    address: addresses.StakeLens,
    abi: stakeLensAbi,
    functionName: "uptimeOf",
    args: [addressOf(stage, "operator")],
  });
}
