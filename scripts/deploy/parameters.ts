import { getAddress, isAddress, isHash, zeroAddress, type Address, type Hex } from "viem";

import { UserError } from "../lib/user-error.ts";
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
  readonly enclaves: EnclaveParameters;
  /** Whether verifying keys of the insecure development setup may be registered. */
  readonly developmentKeysAllowed: boolean;
}

/** The environment of a process, as parameters are made from it. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Makes the parameters of a network; addresses of people come from the environment where nobody can know them. */
export type ParametersFactory = (environment: Environment) => Parameters;

/** The chains of no value, where for example keys of the development setup may be allowed. */
const DEVELOPMENT_CHAIN_IDS: readonly number[] = [31337, 84532];
const BPS = 10_000n;
const MAX_HOSTING_BOND = 10_000n * 10n ** 18n;
const MAX_CHALLENGE_BOND = 10_000n * 10n ** 18n;
const MAX_COVER_BPS = 10_000_000n;
const DAY = 86_400;

/**
 * Reads an address from an environment variable.
 *
 * @throws UserError when the variable is missing or is not an address
 */
export function addressFrom(environment: Environment, variable: string, meaning: string): Address {
  const value = environment[variable];
  if (value === undefined || value === "") {
    throw new UserError(`The environment variable ${variable} is not set. Set it to the address of ${meaning}.`);
  }
  if (!isAddress(value)) throw new UserError(`${variable} is "${value}", which is not an address.`);
  return getAddress(value);
}

/**
 * Demands that everything is decided that nobody can decide for a network.
 *
 * @param decisions what each variable stands for
 * @throws UserError naming every variable that is not set
 */
export function requireDecisions(
  environment: Environment,
  network: string,
  decisions: Readonly<Record<string, string>>,
): void {
  const open = Object.entries(decisions).filter(([variable]) => (environment[variable] ?? "") === "");
  if (open.length === 0) return;
  const list = open.map(([variable, meaning]) => `${variable} (${meaning})`).join("; ");
  throw new UserError(`Not decided for ${network}: ${list}. Set these environment variables; nothing was sent.`);
}

/** Reads 32 bytes in hex from an environment variable. @throws UserError when it has something else */
export function hashFrom(environment: Environment, variable: string): Hex {
  const value = environment[variable] ?? "";
  if (!isHash(value)) throw new UserError(`${variable} is "${value}", which is not 32 bytes in hex.`);
  return value;
}

/** Reads a day from an environment variable, in days since 1970-01-01. @throws UserError when it names none */
export function dayFrom(environment: Environment, variable: string): bigint {
  const value = environment[variable] ?? "";
  const time = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  // Dates such as the 31st of June are taken for the day after the month by some.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value) {
    throw new UserError(`${variable} is "${value}", which is not a day such as 2027-01-31.`);
  }
  return BigInt(time / (DAY * 1_000));
}

/** What must hold beyond {@link checkParameters} where money is real. */
function mainNetworkProblems(parameters: Parameters): readonly string[] {
  const { token, tokenCodeHash, treasury, guardian, timelockDelay, delays } = parameters;
  const rules: readonly (readonly [boolean, string])[] = [
    [!parameters.developmentKeysAllowed, "developmentKeysAllowed is only for local chains and Base Sepolia"],
    [!parameters.local, "local is only for test nodes"],
    [token !== null && tokenCodeHash !== null, "token and tokenCodeHash must name the network's own OPG and its code"],
    [treasury.toLowerCase() !== guardian.toLowerCase(), "treasury and guardian are the same account"],
    [timelockDelay >= 2n * BigInt(DAY), `timelockDelay is ${timelockDelay}, must be at least 2 days`],
    [delays.trustRoot >= 7n * BigInt(DAY), `delays.trustRoot is ${delays.trustRoot}, must be at least 7 days`],
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => problem);
}

/**
 * Checks parameters before anything is sent.
 *
 * @returns the parameters, unchanged
 * @throws UserError naming every value that is wrong and its limits
 */
