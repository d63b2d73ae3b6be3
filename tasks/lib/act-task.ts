import { task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";

/** Prints JSON for programs. */
export const JSON_FLAG = { name: "json", description: "Print the result as JSON" } as const;

/** Where deployments are recorded. */
export const RECORDS = {
  name: "records",
  description: "The folder of the deployment records",
  defaultValue: "deployments",
} as const;

/** What a proposal says of its reasons. */
export const SOURCE = {
  name: "source",
  description: "Where the reasons are to be read",
  defaultValue: "not said",
} as const;

/** Who acts, of the accounts that the network's configuration has. */
export const ACCOUNT = {
  name: "account",
  description: "Which of the network's accounts acts, from 0",
  type: ArgumentType.INT,
  defaultValue: 0,
} as const;

/** A proposal, in every way a person may name it. */
export const PROPOSAL = {
  name: "proposal",
  description: "latest, #0, or the id (its first 6 digits are enough)",
} as const;

/** A task that sends one transaction, with the options that every one of them has. */
export function actTask(id: string[], description: string) {
  return sendTask(id, description)
    .addOption({
      name: "export",
      description: "Print the transaction instead of sending it: unsigned, safe or l1 (by Ethereum)",
      defaultValue: "",
    })
    .addOption({ name: "from", description: "Who will send what is exported; a Safe, for example", defaultValue: "" });
}

/** A task that sends several transactions, of which each may depend on the one before, so that none can be exported. */
export function sendTask(id: string[], description: string) {
  return task(id, description)
    .addOption(ACCOUNT)
    .addOption(RECORDS)
    .addFlag({ name: "yes", description: "Send without asking" })
    .addFlag({ name: "dryRun", description: "Explain and simulate, send nothing" })
    .addFlag(JSON_FLAG);
}

/** A task that only reads. */
export function readTask(id: string[], description: string) {
  return task(id, description).addOption(RECORDS).addFlag(JSON_FLAG);
}
