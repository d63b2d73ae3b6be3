import type { Hex } from "viem";
import { bytesToHex, concat, keccak256, numberToHex } from "viem";

import { inputWords, MAX_INPUT_WORDS } from "../codec/packed-words.ts";
import { ModelFileError } from "../errors.ts";
import type { NeuronBounds } from "../model/analyse.ts";
import { analyse } from "../model/analyse.ts";
import type { IntegerLayer, IntegerModel } from "../model/integer-model.ts";

const VERSION = 1;
const HEADER_SIZE = 32;
const MAX_LAYERS = 8;
const MAX_NEURONS = 248;

/** Contract code holds 24,576 bytes, the first of them a STOP. */
const MAX_SIZE = 24_575;

/** Bytes of bias and shift. */
const NEURON_HEAD_SIZE = 5;

const BIAS_OFFSET = 2 ** 31;
const MAX_FIELD_BITS = 128;

/** Weights that may share a field. */
const GROUPS = [1, 2, 4];

/** Gas of a word's loop and memory, and of one multiplication. */
const WORD_GAS = 70;
const STEP_GAS = 50;

/** How a layer's weights lie in words; the terms are those of IModelExecutor.sol. */
interface Packing {
  readonly fieldBits: number;
  readonly weightBits: number;
  readonly fields: number;
  readonly groups: number;
  /** What the words of one neuron cost to run, roughly. */
  readonly gas: number;
  /** Words of one neuron. */
  readonly words: number;
}

/**
 * The bytes under which ModelExecutor knows the model; the format is described in IModelExecutor.sol. Of the ways to pack
 * a layer's weights it takes the cheapest to run, or, if the model would not fit a contract's code
 * then, the smallest. Equal models give equal bytes.
 *
 * @param model A checked model without offsets.
 * @throws {ModelFileError} when the model is too deep, too wide or too large for the executor.
 */
export function executorBlob(model: IntegerModel): Uint8Array {
  const refuse = (reason: string): never => {
    throw new ModelFileError(`Model "${model.name}" does not fit the executor: ${reason}. Prove it instead.`);
  };
  const bounds = analyse(model);
  const { layout, layers } = model;
  if (layers.length > MAX_LAYERS) refuse(`it has ${layers.length} layers, more than ${MAX_LAYERS}`);
  const widest = Math.max(...layers.map((layer) => layer.weights.length));
  if (widest > MAX_NEURONS) refuse(`it has a layer of ${widest} neurons, more than ${MAX_NEURONS}`);
  if (inputWords(layout) > MAX_INPUT_WORDS) refuse(`it takes ${inputWords(layout)} words of inputs`);
  const options = layers.map((layer, index) => packingsOf(layer, greatestInput(model, bounds, index)));
  const blobWith = (prefer: (a: Packing, b: Packing) => number) =>
    assemble(
      model,
      options.map((packings) => packings.toSorted(prefer)[0] ?? refuse("a layer's sums are too wide")),
    );
  const fast = blobWith((a, b) => a.gas - b.gas || a.words - b.words || a.fields - b.fields);
  if (fast.length <= MAX_SIZE) return fast;
  const small = blobWith((a, b) => a.words - b.words || a.gas - b.gas);
  if (small.length > MAX_SIZE) refuse(`it takes ${small.length} bytes, more than the ${MAX_SIZE} of one contract`);
  return small;
}

/** The id of a blob: the hash of the creation code of its store, as ModelExecutor.modelIdOf. */
export function executorModelId(blob: Uint8Array): Hex {
  return keccak256(concat(["0x61", numberToHex(blob.length + 1, { size: 2 }), "0x80600a3d393df300", bytesToHex(blob)]));
}

function greatestInput(model: IntegerModel, bounds: readonly (readonly NeuronBounds[])[], layer: number): bigint {
  const before = bounds[layer - 1];
  if (before === undefined) return (1n << BigInt(model.layout.inputBits)) - 1n;
  return before.reduce((greatest, { outputMax }) => (outputMax > greatest ? outputMax : greatest), 0n);
}

/** Every way to pack the layer in which no sum of a field can reach into the next. */
function packingsOf(layer: IntegerLayer, greatest: bigint): Packing[] {
  const weights = layer.weights.flat();
  const inputs = layer.weights[0]?.length ?? 0;
  let weightBits = 1;
  while (weights.some((weight) => weight < -(2 ** (weightBits - 1)) || weight >= 2 ** (weightBits - 1)))
    weightBits += 1;
  const packings: Packing[] = [];
  for (let fieldBits = weightBits; fieldBits <= MAX_FIELD_BITS; fieldBits += 1) {
    const fields = Math.floor(256 / fieldBits);
    const bound = BigInt(Math.min(fields, inputs)) * greatest * ((1n << BigInt(weightBits)) - 1n);
    if (bound >> BigInt(fieldBits) !== 0n) continue;
    for (const groups of GROUPS) {
      if (groups * weightBits > fieldBits) continue;
      const words = Math.ceil(inputs / (fields * groups));
      const gas = words * (WORD_GAS + groups * STEP_GAS);
      packings.push({ fieldBits, weightBits, fields, groups, gas, words });
    }
  }
  return packings;
}

function assemble(model: IntegerModel, packings: readonly Packing[]): Uint8Array {
  const { layout, layers } = model;
  const header = new Uint8Array(HEADER_SIZE);
  header.set([VERSION, model.head === "argmax" ? 1 : 0, layout.inputCount >> 8, layout.inputCount & 0xff]);
  header.set([layout.inputBits, layers.at(-1)?.weights.length ?? 0, layout.outputBits, layers.length], 4);
  packings.forEach(({ fieldBits, weightBits, groups }, index) => {
    header.set([layers[index]?.weights.length ?? 0, fieldBits, 16 * groups + weightBits], 8 + 3 * index);
  });
  const neurons = layers.flatMap((layer, index) =>
    layer.weights.map((_, neuron) => neuronBytes(layer, neuron, packings[index]!)),
  );
  return new Uint8Array(Buffer.concat([header, ...neurons]));
}

function neuronBytes(layer: IntegerLayer, neuron: number, packing: Packing): Uint8Array {
  const { fieldBits, weightBits, fields, groups, words } = packing;
  const bytes = new Uint8Array(NEURON_HEAD_SIZE + 32 * words);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (layer.bias[neuron] ?? 0) + BIAS_OFFSET);
  view.setUint8(4, layer.shifts[neuron] ?? 0);
  const packed = Array<bigint>(words).fill(0n);
  layer.weights[neuron]?.forEach((weight, input) => {
    const [group, field] = [Math.floor(input / fields) % groups, fields - 1 - (input % fields)];
    const word = Math.floor(input / (fields * groups));
    const stored = BigInt(weight + 2 ** (weightBits - 1));
    packed[word] = (packed[word] ?? 0n) | (stored << BigInt(field * fieldBits + group * weightBits));
  });
  packed.forEach((word, index) => {
    for (let byte = 0; byte < 32; byte += 1) {
      bytes[NEURON_HEAD_SIZE + 32 * index + byte] = Number((word >> BigInt(8 * (31 - byte))) & 0xffn);
    }
  });
  return bytes;
}
