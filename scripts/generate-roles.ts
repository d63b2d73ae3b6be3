import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { rolesDocument } from "./deploy/roles-document.ts";
import { formatMarkdown } from "./lib/format-markdown.ts";

await writeFile(fileURLToPath(new URL("../docs/roles.md", import.meta.url)), await formatMarkdown(rolesDocument()));
