// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {FaultClass, FaultTerms, IPenalties} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {PenaltiesTest} from "./PenaltiesTest.sol";

contract PenaltiesEscalateTest is PenaltiesTest {
    address private constant BYSTANDER = address(0x0905);

    function setUp() public override {
        super.setUp();
        _register(BYSTANDER, address(0x1905), COMMISSION_BPS);
        _stake(OPERATOR, 100e18);
        _stakeBehind(SECOND, SECOND, 100e18);
        _stakeBehind(THIRD, THIRD, 100e18);
        _stakeBehind(BYSTANDER, BYSTANDER, 700e18);
    }

    function test_SingleFaultIsMild() public {
        (uint256 slashed, ) = _punish(BYSTANDER, FaultClass.EQUIVOCATION);
        vm.assertEq(slashed, 35e18, "5 %, whatever the operator's own share of the network");
    }

    function test_SecondOperatorPaysForCorrelation() public {
        _punish(SECOND, FaultClass.EQUIVOCATION);
        (uint256 target, ) = penalties.previewPunish(OPERATOR, FaultClass.EQUIVOCATION, block.timestamp);
        // 5 % and three tenths of the rest: a tenth of the network is at fault beside him.
        vm.assertEq(target, 3_350, "5 % + 95 % * 3 / 10");
        (uint256 slashed, ) = _punish(OPERATOR, FaultClass.EQUIVOCATION);
        vm.assertEq(slashed, 33.5e18, "is taken");
    }

    function test_OtherClassesAreNotCorrelated() public {
        _punish(SECOND, FaultClass.EQUIVOCATION);
        (uint256 target, ) = penalties.previewPunish(OPERATOR, FaultClass.INVALID_QUOTE, block.timestamp);
        vm.assertEq(target, 1_000, "10 % as ever");
    }

    function test_ThirdOfNetworkLosesEverything() public {
        _punish(BYSTANDER, FaultClass.EQUIVOCATION);
        (uint256 slashed, ) = _punish(OPERATOR, FaultClass.EQUIVOCATION);
        vm.assertEq(slashed, 100e18, "70 % of the network at fault: all is lost");
    }

    function test_NeighbouringWeekCounts() public {
        _punish(SECOND, FaultClass.EQUIVOCATION);
        vm.warp(block.timestamp + 7 days);
        (uint256 target, ) = penalties.previewPunish(OPERATOR, FaultClass.EQUIVOCATION, block.timestamp);
        vm.assertEq(target, 3_350, "last week counts");
        vm.warp(block.timestamp + 7 days);
        (target, ) = penalties.previewPunish(OPERATOR, FaultClass.EQUIVOCATION, block.timestamp);
        vm.assertEq(target, 500, "the week before does not");
    }

    /// @dev Also when the others came later than the fault that was punished.
    function test_NextWeekCounts() public {
        bytes32 id = _firstFault();
        vm.warp(block.timestamp + 7 days);
        _punish(SECOND, FaultClass.EQUIVOCATION);
        penalties.escalate(id);
        vm.assertApproxEqAbs(_poolAssets(OPERATOR), 66.5e18, 0.01e18, "5 % + 95 % * 3 / 10");
    }

    function test_RevertGiven_OthersCameTwoWeeksLater() public {
        bytes32 id = _firstFault();
        vm.warp(block.timestamp + 14 days);
        _punish(SECOND, FaultClass.EQUIVOCATION);
        _expect(abi.encodeWithSelector(IPenalties.PenaltiesNothingDue.selector, id, 500, 500));
        penalties.escalate(id);
    }

    /// @dev Two faults of one operator in a week are one operator at fault.
    function test_OtherOperatorCountsOnce() public {
        _punish(SECOND, FaultClass.INVALID_PROOF);
        uint256 faulty = 100e18;
        _punish(SECOND, FaultClass.EQUIVOCATION);
        (uint256 target, ) = penalties.previewPunish(OPERATOR, FaultClass.EQUIVOCATION, block.timestamp);
        vm.assertEq(target, 500 + (9_500 * 3 * faulty) / 1_000e18, "his stake as it was at the first");
    }

    function test_OwnFaultsAreNotOthers() public {
        _punish(OPERATOR, FaultClass.INVALID_PROOF);
        (uint256 target, ) = penalties.previewPunish(OPERATOR, FaultClass.EQUIVOCATION, block.timestamp);
        vm.assertEq(target, 500, "his own earlier fault does not correlate");
    }

    function test_RevertWhen_FaultIsUnknown() public {
        _checkPreview("f", 0, 0);
        _expect(abi.encodeWithSelector(IPenalties.PenaltiesFaultUnknown.selector, bytes32("f")));
        penalties.escalate("f");
    }

    function test_RevertGiven_NothingIsDue() public {
        bytes32 id = _firstFault();
        _checkPreview(id, 500, 0);
        _expect(abi.encodeWithSelector(IPenalties.PenaltiesNothingDue.selector, id, 500, 500));
        penalties.escalate(id);
    }

    function test_RevertGiven_EscalatedAlready() public {
        bytes32 id = _firstFault();
        _punish(SECOND, FaultClass.EQUIVOCATION);
        _checkPreview(id, 3_350, 3_000);
        penalties.escalate(id);
        _checkPreview(id, 3_350, 0);
        _expect(abi.encodeWithSelector(IPenalties.PenaltiesNothingDue.selector, id, 3_350, 3_350));
        penalties.escalate(id);
    }

    function test_ChargesTheDifferenceAndPaysTheCaller() public {
        bytes32 id = _firstFault();
        _punish(SECOND, FaultClass.EQUIVOCATION);
        vm.prank(BOB);
        (uint256 slashed, uint256 bounty) = penalties.escalate(id);
        // 3,000 bps of the 9,500 that were left.
        vm.assertApproxEqAbs(_poolAssets(OPERATOR), 66.5e18, 0.01e18, "33.5 % in all");
        vm.assertGe(_poolAssets(OPERATOR), 66.5e18, "never more");
        vm.assertEq(bounty, slashed / 10, "10 % of what he lost");
        vm.assertEq(staking.bountyOf(BOB), bounty, "to the caller");
        (, uint256 lost, ) = penalties.recordOf(OPERATOR);
        vm.assertEq(lost, 5e18 + slashed, "on the record");
    }

    function test_TakesNothingThatAnotherFaultOfTheWeekTook() public {
        bytes32 id = _firstFault();
        FaultTerms memory terms = penalties.termsAt(FaultClass.ZK_CONTRADICTION, block.timestamp);
        vm.assertEq(uint256(terms.maximumBps), 10_000, "the next fault costs everything");
        _punish(BYSTANDER, FaultClass.ZK_CONTRADICTION);
        _punish(OPERATOR, FaultClass.ZK_CONTRADICTION);
        vm.assertEq(_poolAssets(OPERATOR), 0, "everything is lost");
        _checkPreview(id, 10_000, 10_000);
        (uint256 slashed, ) = penalties.escalate(id);
        vm.assertEq(slashed, 0, "there is nothing to escalate into");
    }

    function testFuzz_OrderOfVerdictsDoesNotMatter(uint256 stakeOfSecond, bool secondFirst) public {
        _stakeBehind(SECOND, SECOND, bound(stakeOfSecond, 1e12, 1_000e18));
        uint256 before = _poolAssets(SECOND);
        address[2] memory order = secondFirst ? [SECOND, OPERATOR] : [OPERATOR, SECOND];
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(ADJUDICATOR);
            penalties.punish(order[i], FaultClass.EQUIVOCATION, block.timestamp, "f", CHALLENGER);
        }
        uint256 total = before + 900e18;
        uint256 expected = 500 + _min(9_500, (9_500 * 3 * before) / total);
        bytes32 id = _id(order[0], FaultClass.EQUIVOCATION, "f");
        penalties.escalate(id);
        // The increment is rounded down to a whole bps.
        vm.assertApproxEqAbs(_poolAssets(OPERATOR), 100e18 - (100e18 * expected) / 10_000, 0.01e18, "the same cost");
    }

    function _checkPreview(bytes32 id, uint256 targetBps, uint256 chargedBps) private view {
        (uint256 target, uint256 charged) = penalties.previewEscalate(id);
        vm.assertEq(target, targetBps, "what it costs now");
        vm.assertEq(charged, chargedBps, "what is left to take");
    }

    function _firstFault() private returns (bytes32) {
        vm.prank(ADJUDICATOR);
        penalties.punish(OPERATOR, FaultClass.EQUIVOCATION, block.timestamp, "f", CHALLENGER);
        return _id(OPERATOR, FaultClass.EQUIVOCATION, "f");
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
