// Builds the integrators' package into build/package and packs it; nothing is published.
import path from "node:path";

import { print, say } from "./lib/output.ts";
import { runPlainly } from "./lib/sentence.ts";
import { ROOT } from "./lib/tool.ts";
import { buildPackage } from "./package/build-package.ts";

await runPlainly(say, async () => {
  const { tarball } = await buildPackage(path.join(ROOT, "build/package"), say);
  print(tarball);
});