export function checkParameters(parameters: Parameters, deployer: Address): Parameters {
  const problems: string[] = [];
  const check = (ok: boolean, problem: string): void => {
    if (!ok) problems.push(problem);
  };
  const { staking, operators, emissions, governor, payments } = parameters;
  const addresses = { treasury: parameters.treasury, guardian: parameters.guardian };

  check(/^[a-zA-Z][a-zA-Z0-9-]*$/.test(parameters.name), `name "${parameters.name}" must be one word`);
  check(parameters.chainIds.length > 0, "chainIds is empty");
  for (const [key, value] of Object.entries({ ...addresses, initialHolder: parameters.initialHolder })) {
    check(isAddress(value) && value !== zeroAddress, `${key} "${value}" must be an address other than zero`);
  }
  const same = addresses.guardian.toLowerCase() === deployer.toLowerCase();
  check(!same, "guardian is the deployer, who must end without any role");
  check(parameters.token === null || isAddress(parameters.token), `token "${parameters.token}" is not an address`);
  const { tokenCodeHash } = parameters;
  check(tokenCodeHash === null || isHash(tokenCodeHash), `tokenCodeHash "${tokenCodeHash}" is not 32 bytes in hex`);
  check(
    parameters.local || parameters.networkContracts.includes("Permit2"),
    "networkContracts lacks Permit2, through which the router stakes",
  );
  check(operators.minSelfStake > 0n, `operators.minSelfStake is ${operators.minSelfStake}, must be more than 0`);
  check(
    staking.minDelegation >= 10n ** 12n,
    `staking.minDelegation is ${staking.minDelegation}, must be at least 10^12 base units`,
  );
  check(
    staking.unbondingPeriod >= 1n && staking.unbondingPeriod <= 30n,
    `staking.unbondingPeriod is ${staking.unbondingPeriod}, must be 1 to 30 days`,
  );
  check(
    operators.maxCommissionBps <= BPS,
    `operators.maxCommissionBps is ${operators.maxCommissionBps}, must be ≤ 10000`,
  );
  check(
    emissions.epochs >= 1n && emissions.epochs <= 36_525n,
    `emissions.epochs is ${emissions.epochs}, must be 1 to 36525 days`,
  );
  check(
    emissions.allocation >= emissions.epochs && emissions.allocation < 1n << 96n,
    `emissions.allocation is ${emissions.allocation}, must be a base unit a day at least and below 2^96`,
  );
  check(emissions.firstEpoch >= 0n, `emissions.firstEpoch is ${emissions.firstEpoch}, must not be negative`);
  const { evidence, response, appeal, slack } = staking.windows;
  check(
    BigInt(evidence + response + appeal + slack) <= staking.unbondingPeriod * BigInt(DAY),
    "staking.windows together exceed the unbonding period, so stake could leave before a fault is judged",
  );
  check(
    staking.voteInterval >= 1n && staking.voteInterval <= BigInt(DAY),
    `staking.voteInterval is ${staking.voteInterval}, must be 1 to ${DAY} seconds`,
  );
  check(
    staking.voteInterval <= governor.votingDelay || staking.voteInterval === 1n,
    "staking.voteInterval exceeds governor.votingDelay, so stake from before a proposal might not vote on it",
  );
  check(staking.bountyBps <= 2_000n, `staking.bountyBps is ${staking.bountyBps}, must be ≤ 2000`);
  check(governor.votingPeriod > 0, `governor.votingPeriod is ${governor.votingPeriod}, must be more than 0 seconds`);
  check(
    governor.lateQuorumExtension <= governor.votingPeriod,
    `governor.lateQuorumExtension is ${governor.lateQuorumExtension}, must be at most the voting period`,
  );
  check(
    BigInt(governor.votingDelay + governor.votingPeriod) <= staking.unbondingPeriod * BigInt(DAY),
    "governor.votingDelay + votingPeriod exceeds the unbonding period, so voters could leave before the outcome",
  );
  check(
    governor.quorumNumerator >= 1n && governor.quorumNumerator <= 100n,
    `governor.quorumNumerator is ${governor.quorumNumerator}, must be 1 to 100 per cent`,
  );
  const { timelockDelay, delays, guardianTerm } = parameters;
  const unbonding = staking.unbondingPeriod * BigInt(DAY);
  check(timelockDelay > 0n, "timelockDelay must be more than 0 seconds");
  check(
    delays.trustRoot >= timelockDelay && delays.trustRoot <= delays.slashing,
    `delays.trustRoot is ${delays.trustRoot}, must be between timelockDelay and delays.slashing`,
  );
  check(
    delays.slashing > unbonding && delays.slashing <= 90n * BigInt(DAY),
    `delays.slashing is ${delays.slashing}, must be longer than unbonding takes (${unbonding}) and at most 90 days`,
  );
  check(
    guardianTerm > 0n && guardianTerm <= 365n * BigInt(DAY),
    `guardianTerm is ${guardianTerm}, must be 1 second to 365 days`,
  );
  check(
    payments.operatorBps + payments.treasuryBps <= BPS,
    `payments: operator ${payments.operatorBps} + treasury ${payments.treasuryBps} bps exceed 10000`,
  );
  check(
    parameters.hostingBond >= 0n && parameters.hostingBond <= MAX_HOSTING_BOND,
    `hostingBond is ${parameters.hostingBond}, must be 0 to ${MAX_HOSTING_BOND} base units`,
  );
  check(
    parameters.coverBps >= 0n && parameters.coverBps <= MAX_COVER_BPS,
    `coverBps is ${parameters.coverBps}, must be 0 to ${MAX_COVER_BPS}, a thousand times the price`,
  );
  check(
    parameters.challengeBond > 0n && parameters.challengeBond <= MAX_CHALLENGE_BOND,
    `challengeBond is ${parameters.challengeBond}, must be 1 to ${MAX_CHALLENGE_BOND} base units`,
  );
  const { validityDelay } = parameters.enclaves;
  check(
    Number.isSafeInteger(validityDelay) && validityDelay >= 0 && validityDelay <= 30 * DAY,
    `enclaves.validityDelay is ${validityDelay}, must be 0 to 30 days in seconds`,
  );
  const developmentChains = parameters.chainIds.every((id) => DEVELOPMENT_CHAIN_IDS.includes(id));
  if (!developmentChains) problems.push(...mainNetworkProblems(parameters));

  if (problems.length > 0) {
    throw new UserError(`The parameters "${parameters.name}" are not usable: ${problems.join("; ")}.`);
  }
  return parameters;
}
