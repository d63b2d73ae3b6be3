/** A data file (candles) that cannot be used: the message names the file, the row and the remedy. */
export class DataFileError extends Error {
  override readonly name = "DataFileError";
}

/** A model file (ONNX or integer model) that cannot be used: the message says what is wrong and what to do. */
export class ModelFileError extends Error {
  override readonly name = "ModelFileError";
}

/** A tensor whose name, shape or values do not fit the model. */
export class TensorShapeError extends Error {
  override readonly name = "TensorShapeError";
}

/** A number that has no exact place in a circuit's signals. */
export class SignalError extends Error {
  override readonly name = "SignalError";
}

/** A circuit that is unknown, does not compile or does not match what circuits.json pins. */
export class CircuitError extends Error {
  override readonly name = "CircuitError";
}
