import { encodeFunctionData, getAddress, isAddress, isAddressEqual, zeroAddress, type Address, type Hex } from "viem";

import { hostingBondsAbi } from "../../sdk/src/abi/HostingBonds.ts";
import { modelHubAbi } from "../../sdk/src/abi/ModelHub.ts";
import { opgAbi } from "../../sdk/src/abi/OPG.ts";
import { encodeFiles, type ModelFile } from "../../sdk/src/model-files.ts";
import type { PreparedCall } from "../gov/send.ts";
import { opg } from "../gov/words.ts";
import { UserError } from "../lib/user-error.ts";
import { bindModels, type WantedModels } from "./bindings.ts";
import { MODES, type ModeName } from "./modes.ts";
import { sizeText } from "./progress.ts";
import { hubOf, repositoryIdOf } from "./read.ts";
import type { InfoLimits, RepositoryInfo } from "./repository-info.ts";
import { nextVersion, versionText } from "./versions.ts";
import type { HubReader } from "./view.ts";

/** A payee of a repository; shares are bps and sum to 10,000. */
export interface Payee {
  readonly account: Address;
  readonly shareBps: number;
}

/** What is to be published. */
export interface Publication {
  /** `owner/name`. */
  readonly repository: string;
  /** For a repository that does not exist yet. */
  readonly info: RepositoryInfo;
  readonly payees: readonly Payee[];
  readonly major: boolean;
  readonly stable: boolean;
  readonly models: WantedModels;
  /** keccak256 of the description of inputs and outputs; zero means "none". */
  readonly schemaHash: Hex;
  /** keccak256 of the release notes; zero means "none". */
  readonly notesHash: Hex;
  /** OPG base units per call. */
  readonly prices: readonly { readonly mode: ModeName; readonly price: bigint }[];
}

/** Where a publication will stand. */
export interface PublicationPlan {
  readonly repositoryId: Hex;
  /** `owner/name@1.01`. */
  readonly name: string;
  /** What comes before the publication: the approval of the bond and the creation of the repository, if needed. */
  readonly preparation: readonly PreparedCall[];
}

const NAME = /^[a-z0-9][a-z0-9_.-]{0,63}\/[a-z0-9][a-z0-9_.-]{0,63}$/;
const BPS = 10_000;

/**
 * Reads payees as `0x…:7000,0x…:3000`.
 *
 * @throws UserError when they are not accounts with shares that sum to 10,000 bps
 */
export function parsePayees(text: string): readonly Payee[] {
  const payees = text.split(",").map((entry) => {
    const [account = "", share = ""] = entry.split(":");
    if (!isAddress(account) || !/^[1-9]\d{0,4}$/.test(share)) {
      throw new UserError(`"${entry}" is no payee; write address:share with the share in bps (10000 = 100 %).`);
    }
    return { account: getAddress(account), shareBps: Number(share) };
  });
  const sum = payees.reduce((total, { shareBps }) => total + shareBps, 0);
  if (sum !== BPS) throw new UserError(`The payees' shares sum to ${sum} bps instead of ${BPS}.`);
  return payees;
}

/** @throws UserError when the name is none of a repository */
export function checkRepositoryName(name: string): void {
  if (NAME.test(name)) return;
  throw new UserError(
    `"${name}" is not a repository's name: owner/name, each part 1 to 64 characters a-z 0-9 - _ . ` +
      "that begin with a letter or a digit.",
  );
}

/** The contract's limits for a repository's texts. */
export async function readInfoLimits(view: HubReader): Promise<InfoLimits> {
  const [description, label, tags] = await Promise.all([
    view.publicClient.readContract({ ...hubOf(view), functionName: "MAX_DESCRIPTION" }),
    view.publicClient.readContract({ ...hubOf(view), functionName: "MAX_LABEL" }),
    view.publicClient.readContract({ ...hubOf(view), functionName: "MAX_TAGS" }),
  ]);
  return { description: Number(description), label: Number(label), tags: Number(tags) };
}

/**
 * Checks a publication against the chain before anything is uploaded.
 *
 * @throws UserError when the name is malformed, somebody else has it, no version is left, or the bond cannot be paid
 */
export async function planPublication(view: HubReader, sender: Address, wanted: Publication): Promise<PublicationPlan> {
  checkRepositoryName(wanted.repository);
  const repositoryId = repositoryIdOf(wanted.repository);
  const read = { ...hubOf(view), args: [repositoryId] } as const;
  const owner = await view.publicClient.readContract({ ...read, functionName: "ownerOf" });
  const exists = !isAddressEqual(owner, zeroAddress);
  if (exists) await checkPublisher(view, sender, wanted.repository, owner);
  const asks = (mode: ModeName): boolean => wanted.prices.some((price) => price.mode === mode);
  if (asks("zk") && !wanted.models.circuits.some(({ keyId }) => BigInt(keyId) !== 0n)) {
    throw new UserError("A price for zk needs a circuit: give --binding with its key and layout.");
  }
  if (asks("onchain") && BigInt(wanted.models.executorModelId) === 0n) {
    throw new UserError("A price for onchain needs a model for the EVM: give --binding with its executorModelId.");
  }
  const [major, minor] = await view.publicClient.readContract({ ...read, functionName: "newestVersionOf" });
  if (minor === 99 && !wanted.major) {
    throw new UserError(`${wanted.repository}@${versionText({ major, minor })} was the last minor one; add --major.`);
  }
  const name = `${wanted.repository}@${versionText(nextVersion({ major, minor }, wanted.major))}`;
  return { repositoryId, name, preparation: exists ? [] : await prepareCreation(view, sender, wanted) };
}

