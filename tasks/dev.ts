import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";

import { JSON_FLAG } from "./lib/act-task.ts";

/** `npx hardhat dev …`: help with test nodes. */
export const devTasks = [
  emptyTask("dev", "Help with test nodes").build(),
  task(["dev", "time"], "Move the clock of a test node forward")
    .addOption({ name: "hours", description: "How many hours", type: ArgumentType.INT, defaultValue: 0 })
    .addOption({ name: "seconds", description: "How many seconds, on top", type: ArgumentType.INT, defaultValue: 0 })
    .addFlag(JSON_FLAG)
    .setAction(() => import("./actions/dev-time.ts"))
    .build(),
];
