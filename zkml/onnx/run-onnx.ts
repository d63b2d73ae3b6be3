import * as ort from "onnxruntime-web";

import { ModelFileError, TensorShapeError } from "../errors.ts";
import { readOnnx } from "./read-onnx.ts";

/** A loaded float model. */
export interface FloatModel {
  readonly inputName: string;
  readonly outputName: string;
  readonly inputCount: number;
  readonly outputCount: number;
  /** Runs the model on one row of natural units (0.01234, not 1234). */
  run(features: readonly number[]): Promise<number[]>;
  /** Frees the runtime's memory. */
  release(): Promise<void>;
}

/**
 * Loads an ONNX file into ONNX Runtime (WebAssembly, one thread).
 *
 * @param bytes  The file.
 * @param source Name used in error messages.
 * @throws {ModelFileError} when the file is damaged or not a model we support.
 */
export async function loadFloatModel(bytes: Uint8Array, source: string): Promise<FloatModel> {
  const { inputName, outputName, layers } = readOnnx(bytes, source);
  return openFloatModel(bytes, source, {
    inputName,
    outputName,
    inputCount: layers[0]?.inputs ?? 0,
    outputCount: layers.at(-1)?.outputs ?? 0,
  });
}

/**
 * Opens any model from one row of numbers to another in ONNX Runtime.
 *
 * @param shape Names and lengths of both rows.
 * @throws {ModelFileError} when the runtime refuses the file.
 */
export async function openFloatModel(
  bytes: Uint8Array,
  source: string,
  shape: Pick<FloatModel, "inputName" | "outputName" | "inputCount" | "outputCount">,
): Promise<FloatModel> {
  const { inputName, outputName, inputCount } = shape;
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  } catch (cause) {
    throw new ModelFileError(`ONNX Runtime refuses ${source}: export the model again.`, { cause });
  }
  const run = async (features: readonly number[]): Promise<number[]> => {
    if (features.length !== inputCount) {
      throw new TensorShapeError(
        `"${inputName}" has shape [1, ${inputCount}] but ${features.length} values were given: give ${inputCount}.`,
      );
    }
    const bad = features.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new TensorShapeError(`Value ${bad} of "${inputName}" is not a finite number: correct it.`);
    const tensor = new ort.Tensor("float32", Float32Array.from(features), [1, inputCount]);
    const results = await session.run({ [inputName]: tensor });
    const output = results[outputName];
    if (output === undefined || !(output.data instanceof Float32Array)) {
      throw new ModelFileError(`${source} gave no float32 tensor "${outputName}": export the model again.`);
    }
    return Array.from(output.data);
  };
  return { ...shape, run, release: () => session.release() };
}
