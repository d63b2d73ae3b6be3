import type { FloatModel } from "../onnx/run-onnx.ts";
import { openFloatModel } from "../onnx/run-onnx.ts";
import { importTreeOnnx } from "./import-tree-onnx.ts";

/**
 * Loads an ONNX file of trees, as `writeTreeOnnx` makes them, into ONNX Runtime.
 *
 * @param source Name used in error messages.
 * @throws {ModelFileError} when the file is damaged or not one we support.
 */
export async function loadFloatTrees(bytes: Uint8Array, source: string): Promise<FloatModel> {
  const { inputName, outputName, ensemble } = importTreeOnnx(bytes, source);
  const [inputCount, outputCount] = [ensemble.featureCount, ensemble.base.length];
  return openFloatModel(bytes, source, { inputName, outputName, inputCount, outputCount });
}
