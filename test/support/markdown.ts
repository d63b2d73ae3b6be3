/** The lines of all ```sh blocks of a document: what its reader types. */
export function commandsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block]) =>
    (block ?? "").split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#")),
  );
}
