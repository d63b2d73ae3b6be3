import type { Section } from "./sections.ts";

/**
 * The sections that `--only` names, together with those they need, in the order of starting.
 *
 * @param only names separated by commas, each of one section or of the folder of several; undefined means all
 * @throws Error for an unknown name
 */
export function selectSections(sections: readonly Section[], only: string | undefined): readonly Section[] {
  if (only === undefined) return sections;
  const wanted = new Set<string>();
  for (const name of only.split(",")) {
    const named = sections.filter((section) => section.name === name || section.name.startsWith(`${name}/`));
    if (named.length === 0) {
      throw new Error(`There is no section "${name}". There are: ${sections.map((known) => known.name).join(", ")}`);
    }
    for (const section of named) for (const each of [section.name, ...section.needs]) wanted.add(each);
  }
  return sections.filter((section) => wanted.has(section.name));
}
