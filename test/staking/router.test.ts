import assert from "node:assert/strict";
import { after, describe, it } from "node:test";

import hre from "hardhat";
import { hashTypedData, maxUint256, parseEther, type Address } from "viem";

const STAKE = parseEther("250");

const connection = await hre.network.create();
const { viem } = connection;
const publicClient = await viem.getPublicClient();
const wallets = await viem.getWalletClients();
const [deployer, operator, owner, relayer] = [walletAt(0), walletAt(1), walletAt(2), walletAt(3)];

/** The account at `index` of the local chain. */
function walletAt(index: number) {
  const wallet = wallets[index];
  if (wallet === undefined) throw new Error(`the local chain has no account ${index}`);
  return wallet;
}

/** What a wallet shows and signs for a stake by Permit2, in the terms of EIP-712. */
function typedTransfer(options: {
  permit2: Address;
  router: Address;
  token: Address;
  chainId: number;
  nonce: bigint;
  deadline: bigint;
}) {
  const { permit2, router, token, chainId, nonce, deadline } = options;
  return {
    domain: { name: "Permit2", chainId, verifyingContract: permit2 },
    types: {
      PermitWitnessTransferFrom: [
        { name: "permitted", type: "TokenPermissions" },
        { name: "spender", type: "address" },
        { name: "nonce", type: "uint256" },
        { name: "deadline", type: "uint256" },
        { name: "witness", type: "StakeIntent" },
      ],
      StakeIntent: [{ name: "operator", type: "address" }],
      TokenPermissions: [
        { name: "token", type: "address" },
        { name: "amount", type: "uint256" },
      ],
    },
    primaryType: "PermitWitnessTransferFrom",
    message: {
      permitted: { token, amount: STAKE },
      spender: router,
      nonce,
      deadline,
      witness: { operator: operator.account.address },
    },
  } as const;
}

/** The ledger with one operator, the router, and an owner who has approved Permit2. */
async function deployRouter() {
  const sender = deployer.account.address;
  const token = await viem.deployContract("OPG", [sender]);
  const authority = await viem.deployContract("AccessManager", [sender]);
  const config = {
    minDelegation: 10n ** 12n,
    maxDelegationRatio: 0n,
    unbondingPeriod: 14n,
    windows: { evidence: 0, response: 0, appeal: 0, slack: 0 },
    bountyBps: 1_000n,
    tokenBurnable: true,
    voteInterval: 1n,
  };
  const staking = await viem.deployContract("Staking", [
    authority.address,
    token.address,
    config,
    { minSelfStake: parseEther("1"), maxCommissionBps: 10_000n },
  ]);
  const operators = await viem.getContractAt("Operators", await staking.read.operators());
  await operators.write.registerOperator([1, sender, 0], { account: operator.account.address });
  const permit2 = await viem.deployContract("Permit2__Mock");
  const router = await viem.deployContract("StakeRouter", [staking.address, permit2.address]);
  await token.write.transfer([owner.account.address, STAKE]);
  await token.write.approve([permit2.address, maxUint256], { account: owner.account.address });
  return { token, staking, permit2, router };
}

describe("the stake router with a wallet's signature", () => {
  after(() => connection.close());

  it("hashes what the wallet shows, and stakes it for whoever sends it", async () => {
    const { token, staking, permit2, router } = await deployRouter();
    const [nonce, deadline] = [77n, (await publicClient.getBlock()).timestamp + 600n];
    const typed = typedTransfer({
      permit2: permit2.address,
      router: router.address,
      token: token.address,
      chainId: await publicClient.getChainId(),
      nonce,
      deadline,
    });
    const digest = await publicClient.readContract({
      address: permit2.address,
      abi: permit2.abi,
      functionName: "digestOf",
      args: [
        { permitted: typed.message.permitted, nonce, deadline },
        router.address,
        await router.read.hashStakeIntent([operator.account.address]),
        await router.read.WITNESS_TYPE(),
      ],
    });
    assert.equal(digest, hashTypedData(typed), "the router's witness type is the one that wallets use");

    const signature = await owner.signTypedData(typed);
    const transfer = { amount: STAKE, nonce, deadline, signature };
    const args = [owner.account.address, operator.account.address, STAKE, transfer] as const;
    await router.write.stakeWithPermit2(args, { account: relayer.account });
    assert.equal(await staking.read.stakeOf([operator.account.address, owner.account.address]), STAKE);
    assert.equal(await token.read.balanceOf([router.address]), 0n);
  });
});
