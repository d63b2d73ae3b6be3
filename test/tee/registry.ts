import { readFileSync } from "node:fs";
import { generateKeyPairSync, constants, sign } from "node:crypto";
import hre from "hardhat";
import {
  encodeFunctionData,
  hexToBytes,
  keccak256,
  numberToHex,
  parseAbi,
  toBytes,
  toFunctionSelector,
  toHex,
  zeroAddress,
  zeroHash,
  type AbiFunction,
  type Hex,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

import { intelCollateralAbi } from "../../sdk/src/abi/IntelCollateral.ts";
import { encodeEvidence, parseQuote } from "../../sdk/src/tee/tdx/quote.ts";
import { collateralCalls, parseCollateralBundle } from "../../sdk/src/tee/tdx/collateral.ts";
import { signPossession, type Registration } from "../../scripts/tee/registration.ts";
import { forgeCollateral, forgeQuote, KEYS, rootKeyOf } from "./tdx-forge.ts";

const FOLDER = new URL("../vectors/tee/intel/dcap-qvl/", import.meta.url);
/** A moment when the collateral was in force, and the prices of Base's present rules. */
const NETWORK = { initialDate: "2025-06-25T12:00:00Z", hardfork: "osaka" } as const;
/** The part of the staking contract that the registry asks, as its mock sets it. */
const STANDING = parseAbi(["function set(address operator, uint8 roles)", "function setStake(address, uint256)"]);
const TDX = 2;
const UP_TO_DATE = 1 << 1;
/** What an operator has staked in this world, and what his enclaves need to count at once. */
const STAKE = 10_000n;

/**
 * The registry over the real TDX verifier, whose root key is a test's own: the platform of a genuine quote speaks under
 * keys of ours, so that it can bind an operator.
 */
export async function openRegistry() {
  const connection = await hre.network.create({ network: "default", chainType: "l1", override: NETWORK });
  const { viem } = connection;
  const [wallet] = await viem.getWalletClients();
  if (wallet === undefined) throw new Error("The chain has no accounts.");
  const operator = wallet.account.address;
  const publicClient = await viem.getPublicClient();

  const manager = await viem.deployContract("AccessManager", [operator]);
  const standing = await viem.deployContract("OperatorStanding__Mock", []);
  const mock = { address: standing.address, abi: STANDING } as const;
  await wallet.writeContract({ ...mock, functionName: "set", args: [operator, 15] });
  await wallet.writeContract({ ...mock, functionName: "setStake", args: [operator, STAKE] });
  const root = rootKeyOf(KEYS.root);
  const collateral = await viem.deployContract("IntelCollateral", [root.x, root.y]);
  const verifier = await viem.deployContract("TdxVerifier", [collateral.address]);
  const attendance = await viem.deployContract("Attendance", [standing.address]);
  const registry = await viem.deployContract("EnclaveRegistry", [
    manager.address,
    standing.address,
    attendance.address,
    [verifier.address],
    zeroAddress,
    { validityDelay: 3_600, stakeWithoutDelay: STAKE },
  ]);
  const policy = await viem.deployContract("HardwarePolicy", [manager.address, registry.address]);
  const selectors = ["addProfile", "setProfileTerms", "setReleaseTerms"].map((name) => selectorOf(registry.abi, name));
  await manager.write.setTargetFunctionRole([registry.address, selectors, 4n]);
  await manager.write.grantRole([4n, policy.address, 0]);

  const files = parseCollateralBundle(readFileSync(new URL("tdx_quote_collateral.json", FOLDER), "utf8"));
  for (const call of collateralCalls(forgeCollateral(files))) {
    const data = encodeFunctionData({ abi: intelCollateralAbi, ...call });
    await wallet.sendTransaction({ to: collateral.address, data });
  }
  const quote = parseQuote(new Uint8Array(readFileSync(new URL("tdx_quote", FOLDER))));
  const { tcbEvaluationDataNumber: evaluation } = JSON.parse(files.tcbInfo) as { tcbEvaluationDataNumber: number };
  const evidenceFor = (reportData: Uint8Array): Hex =>
    encodeEvidence(forgeQuote(quote, { report: (report) => report.set(reportData, 520) }), evaluation);

  const { measurementId } = await verifier.read.verify([evidenceFor(new Uint8Array(64))]);
  const profile = {
    name: "TDX",
    cpuTee: TDX,
    platformClasses: [],
    gpuArchitecture: 0,
    gpuMode: 0,
    gpuBoards: [],
    minimumGpuDriver: 0,
    gpuAssurance: 0,
    acceptedTcb: UP_TO_DATE,
    tcbGrace: 0,
    minimumTcbEvaluation: 0,
    minimumSnpTcb: 0n,
    roles: 1,
    maxEnclaveAge: 30 * 86_400,
    heartbeatInterval: 3_600,
    minimumStake: STAKE,
  } as const;
  const profileId = await policy.read.computeProfileId([profile]);
  await policy.write.acceptProfile([profile]);
  await policy.write.acceptRelease([
    {
      measurementId,
      name: "guest",
      version: "1",
      sourceCommit: measurementId,
      buildHash: measurementId,
      uri: "here",
      roles: 1,
      profileIds: [profileId],
      activeFrom: 0,
      sunset: 0,
    },
  ]);

  /** A registration by hardware evidence, ready to be sent. */
  const prepare = async (rsaKeyHash: Hex = zeroHash) => {
    const enclave = privateKeyToAccount(generatePrivateKey());
    const registration: Registration = {
      operator,
      signer: enclave.address,
      profileId,
      tlsSpkiHash: keccak256(toBytes("tls")),
      rsaKeyHash,
      gpuEvidenceDigest: zeroHash,
      gpuPolicyHash: zeroHash,
      challengeBlock: Number(await publicClient.getBlockNumber()) - 1,
      verifierId: 0,
    };
    const evidence = evidenceFor(hexToBytes(await registry.read.reportDataOf([registration])));
    const possession = await signPossession(
      enclave,
      registry.address,
      await publicClient.getChainId(),
      registration,
      evidence,
    );
    return { enclave, enclaveId: keccak256(enclave.address), args: [registration, evidence, possession] as const };
  };
  return { connection, wallet, operator, publicClient, registry, attendance, policy, verifier, standing, prepare };
}

/** An RSA key as OpenGradient's gateways have it, and how it signs a heartbeat. */
export function gatewayKey() {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const spki = toHex(new Uint8Array(publicKey.export({ format: "der", type: "spki" })));
  const keyHash = keccak256(spki);
  const beat = (timestamp: bigint): Hex => {
    const message = keccak256(`${keyHash}${numberToHex(timestamp, { size: 32 }).slice(2)}`);
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    return toHex(new Uint8Array(sign("sha256", hexToBytes(message), { key: privateKey, padding, saltLength: 32 })));
  };
  return { spki, keyHash, beat };
}

function selectorOf(abi: readonly { readonly type: string; readonly name?: string }[], name: string): Hex {
  const item = abi.find((candidate) => candidate.type === "function" && candidate.name === name);
  if (item === undefined) throw new Error(`There is no function ${name}.`);
  return toFunctionSelector(item as AbiFunction);
}
