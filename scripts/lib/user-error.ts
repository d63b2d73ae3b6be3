/**
 * A failure that its reader can do something about. The message is a sentence (or several) for people; commands print it
 * without a stack trace and exit with a code other than 0.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
}
