import { writeFileSync } from "node:fs";

import { checkReading, compileFile, type CompileArguments } from "../../scripts/zkml/load.ts";
import { checkTarget } from "../../scripts/zkml/target.ts";
import { accuracyLines, networkLines, runtimeLines } from "../../scripts/zkml/words.ts";
import { formatNetwork } from "../../zkml/network/network-file.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface QuantiseArguments extends CompileArguments {
  readonly output: string | undefined;
  readonly json: boolean;
}

async function quantise(args: QuantiseArguments): Promise<void> {
  const { output, json } = args;
  if (output !== undefined) checkTarget(output);
  const compiled = compileFile(args);
  const { network, cost, accuracy } = compiled;
  const runtime = await checkReading(args, compiled);
  if (output !== undefined) writeFileSync(output, formatNetwork(network));
  printResult(json, { name: network.name, output, cost, accuracy, runtime, notes: network.notes }, [
    `${network.name}${output === undefined ? " (not kept: give --output)" : ` is in ${output}`}`,
    ...networkLines(network, cost),
    ...accuracyLines(accuracy),
    ...runtimeLines(runtime),
  ]);
}

export default plainFailure(quantise);
