const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * Keeps this process alive until its child has ended, and hands signals on to it. Ctrl-C on a terminal reaches the child
 * without our help; handing it on as well would look like a second Ctrl-C.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @returns {{ received: () => string | undefined, stop: () => void }}
 */
export function forwardSignals(child) {
  /** @type {string | undefined} */
  let last;
  const handlers = SIGNALS.map((signal) => {
    const handler = () => {
      last = signal;
      if (signal !== "SIGINT" || process.stdin.isTTY !== true) child.kill(signal);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  return {
    received: () => last,
    stop: () => handlers.forEach(({ signal, handler }) => process.removeListener(signal, handler)),
  };
}
