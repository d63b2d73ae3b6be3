import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";

import { generateAddresses } from "../../scripts/generate-addresses.ts";
import { errorsDocument } from "../../scripts/generate-errors.ts";
import { ROOT } from "../../scripts/lib/tool.ts";

describe("generated files", () => {
  it("have the addresses of deployments/ (else run: npx node scripts/generate-addresses.ts)", async () => {
    for (const [file, text] of await generateAddresses()) {
      assert.equal(await readFile(path.join(ROOT, file), "utf8"), text, file);
    }
  });

  it("have every error of the contracts (else run: npx node scripts/generate-errors.ts)", async () => {
    assert.equal(await readFile(path.join(ROOT, "docs/errors.md"), "utf8"), await errorsDocument());
  });
});
