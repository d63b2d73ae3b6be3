import { emptyTask } from "hardhat/config";

import { ACCOUNT, actTask, readTask } from "./lib/act-task.ts";

const OPERATOR = { name: "operator", description: "The operator's address" } as const;
const AMOUNT = { name: "amount", description: "OPG, for example 1000.5" } as const;

/** `npx hardhat stake …`: what operators and delegators need. */
export const stakeTasks = [
  emptyTask("stake", "Become an operator, stake, delegate, earn and leave").build(),
  actTask(["stake", "register"], "Become an operator")
    .addPositionalArgument({ name: "key", description: "The address that signs answers; never used by two nodes" })
    .addOption({
      name: "roles",
      description: "inference, judge, storage, data; commas between",
      defaultValue: "inference",
    })
    .addOption({ name: "commission", description: "Hundredths of a per cent of rewards", defaultValue: "500" })
    .setAction(() => import("./actions/stake-register.ts"))
    .build(),
  actTask(["stake", "approve"], "Let the stake ledger take OPG when you stake")
    .addPositionalArgument(AMOUNT)
    .setAction(() => import("./actions/stake-approve.ts"))
    .build(),
  actTask(["stake", "deposit"], "Stake OPG: behind yourself as an operator, or behind another by delegating")
    .addPositionalArgument(OPERATOR)
    .addPositionalArgument(AMOUNT)
    .setAction(() => import("./actions/stake-deposit.ts"))
    .build(),
  actTask(["stake", "unbond"], "Begin to take stake out")
    .addPositionalArgument(OPERATOR)
    .addPositionalArgument(AMOUNT)
    .setAction(() => import("./actions/stake-unbond.ts"))
    .build(),
  actTask(["stake", "claim"], "Take out what has unbonded")
    .addPositionalArgument(OPERATOR)
    .setAction(() => import("./actions/stake-claim.ts"))
    .build(),
  actTask(["stake", "rewards"], "Take out what your stake has earned")
    .addPositionalArgument(OPERATOR)
    .setAction(() => import("./actions/stake-rewards.ts"))
    .build(),
  actTask(["stake", "check-in"], "Say that you are there in this hour, for roles without an enclave")
    .addPositionalArgument(OPERATOR)
    .setAction(() => import("./actions/stake-check-in.ts"))
    .build(),
  readTask(["stake", "show"], "Show an operator, and what you have behind him")
    .addPositionalArgument(OPERATOR)
    .addOption(ACCOUNT)
    .setAction(() => import("./actions/stake-show.ts"))
    .build(),
];
