/** One node of a float tree: a value to add, or a question whose "yes" is `feature value < threshold`. */
export type BoostedNode = number | BoostedSplit;

/** A question about one feature. */
export interface BoostedSplit {
  readonly feature: number;
  readonly threshold: number;
  readonly below: BoostedNode;
  readonly above: BoostedNode;
}

/** A sum of trees: base + Σ trees is the log-odds of the outcome. */
export interface BoostedModel {
  readonly base: number;
  readonly trees: readonly BoostedNode[];
}

/** Rows of feature integers in [0, bins) and their outcomes. */
export interface BoostExamples {
  /** count × features, row-major. */
  readonly features: Uint8Array;
  /** 1 where the outcome happened, else 0. */
  readonly outcomes: Uint8Array;
}

/** How to train a {@link BoostedModel}. */
export interface BoostOptions {
  readonly featureCount: number;
  /** Values of one feature. */
  readonly bins: number;
  readonly trees: number;
  readonly depth: number;
  readonly learningRate: number;
  /** Added to the curvature of every leaf: keeps leaves small. */
  readonly ridge: number;
  /** Least curvature (about a quarter of the examples) on either side of a split. */
  readonly leastCurvature: number;
  /** Gain that a question must bring beyond that of the best one the model asks already. */
  readonly priceOfNewQuestion: number;
  readonly onTree?: (tree: number, validationLoss: number) => void;
}

/** Sums over the examples of one node. */
interface Sums {
  readonly slope: number;
  readonly curvature: number;
}

/** Working memory of one tree. */
interface Growth {
  readonly examples: BoostExamples;
  readonly options: BoostOptions;
  readonly slopes: Float64Array;
  readonly curvatures: Float64Array;
  /** Questions of the trees so far, as feature · bins + threshold. */
  readonly asked: Set<number>;
}

/**
 * Boosts trees on the logistic loss by Newton steps (gain and leaves from slopes and curvatures over histograms), and
 * keeps as many trees as lose least on the validation set. A question that the model asks already is preferred to a new
 * one that gains little more: a circuit pays for each different question once. Only additions, multiplications and
 * divisions are used, so that every machine finds the same bits.
 */
export function boost(train: BoostExamples, validation: BoostExamples, options: BoostOptions): BoostedModel {
  const happened = train.outcomes.reduce((sum, outcome) => sum + outcome, 0);
  const base = logOdds(happened / train.outcomes.length);
  const margins = new Float64Array(train.outcomes.length).fill(base);
  const validationMargins = new Float64Array(validation.outcomes.length).fill(base);
  const growth: Growth = {
    examples: train,
    options,
    slopes: new Float64Array(margins.length),
    curvatures: new Float64Array(margins.length),
    asked: new Set(),
  };
  const trees: BoostedNode[] = [];
  let kept = 0;
  let least = meanLoss(validation, validationMargins);
  for (let tree = 0; tree < options.trees; tree += 1) {
    margins.forEach((margin, row) => {
      const chance = logistic(margin);
      growth.slopes[row] = chance - train.outcomes[row]!;
      growth.curvatures[row] = chance * (1 - chance);
    });
    const root = grow(
      growth,
      Uint32Array.from(margins, (_, row) => row),
      options.depth,
    );
    trees.push(root);
    addTree(train, options.featureCount, root, margins);
    addTree(validation, options.featureCount, root, validationMargins);
    const loss = meanLoss(validation, validationMargins);
    if (loss < least) {
      least = loss;
      kept = trees.length;
    }
    options.onTree?.(trees.length, loss);
  }
  return { base, trees: trees.slice(0, kept) };
}

/** The sum of the trees for the row that starts at `offset`. */
export function marginOf(model: BoostedModel, features: Uint8Array, offset: number): number {
  return model.trees.reduce<number>((sum, root) => sum + leafOf(root, features, offset), model.base);
}

/** 1 / (1 + e^−x) to about 13 digits, from a power series and squarings: the same bits everywhere. */
export function logistic(margin: number): number {
  const power = exponential(-Math.abs(margin));
  return margin < 0 ? power / (1 + power) : 1 / (1 + power);
}

