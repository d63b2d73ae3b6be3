import type { ConstraintSystem, LinearCombination } from "../../zkml/circuit/r1cs.ts";

/** Passes over the constraints: what follows from a wire follows within the depth of the circuit. */
const PASSES = 4;

/**
 * A witness with one wire changed and every wire that a constraint gives as the result of a product computed again from
 * the changed values, as a dishonest prover would: he keeps inputs and bits, and carries the consequences through to the
 * outputs. Only the constraints on what he cannot compute again can stop him.
 */
export function forgeWire(system: ConstraintSystem, witness: readonly bigint[], wire: number, value: bigint): bigint[] {
  const { prime } = system;
  const edited = witness.with(wire, value);
  const firstInput = 1 + system.publicOutputs;
  const isFree = (candidate: number) =>
    candidate !== 0 &&
    candidate !== wire &&
    (candidate < firstInput || candidate >= firstInput + system.publicInputs + system.privateInputs);
  const valueOf = (form: LinearCombination) =>
    form.reduce((sum, [at, coefficient]) => sum + coefficient * (edited[at] ?? 0n), 0n) % prime;
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const [a, b, c] of system.constraints) {
      const factors = new Set([...a, ...b].map(([at]) => at));
      const result = c.findLast(([at]) => isFree(at) && !factors.has(at));
      if (result === undefined) continue;
      const [target, coefficient] = result;
      const missing = valueOf(a) * valueOf(b) - valueOf(c);
      edited[target] = modulo((edited[target] ?? 0n) + missing * inverse(coefficient, prime), prime);
    }
  }
  return edited;
}

function modulo(value: bigint, prime: bigint): bigint {
  return ((value % prime) + prime) % prime;
}

function inverse(value: bigint, prime: bigint): bigint {
  let [a, b, x, y] = [modulo(value, prime), prime, 1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b, x, y] = [b, a - quotient * b, y, x - quotient * y];
  }
  return modulo(x, prime);
}
