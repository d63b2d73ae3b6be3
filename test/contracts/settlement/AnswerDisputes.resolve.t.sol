// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Roles} from "../../../contracts/libraries/Roles.sol";
import {IAnswerDisputes} from "../../../contracts/settlement/interfaces/IAnswerDisputes.sol";
import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {FaultClass, IPenalties} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {DisputeTest} from "./DisputeTest.sol";

contract AnswerDisputesResolveTest is DisputeTest {
    IAnswerDisputes.Vote private constant NONE = IAnswerDisputes.Vote.NONE;
    IAnswerDisputes.Vote private constant GUILTY = IAnswerDisputes.Vote.GUILTY;
    IAnswerDisputes.Vote private constant NOT_GUILTY = IAnswerDisputes.Vote.NOT_GUILTY;
    IAnswerDisputes.Vote private constant ABSTAIN = IAnswerDisputes.Vote.ABSTAIN;
    /// @dev The operator's 100,000 OPG, of which F9 costs 2.5 %, of which a tenth is the bounty.
    uint256 private constant SLASH = 2_500e18;
    uint256 private constant BOUNTY = 250e18;

    // resolve

    function test_RevertGiven_NoDispute() external {
        _expectDisputeState("no", IAnswerDisputes.State.NONE);
        disputes.resolve("no");
    }

    function testFuzz_RevertWhen_NotFinal(uint256 time) external {
        bytes32 id = _decided(GUILTY);
        uint256 endsAt = disputes.roundOf(id, 0).endsAt;
        vm.warp(bound(time, start, endsAt - 1));
        _expectWindow(id, endsAt, type(uint256).max);
        disputes.resolve(id);
    }

    function test_RevertGiven_Appealed_UntilTheSecondVerdict() external {
        bytes32 id = _decided(GUILTY);
        _appeal(id, operator);
        vm.warp(disputes.roundOf(id, 0).endsAt);
        uint256 endsAt = disputes.roundOf(id, 1).endsAt;
        _expectWindow(id, endsAt, type(uint256).max);
        disputes.resolve(id);
    }

    function test_RevertGiven_Ended() external {
        bytes32 id = _decided(GUILTY);
        _resolve(id);
        _expectDisputeState(id, IAnswerDisputes.State.GUILTY);
        disputes.resolve(id);
    }

    function test_GivenTheLastSecond_Punishes() external {
        bytes32 id = _decided(GUILTY);
        vm.warp(disputes.disputeOf(id).resolveBy);
        disputes.resolve(id);
        _endIs(id, IAnswerDisputes.State.GUILTY);
    }

    function test_GivenTheLastSecond_FreesTheStake() external {
        bytes32 id = _decided(NOT_GUILTY);
        vm.warp(disputes.disputeOf(id).resolveBy);
        vm.assertGe(_disputeHeldBps(id), 1, "held to the last second");
        disputes.resolve(id);
        vm.assertEq(_disputeHeldBps(id), 0, "free in it");
    }

    /// @dev What the juries may take is used up by others; a day later it has refilled, and the verdict is carried out.
    function test_RevertGiven_JuryLimitIsReached_AndThenNot() external {
        bytes32 id = _decided(GUILTY);
        vm.warp(disputes.roundOf(id, 0).endsAt);
        _useJuryBudget();
        vm.expectPartialRevert(IPenalties.PenaltiesJuryLimitReached.selector);
        disputes.resolve(id);
        vm.warp(block.timestamp + 1 days);
        disputes.resolve(id);
        _endIs(id, IAnswerDisputes.State.GUILTY);
    }

    function test_GivenGuilty_Punishes() external {
        bytes32 id = _decided(GUILTY);
        vm.warp(disputes.roundOf(id, 0).endsAt);
        vm.expectEmit(address(disputes));
        emit IAnswerDisputes.DisputeEnded(id, operator, IAnswerDisputes.State.GUILTY, SLASH, BOUNTY);
        disputes.resolve(id);
        _endIs(id, IAnswerDisputes.State.GUILTY);
        vm.assertEq(staking.stakeOf(operator, operator), 100_000e18 - SLASH, "slashed");
        vm.assertEq(staking.bountyOf(CHALLENGER), BOUNTY, "bounty");
        vm.assertEq(_disputeHeldBps(id), 0, "nothing is held any more");
        vm.assertFalse(disputes.disputeOf(id).held, "nor said to be");
    }

    function test_GivenAcquittal_FreesTheStake() external {
        bytes32 id = _decided(NOT_GUILTY);
        vm.warp(disputes.roundOf(id, 0).endsAt);
        vm.expectEmit(address(disputes));
        emit IAnswerDisputes.DisputeEnded(id, operator, IAnswerDisputes.State.ACQUITTED, 0, 0);
        disputes.resolve(id);
        vm.assertEq(staking.stakeOf(operator, operator), 100_000e18, "nothing is lost");
        vm.assertEq(_disputeHeldBps(id), 0, "nothing is held any more");
    }

    /// @dev Nobody drew, or nobody voted: it ends all the same, and everybody has his own again.
    function testFuzz_GivenNobodyCame_IsDrawn(bool drawn) external {
        bytes32 id = _disputed(1);
        if (drawn) _seat(id, _seats(2, 1, 1, 1));
        _resolve(id);
        _endIs(id, IAnswerDisputes.State.DRAWN);
        vm.assertEq(challengeBonds.creditOf(CHALLENGER), DISPUTE_BOND + 5 * FEE, "everything");
        vm.assertEq(_disputeHeldBps(id), 0, "nothing is held any more");
    }

    function test_GivenNobodyResolvedInTime_Expires() external {
        bytes32 id = _decided(GUILTY);
        vm.warp(start + 6 days + 1);
        // An adjudicator without roles any more can still end what it began.
        authority.revokeRole(Roles.JURY, address(disputes));
        vm.expectEmit(address(disputes));
        emit IAnswerDisputes.DisputeEnded(id, operator, IAnswerDisputes.State.EXPIRED, 0, 0);
        disputes.resolve(id);
        vm.assertEq(staking.stakeOf(operator, operator), 100_000e18, "nothing is lost");
        vm.assertEq(challengeBonds.creditOf(CHALLENGER), DISPUTE_BOND, "the bond goes back");
    }

    /// @dev A lapsed hold cannot be released again.
    function test_GivenALateAcquittal_NeedsNoRight() external {
        bytes32 id = _decided(NOT_GUILTY);
        vm.warp(start + 6 days + 1);
        authority.revokeRole(Roles.JURY, address(disputes));
        disputes.resolve(id);
        _endIs(id, IAnswerDisputes.State.ACQUITTED);
    }

    /// @dev Admitted without a hold, within the evidence window: the verdict finds the stake that began to leave at
    ///      once.
    function test_GivenNoHold_TheVerdictReachesWhatLeft() external {
        for (uint256 nonce = 100; nonce < 108; ++nonce) _challenge(_settled(nonce));
        token.transfer(CHALLENGER, 1_000e18);
        bytes32 id = _disputed(1);
        vm.prank(operator);
        (, uint256 bucketId) = staking.unbond(operator, 40_000e18);
        _seat(id, _seats(2, 1, 1, 1));
        _vote(id, _all(GUILTY));
        _resolve(id);
        vm.assertEq(staking.stakeOf(operator, operator), 58_500e18, "2.5 % of what stayed");
        (, uint256 leaving) = staking.unbondingOf(operator, operator, bucketId);
        vm.assertEq(leaving, 39_000e18, "and of what is leaving");
    }

    function test_GivenNoHold_AnAcquittalEndsToo() external {
        for (uint256 nonce = 100; nonce < 108; ++nonce) _challenge(_settled(nonce));
        token.transfer(CHALLENGER, 1_000e18);
        bytes32 id = _decided(NOT_GUILTY);
        vm.assertFalse(disputes.disputeOf(id).held, "there was no place");
        _resolve(id);
        _endIs(id, IAnswerDisputes.State.ACQUITTED);
    }

    // veto

    function testFuzz_RevertWhen_AnotherVetoes(address caller) external {
        vm.assume(caller != GUARDIAN && caller != address(this));
        bytes32 id = _decided(GUILTY);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
        vm.prank(caller);
        disputes.veto(id);
    }

    function test_RevertGiven_CarriedOut_WhenVetoed() external {
        bytes32 id = _decided(GUILTY);
        _resolve(id);
        _expectDisputeState(id, IAnswerDisputes.State.GUILTY);
        vm.prank(GUARDIAN);
        disputes.veto(id);
    }

    /// @dev At any time before it is carried out, even when votes are not opened yet.
    function testFuzz_VetoEndsWithoutPunishment(uint256 time) external {
        bytes32 id = _decided(GUILTY);
        vm.warp(bound(time, start, start + 10 days));
        vm.expectEmit(address(disputes));
        emit IAnswerDisputes.DisputeEnded(id, operator, IAnswerDisputes.State.VETOED, 0, 0);
        vm.prank(GUARDIAN);
        disputes.veto(id);
        vm.assertEq(staking.stakeOf(operator, operator), 100_000e18, "nothing is lost");
        vm.assertEq(challengeBonds.creditOf(CHALLENGER), DISPUTE_BOND, "the bond goes back");
        vm.assertEq(_disputeHeldBps(id), 0, "nothing is held any more");
        vm.assertEq(disputes.collectFee(id, 0, judges[0]), 2 * FEE, "the jury worked");
    }

    // collectFee

    function test_RevertGiven_Open_WhenCollected() external {
        bytes32 id = _decided(GUILTY);
        _expectDisputeState(id, IAnswerDisputes.State.OPEN);
        disputes.collectFee(id, 0, judges[0]);
    }

    function test_RevertWhen_NothingIsEarned() external {
        bytes32 id = _disputed(1);
        _seat(id, _seats(3, 1, 1, 0));
        _vote(id, [GUILTY, NOT_GUILTY, NONE, NONE]);
        _resolve(id);
        // The minority, the silent, who was not drawn, and a round that there was not.
        for (uint256 i = 1; i < judges.length; ++i) _earnsNothing(id, 0, judges[i]);
        _earnsNothing(id, 1, judges[0]);
        disputes.collectFee(id, 0, judges[0]);
        // And nobody twice.
        _earnsNothing(id, 0, judges[0]);
    }

    function test_PaysTheJurorsPayee() external {
        address payee = address(0x9A4EE);
        address operators = address(staking.operators());
        vm.mockCall(operators, abi.encodeCall(IOperators.payeeOf, (judges[0])), abi.encode(payee));
        bytes32 id = _decided(GUILTY);
        _resolve(id);
        vm.assertEq(disputes.collectFee(id, 0, judges[0]), 2 * FEE, "two seats");
        vm.assertEq(challengeBonds.creditOf(payee), 2 * FEE, "to his payee");
    }

    function _earnsNothing(bytes32 id, uint256 round, address juror) private {
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesNothingEarned.selector, id, round, juror));
        disputes.collectFee(id, round, juror);
    }

    /// @dev Juries have taken nearly all that they may: from another operator, for faults of three weeks.
    function _useJuryBudget() private {
        authority.grantRole(Roles.JURY, address(this), 0);
        penalties.setJuryCapacity(250);
        address other = address(0x0BAD);
        _registerOperator(other, 100_000e18);
        for (uint256 week = 0; week < 3; ++week) {
            uint256 time = block.timestamp - week * 7 days;
            penalties.punishByVerdict(other, FaultClass.WRONG_ANSWER, time, bytes32(week), address(0));
        }
    }
}
