import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { encodeFunctionData, maxUint256, parseEther, zeroHash, type Address } from "viem";

import { StoreError } from "../../nodes/storage/errors.ts";
import { openLocalStore } from "../../nodes/storage/local-store.ts";
import type { Addresses } from "../../scripts/deploy/contracts.ts";
import { deployAll } from "../../scripts/deploy/deploy-all.ts";
import { sendCall } from "../../scripts/gov/send.ts";
import { NO_WANTED_MODELS } from "../../scripts/hub/bindings.ts";
import { download } from "../../scripts/hub/download.ts";
import { findFiles, hashFile } from "../../scripts/hub/folder.ts";
import {
  prepareDelegate,
  prepareDeprecation,
  prepareRates,
  prepareRefund,
  prepareRetirement,
  prepareYank,
} from "../../scripts/hub/manage.ts";
import { perCall, type Rates } from "../../scripts/hub/modes.ts";
import { planPublication, preparePublication, type Publication } from "../../scripts/hub/publish.ts";
import {
  hubOf,
  readFiles,
  readRelease,
  readReleaseEarnings,
  readReleases,
  readRepositories,
  readRepository,
  readTotals,
  repositoryIdOf,
  resolveRelease,
  searchRepositories,
} from "../../scripts/hub/read.ts";
import { upload } from "../../scripts/hub/upload.ts";
import type { HubView } from "../../scripts/hub/view.ts";
import { earningsLine, offerLine, releaseLines, repositoryLines } from "../../scripts/hub/words.ts";
import { passTime } from "../../scripts/lib/test-node.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { opgAbi } from "../../sdk/src/abi/OPG.ts";
import { paymentHubAbi } from "../../sdk/src/abi/PaymentHub.ts";
import { encodeFile, proofOf } from "../../sdk/src/model-files.ts";
import { artifacts, impersonate, parameters, startChain, type TestChain } from "../governance/chain.ts";

const STRANGER: Address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const NAME = "lab/tiny";

function refusal(pattern: RegExp) {
  return (error: unknown): boolean => {
    assert(error instanceof UserError, String(error));
    assert.match(error.message, pattern);
    return true;
  };
}