const SQUARINGS = 10;

function exponential(exponent: number): number {
  const small = exponent / 2 ** SQUARINGS;
  let term = 1;
  let value = 1;
  for (let at = 1; at <= 8; at += 1) {
    term *= small / at;
    value += term;
  }
  for (let at = 0; at < SQUARINGS; at += 1) value *= value;
  return value;
}

/** The margin whose logistic is `chance`, by bisection. */
function logOdds(chance: number): number {
  let [low, high] = [-30, 30];
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (logistic(middle) < chance) low = middle;
    else high = middle;
  }
  return low;
}

function grow(growth: Growth, rows: Uint32Array, depth: number): BoostedNode {
  const total = sumsOf(growth, rows);
  const split = depth === 0 ? undefined : bestSplit(growth, rows, total);
  if (split === undefined) {
    return (-growth.options.learningRate * total.slope) / (total.curvature + growth.options.ridge);
  }
  const { feature, threshold } = split;
  growth.asked.add(feature * growth.options.bins + threshold);
  const value = (row: number) => growth.examples.features[row * growth.options.featureCount + feature]!;
  return {
    feature,
    threshold,
    below: grow(
      growth,
      rows.filter((row) => value(row) < threshold),
      depth - 1,
    ),
    above: grow(
      growth,
      rows.filter((row) => value(row) >= threshold),
      depth - 1,
    ),
  };
}

function sumsOf({ slopes, curvatures }: Growth, rows: Uint32Array): Sums {
  let [slope, curvature] = [0, 0];
  for (const row of rows) {
    slope += slopes[row]!;
    curvature += curvatures[row]!;
  }
  return { slope, curvature };
}

function bestSplit(growth: Growth, rows: Uint32Array, total: Sums): { feature: number; threshold: number } | undefined {
  const { featureCount, bins, leastCurvature, priceOfNewQuestion, ridge } = growth.options;
  const score = (slope: number, curvature: number) => (slope * slope) / (curvature + ridge);
  const whole = score(total.slope, total.curvature);
  const slopes = new Float64Array(bins);
  const curvatures = new Float64Array(bins);
  let best: { feature: number; threshold: number } | undefined;
  let bestGain = 1e-6;
  for (let feature = 0; feature < featureCount; feature += 1) {
    slopes.fill(0);
    curvatures.fill(0);
    for (const row of rows) {
      const bin = growth.examples.features[row * featureCount + feature]!;
      slopes[bin] = slopes[bin]! + growth.slopes[row]!;
      curvatures[bin] = curvatures[bin]! + growth.curvatures[row]!;
    }
    let [slope, curvature] = [0, 0];
    for (let threshold = 1; threshold < bins; threshold += 1) {
      slope += slopes[threshold - 1]!;
      curvature += curvatures[threshold - 1]!;
      // Of thresholds that part the examples alike, the greatest: a value that occurs.
      if (curvatures[threshold] === 0) continue;
      if (curvature < leastCurvature || total.curvature - curvature < leastCurvature) continue;
      const sides = score(slope, curvature) + score(total.slope - slope, total.curvature - curvature);
      const price = growth.asked.has(feature * bins + threshold) ? 0 : priceOfNewQuestion;
      if (sides - whole - price > bestGain) {
        bestGain = sides - whole - price;
        best = { feature, threshold };
      }
    }
  }
  return best;
}

function leafOf(root: BoostedNode, features: Uint8Array, offset: number): number {
  let node = root;
  while (typeof node !== "number") node = features[offset + node.feature]! < node.threshold ? node.below : node.above;
  return node;
}

function addTree(examples: BoostExamples, featureCount: number, root: BoostedNode, margins: Float64Array): void {
  margins.forEach((margin, row) => {
    margins[row] = margin + leafOf(root, examples.features, row * featureCount);
  });
}

/** Mean squared error of the chances: what is minimised when trees are counted, without a logarithm. */
function meanLoss({ outcomes }: BoostExamples, margins: Float64Array): number {
  return margins.reduce((sum, margin, row) => sum + (logistic(margin) - outcomes[row]!) ** 2, 0) / margins.length;
}
