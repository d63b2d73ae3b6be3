import { readFileSync } from "node:fs";
import path from "node:path";
import hre from "hardhat";
import { encodeFunctionData, hexToBytes, parseEther, toHex, zeroHash, type Address, type Hex } from "viem";
import { local } from "../../../deployments/parameters/local.ts";
import { hardwarePolicyAbi } from "../../../sdk/src/abi/HardwarePolicy.ts";
import { intelCollateralAbi } from "../../../sdk/src/abi/IntelCollateral.ts";
import { nitroCertificatesAbi } from "../../../sdk/src/abi/NitroCertificates.ts";
import { nitroVerifierAbi } from "../../../sdk/src/abi/NitroVerifier.ts";
import { opgAbi } from "../../../sdk/src/abi/OPG.ts";
import { operatorsAbi } from "../../../sdk/src/abi/Operators.ts";
import { stakingAbi } from "../../../sdk/src/abi/Staking.ts";
import { tdxVerifierAbi } from "../../../sdk/src/abi/TdxVerifier.ts";
import { prepareNitroCalls } from "../../../sdk/src/tee/nitro/calldata.ts";
import { collateralCalls, parseCollateralBundle } from "../../../sdk/src/tee/tdx/collateral.ts";
import { encodeEvidence, parseQuote } from "../../../sdk/src/tee/tdx/quote.ts";
import { artifactsIn } from "../../deploy/artifacts.ts";
import { addressOf as systemAddressOf, type Addresses } from "../../deploy/contracts.ts";
import { deployAll } from "../../deploy/deploy-all.ts";
import { readProfile, TCB_STATUSES, type HardwareProfile } from "../../gov/profiles.ts";
import { clientsOfProvider, type Clients, type RequestProvider } from "../../lib/clients.ts";
import { ROOT } from "../../lib/tool.ts";
import { assess, type Registration } from "../../tee/registration.ts";
import { ADMISSION_RULES, judge } from "../../tee/rules.ts";
import type { Narrator } from "../telling.ts";
import { INFERENCE_ROLE } from "./stake.ts";

const VECTORS = path.join(ROOT, "test", "vectors", "tee");
/** A moment when the collateral beside the TDX quote was in force. */
const TDX_TIME = new Date("2025-06-25T12:00:00Z");
/** A moment when the certificates of the Nitro document were in force. */
const NITRO_TIME = new Date("2026-02-12T18:00:00Z");
/** The only rule that evidence from elsewhere breaks. */
const BINDING = ADMISSION_RULES.indexOf("the report data binds key, operator, registry and challenge");

/** The system on a chain of its own, whose clock stands where the evidence needs it. */
interface Museum {
  readonly clients: Clients;
  readonly provider: RequestProvider;
  readonly addresses: Addresses;
  readonly operator: Address;
}

/** Evidence as the registry takes it, with what it is to be judged by. */
interface Exhibit {
  readonly name: string;
  readonly evidence: Hex;
  readonly verifierId: number;
  readonly verifier: Address;
  readonly verifierAbi: typeof tdxVerifierAbi | typeof nitroVerifierAbi;
  readonly profile: HardwareProfile;
}

/**
 * Shows evidence that real machines gave: a quote of an Intel TDX guest and a document of an AWS Nitro enclave, each
 * checked by the deployed contracts down from the vendor's pinned key, at the time when it was young. It cannot bind an
 * operator of ours, so it is judged by every rule and refused by exactly that one.
 */
export async function showGenuineEvidence(artifacts: string, narrator: Narrator): Promise<void> {
  const connection = await hre.network.create({
    network: "default",
    override: { initialDate: TDX_TIME.toISOString() },
  });
  try {
    const museum = await openMuseum(connection.provider, artifacts);
    await exhibit(museum, await bringTdx(museum, narrator), narrator);
    await connection.provider.request({
      method: "evm_setNextBlockTimestamp",
      params: [NITRO_TIME.getTime() / 1_000],
    });
    await exhibit(museum, await bringNitro(museum, narrator), narrator);
  } finally {
    await connection.close();
  }
}

async function openMuseum(provider: RequestProvider, artifacts: string): Promise<Museum> {
  const parameters = local(process.env);
  const operator = parameters.initialHolder;
  const clients = await clientsOfProvider(provider, operator, true);
  const addresses = await deployAll({ ...clients, parameters, artifacts: artifactsIn(artifacts) });
  const museum = { clients, provider, addresses, operator };
  const assets = parseEther("10000");
  await send(museum, systemAddressOf(addresses, "Operators"), {
    abi: operatorsAbi,
    functionName: "registerOperator",
    args: [INFERENCE_ROLE, operator, 0],
  });
  await send(museum, addresses.OPG, { abi: opgAbi, functionName: "approve", args: [addresses.Staking, assets] });
  await send(museum, addresses.Staking, { abi: stakingAbi, functionName: "stake", args: [operator, assets] });
  return museum;
}

