import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { keccak256, toBytes, zeroHash, type Address } from "viem";

import { openStore } from "../../nodes/storage/open-store.ts";
import type { ContentStore } from "../../nodes/storage/store.ts";
import { sendCall, simulateCall, type PreparedCall } from "../../scripts/gov/send.ts";
import { BINDING_PATH, NO_WANTED_MODELS, readBindings } from "../../scripts/hub/bindings.ts";
import {
  findFiles,
  hashFile,
  hashOfText,
  readReadme,
  type FolderFile,
  type FoundFile,
} from "../../scripts/hub/folder.ts";
import { readModelCard } from "../../scripts/hub/model-card.ts";
import { MODE_NAMES, parsePrice } from "../../scripts/hub/modes.ts";
import { startBar } from "../../scripts/hub/progress.ts";
import {
  parsePayees,
  planPublication,
  preparePublication,
  readInfoLimits,
  type Publication,
} from "../../scripts/hub/publish.ts";
import { hubOf } from "../../scripts/hub/read.ts";
import { repositoryInfo } from "../../scripts/hub/repository-info.ts";
import { readSchema } from "../../scripts/hub/schema.ts";
import { upload } from "../../scripts/hub/upload.ts";
import type { HubView } from "../../scripts/hub/view.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import type { ModelFile } from "../../sdk/src/model-files.ts";
import { SCHEMA_PATH } from "../../sdk/src/model-schema.ts";
import { clientsAt, openChain } from "../lib/chain.ts";
import { confirm } from "../lib/confirm.ts";
import type { ActArguments } from "../lib/gov-act.ts";
import { openHub } from "../lib/hub-view.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { print, printResult, say } from "../lib/terminal.ts";

interface PublishArguments extends ActArguments {
  readonly folder: string;
  readonly name: string;
  readonly major: boolean;
  readonly experimental: boolean;
  readonly vanilla: string | undefined;
  readonly tee: string | undefined;
  readonly zk: string | undefined;
  readonly onchain: string | undefined;
  readonly binding: string | undefined;
  readonly schema: string | undefined;
  readonly notes: string | undefined;
  readonly named: string | undefined;
  readonly unlisted: boolean;
  readonly payees: string | undefined;
  readonly description: string | undefined;
  readonly task: string | undefined;
  readonly licence: string | undefined;
  readonly tags: string | undefined;
  readonly store: string;
}

/** What the command line and the folder's README ask for. */
async function readWishes(
  view: HubView,
  sender: Address,
  args: PublishArguments,
  found: readonly FoundFile[],
): Promise<Publication> {
  if (args.name === "") throw new UserError("Name the repository: --name owner/name.");
  const { description, task, licence } = args;
  const schema = args.schema ?? found.find(({ path }) => path === SCHEMA_PATH)?.location;
  const binding = args.binding ?? found.find(({ path }) => path === BINDING_PATH)?.location;
  const paths = found.map(({ path }) => path);
  const tags = args.tags?.split(",").map((tag) => tag.trim());
  const said = {
    ...(description === undefined ? {} : { description }),
    ...(task === undefined ? {} : { task }),
    ...(licence === undefined ? {} : { licence }),
    ...(tags === undefined ? {} : { tags }),
  };
  const readme = await readReadme(args.folder);
  const metadata = { unlisted: args.unlisted, metadataHash: readme === "" ? zeroHash : keccak256(toBytes(readme)) };
  const card = readModelCard(readme);
  const { info, remarks } = repositoryInfo({ ...said, ...metadata }, card, await readInfoLimits(view));
  remarks.forEach(say);
  return {
    repository: args.name,
    info,
    payees: args.payees === undefined ? [{ account: sender, shareBps: 10_000 }] : parsePayees(args.payees),
    major: args.major,
    stable: !args.experimental,
    models: binding === undefined ? NO_WANTED_MODELS : await readBindings(binding, paths),
    schemaHash: schema === undefined ? zeroHash : (await readSchema(schema)).hash,
    notesHash: args.notes === undefined ? zeroHash : await hashOfText(args.notes),
    prices: MODE_NAMES.flatMap((mode) => {
      const text = args[mode];
      return text === undefined ? [] : [{ mode, price: parsePrice(text) }];
    }),
  };
}

async function hashAll(found: readonly FoundFile[]): Promise<readonly FolderFile[]> {
  const bar = startBar(
    "Hashing",
    found.reduce((sum, { size }) => sum + size, 0),
  );
  const files: FolderFile[] = [];
  for (const file of found) files.push(await hashFile(file, bar.advance));
  bar.end();
  return files;
}

/** The paths whose content ids shall name the release: those that were asked for, or the ONNX models. */
function namedPaths(found: readonly FoundFile[], named: string | undefined): readonly string[] {
  const paths = found.map(({ path }) => path);
  if (named === undefined) return paths.filter((path) => path.endsWith(".onnx"));
  const wanted = named.split(",").filter((path) => path !== "");
  const unknown = wanted.find((path) => !paths.includes(path));
  if (unknown !== undefined) throw new UserError(`--named: the folder has no file "${unknown}".`);
  return wanted;
}

async function uploadAll(
  store: ContentStore,
  files: readonly FolderFile[],
  named: readonly string[],
): Promise<readonly ModelFile[]> {
  // Every byte goes there and comes back.
  const bar = startBar(
    "Uploading and reading back",
    files.reduce((sum, { size }) => sum + 2 * size, 0),
  );
  const uploaded: ModelFile[] = [];
  try {
    for (const file of files) uploaded.push(await upload(store, file, named.includes(file.path), bar.advance));
  } finally {
    bar.end();
  }
  return uploaded;
}

async function publish(args: PublishArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const store = openStore(args.store);
  const chain = await openChain(hre);
  try {
    const view = await openHub(chain, args.records);
    const clients = await clientsAt(chain, args.account);
    const sender = clients.walletClient.account.address;
    const limit = await view.publicClient.readContract({ ...hubOf(view), functionName: "MAX_FILES" });
    const found = await findFiles(args.folder, Number(limit));
    const named = namedPaths(found, args.named);
    const wanted = await readWishes(view, sender, args, found);
    const plan = await planPublication(view, sender, wanted);
    const files = await hashAll(found);

    const { name, repositoryId, preparation } = plan;
    const tell = args.json ? say : print;
    const announce = (call: PreparedCall): void => call.lines.forEach(tell);
    preparation.forEach(announce);
    // What follows depends on it.
    const [first] = preparation;
    if (first !== undefined) await simulateCall(clients, first);
    tell(`Publish ${files.length} files of ${args.folder} as ${name}, kept in ${store.place}.`);
    if (args.dryRun) {
      printResult(args.json, { name, repositoryId, sender, sent: false }, ["Dry run: nothing was uploaded or sent."]);
      return;
    }
    await confirm(hre, args.yes);
    const uploaded = await uploadAll(store, files, named);
    for (const call of preparation) await sendCall(clients, call);
    const call = preparePublication(view, plan, wanted, uploaded);
    announce(call);
    const outcome = await sendCall(clients, call);
    printResult(args.json, { name, repositoryId, sender, files: uploaded, ...outcome, sent: true }, [
      `Published ${name} in ${outcome.transactionHash}, block ${outcome.blockNumber}, ${outcome.gasUsed} gas.`,
    ]);
  } finally {
    await chain.close();
  }
}

export default plainFailure(publish);
