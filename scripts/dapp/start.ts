// The example on a test chain of its own, until Ctrl-C: npx node scripts/dapp/start.ts
import path from "node:path";

import { print, say } from "../lib/output.ts";
import { runPlainly } from "../lib/sentence.ts";
import { ROOT } from "../lib/tool.ts";
import { serveDapp } from "./serve.ts";
import { openWorld } from "./world.ts";

await runPlainly(say, async () => {
  const world = await openWorld(path.join(ROOT, "artifacts"), say);
  say("Building the page");
  const dapp = await serveDapp(world);
  print(dapp.url);
  say("Open it in a browser; the accounts in the corner are the test node's. Stop with Ctrl-C.");
  await new Promise((resolve) => process.once("SIGINT", resolve));
  await dapp.close();
  await world.close();
});
