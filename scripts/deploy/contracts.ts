import { zeroAddress, type Address } from "viem";

import type { Parameters } from "./parameters.ts";

/** The contracts of the system, in the order of their deployment. */
export const CONTRACT_NAMES = [
  "AccessManager",
  "OPG",
  "Staking",
  "VerifierRegistry",
  "ModelExecutor",
  "ModelHub",
  "EnclaveRegistry",
  "HardwarePolicy",
  "TimelockController",
  "OPGGovernor",
  "PaymentHub",
  "Settlement",
  "PipeEngine",
] as const;

/** A contract of the system. */
export type ContractName = (typeof CONTRACT_NAMES)[number];

/** Where the contracts of the system are; `OPG` is the token, ours or the network's own. */
export type Addresses = Readonly<Record<ContractName, Address>>;

/** What constructor arguments are made of. */
export interface ArgumentContext {
  readonly parameters: Parameters;
  /** Admin of AccessManager and timelock until the deployment ends. */
  readonly deployer: Address;
  /** The address of a contract that stands earlier in {@link CONTRACT_NAMES}. */
  readonly at: (name: ContractName) => Address;
}

/** How a contract is deployed. */
export interface ContractSpec {
  /** The source file as the compiler names it. */
  readonly source: string;
  /** Constructor arguments in order; structs as objects with the names of their fields. */
  readonly arguments: (context: ArgumentContext) => readonly unknown[];
}

/** How every contract of the system is deployed. */
export const CONTRACTS: Readonly<Record<ContractName, ContractSpec>> = {
  AccessManager: {
    source: "@openzeppelin/contracts/access/manager/AccessManager.sol",
    arguments: ({ deployer }) => [deployer],
  },
  OPG: {
    source: "contracts/token/OPG.sol",
    arguments: ({ parameters }) => [parameters.initialHolder],
  },
  Staking: {
    source: "contracts/staking/Staking.sol",
    arguments: ({ parameters, at }) => [at("AccessManager"), at("OPG"), parameters.staking],
  },
  VerifierRegistry: {
    source: "contracts/zkml/VerifierRegistry.sol",
    arguments: ({ parameters }) => [parameters.developmentKeysAllowed],
  },
  ModelExecutor: {
    source: "contracts/zkml/ModelExecutor.sol",
    arguments: () => [],
  },
  ModelHub: {
    source: "contracts/models/ModelHub.sol",
    arguments: () => [],
  },
  EnclaveRegistry: {
    source: "contracts/tee/EnclaveRegistry.sol",
    arguments: ({ parameters, at }) => [at("AccessManager"), at("Staking"), [], parameters.enclaves],
  },
  HardwarePolicy: {
    source: "contracts/tee/HardwarePolicy.sol",
    arguments: ({ at }) => [at("AccessManager"), at("EnclaveRegistry")],
  },
  TimelockController: {
    source: "@openzeppelin/contracts/governance/TimelockController.sol",
    // The zero address as executor: anyone may execute what was decided. The governor becomes proposer later, because
    // its own address depends on the timelock's.
    arguments: ({ parameters, deployer }) => [parameters.timelockDelay, [], [zeroAddress], deployer],
  },
  OPGGovernor: {
    source: "contracts/governance/OPGGovernor.sol",
    arguments: ({ parameters, at }) => [at("Staking"), at("TimelockController"), parameters.governor],
  },
  PaymentHub: {
    source: "contracts/payments/PaymentHub.sol",
    arguments: ({ parameters, at }) => [
      at("AccessManager"),
      at("OPG"),
      at("ModelHub"),
      at("Staking"),
      parameters.treasury,
      parameters.payments.operatorBps,
      parameters.payments.treasuryBps,
    ],
  },
  Settlement: {
    source: "contracts/settlement/Settlement.sol",
    arguments: ({ at }) => [at("Staking"), at("EnclaveRegistry"), at("VerifierRegistry")],
  },
  PipeEngine: {
    source: "contracts/pipe/PipeEngine.sol",
    arguments: ({ at }) => [at("ModelHub"), at("Settlement"), at("PaymentHub")],
  },
};
