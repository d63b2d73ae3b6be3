// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAnswerChallenges} from "../../../contracts/settlement/interfaces/IAnswerChallenges.sol";
import {Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {FaultClass} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {ChallengeTest} from "./ChallengeTest.sol";

contract AnswerChallengesContradictTest is ChallengeTest {
    function test_RevertGiven_NotChallenged() external {
        Receipt memory receipt = _settled(1);
        _expectState(settlement.hashReceipt(receipt), IAnswerChallenges.State.NONE);
        challenges.contradict(receipt, OTHER_OUTPUT, _proof());
    }

    function test_RevertWhen_AnswersAgree() external {
        (Receipt memory receipt, ) = _challenged(1);
        vm.expectRevert(abi.encodeWithSelector(IAnswerChallenges.ChallengesOutputsAgree.selector, OUTPUT));
        challenges.contradict(receipt, OUTPUT, _proof());
    }

    /// @dev The proof in the mempool is bound to who made it.
    function testFuzz_RevertWhen_ProofIsCopied(address thief) external {
        vm.assume(thief != CONTRADICTOR);
        (Receipt memory receipt, ) = _challenged(1);
        _provesOther(receipt);
        vm.expectRevert(abi.encodeWithSelector(IAnswerChallenges.ChallengesProofInvalid.selector, keyId));
        vm.prank(thief);
        challenges.contradict(receipt, OTHER_OUTPUT, _proof());
    }

    function test_RevertGiven_ContradictedBefore() external {
        (Receipt memory receipt, bytes32 id) = _challenged(1);
        _contradict(receipt);
        vm.expectRevert(abi.encodeWithSelector(IAnswerChallenges.ChallengesContradicted.selector, id, CONTRADICTOR));
        challenges.contradict(receipt, OTHER_OUTPUT, _proof());
    }

    function test_RevertGiven_NobodyResolvedInTime() external {
        (Receipt memory receipt, bytes32 id) = _challenged(1);
        vm.warp(START + RESPONSE + RESOLVE);
        vm.expectRevert(
            abi.encodeWithSelector(IAnswerChallenges.ChallengesExpired.selector, id, START + RESPONSE + RESOLVE)
        );
        challenges.contradict(receipt, OTHER_OUTPUT, _proof());
    }

    function testFuzz_RaisesTheCharge(uint256 time) external {
        (Receipt memory receipt, bytes32 id) = _challenged(1);
        vm.warp(bound(time, START, START + RESPONSE + RESOLVE - 1));
        _provesOther(receipt);
        vm.expectEmit(address(challenges));
        emit IAnswerChallenges.AnswerContradicted(id, operator, CONTRADICTOR, OTHER_OUTPUT);
        vm.prank(CONTRADICTOR);
        challenges.contradict(receipt, OTHER_OUTPUT, _proof());
        _stateIs(id, IAnswerChallenges.State.OPEN);
        vm.assertEq(challenges.challengeOf(id).contradictor, CONTRADICTOR, "known");
        vm.assertEq(_heldBps(id, FaultClass.DATA_WITHHELD), 0, "instead of F4");
        vm.assertEq(_heldBps(id, FaultClass.ZK_CONTRADICTION), 10_000, "F2 is held for");
        vm.assertEq(staking.stakeOf(operator, operator), 100_000e18, "nothing is slashed yet");
    }

    function test_GivenNoHold_RaisesTheCharge() external {
        for (uint256 nonce = 1; nonce <= 8; ++nonce) _challenged(nonce);
        (Receipt memory receipt, bytes32 id) = _challenged(9);
        _contradict(receipt);
        vm.assertEq(_heldBps(id, FaultClass.ZK_CONTRADICTION), 0, "nothing is held");
        vm.warp(START + RESPONSE + 1);
        challenges.resolve(id);
        _stateIs(id, IAnswerChallenges.State.DISPROVED);
    }

    /// @dev Nobody saves himself from F2 by challenging himself and keeping silent.
    function test_GivenWithheld_ConvictsAtOnce() external {
        (Receipt memory receipt, bytes32 id) = _challenged(1);
        vm.warp(START + RESPONSE + 1);
        challenges.resolve(id);
        vm.assertEq(staking.stakeOf(operator, operator), 99_000e18, "1 % for silence");
        vm.warp(START + 10 days);
        _contradict(receipt);
        _stateIs(id, IAnswerChallenges.State.DISPROVED);
        // What is left to 10 %, in whole bps of the rest.
        vm.assertApproxEqAbs(staking.stakeOf(operator, operator), 90_000e18, 10e18, "10 % in all");
        (, , bool tombstoned) = staking.standingOf(operator);
        vm.assertTrue(tombstoned, "for ever");
        vm.assertGe(staking.bountyOf(CONTRADICTOR), 1, "the bounty is his who proved it");
        _expectState(id, IAnswerChallenges.State.DISPROVED);
        challenges.resolve(id);
    }

    function test_GivenWithheld_RevertWhen_LedgerDoesNotReach() external {
        (Receipt memory receipt, bytes32 id) = _challenged(1);
        vm.warp(START + RESPONSE + 1);
        challenges.resolve(id);
        vm.warp(START + 15 days);
        _provesOther(receipt);
        _assertRevertsWith(
            IStaking.StakingInfractionTooOld.selector,
            address(this),
            abi.encodeCall(this.contradictAsContradictor, (receipt))
        );
    }

    function contradictAsContradictor(Receipt calldata receipt) external {
        vm.prank(CONTRADICTOR);
        challenges.contradict(receipt, OTHER_OUTPUT, _proof());
    }
}
