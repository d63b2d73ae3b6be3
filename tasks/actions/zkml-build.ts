import { join } from "node:path";

import { compileFile, type CompileArguments } from "../../scripts/zkml/load.ts";
import { buildPackage } from "../../scripts/zkml/package-files.ts";
import { accuracyLines, networkLines } from "../../scripts/zkml/words.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult, say } from "../lib/terminal.ts";

interface BuildArguments extends CompileArguments {
  readonly output: string | undefined;
  readonly json: boolean;
}

async function build(args: BuildArguments): Promise<void> {
  const { network, cost, accuracy } = compileFile(args);
  const folder = args.output ?? join("build", "models", network.name);
  const report = { cost, accuracy, notes: network.notes };
  const { keyId, constraints } = await buildPackage(network, folder, report, cost.constraints.total, say);
  printResult(args.json, { name: network.name, folder, keyId, constraints, development: true, ...report }, [
    `${network.name} is in ${folder}. Its key ${keyId} is for development only: anyone can forge proofs under it.`,
    ...networkLines(network, cost),
    ...accuracyLines(accuracy),
  ]);
}

export default plainFailure(build);
