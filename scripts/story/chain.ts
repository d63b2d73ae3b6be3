import { createServer } from "node:net";
import hre from "hardhat";
import { providerOfUrl, type RequestProvider } from "../lib/clients.ts";
import { UserError } from "../lib/user-error.ts";

/** Nobody but this machine reaches the node. */
const HOST = "127.0.0.1";

/** A test node of the story. */
export interface EmbeddedChain {
  readonly url: string;
  readonly provider: RequestProvider;
  readonly close: () => Promise<void>;
}

/**
 * Starts an embedded chain with Base's rules and a JSON-RPC server in front of it, on this machine only.
 *
 * @param port the server's port; undefined takes a free one
 * @throws UserError when the port is taken
 */
export async function startChain(port: number | undefined): Promise<EmbeddedChain> {
  if (port !== undefined) await requireFreePort(port);
  const server = await hre.network.createServer("default", HOST, port ?? 0);
  const { address, port: actual } = await server.listen();
  const url = `http://${address}:${actual}`;
  return { url, provider: providerOfUrl(url), close: () => server.close() };
}

/** Hardhat's server dies of a port that is taken, so the port is tried first. */
function requireFreePort(port: number): Promise<void> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once("error", () => {
      reject(new UserError(`Port ${port} is taken by another program. Stop it, or choose another: --port <n>.`));
    });
    probe.listen(port, HOST, () => probe.close(() => resolve()));
  });
}
