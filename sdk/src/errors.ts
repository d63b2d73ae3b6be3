import type { Hex } from "viem";

/** What every error of the SDK is: a sentence that says what was wrong and what to do. */
export class OpgError extends Error {
  override readonly name: string = "OpgError";
}

/** Thrown when a transaction cannot be prepared because a model call of it cannot be answered. */
export class InferenceUnavailableError extends OpgError {
  override readonly name = "InferenceUnavailableError";
  /** What the call reverted with, if it did. */
  readonly revertData: Hex | undefined;

  constructor(message: string, options: { revertData?: Hex | undefined; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.revertData = options.revertData;
  }
}

/** Thrown when an inference node refuses a query or answers something that is not an answer. */
export class InferenceNodeError extends OpgError {
  override readonly name = "InferenceNodeError";
  /** The HTTP status, or 0 when no response arrived. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Thrown when a release's schema is malformed or not the one that the chain names. */
export class ModelSchemaError extends OpgError {
  override readonly name = "ModelSchemaError";
}

/** Thrown when tensors do not fit a release's schema; the message names the tensor and the limit. */
export class TensorMismatchError extends OpgError {
  override readonly name = "TensorMismatchError";
}
