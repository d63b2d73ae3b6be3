import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { build, preview } from "vite";

import { toJson } from "../lib/json.ts";
import { viteConfig } from "./vite.ts";
import type { DappWorld } from "./world.ts";

/** The page, built and served for a world. */
export interface ServedDapp {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Builds the page and serves it on this machine, in front of the world's node and inference node. */
export async function serveDapp(world: DappWorld, port?: number): Promise<ServedDapp> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "opg-dapp-"));
  const configFile = path.join(folder, "config.json");
  await writeFile(configFile, toJson(world.config));
  const settings = viteConfig(path.join(folder, "page"), {
    rpcUrl: world.stage.url,
    nodeUrl: world.nodeUrl,
    configFile,
  });
  await build(settings);
  // Without a wish any free port will do: Vite takes the next one when its own is taken.
  const server = await preview({
    ...settings,
    preview: { ...settings.preview, ...(port === undefined ? {} : { port, strictPort: true }) },
  });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error("Vite does not say where it serves the page.");
  return {
    url,
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}
