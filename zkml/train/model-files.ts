import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { repositoryPath } from "../paths.ts";

/** The contents of a shipped model's three files. */
export interface ModelFiles {
  readonly onnx: Uint8Array;
  readonly integerModel: string;
  readonly report: string;
}

/** Reads the committed files of the model called `name`. */
export function readModelFiles(name: string): ModelFiles {
  const folder = folderOf(name);
  return {
    onnx: new Uint8Array(readFileSync(join(folder, `${name}.onnx`))),
    integerModel: readFileSync(join(folder, `${name}.integer.json`), "utf8"),
    report: readFileSync(join(folder, "report.json"), "utf8"),
  };
}

/** Writes the three files of the model called `name`, each one whole. @returns Their folder. */
export function writeModelFiles(name: string, files: ModelFiles): string {
  const folder = folderOf(name);
  mkdirSync(folder, { recursive: true });
  const contents = {
    [`${name}.onnx`]: files.onnx,
    [`${name}.integer.json`]: files.integerModel,
    "report.json": files.report,
  };
  for (const [file, content] of Object.entries(contents)) writeFileSync(join(folder, `${file}.partial`), content);
  for (const file of Object.keys(contents)) renameSync(join(folder, `${file}.partial`), join(folder, file));
  return folder;
}

function folderOf(name: string): string {
  return repositoryPath("models", name);
}
