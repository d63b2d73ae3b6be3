// Measures how many ONNX files of a folder compile, and writes the table of names and verdicts:
// node scripts/zkml-coverage.ts <folder> "<where the files come from>"
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { ModelFileError } from "../zkml/errors.ts";
import { compileOnnx } from "../zkml/network/compile-onnx.ts";
import { seededRandom } from "../zkml/random.ts";
import { formatMarkdown } from "./lib/format-markdown.ts";
import { print, say } from "./lib/output.ts";
import { runPlainly } from "./lib/sentence.ts";
import { UserError } from "./lib/user-error.ts";

const TARGET = "docs/zkml-coverage.md";

/** Rows of random inputs by which scales are chosen. */
const CALIBRATION_ROWS = 8;

interface Verdict {
  readonly name: string;
  readonly compiles: boolean;
  readonly text: string;
}

function judge(path: string): Verdict {
  const name = basename(dirname(path));
  const random = seededRandom(1);
  const rows = (columns: number) =>
    Array.from({ length: CALIBRATION_ROWS }, () =>
      Array.from({ length: columns }, () => Math.round((2 * random() - 1) * 100) / 100),
    );
  try {
    const { network, cost, accuracy } = compileOnnx(new Uint8Array(readFileSync(path)), name, rows, { name: "model" });
    const notes = network.notes.length > 0 ? `; ${network.notes.length} notes` : "";
    const error = network.head === undefined ? `, error ${accuracy.greatestError.toPrecision(2)}` : "";
    return { name, compiles: true, text: `${cost.constraints.total} constraints${error}${notes}` };
  } catch (failure) {
    if (!(failure instanceof ModelFileError)) throw failure;
    return { name, compiles: false, text: failure.message.replace(`${name}: `, "").replaceAll("|", "\\|") };
  }
}

async function measure(folder: string | undefined, origin: string | undefined): Promise<void> {
  if (folder === undefined || origin === undefined) {
    throw new UserError('Usage: node scripts/zkml-coverage.ts <folder> "<where the files come from>"');
  }
  const paths = globSync(join(folder, "**/*.onnx")).sort();
  if (paths.length === 0) throw new UserError(`${folder} holds no .onnx files.`);
  const verdicts = paths.map((path, index) => {
    say(`${index + 1} of ${paths.length}: ${path}`);
    return judge(path);
  });
  const parsable = verdicts.filter(({ text }) => !text.includes("is not a readable ONNX file"));
  const compiling = parsable.filter(({ compiles }) => compiles);
  const rows = (list: readonly Verdict[]) => list.map(({ name, text }) => `| ${name} | ${text} |`);
  const date = new Date().toISOString().slice(0, 10);
  const lines = [
    "# Coverage of the zkML compiler",
    "",
    `Written by \`scripts/zkml-coverage.ts\` on ${date} from ${origin}; the files themselves are not kept here.`,
    `**${compiling.length} of ${parsable.length}** parsable networks become integer networks with proven widths and counted`,
    "circuits, inputs of 8 bits; every other one is refused by a sentence. The error is the greatest difference from floating",
    `point on ${CALIBRATION_ROWS} rows of random inputs in [−1, 1], in the output's own unit (half a unit where whole numbers`,
    "are expected, which get fractions here). Counted is not built: circuits beyond 2^15",
    "constraints need more than development keys.",
    "",
    "## Compiled",
    "",
    "| network | circuit |",
    "| --- | --- |",
    ...rows(compiling),
    "",
    "## Refused",
    "",
    "| network | why |",
    "| --- | --- |",
    ...rows(verdicts.filter(({ compiles }) => !compiles)),
    "",
  ];
  writeFileSync(TARGET, await formatMarkdown(lines.join("\n")));
  print(`${compiling.length} of ${parsable.length} compile: ${TARGET}`);
}

await runPlainly(say, () => measure(process.argv[2], process.argv[3]));
