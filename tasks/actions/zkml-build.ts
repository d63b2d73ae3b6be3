import { join } from "node:path";

import { compileFile, type CompileArguments } from "../../scripts/zkml/load.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { buildPackage } from "../../scripts/zkml/package-files.ts";
import { checkTarget } from "../../scripts/zkml/target.ts";
import { PROOF_SYSTEMS } from "../../zkml/circuit/proof-system.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult, say } from "../lib/terminal.ts";

interface BuildArguments extends CompileArguments {
  readonly output: string | undefined;
  readonly proofSystem: string;
  readonly json: boolean;
}

async function build(args: BuildArguments): Promise<void> {
  const proofSystem = PROOF_SYSTEMS.find((name) => name === args.proofSystem);
  if (proofSystem === undefined) {
    throw new UserError(`--proof-system ${args.proofSystem} is not known: give ${PROOF_SYSTEMS.join(" or ")}.`);
  }
  if (args.output !== undefined) checkTarget(args.output, true);
  const { model, report, lines } = await compileFile(args);
  const folder = args.output ?? join("build", "models", model.name);
  const { keyId, constraints } = await buildPackage(model, folder, proofSystem, report, say);
  const result = { name: model.name, folder, proofSystem, keyId, constraints, development: true, ...report };
  printResult(args.json, result, [
    `${model.name} is in ${folder}. Its ${proofSystem} key ${keyId} is for development only: anyone can forge proofs under it.`,
    `  ${constraints} constraints`,
    ...lines,
  ]);
}

export default plainFailure(build);
