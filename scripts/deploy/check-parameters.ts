import { isAddress, isHash, zeroAddress, type Address } from "viem";

import { UserError } from "../lib/user-error.ts";
import type { Parameters } from "./parameters.ts";

/** The chains of no value, where for example keys of the development setup may be allowed. */
const DEVELOPMENT_CHAIN_IDS: readonly number[] = [31337, 84532];
const BPS = 10_000n;
const MAX_HOSTING_BOND = 10_000n * 10n ** 18n;
const MAX_CHALLENGE_BOND = 10_000n * 10n ** 18n;
/** An appeal takes twice the fees of eleven seats, as one deposit. */
const MAX_JUROR_FEE = MAX_CHALLENGE_BOND / 22n;
const MAX_COVER_BPS = 10_000_000n;
const DAY = 86_400;

/** Whether something holds, and the problem if it does not. */
type Rule = readonly [holds: boolean, problem: string];

function identityRules(parameters: Parameters, deployer: Address): readonly Rule[] {
  const { name, chainIds, token, tokenCodeHash, treasury, guardian, initialHolder } = parameters;
  const same = guardian.toLowerCase() === deployer.toLowerCase();
  return [
    [/^[a-zA-Z][a-zA-Z0-9-]*$/.test(name), `name "${name}" must be one word`],
    [chainIds.length > 0, "chainIds is empty"],
    ...Object.entries({ treasury, guardian, initialHolder }).map(([key, value]): Rule => {
      return [isAddress(value) && value !== zeroAddress, `${key} "${value}" must be an address other than zero`];
    }),
    [!same, "guardian is the deployer, who must end without any role"],
    [token === null || isAddress(token), `token "${token}" is not an address`],
    [tokenCodeHash === null || isHash(tokenCodeHash), `tokenCodeHash "${tokenCodeHash}" is not 32 bytes in hex`],
    [
      parameters.local || parameters.networkContracts.includes("Permit2"),
      "networkContracts lacks Permit2, through which the router stakes",
    ],
  ];
}

function stakingRules({ staking, operators, governor }: Parameters): readonly Rule[] {
  const { minDelegation, maxDelegationRatio, unbondingPeriod, voteInterval, bountyBps } = staking;
  const { evidence, response, appeal, slack } = staking.windows;
  return [
    [operators.minSelfStake > 0n, `operators.minSelfStake is ${operators.minSelfStake}, must be more than 0`],
    [operators.maxCommissionBps <= BPS, `operators.maxCommissionBps is ${operators.maxCommissionBps}, must be ≤ 10000`],
    [minDelegation >= 10n ** 12n, `staking.minDelegation is ${minDelegation}, must be at least 10^12 base units`],
    [
      unbondingPeriod >= 1n && unbondingPeriod <= 30n,
      `staking.unbondingPeriod is ${unbondingPeriod}, must be 1 to 30 days`,
    ],
    [
      BigInt(evidence + response + appeal + slack) <= unbondingPeriod * BigInt(DAY),
      "staking.windows together exceed the unbonding period, so stake could leave before a fault is judged",
    ],
    [
      voteInterval >= 1n && voteInterval <= BigInt(DAY),
      `staking.voteInterval is ${voteInterval}, must be 1 to ${DAY} seconds`,
    ],
    [
      voteInterval <= governor.votingDelay || voteInterval === 1n,
      "staking.voteInterval exceeds governor.votingDelay, so stake from before a proposal might not vote on it",
    ],
    [maxDelegationRatio <= 10_000n, `staking.maxDelegationRatio is ${maxDelegationRatio}, must be ≤ 10000`],
    [bountyBps <= 2_000n, `staking.bountyBps is ${bountyBps}, must be ≤ 2000`],
  ];
}

function emissionRules({ emissions: { epochs, allocation, firstEpoch } }: Parameters): readonly Rule[] {
  return [
    [epochs >= 1n && epochs <= 36_525n, `emissions.epochs is ${epochs}, must be 1 to 36525 days`],
    [
      allocation >= epochs && allocation < 1n << 96n,
      `emissions.allocation is ${allocation}, must be a base unit a day at least and below 2^96`,
    ],
    [
      firstEpoch >= 0n && firstEpoch <= 65_535n,
      `emissions.firstEpoch is ${firstEpoch}, must be a day, counted since 1970-01-01`,
    ],
  ];
}

