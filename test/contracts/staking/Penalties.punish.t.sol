// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Roles} from "../../../contracts/libraries/Roles.sol";
import {FaultClass, FaultTerms, IPenalties} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {PenaltiesTest} from "./PenaltiesTest.sol";

contract PenaltiesPunishTest is PenaltiesTest {
    uint256 private constant OWN = 1_000e18;
    uint256 private constant DELEGATED = 3_000e18;

    function setUp() public override {
        super.setUp();
        _stake(OPERATOR, OWN);
        _stake(ALICE, DELEGATED);
        // Most of the network's stake is behind somebody else.
        _stakeBehind(SECOND, SECOND, 96_000e18);
    }

    function test_RevertWhen_LedgerHasNoCode() public {
        _expect(abi.encodeWithSelector(IPenalties.PenaltiesContractWithoutCode.selector, ALICE));
        create("Penalties", abi.encode(address(manager), IStaking(ALICE)));
    }

    function test_RevertWhen_CallerIsNoAdjudicator() public {
        _expectUnauthorized(JURY);
        vm.prank(JURY);
        penalties.punish(OPERATOR, FaultClass.EQUIVOCATION, block.timestamp, "f", CHALLENGER);
    }

    function test_RevertWhen_ClassIsNone() public {
        _expect(_classError(FaultClass.NONE));
        vm.prank(ADJUDICATOR);
        penalties.punish(OPERATOR, FaultClass.NONE, block.timestamp, "f", CHALLENGER);
    }

    function test_RevertWhen_PeopleDecideTheClass() public {
        _expect(_classError(FaultClass.WRONG_ANSWER));
        vm.prank(ADJUDICATOR);
        penalties.punish(OPERATOR, FaultClass.WRONG_ANSWER, block.timestamp, "f", CHALLENGER);
    }

    function test_RevertWhen_InfractionIsInFuture() public {
        uint256 time = block.timestamp + 1;
        _expect(abi.encodeWithSelector(IPenalties.PenaltiesInfractionInFuture.selector, time, block.timestamp));
        vm.prank(ADJUDICATOR);
        penalties.punish(OPERATOR, FaultClass.EQUIVOCATION, time, "f", CHALLENGER);
    }

    function test_RevertWhen_InfractionIsTooOld() public {
        uint256 today = block.timestamp / 1 days;
        uint256 time = (today - PERIOD) * 1 days - 1;
        _expect(abi.encodeWithSelector(IStaking.StakingInfractionTooOld.selector, time, (today - PERIOD) * 1 days));
        vm.prank(ADJUDICATOR);
        penalties.punish(OPERATOR, FaultClass.EQUIVOCATION, time, "f", CHALLENGER);
    }

    function test_RevertWhen_OperatorIsUnknown() public {
        _expect(abi.encodeWithSelector(IStaking.StakingOperatorUnknown.selector, BOB));
        vm.prank(ADJUDICATOR);
        penalties.punish(BOB, FaultClass.EQUIVOCATION, block.timestamp, "f", CHALLENGER);
    }

    function test_RevertGiven_FaultWasPunished() public {
        vm.prank(ADJUDICATOR);
        penalties.punish(OPERATOR, FaultClass.EQUIVOCATION, block.timestamp, "f", CHALLENGER);
        bytes32 id = _id(OPERATOR, FaultClass.EQUIVOCATION, "f");
        _expect(abi.encodeWithSelector(IPenalties.PenaltiesAlreadyPunished.selector, id));
        vm.prank(ADJUDICATOR);
        penalties.punish(OPERATOR, FaultClass.EQUIVOCATION, block.timestamp, "f", CHALLENGER);
    }

    function test_SlashesProRataAndTombstones() public {
        bytes32 id = _id(OPERATOR, FaultClass.EQUIVOCATION, "f");
        vm.expectEmit(address(penalties));
        emit IPenalties.FaultPunished({
            id: id,
            operator: OPERATOR,
            faultClass: FaultClass.EQUIVOCATION,
            adjudicator: ADJUDICATOR,
            faultId: "f",
            infractionTime: block.timestamp,
            targetBps: 500,
            chargedBps: 500,
            slashed: 200e18,
            bounty: 5e18
        });
        vm.prank(ADJUDICATOR);
        (uint256 slashed, uint256 bounty) = penalties.punish(
            OPERATOR,
            FaultClass.EQUIVOCATION,
            block.timestamp,
            "f",
            CHALLENGER
        );
        vm.assertEq(slashed, 200e18, "5 % of all");
        vm.assertEq(bounty, 5e18, "10 % of the operator's own loss");
        vm.assertEq(staking.stakeOf(OPERATOR, ALICE), 2_850e18, "the delegator loses 5 %");
        vm.assertTrue(_isTombstoned(OPERATOR), "out for ever");
        vm.assertTrue(staking.isPunished(id), "the ledger knows the fault");
        (uint256 faults, uint256 lost, uint256 lastAt) = penalties.recordOf(OPERATOR);
        vm.assertEq(faults, 1, "on his record");
        vm.assertEq(lost, 200e18, "with what it cost");
        vm.assertEq(lastAt, block.timestamp, "and when");
    }

    function test_PaysNoBountyForClassWithoutOne() public {
        (uint256 slashed, uint256 bounty) = _punish(OPERATOR, FaultClass.DEADLINE_MISSED);
        vm.assertEq(slashed, 2e18, "0.05 % of all");
        vm.assertEq(bounty, 0, "nobody earns");
        vm.assertEq(staking.bountyOf(CHALLENGER), 0, "nothing is credited");
    }

    function test_JailsAtOnce() public {
        _punish(OPERATOR, FaultClass.INVALID_PROOF);
        vm.assertEq(operators.operatorOf(OPERATOR).jailedUntil, block.timestamp + 7 days, "jailed for a week");
        vm.assertFalse(_isTombstoned(OPERATOR), "not for ever");
    }

    function test_JailsAfterThirdMissedDeadline() public {
        _punish(OPERATOR, FaultClass.DEADLINE_MISSED);
        _punish(OPERATOR, FaultClass.DEADLINE_MISSED);
        vm.assertEq(operators.operatorOf(OPERATOR).jailedUntil, 0, "two are no habit");
        _punish(OPERATOR, FaultClass.DEADLINE_MISSED);
        vm.assertEq(operators.operatorOf(OPERATOR).jailedUntil, block.timestamp + 6 hours, "the third jails");
    }

    function test_RepetitionsCostMore() public {
        _punish(OPERATOR, FaultClass.REVOKED_ENCLAVE);
        vm.warp(block.timestamp + 7 days);
        (uint256 target, uint256 charged) = penalties.previewPunish(
            OPERATOR,
            FaultClass.REVOKED_ENCLAVE,
            block.timestamp
        );
        vm.assertEq(target, 1_000, "ten times the first");
        vm.assertEq(charged, 1_000, "of a new week");
        vm.assertEq(penalties.repeatsOf(OPERATOR, FaultClass.REVOKED_ENCLAVE), 1, "one is remembered");
        vm.assertEq(penalties.repeatsOf(OPERATOR, FaultClass.DATA_WITHHELD), 0, "of this class");
    }

    function test_RepetitionsNeverExceedMaximum() public {
        for (uint256 i = 0; i < 3; ++i) _punish(OPERATOR, FaultClass.REVOKED_ENCLAVE);
        (uint256 target, ) = penalties.previewPunish(OPERATOR, FaultClass.REVOKED_ENCLAVE, block.timestamp);
        vm.assertEq(target, 1_000, "the maximum");
    }

    function test_RepetitionsAreForgotten() public {
        _punish(OPERATOR, FaultClass.DATA_WITHHELD);
        vm.warp(block.timestamp + 30 days);
        vm.assertEq(penalties.repeatsOf(OPERATOR, FaultClass.DATA_WITHHELD), 1, "to the last second");
        vm.warp(block.timestamp + 1);
        vm.assertEq(penalties.repeatsOf(OPERATOR, FaultClass.DATA_WITHHELD), 0, "long ago");
        _punish(OPERATOR, FaultClass.DATA_WITHHELD);
        vm.assertEq(penalties.repeatsOf(OPERATOR, FaultClass.DATA_WITHHELD), 1, "counted anew");
    }

    function test_FaultsOfOneWeekCostTheLargest() public {
        // 30 %, then 40 %; and 15 %, then 35 %.
        penalties.setFaultTerms(FaultClass.ZK_CONTRADICTION, FaultTerms(3_000, 1_000, 5_000, 0, 0, false, false, true));
        _enforce(FaultClass.INVALID_PROOF, FaultTerms(1_500, 2_000, 5_000, 0, 0, false, false, true));
        _punish(OPERATOR, FaultClass.ZK_CONTRADICTION);
        vm.assertEq(_poolAssets(OPERATOR), 2_800e18, "30 %");
        _punish(OPERATOR, FaultClass.INVALID_PROOF);
        vm.assertEq(_poolAssets(OPERATOR), 2_800e18, "15 % is less");
        vm.warp(block.timestamp + 1 days);
        _punish(OPERATOR, FaultClass.ZK_CONTRADICTION);
        // The increment is rounded down to a whole bps: 1,428 of the 7,000 that are left.
        vm.assertEq(_poolAssets(OPERATOR), 2_400.16e18, "40 %");
        (uint256 target, uint256 charged) = penalties.previewPunish(
            OPERATOR,
            FaultClass.INVALID_PROOF,
            block.timestamp
        );
        vm.assertEq(target, 3_500, "35 % by itself");
        vm.assertEq(charged, 0, "but nothing is left to take");
        _punish(OPERATOR, FaultClass.INVALID_PROOF);
        vm.assertEq(_poolAssets(OPERATOR), 2_400.16e18, "40 % in total");
    }

    function test_FaultsOfTwoWeeksAddUp() public {
        _punish(OPERATOR, FaultClass.INVALID_QUOTE);
        vm.warp(block.timestamp + 7 days);
        _punish(OPERATOR, FaultClass.INVALID_QUOTE);
        vm.assertEq(_poolAssets(OPERATOR), 3_240e18, "10 % twice");
    }

    function test_EarlierDayCostsItsFullFraction() public {
        uint256 monday = block.timestamp;
        vm.warp(monday + 1 days);
        (, uint256 bucketId) = _unbond(ALICE, 2_000e18);
        vm.warp(monday + 2 days);
        _punish(OPERATOR, FaultClass.INVALID_QUOTE);
        vm.assertEq(_unbondingValue(ALICE, bucketId), 2_000e18, "left before the infraction");
        _punishAt(OPERATOR, FaultClass.INVALID_QUOTE, monday);
        vm.assertEq(_unbondingValue(ALICE, bucketId), 1_800e18, "but not before the other one");
        vm.assertEq(_poolAssets(OPERATOR), 1_620e18, "who stayed pays both");
        vm.warp(monday + 3 days);
        _punish(OPERATOR, FaultClass.INVALID_QUOTE);
        vm.assertEq(_poolAssets(OPERATOR), 1_620e18, "and nothing for a third");
    }

    function test_TombstonesAlsoWhenNothingIsLeftToTake() public {
        _punish(OPERATOR, FaultClass.INVALID_QUOTE);
        vm.assertEq(_poolAssets(OPERATOR), 3_600e18, "10 %");
        _punish(OPERATOR, FaultClass.EQUIVOCATION);
        vm.assertTrue(_isTombstoned(OPERATOR), "out for ever");
        vm.assertEq(_poolAssets(OPERATOR), 3_599.64e18, "for one bps");
        _punish(OPERATOR, FaultClass.EQUIVOCATION);
        vm.assertEq(_poolAssets(OPERATOR), 3_599.64e18, "once");
    }

    function test_EndsReservationAlsoWhenNothingIsLeftToTake() public {
        _punish(OPERATOR, FaultClass.INVALID_QUOTE);
        vm.prank(ADJUDICATOR);
        bytes32 id = penalties.admit(
            OPERATOR,
            FaultClass.DATA_WITHHELD,
            block.timestamp,
            "f",
            block.timestamp + 1 days
        );
        vm.assertEq(holds.holdOf(id).operator, OPERATOR, "held");
        vm.prank(ADJUDICATOR);
        (uint256 slashed, ) = penalties.punish(OPERATOR, FaultClass.DATA_WITHHELD, block.timestamp, "f", CHALLENGER);
        vm.assertEq(slashed, 0, "1 % is less than 10 %");
        vm.assertEq(holds.holdOf(id).operator, address(0), "held no more");
    }

    function test_NeverRevertsForLackOfStake() public {
        _unbondAll(OPERATOR);
        _unbondAll(ALICE);
        vm.warp(block.timestamp + 1 days);
        (uint256 slashed, ) = _punish(OPERATOR, FaultClass.EQUIVOCATION);
        vm.assertEq(slashed, 0, "who left yesterday is out of reach");
        vm.assertTrue(_isTombstoned(OPERATOR), "but out he is");
    }

    function test_NewLifeAfterLosingEverythingIsChargedAnew() public {
        FaultTerms memory terms = FaultTerms(10_000, 0, 10_000, 0, 0, false, false, true);
        _enforce(FaultClass.ZK_CONTRADICTION, terms);
        _punish(OPERATOR, FaultClass.ZK_CONTRADICTION);
        vm.assertEq(_poolAssets(OPERATOR), 0, "everything");
        vm.warp(block.timestamp + 1 days);
        _stake(BOB, 500e18);
        vm.warp(block.timestamp + 1 days);
        _punish(OPERATOR, FaultClass.INVALID_QUOTE);
        vm.assertEq(_poolAssets(OPERATOR), 450e18, "10 % of what came since");
    }

    function testFuzz_OrderOnOneDayDoesNotMatter(uint256 first, uint256 second) public {
        FaultTerms memory terms = FaultTerms(uint16(bound(first, 1, 9_000)), 0, 9_000, 0, 0, false, false, true);
        penalties.setFaultTerms(FaultClass.ZK_CONTRADICTION, terms);
        FaultTerms memory other = FaultTerms(uint16(bound(second, 1, 2_000)), 0, 9_000, 0, 0, false, false, true);
        _enforce(FaultClass.INVALID_PROOF, other);
        _stakeBehind(THIRD, THIRD, 4_000e18);

        _punish(OPERATOR, FaultClass.ZK_CONTRADICTION);
        _punish(OPERATOR, FaultClass.INVALID_PROOF);
        _punish(THIRD, FaultClass.INVALID_PROOF);
        _punish(THIRD, FaultClass.ZK_CONTRADICTION);

        uint256 largest = terms.fractionBps > other.fractionBps ? terms.fractionBps : other.fractionBps;
        uint256 exact = 4_000e18 - (4_000e18 * largest) / 10_000;
        // An increment is rounded down to a bps of the rest.
        vm.assertApproxEqAbs(_poolAssets(OPERATOR), exact, 0.4e18 + 2, "the largest, whichever came first");
        vm.assertApproxEqAbs(_poolAssets(THIRD), exact, 0.4e18 + 2, "the largest, whichever came last");
        vm.assertGe(_poolAssets(OPERATOR) + 2, exact, "never more than the largest");
        vm.assertGe(_poolAssets(THIRD) + 2, exact, "never more than the largest in the other order");
    }

    function test_AnotherAdjudicatorCannotOccupyFaultId() public {
        address rival = address(0xAD2);
        manager.grantRole(Roles.ADJUDICATOR, rival, 0);
        vm.prank(rival);
        penalties.punish(OPERATOR, FaultClass.DATA_WITHHELD, block.timestamp, "f", OPERATOR);
        vm.prank(ADJUDICATOR);
        (uint256 slashed, ) = penalties.punish(OPERATOR, FaultClass.EQUIVOCATION, block.timestamp, "f", CHALLENGER);
        vm.assertGe(slashed, 1, "the fault is still punished");
    }
}
