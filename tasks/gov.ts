import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";

const JSON_FLAG = { name: "json", description: "Print the result as JSON" } as const;
const DRY_RUN = { name: "dryRun", description: "Explain and simulate, send nothing" } as const;
const YES = { name: "yes", description: "Send without asking" } as const;
const RECORDS = {
  name: "records",
  description: "The folder of the deployment records",
  defaultValue: "deployments",
} as const;
const ACCOUNT = {
  name: "account",
  description: "Which of the network's accounts acts, from 0",
  type: ArgumentType.INT,
  defaultValue: 0,
} as const;
const PROPOSAL = { name: "proposal", description: "latest, #0, or the id (its first 6 digits are enough)" } as const;

/** `npx hardhat gov …`: everything a voter or proposer needs. */
export const govTasks = [
  emptyTask("gov", "Propose, vote, queue, execute, and see where decisions stand").build(),
  task(["gov", "propose-profile"], "Propose to accept a hardware profile for enclaves")
    .addPositionalArgument({ name: "profile", description: "An id in deployments/profiles.json, or file.json#id" })
    .addOption(ACCOUNT)
    .addOption(RECORDS)
    .addFlag(YES)
    .addFlag(DRY_RUN)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/gov-propose-profile.ts"))
    .build(),
  task(["gov", "vote"], "Vote on a proposal")
    .addPositionalArgument(PROPOSAL)
    .addPositionalArgument({ name: "choice", description: "for, against or abstain" })
    .addOption({ name: "reason", description: "Why, for everybody to read", defaultValue: "" })
    .addOption(ACCOUNT)
    .addOption(RECORDS)
    .addFlag(YES)
    .addFlag(DRY_RUN)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/gov-vote.ts"))
    .build(),
  task(["gov", "override"], "Vote with your own part of an operator's pool, in his place")
    .addPositionalArgument(PROPOSAL)
    .addPositionalArgument({ name: "operator", description: "The operator you delegate to" })
    .addPositionalArgument({ name: "choice", description: "for, against or abstain" })
    .addOption({ name: "reason", description: "Why, for everybody to read", defaultValue: "" })
    .addOption(ACCOUNT)
    .addOption(RECORDS)
    .addFlag(YES)
    .addFlag(DRY_RUN)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/gov-override.ts"))
    .build(),
  task(["gov", "keep-record"], "Keep your stake's past, so that it can vote for itself in later votes")
    .addPositionalArgument({ name: "operator", description: "The operator you delegate to" })
    .addOption(ACCOUNT)
    .addOption(RECORDS)
    .addFlag(YES)
    .addFlag(DRY_RUN)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/gov-keep-record.ts"))
    .build(),
  task(["gov", "queue"], "Put a passed proposal into the timelock")
    .addPositionalArgument(PROPOSAL)
    .addOption(ACCOUNT)
    .addOption(RECORDS)
    .addFlag(YES)
    .addFlag(DRY_RUN)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/gov-queue.ts"))
    .build(),
  task(["gov", "execute"], "Execute a proposal whose delay in the timelock is over")
    .addPositionalArgument(PROPOSAL)
    .addOption(ACCOUNT)
    .addOption(RECORDS)
    .addFlag(YES)
    .addFlag(DRY_RUN)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/gov-execute.ts"))
    .build(),
  task(["gov", "status"], "Show a proposal: what it does, how the vote stands, what comes next")
    .addPositionalArgument({ ...PROPOSAL, defaultValue: "latest" })
    .addOption(RECORDS)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/gov-status.ts"))
    .build(),
  task(["gov", "list"], "List all proposals")
    .addOption(RECORDS)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/gov-list.ts"))
    .build(),
  task(["gov", "power"], "Show how many votes an account has")
    .addPositionalArgument({ name: "address", description: "The account; your own by default", defaultValue: "" })
    .addOption(ACCOUNT)
    .addOption(RECORDS)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/gov-power.ts"))
    .build(),
];