function decisionRules({ governor, staking, timelockDelay, delays, guardianTerm }: Parameters): readonly Rule[] {
  const { votingDelay, votingPeriod, lateQuorumExtension, quorumNumerator } = governor;
  const unbonding = staking.unbondingPeriod * BigInt(DAY);
  return [
    [votingPeriod > 0, `governor.votingPeriod is ${votingPeriod}, must be more than 0 seconds`],
    [
      lateQuorumExtension <= votingPeriod,
      `governor.lateQuorumExtension is ${lateQuorumExtension}, must be at most the voting period`,
    ],
    [
      BigInt(votingDelay + votingPeriod) <= unbonding,
      "governor.votingDelay + votingPeriod exceeds the unbonding period, so voters could leave before the outcome",
    ],
    [
      quorumNumerator >= 1n && quorumNumerator <= 100n,
      `governor.quorumNumerator is ${quorumNumerator}, must be 1 to 100 per cent`,
    ],
    [timelockDelay > 0n, "timelockDelay must be more than 0 seconds"],
    [
      delays.trustRoot >= timelockDelay && delays.trustRoot <= delays.slashing,
      `delays.trustRoot is ${delays.trustRoot}, must be between timelockDelay and delays.slashing`,
    ],
    [
      delays.slashing > unbonding && delays.slashing <= 90n * BigInt(DAY),
      `delays.slashing is ${delays.slashing}, must be longer than unbonding takes (${unbonding}) and at most 90 days`,
    ],
    [
      guardianTerm > 0n && guardianTerm <= 365n * BigInt(DAY),
      `guardianTerm is ${guardianTerm}, must be 1 second to 365 days`,
    ],
  ];
}

function serviceRules(parameters: Parameters): readonly Rule[] {
  const { hostingBond, coverBps, challengeBond, disputes } = parameters;
  const { operatorBps, treasuryBps } = parameters.payments;
  const { validityDelay } = parameters.enclaves;
  return [
    [operatorBps + treasuryBps <= BPS, `payments: operator ${operatorBps} + treasury ${treasuryBps} bps exceed 10000`],
    [
      hostingBond >= 0n && hostingBond <= MAX_HOSTING_BOND,
      `hostingBond is ${hostingBond}, must be 0 to ${MAX_HOSTING_BOND} base units`,
    ],
    [
      coverBps >= 0n && coverBps <= MAX_COVER_BPS,
      `coverBps is ${coverBps}, must be 0 to ${MAX_COVER_BPS}, a thousand times the price`,
    ],
    [
      challengeBond > 0n && challengeBond <= MAX_CHALLENGE_BOND,
      `challengeBond is ${challengeBond}, must be 1 to ${MAX_CHALLENGE_BOND} base units`,
    ],
    [
      disputes.bond > 0n && disputes.bond <= MAX_CHALLENGE_BOND,
      `disputes.bond is ${disputes.bond}, must be 1 to ${MAX_CHALLENGE_BOND} base units`,
    ],
    [
      disputes.jurorFee > 0n && disputes.jurorFee <= MAX_JUROR_FEE,
      `disputes.jurorFee is ${disputes.jurorFee}, must be 1 to ${MAX_JUROR_FEE} base units`,
    ],
    [
      Number.isSafeInteger(validityDelay) && validityDelay >= 0 && validityDelay <= 30 * DAY,
      `enclaves.validityDelay is ${validityDelay}, must be 0 to 30 days in seconds`,
    ],
  ];
}

/** What must hold besides where money is real. */
function mainNetworkRules(parameters: Parameters): readonly Rule[] {
  const { token, tokenCodeHash, treasury, guardian, timelockDelay, delays } = parameters;
  return [
    [!parameters.developmentKeysAllowed, "developmentKeysAllowed is only for local chains and Base Sepolia"],
    [!parameters.local, "local is only for test nodes"],
    [token !== null && tokenCodeHash !== null, "token and tokenCodeHash must name the network's own OPG and its code"],
    [treasury.toLowerCase() !== guardian.toLowerCase(), "treasury and guardian are the same account"],
    [timelockDelay >= 2n * BigInt(DAY), `timelockDelay is ${timelockDelay}, must be at least 2 days`],
    [delays.trustRoot >= 7n * BigInt(DAY), `delays.trustRoot is ${delays.trustRoot}, must be at least 7 days`],
  ];
}

/**
 * Checks parameters before anything is sent.
 *
 * @returns the parameters, unchanged
 * @throws UserError naming every value that is wrong and its limits
 */
export function checkParameters(parameters: Parameters, deployer: Address): Parameters {
  const developmentChains = parameters.chainIds.every((id) => DEVELOPMENT_CHAIN_IDS.includes(id));
  const problems = [
    ...identityRules(parameters, deployer),
    ...stakingRules(parameters),
    ...emissionRules(parameters),
    ...decisionRules(parameters),
    ...serviceRules(parameters),
    ...(developmentChains ? [] : mainNetworkRules(parameters)),
  ].flatMap(([holds, problem]) => (holds ? [] : [problem]));
  if (problems.length === 0) return parameters;
  throw new UserError(`The parameters "${parameters.name}" are not usable: ${problems.join("; ")}.`);
}
