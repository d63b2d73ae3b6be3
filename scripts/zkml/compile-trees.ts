import { createHash } from "node:crypto";

import type { Accuracy } from "../../zkml/network/accuracy.ts";
import { decodeRow, encodeRow } from "../../zkml/network/encode.ts";
import type { Encoding } from "../../zkml/network/input-encoding.ts";
import { inputEncoding } from "../../zkml/network/input-encoding.ts";
import { evaluateEnsemble } from "../../zkml/trees/ensemble.ts";
import type { TreeEnsemble } from "../../zkml/trees/ensemble.ts";
import { treeCircuitParts } from "../../zkml/trees/generate-tree-circuit.ts";
import { importTrees } from "../../zkml/trees/import-trees.ts";
import { quantiseTrees } from "../../zkml/trees/quantise-trees.ts";
import { UserError } from "../lib/user-error.ts";
import type { PackageModel } from "./package-model.ts";
import { treesModel } from "./package-model.ts";

/** All inputs together; see `MAX_PACKED_BITS`. */
const MAX_BITS = 248;

/** What a publisher chooses about trees. */
export interface TreeOptions {
  readonly name: string;
  readonly argmax: boolean;
  readonly input: Partial<Encoding>;
  readonly outputDecimals: number | undefined;
}

/** A compiled ensemble with what there is to say about it. */
export interface CompiledTrees {
  readonly model: PackageModel;
  readonly accuracy: Accuracy;
  readonly trees: number;
  /** Different questions. */
  readonly questions: number;
}

/** Whether a file holds trees rather than a network: JSON, or an ONNX file with an operator of trees. */
export function isTreeFile(bytes: Uint8Array): boolean {
  const start = new TextDecoder().decode(bytes.subarray(0, 64));
  return /^\s*[[{]/.test(start) || Buffer.from(bytes).includes("TreeEnsemble");
}

/**
 * From a file of trees to an integer model.
 *
 * @param rowsOf Reads the calibration rows once their length is known; an empty list is allowed.
 * @throws {ModelFileError} UserError when the file or an option cannot be used.
 */
export function compileTrees(
  bytes: Uint8Array,
  source: string,
  rowsOf: (columns: number) => readonly (readonly number[])[],
  options: TreeOptions,
): CompiledTrees {
  const ensemble = importTrees(bytes, source);
  const rows = rowsOf(ensemble.featureCount);
  const input = inputEncoding(rows, options.input);
  if (ensemble.featureCount * input.bits > MAX_BITS) {
    throw new UserError(
      `${ensemble.featureCount} inputs of ${input.bits} bits are more than ${MAX_BITS} bits: give fewer with --input-bits.`,
    );
  }
  if (options.argmax && ensemble.base.length < 2) {
    throw new UserError(`${source} has one output only: there is no greatest to choose.`);
  }
  const { outputDecimals = 4 } = options;
  if (outputDecimals > 9) throw new UserError(`There cannot be ${outputDecimals} output decimals: give 0 to 9.`);
  const quantised = quantiseTrees(ensemble, {
    name: options.name,
    sourceSha256: createHash("sha256").update(bytes).digest("hex"),
    inputName: "features",
    outputName: options.argmax ? "class" : "margin",
    inputBits: input.bits,
    inputDecimals: input.decimals,
    inputOffset: BigInt(input.offset),
    outputDecimals,
    ...(options.argmax ? { head: "argmax" } : {}),
  });
  const model = treesModel(quantised);
  const { questions } = treeCircuitParts(quantised);
  return {
    model,
    accuracy: accuracyOf(ensemble, model, rows, options.argmax),
    trees: quantised.trees.length,
    questions: questions.length,
  };
}

function accuracyOf(
  ensemble: TreeEnsemble,
  model: PackageModel,
  rows: readonly (readonly number[])[],
  argmax: boolean,
): Accuracy {
  const greatest = (values: readonly number[]) => values.indexOf(Math.max(...values));
  let [clamped, agreeing] = [0, 0];
  const errors = rows.flatMap((row) => {
    const encoded = encodeRow(model.input, row);
    clamped += encoded.clamped;
    const exact = evaluateEnsemble(ensemble, row);
    const given = decodeRow(model.output, model.evaluate(encoded.integers));
    if ((argmax ? given[0] : greatest(given)) === greatest(exact)) agreeing += 1;
    return argmax ? [] : exact.map((value, index) => Math.abs(value - (given[index] ?? Number.NaN)));
  });
  const hasRank = ensemble.base.length > 1 && rows.length > 0;
  return {
    rows: rows.length,
    clamped,
    meanError: errors.length > 0 ? errors.reduce((sum, error) => sum + error, 0) / errors.length : 0,
    greatestError: errors.reduce((most, error) => Math.max(most, error), 0),
    agreement: hasRank ? agreeing / rows.length : null,
  };
}
