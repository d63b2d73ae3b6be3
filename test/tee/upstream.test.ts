import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  bytesToHex,
  concat,
  encodeAbiParameters,
  encodeFunctionData,
  keccak256,
  maxUint256,
  numberToHex,
  parseEventLogs,
  stringToHex,
  toEventHash,
  toFunctionSelector,
  zeroAddress,
  zeroHash,
  type Abi,
  type AbiEvent,
  type AbiFunction,
  type Hex,
} from "viem";
import { formatAbiItem } from "viem/utils";
import { enclaveRegistryAbi } from "../../sdk/src/abi/EnclaveRegistry.ts";
import { gatewayVerifierAbi } from "../../sdk/src/abi/GatewayVerifier.ts";
import { inferenceSettlementRelayAbi } from "../../sdk/src/abi/InferenceSettlementRelay.ts";
import { teeBatchVerifierAbi } from "../../sdk/src/abi/TEEBatchVerifier.ts";
import { teeRegistryAbi } from "../../sdk/src/abi/TEERegistry.ts";
import { teeVerifierAbi } from "../../sdk/src/abi/TEEVerifier.ts";
import { plantVerifier, UPSTREAM_VERIFIER } from "../../scripts/tee/plant.ts";
import {
  ENDPOINT,
  makeGateway,
  MEASUREMENTS,
  openGatewayWorld,
  PCR_HASH,
  PCRS,
  STAKE,
  VERSION,
  type Gateway,
} from "./gateway.ts";
import { refusalThrough } from "./harness.ts";
import { refusalOf } from "./nitro-chain.ts";
import { HEAVY } from "./sample.ts";
import { UPSTREAM_EVENTS, UPSTREAM_FUNCTIONS, UPSTREAM_TEE_INFO } from "./upstream-abi.ts";
import { vector } from "./vectors.ts";

const BLOB_ID = stringToHex("ur_9aUT9KW3RbAj3nsqP1Fors3tblkUf4Hw4D0QFDXc");
const INPUT = keccak256("0x01");
const OUTPUT = keccak256("0x02");
const HOUR = 3_600n;
/** The errors that come through from below, by selector. */
const INNER_ERRORS = new Map(
  [...enclaveRegistryAbi, ...gatewayVerifierAbi]
    .filter((item) => item.type === "error")
    .map((item) => [toFunctionSelector(`function ${formatAbiItem(item)}`) as string, item.name]),
);
const REGISTRATION_ERRORS = [...teeRegistryAbi, ...enclaveRegistryAbi, ...gatewayVerifierAbi];
/** The rules of a use, by their bits. */
const RELEASE_ACCEPTED = 9n;

describe("the ABI that OpenGradient has published", () => {
  const abis: Readonly<Record<string, Abi>> = {
    TEERegistry: teeRegistryAbi,
    TEEVerifier: teeVerifierAbi,
    TEEBatchVerifier: teeBatchVerifierAbi,
    InferenceSettlementRelay: inferenceSettlementRelayAbi,
  };

  it("has every selector", () => {
    for (const [contract, functions] of Object.entries(UPSTREAM_FUNCTIONS)) {
      const selectors = new Set(
        (abis[contract] ?? [])
          .filter((item): item is AbiFunction => item.type === "function")
          .map((item) => toFunctionSelector(item)),
      );
      for (const selector of Object.keys(functions)) {
        assert.ok(selectors.has(selector as Hex), `${contract} lacks ${functions[selector as Hex]} (${selector})`);
      }
    }
  });

  it("has every event, with its topic and the same indexed arguments", () => {
    for (const [contract, events] of Object.entries(UPSTREAM_EVENTS)) {
      const present = (abis[contract] ?? []).filter((item): item is AbiEvent => item.type === "event");
      for (const [name, { topic, indexed }] of Object.entries(events)) {
        const event = present.find((item) => item.name === name);
        assert.ok(event !== undefined, `${contract} lacks ${name}`);
        assert.ok(toEventHash(event).startsWith(topic), name);
        assert.equal(event.inputs.filter((input) => input.indexed === true).length, indexed, name);
      }
    }
  });

  it("gives the struct of 11 fields, from getTEE and from the mapping", () => {
    const flat = (parameters: readonly { readonly type: string; readonly name?: string }[]): string[] =>
      parameters.map(({ type, name }) => `${type} ${name ?? ""}`);
    const getTEE = teeRegistryAbi.find((item) => item.type === "function" && item.name === "getTEE");
    const tees = teeRegistryAbi.find((item) => item.type === "function" && item.name === "tees");
    assert.ok(getTEE !== undefined && tees !== undefined);
    assert.deepEqual(flat(getTEE.outputs[0].components), UPSTREAM_TEE_INFO);
    assert.deepEqual(
      tees.outputs.map(({ type }) => type),
      UPSTREAM_TEE_INFO.map((field) => field.split(" ")[0]),
    );
  });
});

