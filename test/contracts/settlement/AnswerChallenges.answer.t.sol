// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAnswerChallenges} from "../../../contracts/settlement/interfaces/IAnswerChallenges.sol";
import {ISettlement, Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {FaultClass} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {ProofVectors} from "../zkml/ProofVectors.sol";
import {ChallengeTest} from "./ChallengeTest.sol";

contract AnswerChallengesAnswerTest is ChallengeTest {
    function test_RevertGiven_NotChallenged() external {
        Receipt memory receipt = _settled(1);
        _expectState(settlement.hashReceipt(receipt), IAnswerChallenges.State.NONE);
        challenges.answer(receipt, _proof());
    }

    function test_RevertWhen_ReceiptWasEdited() external {
        (Receipt memory receipt, ) = _challenged(1);
        receipt.outputCommitment = OTHER_OUTPUT;
        _provesAnswer(receipt);
        _expectState(settlement.hashReceipt(receipt), IAnswerChallenges.State.NONE);
        challenges.answer(receipt, _proof());
    }

    function testFuzz_RevertWhen_TooLate(uint256 time) external {
        (Receipt memory receipt, bytes32 id) = _challenged(1);
        _provesAnswer(receipt);
        vm.warp(bound(time, START + RESPONSE + 1, START + 1_000 days));
        vm.expectRevert(
            abi.encodeWithSelector(IAnswerChallenges.ChallengesResponseTooLate.selector, id, START + RESPONSE)
        );
        challenges.answer(receipt, _proof());
    }

    function test_RevertWhen_ProofIsOfSomethingElse() external {
        (Receipt memory receipt, ) = _challenged(1);
        // Of another answer, and of the answer to another request.
        _provesOther(receipt);
        _provesAnswer(_attested(2));
        vm.expectRevert(abi.encodeWithSelector(IAnswerChallenges.ChallengesProofInvalid.selector, keyId));
        challenges.answer(receipt, _proof());
    }

    function test_RevertGiven_AnsweredBefore() external {
        (Receipt memory receipt, bytes32 id) = _challenged(1);
        _provesAnswer(receipt);
        challenges.answer(receipt, _proof());
        _expectState(id, IAnswerChallenges.State.ANSWERED);
        challenges.answer(receipt, _proof());
        _expectState(id, IAnswerChallenges.State.ANSWERED);
        challenges.resolve(id);
        _expectState(id, IAnswerChallenges.State.ANSWERED);
        challenges.contradict(receipt, OTHER_OUTPUT, _proof());
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        _expectState(id, IAnswerChallenges.State.ANSWERED);
        challenges.challenge(receipt, signature);
    }

    function testFuzz_PaysTheOperatorAndFreesTheStake(uint256 time, address caller) external {
        (Receipt memory receipt, bytes32 id) = _challenged(1);
        _provesAnswer(receipt);
        vm.warp(bound(time, START, START + RESPONSE));
        vm.expectEmit(address(challenges));
        emit IAnswerChallenges.AnswerProven(id, operator, operator);
        vm.prank(caller);
        challenges.answer(receipt, _proof());
        _stateIs(id, IAnswerChallenges.State.ANSWERED);
        vm.assertEq(_heldBps(id, FaultClass.DATA_WITHHELD), 0, "free");
        vm.assertEq(holds.holdsOf(operator).length, 0, "no hold is left");
        vm.assertEq(challengeBonds.creditOf(operator), BOND, "the bond is his");
        vm.assertEq(staking.stakeOf(operator, operator), 100_000e18, "nothing was slashed");
    }

    function test_GivenPayee_PaysHim() external {
        (Receipt memory receipt, ) = _challenged(1);
        _provesAnswer(receipt);
        address payee = address(0x9A7EE);
        vm.mockCall(address(staking.operators()), abi.encodeCall(IOperators.payeeOf, (operator)), abi.encode(payee));
        challenges.answer(receipt, _proof());
        vm.assertEq(challengeBonds.creditOf(payee), BOND, "as with the operator's own rewards");
    }

    function test_GivenNoHold_EndsAsWell() external {
        for (uint256 nonce = 1; nonce <= 8; ++nonce) _challenged(nonce);
        (Receipt memory receipt, bytes32 id) = _challenged(9);
        _provesAnswer(receipt);
        challenges.answer(receipt, _proof());
        _stateIs(id, IAnswerChallenges.State.ANSWERED);
        vm.assertEq(holds.holdsOf(operator).length, 8, "the others stay");
    }

    /// @dev Nothing of the proof is mocked here but the call it was made for; the same proof of another answer is none.
    function test_GivenGenuineProof_IsVerified() external {
        uint256[] memory signals = ProofVectors.feeSignals();
        Receipt[2] memory receipts;
        for (uint256 i = 0; i < 2; ++i) {
            receipts[i] = _attested(i);
            (receipts[i].outputCommitment, receipts[i].inputCommitment) = (signals[0] + i, signals[1]);
            settlement.settle(receipts[i], _signReceipt(ENCLAVE_KEY, receipts[i]));
            bytes memory call = abi.encodeCall(ISettlement.proofBinding, (receipts[i]));
            vm.mockCall(address(settlement), call, abi.encode(signals[2]));
            _challenge(receipts[i]);
        }
        challenges.answer(receipts[0], _proof());
        _stateIs(settlement.hashReceipt(receipts[0]), IAnswerChallenges.State.ANSWERED);
        vm.expectRevert(abi.encodeWithSelector(IAnswerChallenges.ChallengesProofInvalid.selector, keyId));
        challenges.answer(receipts[1], _proof());
    }

    /// @dev Who knows the secrets of a key can prove anything under it. He convicts nobody who can prove his answer.
    function test_GivenContradicted_IsDrawn() external {
        (Receipt memory receipt, bytes32 id) = _challenged(1);
        _contradict(receipt);
        _provesAnswer(receipt);
        vm.expectEmit(address(challenges));
        emit IAnswerChallenges.ChallengeDrawn(id, operator, keyId);
        challenges.answer(receipt, _proof());
        _stateIs(id, IAnswerChallenges.State.DRAWN);
        vm.assertEq(_heldBps(id, FaultClass.ZK_CONTRADICTION), 0, "free");
        vm.assertEq(challengeBonds.creditOf(CHALLENGER), BOND, "the bond goes back");
        vm.assertEq(staking.stakeOf(operator, operator), 100_000e18, "nothing was slashed");
    }
}
