import { parseEther } from "viem";

import { addressFrom, type ParametersFactory } from "../../scripts/deploy/parameters.ts";

/**
 * Base Sepolia. The token is OpenGradient's own test OPG (the address that its public SDK and x402 gateway use); whether
 * it burns is not known, so slashed stake goes to the dead address. A vote is open for five days, a decision waits for two.
 */
export const baseSepolia: ParametersFactory = (environment) => {
  const treasury = addressFrom(environment, "OPG_TREASURY", "the treasury, which receives its part of payments");
  return {
    name: "baseSepolia",
    chainIds: [84532],
    local: false,
    token: "0x240b09731D96979f50B2C649C9CE10FcF9C7987F",
    // Never read from the network: to be filled in from the first dry run there.
    tokenCodeHash: null,
    networkContracts: ["Permit2", "Multicall3", "x402ExactPermit2Proxy", "x402UptoPermit2Proxy"],
    initialHolder: treasury,
    treasury,
    guardian: addressFrom(environment, "OPG_GUARDIAN", "the guardian, who may pause entry and take away hardware and code"),
    guardianTerm: 180n * 86_400n,
    staking: {
      minDelegation: parseEther("1"),
      maxDelegationRatio: 20n,
      unbondingPeriod: 14n,
      windows: { evidence: 7 * 86_400, response: 86_400, appeal: 3 * 86_400, slack: 2 * 86_400 },
      bountyBps: 500n,
      tokenBurnable: false,
      voteInterval: 86_400n,
    },
    operators: { minSelfStake: parseEther("10000"), maxCommissionBps: 2_000n },
    // Ten per cent of the supply, linear over 96 months from 2026-04-21.
    emissions: { allocation: parseEther("100000000"), firstEpoch: 20_564n, epochs: 2_922n },
    governor: {
      votingDelay: 86_400,
      votingPeriod: 5 * 86_400,
      lateQuorumExtension: 2 * 86_400,
      proposalThreshold: parseEther("10000"),
      quorumNumerator: 4n,
    },
    timelockDelay: 2n * 86_400n,
    delays: { trustRoot: 7n * 86_400n, slashing: 15n * 86_400n },
    enclaves: { validityDelay: 3_600, stakeWithoutDelay: parseEther("50000") },
    payments: { operatorBps: 2_000n, treasuryBps: 500n },
    hostingBond: parseEther("10"),
    // Ten times the price, as The Graph asks of its indexers.
    coverBps: 100_000n,
    challengeBond: parseEther("25"),
    developmentKeysAllowed: true,
  };
};
