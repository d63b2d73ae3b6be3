import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { planDeployment } from "../../scripts/deploy/plan.ts";
import { verificationRequests } from "../../scripts/deploy/verification-input.ts";
import { toJson } from "../../scripts/lib/json.ts";
import { withDeployment, type DeploymentArguments } from "../lib/deployment.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface SourcesArguments extends DeploymentArguments {
  readonly json: boolean;
  readonly out: string;
}

function deploySources({ json, out, ...which }: SourcesArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  return withDeployment(which, hre, async (view) => {
    const plan = await planDeployment(view.parameters, view.deployer, view.artifacts);
    const requests = await verificationRequests({ ...view, plan });
    await mkdir(out, { recursive: true });
    const index = [];
    for (const { input, ...request } of requests) {
      const file = `${request.name}.input.json`;
      await writeFile(path.join(out, file), `${toJson(input)}\n`);
      index.push({ ...request, input: file });
    }
    await writeFile(path.join(out, "requests.json"), `${toJson(index)}\n`);
    printResult(json, { chainId: view.reader.chain.id, folder: out, requests: index }, [
      `${index.length} standard JSON inputs are in ${out}, and requests.json names address, contract, compiler and arguments.`,
      "Upload them by hand or by script: nothing was sent to any explorer.",
    ]);
  });
}

export default plainFailure(deploySources);
