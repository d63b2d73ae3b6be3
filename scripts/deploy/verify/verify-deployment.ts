import type { Address } from "viem";

import type { Reader } from "../../lib/clients.ts";
import { UserError } from "../../lib/user-error.ts";
import type { ArtifactSource } from "../artifacts.ts";
import { checkParameters } from "../check-parameters.ts";
import { hasDeploymentProxy } from "../create2.ts";
import { checkNetworkContracts } from "../network-contracts.ts";
import type { Parameters } from "../parameters.ts";
import { planDeployment } from "../plan.ts";
import { readDeploymentBlock, readNetworkRecord } from "../records.ts";
import { verifyContracts } from "./contracts.ts";
import { compare, type Finding } from "./finding.ts";
import { verifyParameters } from "./parameters.ts";
import { abisOf, verifyRoles } from "./roles.ts";

/** What a verification needs; it reads only. */
export interface VerifyOptions {
  readonly reader: Reader;
  readonly parameters: Parameters;
  readonly artifacts: ArtifactSource;
  /** Who deployed: every address follows from him. */
  readonly deployer: Address;
  /** The folder of the records; undefined compares the chain with the sources alone. */
  readonly records: string | undefined;
  /** Told what is read now. */
  readonly onProgress?: (sentence: string) => void;
}

/**
 * Reads a deployment back from the chain and compares everything: contracts of others, code, records, roles, parameters.
 *
 * @returns every comparison, the good ones too
 * @throws UserError when nothing can be compared: wrong chain, contracts missing, sources not compiled
 */
export async function verifyDeployment(options: VerifyOptions): Promise<readonly Finding[]> {
  const { reader, artifacts, deployer, records } = options;
  const say = options.onProgress ?? ((): void => undefined);
  const parameters = checkParameters(options.parameters, deployer);
  const chainId = await reader.getChainId();
  if (!parameters.chainIds.includes(chainId)) {
    throw new UserError(
      `The node is on chain ${chainId}, but the parameters "${parameters.name}" are for chain ` +
        `${parameters.chainIds.join(" or ")}. Check the URL.`,
    );
  }
  const plan = await planDeployment(parameters, deployer, artifacts);
  say("Comparing code and records");
  const network = await verifyNetwork(options);
  const contracts = await verifyContracts({ reader, plan, deployer, records });
  const missing = contracts.filter(({ group, actual }) => group === "code" && actual === "nothing");
  if (missing.length > 0) {
    throw new UserError(
      `${missing.length} of the contracts that these sources, parameters and deployer lead to are not on the chain: ` +
        `${missing.map(({ subject }) => subject).join(", ")}. Either the deployment is incomplete (npx hardhat deploy status), ` +
        "or it was made from other sources or parameters: check out the commit in the records.",
    );
  }
  say("Comparing roles");
  const fromBlock = records === undefined ? 0n : await readDeploymentBlock(records, "AccessManager");
  const { addresses } = plan;
  const roles = await verifyRoles({ reader, addresses, abiOf: abisOf(plan), deployer, fromBlock });
  say("Comparing parameters");
  return [...network, ...contracts, ...roles, ...(await verifyParameters(reader, addresses, parameters))];
}

async function verifyNetwork({ reader, parameters, records }: VerifyOptions): Promise<readonly Finding[]> {
  const proxy = await hasDeploymentProxy(reader);
  const findings = [compare("network", "deployment proxy", "code", { expected: true, actual: proxy })];
  const recorded = records === undefined ? undefined : await readNetworkRecord(records);
  for (const { name, address, codeHash, problem } of await checkNetworkContracts(reader, parameters)) {
    findings.push(compare("network", name, "code", { expected: "as known", actual: problem ?? "as known" }));
    if (records === undefined) continue;
    findings.push(
      compare("record", name, "address", { expected: address, actual: recorded?.[name]?.address }),
      compare("record", name, "code since the deployment", { expected: codeHash, actual: recorded?.[name]?.codeHash }),
    );
  }
  return findings;
}
