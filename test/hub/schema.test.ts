import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { zeroHash } from "viem";

import { draftSchema, judgeSchema, readSchema } from "../../scripts/hub/schema.ts";
import { hashModelSchema } from "../../sdk/src/model-schema.ts";

const SCHEMA =
  '{"format":"opg-model-schema-1","inputs":[{"name":"x","type":"string","shape":[]}],"outputs":[{"name":"y","type":"number","shape":[1]}]}\n';

describe("the schema of a release", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "opg-schema-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("is missed when the release names one and has no file of it", async () => {
    assert.equal(await judgeSchema(folder, { name: "lab/a@1.00", schemaHash: zeroHash }), undefined);
    const remark = await judgeSchema(folder, { name: "lab/a@1.00", schemaHash: hashModelSchema(SCHEMA) });
    assert.match(remark ?? "", /^lab\/a@1\.00 names the schema 0x\w{64}, which is not among its files/);
  });

  it("is right only when the file has the hash on the chain", async () => {
    const file = path.join(folder, "schema.json");
    await writeFile(file, SCHEMA);
    const schemaHash = hashModelSchema(SCHEMA);
    assert.equal((await readSchema(file)).hash, schemaHash);
    assert.equal(await judgeSchema(folder, { name: "lab/a@1.00", schemaHash }), undefined);
    const remark = await judgeSchema(folder, { name: "lab/a@1.00", schemaHash: hashModelSchema(`${SCHEMA} `) });
    assert.match(remark ?? "", /^lab\/a@1\.00: The schema's hash is 0x\w{64}, but the release names 0x/);
  });

  it("is drafted from what an ONNX file declares, and refused where it declares nothing", async () => {
    const bytes = await readFile("models/digits/digits.onnx");
    assert.deepEqual(draftSchema(bytes, "digits.onnx").inputs, [{ name: "cells", type: "number", shape: [1, 64] }]);
    assert.throws(() => draftSchema(new Uint8Array(), "empty.onnx"), /empty\.onnx declares no inputs or no outputs/);
    assert.throws(() => draftSchema(bytes.subarray(0, 99), "cut.onnx"), /cut\.onnx is not a readable ONNX file/);
  });
});
