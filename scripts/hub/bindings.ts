import { readFile } from "node:fs/promises";
import { zeroHash, type Hex } from "viem";
import { z } from "zod";

import type { ReleaseModels, SignalLayout } from "../../sdk/src/release-models.ts";
import { describeIssues } from "../../sdk/src/wire.ts";
import { UserError } from "../lib/user-error.ts";

/** Where a model's folder says what the chain checks and runs of it. */
export const BINDING_PATH = "binding.json";

/** A circuit of a release to be published. */
export interface WantedCircuit {
  readonly keyId: Hex;
  /** The path of the file that it was made from. */
  readonly file: string;
  readonly layout: SignalLayout;
}

/** What the chain is to check and run of a release; see `ReleaseModels` of the SDK. */
export interface WantedModels {
  readonly executorModelId: Hex;
  readonly circuits: readonly WantedCircuit[];
}

/** A release without circuits. */
export const NO_WANTED_MODELS: WantedModels = { executorModelId: zeroHash, circuits: [] };

const byte = z.number().int().min(0).max(255);
const offset = z
  .string()
  .regex(/^\d{1,20}$/)
  .transform(BigInt)
  .refine((value) => value < 1n << 64n);
const bytes32 = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/)
  .transform((text) => text as Hex);
const circuit = z
  .object({
    keyId: bytes32.default(zeroHash),
    file: z.string().optional(),
    layout: z
      .object({
        inputName: z.string(),
        outputName: z.string(),
        inputCount: byte,
        inputBits: byte,
        inputDecimals: byte,
        inputOffset: offset,
        outputCount: byte,
        outputBits: byte,
        outputDecimals: byte,
        outputOffset: offset,
      })
      .strict(),
  })
  .strict();
const several = z
  .object({ executorModelId: bytes32.default(zeroHash), circuits: z.array(circuit).min(1).max(8) })
  .strict();
const single = circuit
  .extend({ executorModelId: bytes32.default(zeroHash) })
  .strict()
  .transform(({ executorModelId, ...only }) => ({ executorModelId, circuits: [only] }));

/**
 * Reads what the chain checks and runs of a release from a JSON file: either one circuit as `zkml build` writes it
 * (`keyId`, `layout`, offsets as strings), or `circuits`, the main one first; beside them, `executorModelId`. A circuit's
 * `file` may be left out if the release has a single ONNX file.
 *
 * @param paths the paths of the release's files
 * @throws UserError naming what is wrong
 */
export async function readBindings(file: string, paths: readonly string[]): Promise<WantedModels> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new UserError(`${file} cannot be read as JSON.`, { cause });
  }
  const isList = typeof json === "object" && json !== null && "circuits" in json;
  const parsed = (isList ? several : single).safeParse(json);
  if (!parsed.success) throw new UserError(`${file}: ${describeIssues(parsed.error)}.`);
  const { executorModelId, circuits } = parsed.data;
  const wanted = circuits.map(({ file: path, ...rest }) => ({ ...rest, file: path ?? onlyModel(file, paths) }));
  checkCircuits(file, { executorModelId, circuits: wanted }, paths);
  return { executorModelId, circuits: wanted };
}

/** As the contract takes them, for files in the order of their paths. @throws UserError when a file is missing */
export function bindModels({ executorModelId, circuits }: WantedModels, paths: readonly string[]): ReleaseModels {
  // Paths are ASCII, so the order of code units is the order of bytes.
  const places = [...paths].sort();
  return {
    executorModelId,
    circuits: circuits.map(({ keyId, file, layout }) => {
      const place = places.indexOf(file);
      if (place < 0) throw new UserError(`A circuit is of ${file}, which the release does not have.`);
      return { keyId, file: place, layout };
    }),
  };
}

function onlyModel(file: string, paths: readonly string[]): string {
  const models = paths.filter((path) => path.endsWith(".onnx"));
  const [model] = models;
  if (model !== undefined && models.length === 1) return model;
  throw new UserError(`${file}: say of which file a circuit is ("file"), for the release has ${models.length} models.`);
}

/** The contract's own rules, in words. */
function checkCircuits(file: string, { executorModelId, circuits }: WantedModels, paths: readonly string[]): void {
  const executedAlone = BigInt(executorModelId) !== 0n && circuits.length === 1;
  for (const [index, { keyId, file: path, layout }] of circuits.entries()) {
    const before = circuits.slice(0, index);
    if (!paths.includes(path)) throw new UserError(`${file}: the release has no file "${path}".`);
    if (BigInt(keyId) === 0n && !executedAlone) {
      throw new UserError(`${file}: circuit ${index + 1} has no keyId; only a model for the EVM alone goes without.`);
    }
    if (before.some((other) => other.keyId === keyId)) throw new UserError(`${file}: ${keyId} is listed twice.`);
    if (before.some((other) => other.layout.inputName === layout.inputName)) {
      throw new UserError(
        `${file}: two circuits take an input "${layout.inputName}"; the name says which of them a call means.`,
      );
    }
  }
}
