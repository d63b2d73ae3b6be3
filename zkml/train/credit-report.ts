import { repositoryPath } from "../paths.ts";
import type { CreditSample } from "../data/credit.ts";
import { readCredit } from "../data/credit.ts";
import { areaUnderCurve, percentOf, rounded } from "./metrics.ts";

/** What a credit model is worth on clients whom it has not seen. */
export interface CreditEvaluation {
  /** Right answers in percent, when scores from the cut on mean "will not pay". */
  readonly accuracy: { readonly float: number; readonly integer: number };
  /** Area under the ROC curve. */
  readonly auc: { readonly float: number; readonly integer: number };
  /** Clients, in percent, whom float and integer model put into different classes. */
  readonly disagreement: number;
  /** The greatest difference between the scores of both. */
  readonly maxDifference: number;
}

/** Accuracy of always saying "will pay", in percent. */
export function baseAccuracy(samples: readonly CreditSample[]): number {
  return percentOf(samples.filter(({ defaulted }) => !defaulted).length, samples.length);
}

/** Compares the scores of both models with the outcomes and with one another. */
export function compareScores(
  samples: readonly CreditSample[],
  floats: readonly number[],
  integers: readonly number[],
  cut: number,
): CreditEvaluation {
  const outcomes = samples.map(({ defaulted }) => defaulted);
  const right = (scores: readonly number[]) => scores.filter((score, at) => score >= cut === outcomes[at]).length;
  const different = floats.filter((score, at) => score >= cut !== (integers[at] ?? 0) >= cut).length;
  return {
    accuracy: {
      float: percentOf(right(floats), samples.length),
      integer: percentOf(right(integers), samples.length),
    },
    auc: { float: areaUnderCurve(floats, outcomes), integer: areaUnderCurve(integers, outcomes) },
    disagreement: percentOf(different, samples.length),
    maxDifference: rounded(Math.max(...floats.map((score, at) => Math.abs(score - (integers[at] ?? 0))))),
  };
}

/** The committed clients. @throws {DataFileError} */
export function readCreditFile(folder: string = repositoryPath("data", "credit")) {
  return readCredit(`${folder}/UCI_Credit_Card.csv.gz`);
}
