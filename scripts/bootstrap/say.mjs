/** Whatever the bootstrap has to tell goes to stderr: stdout belongs to the command it starts. */

/**
 * Prints one line.
 *
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Shows that long work goes on: one line that is rewritten on a terminal, a line every half minute elsewhere.
 *
 * @param {string} label
 * @returns {() => number} ends the display and returns the seconds since its start
 */
export function showProgress(label) {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const terminal = process.stderr.isTTY === true;
  const draw = () => {
    if (terminal) process.stderr.write(`\r\x1b[K${label} … ${seconds()} s`);
    else say(`${label} … ${seconds()} s`);
  };
  if (terminal) draw();
  else say(`${label} …`);
  const timer = setInterval(draw, terminal ? 1_000 : 30_000);
  return () => {
    clearInterval(timer);
    if (terminal) process.stderr.write("\r\x1b[K");
    return seconds();
  };
}
