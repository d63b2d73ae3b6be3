import type { ConstraintSystem, LinearCombination } from "./r1cs.ts";

/** How large a circuit is in FFLONK. */
export interface FflonkSize {
  /** Gates of three wires each, one per public signal included. */
  readonly gates: number;
  /** The domain has 2^power rows: the gates and two for blinding. */
  readonly power: number;
  /** Points of a powers-of-tau file that the setup reads: nine per row and 18 for blinding. */
  readonly points: number;
}

/** Points of a powers-of-tau file that a setup over 2^power rows reads. */
export function fflonkPoints(power: number): number {
  return 9 * 2 ** power + 18;
}

/**
 * Counts as snarkjs translates constraints: a gate multiplies two wires, so every further term of a linear combination
 * costs a gate; a constraint without a product adds up to three terms in its own gate.
 */
export function fflonkSize(system: ConstraintSystem): FflonkSize {
  const publicSignals = system.publicOutputs + system.publicInputs;
  const gates = system.constraints.reduce((sum, [a, b, c]) => {
    const [inA, inB] = [wiresOf(a), wiresOf(b)];
    if (inA.size > 0 && inB.size > 0) return sum + inA.size + inB.size + Math.max(wiresOf(c).size, 1) - 2;
    return sum + Math.max(new Set([...inA, ...inB, ...wiresOf(c)]).size, 3) - 2;
  }, publicSignals);
  const power = Math.ceil(Math.log2(gates + 2));
  return { gates, power, points: fflonkPoints(power) };
}

/** The wires of a combination, but for the constant one. */
function wiresOf(combination: LinearCombination): ReadonlySet<number> {
  return new Set(combination.filter(([wire, coefficient]) => wire !== 0 && coefficient !== 0n).map(([wire]) => wire));
}
