import { readFileSync } from "node:fs";

import { CircuitError, SignalError } from "../errors.ts";
import { binaryFile, littleEndian } from "./binary-file.ts";
import { FIELD_MODULUS } from "./curve.ts";

/** Computes witnesses of one compiled circuit. */
export interface WitnessCalculator {
  /**
   * Every wire for the given input signals (a list for an array of signals), wire 0 being the constant one.
   *
   * @throws {SignalError} when no witness exists for these inputs.
   */
  calculate(inputs: Readonly<Record<string, bigint | readonly bigint[]>>): bigint[];
}

/** What the compiler's WebAssembly module exports; field elements pass through a shared buffer in 32-bit words. */
interface CircuitModule {
  init(sanityCheck: number): void;
  getFieldNumLen32(): number;
  readSharedRWMemory(word: number): number;
  writeSharedRWMemory(word: number, value: number): void;
  getWitnessSize(): number;
  getWitness(wire: number): void;
  setInputSignal(hashHigh: number, hashLow: number, position: number): void;
}

const FIELD_BYTES = 32;

/** Loads a circuit's WebAssembly file once for any number of witnesses. @throws {CircuitError} */
export async function loadWitnessCalculator(path: string): Promise<WitnessCalculator> {
  const runtime = {
    exceptionHandler: (code: number) => {
      throw new SignalError(`The circuit has no witness for these inputs (code ${code}): a value is out of range.`);
    },
    printErrorMessage: () => undefined,
    writeBufferMessage: () => undefined,
    showSharedRWMemory: () => undefined,
  };
  let exported: unknown;
  try {
    const { instance } = await WebAssembly.instantiate(readFileSync(path), { runtime });
    exported = instance.exports;
  } catch (cause) {
    throw new CircuitError(`${path} is not a compiled circuit: delete build/circuits and build again.`, { cause });
  }
  // The compiler gives every circuit the same interface.
  const circuit = exported as CircuitModule;
  const words = circuit.getFieldNumLen32();
  return {
    calculate(inputs) {
      circuit.init(1);
      for (const [name, given] of Object.entries(inputs)) {
        const hash = fnv1a(name);
        for (const [position, value] of (typeof given === "bigint" ? [given] : given).entries()) {
          if (value < 0n || value >= FIELD_MODULUS) {
            throw new SignalError(`Input "${name}" is ${value}: it must be below the field's modulus.`);
          }
          for (let word = 0; word < words; word += 1) {
            circuit.writeSharedRWMemory(word, Number((value >> BigInt(32 * word)) & 0xffff_ffffn));
          }
          circuit.setInputSignal(Number(hash >> 32n), Number(hash & 0xffff_ffffn), position);
        }
      }
      return Array.from({ length: circuit.getWitnessSize() }, (_, wire) => {
        circuit.getWitness(wire);
        let value = 0n;
        for (let word = words - 1; word >= 0; word -= 1) {
          value = (value << 32n) | BigInt(circuit.readSharedRWMemory(word) >>> 0);
        }
        return value;
      });
    },
  };
}

/** A witness as the bytes of snarkjs's .wtns file. */
export function formatWitness(witness: readonly bigint[]): Uint8Array {
  const header = new Uint8Array(4 + FIELD_BYTES + 4);
  new DataView(header.buffer).setUint32(0, FIELD_BYTES, true);
  header.set(littleEndian(FIELD_MODULUS, FIELD_BYTES), 4);
  new DataView(header.buffer).setUint32(4 + FIELD_BYTES, witness.length, true);
  const values = new Uint8Array(witness.length * FIELD_BYTES);
  const view = new DataView(values.buffer);
  witness.forEach((value, wire) => {
    for (let at = 0, rest = value; rest > 0n; at += 8, rest >>= 64n) {
      view.setBigUint64(wire * FIELD_BYTES + at, BigInt.asUintN(64, rest), true);
    }
  });
  return binaryFile("wtns", 2, [
    [1, header],
    [2, values],
  ]);
}

/** The 64-bit FNV-1a hash by which the module knows its input signals. */
function fnv1a(name: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(name)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash;
}