/** Brings what Intel published for the platform, and takes the quote apart. */
async function bringTdx(museum: Museum, narrator: Narrator): Promise<Exhibit> {
  const folder = path.join(VECTORS, "intel", "dcap-qvl");
  const files = parseCollateralBundle(readFileSync(path.join(folder, "tdx_quote_collateral.json"), "utf8"));
  let gas = 0n;
  for (const call of collateralCalls(files)) {
    gas += await send(museum, museum.addresses.IntelCollateral, { abi: intelCollateralAbi, ...call });
  }
  narrator.fact("Intel's collateral", `brought by anyone with ${gas} gas`);
  const quote = parseQuote(new Uint8Array(readFileSync(path.join(folder, "tdx_quote"))));
  const { tcbEvaluationDataNumber: evaluation } = JSON.parse(files.tcbInfo) as { tcbEvaluationDataNumber: number };
  const { profile } = await readProfile("tdx-hopper");
  return {
    name: "TDX quote",
    evidence: encodeEvidence(quote, evaluation),
    verifierId: 1,
    verifier: museum.addresses.TdxVerifier,
    verifierAbi: tdxVerifierAbi,
    // The machine that gave the quote has no accelerator.
    profile: {
      ...profile,
      name: "TDX without accelerator",
      gpuArchitecture: 0,
      gpuMode: 0,
      gpuBoards: [],
      minimumGpuDriver: 0,
      gpuAssurance: 0,
    },
  };
}

/** Brings the certificates of the document one below the other. */
async function bringNitro(museum: Museum, narrator: Narrator): Promise<Exhibit> {
  const file = path.join(VECTORS, "nitro", "opengradient", "attestation_doc.b64");
  const { certificates, evidence } = prepareNitroCalls(Buffer.from(readFileSync(file, "utf8"), "base64"));
  let gas = 0n;
  for (const { der, parentId } of certificates) {
    gas += await send(museum, museum.addresses.NitroCertificates, {
      abi: nitroCertificatesAbi,
      functionName: "cacheCertificate",
      args: [der, parentId],
    });
  }
  narrator.fact("AWS's certificates", `${certificates.length}, brought by anyone with ${gas} gas`);
  const { profile } = await readProfile("nitro-gateway");
  return {
    name: "Nitro document",
    evidence,
    verifierId: 0,
    verifier: museum.addresses.NitroVerifier,
    verifierAbi: nitroVerifierAbi,
    profile,
  };
}

/** Verifies one piece of evidence, has hardware and code accepted, and tells every rule's verdict. */
async function exhibit(museum: Museum, shown: Exhibit, narrator: Narrator): Promise<void> {
  const { addresses, operator } = museum;
  const { publicClient } = museum.clients;
  const call = { address: shown.verifier, abi: shown.verifierAbi, functionName: "verify" } as const;
  const facts = await publicClient.readContract({ ...call, args: [shown.evidence] });
  const gas = await publicClient.estimateContractGas({ ...call, args: [shown.evidence], account: operator });
  narrator.fact(
    `genuine ${shown.name}`,
    `measurement ${facts.measurementId}, TCB ${TCB_STATUSES[facts.tcbStatus] ?? "?"}, verified with ${gas} gas`,
  );
  narrator.check(`a ${shown.name} with one other byte is refused`, await isRefused(museum, shown));

  const profileId = await publicClient.readContract({
    address: addresses.HardwarePolicy,
    abi: hardwarePolicyAbi,
    functionName: "computeProfileId",
    args: [shown.profile],
  });
  await acceptAsVoted(museum, shown.profile, profileId, facts.measurementId);
  const registration: Registration = {
    operator,
    signer: operator,
    profileId,
    tlsSpkiHash: zeroHash,
    rsaKeyHash: zeroHash,
    gpuEvidenceDigest: zeroHash,
    gpuPolicyHash: zeroHash,
    challengeBlock: Number(await publicClient.getBlockNumber()) - 1,
    verifierId: shown.verifierId,
  };
  const { failedRules } = await assess(publicClient, addresses.EnclaveRegistry, registration, shown.evidence);
  judge(ADMISSION_RULES, failedRules).forEach(({ rule, holds }, number) => {
    if (number === BINDING) narrator.check(`${shown.name}: it binds somebody else, so it is refused`, !holds);
    else narrator.check(`${shown.name}: ${rule}`, holds);
  });
}

async function isRefused({ clients }: Museum, { evidence, verifier, verifierAbi }: Exhibit): Promise<boolean> {
  const bytes = hexToBytes(evidence);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  const call = { address: verifier, abi: verifierAbi, functionName: "verify", args: [toHex(bytes)] } as const;
  return clients.publicClient.readContract(call).then(
    () => false,
    () => true,
  );
}

/** Accepts hardware and code as the timelock, whose account a test chain lends: the vote was told before. */
async function acceptAsVoted(museum: Museum, profile: HardwareProfile, profileId: Hex, measurementId: Hex) {
  const { HardwarePolicy: to, TimelockController: from } = museum.addresses;
  await museum.provider.request({ method: "hardhat_impersonateAccount", params: [from] });
  await museum.provider.request({ method: "hardhat_setBalance", params: [from, toHex(parseEther("1"))] });
  const release = {
    measurementId,
    name: "code of the exhibit",
    version: "1.0.0",
    sourceCommit: measurementId,
    buildHash: measurementId,
    uri: "test/vectors/tee",
    roles: INFERENCE_ROLE,
    profileIds: [profileId],
    activeFrom: 0,
    sunset: 0,
  };
  for (const data of [
    encodeFunctionData({ abi: hardwarePolicyAbi, functionName: "acceptProfile", args: [profile] }),
    encodeFunctionData({ abi: hardwarePolicyAbi, functionName: "acceptRelease", args: [release] }),
  ]) {
    await museum.provider.request({ method: "eth_sendTransaction", params: [{ from, to, data }] });
  }
}

/** Sends a call; its transaction is on the museum's chain, so the story tells its gas alone. */
async function send(museum: Museum, to: Address, call: Parameters<typeof encodeFunctionData>[0]): Promise<bigint> {
  const { walletClient, publicClient } = museum.clients;
  const hash = await walletClient.sendTransaction({ to, data: encodeFunctionData(call) });
  return (await publicClient.waitForTransactionReceipt({ hash })).gasUsed;
}
