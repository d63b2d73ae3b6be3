import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runSchedule } from "../../scripts/testing/schedule.ts";
import type { Section } from "../../scripts/testing/sections.ts";

/** What a run of invented sections did: starts and ends in their order, and the most that ran at a time. */
interface Course {
  readonly log: readonly string[];
  readonly most: number;
}

/** Runs sections given as name → needs; those in `failing` fail. A section ends after as many turns as its name is long. */
async function follow(
  needs: Readonly<Record<string, readonly string[]>>,
  slots: number,
  failing: readonly string[] = [],
): Promise<Course> {
  const log: string[] = [];
  let most = 0;
  const sections: readonly Section[] = Object.entries(needs).map(([name, needed]) => ({
    name,
    title: name,
    needs: needed,
    async run() {
      log.push(`start ${name}`);
      for (let turn = 0; turn < name.length; turn++) await Promise.resolve();
      const failed = failing.includes(name) ? 1 : 0;
      return { passed: 1 - failed, failed, complaints: [], output: "" };
    },
  }));
  await runSchedule(sections, slots, {
    onRunning: (running) => (most = Math.max(most, running.length)),
    onEnd: ({ section, result }) => log.push(`${result.failed === 0 ? "end" : "fail"} ${section.name}`),
  });
  return { log, most };
}

describe("schedule of the test command", () => {
  it("runs one after the other with one slot, in the order of the list", async () => {
    const { log, most } = await follow({ long: [], b: [] }, 1);
    assert.deepEqual(log, ["start long", "end long", "start b", "end b"]);
    assert.equal(most, 1);
  });

  it("runs several at a time and never more than it has slots", async () => {
    const { log, most } = await follow({ longest: [], b: [], c: [] }, 2);
    assert.deepEqual(log.slice(0, 3), ["start longest", "start b", "end b"]);
    assert.equal(most, 2);
  });

  it("starts a section only after what it needs, and others meanwhile", async () => {
    const { log } = await follow({ build: [], tests: ["build"], lint: [] }, 2);
    assert.deepEqual(log.slice(0, 2), ["start build", "start lint"]);
    assert.ok(log.indexOf("start tests") > log.indexOf("end build"));
  });

  it("counts what needs a failed section as failed, and runs the rest", async () => {
    const { log } = await follow({ build: [], tests: ["build"], lint: [] }, 1, ["build"]);
    assert.deepEqual(log, ["start build", "fail build", "fail tests", "start lint", "end lint"]);
  });

  it("says so when sections need each other", async () => {
    await assert.rejects(follow({ a: ["b"], b: ["a"] }, 2), /need what never ends: a, b/);
  });
});
