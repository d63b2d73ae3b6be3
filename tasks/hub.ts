import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";

import { actTask, readTask, sendTask } from "./lib/act-task.ts";

const STORE = {
  name: "store",
  description: "Where the files are kept: a folder, walrus:<aggregator>,<publisher> or ipfs:<gateway>",
  defaultValue: "build/store",
} as const;
const RELEASE = { name: "name", description: "owner/name@1.01, owner/name (newest stable) or a content id" } as const;
const REPOSITORY = { name: "name", description: "owner/name" } as const;
const UNSAID = { type: ArgumentType.STRING_WITHOUT_DEFAULT, defaultValue: undefined } as const;

/** `npx hardhat hub …`: what publishers and users of models need. */
export const hubTasks = [
  emptyTask("hub", "Publish models, find them, fetch them, price them").build(),
  sendTask(["hub", "publish"], "Publish a folder as the next release of a repository")
    .addPositionalArgument({ name: "folder", description: "The model's folder; a README.md describes it" })
    .addOption({ name: "name", description: "The repository, owner/name; made if it is new", defaultValue: "" })
    .addFlag({ name: "major", description: "Start the next major version" })
    .addFlag({ name: "experimental", description: "Leave owner/name at the stable release before" })
    .addOption({ name: "vanilla", description: "OPG per call on an operator's word", ...UNSAID })
    .addOption({ name: "tee", description: "OPG per call answered by an enclave", ...UNSAID })
    .addOption({ name: "zk", description: "OPG per call with a proof", ...UNSAID })
    .addOption({ name: "onchain", description: "OPG per call that the EVM answers itself", ...UNSAID })
    .addOption({ name: "binding", description: "The circuits' keys, by default the folder's binding.json", ...UNSAID })
    .addOption({ name: "schema", description: "The model's schema, by default the folder's schema.json", ...UNSAID })
    .addOption({ name: "notes", description: "A file with the release notes; its hash is kept", ...UNSAID })
    .addOption({
      name: "named",
      description: "Paths with commas between whose content ids name the release",
      ...UNSAID,
    })
    .addFlag({ name: "unlisted", description: "Keep a new repository out of lists and searches" })
    .addOption({ name: "payees", description: "address:bps,…; by default all for the sender", ...UNSAID })
    .addOption({ name: "description", description: "Instead of the README's first paragraph", ...UNSAID })
    .addOption({ name: "task", description: "Instead of the README's pipeline_tag", ...UNSAID })
    .addOption({ name: "licence", description: "Instead of the README's license", ...UNSAID })
    .addOption({ name: "tags", description: "Words with commas between, instead of the README's tags", ...UNSAID })
    .addOption(STORE)
    .setAction(() => import("./actions/hub-publish.ts"))
    .build(),
  task(["hub", "schema"], "Draft the schema of an ONNX model, to be completed by hand")
    .addPositionalArgument({ name: "file", description: "The model, such as model.onnx" })
    .setAction(() => import("./actions/hub-schema.ts"))
    .build(),
  readTask(["hub", "download"], "Fetch a release and check every file against the chain")
    .addPositionalArgument(RELEASE)
    .addOption({ name: "to", description: "A folder that does not exist; by default owner-name-1.01", ...UNSAID })
    .addOption(STORE)
    .setAction(() => import("./actions/hub-download.ts"))
    .build(),
  readTask(["hub", "list"], "List all repositories")
    .setAction(() => import("./actions/hub-list.ts"))
    .build(),
  readTask(["hub", "search"], "List the repositories in which all words occur")
    .addVariadicArgument({ name: "words", description: "Parts of names, descriptions, tasks, licences and tags" })
    .setAction(() => import("./actions/hub-search.ts"))
    .build(),
  readTask(["hub", "show"], "Show a repository with its releases, or one release with its files and prices")
    .addPositionalArgument({ ...RELEASE, description: "owner/name, owner/name@1.01 or a content id" })
    .setAction(() => import("./actions/hub-show.ts"))
    .build(),
  readTask(["hub", "stats"], "Show what the calls of a repository's releases have brought")
    .addPositionalArgument(REPOSITORY)
    .setAction(() => import("./actions/hub-stats.ts"))
    .build(),
  actTask(["hub", "price"], "Set what a call of a release costs, or end an offer")
    .addPositionalArgument(RELEASE)
    .addPositionalArgument({ name: "mode", description: "vanilla, tee, zk or onchain" })
    .addPositionalArgument({ name: "price", description: "OPG per call, 0 for free, or none to end the offer" })
    .addOption({ name: "input", description: "OPG per 1,000 input tokens, on top", defaultValue: "0" })
    .addOption({ name: "output", description: "OPG per 1,000 output tokens, on top", defaultValue: "0" })
    .setAction(() => import("./actions/hub-price.ts"))
    .build(),
  actTask(["hub", "deprecate"], "Advise against a release; calls go on")
    .addPositionalArgument(RELEASE)
    .addOption({ name: "reason", description: "Why, for everybody to read", defaultValue: "" })
    .addFlag({ name: "undo", description: "Take the advice back" })
    .setAction(() => import("./actions/hub-deprecate.ts"))
    .build(),
  actTask(["hub", "yank"], "Withdraw a release from owner/name for ever; exact names go on")
    .addPositionalArgument(RELEASE)
    .addOption({ name: "reason", description: "Why, for everybody to read", defaultValue: "" })
    .setAction(() => import("./actions/hub-yank.ts"))
    .build(),
  actTask(["hub", "delegate"], "Let somebody publish, price and deprecate in your place")
    .addPositionalArgument(REPOSITORY)
    .addPositionalArgument({ name: "delegate", description: "His address, or none" })
    .setAction(() => import("./actions/hub-delegate.ts"))
    .build(),
  actTask(["hub", "retire"], "End a repository for ever and free its bond; calls go on")
    .addPositionalArgument(REPOSITORY)
    .setAction(() => import("./actions/hub-retire.ts"))
    .build(),
  actTask(["hub", "refund"], "Pay the bond of a retired repository to its last owner")
    .addPositionalArgument(REPOSITORY)
    .setAction(() => import("./actions/hub-refund.ts"))
    .build(),
];
