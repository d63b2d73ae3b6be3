import { getContractAddress, zeroAddress, type Address } from "viem";

import { AWS_NITRO_ROOT } from "../../sdk/src/tee/nitro/verify.ts";
import { INTEL_ROOT_KEY } from "../../sdk/src/tee/tdx/collateral.ts";
import { NETWORK_CONTRACTS } from "./network-contracts.ts";
import type { Parameters } from "./parameters.ts";

/** The contracts of the system, in the order of their deployment. */
export const CONTRACT_NAMES = [
  "AccessManager",
  "OPG",
  "Staking",
  "Penalties",
  "ValueLocks",
  "ChallengeBonds",
  "ActiveSet",
  "Attendance",
  "FflonkVerifier",
  "VerifierRegistry",
  "ModelExecutor",
  "HostingBonds",
  "ModelHub",
  "NitroCertificates",
  "NitroVerifier",
  "IntelCollateral",
  "TdxVerifier",
  "SevSnpVerifier",
  "GatewayVerifier",
  "NrasVerifier",
  "GpuAttestations",
  "EnclaveRegistry",
  "HardwarePolicy",
  "TEEVerifier",
  "TEERegistry",
  "TEEBatchVerifier",
  "InferenceSettlementRelay",
  "TimelockController",
  "DecisionDelays",
  "OPGGovernor",
  "Guardian",
  "PaymentHub",
  "Settlement",
  "AnswerChallenges",
  "JuryPool",
  "AnswerDisputes",
  "PipeEngine",
  "Emissions",
  "StakeLens",
  "StakeRouter",
] as const;

/** A contract of the system. */
export type ContractName = (typeof CONTRACT_NAMES)[number];

/** A contract of the system that another one creates in its constructor. */
export interface DerivedSpec {
  /** The source file as the compiler names it. */
  readonly source: string;
  readonly creator: ContractName;
  /** Which contract it is of those that the creator creates, from 1. */
  readonly nonce: bigint;
  /** What the creator gives its constructor, in order. */
  readonly arguments: (context: ArgumentContext) => readonly unknown[];
}

/** The contracts that others create; they share the fate of their creators and have no record of their own. */
export const DERIVED_CONTRACTS = {
  Operators: {
    source: "contracts/staking/Operators.sol",
    creator: "Staking",
    nonce: 1n,
    arguments: ({ parameters, at }) => [at("AccessManager"), at("Staking"), parameters.operators],
  },
  Holds: {
    source: "contracts/staking/Holds.sol",
    creator: "Staking",
    nonce: 2n,
    arguments: ({ parameters, at }) => [at("AccessManager"), at("Staking"), parameters.staking.unbondingPeriod],
  },
  ReleaseCircuits: {
    source: "contracts/models/ReleaseCircuits.sol",
    creator: "ModelHub",
    nonce: 1n,
    arguments: () => [],
  },
} as const satisfies Readonly<Record<string, DerivedSpec>>;

/** The contracts that verify evidence of hardware, in the order of their numbers in a new registry. */
export const EVIDENCE_VERIFIERS = [
  "NitroVerifier",
  "TdxVerifier",
  "SevSnpVerifier",
  "GatewayVerifier",
] as const satisfies readonly ContractName[];

/** A contract that another one creates. */
export type DerivedName = keyof typeof DERIVED_CONTRACTS;

/** Every contract of the system, deployed or created by another one. */
export type SystemName = ContractName | DerivedName;

/** The contracts that others create. */
export const DERIVED_NAMES = Object.keys(DERIVED_CONTRACTS) as readonly DerivedName[];

/** All names of {@link SystemName}. */
export const SYSTEM_NAMES: readonly SystemName[] = [...CONTRACT_NAMES, ...DERIVED_NAMES];

function isDerived(name: SystemName): name is DerivedName {
  return name in DERIVED_CONTRACTS;
}

/** The source file of a contract, as the compiler names it. */
export function sourceOf(name: SystemName): string {
  return isDerived(name) ? DERIVED_CONTRACTS[name].source : CONTRACTS[name].source;
}

