import react from "@vitejs/plugin-react";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { InlineConfig, Plugin } from "vite";

import { ROOT } from "../lib/tool.ts";

/** Where the page finds what it talks to. */
export interface DappServers {
  /** JSON-RPC of the node. */
  readonly rpcUrl: string;
  /** The inference node. */
  readonly nodeUrl: string;
  /** A JSON file in the form of `config.ts`. */
  readonly configFile: string;
}

/** Serves the configuration; the page must not be rebuilt for another deployment. */
function serveConfig(file: string): Plugin {
  return {
    name: "opg-config",
    configurePreviewServer(server) {
      server.middlewares.use("/config.json", (_request, response) => {
        void readFile(file, "utf8").then((text) => {
          response.setHeader("content-type", "application/json");
          response.end(text);
        });
      });
    },
  };
}

/** Vite's configuration; `outDir` receives the page. */
export function viteConfig(outDir: string, servers?: DappServers): InlineConfig {
  return {
    configFile: false,
    root: path.join(ROOT, "examples/dapp"),
    logLevel: "warn",
    plugins: [react(), ...(servers === undefined ? [] : [serveConfig(servers.configFile)])],
    resolve: {
      alias: [
        { find: /^@opg-protocol\/sdk$/, replacement: path.join(ROOT, "sdk/src/index.ts") },
        { find: /^@opg-protocol\/sdk\/abi$/, replacement: path.join(ROOT, "sdk/src/abi/index.ts") },
      ],
    },
    build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: 1_000 },
    // One origin for page, node and inference node: neither needs to allow others.
    ...(servers === undefined
      ? {}
      : {
          preview: {
            host: "127.0.0.1",
            proxy: {
              "/rpc": { target: servers.rpcUrl, rewrite: () => "/" },
              "/v1": { target: servers.nodeUrl },
            },
          },
        }),
  };
}