/** @throws UserError when the sender may not publish, or nobody may any more */
async function checkPublisher(view: HubReader, sender: Address, repository: string, owner: Address): Promise<void> {
  const read = { ...hubOf(view), args: [repositoryIdOf(repository)] } as const;
  const delegate = await view.publicClient.readContract({ ...read, functionName: "delegateOf" });
  if (!isAddressEqual(owner, sender) && !isAddressEqual(delegate, sender)) {
    throw new UserError(`${repository} belongs to ${owner}; ${sender} cannot publish there.`);
  }
  const retired = await view.publicClient.readContract({ ...read, functionName: "isRetired" });
  if (retired) throw new UserError(`${repository} is retired; nothing can be published there any more.`);
}

/** The approval of the bond, when one is asked for, and the creation of the repository. */
async function prepareCreation(
  view: HubReader,
  sender: Address,
  { repository, info, payees }: Publication,
): Promise<readonly PreparedCall[]> {
  const namespace = repository.slice(0, repository.indexOf("/"));
  const holder = await view.publicClient.readContract({
    ...hubOf(view),
    functionName: "namespaceOwnerOf",
    args: [namespace],
  });
  if (!isAddressEqual(holder, zeroAddress) && !isAddressEqual(holder, sender)) {
    throw new UserError(`"${namespace}" looks like a name of ${holder}; choose another before the "/".`);
  }
  const bonds = { address: view.addresses.HostingBonds, abi: hostingBondsAbi } as const;
  const bond = await view.publicClient.readContract({ ...bonds, functionName: "bond" });
  const creation = {
    to: view.addresses.ModelHub,
    data: encodeFunctionData({ abi: modelHubAbi, functionName: "createRepository", args: [repository, info, payees] }),
    lines: [
      `Create the repository ${repository} as ${sender}.`,
      ...(bond === 0n ? [] : [`  ${opg(bond)} stay behind as its bond until it is retired`]),
      ...payees.map(({ account, shareBps }) => `  ${account} is paid ${shareBps / 100} % of the publisher's part`),
    ],
  };
  const token = { address: view.addresses.OPG, abi: opgAbi } as const;
  const [balance, allowance] = await Promise.all([
    view.publicClient.readContract({ ...token, functionName: "balanceOf", args: [sender] }),
    view.publicClient.readContract({ ...token, functionName: "allowance", args: [sender, bonds.address] }),
  ]);
  if (balance < bond) {
    throw new UserError(`A new repository needs a bond of ${opg(bond)}, but ${sender} has ${opg(balance)}.`);
  }
  if (allowance >= bond) return [creation];
  const approval = {
    to: view.addresses.OPG,
    data: encodeFunctionData({ abi: opgAbi, functionName: "approve", args: [bonds.address, bond] }),
    lines: [`Allow the hosting bonds to take ${opg(bond)}.`],
  };
  return [approval, creation];
}

/** The call that publishes the release. */
export function preparePublication(
  view: HubReader,
  plan: PublicationPlan,
  wanted: Publication,
  files: readonly ModelFile[],
): PreparedCall {
  const { major, stable, schemaHash, notesHash } = wanted;
  const models = bindModels(
    wanted.models,
    files.map(({ path }) => path),
  );
  const content = { files: encodeFiles(files), schemaHash, notesHash };
  const prices = wanted.prices.map(({ mode, price }) => ({ mode: MODES[mode], price }));
  return {
    to: view.addresses.ModelHub,
    data: encodeFunctionData({
      abi: modelHubAbi,
      functionName: "publishRelease",
      args: [plan.repositoryId, major, stable, content, models, prices],
    }),
    lines: [
      `Publish ${plan.name}, ${stable ? "stable" : "experimental"}, for ever:`,
      ...files.map(({ path, size, contentId, named }) => {
        return `  ${path} (${sizeText(Number(size))}) as ${contentId}${named ? ", which names the release" : ""}`;
      }),
      ...wanted.models.circuits.map(({ keyId, file, layout }) => {
        const what = BigInt(keyId) === 0n ? "no key" : `the key ${keyId}`;
        return `  circuit of ${file}: input "${layout.inputName}", ${what}`;
      }),
      ...wanted.prices.map(({ mode, price }) => `  ${mode}: ${price === 0n ? "free" : `${opg(price)} per call`}`),
    ],
  };
}
