import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The contents of a shipped model's three files. */
export interface ModelFiles {
  readonly onnx: Uint8Array;
  readonly integerModel: string;
  readonly report: string;
}

/** Reads the committed files of the model `name` from `folder`. */
export function readModelFiles(folder: string, name: string): ModelFiles {
  return {
    onnx: new Uint8Array(readFileSync(join(folder, `${name}.onnx`))),
    integerModel: readFileSync(join(folder, `${name}.integer.json`), "utf8"),
    report: readFileSync(join(folder, "report.json"), "utf8"),
  };
}

/** Writes the model's three files, each one whole. */
export function writeModelFiles(folder: string, name: string, files: ModelFiles): void {
  mkdirSync(folder, { recursive: true });
  const contents = {
    [`${name}.onnx`]: files.onnx,
    [`${name}.integer.json`]: files.integerModel,
    "report.json": files.report,
  };
  for (const [file, content] of Object.entries(contents)) writeFileSync(join(folder, `${file}.partial`), content);
  for (const file of Object.keys(contents)) renameSync(join(folder, `${file}.partial`), join(folder, file));
}
