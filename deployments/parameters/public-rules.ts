import { parseEther } from "viem";

import type { Parameters } from "../../scripts/deploy/parameters.ts";

/**
 * What all public networks begin with; a vote can change most of it. A vote is open for five days, a decision waits for
 * two, for seven where it names roots of trust, and for longer than unbonding takes where it could take stake.
 */
export const publicRules = {
  local: false,
  networkContracts: ["Permit2", "Multicall3", "x402ExactPermit2Proxy", "x402UptoPermit2Proxy"],
  guardianTerm: 180n * 86_400n,
  staking: {
    minDelegation: parseEther("1"),
    maxDelegationRatio: 20n,
    unbondingPeriod: 14n,
    windows: { evidence: 7 * 86_400, response: 86_400, appeal: 3 * 86_400, slack: 2 * 86_400 },
    bountyBps: 500n,
    // Whether OpenGradient's token burns is not known, so slashed stake goes to the dead address.
    tokenBurnable: false,
    voteInterval: 86_400n,
  },
  operators: { minSelfStake: parseEther("10000"), maxCommissionBps: 2_000n },
  governor: {
    votingDelay: 86_400,
    votingPeriod: 5 * 86_400,
    lateQuorumExtension: 2 * 86_400,
    proposalThreshold: parseEther("10000"),
    quorumNumerator: 4n,
  },
  // Nothing shows that OpenGradient's token has votes. A deployment that says so refuses a token without them.
  walletVotes: false,
  timelockDelay: 2n * 86_400n,
  delays: { trustRoot: 7n * 86_400n, slashing: 15n * 86_400n },
  enclaves: { validityDelay: 3_600, stakeWithoutDelay: parseEther("50000") },
  payments: { operatorBps: 2_000n, treasuryBps: 500n },
  hostingBond: parseEther("10"),
  // Ten times the price, as The Graph asks of its indexers.
  coverBps: 100_000n,
  challengeBond: parseEther("25"),
  disputes: { bond: parseEther("100"), jurorFee: parseEther("10") },
} as const satisfies Partial<Parameters>;

/** The published allocation for staking: ten per cent of the supply, over 96 months from the first day. */
export const STAKING_ALLOCATION = { allocation: parseEther("100000000"), epochs: 2_922n } as const;