describe("OpenGradient's view over the registry", () => {
  let world: Awaited<ReturnType<typeof openGatewayWorld>>;
  let gateway: Gateway;
  let restore: () => Promise<void>;
  before(async () => {
    world = await openGatewayWorld();
    gateway = makeGateway();
    await world.registry.write.setDelegate([world.tees.address, true]);
    await world.tees.write.approvePCR([MEASUREMENTS, VERSION, 0]);
    await world.tees.write.registerTEEWithAttestation(await world.prepare(gateway), HEAVY);
    const snapshot = await world.networkHelpers.takeSnapshot();
    restore = () => snapshot.restore();
  });
  after(() => world.connection.close());

  /** Asserts that a call is refused with this error, of whichever contract. */
  const refuses = async (call: Promise<unknown>, error: string): Promise<void> => {
    const refusal = (await refusalOf(call)) ?? "nothing";
    assert.equal(INNER_ERRORS.get(refusal) ?? refusal, error);
  };
  type Registration = Awaited<ReturnType<typeof world.prepare>>;
  /** The error with which a registration by the harness is refused; undefined if it is not. Nothing is sent. */
  const refusalOfRegistration = (args: Registration) => {
    const callData = encodeFunctionData({ abi: teeRegistryAbi, functionName: "registerTEEWithAttestation", args });
    return refusalThrough(world.harness, world.tees.address, callData, REGISTRATION_ERRORS);
  };
  /** Lets the harness register through OpenGradient's view, as an operator may. */
  const setDelegateOfHarness = async (): Promise<void> => {
    const args = [world.tees.address, true] as const;
    const data = encodeFunctionData({ abi: enclaveRegistryAbi, functionName: "setDelegate", args });
    // Named gas: an estimate would only find what the harness itself needs.
    await world.harness.write.attempt([world.registry.address, data], HEAVY);
  };
  /** Makes the harness an operator. */
  const standHarness = async (): Promise<void> => {
    const { standing, wallet, harness } = world;
    await wallet.writeContract({ ...standing, functionName: "set", args: [harness.address, 15] });
    await wallet.writeContract({ ...standing, functionName: "setStake", args: [harness.address, STAKE] });
  };
  const gasOf = async (hash: Hex): Promise<bigint> =>
    (await world.publicClient.waitForTransactionReceipt({ hash })).gasUsed;
  const beat = async (timestamp: bigint) =>
    world.tees.write.heartbeat([gateway.id, timestamp, gateway.beat(timestamp)]);
  const verify = (timestamp: bigint, signature = gateway.answer(INPUT, OUTPUT, timestamp)) =>
    world.batchVerifier.read.verifySignature([gateway.id, INPUT, OUTPUT, timestamp, signature]);
  const verifyOld = (timestamp: bigint) =>
    world.batchVerifier.read.verifySignatureNoTimestamp([
      gateway.id,
      INPUT,
      OUTPUT,
      timestamp,
      gateway.answer(INPUT, OUTPUT, timestamp),
    ]);

  describe("an unmodified gateway", () => {
    it("is an enclave of the registry, known by OpenGradient's id", async () => {
      const { tees, registry, operator, profileId } = world;
      const enclave = await registry.read.enclaveOf([gateway.id]);
      assert.equal(enclave.operator.toLowerCase(), operator.toLowerCase());
      assert.deepEqual([enclave.signer, enclave.rsaKeyHash, enclave.profileId], [zeroAddress, gateway.id, profileId]);
      const info = await tees.read.getTEE([gateway.id]);
      assert.equal(info.owner, enclave.operator);
      assert.deepEqual([info.publicKey, info.tlsCertificate], [gateway.spki, bytesToHex(gateway.tls)]);
      assert.deepEqual([info.endpoint, info.pcrHash, info.teeType, info.enabled], [ENDPOINT, PCR_HASH, 0, true]);
      assert.equal(info.registeredAt, BigInt(enclave.registeredAt));
      assert.equal(info.ohttpConfig.publicKey, "0x");
      assert.deepEqual(Object.values(info), await tees.read.tees([gateway.id]));
      assert.deepEqual(await tees.read.getActiveTEEs([0]), [info]);
      for (const list of [
        tees.read.getEnabledTEEs([0]),
        tees.read.getTEEsByType([0]),
        tees.read.getTEEsByOwner([operator]),
      ]) {
        assert.deepEqual(await list, [gateway.id]);
      }
      assert.equal(await tees.read.computeTEEId([gateway.spki]), gateway.id);
    });

    it("has its answers verified, by what a client knows of OpenGradient", async () => {
      const timestamp = await world.now();
      assert.equal(await verify(timestamp), true);
      assert.equal(await verify(timestamp, gateway.answer(OUTPUT, INPUT, timestamp)), false);
      assert.equal(
        await world.batchVerifier.read.computeMessageHash([
          "0x643934be0694758b23dee7c223722b63708d58a5179ad952190f02a45892005f",
          "0xa61e6bf963b21b593248a1e0972d43492e018e5e3b8300b0df21d2d409ec8580",
          1_700_000_000n,
        ]),
        "0xbb48dc773f95655c67b82e52704e028e6c6c520db06f118271c8128d0f4d0cbe",
      );
    });

    it("cannot be taken by another operator, whatever document of it he has seen", async () => {
      const { tees, harness, prepare, operator } = world;
      const fresh = makeGateway();
      const seen = await prepare(fresh, operator);
      await standHarness();
      await setDelegateOfHarness();
      assert.equal(await refusalOfRegistration(seen), "GatewayNonceMismatch");
      await tees.write.registerTEEWithAttestation(seen, HEAVY);
      // Somebody who reaches the gateway has a document of his own, but the key is taken.
      assert.equal(await refusalOfRegistration(await prepare(fresh, harness.address)), "EnclaveKeyTaken");
      await restore();
    });

    it("does not register with a document that is old, of other keys, of a debug enclave or of other code", async () => {
      const { tees, prepare, now, documentOf } = world;
      const fresh = makeGateway();
      const [document, key, tls, account, endpoint, type] = await prepare(fresh);
      const register = (changed: Hex, changedKey = key, changedTls = tls) =>
        tees.simulate.registerTEEWithAttestation([changed, changedKey, changedTls, account, endpoint, type]);
      const old = await documentOf(fresh, account, { timestamp: ((await now()) - 400n) * 1_000n });
      await refuses(register(old), "GatewayDocumentStale");
      await refuses(register(document, makeGateway().spki), "GatewayUserDataMismatch");
      await refuses(register(document, key, "0x00"), "GatewayUserDataMismatch");
      await refuses(register(document, "0x00"), "GatewayKeyUnsupported");
      const code = await documentOf(fresh, account, { pcrs: new Map([...PCRS, [0, Buffer.alloc(48, 9)]]) });
      await refuses(register(code), "PCRNotApproved");
      const debug = await documentOf(fresh, account, { pcrs: new Map([...PCRS, [0, Buffer.alloc(48)]]) });
      await refuses(register(debug), "PCRNotApproved");
      const nonce = await documentOf(fresh, account, {
        nonce: Buffer.from("0123456789abcdef0123456789abcdef01234567", "hex"),
      });
      await refuses(register(nonce), "GatewayNonceMismatch");
      // The same goes through as it is.
      await register(document);
    });

    it("has no key with which receipts of this system's settlement could be signed", async () => {
      const { registry, now } = world;
      // Recovery of what is no signature gives the zero address, which is what stands in the record.
      const noSignature: Hex = `0x${"00".repeat(65)}`;
      await refuses(registry.simulate.heartbeat([gateway.id, await now(), noSignature]), "EnclaveHeartbeatStale");
      await world.networkHelpers.time.increase(60);
      await refuses(registry.simulate.heartbeat([gateway.id, await now(), noSignature]), "EnclaveSignatureInvalid");
      await restore();
    });

    it("sends heartbeats as ever, for less than 150,000 gas", async () => {
      const { tees, registry, attendance, operator, now, networkHelpers } = world;
      await networkHelpers.time.increase(900);
      const timestamp = (await now()) - 300n;
      const seen = () => attendance.read.hoursSeen([registry.address, operator, 0n, maxUint256]);
      assert.equal(await seen(), 0n);
      const used = await gasOf(await beat(timestamp));
      assert.ok(used <= 150_000n, `${used} gas`);
      assert.equal(await seen(), 1n, "the same book of hours");
      assert.equal((await tees.read.getTEE([gateway.id])).lastHeartbeatAt, timestamp);
      const other = makeGateway();
      await refuses(
        tees.simulate.heartbeat([gateway.id, timestamp + 1n, other.beat(timestamp + 1n)]),
        "HeartbeatSignatureInvalid",
      );
      await refuses(tees.simulate.heartbeat([other.id, timestamp + 1n, other.beat(timestamp + 1n)]), "TEENotFound");
      await restore();
    });
  });

  describe("the weaknesses of the original", () => {
    it("1: an enclave that is silent settles nothing, although it is enabled", async () => {
      const { tees, now, networkHelpers } = world;
      await networkHelpers.time.increase(1_801);
      assert.equal(await tees.read.isTEEEnabled([gateway.id]), true);
      assert.equal(await tees.read.isTEEActive([gateway.id]), false);
      assert.equal(await verify(await now()), false);
      await beat(await now());
      assert.equal(await verify(await now()), true);
      await restore();
    });

    it("2: an answer is settled once, whatever signature comes with it", async () => {
      const { relay, now, stranger } = world;
      const timestamp = await now();
      const settle = (signature: Hex) =>
        relay.write.settleIndividual([gateway.id, INPUT, OUTPUT, timestamp, zeroAddress, BLOB_ID, signature], {
          account: stranger,
        });
      assert.equal(await relay.read.isSettled([gateway.id, INPUT, OUTPUT, timestamp]), false);
      await settle(gateway.answer(INPUT, OUTPUT, timestamp));
      assert.equal(await relay.read.isSettled([gateway.id, INPUT, OUTPUT, timestamp]), true);
      await refuses(settle(gateway.answer(INPUT, OUTPUT, timestamp)), "RelayAnswerSettled");
      await refuses(settle(gateway.answer(OUTPUT, INPUT, timestamp)), "RelaySignatureInvalid");
      await restore();
    });

    it("3: a batch has an operator, a root that is posted once, a size and a blob; its items can be checked", async () => {
      const { relay, now, stranger } = world;
      const timestamp = await now();
      const signature = gateway.answer(INPUT, OUTPUT, timestamp);
      const row = encodeAbiParameters(
        [{ type: "bytes32" }, { type: "bytes32" }, { type: "bytes32" }, { type: "bytes" }, { type: "uint256" }],
        [gateway.id, INPUT, OUTPUT, signature, timestamp],
      );
      const leaf = keccak256(keccak256(row));
      const sibling = keccak256("0x03");
      const root = keccak256(leaf < sibling ? concat([leaf, sibling]) : concat([sibling, leaf]));
      await refuses(relay.simulate.batchSettle([zeroHash, 1n, BLOB_ID]), "RelayBatchInvalid");
      await refuses(relay.simulate.batchSettle([root, 0n, BLOB_ID]), "RelayBatchInvalid");
      await refuses(relay.simulate.batchSettle([root, 2n, "0x"]), "RelayBlobIdInvalid");
      const byStranger = relay.simulate.batchSettle([root, 2n, BLOB_ID], { account: stranger });
      await refuses(byStranger, "RelayOperatorInactive");
      const claim = [root, [sibling], gateway.id, INPUT, OUTPUT, signature] as const;
      const item = [...claim, timestamp] as const;
      assert.equal(await relay.read.verifyBatchItem(item), false, "nobody posted it");
      await relay.write.batchSettle([root, 2n, BLOB_ID]);
      await refuses(relay.simulate.batchSettle([root, 2n, BLOB_ID]), "RelayBatchPosted");
      assert.equal(await relay.read.verifyBatchItem(item), true);
      assert.equal(await relay.read.verifyBatchItem([...claim, timestamp + 1n]), false);
      assert.equal(await relay.read.verifyProof([[sibling], root, leaf]), true);
      await restore();
    });

    it("4: a release is revoked in one step, whatever runs it, and tidying up costs the same", async () => {
      const { tees, policy, registry, now, release, publicClient } = world;
      await refuses(tees.simulate.revokePCR([PCR_HASH, 0]), "TEERegistryPolicyAccepts");
      const timestamp = await now();
      await policy.write.revokeRelease([release.measurementId, Number(timestamp), "backdoor"]);
      assert.equal(await tees.read.isPCRApproved([0, PCR_HASH]), false);
      assert.equal(await tees.read.isTEEEnabled([gateway.id]), false);
      assert.equal(await verify(timestamp), false);
      assert.equal(
        (await registry.read.failedUseRules([gateway.id, 1, await now()])) & (1n << RELEASE_ACCEPTED),
        1n << RELEASE_ACCEPTED,
      );
      assert.deepEqual([await tees.read.getEnabledTEEs([0]), await tees.read.getActiveTEEs([0])], [[], []]);
      const { logs } = await publicClient.waitForTransactionReceipt({
        hash: await tees.write.revokePCR([PCR_HASH, 0]),
      });
      assert.deepEqual(
        parseEventLogs({ abi: tees.abi, logs }).map(({ eventName }) => eventName),
        ["PCRRevoked"],
      );
      await refuses(tees.simulate.revokePCR([PCR_HASH, 0]), "PCRNotApproved");
      await refuses(tees.simulate.approvePCR([MEASUREMENTS, VERSION, 0]), "PCRNotApproved");
      await restore();
    });

    it("5: a heartbeat counts once, from its own time, and its age has bounds", async () => {
      const { tees, now, networkHelpers } = world;
      await networkHelpers.time.increase(1_000);
      const timestamp = (await now()) - 300n;
      await beat(timestamp);
      await refuses(tees.simulate.heartbeat([gateway.id, timestamp, gateway.beat(timestamp)]), "EnclaveHeartbeatStale");
      await refuses(
        tees.simulate.heartbeat([gateway.id, timestamp - 1n, gateway.beat(timestamp - 1n)]),
        "EnclaveHeartbeatStale",
      );
      assert.equal((await tees.read.getTEE([gateway.id])).lastHeartbeatAt, timestamp, "not the time of arrival");
      const ahead = (await now()) + 60n;
      await refuses(tees.simulate.heartbeat([gateway.id, ahead, gateway.beat(ahead)]), "HeartbeatTimestampInFuture");
      await networkHelpers.time.increase(4_000);
      const late = timestamp + 1n;
      await refuses(tees.simulate.heartbeat([gateway.id, late, gateway.beat(late)]), "HeartbeatTimestampTooOld");
      for (const age of [0n, 299n, 86_401n, 2n ** 256n - 1n]) {
        await refuses(tees.simulate.setHeartbeatMaxAge([age]), "TEERegistryHeartbeatAgeInvalid");
      }
      await restore();
    });

    it("6: address and endpoint can be changed, and an enclave can be removed, by its operator only", async () => {
      const { tees, operator, stranger, other } = world;
      const payee = other;
      const options = { account: stranger };
      await refuses(tees.simulate.updateTEE([gateway.id, payee, "https://new.example"], options), "NotTEEOwner");
      await refuses(tees.simulate.removeTEE([gateway.id], options), "NotTEEOwner");
      await refuses(tees.simulate.disableTEE([gateway.id], options), "NotTEEOwner");
      await refuses(tees.simulate.updateTEE([gateway.id, zeroAddress, "a"]), "TEERegistryPaymentAddressZero");
      await refuses(tees.simulate.updateTEE([gateway.id, payee, "a".repeat(257)]), "TEERegistryTooLong");
      await tees.write.updateTEE([gateway.id, payee, "https://new.example"]);
      const info = await tees.read.getTEE([gateway.id]);
      assert.equal(info.paymentAddress.toLowerCase(), payee.toLowerCase());
      assert.equal(info.endpoint, "https://new.example");
      await tees.write.removeTEE([gateway.id]);
      await refuses(tees.read.getTEE([gateway.id]), "TEENotFound");
      assert.equal((await tees.read.tees([gateway.id]))[0], zeroAddress);
      assert.deepEqual(await tees.read.getTEEsByOwner([operator]), []);
      assert.equal(await verify(await world.now()), false);
      await restore();
    });

    it("7: a TLS certificate is rotated by a newer document of the same key", async () => {
      const { tees, prepare, networkHelpers } = world;
      await networkHelpers.time.increase(60);
      const rotated = { ...gateway, tls: Buffer.from("the next certificate") };
      await tees.write.registerTEEWithAttestation(await prepare(rotated), HEAVY);
      assert.equal((await tees.read.getTEE([gateway.id])).tlsCertificate, bytesToHex(rotated.tls));
      assert.deepEqual(await tees.read.getTEEsByType([0]), [gateway.id], "listed once");
      await restore();
    });

    it("8: whoever is an operator with enough stake registers, and nobody else", async () => {
      const args = await world.prepare(makeGateway(), world.harness.address);
      assert.equal(await refusalOfRegistration(args), "EnclaveSenderUnauthorized");
      await setDelegateOfHarness();
      assert.equal(await refusalOfRegistration(args), "EnclaveRefused");
      await standHarness();
      assert.equal(await refusalOfRegistration(args), undefined);
      await restore();
    });

    it("9: a list comes in pages of ids, of bounded size", async () => {
      const { tees, prepare } = world;
      const second = makeGateway();
      await tees.write.registerTEEWithAttestation(await prepare(second), HEAVY);
      await tees.write.disableTEE([gateway.id]);
      const ids = [gateway.id, second.id];
      assert.deepEqual(await tees.read.teePage([0, 0n, 10n]), [ids, [false, true]]);
      assert.deepEqual(await tees.read.teePage([0, 1n, 2n ** 256n - 1n]), [[second.id], [true]]);
      assert.deepEqual(await tees.read.teePage([0, 5n, 1n]), [[], []]);
      assert.deepEqual(await tees.read.getEnabledTEEs([0]), [second.id]);
      await restore();
    });

    it("10: a change of the heartbeats' age is announced", async () => {
      const { tees, publicClient } = world;
      const hash = await tees.write.setHeartbeatMaxAge([900n]);
      const { logs } = await publicClient.waitForTransactionReceipt({ hash });
      const [log] = parseEventLogs({ abi: tees.abi, eventName: "HeartbeatMaxAgeSet", logs });
      assert.deepEqual(log?.args, { previous: 1_800n, maxAge: 900n });
      await restore();
    });

    it("11: an enclave that was off for long is enabled again, and counts only once it is heard", async () => {
      const { tees, now, networkHelpers } = world;
      await tees.write.disableTEE([gateway.id]);
      await refuses(tees.simulate.disableTEE([gateway.id]), "TEENotEnabled");
      await networkHelpers.time.increase(5_000);
      await tees.write.enableTEE([gateway.id]);
      assert.equal(await tees.read.isTEEEnabled([gateway.id]), true);
      assert.equal(await verify(await now()), false);
      await beat(await now());
      assert.equal(await verify(await now()), true);
      await restore();
    });
  });

  it("answers at the address of OpenGradient's precompile on a test node", async () => {
    const { connection, verifier, publicClient, now } = world;
    await plantVerifier(connection.provider, verifier.address);
    const timestamp = await now();
    const message = keccak256(concat([gateway.id, numberToHex(timestamp, { size: 32 })]));
    const planted = { address: UPSTREAM_VERIFIER, abi: teeVerifierAbi } as const;
    const ask = (signature: Hex) =>
      publicClient.readContract({
        ...planted,
        functionName: "verifyRSAPSS",
        args: [gateway.spki, message, signature],
      });
    assert.equal(await ask(gateway.beat(timestamp)), true);
    assert.equal(await ask(gateway.beat(timestamp + 1n)), false);
    assert.equal(
      await publicClient.readContract({ ...planted, functionName: "nitroVerifier" }),
      await verifier.read.nitroVerifier(),
    );
    await assert.rejects(plantVerifier(connection.provider, zeroAddress), /There is no verifier/);
  });

  describe("times of answers", () => {
    it("are within the last hour, or five minutes ahead, for a fresh answer", async () => {
      const { now, networkHelpers } = world;
      await networkHelpers.time.increase(2n * HOUR);
      await beat(await now());
      const time = await now();
      // A read is at the time of the next block.
      assert.equal(await verify(time - HOUR + 30n), true);
      assert.equal(await verify(time - HOUR - 30n), false);
      assert.equal(await verify(time + 290n), true);
      assert.equal(await verify(time + 600n), false);
      await restore();
    });

    it("are such that the enclave counted, for an old one", async () => {
      const { now, networkHelpers, policy, release } = world;
      const registered = await now();
      await networkHelpers.time.increase(10n * HOUR);
      assert.equal(await verifyOld(registered + HOUR), true);
      assert.equal(await verifyOld(registered - HOUR), false, "before it was registered");
      assert.equal(await verifyOld((await now()) + HOUR), false, "in the future");
      await policy.write.revokeRelease([release.measurementId, Number(registered + 2n * HOUR), "leak"]);
      assert.equal(await verifyOld(registered + HOUR), true);
      assert.equal(await verifyOld(registered + 3n * HOUR), false, "compromised by then");
      await restore();
    });
  });

  describe("what administrators did", () => {
    it("is a name for what the policy accepts", async () => {
      const { tees, stranger } = world;
      const options = { account: stranger };
      await tees.write.approvePCR([MEASUREMENTS, VERSION, 0], options);
      assert.deepEqual(await tees.read.getApprovedPCRs(), [{ pcrHash: PCR_HASH, teeType: 0 }], "listed once");
      const [approved, type, , version] = await tees.read.pcrRecords([0, PCR_HASH]);
      assert.deepEqual([approved, type, version], [true, 0, VERSION]);
      assert.equal(await tees.read.isPCRApproved([1, PCR_HASH]), false);
      await refuses(tees.simulate.approvePCR([MEASUREMENTS, "2.0", 0], options), "TEERegistryVersionMismatch");
      await refuses(tees.simulate.approvePCR([MEASUREMENTS, VERSION, 1], options), "PCRNotApproved");
      await refuses(tees.simulate.approvePCR([MEASUREMENTS, VERSION, 2], options), "InvalidTEEType");
      const unknown = { ...MEASUREMENTS, pcr0: MEASUREMENTS.pcr1 };
      await refuses(tees.simulate.approvePCR([unknown, "", 0], options), "PCRNotApproved");
    });

    it("is left to votes: types, and the age of heartbeats; the root is the one that is trusted", async () => {
      const { tees, batchVerifier, stranger, publicClient } = world;
      const options = { account: stranger };
      await refuses(tees.simulate.addTEEType([2, "Storage"], options), "AccessManagedUnauthorized");
      await refuses(tees.simulate.setHeartbeatMaxAge([900n], options), "AccessManagedUnauthorized");
      await refuses(batchVerifier.simulate.setRegistry([tees.address], options), "AccessManagedUnauthorized");
      await refuses(batchVerifier.simulate.setRegistry([zeroAddress]), "InvalidRegistryAddress");
      await refuses(tees.simulate.addTEEType([1, "Validator"]), "TEETypeExists");
      await refuses(tees.simulate.addTEEType([4, "Nothing"]), "InvalidTEEType");
      await tees.write.addTEEType([2, "Storage"]);
      const [ids, infos] = await tees.read.getTEETypes();
      assert.deepEqual(
        [ids, infos.map(({ name }) => name)],
        [
          [0, 1, 2],
          ["LLMProxy", "Validator", "Storage"],
        ],
      );
      const foreign = bytesToHex(vector("intel/adversarial/int.der"));
      await refuses(tees.simulate.setAWSRootCertificate([foreign]), "TEERegistryRootUntrusted");
      assert.equal(await tees.read.awsRootCertificate(), "0x");
      const root = bytesToHex(world.root);
      const { logs } = await publicClient.waitForTransactionReceipt({
        hash: await tees.write.setAWSRootCertificate([root]),
      });
      assert.equal(
        parseEventLogs({ abi: tees.abi, eventName: "AWSCertificateUpdated", logs })[0]?.args.certHash,
        keccak256(root),
      );
      assert.equal(await tees.read.awsRootCertificate(), root);
      await restore();
    });
  });
});
