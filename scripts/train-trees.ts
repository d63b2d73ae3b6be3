// Regenerates models/trees: node scripts/train-trees.ts (Node 22.18 or newer; "npx node" brings the pinned one).
import { writeModelFiles } from "../zkml/train/model-files.ts";
import { trainTrees } from "../zkml/train/train-trees.ts";
import { print, say } from "./lib/output.ts";
import { runPlainly } from "./lib/sentence.ts";

async function train(): Promise<void> {
  const { evaluation, ...files } = await trainTrees((message) => say(`trees: ${message}`));
  const output = writeModelFiles("trees", files);
  const { accuracy, auc, disagreement } = evaluation;
  print(`${evaluation.trees} trees with ${evaluation.questions} different questions`);
  print(
    `Test clients: float ${accuracy.float} % right, AUC ${auc.float}; integer ${accuracy.integer} %, AUC ${auc.integer}`,
  );
  print(`Both models differ on ${disagreement} %`);
  print(`Written to ${output}. Next: node scripts/generate-circuits.ts`);
}

await runPlainly(say, train);
