import { emptyTask } from "hardhat/config";

import { ACCOUNT, actTask, readTask, sendTask } from "./lib/act-task.ts";

const DISPUTE = { name: "dispute", description: "The dispute's id, see jury status", defaultValue: "" } as const;
const JUROR = {
  name: "juror",
  description: "The juror, if you speak for several operators or for none",
  defaultValue: "",
} as const;
const STATE = {
  name: "state",
  description: "The folder of what opens your sealed votes",
  defaultValue: "build/votes",
} as const;
const TEXT = { name: "uri", description: "Where it is, for everybody to open", defaultValue: "" } as const;

/** `npx hardhat jury …`: what challengers, operators and jurors of a dispute need. */
export const juryTasks = [
  emptyTask("jury", "Dispute answers that no code can check, and judge them").build(),
  readTask(["jury", "status"], "Show who can be drawn and all open disputes, or one dispute")
    .addOption(DISPUTE)
    .addOption(ACCOUNT)
    .setAction(() => import("./actions/jury-status.ts"))
    .build(),
  sendTask(["jury", "refresh"], "Bring the weights of operators in the pool up to date")
    .addOption({
      name: "operators",
      description: "Addresses with commas between; all who are out of date by default",
      defaultValue: "",
    })
    .setAction(() => import("./actions/jury-refresh.ts"))
    .build(),
  sendTask(["jury", "dispute"], "Say that a settled answer of an enclave is wrong")
    .addOption({
      name: "receipt",
      description: "A file with what a node answered, or the hash of the transaction that handed the answer in",
      defaultValue: "",
    })
    .addOption({
      name: "evidence",
      description: "Where jurors find input, output and what is wrong: a URI",
      defaultValue: "",
    })
    .setAction(() => import("./actions/jury-dispute.ts"))
    .build(),
  actTask(["jury", "argue"], "Add an argument or evidence, whoever you are")
    .addOption(DISPUTE)
    .addOption(TEXT)
    .setAction(() => import("./actions/jury-argue.ts"))
    .build(),
  actTask(["jury", "draw"], "Draw the jury")
    .addOption(DISPUTE)
    .setAction(() => import("./actions/jury-draw.ts"))
    .build(),
  actTask(["jury", "vote"], "Seal a vote as a juror, or seal another one")
    .addOption(DISPUTE)
    .addOption({ name: "vote", description: "guilty, not-guilty or abstain", defaultValue: "" })
    .addOption(JUROR)
    .addOption(STATE)
    .setAction(() => import("./actions/jury-vote.ts"))
    .build(),
  actTask(["jury", "reveal"], "Open the vote that was sealed")
    .addOption(DISPUTE)
    .addOption(JUROR)
    .addOption(STATE)
    .setAction(() => import("./actions/jury-reveal.ts"))
    .build(),
  sendTask(["jury", "appeal"], "Ask for a second, larger jury, if your side lost")
    .addOption(DISPUTE)
    .setAction(() => import("./actions/jury-appeal.ts"))
    .build(),
  actTask(["jury", "resolve"], "Carry the verdict out")
    .addOption(DISPUTE)
    .setAction(() => import("./actions/jury-resolve.ts"))
    .build(),
  sendTask(["jury", "collect"], "Take out fees and deposits after the end")
    .addOption(DISPUTE)
    .addOption(JUROR)
    .setAction(() => import("./actions/jury-collect.ts"))
    .build(),
];
