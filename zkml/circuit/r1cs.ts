import { CircuitError } from "../errors.ts";

/** One linear combination: wire and coefficient pairs. */
export type LinearCombination = readonly (readonly [wire: number, coefficient: bigint])[];

/** A compiled constraint system: every constraint says ⟨a,w⟩ · ⟨b,w⟩ = ⟨c,w⟩ over the field. */
export interface ConstraintSystem {
  readonly prime: bigint;
  /** Wire 0 is the constant one; public outputs, public inputs and private inputs follow in this order. */
  readonly wires: number;
  readonly publicOutputs: number;
  readonly publicInputs: number;
  readonly privateInputs: number;
  readonly constraints: readonly (readonly [a: LinearCombination, b: LinearCombination, c: LinearCombination])[];
}

const HEADER_SECTION = 1;
const CONSTRAINT_SECTION = 2;

/** Parses the compiler's .r1cs file. @throws {CircuitError} when it is damaged. */
export function parseR1cs(bytes: Uint8Array): ConstraintSystem {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return parse(view);
  } catch (cause) {
    throw new CircuitError("The .r1cs file is damaged: delete build/circuits and build again.", { cause });
  }
}

/** The constraints that `witness` breaks, by index; empty for a valid witness. */
export function brokenConstraints(system: ConstraintSystem, witness: readonly bigint[]): number[] {
  const value = (combination: LinearCombination) =>
    combination.reduce((sum, [wire, coefficient]) => sum + coefficient * (witness[wire] ?? 0n), 0n);
  const broken: number[] = [];
  system.constraints.forEach(([a, b, c], index) => {
    if ((value(a) * value(b) - value(c)) % system.prime !== 0n) broken.push(index);
  });
  return broken;
}

function parse(view: DataView): ConstraintSystem {
  const sections = new Map<number, number>();
  let offset = 12;
  for (let section = view.getUint32(8, true); section > 0; section -= 1) {
    sections.set(view.getUint32(offset, true), offset + 12);
    offset += 12 + Number(view.getBigUint64(offset + 4, true));
  }
  const header = sections.get(HEADER_SECTION) ?? Number.NaN;
  const fieldBytes = view.getUint32(header, true);
  const field = (at: number) => {
    let value = 0n;
    for (let index = fieldBytes - 1; index >= 0; index -= 1) value = (value << 8n) | BigInt(view.getUint8(at + index));
    return value;
  };
  const counts = header + 4 + fieldBytes;
  const count = (index: number) => view.getUint32(counts + 4 * index, true);
  // Four counts of wires, then 8 bytes of labels, then the number of constraints.
  const constraintCount = view.getUint32(counts + 24, true);
  let at = sections.get(CONSTRAINT_SECTION) ?? Number.NaN;
  const combination = (): LinearCombination => {
    const terms = view.getUint32(at, true);
    at += 4;
    return Array.from({ length: terms }, () => {
      const term = [view.getUint32(at, true), field(at + 4)] as const;
      at += 4 + fieldBytes;
      return term;
    });
  };
  return {
    prime: field(header + 4),
    wires: count(0),
    publicOutputs: count(1),
    publicInputs: count(2),
    privateInputs: count(3),
    constraints: Array.from({ length: constraintCount }, () => [combination(), combination(), combination()] as const),
  };
}
