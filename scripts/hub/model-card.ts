/** What a README says about a model; a field that it does not name is missing. */
export interface ModelCard {
  readonly description?: string;
  readonly task?: string;
  readonly licence?: string;
  readonly tags: readonly string[];
}

type FrontMatter = ReadonlyMap<string, string | readonly string[]>;

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(text);
  return quoted?.[2] ?? text.replace(/\s+#.*$/, "").trim();
}

function flowList(text: string): readonly string[] | undefined {
  const inner = /^\[(.*)\]$/.exec(text)?.[1];
  return inner
    ?.split(",")
    .map((item) => unquote(item.trim()))
    .filter((item) => item !== "");
}

/** The top level of YAML front matter, as far as model cards use it: words and lists of words. */
function readFrontMatter(lines: readonly string[]): FrontMatter {
  const fields = new Map<string, string | readonly string[]>();
  let key: string | undefined;
  for (const line of lines) {
    const [, name, rest = ""] = /^([A-Za-z_][\w-]*):\s*(.*?)\s*$/.exec(line) ?? [];
    const item = /^\s*-\s+(.*?)\s*$/.exec(line)?.[1];
    if (name !== undefined) {
      key = name;
      fields.set(name, rest === "" ? [] : (flowList(rest) ?? unquote(rest)));
    } else if (item !== undefined && key !== undefined) {
      const list = fields.get(key);
      // An item that is itself a mapping ("- name: …") is no word.
      if (typeof list === "object" && !/^[\w-]+:(\s|$)/.test(item)) fields.set(key, [...list, unquote(item)]);
    }
  }
  return fields;
}

/** The first paragraph of prose: no heading, list, table, quotation, code, image or HTML. */
function firstParagraph(body: string): string | undefined {
  const prose = body
    .replace(/<!--.*?-->/gs, "")
    .replace(/^(```|~~~).*?^\1/gms, "")
    .split(/\n\s*\n/)
    .map((block) => block.replace(/^#{1,6} .*$/gm, "").trim())
    .find((block) => block !== "" && !/^([-*+>|<]|\d+\.|!\[|\[!\[|={3}|-{3})/.test(block));
  return prose
    ?.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`]{1,3}(\S[^*_`]*)[*_`]{1,3}/g, "$1")
    .replace(/\s+/g, " ");
}

/** Reads the README of a model folder as Hugging Face has it: front matter between lines of `---`, then Markdown. */
export function readModelCard(text: string): ModelCard {
  const [, matter = "", body = ""] = /^\uFEFF?---\r?\n(.*?)^---\s*$(.*)/ms.exec(text) ?? ["", "", text];
  const fields = readFrontMatter(matter.split(/\r?\n/));
  const word = (name: string): string | undefined => {
    const value = fields.get(name);
    const first = typeof value === "string" ? value : value?.[0];
    return first === "" ? undefined : first;
  };
  const tags = fields.get("tags") ?? [];
  const description = word("description") ?? firstParagraph(body.replaceAll("\r\n", "\n"));
  const task = word("pipeline_tag");
  // "other" sends the reader to a name of its own.
  const licence = word("license") === "other" ? (word("license_name") ?? "other") : word("license");
  return {
    ...(description === undefined ? {} : { description }),
    ...(task === undefined ? {} : { task }),
    ...(licence === undefined ? {} : { licence }),
    tags: typeof tags === "string" ? [tags] : [...new Set(tags)],
  };
}
