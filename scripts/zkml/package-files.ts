import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import type { Hex } from "viem";
import { z } from "zod";

import { buildFolder, compileNetwork } from "../../zkml/circuit/build-network.ts";
import { publicSignalsOf } from "../../zkml/circuit/generate-network.ts";
import type { ProofSystemName } from "../../zkml/circuit/proof-system.ts";
import { PROOF_SYSTEMS } from "../../zkml/circuit/proof-system.ts";
import { ModelFileError } from "../../zkml/errors.ts";
import { executorBlob, executorModelId } from "../../zkml/evm/executor-blob.ts";
import { denseModelOf, layoutOf } from "../../zkml/network/dense-model.ts";
import type { IntegerNetwork } from "../../zkml/network/integer-network.ts";
import { formatNetwork, parseNetwork } from "../../zkml/network/network-file.ts";
import { toJson } from "../lib/json.ts";
import { UserError } from "../lib/user-error.ts";
import type { PackageKeys } from "./package-keys.ts";
import { checkTarget } from "./target.ts";
import { checkSize, makePackageKeys, readPackageKeys } from "./package-keys.ts";

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
  readonly network: IntegerNetwork;
  readonly constraints: number;
  readonly publicSignals: readonly string[];
  readonly keyId: Hex;
  readonly keys: PackageKeys;
  readonly wasm: string;
  readonly zkey: string;
}

/**
 * Compiles a network, shows that its circuit leaves no freedom, makes development keys and puts everything into a new
 * folder; an interrupted build leaves none.
 *
 * @param proofSystem What the keys are for.
 * @param report      More to keep beside the network, as JSON.
 * @throws UserError when the folder exists or the circuit is too large for development keys
 */
export async function buildPackage(
  network: IntegerNetwork,
  output: string,
  proofSystem: ProofSystemName,
  report: unknown,
  constraints: number,
  onProgress: (message: string) => void,
): Promise<Package> {
  checkTarget(output, true);
  const target = resolve(output);
  checkSize(constraints);
  const folder = buildFolder();
  const partial = `${target}.partial`;
  try {
    onProgress(`${network.name}: compiling ${constraints} constraints, which must decide every wire`);
    const compiled = await compileNetwork(network, folder, proofSystem === "fflonk" ? 1 : 2);
    const { name } = network;
    const { keyId } = await makePackageKeys(proofSystem, { ...compiled, name, folder }, onProgress);
    const manifest: z.infer<typeof manifestSchema> = {
      format: "opg-zkml-package-2",
      name: network.name,
      constraints: compiled.constraints,
      publicSignals: publicSignalsOf(network),
      proofSystem,
      keyId,
      development: true,
    };
    writeFileSync(join(folder, "network.json"), formatNetwork(network));
    writeFileSync(join(folder, "manifest.json"), `${toJson(manifest)}\n`);
    writeFileSync(join(folder, "report.json"), `${toJson(report)}\n`);
    const layout = layoutOf(network);
    if (layout !== undefined) {
      const offsets = { inputOffset: `${layout.inputOffset}`, outputOffset: `${layout.outputOffset}` };
      const binding = { keyId, ...executorOf(network), layout: { ...layout, ...offsets } };
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

/** The id under which the executor inside the EVM runs the network; nothing if it cannot. */
function executorOf(network: IntegerNetwork): { readonly executorModelId?: Hex } {
  const model = denseModelOf(network);
  if (typeof model === "string") return {};
  try {
    return { executorModelId: executorModelId(executorBlob(model)) };
  } catch (error) {
    if (error instanceof ModelFileError) return {};
    throw error;
  }
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
  for (const part of ["network.json", `${name}.wasm`, `${name}.zkey`]) {
    if (!existsSync(file(part))) fail(`lacks ${part}`);
  }
  const network = parseNetwork(readFileSync(file("network.json"), "utf8"), file("network.json"));
  const keys = readPackageKeys(proofSystem, folder);
  const { keyId } = keys;
  if (keyId !== manifest.data.keyId || network.name !== name) fail("holds files of different builds");
  return {
    name,
    network,
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
