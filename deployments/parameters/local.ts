import { parseEther } from "viem";

import type { ParametersFactory } from "../../scripts/deploy/parameters.ts";

/**
 * A test node on this machine. The people are accounts of the public test mnemonic ("test test … junk"), whose keys
 * everybody knows: number 0 deploys and holds the supply, 17 and 19 are guardian and treasury.
 */
export const local: ParametersFactory = () => ({
  name: "local",
  // 31337 is Hardhat's own; 84532 is the simulated Base Sepolia that the tests run on.
  chainIds: [31337, 84532],
  local: true,
  token: null,
  tokenCodeHash: null,
  networkContracts: [],
  initialHolder: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
  treasury: "0x8626f6940E2eb28930eFb4CeF49B2d1F2C9C1199",
  guardian: "0xbDA5747bFD65F08deb54cb465eB87D40e51B197E",
  guardianTerm: 180n * 86_400n,
  staking: {
    minDelegation: parseEther("1"),
    maxDelegationRatio: 20n,
    unbondingPeriod: 14n,
    windows: { evidence: 7 * 86_400, response: 86_400, appeal: 3 * 86_400, slack: 2 * 86_400 },
    bountyBps: 500n,
    tokenBurnable: true,
    voteInterval: 1n,
  },
  operators: { minSelfStake: parseEther("10000"), maxCommissionBps: 2_000n },
  // A hundred years from 1970: running, whatever the clock of this machine says.
  emissions: { allocation: parseEther("100000000"), firstEpoch: 0n, epochs: 36_525n },
  governor: {
    votingDelay: 3_600,
    votingPeriod: 86_400,
    lateQuorumExtension: 21_600,
    proposalThreshold: parseEther("1000"),
    quorumNumerator: 4n,
  },
  walletVotes: true,
  timelockDelay: 3_600n,
  delays: { trustRoot: 7_200n, slashing: 15n * 86_400n },
  enclaves: { validityDelay: 3_600, stakeWithoutDelay: parseEther("10000") },
  payments: { operatorBps: 2_000n, treasuryBps: 500n },
  hostingBond: parseEther("10"),
  // Ten times the price, as The Graph asks of its indexers.
  coverBps: 100_000n,
  challengeBond: parseEther("25"),
  disputes: { bond: parseEther("100"), jurorFee: parseEther("10") },
  developmentKeysAllowed: true,
});
