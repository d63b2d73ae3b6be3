import { task } from "hardhat/config";

/** `npx hardhat deploy`. */
export const deployTask = task("deploy", "Deploy what is missing of the protocol and hand it over to its governance")
  .addFlag({ name: "json", description: "Print the addresses as JSON" })
  .addFlag({ name: "dryRun", description: "Show what would be sent, send nothing" })
  .addOption({ name: "records", description: "The folder of the deployment records", defaultValue: "deployments" })
  .setAction(() => import("./actions/deploy.ts"))
  .build();
