import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatToolboxViem from "@nomicfoundation/hardhat-toolbox-viem";
import hardhatTypechain from "@nomicfoundation/hardhat-typechain";
import { configVariable, defineConfig } from "hardhat/config";
import { fileURLToPath } from "node:url";
import { readTestDepth } from "./scripts/lib/test-depth.ts";

import { plainTests } from "./scripts/testing/plain-tests.ts";
import { tasks } from "./tasks/index.ts";

// The npm build of the compiler: nothing is downloaded. The same settings serve tests and deployments, so that what is
// tested and measured is what runs on Base (docs/decisions/0001-toolchain.md says how `runs` was chosen).
const compiler = {
  version: "0.8.34",
  path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
  settings: { evmVersion: "prague", optimizer: { enabled: true, runs: 200 } },
};

const depth = readTestDepth(process.env);

export default defineConfig({
  plugins: [hardhatToolboxViem, hardhatEthers, hardhatTypechain, plainTests],
  tasks,
  solidity: {
    splitTestsCompilation: true,
    profiles: { default: compiler, production: compiler },
    npmFilesToBuild: [
      "@openzeppelin/contracts/access/manager/AccessManager.sol",
      "@openzeppelin/contracts/governance/TimelockController.sol",
    ],
  },
  typechain: { outDir: "types/ethers-contracts" },
  paths: {
    sources: { solidity: ["./contracts", "./test/mocks"] },
    tests: { solidity: "./test/contracts", nodejs: "./test" },
  },
  test: {
    solidity: {
      fsPermissions: { readDirectory: ["./test/vectors"] },
      fuzz: { runs: depth.fuzzRuns },
      invariant: { runs: depth.invariantRuns, depth: depth.invariantDepth },
    },
  },
  // What a copy of a test node needs to know to run in this process (gov simulate).
  chainDescriptors: {
    31337: { name: "Test node", chainType: "op", hardforkHistory: { isthmus: { blockNumber: 0 } } },
  },
  networks: {
    default: { type: "edr-simulated", chainType: "op", chainId: 84532 },
    local: { type: "http", chainType: "op", url: process.env.OPG_LOCAL_RPC_URL ?? "http://127.0.0.1:8545" },
    baseSepolia: {
      type: "http",
      chainType: "op",
      chainId: 84532,
      url: configVariable("BASE_SEPOLIA_RPC_URL"),
      accounts: [configVariable("DEPLOYER_PRIVATE_KEY")],
    },
    base: {
      type: "http",
      chainType: "op",
      chainId: 8453,
      url: configVariable("BASE_RPC_URL"),
      accounts: [configVariable("DEPLOYER_PRIVATE_KEY")],
    },
  },
});
