// Regenerates models/fee: node scripts/train-fee.ts (Node 22.18 or newer; "npx node" brings the pinned one).
import { repositoryPath } from "../zkml/paths.ts";
import { trainFee } from "../zkml/train/train-fee.ts";

const output = repositoryPath("models", "fee");
const { evaluation } = await trainFee({ output, onProgress: (message) => process.stderr.write(`fee: ${message}\n`) });

for (const [market, report] of Object.entries(evaluation.markets)) {
  console.log(`${market}, ${report.samples.test} test hours from ${report.testHours[0]}`);
  console.table({
    "constant (train mean)": report.constant,
    "last value": report.lastValue,
    "float model": report.float,
    "integer model": report.integer,
  });
}
console.log(`Written to ${output}. Next: node scripts/generate-circuits.ts`);
