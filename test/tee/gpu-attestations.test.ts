import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import hre from "hardhat";
import { encodeFunctionData, keccak256, parseAbi, stringToHex, toFunctionSelector, zeroHash, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { readProfile } from "../../scripts/gov/profiles.ts";
import { judgeRegistration } from "../../scripts/tee/acts.ts";
import { signFacts } from "../../scripts/tee/development.ts";
import { acceleratorAssurance } from "../../scripts/tee/enclaves.ts";
import { prepareGpuToken } from "../../scripts/tee/gpu-token.ts";
import { signPossession, type Registration } from "../../scripts/tee/registration.ts";
import { enclaveRegistryAbi } from "../../sdk/src/abi/EnclaveRegistry.ts";
import { gpuAttestationsAbi } from "../../sdk/src/abi/GpuAttestations.ts";
import { nrasVerifierAbi } from "../../sdk/src/abi/NrasVerifier.ts";
import { nrasArguments, type NrasTokens } from "../../sdk/src/tee/nras/token.ts";
import { deployEvidenceHarness, refusalThrough } from "./harness.ts";
import { EXPIRES, forgeFor, genuine, KEYS, NOT_BEFORE, words } from "./nras-forge.ts";
import { HEAVY } from "./sample.ts";

const STANDING = parseAbi(["function set(address operator, uint8 roles)", "function setStake(address, uint256)"]);
const DEVELOPMENT = privateKeyToAccount(`0x${"d".repeat(64)}`);
const ENCLAVE = privateKeyToAccount(`0x${"e".repeat(64)}`);
const MEASUREMENT: Hex = `0x${"11".repeat(32)}`;
const STAKE = 10_000n * 10n ** 18n;
const POLICY_ROLE = 4n;
const UP_TO_DATE = 1;
// The places of verdicts in `GpuVerdict`.
const [OTHER_NONCE, EXPIRED, KEY_WITHDRAWN, GOOD] = [1, 2, 3, 4] as const;
const ERRORS = [...gpuAttestationsAbi, ...nrasVerifierAbi];

/** A registry that takes tokens, under a profile that asks for one, on a chain at the time of the genuine token. */
async function open() {
  const connection = await hre.network.create({ override: { initialDate: "2025-06-01T00:00:00Z" } });
  const { viem, networkHelpers } = connection;
  const [wallet] = await viem.getWalletClients();
  if (wallet === undefined) throw new Error("The chain has no accounts.");
  const operator = wallet.account.address;
  const publicClient = await viem.getPublicClient();
  const manager = await viem.deployContract("AccessManager", [operator]);
  const standing = await viem.deployContract("OperatorStanding__Mock");
  const mock = { address: standing.address, abi: STANDING } as const;
  await wallet.writeContract({ ...mock, functionName: "set", args: [operator, 15] });
  await wallet.writeContract({ ...mock, functionName: "setStake", args: [operator, STAKE] });
  const nras = await viem.deployContract("NrasVerifier", [manager.address]);
  for (const [kid, point] of KEYS) await nras.write.acceptKey([kid, words(point)]);
  const gpus = await viem.deployContract("GpuAttestations", [nras.address]);
  const { profile } = await readProfile("tdx-hopper-token");
  const verifier = await viem.deployContract("DevAttestationVerifier", [profile.cpuTee, DEVELOPMENT.address]);
  const attendance = await viem.deployContract("Attendance", [standing.address]);
  const registry = await viem.deployContract("EnclaveRegistry", [
    manager.address,
    standing.address,
    attendance.address,
    [verifier.address],
    gpus.address,
    { validityDelay: 3_600, stakeWithoutDelay: STAKE },
  ]);
  const policy = await viem.deployContract("HardwarePolicy", [manager.address, registry.address]);
  const selectors = enclaveRegistryAbi.flatMap((item) =>
    item.type === "function" && ["addProfile", "setProfileTerms", "setReleaseTerms"].includes(item.name)
      ? [toFunctionSelector(item)]
      : [],
  );
  await manager.write.setTargetFunctionRole([registry.address, selectors, POLICY_ROLE]);
  await manager.write.grantRole([POLICY_ROLE, policy.address, 0]);
  await policy.write.acceptProfile([profile]);
  const profileId = await policy.read.computeProfileId([profile]);
  const release = { measurementId: MEASUREMENT, name: "guest", version: "1", sourceCommit: MEASUREMENT };
  const rest = { buildHash: MEASUREMENT, uri: "here", roles: 1, profileIds: [profileId], activeFrom: 0, sunset: 0 };
  await policy.write.acceptRelease([{ ...release, ...rest }]);
  await networkHelpers.time.increaseTo(NOT_BEFORE + 60n);

  const policyHash = await policy.read.computeGpuPolicyHash([profile]);
  const gpuPolicy = {
    architecture: profile.gpuArchitecture,
    mode: profile.gpuMode,
    boards: profile.gpuBoards,
    minimumDriver: profile.minimumGpuDriver,
  };
  const view = { publicClient, addresses: { EnclaveRegistry: registry.address, HardwarePolicy: policy.address } };

  /** A registration with a new challenge, NVIDIA's token for it, and evidence that binds both. */
  const prepare = async (changeDevice?: (json: string) => string) => {
    await networkHelpers.mine(1);
    const asked: Registration = {
      operator,
      signer: ENCLAVE.address,
      profileId,
      tlsSpkiHash: zeroHash,
      rsaKeyHash: zeroHash,
      gpuEvidenceDigest: zeroHash,
      gpuPolicyHash: policyHash,
      challengeBlock: Number(await publicClient.getBlockNumber()) - 1,
      verifierId: 0,
    };
    const tokens = forgeFor(await gpus.read.nonceOf([registry.address, asked]), changeDevice);
    return sealed({ ...asked, gpuEvidenceDigest: keccak256(stringToHex(tokens.token)) }, tokens);
  };

  /** The registration with evidence and consent. */
  const sealed = async (registration: Registration, tokens: NrasTokens) => {
    const chainId = await publicClient.getChainId();
    const facts = {
      kind: profile.cpuTee,
      platformClass: zeroHash,
      measurementId: MEASUREMENT,
      tcbStatus: UP_TO_DATE,
      tcbDate: 0n,
      tcbEvaluationNumber: 0,
      tcbVersion: 0n,
      advisoryHash: zeroHash,
      platformId: MEASUREMENT,
      attestedAt: 0n,
      collateralExpiry: EXPIRES * 2n,
      debug: false,
      reportData: await registry.read.reportDataOf([registration]),
    };
    const evidence = await signFacts(DEVELOPMENT, verifier.address, chainId, facts);
    const possession = await signPossession(ENCLAVE, registry.address, chainId, registration, evidence);
    return { registration, evidence, possession, tokens };
  };
  const bring = (tokens: NrasTokens, change: Partial<typeof gpuPolicy> = {}) =>
    [{ ...gpuPolicy, ...change }, ...nrasArguments(tokens)] as const;
  return { connection, publicClient, wallet, nras, gpus, registry, profile, policyHash, view, prepare, bring };
}

describe("NVIDIA's word in a registration", () => {
  let world: Awaited<ReturnType<typeof open>>;
  let harness: Awaited<ReturnType<typeof deployEvidenceHarness>>;
  before(async () => {
    world = await open();
    harness = await deployEvidenceHarness(world.connection);
  });
  after(() => world.connection.close());

  const refusal = (args: ReturnType<typeof world.bring>) =>
    refusalThrough(
      harness,
      world.gpus.address,
      encodeFunctionData({ abi: gpuAttestationsAbi, functionName: "bring", args }),
      ERRORS,
    );

  it("is demanded, found good beforehand, brought, and counted from its own time", async () => {
    const { view, registry, gpus, profile, wallet, prepare } = world;
    const { registration, evidence, possession, tokens } = await prepare();
    const signed = { registration, evidence, possession };
    const missing = await judgeRegistration(view, signed);
    assert.deepEqual(
      missing.filter(({ holds }) => !holds).map(({ rule }) => rule),
      ["NVIDIA vouches for the accelerators, if the profile asks for it"],
    );
    const { viem } = world.connection;
    await viem.assertions.revertWithCustomErrorWithArgs(
      registry.write.register([registration, evidence, possession]),
      registry,
      "EnclaveRefused",
      [21, 1n << 21n],
    );
    assert(
      (await judgeRegistration(view, signed, tokens)).every(({ holds }) => holds),
      "with the token every rule holds",
    );

    const { call, present, fits } = await prepareGpuToken(view, registration, tokens);
    assert.deepEqual([present, fits], [false, true]);
    await wallet.sendTransaction({ ...call, ...HEAVY });
    assert.equal((await prepareGpuToken(view, registration, tokens)).present, true);
    assert.deepEqual(await gpus.read.judge([registry.address, registration]), [GOOD, NOT_BEFORE]);
    assert(
      (await judgeRegistration(view, signed)).every(({ holds }) => holds),
      "now without the file too",
    );

    await registry.write.register([registration, evidence, possession]);
    const enclaveId = keccak256(ENCLAVE.address);
    const { validUntil } = await registry.read.enclaveOf([enclaveId]);
    assert.equal(BigInt(validUntil), NOT_BEFORE + BigInt(profile.maxEnclaveAge));
    assert.equal(await acceleratorAssurance(view, enclaveId), "NVIDIA_TOKEN");
  });

  it("is refused if it is about accelerators that the policy does not accept, by the genuine token too", async () => {
    const { bring, prepare, gpus, policyHash, registry } = world;
    assert.equal(await refusal(bring(genuine, { minimumDriver: 551 })), "GpuDriverTooOld");
    assert.equal(await refusal(bring(genuine, { architecture: 2 })), "GpuArchitectureMismatch");
    assert.equal(await refusal(bring(genuine, { mode: 2 })), "GpuCountMismatch");
    await gpus.write.bring(bring(genuine), HEAVY);
    // NVIDIA made it for somebody else's nonce.
    const { registration } = await prepare();
    const borrowed = { ...registration, gpuEvidenceDigest: keccak256(stringToHex(genuine.token)) };
    assert.deepEqual(await gpus.read.judge([registry.address, borrowed]), [OTHER_NONCE, 0n]);
    assert.notEqual((await gpus.read.attestationOf([borrowed.gpuEvidenceDigest, policyHash])).issuedAt, 0n);
  });

  it("is refused if a check of a device failed, by the name of the claim", async () => {
    const { bring, prepare } = world;
    for (const [from, to] of [
      ['"measres":"success"', '"measres":"fail"'],
      ['"dbgstat":"disabled"', '"dbgstat":"enabled"'],
    ] as const) {
      const { tokens } = await prepare((json) => json.replace(from, to));
      assert.equal(await refusal(bring(tokens)), "NrasClaimRefused");
    }
    const { tokens } = await prepare((json) => json.replace("550.90.07", "550"));
    assert.equal(await refusal(bring(tokens)), "GpuDriverTooOld");
  });

  it("is not taken from the command line if the evidence binds another token", async () => {
    const { view, prepare } = world;
    const { registration } = await prepare();
    await assert.rejects(prepareGpuToken(view, registration, genuine), /The evidence binds the token 0x\w+, the file/);
  });

  it("stops counting when its key is withdrawn, or its hour is over", async () => {
    const { gpus, nras, registry, bring, prepare, connection } = world;
    const { registration, tokens } = await prepare();
    await gpus.write.bring(bring(tokens), HEAVY);
    await nras.write.withdrawKey([keccak256(stringToHex("ours"))]);
    assert.deepEqual(await gpus.read.judge([registry.address, registration]), [KEY_WITHDRAWN, 0n]);
    await connection.networkHelpers.time.increaseTo(EXPIRES);
    assert.deepEqual(await gpus.read.judge([registry.address, registration]), [EXPIRED, 0n]);
  });
});
