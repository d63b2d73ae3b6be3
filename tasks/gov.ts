import { emptyTask } from "hardhat/config";

import { ACCOUNT, actTask, PROPOSAL, readTask } from "./lib/act-task.ts";

const CHOICE = { name: "choice", description: "for, against or abstain" } as const;
const REASON = { name: "reason", description: "Why, for everybody to read", defaultValue: "" } as const;
const OPERATOR = { name: "operator", description: "The operator you delegate to" } as const;
const FILE = { name: "file", description: "A JSON file with title, paragraphs, source and actions" } as const;
const WHAT = { name: "what", description: "A proposal file (.json), or a proposal: latest, #0, or its id" } as const;

/** `npx hardhat gov …`: everything a voter or proposer needs. */
export const govTasks = [
  emptyTask("gov", "Propose, vote, queue, execute, and see where decisions stand").build(),
  actTask(["gov", "propose"], "Propose what a file describes")
    .addPositionalArgument(FILE)
    .setAction(() => import("./actions/gov-propose.ts"))
    .build(),
  actTask(["gov", "propose-profile"], "Propose to accept a hardware profile for enclaves")
    .addPositionalArgument({ name: "profile", description: "An id in deployments/profiles.json, or file.json#id" })
    .setAction(() => import("./actions/gov-propose-profile.ts"))
    .build(),
  actTask(["gov", "appoint-guardian"], "Propose the guardian's keeper, or to renew his term")
    .addPositionalArgument({ name: "keeper", description: "The account, a Safe for example" })
    .addPositionalArgument({ name: "until", description: "Unix seconds or a date, at most a year ahead" })
    .setAction(() => import("./actions/gov-appoint-guardian.ts"))
    .build(),
  actTask(["gov", "vote"], "Vote on a proposal")
    .addPositionalArgument(PROPOSAL)
    .addPositionalArgument(CHOICE)
    .addOption(REASON)
    .setAction(() => import("./actions/gov-vote.ts"))
    .build(),
  actTask(["gov", "override"], "Vote with your own part of an operator's pool, in his place")
    .addPositionalArgument(PROPOSAL)
    .addPositionalArgument(OPERATOR)
    .addPositionalArgument(CHOICE)
    .addOption(REASON)
    .setAction(() => import("./actions/gov-override.ts"))
    .build(),
  actTask(["gov", "keep-record"], "Keep your stake's past, so that it can vote for itself in later votes")
    .addPositionalArgument(OPERATOR)
    .setAction(() => import("./actions/gov-keep-record.ts"))
    .build(),
  actTask(["gov", "delegate"], "Let the votes of your pool, as an operator, or of your wallet count for an account")
    .addPositionalArgument({ name: "delegatee", description: "The account that votes from now on" })
    .addFlag({ name: "wallet", description: "The votes of the OPG in your wallet; yours too only once delegated" })
    .setAction(() => import("./actions/gov-delegate.ts"))
    .build(),
  emptyTask(["gov", "ballot"], "Sign ballots that others bring to the chain").build(),
  readTask(["gov", "ballot", "sign"], "Sign a ballot and print it; sends nothing")
    .addPositionalArgument(PROPOSAL)
    .addPositionalArgument(CHOICE)
    .addOption({ ...OPERATOR, description: "Vote with your own part of this operator's pool", defaultValue: "" })
    .addOption(ACCOUNT)
    .setAction(() => import("./actions/gov-ballot-sign.ts"))
    .build(),
  actTask(["gov", "ballot", "submit"], "Bring a signed ballot to the chain")
    .addPositionalArgument({ name: "file", description: "The ballot, as gov ballot sign printed it" })
    .setAction(() => import("./actions/gov-ballot-submit.ts"))
    .build(),
  actTask(["gov", "queue"], "Put a passed proposal into the timelock")
    .addPositionalArgument(PROPOSAL)
    .setAction(() => import("./actions/gov-queue.ts"))
    .build(),
  actTask(["gov", "execute"], "Execute a proposal whose delay in the timelock is over")
    .addPositionalArgument(PROPOSAL)
    .setAction(() => import("./actions/gov-execute.ts"))
    .build(),
  actTask(["gov", "cancel"], "Cancel a proposal: its proposer before the vote opens, the guardian until it is executed")
    .addPositionalArgument(PROPOSAL)
    .setAction(() => import("./actions/gov-cancel.ts"))
    .build(),
  readTask(["gov", "status"], "Show a proposal: what it does, how the vote stands, what comes next")
    .addPositionalArgument({ ...PROPOSAL, defaultValue: "latest" })
    .setAction(() => import("./actions/gov-status.ts"))
    .build(),
  readTask(["gov", "show"], "The same as gov status")
    .addPositionalArgument({ ...PROPOSAL, defaultValue: "latest" })
    .setAction(() => import("./actions/gov-status.ts"))
    .build(),
  readTask(["gov", "list"], "List all proposals")
    .setAction(() => import("./actions/gov-list.ts"))
    .build(),
  readTask(["gov", "power"], "Show how many votes an account has")
    .addPositionalArgument({ name: "address", description: "The account; your own by default", defaultValue: "" })
    .addOption(ACCOUNT)
    .setAction(() => import("./actions/gov-power.ts"))
    .build(),
  readTask(["gov", "decode"], "Put the calls of a proposal into words, with what they would change")
    .addPositionalArgument(WHAT)
    .setAction(() => import("./actions/gov-decode.ts"))
    .build(),
  readTask(["gov", "simulate"], "Play a proposal's whole life on a copy of the chain, and judge it")
    .addPositionalArgument(WHAT)
    .addFlag({ name: "strict", description: "Fail when any rule flags it, not only when it would fail" })
    .setAction(() => import("./actions/gov-simulate.ts"))
    .build(),
  readTask(["gov", "verify"], "Check that a proposal is exactly what a file describes")
    .addPositionalArgument(PROPOSAL)
    .addPositionalArgument(FILE)
    .setAction(() => import("./actions/gov-verify.ts"))
    .build(),
  readTask(["gov", "export"], "Print a proposal as a file, to review, simulate or verify it elsewhere")
    .addPositionalArgument(PROPOSAL)
    .setAction(() => import("./actions/gov-export.ts"))
    .build(),
  readTask(["gov", "roles"], "Show who may do what and how long decisions wait, and compare it with the tables")
    .setAction(() => import("./actions/gov-roles.ts"))
    .build(),
];
