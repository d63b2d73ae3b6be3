import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { network } from "hardhat";
import { hashTypedData, zeroAddress, type Address } from "viem";
import { local } from "../../deployments/parameters/local.ts";
import {
  computeContradictionBinding,
  computeEvidenceCommitment,
  computeProofBinding,
  computeRequestId,
  receiptTypedData,
  type Receipt,
} from "../../sdk/src/receipt.ts";
import { describeFailure, revertDataOf } from "../../sdk/src/revert.ts";
import { computeVote, JuryVote } from "../../sdk/src/jury.ts";

const bytes32 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((b) => `0x${Buffer.from(b).toString("hex")}` as const);
const address = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((b) => `0x${Buffer.from(b).toString("hex")}` as const);
/** Of any length: what is no signature has a commitment too. */
const signature = fc.uint8Array({ maxLength: 80 }).map((b) => `0x${Buffer.from(b).toString("hex")}` as const);
const uint256 = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });

const receipts: fc.Arbitrary<Receipt> = fc.record({
  requestId: bytes32,
  requester: address,
  settler: address,
  payer: address,
  releaseId: bytes32,
  mode: fc.integer({ min: 0, max: 3 }),
  operator: address,
  nonce: uint256,
  inputHash: bytes32,
  outputHash: bytes32,
  inputCommitment: uint256,
  outputCommitment: uint256,
  keyId: bytes32,
  enclaveId: bytes32,
  issuedAt: uint256,
  deadline: uint256,
});

async function deploySettlement() {
  const { viem } = await network.create();
  const { initialHolder: account, staking: config, operators } = local({});
  const authority = await viem.deployContract("AccessManager", [account]);
  const token = await viem.deployContract("OPG", [account]);
  const staking = await viem.deployContract("Staking", [authority.address, token.address, config, operators]);
  const penalties = await viem.deployContract("Penalties", [authority.address, staking.address]);
  const settlement = await viem.deployContract("Settlement", [
    staking.address,
    penalties.address,
    zeroAddress,
    zeroAddress,
    zeroAddress,
    zeroAddress,
  ]);
  const bonds = await viem.deployContract("ChallengeBonds", [authority.address, token.address]);
  const contracts = {
    settlement: settlement.address,
    staking: staking.address,
    penalties: penalties.address,
    verifiers: zeroAddress,
    bonds: bonds.address,
  };
  const challenges = await viem.deployContract("AnswerChallenges", [contracts, 1n]);
  const disputes = await viem.deployContract("AnswerDisputes", [authority.address, contracts, zeroAddress, 1n, 1n]);
  const chainId = await (await viem.getPublicClient()).getChainId();
  return { settlement, challenges, disputes, chainId };
}

describe("receipts in TypeScript and Solidity", () => {
  let chain: Awaited<ReturnType<typeof deploySettlement>>;

  before(async () => {
    chain = await deploySettlement();
  });

  /** Compares a function of both languages on random receipts. */
  const agree = (
    off: (context: { chainId: number; settlement: Address; receipt: Receipt }) => unknown,
    on: (receipt: Receipt) => Promise<unknown>,
  ) =>
    fc.assert(
      fc.asyncProperty(receipts, async (receipt) => {
        const context = { chainId: chain.chainId, settlement: chain.settlement.address, receipt };
        assert.equal(off(context), await on(receipt));
      }),
      { numRuns: 40, seed: 7 },
    );

  it("have the same EIP-712 digest", () =>
    agree(
      (context) => hashTypedData(receiptTypedData(context)),
      (receipt) => chain.settlement.read.hashReceipt([receipt]),
    ));

  it("have the same request id", () =>
    agree(
      ({ receipt }) => computeRequestId(receipt),
      (receipt) => chain.settlement.read.computeRequestId([receipt]),
    ));

  it("have the same proof binding, which is a field element", () =>
    agree(
      (context) => {
        const binding = computeProofBinding(context);
        assert.ok(binding < 2n ** 248n);
        return binding;
      },
      (receipt) => chain.settlement.read.proofBinding([receipt]),
    ));

  it("bind a proof of another answer to the same", () =>
    agree(
      ({ chainId, receipt: { requestId: id, payer: contradictor } }) =>
        computeContradictionBinding({ chainId, challenges: chain.challenges.address, id, contradictor }),
      (receipt) => chain.challenges.read.contradictionBinding([receipt.requestId, receipt.payer]),
    ));

  it("commit to the same evidence", () =>
    fc.assert(
      fc.asyncProperty(
        address,
        receipts,
        signature,
        receipts,
        signature,
        async (challenger, receipt, evidence, other, otherEvidence) => {
          const { chainId, settlement } = chain;
          const [first, second] = [
            { receipt, evidence },
            { receipt: other, evidence: otherEvidence },
          ];
          const options = { chainId, settlement: settlement.address, challenger, first, second };
          const commitment = computeEvidenceCommitment(options);
          const args = [challenger, receipt, evidence, other, otherEvidence] as const;
          assert.equal(commitment, await settlement.read.computeEvidenceCommitment(args));
          const swapped = computeEvidenceCommitment({ ...options, first: second, second: first });
          assert.notEqual(swapped, commitment, "the order counts");
        },
      ),
      { numRuns: 40, seed: 7 },
    ));
});

describe("reasons of failures", () => {
  it("name the contract's error with its values", async () => {
    const { settlement } = await deploySettlement();
    const receipt = fc.sample(receipts, { numRuns: 1, seed: 1 })[0];
    assert.ok(receipt);
    const error: unknown = await settlement.simulate.settle([receipt, "0x"]).catch((thrown: unknown) => thrown);
    assert.ok(revertDataOf(error)?.startsWith("0x"));
    assert.match(describeFailure(error), /^SettlementRequestIdMismatch\(0x[0-9a-f]{64}, 0x[0-9a-f]{64}\)$/);
  });

  it("keep an unknown error's own words", () => {
    assert.equal(describeFailure(new Error("no such thing")), "Error: no such thing");
    assert.equal(revertDataOf(new Error("no such thing")), undefined);
    assert.equal(revertDataOf("text"), undefined);
  });
});

describe("votes of jurors in TypeScript and Solidity", () => {
  it("are sealed alike", async () => {
    const { chainId, disputes } = await deploySettlement();
    await fc.assert(
      fc.asyncProperty(
        fc.record({ id: bytes32, round: uint256, juror: address, salt: bytes32 }),
        fc.constantFrom("GUILTY", "NOT_GUILTY", "ABSTAIN"),
        async (ballot, vote) => {
          const { id, round, juror, salt } = ballot;
          const sealed = computeVote({ ...ballot, chainId, disputes: disputes.address, vote });
          assert.equal(sealed, await disputes.read.computeVote([id, round, juror, JuryVote[vote], salt]));
        },
      ),
      { numRuns: 40, seed: 7 },
    );
  });
});
