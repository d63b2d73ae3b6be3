import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import onnxProto from "onnx-proto";

import { parseTable } from "../../zkml/data/table.ts";
import { DataFileError, ModelFileError } from "../../zkml/errors.ts";
import { compileOnnx } from "../../zkml/network/compile-onnx.ts";
import { decodeRow, encodeRow } from "../../zkml/network/encode.ts";
import { inputEncoding } from "../../zkml/network/input-encoding.ts";
import { formatNetwork, parseNetwork } from "../../zkml/network/network-file.ts";
import { importOnnx } from "../../zkml/onnx/import.ts";
import { repositoryPath } from "../../zkml/paths.ts";
import { EVERY_NODE } from "../circuits/every-node.ts";
import type { Topology } from "./support/random-onnx.ts";
import { randomOnnx, TOPOLOGIES } from "./support/random-onnx.ts";

const { onnx } = onnxProto;

/** A network of one row of values through one operator. */
function oneOperator(build: Topology["build"], shape: readonly number[] = [1, 4]): Uint8Array {
  return randomOnnx({ name: "one", shape, build }, 5);
}

function refused(build: Topology["build"], message: RegExp, shape?: readonly number[]): void {
  assert.throws(
    () => importOnnx(oneOperator(build, shape), "net.onnx"),
    (error: unknown) => error instanceof ModelFileError && message.test(error.message),
    `${message}`,
  );
}

