// Regenerates models/digits: node scripts/train-digits.ts (Node 22.18 or newer; "npx node" brings the pinned one).
import { writeModelFiles } from "../zkml/train/model-files.ts";
import { trainDigits } from "../zkml/train/train-digits.ts";
import { print, say } from "./lib/output.ts";
import { runPlainly } from "./lib/sentence.ts";

async function train(): Promise<void> {
  const { evaluation, ...files } = await trainDigits((message) => say(`digits: ${message}`));
  const output = writeModelFiles("digits", files);
  const { accuracy, disagreement, samples } = evaluation;
  print(`${samples.test} test images: float ${accuracy.float} %, integer ${accuracy.integer} % right`);
  print(`Both models differ on ${disagreement} %`);
  print(`Written to ${output}. Next: node scripts/generate-circuits.ts`);
}

await runPlainly(say, train);
