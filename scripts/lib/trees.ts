/** A behaviour tree and the Solidity test file it describes, as texts. */
export interface TreePair {
  /** The path of the test file, for messages. */
  readonly testPath: string;
  /** Its source; undefined when the file does not exist. */
  readonly solidity: string | undefined;
  /** The path of the tree, for messages. */
  readonly treePath: string;
  /** The text of the tree; undefined when the file does not exist. */
  readonly tree: string | undefined;
}

interface TreeLine {
  readonly number: number;
  readonly depth: number;
  readonly text: string;
}

/** Replaces comments and string contents by spaces, so that only code is searched. */
function stripComments(solidity: string): string {
  return solidity.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (match) =>
    match.replace(/[^\n]/g, " "),
  );
}

/** The names of the functions that the runner takes for tests, in order, with repetitions. */
export function findTests(solidity: string): readonly string[] {
  const declarations = stripComments(solidity).matchAll(
    /\bfunction\s+((?:test|invariant_)\w*)\s*\([^)]*\)([^{;]*)[{;]/g,
  );
  const names: string[] = [];
  for (const [, name, modifiers] of declarations) {
    if (name !== undefined && /\b(?:public|external)\b/.test(modifiers ?? "")) names.push(name);
  }
  return names;
}

/** The lines of a tree with their depth, which is the column where the words begin. */
function parseTree(tree: string): readonly TreeLine[] {
  return tree
    .split("\n")
    .map((line, index) => {
      const depth = line.search(/[^\s│├└─|+`-]/);
      return { number: index + 1, depth, text: depth === -1 ? "" : line.slice(depth).trim() };
    })
    .filter(({ depth }) => depth >= 0);
}

/** The test that a leaf names at its end: `it should revert [test_RevertWhen_AmountIsZero]`. */
function nameOfLeaf(text: string): string | undefined {
  return /\[(\w+)\]$/.exec(text)?.[1];
}

/** What is wrong with the form of a tree. */
function checkForm(path: string, lines: readonly TreeLine[]): readonly string[] {
  const problems: string[] = [];
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1];
    const hasChildren = next !== undefined && next.depth > line.depth;
    const isLeaf = /^it\b/i.test(line.text);
    const where = `${path}:${line.number}`;
    if (isLeaf && nameOfLeaf(line.text) === undefined) {
      problems.push(`${where}: the leaf does not end with the name of its test in brackets`);
    }
    if (isLeaf && hasChildren) problems.push(`${where}: a leaf ("it …") has lines below it`);
    if (!isLeaf && !hasChildren) problems.push(`${where}: the branch has no leaf ("it …") below it`);
    if (!isLeaf && nameOfLeaf(line.text) !== undefined) {
      problems.push(`${where}: only a leaf ("it …") may name a test`);
    }
  }
  return problems;
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/**
 * Compares a test file with its tree: every test function stands in exactly one leaf, and every leaf names a function that
 * exists.
 *
 * @returns one sentence per problem, beginning with the file; empty when all is well
 */
export function compareTree({ testPath, solidity, treePath, tree }: TreePair): readonly string[] {
  if (solidity === undefined) return [`${treePath}: there is no ${testPath} beside it`];
  const tests = findTests(solidity);
  if (tests.length === 0) return [`${testPath}: no test function found`];
  if (tree === undefined) return [`${testPath}: the behaviour tree ${treePath} is missing`];
  const lines = parseTree(tree);
  const leaves = lines
    .filter(({ text }) => /^it\b/i.test(text))
    .map(({ text }) => nameOfLeaf(text))
    .filter((name) => name !== undefined);
  return [
    ...checkForm(treePath, lines),
    ...repeated(tests).map((name) => `${testPath}: ${name} is declared more than once`),
    ...repeated(leaves).map((name) => `${treePath}: ${name} stands in more than one leaf`),
    ...[...new Set(tests)].filter((name) => !leaves.includes(name)).map((name) => `${treePath}: no leaf names ${name}`),
    ...[...new Set(leaves)]
      .filter((name) => !tests.includes(name))
      .map((name) => `${treePath}: ${name} is not a test in ${testPath}`),
  ];
}
