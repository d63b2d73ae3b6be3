import type { Hex } from "viem";
import { bytesToHex, concat, keccak256, numberToHex } from "viem";

import { ModelFileError } from "../errors.ts";
import { analyse } from "../model/analyse.ts";
import type { IntegerLayer, IntegerModel } from "../model/integer-model.ts";

const VERSION = 1;
const HEADER_SIZE = 16;
const MAX_LAYERS = 9;
const MAX_NEURONS = 248;

/** Contract code holds 24,576 bytes, the first of them a STOP. */
const MAX_SIZE = 24_575;

/** Neurons that share a word. */
const LANES = 8;

/** Bytes of eight biases and eight shifts. */
const BLOCK_HEAD_SIZE = 40;

const BIAS_OFFSET = 2 ** 31;
const WEIGHT_OFFSET = 128;

/**
 * The bytes under which ModelExecutor knows the model; the format is described in IModelExecutor.sol. Equal models give
 * equal bytes.
 *
 * @param model A checked model without offsets.
 * @throws {ModelFileError} when the model is too deep, too wide or too large for the executor.
 */
export function executorBlob(model: IntegerModel): Uint8Array {
  const refuse = (reason: string): never => {
    throw new ModelFileError(`Model "${model.name}" does not fit the executor: ${reason}. Prove it instead.`);
  };
  analyse(model);
  const { layout, layers } = model;
  if (layers.length > MAX_LAYERS) refuse(`it has ${layers.length} layers, more than ${MAX_LAYERS}`);
  const widest = Math.max(...layers.map((layer) => layer.weights.length));
  if (widest > MAX_NEURONS) refuse(`it has a layer of ${widest} neurons, more than ${MAX_NEURONS}`);
  const header = new Uint8Array(HEADER_SIZE);
  header.set([VERSION, model.head === "argmax" ? 1 : 0, layout.inputCount, layout.inputBits]);
  header.set([layers.at(-1)?.weights.length ?? 0, layout.outputBits, layers.length], 4);
  header.set(
    layers.map((layer) => Math.ceil(layer.weights.length / LANES)),
    7,
  );
  const parts: Uint8Array[] = [header];
  let inputs = layout.inputCount;
  for (const layer of layers) {
    const blocks = Math.ceil(layer.weights.length / LANES);
    for (let block = 0; block < blocks; block += 1) parts.push(blockBytes(layer, block, Math.ceil(inputs / 4)));
    inputs = blocks * LANES;
  }
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  if (size > MAX_SIZE) refuse(`it takes ${size} bytes, more than the ${MAX_SIZE} of one contract`);
  return new Uint8Array(Buffer.concat(parts));
}

/** The id of a blob: the hash of the creation code of its store, as ModelExecutor.modelIdOf. */
export function executorModelId(blob: Uint8Array): Hex {
  return keccak256(concat(["0x61", numberToHex(blob.length + 1, { size: 2 }), "0x80600a3d393df300", bytesToHex(blob)]));
}

function blockBytes(layer: IntegerLayer, block: number, words: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK_HEAD_SIZE + words * 32);
  const view = new DataView(bytes.buffer);
  for (let lane = 0; lane < LANES; lane += 1) {
    const neuron = block * LANES + lane;
    const row = layer.weights[neuron] ?? [];
    // Words are big-endian: lane 0 comes last, and so does byte 0 of a lane.
    view.setUint32(28 - 4 * lane, (layer.bias[neuron] ?? 0) + BIAS_OFFSET);
    bytes[32 + lane] = layer.shifts[neuron] ?? 0;
    for (let input = 0; input < words * 4; input += 1) {
      const at = BLOCK_HEAD_SIZE + 32 * Math.floor(input / 4) + 31 - 4 * lane - (input % 4);
      bytes[at] = (row[input] ?? 0) + WEIGHT_OFFSET;
    }
  }
  return bytes;
}
