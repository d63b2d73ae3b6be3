import { constants, createHash, generateKeyPairSync, sign } from "node:crypto";
import hre from "hardhat";
import {
  bytesToHex,
  concat,
  hexToBytes,
  keccak256,
  numberToHex,
  parseAbi,
  toFunctionSelector,
  zeroAddress,
  type AbiFunction,
  type Address,
  type Hex,
} from "viem";
import { deployEvidenceHarness } from "./harness.ts";
import { encodePayload, forgeCertificate, forgeDocument, forgeKey, type ForgedPayload } from "./nitro-forge.ts";
import { HEAVY } from "./sample.ts";

/** What is called of `OperatorStanding__Mock`. */
const STANDING = parseAbi(["function set(address operator, uint8 roles)", "function setStake(address, uint256)"]);
const START = Date.parse("2026-07-01T00:00:00Z") / 1_000;
const YEAR = 365 * 86_400;
const DAY = 86_400;
const POLICY = 4n;
const GUARDIAN = 1n;
const NITRO = 1;

/** What an operator must have staked in this world. */
export const STAKE = 10_000n;
/** The version of the release that the world accepts. */
export const VERSION = "1.0";
/** Where the gateway is reached, by its own word. */
export const ENDPOINT = "https://gateway.example";

const sha256 = (data: Uint8Array): Buffer => createHash("sha256").update(data).digest();
const MULTIHASH = Buffer.from("1220", "hex");

/** The registers of the gateways' code. */
export const PCRS: ReadonlyMap<number, Uint8Array> = new Map([0, 1, 2].map((n) => [n, Buffer.alloc(48, n + 1)]));
/** The same, as `TEERegistry` takes them. */
export const MEASUREMENTS = {
  pcr0: bytesToHex(Buffer.alloc(48, 1)),
  pcr1: bytesToHex(Buffer.alloc(48, 2)),
  pcr2: bytesToHex(Buffer.alloc(48, 3)),
} as const;
/** The id that `TEERegistry` gives them. */
export const PCR_HASH = keccak256(concat([MEASUREMENTS.pcr0, MEASUREMENTS.pcr1, MEASUREMENTS.pcr2]));
const MEASUREMENT_ID = keccak256(concat(["0x01", MEASUREMENTS.pcr0, MEASUREMENTS.pcr1, MEASUREMENTS.pcr2]));

/** A gateway's keys, and what it signs with them, as OpenGradient's code does. */
export function makeGateway() {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const spki = publicKey.export({ format: "der", type: "spki" });
  const id = keccak256(spki);
  const signHash = (message: Hex): Hex => {
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    return bytesToHex(sign("sha256", hexToBytes(message), { key: privateKey, padding, saltLength: 32 }));
  };
  const beat = (timestamp: bigint): Hex => signHash(keccak256(concat([id, numberToHex(timestamp, { size: 32 })])));
  const answer = (inputHash: Hex, outputHash: Hex, timestamp: bigint): Hex =>
    signHash(keccak256(concat([inputHash, outputHash, numberToHex(timestamp, { size: 32 })])));
  return { spki: bytesToHex(spki), key: spki, id, tls: Buffer.from(`TLS certificate of ${id}`), beat, answer };
}

/** A gateway of {@link makeGateway}. */
export type Gateway = ReturnType<typeof makeGateway>;

function selectorsOf(
  abi: readonly { readonly type: string; readonly name?: string }[],
  names: readonly string[],
): Hex[] {
  return names.map((name) => {
    const item = abi.find((candidate) => candidate.type === "function" && candidate.name === name);
    if (item === undefined) throw new Error(`There is no function ${name}.`);
    return toFunctionSelector(item as AbiFunction);
  });
}

/**
 * OpenGradient's view over a registry whose Nitro root is a test's own: gateways of our making with documents that bind
 * what theirs do. The first account is operator and guardian, the second an operator too, the third nobody.
 */
