import { readFile } from "node:fs/promises";

import { draftSchema } from "../../scripts/hub/schema.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { print } from "../lib/terminal.ts";

interface SchemaArguments {
  readonly file: string;
}

async function draft({ file }: SchemaArguments): Promise<void> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UserError(`${file} cannot be read.`, { cause });
  });
  print(JSON.stringify(draftSchema(bytes, file), undefined, 2));
}

export default plainFailure(draft);
