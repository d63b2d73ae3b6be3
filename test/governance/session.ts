import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import type { CommandResult } from "../support/command-result.ts";

/** What a session is asked for: the words after `npx hardhat`, or a task with its arguments by their names. */
export type SessionRequest =
  | { readonly words: readonly string[] }
  | { readonly task: readonly string[]; readonly args: Readonly<Record<string, unknown>> };

/** A process that runs one command after the other: what `npx hardhat` does, without its start for every command. */
export interface Session {
  /** Runs a task with arguments by their names: "gov vote". */
  readonly run: (task: string, args?: Readonly<Record<string, unknown>>) => Promise<CommandResult>;
  /** Runs what follows `npx hardhat` on a command line, without `--network`. */
  readonly hardhat: (...words: readonly string[]) => Promise<CommandResult>;
  readonly stop: () => Promise<void>;
}

const RUNNER = fileURLToPath(new URL("session-runner.ts", import.meta.url));

/** Starts a process for commands on a network of hardhat.config.ts, with these variables besides our own. */
export async function startSession(network: string, environment: NodeJS.ProcessEnv): Promise<Session> {
  const child = fork(RUNNER, [network], {
    env: { ...process.env, ...environment },
    // No terminal on any of them: what tasks print must not depend on who watches the tests.
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  child.stderr?.pipe(process.stderr);
  const ended = once(child, "exit");
  await once(child, "message");
  let last: Promise<unknown> = Promise.resolve();
  const ask = (request: SessionRequest): Promise<CommandResult> => {
    const answer = last.then(async () => {
      const reply = Promise.race([
        once(child, "message"),
        ended.then(([code]) => {
          throw new Error(`the session ended with code ${String(code)}`);
        }),
      ]);
      child.send(request);
      const [message] = (await reply) as [CommandResult];
      return message;
    });
    last = answer.catch(() => undefined);
    return answer;
  };
  return {
    run: (task, args = {}) => ask({ task: task.split(" "), args }),
    hardhat: (...words) => ask({ words }),
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
