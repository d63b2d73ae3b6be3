import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";
import hre from "hardhat";
import { keccak256, toBytes, toFunctionSelector, zeroHash } from "viem";

import { ROLE_IDS } from "../../scripts/deploy/roles.ts";
import { NO_MODELS } from "../../sdk/src/release-models.ts";
import { versionText } from "../../scripts/hub/versions.ts";
import { readTestDepth } from "../../scripts/lib/test-depth.ts";
import { encodeFiles } from "../../sdk/src/model-files.ts";
import * as reference from "./releases.reference.ts";

const RUNS = readTestDepth(process.env).fuzzRuns > 256 ? 100 : 10;
const MODES = [0, 1, 2] as const;

const connection = await hre.network.create();
const { viem, networkHelpers } = connection;
const publicClient = await viem.getPublicClient();
const [wallet] = await viem.getWalletClients();
if (wallet === undefined) throw new Error("the local chain has no account");
const publisher = wallet.account.address;

/** A hub that asks for no bond. */
async function deployHub() {
  const manager = await viem.deployContract("AccessManager", [publisher]);
  const token = await viem.deployContract("OPG", [publisher]);
  const bonds = await viem.deployContract("HostingBonds", [manager.address, token.address, 0n]);
  const hub = await viem.deployContract("ModelHub", [bonds.address]);
  const selectors = ["collect(bytes32,address)", "release(bytes32,address)"].map(toFunctionSelector);
  await manager.write.setTargetFunctionRole([bonds.address, selectors, ROLE_IDS.MODEL_HUB]);
  await manager.write.grantRole([ROLE_IDS.MODEL_HUB, hub.address, 0]);
  return hub;
}

const hub = await deployHub();

const release = fc.nat(30);
const mode = fc.constantFrom(...MODES);
// Few different rates, so that rises, falls and equals are all frequent.
const rate = fc.bigInt({ min: 0n, max: 3n });
const act = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("publish" as const), major: fc.boolean(), stable: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("yank" as const), release }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("deprecate" as const), release, flag: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("rates" as const), release, mode, rates: fc.tuple(rate, rate, rate) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("price" as const), release, mode, price: rate }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), release, mode }) },
  // Around the day of notice, to the second, and anything else.
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      seconds: fc.oneof(fc.integer({ min: 86_395, max: 86_401 }), fc.integer({ min: 1, max: 200_000 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("retire" as const) }) },
);

type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never;

interface Run {
  readonly name: string;
  readonly repository: reference.Repository;
  count: number;
}

async function now(): Promise<bigint> {
  return (await publicClient.getBlock()).timestamp;
}

function idOf({ name }: Run) {
  return keccak256(toBytes(name));
}

async function releaseIdOf(run: Run, { major, minor }: reference.Release) {
  return hub.read.resolve([`${run.name}@${versionText({ major, minor })}`]);
}

async function publishInBoth(run: Run, major: boolean, stable: boolean): Promise<void> {
  const hash = keccak256(toBytes(`${run.name} ${run.count++}`));
  const contentId = Buffer.from(hash.slice(2), "hex").toString("base64url");
  const files = encodeFiles([{ path: "model.onnx", contentId, size: 1n, sha256Hash: hash, named: false }]);
  const content = { files, schemaHash: zeroHash, notesHash: zeroHash };
  const publish = () => hub.write.publishRelease([idOf(run), major, stable, content, NO_MODELS, []]);
  if (run.repository.retired) {
    return viem.assertions.revertWithCustomErrorWithArgs(publish(), hub, "ModelsRetired", [idOf(run)]);
  }
  await publish();
  reference.publish(run.repository, major, stable);
}

