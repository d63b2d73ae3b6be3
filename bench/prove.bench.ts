import { buildCircuit } from "../zkml/circuit/build.ts";
import { circuitEntries } from "../zkml/circuit/catalogue.ts";
import { prove } from "../zkml/circuit/prove.ts";
import type { Bench } from "./harness/types.ts";

/** Proofs per circuit; the median is reported, so that the first one, which loads the curve's code, is not. */
const RUNS = 9;

const bench: Bench = {
  prefix: "cpuSeconds.prove",
  unit: "CPU s",
  tolerancePercent: 300,
  document: "constraints",
  label: (id) => `prove one call of ${id.slice("cpuSeconds.prove.".length)} in a warm process: witness and Groth16`,
  async run({ log }) {
    const metrics: Record<string, number> = {};
    for (const { name } of circuitEntries()) {
      const circuit = await buildCircuit(name, { onProgress: log });
      const { inputCount, inputBits } = circuit.model.layout;
      const features = Array.from({ length: inputCount }, (_, index) => BigInt(index * 97) % (1n << BigInt(inputBits)));
      const seconds: number[] = [];
      for (let run = 0; run < RUNS; run += 1) {
        const before = process.cpuUsage();
        await prove(circuit, features, BigInt(run));
        const { user, system } = process.cpuUsage(before);
        seconds.push((user + system) / 1e6);
      }
      metrics[`cpuSeconds.prove.${name}`] = Number(median(seconds).toFixed(2));
    }
    return metrics;
  },
};

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export default bench;
