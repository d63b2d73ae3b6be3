import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { zeroHash } from "viem";

import { bindModels, readBindings, type WantedModels } from "../../scripts/hub/bindings.ts";
import { UserError } from "../../scripts/lib/user-error.ts";

const PATHS = ["README.md", "encoder.onnx", "decoder.onnx"];
const KEYS = [`0x${"ab".repeat(32)}`, `0x${"cd".repeat(32)}`] as const;
const MODEL_ID = `0x${"ef".repeat(32)}`;

function layout(inputName: string, rest: object = {}): object {
  const input = { inputName, inputCount: 8, inputBits: 24, inputDecimals: 4, inputOffset: "8388608" };
  const output = { outputName: "y", outputCount: 1, outputBits: 32, outputDecimals: 6, outputOffset: "0" };
  return { ...input, ...output, ...rest };
}

describe("the circuits of a release in a file", () => {
  let folder: string;

  async function read(content: unknown, paths: readonly string[] = PATHS): Promise<WantedModels> {
    const file = path.join(folder, "binding.json");
    await writeFile(file, JSON.stringify(content));
    return readBindings(file, paths);
  }

  async function refused(content: unknown, pattern: RegExp, paths: readonly string[] = PATHS): Promise<void> {
    await assert.rejects(read(content, paths), (error: unknown) => {
      assert(error instanceof UserError, String(error));
      assert.match(error.message, pattern);
      return true;
    });
  }

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "opg-bindings-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("are one, of the only ONNX file, as `zkml build` writes it", async () => {
    const models = await read({ keyId: KEYS[0], layout: layout("x") }, ["README.md", "model.onnx"]);
    assert.equal(models.executorModelId, zeroHash);
    const [circuit] = models.circuits;
    assert(circuit !== undefined);
    assert.equal(circuit.file, "model.onnx");
    assert.equal(circuit.layout.inputOffset, 8_388_608n);
  });

  it("are several, each of a file that it names", async () => {
    const models = await read({
      executorModelId: MODEL_ID,
      circuits: [
        { keyId: KEYS[0], file: "encoder.onnx", layout: layout("x") },
        { keyId: KEYS[1], file: "decoder.onnx", layout: layout("z") },
      ],
    });
    const bound = bindModels(models, PATHS);
    assert.equal(bound.executorModelId, MODEL_ID);
    assert.deepEqual(
      bound.circuits.map(({ keyId, file }) => [keyId, file]),
      [
        [KEYS[0], 2],
        [KEYS[1], 1],
      ],
      "places in the order of paths, capital letters first",
    );
    assert.throws(() => bindModels(models, ["README.md"]), UserError);
  });

  it("may be a model for the EVM alone", async () => {
    const models = await read({ executorModelId: MODEL_ID, layout: layout("x") }, ["model.onnx"]);
    assert.equal(models.circuits[0]?.keyId, zeroHash);
    await refused({ layout: layout("x") }, /circuit 1 has no keyId/, ["model.onnx"]);
  });

  it("are refused when a call could not say which it means, or of which file they are", async () => {
    await assert.rejects(readBindings(path.join(folder, "none.json"), PATHS), /cannot be read as JSON/);
    await refused({ keyId: KEYS[0], layout: layout("x", { inputCount: 256 }) }, /layout\.inputCount/);
    await refused({ keyId: KEYS[0], layout: layout("x") }, /say of which file .* has 2 models/);
    await refused({ keyId: KEYS[0], file: "none.onnx", layout: layout("x") }, /has no file "none\.onnx"/);
    const pair = (keyId: string, inputName: string) => ({
      circuits: [
        { keyId: KEYS[0], file: "encoder.onnx", layout: layout("x") },
        { keyId, file: "decoder.onnx", layout: layout(inputName) },
      ],
    });
    await refused(pair(KEYS[1], "x"), /two circuits take an input "x"/);
    await refused(pair(KEYS[0], "z"), /is listed twice/);
    await refused(pair(zeroHash, "z"), /circuit 2 has no keyId/);
    await refused({ circuits: [] }, /circuits/);
  });
});