/** Does one act in the contract and in the reference; both must refuse the same ones. */
async function perform(run: Run, act: Act): Promise<void> {
  if (act.kind === "wait") return networkHelpers.time.increase(act.seconds).then(() => undefined);
  // The embedded chain's clock runs on with the machine's: a block's time is said beforehand, so that both count from it.
  const at = (await now()) + 1n;
  await networkHelpers.time.setNextBlockTimestamp(at);
  if (act.kind === "publish") return publishInBoth(run, act.major, act.stable);
  if (act.kind === "retire") {
    const retire = () => hub.write.retireRepository([idOf(run)]);
    if (run.repository.retired) return viem.assertions.revertWithCustomError(retire(), hub, "ModelsRetired");
    await retire();
    run.repository.retired = true;
    return;
  }
  const { releases } = run.repository;
  const chosen = releases[act.release % (releases.length || 1)];
  if (chosen === undefined) return;
  const id = await releaseIdOf(run, chosen);
  if (act.kind === "deprecate") {
    await hub.write.setDeprecated([id, act.flag, ""]);
    chosen.deprecated = act.flag;
  } else if (act.kind === "yank") {
    const yank = () => hub.write.yankRelease([id, ""]);
    if (chosen.yanked) return viem.assertions.revertWithCustomError(yank(), hub, "ModelsAlreadyYanked");
    await yank();
    chosen.yanked = true;
  } else if (act.kind === "remove") {
    const remove = () => hub.write.removeOffer([id, act.mode]);
    if (reference.termsAt(chosen, act.mode, at) === null) {
      return viem.assertions.revertWithCustomError(remove(), hub, "ModelsModeNotOffered");
    }
    await remove();
    reference.change(chosen, act.mode, null, at);
  } else {
    const [perCall, perInput, perOutput] = act.kind === "price" ? [act.price, 0n, 0n] : act.rates;
    const change = () =>
      act.kind === "price"
        ? hub.write.setPrice([id, act.mode, perCall])
        : hub.write.setRates([id, act.mode, { perCall, perInput, perOutput }]);
    // No release of these has a circuit.
    if (act.mode === 1) {
      assert.equal(reference.termsAt(chosen, act.mode, at), null);
      return viem.assertions.revertWithCustomError(change(), hub, "ModelsModeUnavailable");
    }
    await change();
    reference.change(chosen, act.mode, [perCall, perInput, perOutput], at);
  }
}

/** Compares everything that can be read. */
async function compare(run: Run): Promise<void> {
  const { repository, name } = run;
  const time = await now();
  const newest = reference.newestStable(repository);
  if (newest === undefined) {
    await viem.assertions.revertWithCustomError(hub.read.resolve([name]), hub, "ModelsUnknownModel");
  } else {
    assert.equal(await hub.read.resolve([name]), await releaseIdOf(run, newest), "newest stable");
  }
  assert.equal(await hub.read.isRetired([idOf(run)]), repository.retired, "retired");
  for (const release of repository.releases) {
    const id = await releaseIdOf(run, release);
    const { major, minor, stable, deprecated, yanked } = await hub.read.releaseOf([id]);
    const flags = [release.stable, release.deprecated, release.yanked];
    assert.deepEqual([major, minor, stable, deprecated, yanked], [release.major, release.minor, ...flags], "release");
    for (const mode of MODES) {
      const { offered, rates, nextAt, nextOffered, nextRates } = await hub.read.offerOf([id, mode]);
      const list = ({ perCall, perInput, perOutput }: typeof rates) => [perCall, perInput, perOutput];
      assert.deepEqual(offered ? list(rates) : null, reference.termsAt(release, mode, time), "terms");
      const announced = reference.announcedAt(release, mode, time);
      assert.equal(BigInt(nextAt), announced?.from ?? 0n, "time of the change");
      if (announced === undefined) continue;
      assert.deepEqual(nextOffered ? list(nextRates) : null, announced.terms, "announced terms");
    }
  }
}

describe("versions and prices of the Model Hub, against the rules written a second time", () => {
  it("agree after every act of any history", { timeout: 600_000 }, async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
        const run: Run = { name: `lab/run-${(runs += 1)}`, repository: { releases: [], retired: false }, count: 0 };
        const info = { description: "", task: "", licence: "", tags: [], unlisted: false, metadataHash: zeroHash };
        await hub.write.createRepository([run.name, info, [{ account: publisher, shareBps: 10_000 }]]);
        await publishInBoth(run, false, true);
        for (const step of acts) {
          await perform(run, step);
          await compare(run);
        }
      }),
      { numRuns: RUNS, seed: 2026, endOnFailure: true },
    );
  });
});
