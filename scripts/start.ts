import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { print, say, showProgress } from "./lib/output.ts";
import { toJson } from "./lib/json.ts";
import { runPlainly } from "./lib/sentence.ts";
import { ROOT, runTool } from "./lib/tool.ts";
import { UserError } from "./lib/user-error.ts";
import { startChain } from "./story/chain.ts";
import { setStage } from "./story/people.ts";
import { feePlot } from "./story/plot.ts";
import { renderAddresses, renderBalances, renderChapter, renderFees, renderSummary } from "./story/render.ts";
import { tellStory } from "./story/tell.ts";

const ARTIFACTS = path.join(ROOT, "artifacts");
const PLOT = path.join(ROOT, "build", "fees.svg");
const HARDHAT = "node_modules/hardhat/dist/src/cli.js";
const DEFAULT_PORT = 8545;

/** Tells the story of the whole system; the flags are documented in scripts/bootstrap/commands.mjs. */
async function start(): Promise<void> {
  const { values: flags } = parseArgs({
    options: { json: { type: "boolean" }, keep: { type: "boolean" }, port: { type: "string" } },
  });
  const keep = flags.keep === true;
  const progress = progressLine();
  const tell = flags.json === true ? () => undefined : print;
  // Only a node that stays is worth a well-known port.
  const chain = await startChain(flags.port === undefined ? (keep ? DEFAULT_PORT : undefined) : Number(flags.port));
  try {
    await compile();
    const story = await tellStory(await setStage(chain.url, chain.provider), ARTIFACTS, {
      onBegin: (number, title) => progress.show(`${number}. ${title}`),
      onEnd: (chapter) => {
        progress.end();
        tell(renderChapter(chapter));
      },
      onProgress: (message) => progress.show(message),
    });
    mkdirSync(path.dirname(PLOT), { recursive: true });
    writeFileSync(PLOT, feePlot(story.fees, story.market));
    if (flags.json === true) print(toJson(story));
    tell(`${renderFees(story)}\n   as a picture: ${path.relative(ROOT, PLOT)}\n`);
    tell(`${renderBalances(story)}\n\n${renderSummary(story)}\n`);
    if (keep) {
      tell(renderAddresses(story));
      say(`A node with all this runs at ${chain.url} (chain ${story.chainId}). Stop it with Ctrl-C.`);
      await untilInterrupted();
    }
  } finally {
    progress.end();
    await chain.close();
  }
}

/** One line of progress at a time: a new message ends the one before. */
function progressLine(): { show: (message: string) => void; end: () => void } {
  let end: () => unknown = () => undefined;
  return {
    show: (message) => {
      end();
      end = showProgress(message);
    },
    end: () => {
      end();
      end = () => undefined;
    },
  };
}

/** Compiles the contracts in a process of its own: what the compiler prints is no part of the story. */
async function compile(): Promise<void> {
  const end = showProgress("Compiling the contracts");
  const { exitCode, output } = await runTool([HARDHAT, "build", "--quiet", "--no-tests"]);
  end();
  if (exitCode !== 0) throw new UserError(`The contracts do not compile:\n${output}`);
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}

await runPlainly(say, start);
