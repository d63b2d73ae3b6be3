// Regenerates models/mnist8 and models/mnist4: node scripts/train-mnist.ts [mnist8|mnist4]
// Minutes each; an interrupted run goes on from the last epoch that it finished.
import { repositoryPath } from "../zkml/paths.ts";
import { writeModelFiles } from "../zkml/train/model-files.ts";
import type { MnistModel } from "../zkml/train/train-mnist.ts";
import { MNIST_MODELS, trainMnist } from "../zkml/train/train-mnist.ts";
import { print, say } from "./lib/output.ts";
import { runPlainly } from "./lib/sentence.ts";
import { UserError } from "./lib/user-error.ts";

async function train(): Promise<void> {
  const known = Object.keys(MNIST_MODELS) as MnistModel[];
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !known.some((model) => model === name));
  if (unknown !== undefined) throw new UserError(`There is no model "${unknown}": choose from ${known.join(", ")}.`);
  for (const name of known) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const checkpoint = repositoryPath("build", "training", name);
    const onProgress = (message: string) => say(`${name}: ${message}`);
    const { evaluation, ...files } = await trainMnist(name, { onProgress, checkpoint });
    writeModelFiles(name, files);
    const { accuracy, disagreement, samples } = evaluation;
    print(`${name}, ${samples} test images: float ${accuracy.float} %, integer ${accuracy.integer} % right`);
    print(`Both models differ on ${disagreement} %`);
  }
  print("Next: node scripts/generate-circuits.ts");
}

await runPlainly(say, train);
