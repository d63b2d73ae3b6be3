import { compileCircuit } from "../zkml/circuit/build.ts";
import { circuitEntries, classEntries } from "../zkml/circuit/catalogue.ts";
import type { Bench } from "./harness/types.ts";

const bench: Bench = {
  prefix: "constraints",
  unit: "constraints",
  tolerancePercent: 0,
  document: "constraints",
  label: (id) => {
    const [, model, kind] = id.split(".");
    return kind === undefined ? `R1CS constraints of ${model}` : `R1CS constraints of the class that ${model} is of`;
  },
  async run({ log }) {
    const circuits = [
      ...circuitEntries().map((entry) => ({ entry, id: entry.name })),
      ...classEntries().map((entry) => ({ entry, id: `${entry.example}.class` })),
    ];
    const metrics: Record<string, number> = {};
    for (const { entry, id } of circuits) {
      // Fails when the count is not the pinned one.
      await compileCircuit(entry.name, { onProgress: log });
      metrics[`constraints.${id}`] = entry.constraints;
    }
    return metrics;
  },
};

export default bench;
