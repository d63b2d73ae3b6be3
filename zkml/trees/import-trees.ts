import { ModelFileError } from "../errors.ts";
import type { TreeEnsemble } from "./ensemble.ts";
import { importLightgbm, lightgbmSchema } from "./import-lightgbm.ts";
import { importSklearn, sklearnSchema } from "./import-sklearn.ts";
import { importTreeOnnx } from "./import-tree-onnx.ts";
import { importXgboost, importXgboostDump, xgboostDumpSchema, xgboostSchema } from "./import-xgboost.ts";

const KNOWN = "XGBoost (save_model or get_dump), LightGBM (dump_model), scikit-learn (docs/trees.md) and ONNX trees";

/**
 * Reads a file of trees; which program wrote it is told from its content.
 *
 * @param bytes  JSON or ONNX.
 * @param source Name used in error messages.
 * @throws {ModelFileError} when the file is of no known kind or holds something that is not supported, by name.
 */
export function importTrees(bytes: Uint8Array, source: string): TreeEnsemble {
  // ONNX files begin with a field number, JSON with a bracket or white space.
  if (!/^\s*[[{]/.test(new TextDecoder().decode(bytes.subarray(0, 64)))) {
    return importTreeOnnx(bytes, source).ensemble;
  }
  let file: unknown;
  try {
    file = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ModelFileError(`${source} is damaged JSON: export the trees again.`, { cause });
  }
  if (Array.isArray(file)) return importXgboostDump(parsed(xgboostDumpSchema.safeParse(file), source), source);
  const keys = typeof file === "object" && file !== null ? Object.keys(file) : [];
  if (keys.includes("learner")) return importXgboost(parsed(xgboostSchema.safeParse(file), source), source);
  if (keys.includes("tree_info")) return importLightgbm(parsed(lightgbmSchema.safeParse(file), source), source);
  if (keys.includes("format")) return importSklearn(parsed(sklearnSchema.safeParse(file), source), source);
  throw new ModelFileError(`${source} is no file of trees that is known here: ${KNOWN} are.`);
}

/** The outcome of a check, or one sentence about its first issue. */
function parsed<Value>(
  result:
    | { readonly success: true; readonly data: Value }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly { path: (string | number)[]; message: string }[] };
      },
  source: string,
): Value {
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue === undefined ? "" : ` at ${issue.path.join(".")}: ${issue.message}`;
  throw new ModelFileError(`${source} is not a complete file of trees${place}. ${KNOWN} are supported.`);
}