describe("the Model Hub from a publisher's side", () => {
  let chain: TestChain & { readonly addresses: Addresses };
  let view: HubView;
  let folder: string;
  const publisher = parameters.initialHolder;
  const inFolder = (...names: string[]): string => path.join(folder, ...names);
  const wanted: Publication = {
    repository: NAME,
    info: {
      description: "A tiny\u001b[2J model",
      task: "regression",
      licence: "MIT",
      tags: ["amm", "Zk"],
      unlisted: false,
      metadataHash: zeroHash,
    },
    payees: [{ account: publisher, shareBps: 10_000 }],
    major: false,
    stable: true,
    models: NO_WANTED_MODELS,
    schemaHash: zeroHash,
    notesHash: zeroHash,
    prices: [{ mode: "tee", price: parseEther("2") }],
  };

  async function publish(change: Partial<Publication> = {}): Promise<string> {
    const publication = { ...wanted, ...change };
    const plan = await planPublication(view, publisher, publication);
    const store = openLocalStore(inFolder("store"));
    const files = [];
    for (const found of await findFiles(inFolder("model"), 16))
      files.push(await upload(store, await hashFile(found), found.path === "model.onnx"));
    for (const call of plan.preparation) await sendCall(chain.clients, call);
    await sendCall(chain.clients, preparePublication(view, plan, publication, files));
    return plan.name;
  }

  before(async () => {
    const started = await startChain();
    const addresses = await deployAll({ ...started.clients, parameters, artifacts });
    chain = { ...started, addresses };
    view = { publicClient: chain.clients.publicClient, addresses, firstBlock: 0n };
    folder = await mkdtemp(path.join(os.tmpdir(), "opg-hub-"));
    await mkdir(inFolder("model", "data"), { recursive: true });
    await writeFile(inFolder("model", "model.onnx"), "weights");
    await writeFile(inFolder("model", "data", "norm.json"), "{}");
  });
  after(() => rm(folder, { recursive: true }));

  it("names, publishes and resolves the versions that the contract counts", async () => {
    await assert.rejects(resolveRelease(view, NAME), refusal(/Nothing is published as "lab\/tiny"/));
    await assert.rejects(readRepository(view, NAME), refusal(/There is no repository/));
    assert.equal(await publish(), `${NAME}@1.00`);
    assert.equal(await publish({ stable: false }), `${NAME}@1.01`);
    assert.equal(await publish({ major: true }), `${NAME}@2.00`);
    const id = await resolveRelease(view, NAME);
    assert.equal(id, await resolveRelease(view, `${NAME}@2.00`));
    assert.equal((await readRelease(view, id)).name, `${NAME}@2.00`);
    const releases = await readReleases(view, (await readRepository(view, NAME)).id);
    assert.deepEqual(
      releases.map(({ version, stable }) => [version, stable]),
      [
        ["1.00", true],
        ["1.01", false],
        ["2.00", true],
      ],
    );
  });

  it("is searched by every word, and cannot be written into the terminal", async () => {
    const repositories = await readRepositories(view);
    assert.equal(repositories.length, 1);
    assert.equal(searchRepositories(repositories, "TINY zk").length, 1);
    assert.equal(searchRepositories(repositories, "tiny gpu").length, 0);
    const [repository] = repositories;
    assert(repository !== undefined);
    assert.equal(repository.newestVersion, "2.00");
    assert.match(repositoryLines(repository).join("\n"), /A tiny\\u\{1b\}\[2J model/);
  });

  it("gives every file back, and only the published bytes", async () => {
    const release = await readRelease(view, await resolveRelease(view, NAME));
    const files = await readFiles(view, release);
    assert.deepEqual(
      files.map((file) => file.path),
      ["data/norm.json", "model.onnx"],
    );
    const [, model] = files;
    assert(model !== undefined);
    assert.equal(
      await resolveRelease(view, model.contentId),
      await resolveRelease(view, `${NAME}@1.00`),
      "first claim",
    );
    const proof = proofOf(files, "model.onnx");
    const args = [release.id, encodeFile(model), proof] as const;
    assert.equal(await view.publicClient.readContract({ ...hubOf(view), functionName: "isFileOf", args }), true);
    assert.match(releaseLines(release, files, 1n).join("\n"), /tee: 2 OPG per call/);
    const store = openLocalStore(inFolder("store"));
    await download(store, files, inFolder("copy"));
    assert.equal(await readFile(inFolder("copy", "data", "norm.json"), "utf8"), "{}");
    assert.equal(await readFile(inFolder("copy", "model.onnx"), "utf8"), "weights");
    await assert.rejects(download(store, files, inFolder("copy")), refusal(/exists/));

    const hex = files[1]?.sha256Hash.slice(2) ?? "";
    await writeFile(inFolder("store", hex.slice(0, 2), hex), "w3ights");
    const corrupt = (error: unknown): boolean => error instanceof StoreError && error.fault === "corrupt";
    await assert.rejects(download(store, files, inFolder("other")), corrupt);
    assert.deepEqual((await readdir(folder)).sort(), ["copy", "model", "store"], "nothing half-written");
    const leaving = [{ path: "../out", contentId: "", size: 1n, sha256Hash: zeroHash, named: false }];
    await assert.rejects(download(store, leaving, inFolder("other")), /leaves its folder/);
  });

  it("prices with notice upwards, at once downwards, and ends offers", async () => {
    const name = `${NAME}@2.00`;
    const change = async (rates: Rates | null, mode: "tee" | "vanilla"): Promise<string> => {
      const call = await prepareRates(view, publisher, name, mode, rates);
      await sendCall(chain.clients, call);
      return call.lines.join();
    };
    const act = (price: bigint | null, mode: "tee" | "vanilla" = "tee"): Promise<string> =>
      change(price === null ? null : perCall(price), mode);
    assert.match(await act(parseEther("3")), /2 OPG per call → 3 OPG per call, in 1 day/);
    const releaseId = await resolveRelease(view, name);
    const { offers } = await readRelease(view, releaseId);
    assert(offers[0] !== undefined);
    assert.match(offerLine(offers[0], 1n), /^tee: 2 OPG per call; 3 OPG per call from /);
    await passTime(chain.provider, 86_400n);
    assert.match(await act(parseEther("1")), /3 OPG per call → 1 OPG per call, at once/);
    assert.match(await act(0n, "vanilla"), /vanilla: not offered → free, at once/);
    assert.match(await act(null, "vanilla"), /free → not offered, in 1 day/);
    const tokens = { perCall: 0n, perInput: parseEther("0.5"), perOutput: parseEther("2") };
    assert.match(await change(tokens, "vanilla"), /free → 0 OPG per call, 0\.5 OPG per 1k input and 2 OPG per 1k/);
    await passTime(chain.provider, 86_400n);
    const quote = { ...hubOf(view), functionName: "quote", args: [releaseId, 0, 1_500n, 1n] } as const;
    assert.equal(await view.publicClient.readContract(quote), parseEther("0.752"));
    const refused = (mode: "zk" | "tee" | "onchain", price: bigint | null, by = publisher) =>
      prepareRates(view, by, name, mode, price === null ? null : perCall(price));
    await assert.rejects(refused("zk", 1n), refusal(/has no circuit/));
    await assert.rejects(refused("onchain", 1n), refusal(/has no model for the EVM/));
    await assert.rejects(refused("zk", null), refusal(/is not offered in zk/));
    await assert.rejects(refused("tee", 1n, STRANGER), refusal(/belongs to 0xf39F/));
  });

  it("marks releases as deprecated and back", async () => {
    const name = `${NAME}@1.00`;
    const act = async (deprecated: boolean): Promise<void> => {
      await sendCall(chain.clients, await prepareDeprecation(view, publisher, name, deprecated, "use 2.00"));
    };
    await act(true);
    assert.equal((await readRelease(view, await resolveRelease(view, name))).deprecated, true);
    await assert.rejects(act(true), refusal(/is deprecated already/));
    await act(false);
    await assert.rejects(act(false), refusal(/is not deprecated/));
  });

  it("counts calls and what they brought", async () => {
    const { addresses } = chain;
    const releaseId = await resolveRelease(view, NAME);
    const charge = encodeFunctionData({
      abi: paymentHubAbi,
      functionName: "chargeCall",
      args: [STRANGER, publisher, releaseId, STRANGER, parseEther("1")],
    });
    const approval = encodeFunctionData({
      abi: opgAbi,
      functionName: "approve",
      args: [addresses.PaymentHub, maxUint256],
    });
    await sendCall(chain.clients, { to: addresses.OPG, data: approval, lines: [] });
    await impersonate(chain.provider, addresses.PipeEngine);
    const engine = await chain.clientsFor(addresses.PipeEngine);
    for (const data of [charge, charge]) await sendCall(engine, { to: addresses.PaymentHub, data, lines: [] });

    const releases = await readReleases(view, repositoryIdOf(NAME));
    const [first, , third] = await readReleaseEarnings(view, releases);
    assert.equal(first?.calls, 0n);
    const { payments } = parameters;
    const net = (parseEther("2") * (10_000n - payments.operatorBps - payments.treasuryBps)) / 10_000n;
    assert.deepEqual([third?.calls, third?.gross, third?.net], [2n, parseEther("2"), net]);
    assert(third !== undefined && third.lastCallAt > 0);
    assert.match(
      earningsLine(third.name, third, BigInt(third.lastCallAt) + 60n),
      /2 calls, gross 2 OPG, net 1.5 OPG, last 1 min ago/,
    );
  });

  it("adds up what a repository and its publisher earned", async () => {
    const { repository, publisher: all } = await readTotals(view, await readRepository(view, NAME));
    assert.deepEqual([repository.calls, repository.gross, repository.net], [2n, parseEther("2"), parseEther("1.5")]);
    assert.deepEqual(all, repository);
  });

  it("yanks a release, and the name falls back", async () => {
    const name = `${NAME}@2.00`;
    const call = await prepareYank(view, publisher, name, "wrong weights");
    assert.match(call.lines.join("\n"), /Yank lab\/tiny@2\.00 for ever: wrong weights\n.*served as before/);
    await sendCall(chain.clients, call);
    assert.equal(await resolveRelease(view, NAME), await resolveRelease(view, `${NAME}@1.00`));
    assert.equal((await readRelease(view, await resolveRelease(view, name))).yanked, true);
    await assert.rejects(prepareYank(view, publisher, name, ""), refusal(/is yanked already/));
    await assert.rejects(prepareYank(view, STRANGER, `${NAME}@1.00`, ""), refusal(/belongs to 0xf39F/));
  });

  it("lets a delegate price and publish until he is replaced", async () => {
    await sendCall(chain.clients, await prepareDelegate(view, publisher, NAME, STRANGER));
    assert.match(repositoryLines(await readRepository(view, NAME)).join("\n"), /published by 0x7099\w+ too/);
    await prepareRates(view, STRANGER, `${NAME}@1.00`, "tee", perCall(1n));
    assert.equal((await planPublication(view, STRANGER, wanted)).name, `${NAME}@2.01`);
    await assert.rejects(prepareRetirement(view, STRANGER, NAME), refusal(/belongs to 0xf39F/));
    const end = await prepareDelegate(view, publisher, NAME, null);
    assert.match(end.lines.join(), /0x7099\w+ → nobody/);
    await sendCall(chain.clients, end);
    await assert.rejects(planPublication(view, STRANGER, wanted), refusal(/cannot publish there/));
  });

  it("takes a bond for a repository and gives it back after its end", async () => {
    const bonded = { ...wanted, repository: "lab/passing" };
    const plan = await planPublication(view, publisher, bonded);
    assert.deepEqual(
      plan.preparation.map(({ lines }) => lines[0]),
      ["Allow the hosting bonds to take 10 OPG.", `Create the repository lab/passing as ${publisher}.`],
    );
    for (const call of plan.preparation) await sendCall(chain.clients, call);
    const refund = async () => prepareRefund(view, (await view.publicClient.getBlock()).timestamp, bonded.repository);
    await assert.rejects(refund(), refusal(/is not retired; its bond of 10 OPG stays/));
    const retirement = await prepareRetirement(view, publisher, bonded.repository);
    assert.match(retirement.lines.join(), /Its bond of 10 OPG can be had back in 7 days\./);
    await sendCall(chain.clients, retirement);
    await assert.rejects(prepareRetirement(view, publisher, bonded.repository), refusal(/is retired already/));
    await assert.rejects(planPublication(view, publisher, bonded), refusal(/is retired; nothing can be published/));
    assert.equal((await readRepositories(view)).length, 1, "no longer listed");
    await assert.rejects(refund(), refusal(/can be had back from/));
    await passTime(chain.provider, 7n * 86_400n);
    const balance = () =>
      view.publicClient.readContract({
        address: chain.addresses.OPG,
        abi: opgAbi,
        functionName: "balanceOf",
        args: [publisher],
      });
    const before = await balance();
    await sendCall(chain.clients, await refund());
    assert.equal((await balance()) - before, parseEther("10"));
    await assert.rejects(refund(), refusal(/Nothing is left/));
    const poor = planPublication(view, STRANGER, { ...wanted, repository: "bob/poor" });
    await assert.rejects(poor, refusal(/needs a bond of 10 OPG, but 0x7099\w+ has 0 OPG/));
  });

  it("lets nobody else publish, nor under names that the chain refuses", async () => {
    const plan = (change: Partial<Publication>, by = publisher) => planPublication(view, by, { ...wanted, ...change });
    await assert.rejects(plan({}, STRANGER), refusal(/belongs to 0xf39F.* cannot publish there/));
    await assert.rejects(plan({ repository: "1ab/own" }, STRANGER), refusal(/"1ab" looks like a name of 0xf39F/));
    await assert.rejects(plan({ repository: "Lab/tiny" }), refusal(/is not a repository's name/));
    await assert.rejects(plan({ repository: "tiny" }), refusal(/owner\/name/));
    await assert.rejects(plan({ prices: [{ mode: "zk", price: 1n }] }), refusal(/give --binding/));
  });
});
