import { readBytes } from "../../scripts/zkml/load.ts";
import { floatLines } from "../../scripts/zkml/words.ts";
import { importOnnx } from "../../zkml/onnx/import.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface ImportArguments {
  readonly model: string;
  readonly result: string | undefined;
  readonly json: boolean;
}

function describe({ model, result, json }: ImportArguments): Promise<void> {
  const network = importOnnx(readBytes(model), model, result);
  const { inputs, nodes, output, argmax, notes } = network;
  const shown = { inputs, nodes: nodes.length, output: { name: output.name, shape: output.shape }, argmax, notes };
  printResult(json, shown, [`${model} can be compiled.`, ...floatLines(network)]);
  return Promise.resolve();
}

export default plainFailure(describe);