export async function openGatewayWorld() {
  const rootKey = forgeKey();
  const leafKey = forgeKey();
  const validity = { notBefore: START - YEAR, notAfter: START + YEAR, signer: rootKey };
  const root = forgeCertificate({ subject: "root", issuer: "root", serial: 1, ca: true, key: rootKey, ...validity });
  const leaf = forgeCertificate({ subject: "leaf", issuer: "root", serial: 2, ca: false, key: leafKey, ...validity });

  const connection = await hre.network.create({ override: { initialDate: new Date(START * 1_000).toISOString() } });
  const { viem, networkHelpers } = connection;
  const [wallet, other, stranger] = await viem.getWalletClients();
  if (wallet === undefined || other === undefined || stranger === undefined) throw new Error("There are no accounts.");
  const operator = wallet.account.address;
  const publicClient = await viem.getPublicClient();
  const manager = await viem.deployContract("AccessManager", [operator]);
  const standing = await viem.deployContract("OperatorStanding__Mock", []);
  const mock = { address: standing.address, abi: STANDING } as const;
  for (const account of [operator, other.account.address]) {
    await wallet.writeContract({ ...mock, functionName: "set", args: [account, 15] });
    await wallet.writeContract({ ...mock, functionName: "setStake", args: [account, STAKE] });
  }
  const certificates = await viem.deployContract("NitroCertificates", [manager.address, bytesToHex(sha256(root))]);
  const nitro = await viem.deployContract("NitroVerifier", [certificates.address]);
  const gatewayVerifier = await viem.deployContract("GatewayVerifier", [nitro.address]);
  const attendance = await viem.deployContract("Attendance", [standing.address]);
  const registry = await viem.deployContract("EnclaveRegistry", [
    manager.address,
    standing.address,
    attendance.address,
    [nitro.address, gatewayVerifier.address],
    zeroAddress,
    { validityDelay: 3_600, stakeWithoutDelay: STAKE },
  ]);
  const policy = await viem.deployContract("HardwarePolicy", [manager.address, registry.address]);
  const verifier = await viem.deployContract("TEEVerifier", [nitro.address]);
  const tees = await viem.deployContract("TEERegistry", [
    manager.address,
    registry.address,
    policy.address,
    verifier.address,
    gatewayVerifier.address,
  ]);
  const batchVerifier = await viem.deployContract("TEEBatchVerifier", [manager.address, tees.address]);
  const relay = await viem.deployContract("InferenceSettlementRelay", [batchVerifier.address, standing.address]);
  const terms = selectorsOf(registry.abi, ["addProfile", "setProfileTerms", "setReleaseTerms"]);
  await manager.write.setTargetFunctionRole([registry.address, terms, POLICY]);
  await manager.write.grantRole([POLICY, policy.address, 0]);
  const removals = selectorsOf(policy.abi, ["suspendProfile", "revokeRelease"]);
  await manager.write.setTargetFunctionRole([policy.address, removals, GUARDIAN]);
  await manager.write.grantRole([GUARDIAN, operator, 0]);

  const profile = {
    name: "Nitro",
    cpuTee: NITRO,
    platformClasses: [],
    gpuArchitecture: 0,
    gpuMode: 0,
    gpuBoards: [],
    minimumGpuDriver: 0,
    gpuAssurance: 0,
    acceptedTcb: 1,
    tcbGrace: 0,
    minimumTcbEvaluation: 0,
    minimumSnpTcb: 0n,
    roles: 1,
    maxEnclaveAge: 7 * DAY,
    heartbeatInterval: DAY,
    minimumStake: STAKE,
  } as const;
  const profileId = await policy.read.computeProfileId([profile]);
  await policy.write.acceptProfile([profile]);
  const release = {
    measurementId: MEASUREMENT_ID,
    name: "tee-gateway",
    version: VERSION,
    sourceCommit: keccak256("0x01"),
    buildHash: keccak256("0x02"),
    uri: "here",
    roles: 1,
    profileIds: [profileId],
    activeFrom: 0,
    sunset: 0,
  } as const;
  await policy.write.acceptRelease([release]);
  await certificates.write.cacheCertificate([bytesToHex(root), `0x${"00".repeat(32)}`], HEAVY);
  await certificates.write.cacheCertificate([bytesToHex(leaf), keccak256(root)], HEAVY);

  const now = async (): Promise<bigint> => (await publicClient.getBlock()).timestamp;

  /** A gateway's document, asked for by `account`, with some fields changed. */
  const documentOf = async (gateway: Gateway, account: Address = operator, fields: ForgedPayload = {}) => {
    const userData = Buffer.concat([MULTIHASH, sha256(gateway.tls), MULTIHASH, sha256(gateway.key)]);
    const nonce = hexToBytes(await tees.read.attestationNonceOf([account]));
    const timestamp = (await now()) * 1_000n;
    const common = { timestamp, pcrs: PCRS, certificate: leaf, bundle: [root], userData, nonce };
    return bytesToHex(forgeDocument(encodePayload({ ...common, ...fields }), leafKey));
  };

  /** Arguments of a registration by `account`. */
  const prepare = async (gateway: Gateway, account: Address = operator, fields: ForgedPayload = {}) => {
    const document = await documentOf(gateway, account, fields);
    return [document, gateway.spki, bytesToHex(gateway.tls), account, ENDPOINT, 0] as const;
  };
  const contracts = {
    harness: await deployEvidenceHarness(connection),
    manager,
    standing: mock,
    attendance,
    registry,
    policy,
    verifier,
    gatewayVerifier,
    tees,
    batchVerifier,
    relay,
  };
  const accounts = { wallet, operator, other: other.account.address, stranger: stranger.account.address };
  const evidence = { root, release, profileId, documentOf, prepare };
  return { connection, networkHelpers, publicClient, now, ...contracts, ...accounts, ...evidence };
}
