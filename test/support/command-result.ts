import assert from "node:assert/strict";

/** What a command did, as a shell sees it. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The result of a command that must succeed with JSON alone on stdout. */
export function json({ exitCode, stdout, stderr }: CommandResult): Record<string, unknown> {
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** Asserts that a command failed with one sentence and no stack trace. */
export function failed({ exitCode, stdout, stderr }: CommandResult, pattern: RegExp): void {
  assert.equal(exitCode, 1, stdout);
  assert.match(stderr, pattern);
  assert.doesNotMatch(stderr, /\n\s+at /);
}
