import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import type { Hex } from "viem";
import { z } from "zod";

import { buildFolder, compileSource } from "../../zkml/circuit/build-network.ts";
import type { ProofSystemName } from "../../zkml/circuit/proof-system.ts";
import { PROOF_SYSTEMS } from "../../zkml/circuit/proof-system.ts";
import { toJson } from "../lib/json.ts";
import { UserError } from "../lib/user-error.ts";
import type { PackageKeys } from "./package-keys.ts";
import type { PackageModel } from "./package-model.ts";
import { executorOf, parseModel } from "./package-model.ts";
import { checkTarget } from "./target.ts";
import { checkSize, makePackageKeys, readPackageKeys } from "./package-keys.ts";

/** The integer model among the files. */
const MODEL_FILE = "model.json";

const manifestSchema = z
  .object({
    format: z.literal("opg-zkml-package-2"),
    name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
    constraints: z.number().int().min(1),
    publicSignals: z.array(z.string()).length(3),
    proofSystem: z.enum(PROOF_SYSTEMS),
    keyId: z.string().regex(/^0x[0-9a-f]{64}$/),
    development: z.literal(true),
  })
  .strict();

/** A folder that `zkml build` has made. */
export interface Package {
  readonly name: string;
  readonly model: PackageModel;
  readonly constraints: number;
  readonly publicSignals: readonly string[];
  readonly keyId: Hex;
  readonly keys: PackageKeys;
  readonly wasm: string;
  readonly zkey: string;
}

/**
 * Compiles a model, shows that its circuit leaves no freedom, makes development keys and puts everything into a new
 * folder; an interrupted build leaves none.
 *
 * @param proofSystem What the keys are for.
 * @param report      More to keep beside the model, as JSON.
 * @throws UserError when the folder exists or the circuit is too large for development keys
 */
export async function buildPackage(
  model: PackageModel,
  output: string,
  proofSystem: ProofSystemName,
  report: unknown,
  onProgress: (message: string) => void,
): Promise<Package> {
  checkTarget(output, true);
  const target = resolve(output);
  const { name, counted, publicSignals, layout } = model;
  if (counted !== undefined) checkSize(counted);
  const folder = buildFolder();
  const partial = `${target}.partial`;
  try {
    onProgress(`${name}: compiling ${counted ?? "the"} constraints, which must decide every wire`);
    const circuit = { name, text: model.circuit(), counted };
    const compiled = await compileSource(circuit, folder, proofSystem === "fflonk" ? 1 : 2);
    checkSize(compiled.constraints);
    const { keyId } = await makePackageKeys(proofSystem, { ...compiled, name, folder }, onProgress);
    const manifest: z.infer<typeof manifestSchema> = {
      format: "opg-zkml-package-2",
      name,
      constraints: compiled.constraints,
      publicSignals: [...publicSignals],
      proofSystem,
      keyId,
      development: true,
    };
    writeFileSync(join(folder, MODEL_FILE), model.text());
    writeFileSync(join(folder, "manifest.json"), `${toJson(manifest)}\n`);
    writeFileSync(join(folder, "report.json"), `${toJson(report)}\n`);
    if (layout !== undefined) {
      const offsets = { inputOffset: `${layout.inputOffset}`, outputOffset: `${layout.outputOffset}` };
      const binding = { keyId, ...executorOf(model), layout: { ...layout, ...offsets } };
      writeFileSync(join(folder, "binding.json"), `${toJson(binding)}\n`);
    }
    mkdirSync(dirname(target), { recursive: true });
    cpSync(folder, partial, { recursive: true });
    renameSync(partial, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(partial, { recursive: true, force: true });
  }
  return readPackage(output);
}

/** Reads a folder that {@link buildPackage} made. @throws UserError when it is none or was changed */
export function readPackage(folder: string): Package {
  const fail = (reason: string, cause?: unknown): never => {
    throw new UserError(`${folder} ${reason}: build it with npx hardhat zkml build.`, { cause });
  };
  const file = (name: string) => join(folder, name);
  if (!existsSync(file("manifest.json"))) fail("is not the folder of a compiled model");
  const manifest = manifestSchema.safeParse(readJson(file("manifest.json"), fail));
  if (!manifest.success) return fail("has a manifest of another form");
  const { name, constraints, publicSignals, proofSystem } = manifest.data;
  for (const part of [MODEL_FILE, `${name}.wasm`, `${name}.zkey`]) {
    if (!existsSync(file(part))) fail(`lacks ${part}`);
  }
  const model = parseModel(readFileSync(file(MODEL_FILE), "utf8"), file(MODEL_FILE));
  const keys = readPackageKeys(proofSystem, folder);
  const { keyId } = keys;
  if (keyId !== manifest.data.keyId || model.name !== name) fail("holds files of different builds");
  return {
    name,
    model,
    constraints,
    publicSignals,
    keyId,
    keys,
    wasm: file(`${name}.wasm`),
    zkey: file(`${name}.zkey`),
  };
}

function readJson(path: string, fail: (reason: string, cause?: unknown) => never): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    return fail("cannot be read", cause);
  }
}
