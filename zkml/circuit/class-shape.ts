import { packWords } from "../codec/packed-words.ts";
import { ModelFileError } from "../errors.ts";
import type { IntegerLayer, IntegerModel } from "../model/integer-model.ts";
import { hashChain } from "./poseidon.ts";

/** Widths of one layer's parameters in a class circuit. */
export interface ClassLayer {
  /** Signed width of a bias. */
  readonly biasBits: number;
  /** The greatest shift of a neuron; absent where the plain sums go to argmax. */
  readonly shift?: number;
}

/** What all models of a class share; everything else about them is private. */
export interface ClassShape {
  readonly inputs: number;
  readonly inputBits: number;
  readonly hidden: number;
  /** 1 for a value; 2 or more for the index of the greatest score. */
  readonly outputs: number;
  readonly layers: readonly [hidden: ClassLayer, output: ClassLayer];
}

/** Width of the output in the first signal of a class circuit; the inputs stand above it. */
export const CLASS_OUTPUT_BITS = 48;

/** The most bits that the inputs of a class take in that signal. */
export const CLASS_INPUT_BITS = 200;

const WEIGHT_BITS = 8;

/**
 * A model as the private input of its class circuit: words of 248 bits, layer by layer the weights, the biases and the
 * gains. A shift by s is the gain 2^(shift − s), which gives the same integers.
 *
 * @throws {ModelFileError} when the model is not of the class.
 */
export function classParameters(shape: ClassShape, model: IntegerModel): bigint[] {
  const fail = (reason: string): never => {
    throw new ModelFileError(`Model "${model.name}" is not of the class ${classLabel(shape)}: ${reason}.`);
  };
  const { inputCount, inputBits } = model.layout;
  if (inputCount !== shape.inputs || inputBits !== shape.inputBits) {
    fail(`it takes ${inputCount} inputs of ${inputBits} bits`);
  }
  const sizes = model.layers.map((layer) => layer.weights.length);
  if (sizes.length !== 2 || sizes[0] !== shape.hidden || sizes[1] !== shape.outputs) {
    fail(`its layers have ${sizes.join(", ")} neurons`);
  }
  if ((model.head === "argmax") !== (shape.layers[1].shift === undefined)) fail("its head is another");
  return shape.layers.flatMap((widths, index) => layerWords(model.layers[index]!, widths, fail));
}

/** The hash that names the model on chain; see {@link classParameters} for the errors. */
export function classModelHash(shape: ClassShape, model: IntegerModel): bigint {
  return hashChain(classParameters(shape, model));
}

/** "8-16-1 with inputs of 12 bits". */
export function classLabel({ inputs, hidden, outputs, inputBits }: ClassShape): string {
  return `${inputs}-${hidden}-${outputs} with inputs of ${inputBits} bits`;
}

function layerWords(layer: IntegerLayer, widths: ClassLayer, fail: (reason: string) => never): bigint[] {
  const half = 2 ** (widths.biasBits - 1);
  const bias = layer.bias.find((value) => value < -half || value >= half);
  if (bias !== undefined) fail(`the bias ${bias} does not fit ${widths.biasBits} bits`);
  const offset = (values: readonly number[], by: number) => values.map((value) => BigInt(value + by));
  const words = [
    ...packWords(offset(layer.weights.flat(), 2 ** (WEIGHT_BITS - 1)), WEIGHT_BITS),
    ...packWords(offset(layer.bias, half), widths.biasBits),
  ];
  const { shift } = widths;
  if (shift === undefined) return words;
  const gains = layer.shifts.map((own) => {
    if (own > shift) fail(`the shift ${own} is above ${shift}`);
    return 1n << BigInt(shift - own);
  });
  return [...words, ...packWords(gains, shift + 1)];
}
