import { keccak256 } from "viem";
import { enclaveRegistryAbi } from "../../../sdk/src/abi/EnclaveRegistry.ts";
import type { Addresses } from "../../deploy/contracts.ts";
import { asGuardian, readGuardian } from "../../gov/guardian.ts";
import { moment } from "../../gov/words.ts";
import { prepareRemoval } from "../../tee/acts.ts";
import { addressOf, type Stage } from "../people.ts";
import type { Narrator } from "../telling.ts";
import type { Enclaves } from "./enclaves.ts";
import { INFERENCE_ROLE } from "./stake.ts";
import type { Accepted } from "./vote.ts";

/** The guardian takes away what the vote gave, at once; his power ends by itself. */
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
  const before = await serves();
  const removal = await prepareRemoval(view, "profile", profileId, undefined, "a flaw in this hardware");
  const call = await asGuardian(view, addressOf(stage, "guardian"), removal);
  await narrator.send(stage.people.guardian, "suspend the profile", call);
  const { keeper, expiresAt } = await readGuardian(view);
  const { timestamp } = await stage.reader.getBlock();
  narrator.fact("guardian", `${keeper}, whose term ends ${moment(expiresAt, timestamp)}`);
  narrator.check("the operator's enclave was usable before", before);
  narrator.check("and is not any more, in the same second", !(await serves()));
}
