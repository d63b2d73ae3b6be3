import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";

import { ROOT } from "../../scripts/lib/tool.ts";
import { ModelSchemaError, TensorMismatchError } from "../../sdk/src/errors.ts";
import {
  buildModelInput,
  checkModelInput,
  checkModelOutput,
  hashModelSchema,
  parseModelSchema,
  type ModelSchema,
  type TensorSchema,
  type TensorValues,
} from "../../sdk/src/model-schema.ts";

const CHAT: ModelSchema = {
  format: "opg-model-schema-1",
  inputs: [
    { name: "prompt", type: "string", shape: [1] },
    { name: "temperature", type: "number", shape: [], decimals: 2, minimum: "0", maximum: "1.5" },
    { name: "bias", type: "number", shape: [null, 2] },
  ],
  outputs: [{ name: "text", type: "string", shape: [1] }],
};

const VALUES: TensorValues = {
  prompt: ["hello"],
  temperature: ["0.7"],
  bias: [1n, "-2.5", { value: 3n, decimals: 1n }, "4"],
};

function refuses(schema: ModelSchema, values: TensorValues, pattern: RegExp): void {
  assert.throws(
    () => buildModelInput(schema, values),
    (error) => error instanceof TensorMismatchError && pattern.test(error.message),
  );
}

/** The chat schema with one tensor of its inputs changed. */
function withInput(index: number, change: Partial<TensorSchema>): ModelSchema {
  return { ...CHAT, inputs: CHAT.inputs.map((schema, i) => (i === index ? { ...schema, ...change } : schema)) };
}

