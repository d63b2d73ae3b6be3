/**
 * The code of a system error ("ENOENT", "EEXIST", …), or undefined.
 *
 * @param {unknown} error
 */
export function codeOf(error) {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
