import { join } from "node:path";

import { checkReading, compileFile, type CompileArguments } from "../../scripts/zkml/load.ts";
import { buildPackage } from "../../scripts/zkml/package-files.ts";
import { accuracyLines, networkLines, runtimeLines } from "../../scripts/zkml/words.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult, say } from "../lib/terminal.ts";

interface BuildArguments extends CompileArguments {
  readonly output: string | undefined;
  readonly json: boolean;
}

async function build(args: BuildArguments): Promise<void> {
  const compiled = compileFile(args);
  const { network, cost, accuracy } = compiled;
  const runtime = await checkReading(args, compiled);
  const folder = args.output ?? join("build", "models", network.name);
  const report = { cost, accuracy, runtime, notes: network.notes };
  const { keyId, constraints } = await buildPackage(network, folder, report, cost.constraints.total, say);
  printResult(args.json, { name: network.name, folder, keyId, constraints, development: true, ...report }, [
    `${network.name} is in ${folder}. Its key ${keyId} is for development only: anyone can forge proofs under it.`,
    ...networkLines(network, cost),
    ...accuracyLines(accuracy),
    ...runtimeLines(runtime),
  ]);
}

export default plainFailure(build);
