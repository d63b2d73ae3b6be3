import type { SignalLayout } from "../codec/layout.ts";
import { inputSide, outputSide } from "../codec/layout.ts";
import { isWide, MAX_INPUT_WORDS, inputWords } from "../codec/packed-words.ts";
import { ModelFileError } from "../errors.ts";
import { analyse } from "./analyse.ts";

/**
 * One integer layer: neuron j gives max(0, Σ weights[j][i]·x[i] + bias[j]) >> shifts[j], rounding down. (Rounding half
 * up is had by adding half a unit to the bias.) Weights are int8, biases int32.
 */
export interface IntegerLayer {
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
  readonly shifts: readonly number[];
}

/** The integer model that golden reference, circuit and any other back end share bit for bit. */
export interface IntegerModel {
  readonly name: string;
  /** SHA-256 of the ONNX file that it was made from. */
  readonly onnxSha256: string;
  readonly layout: SignalLayout;
  /**
   * With "argmax" the last layer has one neuron per class, gives its plain sums (no ReLU, no shift), and the model's one
   * output is the index of the greatest sum, the lowest such index if several are equal. Absent: the last layer's outputs.
   */
  readonly head?: "argmax";
  readonly layers: readonly IntegerLayer[];
}

const FORMAT = "opg-integer-model-1";

/** The greatest width of an input where inputs take several words. */
const MAX_WIDE_BITS = 31;

/** Writes the model as the text of its JSON file. */
export function formatIntegerModel(model: IntegerModel): string {
  const layout = {
    ...model.layout,
    inputOffset: Number(model.layout.inputOffset),
    outputOffset: Number(model.layout.outputOffset),
  };
  const text = JSON.stringify({ format: FORMAT, ...model, layout }, null, 2);
  // One line per row of numbers keeps the file readable.
  return `${text.replace(/\[[\s\d,-]+\]/g, (row) => row.replace(/\s+/g, " "))}\n`;
}

/**
 * Parses and checks the text of an integer model file, including the static bounds of every accumulator.
 *
 * @param text   JSON.
 * @param source Name used in error messages.
 * @throws {ModelFileError} naming what is wrong.
 */
export function parseIntegerModel(text: string, source: string): IntegerModel {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new ModelFileError(`${source} is not JSON: train the model again.`, { cause });
  }
  const fail = (reason: string): never => {
    throw new ModelFileError(`${source}: ${reason} Train the model again.`);
  };
  const file = record(raw) ?? fail("The file is not an object.");
  if (file["format"] !== FORMAT) fail(`The format is not "${FORMAT}".`);
  const { name, onnxSha256 } = file;
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]*$/.test(name)) return fail("The name is not lower-case.");
  if (typeof onnxSha256 !== "string" || !/^[0-9a-f]{64}$/.test(onnxSha256)) return fail("onnxSha256 is not a hash.");
  const rawLayers = Array.isArray(file["layers"]) ? file["layers"] : fail("There are no layers.");
  const model: IntegerModel = {
    name,
    onnxSha256,
    layout: layoutOf(record(file["layout"]) ?? fail("There is no layout."), fail),
    ...(file["head"] === undefined
      ? {}
      : { head: file["head"] === "argmax" ? "argmax" : fail("The head is unknown.") }),
    layers: rawLayers.map((layer, index) => layerOf(record(layer) ?? {}, `Layer ${index}`, fail)),
  };
  if (model.layout.inputOffset !== 0n || model.layout.outputOffset !== 0n) fail("Offsets must be zero.");
  analyse(model);
  return model;
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function layoutOf(raw: Record<string, unknown>, fail: (reason: string) => never): SignalLayout {
  const text = (key: string) => {
    const value = raw[key];
    return typeof value === "string" && value !== "" ? value : fail(`layout.${key} is not a name.`);
  };
  const whole = (key: string) => {
    const value = raw[key];
    return typeof value === "number" && Number.isSafeInteger(value) ? value : fail(`layout.${key} is not an integer.`);
  };
  const layout: SignalLayout = {
    inputName: text("inputName"),
    outputName: text("outputName"),
    inputCount: whole("inputCount"),
    inputBits: whole("inputBits"),
    inputDecimals: whole("inputDecimals"),
    inputOffset: BigInt(whole("inputOffset")),
    outputCount: whole("outputCount"),
    outputBits: whole("outputBits"),
    outputDecimals: whole("outputDecimals"),
    outputOffset: BigInt(whole("outputOffset")),
  };
  try {
    if (isWide(layout)) checkWide(layout);
    else inputSide(layout);
    outputSide(layout);
  } catch (cause) {
    if (cause instanceof Error) fail(cause.message);
    throw cause;
  }
  return layout;
}

/** Inputs of several words: the circuit hashes them, at most as many as one call of the executor takes. */
function checkWide(layout: SignalLayout): void {
  const { inputName, inputBits } = layout;
  if (inputBits > MAX_WIDE_BITS) {
    throw new ModelFileError(`"${inputName}" cannot be packed: its ${inputBits} bits are more than ${MAX_WIDE_BITS}.`);
  }
  if (inputWords(layout) > MAX_INPUT_WORDS) {
    throw new ModelFileError(`"${inputName}" takes ${inputWords(layout)} words, more than ${MAX_INPUT_WORDS}.`);
  }
}

function layerOf(raw: Record<string, unknown>, place: string, fail: (reason: string) => never): IntegerLayer {
  const integers = (value: unknown, what: string, low: number, high: number): number[] => {
    const list: unknown[] = Array.isArray(value) ? value : fail(`${place}: ${what} is not a list.`);
    return list.map((entry) => {
      const fits = typeof entry === "number" && Number.isInteger(entry) && entry >= low && entry <= high;
      return fits ? entry : fail(`${place}: ${what} holds ${String(entry)}, not an integer in [${low}, ${high}].`);
    });
  };
  const rows: unknown[] = Array.isArray(raw["weights"]) ? raw["weights"] : fail(`${place} has no weights.`);
  return {
    weights: rows.map((row) => integers(row, "weights", -128, 127)),
    bias: integers(raw["bias"], "bias", -(2 ** 31), 2 ** 31 - 1),
    shifts: integers(raw["shifts"], "shifts", 0, 30),
  };
}
