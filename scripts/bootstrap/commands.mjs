/**
 * Every npm script that goes through the bootstrap: what it runs and which flags it takes. Flags are checked here, before
 * anything is installed or started.
 *
 * @typedef {{ placeholder?: string, help: string, check?: (value: string) => string | undefined }} Flag
 * @typedef {{ summary: string, run: string[], flags: Record<string, Flag>, env?: Record<string, string> }} Command
 */

const PRETTIER = "node_modules/prettier/bin/prettier.cjs";

/** @param {string} value */
function checkPort(value) {
  const port = Number(value);
  const valid = /^\d{1,5}$/.test(value) && port >= 1 && port <= 65_535;
  return valid ? undefined : `a port is a whole number from 1 to 65535, not "${value}"`;
}

/** @type {Flag} */
const json = { help: "print one JSON object on stdout and nothing else there" };
/** @type {Record<string, Flag>} */
const testFlags = {
  "--only": { placeholder: "<section,…>", help: "run only these sections; an unknown one lists them" },
};

/** @type {Record<string, Command>} */
export const COMMANDS = {
  start: {
    summary: "run the whole story on an embedded Base-like chain",
    run: ["scripts/start.ts"],
    flags: {
      "--json": json,
      "--keep": { help: "leave a JSON-RPC node running with everything deployed" },
      "--port": { placeholder: "<n>", help: "the port of that node", check: checkPort },
    },
  },
  test: { summary: "run every check and every test", run: ["scripts/test.ts"], flags: testFlags },
  "test:deep": {
    summary: "the same with many more fuzz and invariant runs",
    run: ["scripts/test.ts"],
    flags: testFlags,
    env: { OPG_TEST_DEPTH: "deep" },
  },
  bench: {
    summary: "measure gas, bytecode and constraints; without flags also rewrite docs/gas.md and docs/constraints.md",
    run: ["scripts/bench.ts"],
    flags: {
      "--json": json,
      "--only": { placeholder: "<prefix>", help: "measure only the metrics whose id begins with this" },
      "--check": { help: "fail when a figure grew beyond its tolerance over bench/baseline.json" },
      "--update": { help: "write the figures into bench/baseline.json" },
    },
  },
  check: {
    summary: "formatting, linting, types and test trees, without running tests",
    run: ["scripts/test.ts", "--only", "format,solhint,trees,build,eslint,types"],
    flags: {},
  },
  format: { summary: "format every file", run: [PRETTIER, "--write", "--log-level", "warn", "."], flags: {} },
  coverage: { summary: "run all tests and write line coverage to coverage/", run: ["scripts/coverage.ts"], flags: {} },
  pack: {
    summary: "build the integrators' package into build/package, from the contracts as they are compiled",
    run: ["scripts/pack.ts"],
    flags: {},
  },
  train: {
    summary: "train the shipped models from their data, and generate their circuits",
    run: ["scripts/train.ts"],
    flags: { "--only": { placeholder: "<models>", help: "only these, with commas between: fee,trees" } },
  },
};

/**
 * The command with this name, if there is one.
 *
 * @param {string | undefined} name
 */
export function findCommand(name) {
  return name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}

/**
 * How a command is typed by a person.
 *
 * @param {string} name
 */
export function spell(name) {
  return name === "start" || name === "test" ? `npm ${name}` : `npm run ${name}`;
}

/**
 * The help text of a command.
 *
 * @param {string} name
 * @param {Command} command
 */
export function usage(name, command) {
  /** @type {Record<string, Flag>} */
  const flags = { ...command.flags, "--help": { help: "print this and do nothing" } };
  const rows = Object.entries(flags);
  const lines = rows.map(([flag, { placeholder, help }]) => {
    const left = placeholder === undefined ? flag : `${flag} ${placeholder}`;
    return `  ${left.padEnd(22)}${help}`;
  });
  return [`${spell(name)}: ${command.summary}.`, "", `${spell(name)} -- [flags]`, ...lines, ""].join("\n");
}

/**
 * The flags that npm took for itself because the `--` before them was forgotten (`npm start --keep`).
 *
 * @param {Command} command
 * @param {NodeJS.ProcessEnv} env
 */
function swallowedFlags(command, env) {
  return Object.keys(command.flags).filter((flag) => {
    const value = env[`npm_config_${flag.slice(2)}`];
    return value !== undefined && value !== "" && value !== "false";
  });
}

/**
 * Checks the arguments of a command.
 *
 * @param {string} name
 * @param {Command} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ kind: "run" } | { kind: "help" } | { kind: "refuse", sentence: string }}
 */
export function checkArguments(name, command, args, env) {
  const { flags } = command;
  const known = Object.keys(flags).concat("--help").join(", ");
  const refuse = (/** @type {string} */ sentence) => ({ kind: /** @type {const} */ ("refuse"), sentence });
  if (args.includes("--help") || args.includes("-h")) return { kind: "help" };

  const swallowed = swallowedFlags(command, env).filter((flag) => !args.includes(flag));
  if (swallowed.length > 0) {
    const list = swallowed.join(" ");
    return refuse(`npm kept ${list} for itself. Put "--" before the flags: ${spell(name)} -- ${list}`);
  }
  const rest = [...args];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const equals = argument.indexOf("=");
    const flagName = equals === -1 ? argument : argument.slice(0, equals);
    if (!flagName.startsWith("-")) return refuse(`"${argument}" is not expected here. ${spell(name)} takes: ${known}`);
    const flag = Object.hasOwn(flags, flagName) ? flags[flagName] : undefined;
    if (flag === undefined) return refuse(`Unknown flag ${flagName}. ${spell(name)} takes: ${known}`);
    if (flag.placeholder === undefined) {
      if (equals !== -1) return refuse(`${flagName} takes no value.`);
      continue;
    }
    const value = equals === -1 ? rest.shift() : argument.slice(equals + 1);
    if (value === undefined || value === "" || value.startsWith("--")) {
      return refuse(`${flagName} needs a value: ${flagName} ${flag.placeholder}`);
    }
    const complaint = flag.check === undefined ? undefined : flag.check(value);
    if (complaint !== undefined) return refuse(`${flagName}: ${complaint}.`);
  }
  return { kind: "run" };
}
