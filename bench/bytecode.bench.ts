import hre from "hardhat";
import type { Artifact } from "hardhat/types/artifacts";
import type { Bench } from "./harness/types.ts";

/** The size limit of a contract on Base (EIP-170), in bytes. */
const CODE_SIZE_LIMIT = 24_576;

/** OpenZeppelin contracts that are deployed as they are. */
const DEPLOYED_AS_IS = ["access/manager/AccessManager.sol", "governance/TimelockController.sol"];

/** Interfaces have no code, and libraries without entry points are compiled into their callers. */
function isDeployed({ sourceName, abi, deployedBytecode }: Artifact): boolean {
  const ours = sourceName.startsWith("contracts/") || DEPLOYED_AS_IS.some((path) => sourceName.endsWith(`/${path}`));
  const entryPoints = abi.some(({ type }) => type === "function" || type === "fallback" || type === "receive");
  return ours && entryPoints && deployedBytecode !== "0x";
}

const bytecode: Bench = {
  prefix: "bytecode",
  unit: "bytes",
  tolerancePercent: 2,
  document: "gas",
  label: (id) => `deployed size of ${id.slice("bytecode.".length)}, limit ${CODE_SIZE_LIMIT.toLocaleString("en-US")}`,
  async run() {
    const sizes: Record<string, number> = {};
    for (const name of await hre.artifacts.getAllFullyQualifiedNames()) {
      const artifact = await hre.artifacts.readArtifact(name);
      if (!isDeployed(artifact)) continue;
      const bytes = (artifact.deployedBytecode.length - 2) / 2;
      if (bytes > CODE_SIZE_LIMIT) throw new Error(`${name} has ${bytes} bytes; a chain takes ${CODE_SIZE_LIMIT}`);
      sizes[`bytecode.${artifact.contractName}`] = bytes;
    }
    return sizes;
  },
};

export default bytecode;
