// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAnswerDisputes} from "../../../contracts/settlement/interfaces/IAnswerDisputes.sol";
import {IJuryPool} from "../../../contracts/settlement/interfaces/IJuryPool.sol";
import {DisputeTest} from "./DisputeTest.sol";

contract AnswerDisputesVotesTest is DisputeTest {
    IAnswerDisputes.Vote private constant GUILTY = IAnswerDisputes.Vote.GUILTY;
    IAnswerDisputes.Vote private constant NOT_GUILTY = IAnswerDisputes.Vote.NOT_GUILTY;
    IAnswerDisputes.Vote private constant ABSTAIN = IAnswerDisputes.Vote.ABSTAIN;

    // draw

    function testFuzz_RevertWhen_DrawnBeforeItsBlock(uint256 wait) external {
        wait = bound(wait, 0, 30);
        bytes32 id = _disputed(1);
        uint256 drawBlock = block.number + 30;
        vm.roll(block.number + wait);
        vm.expectRevert(
            abi.encodeWithSelector(IAnswerDisputes.DisputesDrawTooEarly.selector, id, drawBlock, block.number)
        );
        disputes.draw(id);
    }

    function test_RevertGiven_NoDispute() external {
        _expectDisputeState("no", IAnswerDisputes.State.NONE);
        disputes.draw("no");
    }

    function test_RevertGiven_Drawn() external {
        bytes32 id = _disputed(1);
        _seat(id, _seats(2, 1, 1, 1));
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesDrawnAlready.selector, id, 0));
        disputes.draw(id);
    }

    function test_RevertWhen_DrawnAfterTheVotes() external {
        bytes32 id = _disputed(1);
        vm.roll(block.number + 31);
        vm.warp(start + 1 days + COMMIT);
        _expectWindow(id, start, start + 1 days + COMMIT);
        disputes.draw(id);
    }

    /// @dev By the genuine pool: five seats, none of them a party's, and nobody else has one.
    function testFuzz_DrawsAJury(uint256 blockNumber) external {
        vm.roll(bound(blockNumber, 1_000, 1_000_000));
        bytes32 id = _disputed(1);
        vm.roll(block.number + 31);
        disputes.draw(id);
        uint256 seats = 0;
        for (uint256 i = 0; i < judges.length; ++i) seats += disputes.ballotOf(id, 0, judges[i]).seats;
        vm.assertEq(seats, 5, "five seats");
        vm.assertEq(disputes.roundOf(id, 0).seats, 5, "in the round");
        vm.assertTrue(disputes.disputeOf(id).drawn, "drawn");
        vm.assertEq(disputes.ballotOf(id, 0, operator).seats, 0, "not the accused");
    }

    /// @dev Nothing but the named block, the dispute and the round decide, and both parties are left out.
    function test_DrawsByBlockDisputeAndRound() external {
        bytes32 id = _disputed(1);
        _drawsExactly(id, 0, 5);
        vm.warp(disputes.roundOf(id, 0).appealFrom);
        _appeal(id, operator);
        _drawsExactly(id, 1, 11);
    }

    /// @dev The pool is only asked for the one who is seated if it is asked exactly this.
    function _drawsExactly(bytes32 id, uint256 round, uint256 count) private {
        uint256 drawBlock = disputes.disputeOf(id).drawBlock;
        vm.roll(drawBlock + 2);
        address[] memory seats = new address[](count);
        for (uint256 i = 0; i < count; ++i) seats[i] = WRONGED;
        bytes32 seed = keccak256(abi.encode(blockhash(drawBlock), id, round));
        bytes memory call = abi.encodeCall(IJuryPool.draw, (seed, drawBlock, count, operator, CHALLENGER));
        vm.mockCall(address(pool), call, abi.encode(seats));
        disputes.draw(id);
        vm.assertEq(disputes.ballotOf(id, round, WRONGED).seats, count, "asked as it should be");
    }

    /// @dev Who could draw only with a block that the chain forgot draws with another one, which he cannot know either.
    function test_GivenTheBlockIsForgotten_NamesAnother() external {
        bytes32 id = _disputed(1);
        vm.roll(block.number + 30 + 10_000);
        vm.expectEmit(address(disputes));
        emit IAnswerDisputes.DrawPostponed(id, 0, block.number + 30);
        disputes.draw(id);
        vm.assertFalse(disputes.disputeOf(id).drawn, "not yet");
        vm.roll(block.number + 31);
        disputes.draw(id);
        vm.assertTrue(disputes.disputeOf(id).drawn, "then");
    }

    /// @dev A majority is counted of the seats that should be: a small jury cannot convict by itself.
    function test_GivenFewJurors_MajorityIsOfAllSeats() external {
        bytes32 id = _disputed(1);
        _seat(id, _seats(1, 1, 0, 0));
        _vote(id, [GUILTY, GUILTY, IAnswerDisputes.Vote.NONE, IAnswerDisputes.Vote.NONE]);
        IAnswerDisputes.Round memory round = disputes.roundOf(id, 0);
        vm.assertEq(round.guilty, 2, "both");
        vm.assertEq(uint256(round.verdict), uint256(IAnswerDisputes.Vote.NONE), "no verdict");
    }

    // commitVote

    function test_RevertWhen_NotDrawn() external {
        bytes32 id = _disputed(1);
        _seat(id, _seats(2, 3, 0, 0));
        vm.warp(start + 1 days);
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesNotJuror.selector, id, 0, judges[2]));
        vm.prank(judges[2]);
        disputes.commitVote(id, judges[2], "sealed");
    }

    function testFuzz_RevertWhen_AnotherSeals(address caller) external {
        vm.assume(caller != judges[0] && caller != _keyOf(judges[0]));
        bytes32 id = _disputed(1);
        _seat(id, _seats(2, 1, 1, 1));
        vm.warp(start + 1 days);
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesNotJurorsKey.selector, judges[0], caller));
        vm.prank(caller);
        disputes.commitVote(id, judges[0], "sealed");
    }

    function testFuzz_RevertWhen_SealedOutOfTime(uint256 time) external {
        bytes32 id = _disputed(1);
        _seat(id, _seats(2, 1, 1, 1));
        uint256 from = start + 1 days;
        bool early = time % 2 == 0;
        vm.warp(early ? bound(time, start, from - 1) : bound(time, from + COMMIT, from + 100 days));
        _expectWindow(id, from, from + COMMIT);
        vm.prank(judges[0]);
        disputes.commitVote(id, judges[0], "sealed");
    }

    function test_SealsAndSealsAnew() external {
        bytes32 id = _disputed(1);
        _seat(id, _seats(2, 1, 1, 1));
        vm.warp(start + 1 days);
        _seal(id, 0, GUILTY);
        vm.expectEmit(address(disputes));
        emit IAnswerDisputes.VoteCommitted(id, 0, judges[0], "sealed");
        vm.prank(judges[0]);
        disputes.commitVote(id, judges[0], "sealed");
        vm.assertEq(disputes.ballotOf(id, 0, judges[0]).commitment, "sealed", "the last one counts");
    }

    // revealVote

    function testFuzz_RevertWhen_OpenedOutOfTime(uint256 time) external {
        bytes32 id = _sealed();
        uint256 from = start + 1 days + COMMIT;
        bool early = time % 2 == 0;
        vm.warp(early ? bound(time, start + 1 days, from - 1) : bound(time, from + REVEAL, from + 100 days));
        _expectWindow(id, from, from + REVEAL);
        disputes.revealVote(id, judges[0], GUILTY, SALT);
    }

    /// @dev Not another vote, salt, juror: what somebody copied from another juror cannot be opened.
    function testFuzz_RevertWhen_NotTheSealedVote(uint256 field, bytes32 salt) external {
        bytes32 id = _sealed();
        vm.warp(start + 1 days + COMMIT - 1);
        bytes32 copied = disputes.ballotOf(id, 0, judges[0]).commitment;
        vm.prank(judges[1]);
        disputes.commitVote(id, judges[1], copied);
        vm.warp(start + 1 days + COMMIT);
        vm.assume(salt != SALT);
        bool other = field % 3 == 2;
        address juror = judges[other ? 1 : 0];
        IAnswerDisputes.Vote vote = field % 3 == 0 ? NOT_GUILTY : GUILTY;
        bytes32 used = field % 3 == 1 ? salt : SALT;
        bytes32 computed = disputes.computeVote(id, 0, juror, vote, used);
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesVoteMismatch.selector, computed, copied));
        disputes.revealVote(id, juror, vote, used);
    }

    function test_RevertWhen_NothingWasSealed() external {
        bytes32 id = _sealed();
        vm.warp(start + 1 days + COMMIT);
        bytes32 computed = disputes.computeVote(id, 0, judges[3], GUILTY, SALT);
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesVoteMismatch.selector, computed, 0));
        disputes.revealVote(id, judges[3], GUILTY, SALT);
    }

    function test_RevertWhen_VoteIsEmpty() external {
        bytes32 id = _sealed();
        vm.warp(start + 1 days + COMMIT);
        vm.expectRevert(IAnswerDisputes.DisputesVoteEmpty.selector);
        disputes.revealVote(id, judges[0], IAnswerDisputes.Vote.NONE, SALT);
    }

    function test_RevertGiven_Opened() external {
        bytes32 id = _sealed();
        vm.warp(start + 1 days + COMMIT);
        disputes.revealVote(id, judges[0], GUILTY, SALT);
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesVoteRevealed.selector, id, 0, judges[0]));
        disputes.revealVote(id, judges[0], GUILTY, SALT);
    }

    function test_RevertWhen_OpenedForNobody() external {
        bytes32 id = _sealed();
        vm.warp(start + 1 days + COMMIT);
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesNotJuror.selector, id, 0, CHALLENGER));
        disputes.revealVote(id, CHALLENGER, GUILTY, SALT);
    }

    /// @dev Anyone can open a vote, for all seats of its juror.
    function testFuzz_CountsBySeats(address caller) external {
        bytes32 id = _sealed();
        vm.warp(start + 1 days + COMMIT);
        vm.expectEmit(address(disputes));
        emit IAnswerDisputes.VoteRevealed(id, 0, judges[0], GUILTY, 2);
        vm.prank(caller);
        disputes.revealVote(id, judges[0], GUILTY, SALT);
        disputes.revealVote(id, judges[1], NOT_GUILTY, SALT);
        disputes.revealVote(id, judges[2], ABSTAIN, SALT);
        IAnswerDisputes.Round memory round = disputes.roundOf(id, 0);
        vm.assertEq(round.guilty, 2, "guilty");
        vm.assertEq(round.notGuilty, 1, "not guilty");
        vm.assertEq(round.abstained, 1, "abstained");
        vm.assertEq(uint256(round.verdict), 0, "two of five are no majority");
    }

    // appeal

    function test_RevertWhen_AppealedOutOfTime() external {
        bytes32 id = _decided(GUILTY);
        uint256 from = block.timestamp;
        vm.warp(from - 1);
        _expectWindow(id, from, from + APPEAL);
        _appeal(id, operator);
        vm.warp(from + APPEAL);
        _expectWindow(id, from, from + APPEAL);
        _appeal(id, operator);
    }

    function test_RevertWhen_TheWinnerAppeals() external {
        bytes32 id = _decided(GUILTY);
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesNotParty.selector, id, CHALLENGER));
        _appeal(id, CHALLENGER);
    }

    function test_RevertWhen_TheAcquittedAppeals() external {
        bytes32 id = _decided(NOT_GUILTY);
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesNotParty.selector, id, operator));
        _appeal(id, operator);
    }

    function testFuzz_RevertWhen_AStrangerAppealsAConviction(address stranger) external {
        vm.assume(stranger != operator);
        bytes32 id = _decided(GUILTY);
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesNotParty.selector, id, stranger));
        _appeal(id, stranger);
    }

    function test_RevertGiven_Appealed() external {
        bytes32 id = _decided(ABSTAIN);
        _appeal(id, operator);
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesAppealed.selector, id, operator));
        _appeal(id, CHALLENGER);
    }

    function test_TheLoserGetsALargerJury() external {
        bytes32 id = _decided(GUILTY);
        uint256 endsAt = disputes.roundOf(id, 0).endsAt;
        vm.expectEmit(address(disputes));
        emit IAnswerDisputes.VerdictAppealed(id, operator, GUILTY, block.number + 30);
        _appeal(id, operator);
        IAnswerDisputes.Dispute memory appealed = disputes.disputeOf(id);
        vm.assertEq(appealed.round, 1, "second round");
        vm.assertEq(appealed.appellant, operator, "appellant");
        vm.assertFalse(appealed.drawn, "not drawn yet");
        IAnswerDisputes.Round memory round = disputes.roundOf(id, 1);
        vm.assertEq(round.planned, 11, "twice as many and one");
        vm.assertEq(round.commitFrom, endsAt, "after the time to appeal");
        vm.assertEq(round.endsAt, start + 1 days + 3 days, "within the ledger's window for appeals");
        vm.assertEq(
            challengeBonds.bondOf(address(disputes), id),
            DISPUTE_BOND + 5 * FEE + 22 * FEE,
            "twice the fees of the second jury"
        );
    }

    /// @dev Also the challenger; the operator does in {test_RevertGiven_Appealed}, his owner in the stateful test.
    function test_GivenADraw_EitherMayAppeal() external {
        bytes32 id = _decided(ABSTAIN);
        _appeal(id, CHALLENGER);
        vm.assertEq(disputes.disputeOf(id).appellant, CHALLENGER, "appellant");
    }

    /// @dev Judges 0, 1 and 2 with two, one and one seats seal guilty, not guilty, abstain; judge 3 seals nothing.
    function _sealed() private returns (bytes32 id) {
        id = _disputed(1);
        _seat(id, _seats(2, 1, 1, 1));
        vm.warp(start + 1 days);
        _seal(id, 0, GUILTY);
        _seal(id, 1, NOT_GUILTY);
        _seal(id, 2, ABSTAIN);
    }
}
