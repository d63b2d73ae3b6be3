/** One dense layer followed by ReLU, y = max(0, W·x + b), or linear if it is the last of a model with that ending. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** outputs × inputs, row-major. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** A chain of dense ReLU layers between one named input tensor [1, n] and one named output tensor [1, m]. */
export interface Perceptron {
  readonly inputName: string;
  readonly outputName: string;
  readonly layers: readonly DenseLayer[];
  /** With "linear" the last layer has no ReLU: its outputs are the scores of classes. */
  readonly ending?: "linear";
}
