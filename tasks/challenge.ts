import { emptyTask } from "hardhat/config";

import { actTask, readTask, sendTask } from "./lib/act-task.ts";

const FIRST = {
  name: "first",
  description: "A JSON file with what a node answered, or the hash of a transaction that handed it in",
  defaultValue: "",
} as const;
const SECOND = {
  name: "second",
  description: "As --first: another answer to the same request",
  defaultValue: "",
} as const;

/** `npx hardhat challenge …`: what somebody needs who caught an operator. */
export const challengeTasks = [
  emptyTask("challenge", "Hold an operator to what he signed, and earn the bounty").build(),
  readTask(["challenge", "assess"], "Say whether two answers contradict each other, and what that would cost now")
    .addOption(FIRST)
    .addOption(SECOND)
    .setAction(() => import("./actions/challenge-assess.ts"))
    .build(),
  sendTask(["challenge", "equivocation"], "Slash an operator who signed two answers: commit, wait a minute, show them")
    .addOption(FIRST)
    .addOption(SECOND)
    .setAction(() => import("./actions/challenge-equivocation.ts"))
    .build(),
  actTask(["challenge", "claim"], "Take out the bounties that you have earned")
    .setAction(() => import("./actions/challenge-claim.ts"))
    .build(),
];
