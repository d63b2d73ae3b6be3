import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import type { Groth16VerifyingKey } from "snarkjs";
import type { Hex } from "viem";
import { z } from "zod";

import { buildFolder, compileNetwork } from "../../zkml/circuit/build-network.ts";
import { makeDevelopmentKeys } from "../../zkml/circuit/development-keys.ts";
import { publicSignalsOf } from "../../zkml/circuit/generate-network.ts";
import type { VerifyingKey } from "../../zkml/circuit/verifying-key.ts";
import { verifyingKeyId, verifyingKeyOf } from "../../zkml/circuit/verifying-key.ts";
import { ModelFileError } from "../../zkml/errors.ts";
import { executorBlob, executorModelId } from "../../zkml/evm/executor-blob.ts";
import { denseModelOf, layoutOf } from "../../zkml/network/dense-model.ts";
import type { IntegerNetwork } from "../../zkml/network/integer-network.ts";
import { formatNetwork, parseNetwork } from "../../zkml/network/network-file.ts";
import { toJson } from "../lib/json.ts";
import { UserError } from "../lib/user-error.ts";

/** Development setups beyond 2^15 constraints take a quarter of an hour and more. */
const MAX_POWER = 15;

const manifestSchema = z
  .object({
    format: z.literal("opg-zkml-package-1"),
    name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
    constraints: z.number().int().min(1),
    publicSignals: z.array(z.string()).length(3),
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
  readonly snarkjsKey: Groth16VerifyingKey;
  readonly verifyingKey: VerifyingKey;
  readonly wasm: string;
  readonly zkey: string;
}

/**
 * Compiles a network, shows that its circuit leaves no freedom, makes development keys and puts everything into a new
 * folder; an interrupted build leaves none.
 *
 * @param report More to keep beside the network, as JSON.
 * @throws UserError when the folder exists or the circuit is too large for development keys
 */
export async function buildPackage(
  network: IntegerNetwork,
  output: string,
  report: unknown,
  constraints: number,
  onProgress: (message: string) => void,
): Promise<Package> {
  const target = resolve(output);
  if (existsSync(target)) throw new UserError(`${output} exists already: name a new folder or remove it.`);
  // The setup also has a place for every public signal and the constant one.
  const power = Math.ceil(Math.log2(constraints + 4));
  if (power > MAX_POWER) {
    throw new UserError(
      `The circuit has ${constraints} constraints; development keys are made for up to ${2 ** MAX_POWER}. ` +
        "Use fewer bits or a smaller network, or compile it with quantise and make keys in a ceremony.",
    );
  }
  const folder = buildFolder();
  const partial = `${target}.partial`;
  try {
    onProgress(`${network.name}: compiling ${constraints} constraints, which must decide every wire`);
    const compiled = await compileNetwork(network, folder);
    await makeDevelopmentKeys(network.name, folder, power, onProgress);
    const snarkjsKey = readKey(folder);
    const keyId = verifyingKeyId(verifyingKeyOf(snarkjsKey));
    const manifest: z.infer<typeof manifestSchema> = {
      format: "opg-zkml-package-1",
      name: network.name,
      constraints: compiled.constraints,
      publicSignals: publicSignalsOf(network),
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
  const { name, constraints, publicSignals } = manifest.data;
  const network = parseNetwork(readFileSync(file("network.json"), "utf8"), file("network.json"));
  const snarkjsKey = readKey(folder);
  const verifyingKey = verifyingKeyOf(snarkjsKey);
  const keyId = verifyingKeyId(verifyingKey);
  if (keyId !== manifest.data.keyId || network.name !== name) fail("holds files of different builds");
  return {
    name,
    network,
    constraints,
    publicSignals,
    keyId,
    snarkjsKey,
    verifyingKey,
    wasm: file(`${name}.wasm`),
    zkey: file(`${name}.zkey`),
  };
}

const decimal = z.string().regex(/^\d{1,78}$/);
const g1Point = z.tuple([decimal, decimal, decimal]);
const pair = z.tuple([decimal, decimal]);
const g2Point = z.tuple([pair, pair, pair]);
const keySchema = z.object({
  nPublic: z.number().int(),
  vk_alpha_1: g1Point,
  vk_beta_2: g2Point,
  vk_gamma_2: g2Point,
  vk_delta_2: g2Point,
  IC: z.array(g1Point),
});

function readKey(folder: string): Groth16VerifyingKey {
  const path = join(folder, "verifying-key.json");
  const fail = (reason: string, cause?: unknown): never => {
    throw new UserError(`${path} ${reason}: build the model again.`, { cause });
  };
  const raw = readJson(path, fail);
  // Everything else in the file is snarkjs's own and stays.
  const parsed = keySchema.passthrough().safeParse(raw);
  return parsed.success ? parsed.data : fail("is not a verifying key");
}

function readJson(path: string, fail: (reason: string, cause?: unknown) => never): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    return fail("cannot be read", cause);
  }
}
