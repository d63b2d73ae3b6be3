import type { Section } from "./sections.ts";

/**
 * The sections that `--only` names, together with those they need, in the order of running.
 *
 * @param only names separated by commas; undefined means all
 * @throws Error for an unknown name
 */
export function selectSections(sections: readonly Section[], only: string | undefined): readonly Section[] {
  if (only === undefined) return sections;
  const wanted = new Set<string>();
  for (const name of only.split(",")) {
    const section = sections.find((candidate) => candidate.name === name);
    if (section === undefined) {
      throw new Error(`There is no section "${name}". There are: ${sections.map((known) => known.name).join(", ")}`);
    }
    wanted.add(name);
    for (const needed of section.needs) wanted.add(needed);
  }
  return sections.filter((section) => wanted.has(section.name));
}