/** Where a contract of the system is. */
export function addressOf(addresses: Addresses, name: SystemName): Address {
  if (!isDerived(name)) return addresses[name];
  const { creator, nonce } = DERIVED_CONTRACTS[name];
  return getContractAddress({ from: addresses[creator], nonce });
}

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

/** What cases against operators are about: `ReceiptCases.CaseContracts`. */
function caseContracts(at: ArgumentContext["at"]) {
  return {
    settlement: at("Settlement"),
    staking: at("Staking"),
    penalties: at("Penalties"),
    verifiers: at("VerifierRegistry"),
    bonds: at("ChallengeBonds"),
  };
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
    arguments: ({ parameters, at }) => [at("AccessManager"), at("OPG"), parameters.staking, parameters.operators],
  },
  Penalties: {
    source: "contracts/staking/Penalties.sol",
    arguments: ({ at }) => [at("AccessManager"), at("Staking")],
  },
  ValueLocks: {
    source: "contracts/staking/ValueLocks.sol",
    arguments: ({ parameters, at }) => [at("AccessManager"), at("Staking"), parameters.coverBps],
  },
  ChallengeBonds: {
    source: "contracts/staking/ChallengeBonds.sol",
    arguments: ({ at }) => [at("AccessManager"), at("OPG")],
  },
  ActiveSet: {
    source: "contracts/staking/ActiveSet.sol",
    arguments: ({ at }) => [at("Staking")],
  },
  Attendance: {
    source: "contracts/staking/Attendance.sol",
    arguments: ({ at }) => [at("Staking")],
  },
  FflonkVerifier: {
    source: "contracts/zkml/FflonkVerifier.sol",
    arguments: () => [],
  },
  VerifierRegistry: {
    source: "contracts/zkml/VerifierRegistry.sol",
    // Proof systems beside Groth16, from number 1 on.
    arguments: ({ parameters, at }) => [at("AccessManager"), parameters.developmentKeysAllowed, [at("FflonkVerifier")]],
  },
  ModelExecutor: {
    source: "contracts/zkml/ModelExecutor.sol",
    arguments: () => [],
  },
  HostingBonds: {
    source: "contracts/payments/HostingBonds.sol",
    arguments: ({ parameters, at }) => [at("AccessManager"), at("OPG"), parameters.hostingBond],
  },
  ModelHub: {
    source: "contracts/models/ModelHub.sol",
    arguments: ({ at }) => [at("HostingBonds")],
  },
  NitroCertificates: {
    source: "contracts/tee/nitro/NitroCertificates.sol",
    arguments: ({ at }) => [at("AccessManager"), AWS_NITRO_ROOT],
  },
  NitroVerifier: {
    source: "contracts/tee/nitro/NitroVerifier.sol",
    arguments: ({ at }) => [at("NitroCertificates")],
  },
  IntelCollateral: {
    source: "contracts/tee/intel/IntelCollateral.sol",
    arguments: () => [INTEL_ROOT_KEY.x, INTEL_ROOT_KEY.y],
  },
  TdxVerifier: {
    source: "contracts/tee/intel/TdxVerifier.sol",
    arguments: ({ at }) => [at("IntelCollateral")],
  },
  SevSnpVerifier: {
    source: "contracts/tee/SevSnpVerifier.sol",
    arguments: ({ at }) => [at("AccessManager")],
  },
  GatewayVerifier: {
    source: "contracts/tee/upstream/GatewayVerifier.sol",
    arguments: ({ at }) => [at("NitroVerifier")],
  },
  NrasVerifier: {
    source: "contracts/tee/nras/NrasVerifier.sol",
    arguments: ({ at }) => [at("AccessManager")],
  },
  GpuAttestations: {
    source: "contracts/tee/nras/GpuAttestations.sol",
    arguments: ({ at }) => [at("NrasVerifier")],
  },
  EnclaveRegistry: {
    source: "contracts/tee/EnclaveRegistry.sol",
    arguments: ({ parameters, at }) => [
      at("AccessManager"),
      at("Staking"),
      at("Attendance"),
      EVIDENCE_VERIFIERS.map(at),
      at("GpuAttestations"),
      parameters.enclaves,
    ],
  },
  HardwarePolicy: {
    source: "contracts/tee/HardwarePolicy.sol",
    arguments: ({ at }) => [at("AccessManager"), at("EnclaveRegistry")],
  },
  TEEVerifier: {
    source: "contracts/tee/upstream/TEEVerifier.sol",
    arguments: ({ at }) => [at("NitroVerifier")],
  },
  TEERegistry: {
    source: "contracts/tee/upstream/TEERegistry.sol",
    arguments: ({ at }) => [
      at("AccessManager"),
      at("EnclaveRegistry"),
      at("HardwarePolicy"),
      at("TEEVerifier"),
      at("GatewayVerifier"),
    ],
  },
  TEEBatchVerifier: {
    source: "contracts/tee/upstream/TEEBatchVerifier.sol",
    arguments: ({ at }) => [at("AccessManager"), at("TEERegistry")],
  },
  InferenceSettlementRelay: {
    source: "contracts/tee/upstream/InferenceSettlementRelay.sol",
    arguments: ({ at }) => [at("TEEBatchVerifier"), at("Staking")],
  },
  TimelockController: {
    source: "@openzeppelin/contracts/governance/TimelockController.sol",
    // The zero address as executor: anyone may execute what was decided. The governor becomes proposer later, because
    // its own address depends on the timelock's.
    arguments: ({ parameters, deployer }) => [parameters.timelockDelay, [], [zeroAddress], deployer],
  },
  DecisionDelays: {
    source: "contracts/governance/DecisionDelays.sol",
    arguments: ({ parameters: { staking, delays }, at }) => [
      at("AccessManager"),
      staking.unbondingPeriod * 86_400n,
      delays.trustRoot,
      delays.slashing,
    ],
  },
  OPGGovernor: {
    source: "contracts/governance/OPGGovernor.sol",
    arguments: ({ parameters, at }) => [
      at("Staking"),
      parameters.walletVotes ? at("OPG") : zeroAddress,
      at("TimelockController"),
      at("DecisionDelays"),
      at("AccessManager"),
      parameters.governor,
    ],
  },
  Guardian: {
    source: "contracts/governance/Guardian.sol",
    arguments: ({ parameters, at }) => [
      at("AccessManager"),
      at("OPGGovernor"),
      parameters.guardian,
      parameters.guardianTerm,
    ],
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
    arguments: ({ at }) => [
      at("Staking"),
      at("Penalties"),
      at("EnclaveRegistry"),
      at("VerifierRegistry"),
      at("ModelHub"),
      at("ValueLocks"),
    ],
  },
  AnswerChallenges: {
    source: "contracts/settlement/AnswerChallenges.sol",
    arguments: ({ parameters, at }) => [caseContracts(at), parameters.challengeBond],
  },
  JuryPool: {
    source: "contracts/settlement/JuryPool.sol",
    arguments: ({ at }) => [at("Staking")],
  },
  AnswerDisputes: {
    source: "contracts/settlement/AnswerDisputes.sol",
    arguments: ({ parameters: { disputes }, at }) => [
      at("AccessManager"),
      caseContracts(at),
      at("JuryPool"),
      disputes.bond,
      disputes.jurorFee,
    ],
  },
  PipeEngine: {
    source: "contracts/pipe/PipeEngine.sol",
    arguments: ({ at }) => [at("ModelHub"), at("Settlement"), at("PaymentHub"), at("ModelExecutor")],
  },
  Emissions: {
    source: "contracts/staking/Emissions.sol",
    // What days without any stake emit goes to the timelock, that is, to whatever a vote decides.
    arguments: ({ parameters: { emissions }, at }) => [
      at("Staking"),
      emissions.allocation,
      emissions.firstEpoch,
      emissions.epochs,
      at("TimelockController"),
    ],
  },
  StakeLens: {
    source: "contracts/staking/StakeLens.sol",
    arguments: ({ at }) => [at("Staking"), at("Penalties"), at("ValueLocks"), at("Attendance"), at("EnclaveRegistry")],
  },
  StakeRouter: {
    source: "contracts/staking/StakeRouter.sol",
    arguments: ({ at }) => [at("Staking"), NETWORK_CONTRACTS.Permit2.address],
  },
};
