import { challengeTasks } from "./challenge.ts";
import { deployTasks } from "./deploy.ts";
import { devTasks } from "./dev.ts";
import { govTasks } from "./gov.ts";
import { hubTasks } from "./hub.ts";
import { juryTasks } from "./jury.ts";
import { oneLineTasks } from "./params.ts";
import { stakeTasks } from "./stake.ts";
import { teeTasks } from "./tee.ts";
import { zkmlTasks } from "./zkml.ts";

/** Every task of this repository, for hardhat.config.ts. */
export const tasks = [
  ...deployTasks,
  ...govTasks,
  ...oneLineTasks,
  ...hubTasks,
  ...stakeTasks,
  ...challengeTasks,
  ...teeTasks,
  ...juryTasks,
  ...zkmlTasks,
  ...devTasks,
];
