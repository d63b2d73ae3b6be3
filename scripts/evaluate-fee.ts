// Evaluates the fee model: node scripts/evaluate-fee.ts writes models/fee/evaluation.json, docs/fee-evaluation.md and its plot.
import { readFileSync, writeFileSync } from "node:fs";

import { evaluateFeeModel, SIMULATIONS } from "../zkml/evaluation/evaluate-fee.ts";
import { feeStudyDocument } from "../zkml/evaluation/fee-study-document.ts";
import { feeStudyPlot } from "../zkml/evaluation/fee-study-plot.ts";
import { repositoryPath } from "../zkml/paths.ts";
import { readFeeArtefacts, readFeeCandles } from "../zkml/train/train-fee.ts";
import { formatMarkdown } from "./lib/format-markdown.ts";
import { print, say } from "./lib/output.ts";
import { runPlainly } from "./lib/sentence.ts";

async function evaluate(): Promise<void> {
  const { integerModel } = readFeeArtefacts();
  const study = evaluateFeeModel(integerModel, readFeeCandles(), SIMULATIONS, (message) => say(`fee: ${message}`));
  writeFileSync(repositoryPath("models", "fee", "evaluation.json"), `${JSON.stringify(study, null, 2)}\n`);
  writeFileSync(repositoryPath("docs", "fee-evaluation.svg"), feeStudyPlot(study));
  const document = repositoryPath("docs", "fee-evaluation.md");
  writeFileSync(document, await formatMarkdown(feeStudyDocument(study)));
  for (const [market, { logR2, revenue, realVolume }] of Object.entries(study.markets)) {
    print(`${market}: R² ${logR2.model} (HAR ${logR2.HAR}), revenue ×${revenue.model.join(" ×")}`);
    const { mean = 0, error = 0 } = realVolume.gain["30 bps"] ?? {};
    print(`  edge over the constant fee, orders following real volume: ${mean} ± ${error}`);
  }
  print(`Written to ${document}, ${readFileSync(document).length} bytes, and models/fee/evaluation.json`);
}

await runPlainly(say, evaluate);
