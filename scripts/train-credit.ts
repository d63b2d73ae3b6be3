// Regenerates models/credit: node scripts/train-credit.ts (Node 22.18 or newer; "npx node" brings the pinned one).
import { writeModelFiles } from "../zkml/train/model-files.ts";
import { trainCredit } from "../zkml/train/train-credit.ts";
import { print, say } from "./lib/output.ts";
import { runPlainly } from "./lib/sentence.ts";

async function train(): Promise<void> {
  const { evaluation, ...files } = await trainCredit((message) => say(`credit: ${message}`));
  const output = writeModelFiles("credit", files);
  const { accuracy, auc, disagreement } = evaluation;
  print(
    `Test clients: float ${accuracy.float} % right, AUC ${auc.float}; integer ${accuracy.integer} %, AUC ${auc.integer}`,
  );
  print(`Both models differ on ${disagreement} %`);
  print(`Written to ${output}. Next: node scripts/generate-circuits.ts`);
}

await runPlainly(say, train);
