import { readFileSync } from "node:fs";

/**
 * The bytes of a file of test/vectors/tee.
 *
 * @param path below that folder, for example `nitro/dstack/nitro_attestation_dbg.bin`
 */
export function readVectorBytes(path: string): Uint8Array {
  return readFileSync(new URL(`../vectors/tee/${path}`, import.meta.url));
}

/** The contents of a JSON file of test/vectors/tee, in the shape that the caller knows it has. */
export function readVectors<T>(path: string): T {
  return JSON.parse(Buffer.from(readVectorBytes(path)).toString("utf8")) as T;
}
