import { emptyTask } from "hardhat/config";

import { actTask, readTask, sendTask } from "./lib/act-task.ts";

const ROLE = { name: "role", description: "INFERENCE, JUDGE, STORAGE or DATA", defaultValue: "INFERENCE" } as const;
const FILE = { name: "file", description: "A JSON file with the registration and its evidence" } as const;
const GPU_TOKEN = {
  name: "gpuToken",
  description: "A file of NVIDIA's tokens (detached EAT), for a profile that asks for it",
  defaultValue: "",
} as const;
const COLLATERAL = {
  name: "file",
  description: "A bundle of Intel's collateral (JSON), or a Nitro document for its certificates",
} as const;
const PROFILE = { name: "id", description: "The profile's id, see tee policy" } as const;
const RELEASE = { name: "id", description: "The release's measurement, see tee policy" } as const;
const SINCE = {
  name: "since",
  description: "Unix seconds or a date from which work does not count; an hour ago by default",
  defaultValue: "",
} as const;
const REASON = { name: "reason", description: "Why, for everybody to read", defaultValue: "" } as const;
const PROPOSE = { name: "propose", description: "Propose it to a vote, instead of doing it as the guardian" } as const;
const AT = { name: "at", description: "Unix seconds or a date" } as const;

/** `npx hardhat tee …`: enclaves, and what they are checked against. */
export const teeTasks = [
  emptyTask("tee", "Register enclaves, explain them, and take away what is not to be trusted").build(),
  readTask(["tee", "policy"], "Show the accepted hardware and code, and the verifiers of evidence")
    .setAction(() => import("./actions/tee-policy.ts"))
    .build(),
  readTask(["tee", "collateral-status"], "Show which certificates and collateral of a file the chain has")
    .addPositionalArgument(COLLATERAL)
    .setAction(() => import("./actions/tee-collateral-status.ts"))
    .build(),
  sendTask(["tee", "collateral-upsert"], "Bring the certificates and collateral of a file that the chain lacks")
    .addPositionalArgument(COLLATERAL)
    .setAction(() => import("./actions/tee-collateral-upsert.ts"))
    .build(),
  readTask(["tee", "list"], "List all enclaves")
    .addOption(ROLE)
    .setAction(() => import("./actions/tee-list.ts"))
    .build(),
  readTask(["tee", "explain"], "Explain why an enclave may or may not serve, rule by rule")
    .addPositionalArgument({ name: "enclave", description: "The enclave's id, see tee list" })
    .addOption(ROLE)
    .addOption({ ...AT, description: "The time of the work, Unix seconds or a date; now by default", defaultValue: "" })
    .setAction(() => import("./actions/tee-explain.ts"))
    .build(),
  readTask(["tee", "assess"], "Show which rules the evidence of an enclave meets, without registering it")
    .addPositionalArgument(FILE)
    .addOption(GPU_TOKEN)
    .setAction(() => import("./actions/tee-assess.ts"))
    .build(),
  sendTask(["tee", "register"], "Register an enclave, or renew it, from its evidence")
    .addPositionalArgument(FILE)
    .addOption(GPU_TOKEN)
    .setAction(() => import("./actions/tee-register.ts"))
    .build(),
  actTask(
    ["tee", "propose-profile"],
    "Propose to accept a hardware profile for enclaves; the same as gov propose-profile",
  )
    .addPositionalArgument({ name: "profile", description: "An id in deployments/profiles.json, or file.json#id" })
    .setAction(() => import("./actions/gov-propose-profile.ts"))
    .build(),
  actTask(["tee", "propose-release"], "Propose to accept a code release, or to amend one")
    .addPositionalArgument({ name: "file", description: "A JSON file with the release and its source" })
    .setAction(() => import("./actions/tee-propose-release.ts"))
    .build(),
  actTask(["tee", "suspend-profile"], "Suspend a hardware profile at once, as the guardian")
    .addPositionalArgument(PROFILE)
    .addOption(SINCE)
    .addOption(REASON)
    .addFlag(PROPOSE)
    .setAction(() => import("./actions/tee-remove-profile.ts"))
    .build(),
  actTask(["tee", "revoke-release"], "Revoke a code release for ever, as the guardian")
    .addPositionalArgument(RELEASE)
    .addOption(SINCE)
    .addOption(REASON)
    .addFlag(PROPOSE)
    .setAction(() => import("./actions/tee-remove-release.ts"))
    .build(),
  actTask(["tee", "deprecate-profile"], "Announce the end of a hardware profile, as the guardian")
    .addPositionalArgument(PROFILE)
    .addPositionalArgument(AT)
    .addFlag(PROPOSE)
    .setAction(() => import("./actions/tee-deprecate-profile.ts"))
    .build(),
  actTask(["tee", "deprecate-release"], "Announce the end of a code release, as the guardian")
    .addPositionalArgument(RELEASE)
    .addPositionalArgument(AT)
    .addFlag(PROPOSE)
    .setAction(() => import("./actions/tee-deprecate-release.ts"))
    .build(),
];
