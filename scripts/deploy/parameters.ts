import type { Address, Hex } from "viem";

import type { Environment } from "./environment.ts";
import type { NetworkContractName } from "./network-contracts.ts";

/** The constants of the contract of operators. */
export interface OperatorsParameters {
  /** What an operator needs of his own stake to be active, OPG base units. */
  readonly minSelfStake: bigint;
  /** The highest commission, bps (10_000 = 100 %). */
  readonly maxCommissionBps: bigint;
}

/** The constants of the staking contract. */
export interface StakingParameters {
  /** The smallest single deposit, OPG base units. */
  readonly minDelegation: bigint;
  /** How much may be delegated to an operator per unit of his own stake; 0 means "no limit". */
  readonly maxDelegationRatio: bigint;
  /** Seconds from a fault to its evidence, for the answer, the appeal and the execution. */
  readonly windows: {
    readonly evidence: number;
    readonly response: number;
    readonly appeal: number;
    readonly slack: number;
  };
  /** Days an unbonding waits and stays slashable; at least all windows together. */
  readonly unbondingPeriod: bigint;
  /** The challenger's part of an operator's own loss, bps. */
  readonly bountyBps: bigint;
  /** Whether the token has `burn(uint256)`. */
  readonly tokenBurnable: boolean;
  /** Seconds; stake that comes or leaves votes, or stops to, from the next full interval of the clock on. */
  readonly voteInterval: bigint;
}

/** How staking rewards are emitted; fixed once deployed. The contract is funded by a transfer of the allocation. */
export interface EmissionsParameters {
  /** What all days emit together, OPG base units. */
  readonly allocation: bigint;
  /** The first day that emits, in days since 1970-01-01. */
  readonly firstEpoch: bigint;
  /** How many days emit. */
  readonly epochs: bigint;
}

/** The rules of a vote; each can be changed later by a vote. */
export interface GovernorParameters {
  /** Seconds between a proposal and the snapshot of votes. */
  readonly votingDelay: number;
  /** Seconds a vote is open. */
  readonly votingPeriod: number;
  /** Seconds a vote stays open at least after its quorum is reached. */
  readonly lateQuorumExtension: number;
  /** Votes needed to propose, OPG base units. */
  readonly proposalThreshold: bigint;
  /** Per cent of all staked votes that must take part. */
  readonly quorumNumerator: bigint;
}

/** How long decisions wait that need more than the timelock asks of all; seconds. */
export interface DelayParameters {
  /** Decisions about what hardware evidence is checked with. */
  readonly trustRoot: bigint;
  /** Decisions about slashing, about who decides, and about everything that is not listed; longer than unbonding. */
  readonly slashing: bigint;
}

/** What a jury costs; amounts are OPG base units. */
export interface DisputeParameters {
  /** What a challenger leaves beside the jury's fees, and loses to the operator if he is acquitted. */
  readonly bond: bigint;
  /** What a seat earns. */
  readonly jurorFee: bigint;
}

/** How the price of a call is shared; the publisher gets the rest. */
export interface PaymentParameters {
  /** The operator's part, bps. */
  readonly operatorBps: bigint;
  /** The treasury's part, bps. */
  readonly treasuryBps: bigint;
}

/** The constants of the registry of enclaves. */
export interface EnclaveParameters {
  /** Seconds before a new enclave counts. */
  readonly validityDelay: number;
  /** Self-stake from which an operator's enclaves count at once, OPG base units. */
  readonly stakeWithoutDelay: bigint;
}

/** Everything that a deployment on one network depends on. */
export interface Parameters {
  /** Names the folder of the records: `<chainId>-<name>`. */
  readonly name: string;
  /** The chains these parameters are meant for. */
  readonly chainIds: readonly number[];
  /** Whether the chain is a test node on this machine. */
  readonly local: boolean;
  /** The network's own OPG; null deploys ours. */
  readonly token: Address | null;
  /** keccak256 of the code of `token`; null when it was never read from the network itself. */
  readonly tokenCodeHash: Hex | null;
  /** The contracts of others that the network must have, with exactly the code that is known of them. */
  readonly networkContracts: readonly NetworkContractName[];
  /** Receives the whole supply of our OPG; without meaning when `token` is set. */
  readonly initialHolder: Address;
  /** Receives the treasury's part of payments. */
  readonly treasury: Address;
  /** The first keeper of the guardian: may pause entry and take away hardware, code and enclaves, nothing else. */
  readonly guardian: Address;
  /** Seconds until his term ends, unless a vote renews it. */
  readonly guardianTerm: bigint;
  readonly staking: StakingParameters;
  readonly operators: OperatorsParameters;
  readonly emissions: EmissionsParameters;
  readonly governor: GovernorParameters;
  /** Whether the token has votes (ERC-5805, counted in Unix seconds), so that OPG in wallets votes beside stake. */
  readonly walletVotes: boolean;
  /** Seconds between a decision and its execution. */
  readonly timelockDelay: bigint;
  readonly delays: DelayParameters;
  readonly payments: PaymentParameters;
  /** What a new repository leaves in the hosting bonds until it is retired, OPG base units; 0 asks for none. */
  readonly hostingBond: bigint;
  /** How much of an operator's own stake a call in TEE mode locks, bps of its price; 0 locks nothing. */
  readonly coverBps: bigint;
  /** What a challenger leaves until his challenge is decided, OPG base units. */
  readonly challengeBond: bigint;
  readonly disputes: DisputeParameters;
  readonly enclaves: EnclaveParameters;
  /** Whether verifying keys of the insecure development setup may be registered. */
  readonly developmentKeysAllowed: boolean;
}

/** Makes the parameters of a network; addresses of people come from the environment where nobody can know them. */
export type ParametersFactory = (environment: Environment) => Parameters;
