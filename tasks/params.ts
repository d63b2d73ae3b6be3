import { emptyTask } from "hardhat/config";

import { actTask, readTask, SOURCE } from "./lib/act-task.ts";

/** `npx hardhat params|verifier|treasury|guardian …`: proposals in one line, and what the guardian does. */
export const oneLineTasks = [
  emptyTask("guardian", "Take away at once what is not to be trusted, for a term").build(),
  readTask(["guardian", "status"], "Show who the guardian is, until when, and what is open to him")
    .setAction(() => import("./actions/guardian-status.ts"))
    .build(),
  actTask(["guardian", "act"], "Call a function that is open to the guardian, or propose it to a vote")
    .addPositionalArgument({ name: "function", description: "For example EnclaveRegistry.freezeVerifier" })
    .addFlag({ name: "propose", description: "Propose it to a vote, instead of doing it as the guardian" })
    .addVariadicArgument({ name: "values", description: "The arguments in order", defaultValue: [] })
    .setAction(() => import("./actions/guardian-act.ts"))
    .build(),
  actTask(["guardian", "resign"], "Give up the rest of your term as the guardian")
    .setAction(() => import("./actions/guardian-resign.ts"))
    .build(),
  emptyTask("params", "The numbers that votes decide about").build(),
  readTask(["params", "list"], "Show every parameter that can be set by its name, and what it is now")
    .setAction(() => import("./actions/params-list.ts"))
    .build(),
  actTask(["params", "set"], "Propose to change a parameter")
    .addPositionalArgument({ name: "name", description: "See params list" })
    .addOption(SOURCE)
    .addVariadicArgument({ name: "values", description: "Times as 5d or 12h, amounts of OPG, whole numbers" })
    .setAction(() => import("./actions/params-set.ts"))
    .build(),
  emptyTask("verifier", "The contracts that verify evidence of hardware").build(),
  actTask(["verifier", "set"], "Propose to admit a verifier")
    .addPositionalArgument({ name: "address", description: "The verifier's contract" })
    .addOption(SOURCE)
    .setAction(() => import("./actions/verifier-set.ts"))
    .build(),
  emptyTask("treasury", "What the timelock has, by decision of all").build(),
  readTask(["treasury", "show"], "Show what the timelock can pay")
    .setAction(() => import("./actions/treasury-show.ts"))
    .build(),
  actTask(["treasury", "pay"], "Propose a payment from the timelock")
    .addPositionalArgument({ name: "to", description: "Who is paid" })
    .addPositionalArgument({ name: "amount", description: "OPG, for example 1000.5" })
    .addPositionalArgument({ name: "reason", description: "What for, for everybody to read" })
    .setAction(() => import("./actions/treasury-pay.ts"))
    .build(),
];
