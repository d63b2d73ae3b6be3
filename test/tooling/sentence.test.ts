import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodeAbiParameters } from "viem";
import { runPlainly, sentenceOf } from "../../scripts/lib/sentence.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { StoryCheckError } from "../../scripts/story/telling.ts";
import { ModelFileError, TensorShapeError } from "../../zkml/errors.ts";
import { readOnnx } from "../../zkml/onnx/read-onnx.ts";

describe("failures of commands", () => {
  it("are sentences where the user can do something", () => {
    for (const error of [
      new UserError("a"),
      new StoryCheckError("a"),
      new ModelFileError("a"),
      new TensorShapeError("a"),
    ]) {
      assert.equal(sentenceOf(error), "a");
    }
  });

  it("do not blame the network for a number that is too large", () => {
    const data = (): string => encodeAbiParameters([{ type: "uint8" }], [256]);
    assert.throws(data, (error) => /^A number is out of range: .*256/.test(sentenceOf(error) ?? ""));
  });

  it("keep their stack trace where the defect is ours", async () => {
    assert.equal(sentenceOf(new TypeError("a")), undefined);
    assert.equal(sentenceOf("a"), undefined);
    const lines: string[] = [];
    await assert.rejects(
      runPlainly(
        (line) => lines.push(line),
        () => Promise.reject(new TypeError("a")),
      ),
      TypeError,
    );
    assert.deepEqual(lines, []);
  });

  it("of a broken model file name the file, say what to do, and set the exit code", async () => {
    const lines: string[] = [];
    const before = process.exitCode;
    try {
      await runPlainly(
        (line) => lines.push(line),
        () => Promise.resolve(readOnnx(new Uint8Array([1, 2, 3]), "models/fee/fee.onnx")).then(() => undefined),
      );
      assert.equal(process.exitCode, 1);
    } finally {
      process.exitCode = before;
    }
    assert.match(lines.join("\n"), /models\/fee\/fee\.onnx.*export the model again/);
  });
});
