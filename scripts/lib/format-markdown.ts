import { format } from "prettier";

/** Formats generated Markdown as the repository's formatter would, so that the two never disagree. */
export function formatMarkdown(text: string): Promise<string> {
  return format(text, { parser: "markdown", printWidth: 120 });
}
