import { readFile } from "node:fs/promises";
import path from "node:path";
import onnxProto from "onnx-proto";
import type { Hex } from "viem";

import { ModelSchemaError } from "../../sdk/src/errors.ts";
import {
  hashModelSchema,
  parseModelSchema,
  SCHEMA_PATH,
  type ModelSchema,
  type TensorSchema,
} from "../../sdk/src/model-schema.ts";
import { UserError } from "../lib/user-error.ts";
import type { Release } from "./read.ts";

/** A schema's file. */
export interface SchemaFile {
  /** keccak256 of its bytes, as it goes on the chain. */
  readonly hash: Hex;
  readonly schema: ModelSchema;
}

/**
 * Reads the schema of a model from its file.
 *
 * @param expectedHash what the chain says, for a release that was fetched
 * @throws UserError when there is no such file
 * @throws {ModelSchemaError} when it is malformed or another one than expected
 */
export async function readSchema(file: string, expectedHash?: Hex): Promise<SchemaFile> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new UserError(`${file} cannot be read.`, { cause });
  }
  return { hash: hashModelSchema(text), schema: parseModelSchema(text, expectedHash) };
}

/**
 * What is wrong with the schema of a fetched release, or undefined. Its files are the published ones in any case.
 *
 * @param folder where its files lie
 */
export async function judgeSchema(
  folder: string,
  { name, schemaHash }: Pick<Release, "name" | "schemaHash">,
): Promise<string | undefined> {
  if (BigInt(schemaHash) === 0n) return undefined;
  try {
    await readSchema(path.join(folder, SCHEMA_PATH), schemaHash);
    return undefined;
  } catch (error) {
    if (error instanceof ModelSchemaError) return `${name}: ${error.message}`;
    if (error instanceof UserError) {
      return `${name} names the schema ${schemaHash}, which is not among its files: ask its publisher for it.`;
    }
    throw error;
  }
}

const { onnx } = onnxProto;
type Graph = NonNullable<ReturnType<typeof onnx.ModelProto.decode>["graph"]>;
type ValueInfo = NonNullable<NonNullable<Graph["input"]>[number]>;

function describe(value: ValueInfo, source: string): TensorSchema {
  const { name } = value;
  const tensor = value.type?.tensorType;
  if (!name || !tensor)
    throw new UserError(`${source}: an input or output is no named tensor; write the schema by hand.`);
  const type = tensor.elemType === onnx.TensorProto.DataType.STRING ? "string" : "number";
  const shape = (tensor.shape?.dim ?? []).map(({ dimValue }) => (Number(dimValue ?? 0) > 0 ? Number(dimValue) : null));
  return { name, type, shape };
}

/**
 * What an ONNX file says about its inputs and outputs, to be completed by hand: the file knows no decimals and no bounds.
 *
 * @throws UserError when it is no ONNX file or has inputs that are no tensors
 */
export function draftSchema(bytes: Uint8Array, source: string): ModelSchema {
  let graph: Graph | null | undefined;
  try {
    graph = onnx.ModelProto.decode(bytes).graph;
  } catch (cause) {
    throw new UserError(`${source} is not a readable ONNX file.`, { cause });
  }
  const weights = new Set((graph?.initializer ?? []).map(({ name }) => name));
  const inputs = (graph?.input ?? []).filter(({ name }) => !weights.has(name));
  const outputs = graph?.output ?? [];
  if (inputs.length === 0 || outputs.length === 0) throw new UserError(`${source} declares no inputs or no outputs.`);
  const side = (values: readonly ValueInfo[]) => values.map((value) => describe(value, source));
  return { format: "opg-model-schema-1", inputs: side(inputs), outputs: side(outputs) };
}
