import { isTreeFile } from "../../scripts/zkml/compile-trees.ts";
import { readBytes } from "../../scripts/zkml/load.ts";
import { floatLines } from "../../scripts/zkml/words.ts";
import { importOnnx } from "../../zkml/onnx/import.ts";
import { importTrees } from "../../zkml/trees/import-trees.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface ImportArguments {
  readonly model: string;
  readonly result: string | undefined;
  readonly json: boolean;
}

function describe({ model, result, json }: ImportArguments): Promise<void> {
  const bytes = readBytes(model);
  if (isTreeFile(bytes)) {
    const { featureCount, base, trees } = importTrees(bytes, model);
    printResult(json, { inputs: featureCount, outputs: base.length, trees: trees.length }, [
      `${model} can be compiled: ${trees.length} trees over ${featureCount} inputs, ${base.length} outputs.`,
    ]);
    return Promise.resolve();
  }
  const network = importOnnx(bytes, model, result);
  const { inputs, nodes, output, argmax, notes } = network;
  const shown = { inputs, nodes: nodes.length, output: { name: output.name, shape: output.shape }, argmax, notes };
  printResult(json, shown, [`${model} can be compiled.`, ...floatLines(network)]);
  return Promise.resolve();
}

export default plainFailure(describe);
