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
import { download } from "../../scripts/hub/download.ts";
import { findFiles, hashFile } from "../../scripts/hub/folder.ts";
import { prepareDeprecation, preparePrice } from "../../scripts/hub/manage.ts";
import { NO_BINDING, planPublication, preparePublication, type Publication } from "../../scripts/hub/publish.ts";
import {
  hubOf,
  readEarnings,
  readFiles,
  readRelease,
  readReleases,
  readRepositories,
  readRepository,
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
    binding: NO_BINDING,
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
    if (plan.creation !== null) await sendCall(chain.clients, plan.creation);
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
    const act = async (price: bigint | null, mode: "tee" | "vanilla" = "tee"): Promise<string> => {
      const call = await preparePrice(view, publisher, name, mode, price);
      await sendCall(chain.clients, call);
      return call.lines.join();
    };
    assert.match(await act(parseEther("3")), /2 OPG → 3 OPG, in 1 day/);
    const { offers } = await readRelease(view, await resolveRelease(view, name));
    assert(offers[0] !== undefined);
    assert.match(offerLine(offers[0], 1n), /^tee: 2 OPG per call; 3 OPG from /);
    await passTime(chain.provider, 86_400n);
    assert.match(await act(parseEther("1")), /3 OPG → 1 OPG, at once/);
    assert.match(await act(0n, "vanilla"), /vanilla: not offered → 0 OPG, at once/);
    assert.match(await act(null, "vanilla"), /0 OPG → not offered, in 1 day/);
    const refused = (mode: "zk" | "tee", price: bigint | null, by = publisher) =>
      preparePrice(view, by, name, mode, price);
    await assert.rejects(refused("zk", 1n), refusal(/has no circuit/));
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
    const [first, , third] = await readEarnings(view, releases);
    assert.equal(first?.calls, 0n);
    const { payments } = parameters;
    const net = (parseEther("2") * (10_000n - payments.operatorBps - payments.treasuryBps)) / 10_000n;
    assert.deepEqual([third?.calls, third?.gross, third?.net], [2n, parseEther("2"), net]);
    assert(third !== undefined && third.lastCallAt > 0);
    assert.match(
      earningsLine(third, BigInt(third.lastCallAt) + 60n),
      /2 calls, gross 2 OPG, net 1.5 OPG, last 1 min ago/,
    );
  });

  it("lets nobody else publish, nor under names that the chain refuses", async () => {
    const plan = (change: Partial<Publication>, by = publisher) => planPublication(view, by, { ...wanted, ...change });
    await assert.rejects(plan({}, STRANGER), refusal(/belongs to 0xf39F.* cannot publish there/));
    await assert.rejects(plan({ repository: "Lab/tiny" }), refusal(/is not a repository's name/));
    await assert.rejects(plan({ repository: "tiny" }), refusal(/owner\/name/));
    await assert.rejects(plan({ prices: [{ mode: "zk", price: 1n }] }), refusal(/give --binding/));
  });
});
