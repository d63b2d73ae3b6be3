/**
 * An affine combination of wires: Σ factors[i] · wires[i] + constant. Every linear operator of a network is carried out
 * on such expressions when the file is read, so chains of them fuse, and what leaves zero or is not used vanishes.
 */
export interface Expression {
  /** Distinct numbers of wires; see FloatNetwork. */
  readonly wires: readonly number[];
  readonly factors: readonly number[];
  readonly constant: number;
}

const NOTHING: readonly number[] = [];

/** The expression that is a number. */
export function constantOf(constant: number): Expression {
  return { wires: NOTHING, factors: NOTHING, constant };
}

/** The expression that is one wire. */
export function wireOf(wire: number): Expression {
  return { wires: [wire], factors: [1], constant: 0 };
}

/** Whether the expression depends on no wire. */
export function isConstant(expression: Expression): boolean {
  return expression.wires.length === 0;
}

/** Σ factor · expression + constant. Factors that cancel out are dropped. */
export function combine(terms: readonly (readonly [Expression, number])[], constant = 0): Expression {
  const [only] = terms;
  if (terms.length === 1 && only !== undefined && only[1] !== 0) return scaled(only[0], only[1], constant);
  const factors = new Map<number, number>();
  let total = constant;
  for (const [expression, factor] of terms) {
    if (factor === 0) continue;
    total += factor * expression.constant;
    expression.wires.forEach((wire, index) => {
      factors.set(wire, (factors.get(wire) ?? 0) + factor * (expression.factors[index] ?? 0));
    });
  }
  const kept = [...factors].filter(([, factor]) => factor !== 0);
  return { wires: kept.map(([wire]) => wire), factors: kept.map(([, factor]) => factor), constant: total };
}

function scaled(expression: Expression, factor: number, constant: number): Expression {
  if (factor === 1 && constant === 0) return expression;
  return {
    wires: expression.wires,
    factors: factor === 1 ? expression.factors : expression.factors.map((value) => value * factor),
    constant: expression.constant * factor + constant,
  };
}

/** The value of an expression for given values of the wires. */
export function valueOf(expression: Expression, wires: ArrayLike<number>): number {
  const { factors } = expression;
  return expression.wires.reduce(
    (sum, wire, index) => sum + (factors[index] ?? 0) * (wires[wire] ?? 0),
    expression.constant,
  );
}
