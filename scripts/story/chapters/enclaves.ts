import { keccak256, toBytes, zeroHash, type LocalAccount } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { enclaveRegistryAbi } from "../../../sdk/src/abi/EnclaveRegistry.ts";
import type { Addresses } from "../../deploy/contracts.ts";
import { signFacts } from "../../tee/development.ts";
import { assess, registerCall, signPossession, type Registration } from "../../tee/registration.ts";
import { ADMISSION_RULES, judge } from "../../tee/rules.ts";
import { addressOf, type Stage } from "../people.ts";
import type { Narrator } from "../telling.ts";
import { INFERENCE_ROLE } from "./stake.ts";
import type { Accepted } from "./vote.ts";

const DAY = 86_400n;
/** The place of UP_TO_DATE in `TcbStatus`. */
const UP_TO_DATE = 1;
/** The place of TDX in `TeeKind`. */
const TDX = 2;

/** The keys inside the two operators' enclaves. */
export interface Enclaves {
  readonly operator: LocalAccount;
  readonly cheat: LocalAccount;
}

/**
 * Each operator registers one enclave himself: the contract checks its evidence against every rule. The evidence is
 * signed by the development key; everything else is as with hardware.
 */
export async function registerEnclaves(
  stage: Stage,
  addresses: Addresses,
  accepted: Accepted,
  narrator: Narrator,
): Promise<Enclaves> {
  const register = async (person: "operator" | "cheat"): Promise<LocalAccount> => {
    const enclave = privateKeyToAccount(generatePrivateKey());
    const registration = await registrationOf(stage, person, enclave, accepted);
    const evidence = await attest(stage, addresses, accepted, registration);
    const possession = await signPossession(enclave, addresses.EnclaveRegistry, stage.chainId, registration, evidence);
    const { failedRules } = await assess(stage.reader, addresses.EnclaveRegistry, registration, evidence);
    const rules = judge(ADMISSION_RULES, failedRules);
    narrator.check(
      `the evidence of ${person}'s enclave meets all ${rules.length} rules`,
      rules.every(({ holds }) => holds),
    );
    await narrator.send(stage.people[person], `register the enclave of ${person}`, {
      to: addresses.EnclaveRegistry,
      data: registerCall({ registration, evidence, possession }),
    });
    const { timestamp } = await stage.reader.getBlock();
    const usable = await stage.reader.readContract({
      address: addresses.EnclaveRegistry,
      abi: enclaveRegistryAbi,
      functionName: "isServing",
      args: [keccak256(enclave.address), INFERENCE_ROLE, timestamp],
    });
    narrator.check(`the enclave of ${person} may serve`, usable);
    return enclave;
  };
  narrator.fact("evidence", "signed by the development key of this test chain, not by hardware");
  return { operator: await register("operator"), cheat: await register("cheat") };
}

/** What the operator says of his enclave; the accelerators' evidence stands in for what measured code would check. */
async function registrationOf(
  stage: Stage,
  person: "operator" | "cheat",
  enclave: LocalAccount,
  { profileId, gpuPolicyHash, verifierId }: Accepted,
): Promise<Registration> {
  const block = await stage.reader.getBlockNumber();
  return {
    operator: addressOf(stage, person),
    signer: enclave.address,
    profileId,
    tlsSpkiHash: zeroHash,
    rsaKeyHash: zeroHash,
    gpuEvidenceDigest: keccak256(toBytes(`accelerators of ${enclave.address}`)),
    gpuPolicyHash,
    challengeBlock: Number(block) - 1,
    verifierId,
  };
}

/** What the machine of the enclave would say, signed by the development key. */
async function attest(stage: Stage, addresses: Addresses, accepted: Accepted, registration: Registration) {
  const { timestamp } = await stage.reader.getBlock();
  const reportData = await stage.reader.readContract({
    address: addresses.EnclaveRegistry,
    abi: enclaveRegistryAbi,
    functionName: "reportDataOf",
    args: [registration],
  });
  return signFacts(accepted.developmentKey, accepted.verifier, stage.chainId, {
    kind: TDX,
    platformClass: zeroHash,
    measurementId: accepted.measurementId,
    tcbStatus: UP_TO_DATE,
    tcbDate: timestamp - DAY,
    tcbEvaluationNumber: 18,
    tcbVersion: 0n,
    advisoryHash: zeroHash,
    platformId: keccak256(toBytes(`machine of ${registration.operator}`)),
    attestedAt: timestamp,
    collateralExpiry: timestamp + 30n * DAY,
    debug: false,
    reportData,
  });
}
