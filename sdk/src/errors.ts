/** What every error of the SDK is: a sentence that says what was wrong and what to do. */
export class OpgError extends Error {
  override readonly name: string = "OpgError";
}

/** Thrown when a transaction cannot be prepared because a model call of it cannot be answered. */
export class InferenceUnavailableError extends OpgError {
  override readonly name = "InferenceUnavailableError";
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
