// Regenerates models/fee: node scripts/train-fee.ts (Node 22.18 or newer; "npx node" brings the pinned one).
import { repositoryPath } from "../zkml/paths.ts";
import { trainFee } from "../zkml/train/train-fee.ts";
import { print, say } from "./lib/output.ts";
import { runPlainly } from "./lib/sentence.ts";

async function train(): Promise<void> {
  const output = repositoryPath("models", "fee");
  const { evaluation } = await trainFee({ output, onProgress: (message) => say(`fee: ${message}`) });

  for (const [market, report] of Object.entries(evaluation.markets)) {
    print(`${market}, ${report.samples.test} test hours from ${report.testHours[0]}`);
    const predictors = {
      "constant (train mean)": report.constant,
      "last value": report.lastValue,
      "float model": report.float,
      "integer model": report.integer,
    };
    for (const [name, { mae, rmse, r2 }] of Object.entries(predictors)) {
      print(`  ${name.padEnd(22)} MAE ${percent(mae)}  RMSE ${percent(rmse)}  R² ${r2.toFixed(3).padStart(6)}`);
    }
  }
  print(`Written to ${output}. Next: node scripts/generate-circuits.ts`);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(4)} %`;
}

await runPlainly(say, train);