describe("importOnnx refuses by a sentence", () => {
  it("each public network that does not compile, with a reason and a way out", () => {
    // Written by scripts/zkml-coverage.ts from files that are not kept here.
    const text = readFileSync(repositoryPath("docs", "zkml-coverage.md"), "utf8");
    const rowsOf = (part = "") =>
      [...part.matchAll(/^\| (\S+) +\| (.*?) +\|$/gm)].slice(1).map(([, , row]) => row ?? "");
    const [, compiled, others] = text.split(/^## /m);
    const [accepted, refusals] = [rowsOf(compiled), rowsOf(others)].map((rows) =>
      rows.filter((row) => !/^-+$/.test(row)),
    );
    assert.ok((accepted ?? []).length >= 32 && text.includes(`**${accepted?.length} of `));
    assert.ok(accepted?.every((row) => /^\d+ constraints/.test(row)));
    assert.ok((refusals ?? []).length > 0);
    for (const row of refusals ?? []) assert.match(row, /\w: \w/);
  });

  it("what is no ONNX file or holds nothing", () => {
    for (const bytes of [new Uint8Array(), new Uint8Array([1, 2, 3]), new TextEncoder().encode("{}")]) {
      assert.throws(() => importOnnx(bytes, "noise.onnx"), /noise\.onnx (is not a readable|holds no graph)/);
    }
  });

  it("opsets before the operators got their meaning, and later ones than are known", () => {
    for (const opset of [1, 6, 26, 99]) {
      const file = onnx.ModelProto.decode(oneOperator(({ add }, input) => add("Relu", [input])));
      file.opsetImport = [onnx.OperatorSetIdProto.create({ domain: "", version: opset })];
      const bytes = onnx.ModelProto.encode(file).finish();
      assert.throws(() => importOnnx(bytes, "net.onnx"), new RegExp(`net\\.onnx is of opset ${opset}, .*from 7 to 25`));
    }
  });

  it("operators that it does not know, with the node and a way out", () => {
    refused(({ add }, input) => add("LSTM", [input]), /the operator LSTM \(LSTM_0\) is not supported: unroll it/);
    refused(({ add }, input) => add("Sin", [input]), /the operator Sin \(Sin_0\) is not supported/);
    refused(({ add }, input) => add("LayerNormalization", [input]), /use batch normalisation/);
  });

  it("known operators in a place where they have no exact form", () => {
    refused(({ add }, input) => add("Sqrt", [input]), /Sqrt \(Sqrt_0\) is not piecewise linear/);
    refused(({ add }, input) => add("Div", [input, input]), /Div .* divides by a value that depends on the inputs/);
    refused(({ add, constant }, input) => add("Div", [input, constant([], [0])]), /divides by zero/);
    refused(({ add, constant }, input) => add("Pow", [input, constant([], [0.5])]), /raises to the power 0\.5/);
    refused(({ add }, input) => add("Relu", [add("Softmax", [input])]), /Softmax .* stands inside the network/);
    refused(({ add }, input) => add("Relu", [add("ArgMax", [input], { axis: 1 })]), /must be the network's answer/);
    refused(({ add }, input) => add("Equal", [input, add("Relu", [input])]), /asks whether fractions are equal/);
    refused(({ add }, input) => add("Cast", [input], { to: 7 }), /cuts off fractions/);
    refused(({ add }, input) => add("Floor", [input]), /rounds values that are not whole/);
  });

  it("shapes that do not fit", () => {
    refused(({ add, constant }, input) => add("MatMul", [input, constant([3, 2])]), /rows of 4 with columns of 3/);
    refused(({ add, constant }, input) => add("Add", [input, constant([3])]), /\[1, 4\] and \[3\], which do not fit/);
    refused(({ add, integers }, input) => add("Reshape", [input, integers([3])]), /makes \[3\] of 4 elements/);
    refused(({ add }, input) => add("Transpose", [input], { perm: [0, 5] }), /axis that does not exist/);
    refused(
      ({ add, constant }, input) => add("Conv", [input, constant([1, 2, 3])]),
      /has weights \[1, 2, 3\]/,
      [1, 1, 5],
    );
    refused(
      ({ add }, input) => add("MaxPool", [input], { kernel_shape: [9] }),
      /window larger than its input/,
      [1, 1, 5],
    );
    refused(
      ({ add, integers }, input) => add("Gather", [input, integers([4])], { axis: 1 }),
      /element 4 of an axis of 4/,
    );
  });

  it("tensors that no machine holds", () => {
    const many = [100_000, 100_000];
    refused(({ add, integers }, input) => add("Expand", [input, integers(many)]), /makes a tensor of the shape/);
    refused(({ add, integers }, input) => add("Tile", [input, integers(many)]), /makes a tensor of the shape/);
    refused(({ add, integers }, input) => add("Tile", [input, integers([1, -1])]), /makes a tensor of the shape/);
    refused(
      ({ add, integers }, input) => add("Add", [input, add("ConstantOfShape", [integers(many)])]),
      /of the shape/,
    );
    refused(({ add, integers }, input) => add("Pad", [input, integers([0, 0, 0, 10 ** 9])]), /of the shape/);
  });

  it("networks that do not depend on their input, or whose output is not there", () => {
    refused(({ add, constant }) => add("Relu", [constant([2])]), /depends on no input/);
    const bytes = oneOperator(({ add }, input) => add("Relu", [input]));
    assert.throws(() => importOnnx(bytes, "net.onnx", "other"), /has no output "other": choose one of Relu_0_output/);
  });

  it("constants that are not finite", () => {
    refused(
      ({ add, constant }, input) => add("Add", [input, constant([1], [Number.NaN])]),
      /a number that is not finite/,
    );
  });
});

describe("compileOnnx", () => {
  const bytes = oneOperator(({ add, constant }, input) => add("Gemm", [input, constant([4, 2]), constant([2])]));
  const options = { name: "net" };

  it("refuses options out of range and answers with an index only if there are several outputs", () => {
    const compile = (more: object) => () => compileOnnx(bytes, "net.onnx", () => [], { ...options, ...more });
    assert.throws(compile({ weightBits: 3 }), /cannot be 3 weight bits/);
    assert.throws(compile({ activationBits: 21 }), /cannot be 21 activation bits/);
    assert.throws(compile({ input: { bits: 25 } }), /cannot be 25 input bits/);
    assert.throws(compile({ input: { bits: 4, offset: 16 } }), /cannot be 16 input offset/);
    assert.throws(compile({ outputDecimals: 10 }), /cannot be 10 output decimals/);
    const single = oneOperator(({ add, constant }, input) => add("MatMul", [input, constant([4, 1])]));
    assert.throws(
      () => compileOnnx(single, "net.onnx", () => [], { ...options, argmax: true }),
      /no greatest to choose/,
    );
    assert.equal(compile({ argmax: true })().network.head, "argmax");
  });

  it("refuses outputs that need more bits than can be compared", () => {
    const wide = oneOperator(({ add, constant }, input) => add("Mul", [input, constant([1], [1e12])]));
    const more = { ...options, input: { bits: 24, offset: 0 }, outputDecimals: 9 };
    assert.throws(
      () => compileOnnx(wide, "net.onnx", () => [], more),
      /Outputs with 9 decimals need more than 48 bits/,
    );
  });

  it("takes decimals and offset from the data, and says how many values were out of range", () => {
    assert.deepEqual(inputEncoding([[0, 1, 200]]), { bits: 8, decimals: 0, offset: 0 });
    assert.deepEqual(inputEncoding([[-0.5, 0.25]]), { bits: 8, decimals: 2, offset: 128 });
    assert.throws(() => inputEncoding([[1_000]]), /do not fit 8 bits: give more with --input-bits/);
    const rows = [
      [0.1, 0.2, 0.3, 0.4],
      [1, 2, 3, -4],
    ];
    const fixed = { ...options, input: { bits: 8, decimals: 2, offset: 128 } };
    const { accuracy } = compileOnnx(bytes, "net.onnx", () => rows, fixed);
    assert.equal(accuracy.clamped, 3);
    assert.ok(accuracy.greatestError > 0.5, "clamped values change the outputs");
  });

  it("chooses scales by the data and widths by all inputs there can be", () => {
    const dense = TOPOLOGIES.find(({ name }) => name === "dense");
    assert.ok(dense);
    const compile = (calibration: readonly number[][]) =>
      compileOnnx(randomOnnx(dense, 1), "dense.onnx", () => calibration, {
        ...options,
        input: { bits: 8, decimals: 1, offset: 128 },
      });
    const small = compile([[0.1, -0.1, 0.2, 0, 0.1]]).network;
    const shifts = (nodes: typeof small.nodes) => nodes.reduce((sum, { shift }) => sum + shift, 0);
    assert.ok(shifts(small.nodes) < shifts(compile([]).network.nodes), "small data keep more bits");
    // An input far from the data: no sum leaves its width, and the answer is as good as with worst-case scales.
    const row = [12.7, -12.8, 12.7, -12.8, 12.7];
    const { accuracy } = compile([row]);
    assert.equal(accuracy.clamped, 0);
    assert.ok(accuracy.greatestError < 0.5, `${accuracy.greatestError}`);
  });
});

describe("parseNetwork", () => {
  const text = formatNetwork(EVERY_NODE);
  const edited = (change: (file: Record<string, unknown>) => void) => {
    const file = JSON.parse(text) as Record<string, unknown>;
    change(file);
    return () => parseNetwork(JSON.stringify(file), "net.json");
  };

  const withNode = (node: unknown) =>
    edited((file) => Object.assign(file, { nodes: [node], outputs: [3], output: { ...EVERY_NODE.output, count: 1 } }));

  it("gives back what was written", () => {
    assert.deepEqual(parseNetwork(text, "net.json"), EVERY_NODE);
  });

  it("refuses files that are damaged, of another form or do not fit together", () => {
    assert.throws(() => parseNetwork("{", "net.json"), /net\.json is not JSON/);
    assert.throws(
      edited((file) => (file["format"] = "other")),
      /net\.json: format: /,
    );
    assert.throws(
      edited((file) => (file["outputs"] = [99])),
      /an output is no node/,
    );
    assert.throws(
      edited((file) => (file["outputs"] = [3])),
      /not as many as declared/,
    );
    assert.throws(withNode(["sum", 0, 0, [[2, 0, [3]]]]), /node 0 depends on a later wire/);
    assert.throws(withNode(["sum", 1, 0, [[2, 0, [0]]]]), /node 0 has a shift/);
    assert.throws(withNode(["relu", 1, 0, [[0, 0, [0]]]]), /a kernel of another length/);
    assert.throws(withNode(["max", 0, 0, [[2, 0, [0]]]]), /a wrong number of sums/);
    assert.throws(
      edited((file) => (file["kernels"] = [[2 ** 45, -5, 2], [1, -1], [1], [-2, 7, 1]])),
      /needs 5\d bits, more than 48/,
    );
    assert.throws(
      edited((file) => (file["output"] = { ...EVERY_NODE.output, bits: 3, offset: 0 })),
      /3 bits do not hold/,
    );
  });
});

describe("parseTable", () => {
  it("reads rows under a heading and refuses others by line", () => {
    assert.deepEqual(parseTable("a,b\n1, 2\n\n-3,4.5\r\n", 2, "rows.csv"), [
      [1, 2],
      [-3, 4.5],
    ]);
    assert.throws(() => parseTable("1,2\nx,3", 2, "rows.csv"), /rows\.csv, line 2: "x,3" is not a row of numbers/);
    assert.throws(() => parseTable("1,2,3", 2, "rows.csv"), /line 1: 3 numbers, but the model takes 2/);
    assert.throws(() => parseTable("a,b\n", 2, "rows.csv"), DataFileError);
    // What lacks a number is no heading, which would lose the row silently.
    for (const first of ["1,NaN", "nan,-inf", "2,x", ",3"]) {
      assert.throws(() => parseTable(`${first}\n1,2`, 2, "rows.csv"), /line 1: ".*" is not a row of numbers/);
    }
  });

  it("gives values that survive encoding and decoding", () => {
    const side = { name: "x", count: 3, bits: 8, decimals: 2, offset: 128 };
    const { integers, clamped } = encodeRow(side, [0.5, -1.28, 9]);
    assert.deepEqual([integers, clamped], [[178n, 0n, 255n], 1]);
    assert.deepEqual(decodeRow(side, integers), [0.5, -1.28, 1.27]);
  });
});