describe("schemas of models", () => {
  it("build the input of a call, scaled as the schema says", () => {
    assert.deepEqual(buildModelInput(CHAT, VALUES), {
      numbers: [
        { name: "temperature", shape: [], values: [{ value: 70n, decimals: 2n }] },
        {
          name: "bias",
          shape: [2, 2],
          values: [
            { value: 1n, decimals: 0n },
            { value: -25n, decimals: 1n },
            { value: 3n, decimals: 1n },
            { value: 4n, decimals: 0n },
          ],
        },
      ],
      strings: [{ name: "prompt", values: ["hello"] }],
    });
  });

  it("describe the fee model as its circuit has it", () => {
    const { layout } = JSON.parse(readFileSync(`${ROOT}models/fee/fee.integer.json`, "utf8")) as {
      layout: Record<string, number | string>;
    };
    const schema = parseModelSchema(readFileSync(`${ROOT}models/fee/schema.json`, "utf8"));
    const [input, output] = [schema.inputs[0]!, schema.outputs[0]!];
    assert.deepEqual(
      [input.name, input.shape, input.decimals],
      [layout.inputName, [layout.inputCount], layout.inputDecimals],
    );
    assert.equal(input.maximum, String((2 ** Number(layout.inputBits) - 1) / 10 ** Number(layout.inputDecimals)));
    assert.deepEqual(
      [output.name, output.shape, output.decimals],
      [layout.outputName, [layout.outputCount], layout.outputDecimals],
    );
  });

  it("refuse values that do not fit, naming the tensor and the limit", () => {
    refuses(CHAT, { ...VALUES, topic: ["x"] }, /no tensor "topic"; it has "prompt", "temperature", "bias"/);
    refuses(CHAT, { prompt: ["x"], temperature: ["1"] }, /lacks "bias"/);
    refuses(CHAT, { ...VALUES, toString: ["x"] }, /no tensor "toString"/);
    refuses(CHAT, { ...VALUES, prompt: ["a", "b"] }, /"prompt" takes \[1\] values, not 2/);
    refuses(CHAT, { ...VALUES, prompt: [1n] }, /"prompt"\[0\] is a number/);
    refuses(CHAT, { ...VALUES, bias: ["1", "2", "3"] }, /"bias" takes \[any, 2\] values, not 3/);
    refuses(CHAT, { ...VALUES, bias: [] }, /"bias" takes \[any, 2\] values, not 0/);
    refuses(CHAT, { ...VALUES, temperature: ["0.755"] }, /"temperature"\[0\] has more than the 2 decimals/);
    refuses(CHAT, { ...VALUES, temperature: ["warm"] }, /"temperature"\[0\] is "warm"; write a decimal/);
    refuses(CHAT, { ...VALUES, temperature: ["1e3"] }, /write a decimal/);
    refuses(CHAT, { ...VALUES, temperature: ["-0.01"] }, /below the minimum 0/);
    refuses(CHAT, { ...VALUES, temperature: ["1.51"] }, /above the maximum 1\.5/);
    refuses(CHAT, { ...VALUES, bias: [1n << 127n, 0n] }, /"bias"\[0\] is .* beyond what contracts hold/);
    refuses(CHAT, { ...VALUES, bias: [{ value: 1n, decimals: 39n }, 0n] }, /39 decimals, beyond/);
    refuses(withInput(2, { shape: [null, null] }), VALUES, /2 free lengths; build its tensor yourself/);
  });

  it("accept the bounds themselves", () => {
    for (const edge of ["0", "1.5"])
      assert.doesNotThrow(() => buildModelInput(CHAT, { ...VALUES, temperature: [edge] }));
    const extremes = [-(1n << 127n), (1n << 127n) - 1n];
    assert.doesNotThrow(() => buildModelInput(CHAT, { ...VALUES, bias: extremes }));
  });

  it("check inputs that were built elsewhere", () => {
    const input = buildModelInput(CHAT, VALUES);
    assert.doesNotThrow(() => {
      checkModelInput(CHAT, input);
    });
    const [temperature, bias] = [input.numbers[0]!, input.numbers[1]!];
    const refused = (numbers: typeof input.numbers, pattern: RegExp): void => {
      assert.throws(() => {
        checkModelInput(CHAT, { ...input, numbers });
      }, pattern);
    };
    refused([temperature], /lacks "bias"/);
    refused([temperature, bias, bias], /has "bias" twice/);
    refused([temperature, { ...bias, shape: [4] }], /"bias" has \[any, 2\], not \[4\]/);
    refused([temperature, { ...bias, shape: [4, 2] }], /4 values for the shape \[4, 2\]/);
    refused([temperature, { ...bias, shape: [0, 2], values: [] }], /0 values/);
    refused(
      [{ ...temperature, values: [{ value: 7n, decimals: 1n }] }, bias],
      /1 decimals; the schema wants exactly 2/,
    );
    refused([temperature, bias, { ...bias, name: "prompt" }], /has "prompt" twice/);
    assert.throws(() => {
      checkModelInput(CHAT, { numbers: [...input.numbers, { ...bias, name: "prompt" }], strings: [] });
    }, /"prompt" holds strings/);
  });

  it("check answers", () => {
    const output = { numbers: [], strings: [{ name: "text", values: ["hi"] }], jsons: [], is_simulation_result: false };
    assert.doesNotThrow(() => {
      checkModelOutput(CHAT, output);
    });
    assert.throws(() => {
      checkModelOutput(CHAT, { ...output, strings: [] });
    }, /The output lacks "text"/);
  });

  it("are read from a file only when it is the one on the chain", () => {
    const text = JSON.stringify(CHAT);
    const hash = hashModelSchema(text);
    assert.deepEqual(parseModelSchema(text, hash), CHAT);
    assert.throws(() => parseModelSchema(`${text}\n`, hash), /hash is 0x.*fetch it anew/);
  });

  it("say what is malformed", () => {
    const refused = (schema: unknown, pattern: RegExp): void => {
      assert.throws(
        () => parseModelSchema(JSON.stringify(schema)),
        (error) => error instanceof ModelSchemaError && pattern.test(error.message),
      );
    };
    assert.throws(() => parseModelSchema("{"), /not JSON/);
    assert.throws(() => parseModelSchema(" ".repeat(70_000)), /70000 characters, more than 65536/);
    refused({ ...CHAT, format: "2" }, /format/);
    refused({ ...CHAT, inputs: [] }, /inputs/);
    refused({ ...CHAT, extra: 1 }, /extra/);
    refused({ ...CHAT, inputs: [...CHAT.inputs, CHAT.inputs[0]] }, /same name/);
    refused(withInput(0, { shape: [0] }), /inputs.*shape/);
    refused(withInput(0, { decimals: 1 }), /decimals, minimum and maximum are for numbers/);
    refused(withInput(1, { maximum: "much" }), /decimal number as text/);
  });

  it("bring every decimal number to their scale without losing a digit", () => {
    const decimals = fc.integer({ min: 0, max: 18 });
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 18n), 10n ** 18n), decimals, decimals, (value, own, scale) => {
        const schema: ModelSchema = { ...CHAT, inputs: [{ name: "x", type: "number", shape: [], decimals: scale }] };
        const exact = (value * 10n ** BigInt(scale)) % 10n ** BigInt(own) === 0n;
        const build = () => buildModelInput(schema, { x: [{ value, decimals: BigInt(own) }] }).numbers[0]!.values[0]!;
        if (!exact) assert.throws(build, TensorMismatchError);
        else assert.equal(build().value * 10n ** BigInt(own), value * 10n ** BigInt(scale));
      }),
    );
  });
});
