import type { Section, SectionResult } from "./sections.ts";

/** A section that has ended. */
export interface Ended {
  readonly section: Section;
  readonly result: SectionResult;
  readonly seconds: number;
}

/** What a schedule tells while it runs. */
export interface ScheduleEvents {
  /** Called whenever another set of sections is running; in the order of their starts. */
  onRunning(running: readonly Section[]): void;
  /** Called once for each section, in the order of their ends. */
  onEnd(ended: Ended): void;
}

function notRun(broken: readonly string[]): SectionResult {
  return { passed: 0, failed: 1, complaints: [`Not run, because of: ${broken.join(", ")}.`], output: "" };
}

/**
 * Runs sections, up to `slots` at a time. Each starts once everything it needs has ended, in the order of the list as far
 * as that allows. A failing section does not stop the others, except those that need it: they count as failed.
 *
 * @param sections the sections; every one that another needs is among them
 * @param slots how many may run at a time, at least 1
 * @throws Error when sections need each other in a circle or need one that is not there
 */
export async function runSchedule(sections: readonly Section[], slots: number, events: ScheduleEvents): Promise<void> {
  const waiting = [...sections];
  const running = new Map<Section, Promise<Ended>>();
  const passed = new Map<string, boolean>();

  async function run(section: Section): Promise<Ended> {
    const startedAt = Date.now();
    const broken = section.needs.filter((name) => passed.get(name) === false);
    const result = broken.length > 0 ? notRun(broken) : await section.run();
    return { section, result, seconds: (Date.now() - startedAt) / 1000 };
  }

  while (waiting.length + running.size > 0) {
    while (running.size < slots) {
      const index = waiting.findIndex((section) => section.needs.every((name) => passed.has(name)));
      const [next] = index < 0 ? [] : waiting.splice(index, 1);
      if (next === undefined) break;
      running.set(next, run(next));
    }
    if (running.size === 0) {
      throw new Error(`These sections need what never ends: ${waiting.map((section) => section.name).join(", ")}`);
    }
    events.onRunning([...running.keys()]);
    const ended = await Promise.race(running.values());
    running.delete(ended.section);
    passed.set(ended.section.name, ended.result.failed === 0);
    events.onEnd(ended);
  }
}
