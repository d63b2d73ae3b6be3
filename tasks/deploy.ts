import { task } from "hardhat/config";

import { actTask, JSON_FLAG, RECORDS, SOURCE } from "./lib/act-task.ts";

const NO_BUILD = {
  name: "noBuild",
  description: "Take the contracts as they are compiled, without a look at the sources",
} as const;
const DEPLOYER = {
  name: "deployer",
  description: "Who deployed; by default whom the records name, and else the network's first account",
  defaultValue: "",
} as const;

/** `npx hardhat deploy` and what can be asked of a deployment. */
export const deployTasks = [
  task("deploy", "Deploy what is missing of the protocol and hand it over to its governance")
    .addFlag({ name: "json", description: "Print the addresses as JSON" })
    .addFlag(NO_BUILD)
    .addFlag({ name: "dryRun", description: "Show what would be sent, send nothing" })
    .addOption(RECORDS)
    .setAction(() => import("./actions/deploy.ts"))
    .build(),
  task(["deploy", "status"], "Show how far a deployment has come; sends nothing")
    .addOption(DEPLOYER)
    .addOption(RECORDS)
    .addFlag(NO_BUILD)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/deploy-status.ts"))
    .build(),
  task(["deploy", "verify"], "Read a deployment back from the chain and compare everything; sends nothing")
    .addOption(DEPLOYER)
    .addOption(RECORDS)
    .addFlag({ name: "noRecords", description: "Compare the chain with the sources and parameters alone" })
    .addFlag({ name: "all", description: "Print the good comparisons too" })
    .addFlag(NO_BUILD)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/deploy-verify.ts"))
    .build(),
  task(["deploy", "sources"], "Write what Etherscan, Blockscout and Sourcify ask for to verify the sources")
    .addOption({ name: "out", description: "The folder to write to", defaultValue: "build/verification" })
    .addOption(DEPLOYER)
    .addOption(RECORDS)
    .addFlag(NO_BUILD)
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/deploy-sources.ts"))
    .build(),
  actTask(["deploy", "upgrade-verifier"], "Deploy a verifier of evidence anew, and then propose to admit it")
    .addPositionalArgument({ name: "contract", description: "The contract, for example TdxVerifier" })
    .addOption(SOURCE)
    .addFlag(NO_BUILD)
    .setAction(() => import("./actions/deploy-upgrade-verifier.ts"))
    .build(),
];
