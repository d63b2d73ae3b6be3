/** The environment of a person at a terminal: ours without the traces of the npm and the Hardhat that run the tests. */
export function personsEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|HH_TEST$|HARDHAT_|NODE_)/.test(name));
  return Object.fromEntries(inherited);
}
