/** What is wrong with a store or with what it holds. */
export type StoreFault =
  /** The store does not have the content. */
  | "missing"
  /** The store's bytes are not the expected ones. */
  | "corrupt"
  /** The store cannot be reached, refuses, or stopped in the middle. */
  | "unavailable"
  /** The store answered something that is not of its interface. */
  | "nonsense"
  /** The store takes no content. */
  | "read-only"
  /** The content id or the address of the store is malformed. */
  | "malformed";

/** A failure of a content store. The message is a sentence for people. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly fault: StoreFault;

  constructor(fault: StoreFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
