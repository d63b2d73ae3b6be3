import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import type { CommandResult } from "./node.ts";

/** A task and its arguments by their names in the task's definition. */
export interface SessionRequest {
  readonly task: readonly string[];
  readonly args: Readonly<Record<string, unknown>>;
}

/** How a task ended. */
export type SessionReply = CommandResult;

/** A process that runs tasks against a node: what `npx hardhat` does, without its start for every command. */
export interface Session {
  /** Runs a task, named as on the command line: "gov vote". */
  readonly run: (task: string, args?: SessionRequest["args"]) => Promise<SessionReply>;
  readonly stop: () => Promise<void>;
}

const RUNNER = fileURLToPath(new URL("session-runner.ts", import.meta.url));

/** Starts a process for tasks against the node at `url`. */
export async function startSession(url: string): Promise<Session> {
  const child = fork(RUNNER, { env: { ...process.env, OPG_LOCAL_RPC_URL: url } });
  await once(child, "message");
  return {
    run: async (task, args = {}) => {
      const reply = once(child, "message");
      child.send({ task: task.split(" "), args });
      const [message] = (await reply) as [SessionReply];
      return message;
    },
    stop: async () => {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}
