// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Roles} from "../../../contracts/libraries/Roles.sol";
import {IAnswerChallenges} from "../../../contracts/settlement/interfaces/IAnswerChallenges.sol";
import {Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {FaultClass} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {ChallengeTest} from "./ChallengeTest.sol";

/// @dev Bounties are 10 % of the operator's own loss; all stake of the fixture is his own.
contract AnswerChallengesResolveTest is ChallengeTest {
    address private constant ALICE = address(0xA11CE);

    function testFuzz_RevertGiven_NotChallenged(bytes32 id) external {
        _expectState(id, IAnswerChallenges.State.NONE);
        challenges.resolve(id);
    }

    function testFuzz_RevertGiven_ResponseIsPending(uint256 time) external {
        (, bytes32 id) = _challenged(1);
        vm.warp(bound(time, START, START + RESPONSE));
        vm.expectRevert(
            abi.encodeWithSelector(IAnswerChallenges.ChallengesResponsePending.selector, id, START + RESPONSE)
        );
        challenges.resolve(id);
    }

    function testFuzz_GivenSilence_PunishesWithholding(uint256 time, address caller) external {
        (, bytes32 id) = _challenged(1);
        vm.warp(bound(time, START + RESPONSE + 1, START + RESPONSE + RESOLVE));
        vm.expectEmit(address(challenges));
        emit IAnswerChallenges.ChallengeUpheld(
            id,
            operator,
            CHALLENGER,
            IAnswerChallenges.State.WITHHELD,
            1_000e18,
            100e18
        );
        vm.prank(caller);
        challenges.resolve(id);
        _stateIs(id, IAnswerChallenges.State.WITHHELD);
        vm.assertEq(staking.stakeOf(operator, operator), 99_000e18, "1 %");
        vm.assertEq(staking.bountyOf(CHALLENGER), 100e18, "bounty");
        vm.assertEq(challengeBonds.creditOf(CHALLENGER), BOND, "and the bond");
        vm.assertEq(staking.operators().operatorOf(operator).jailedUntil, block.timestamp + 1 days, "jailed");
        vm.assertEq(holds.holdsOf(operator).length, 0, "nothing is held");
        _expectState(id, IAnswerChallenges.State.WITHHELD);
        challenges.resolve(id);
    }

    function test_GivenContradiction_PunishesIt() external {
        (Receipt memory receipt, bytes32 id) = _challenged(1);
        _contradict(receipt);
        vm.warp(START + RESPONSE + 1);
        vm.expectEmit(address(challenges));
        emit IAnswerChallenges.ChallengeUpheld(
            id,
            operator,
            CONTRADICTOR,
            IAnswerChallenges.State.DISPROVED,
            10_000e18,
            1_000e18
        );
        challenges.resolve(id);
        _stateIs(id, IAnswerChallenges.State.DISPROVED);
        (, , bool tombstoned) = staking.standingOf(operator);
        vm.assertTrue(tombstoned, "out for ever");
        vm.assertEq(staking.bountyOf(CONTRADICTOR), 1_000e18, "the bounty is his who proved it");
        vm.assertEq(challengeBonds.creditOf(CHALLENGER), BOND, "the bond is his who posted it");
        vm.assertEq(holds.holdsOf(operator).length, 0, "nothing is held");
    }

    function testFuzz_GivenNobodyResolved_Expires(uint256 time, bool contradicted) external {
        (Receipt memory receipt, bytes32 id) = _challenged(1);
        if (contradicted) _contradict(receipt);
        vm.warp(bound(time, START + RESPONSE + RESOLVE + 1, START + 10_000 days));
        // What is left of a challenge needs no role.
        authority.revokeRole(Roles.ADJUDICATOR, address(challenges));
        vm.expectEmit(address(challenges));
        emit IAnswerChallenges.ChallengeExpired(id, operator);
        challenges.resolve(id);
        _stateIs(id, IAnswerChallenges.State.EXPIRED);
        vm.assertEq(staking.stakeOf(operator, operator), 100_000e18, "nobody is punished");
        vm.assertEq(challengeBonds.creditOf(CHALLENGER), BOND, "the bond goes back");
    }

    /// @dev On the last day that the ledger reaches: stake that matures meanwhile waits as far as it is reserved, the
    ///      rest is paid at once, and the verdict takes its part of everything.
    function test_GivenStakeMatures_HeldPartWaits() external {
        vm.prank(operator);
        (, uint256 bucketId) = staking.unbond(operator, 40_000e18);
        Receipt memory receipt = _settled(1);
        uint256 matures = staking.claimableAt(bucketId);
        vm.warp(matures - 1);
        bytes32 id = _challenge(receipt);
        vm.warp(matures);
        vm.assertApproxEqAbs(staking.claim(operator, operator, bucketId), 36_000e18, 16, "90 % at once");
        vm.warp(matures + RESPONSE);
        challenges.resolve(id);
        vm.assertEq(staking.stakeOf(operator, operator), 59_400e18, "1 % of the active stake");
        vm.assertApproxEqAbs(staking.claim(operator, operator, bucketId), 3_600e18, 16, "and of what had matured");
    }

    function test_GivenDelegators_AllLoseAlike() external {
        token.transfer(ALICE, 50_000e18);
        vm.startPrank(ALICE);
        token.approve(address(staking), 50_000e18);
        staking.stake(operator, 50_000e18);
        vm.stopPrank();
        (, bytes32 id) = _challenged(1);
        vm.warp(START + RESPONSE + 1);
        challenges.resolve(id);
        vm.assertEq(staking.stakeOf(operator, ALICE), 49_500e18, "1 % each");
        vm.assertEq(staking.bountyOf(CHALLENGER), 100e18, "the bounty is out of the operator's part only");
    }

    function test_GivenSeveral_CostAsOneWeek() external {
        (, bytes32 first) = _challenged(1);
        (, bytes32 second) = _challenged(2);
        vm.warp(START + RESPONSE + 1);
        challenges.resolve(first);
        challenges.resolve(second);
        // F4 rises by 1 % with each repetition; the largest of the week counts.
        vm.assertApproxEqAbs(staking.stakeOf(operator, operator), 98_000e18, 10e18, "2 %, not 3 %");
        vm.assertEq(holds.holdsOf(operator).length, 0, "both ended");
        vm.assertEq(_heldBps(second, FaultClass.DATA_WITHHELD), 0, "nothing is held");
    }
}
