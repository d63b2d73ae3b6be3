import { fileURLToPath } from "node:url";

/** An absolute path inside the repository. */
export function repositoryPath(...parts: readonly string[]): string {
  return fileURLToPath(new URL(["..", ...parts].join("/"), import.meta.url));
}
