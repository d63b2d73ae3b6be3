import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { FflonkVerifyingKey } from "snarkjs";
import * as snarkjs from "snarkjs";
import type { Hex } from "viem";

import type { CircuitModel } from "../model/circuit-model.ts";
import { repositoryPath } from "../paths.ts";
import type { BuildOptions } from "./build.ts";
import { cacheKey, once } from "./build.ts";
import { circuitEntry, circuitModel } from "./catalogue.ts";
import type { CompiledCircuit } from "./compile.ts";
import { compiledFiles, compileMain } from "./compile.ts";
import { usingCurve } from "./curve.ts";
import { INSECURE_NOTICE } from "./development-keys.ts";
import { developmentUniversalPtau } from "./development-ptau.ts";
import { encodeFflonkKey, FFLONK_SYSTEM, routedKeyId } from "./fflonk-key.ts";
import type { FflonkSize } from "./fflonk-size.ts";
import { fflonkSize } from "./fflonk-size.ts";
import { openCurve } from "./open-curve.ts";
import { parseR1cs } from "./r1cs.ts";

/** A circuit with an FFLONK key, ready to prove. */
export interface FflonkCircuit extends CompiledCircuit, FflonkKeys {
  readonly model: CircuitModel;
  readonly size: FflonkSize;
}

/** The keys of a circuit. */
export interface FflonkKeys {
  readonly zkey: string;
  readonly snarkjsKey: FflonkVerifyingKey;
  /** As the registry takes it. */
  readonly encodedKey: Hex;
  readonly keyId: Hex;
}

/** The verifying key among the files. */
export const FFLONK_KEY_FILE = "fflonk-key.json";

/**
 * Like `buildCircuit`, but with an FFLONK key from the universal development setup, and compiled for it. The constraint
 * system differs from the Groth16 one, what it proves does not.
 *
 * @throws {CircuitError} when the circuit is unknown or does not compile.
 */
export async function buildFflonkCircuit(name: string, options: BuildOptions = {}): Promise<FflonkCircuit> {
  const entry = circuitEntry(name);
  const onProgress = options.onProgress ?? (() => undefined);
  const cache = options.cache ?? repositoryPath("build", "circuits");
  const folder = join(cache, name, `${cacheKey(entry)}-fflonk`);
  await once(entry, folder, onProgress, async (partial) => {
    onProgress(`${name}: compiling ${entry.main} for FFLONK`);
    const { r1cs } = await compileMain(entry.main, partial, 1);
    onProgress(`${name}: making the insecure universal setup and the FFLONK key`);
    await makeDevelopmentFflonkKeys(r1cs, join(partial, `${name}.zkey`), partial);
  });
  const files = compiledFiles(folder, name);
  const size = fflonkSize(readSystem(files.r1cs));
  return { ...files, ...readKeys(join(folder, `${name}.zkey`), folder), model: circuitModel(entry), size };
}

/** Makes a circuit's FFLONK key from the universal development setup, with a notice. */
export async function makeDevelopmentFflonkKeys(r1cs: string, zkey: string, folder: string): Promise<FflonkKeys> {
  const ptau = join(folder, "universal.ptau");
  writeFileSync(ptau, developmentUniversalPtau(await openCurve(), fflonkSize(readSystem(r1cs)).points));
  await usingCurve(async () => {
    await snarkjs.fflonk.setup(r1cs, ptau, zkey);
    const key = await snarkjs.zKey.exportVerificationKey<FflonkVerifyingKey>(zkey);
    writeFileSync(join(folder, FFLONK_KEY_FILE), `${JSON.stringify(key, null, 2)}\n`);
  });
  writeFileSync(join(folder, "INSECURE.txt"), INSECURE_NOTICE);
  rmSync(ptau);
  return readKeys(zkey, folder);
}

function readKeys(zkey: string, folder: string): FflonkKeys {
  // Written above, in a folder that is only ever renamed into place complete.
  const snarkjsKey = JSON.parse(readFileSync(join(folder, FFLONK_KEY_FILE), "utf8")) as FflonkVerifyingKey;
  const encodedKey = encodeFflonkKey(snarkjsKey);
  return { zkey, snarkjsKey, encodedKey, keyId: routedKeyId(FFLONK_SYSTEM, encodedKey) };
}

function readSystem(r1cs: string): ReturnType<typeof parseR1cs> {
  return parseR1cs(new Uint8Array(readFileSync(r1cs)));
}
