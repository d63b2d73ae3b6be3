import { writeFileSync } from "node:fs";

import { compileFile, type CompileArguments } from "../../scripts/zkml/load.ts";
import { checkTarget } from "../../scripts/zkml/target.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface QuantiseArguments extends CompileArguments {
  readonly output: string | undefined;
  readonly json: boolean;
}

async function quantise(args: QuantiseArguments): Promise<void> {
  const { output, json } = args;
  if (output !== undefined) checkTarget(output);
  const { model, report, lines } = await compileFile(args);
  if (output !== undefined) writeFileSync(output, model.text());
  printResult(json, { name: model.name, output, ...report }, [
    `${model.name}${output === undefined ? " (not kept: give --output)" : ` is in ${output}`}`,
    ...lines,
  ]);
}

export default plainFailure(quantise);
