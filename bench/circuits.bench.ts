import { buildAnyCircuit } from "../zkml/circuit/build.ts";
import { circuitEntries } from "../zkml/circuit/catalogue.ts";
import type { Bench } from "./harness/types.ts";

const bench: Bench = {
  prefix: "constraints",
  unit: "constraints",
  tolerancePercent: 0,
  document: "constraints",
  label: (id) => `R1CS constraints of ${id.slice("constraints.".length)}`,
  async run({ log }) {
    const rows = circuitEntries().map(async ({ name }): Promise<[string, number]> => {
      const { constraints } = await buildAnyCircuit(name, { onProgress: log });
      return [`constraints.${name}`, constraints];
    });
    return Object.fromEntries(await Promise.all(rows));
  },
};

export default bench;
