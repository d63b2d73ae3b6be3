// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {StakingTest} from "./StakingTest.sol";

contract OperatorsCommissionTest is StakingTest {
    function testFuzz_RevertWhen_CommissionIsAboveMaximum(uint16 bps) external {
        bps = uint16(bound(bps, 2_001, type(uint16).max));
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsCommissionAboveLimit.selector, bps, 2_000));
        _announce(bps);
    }

    function test_RevertWhen_CallerIsNotOwner() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsNotOwner.selector, ALICE, OPERATOR));
        vm.prank(ALICE);
        operators.announceCommission(OPERATOR, 0);
    }

    function test_RisesByOneStepADay() external {
        vm.expectEmit(address(operators));
        emit IOperators.CommissionAnnounced(OPERATOR, 500, 750, START + 1 days);
        _announce(750);
        vm.warp(START + 1 days - 1);
        _assertCommission(500, 750, START + 1 days);
        vm.warp(START + 1 days);
        _assertCommission(600, 750, START + 2 days);
        vm.warp(START + 3 days - 1);
        _assertCommission(700, 750, START + 3 days);
        vm.warp(START + 3 days);
        _assertCommission(750, 750, 0);
    }

    function test_FallsAtOnceAfterADay() external {
        _announce(0);
        vm.warp(START + 1 days - 1);
        _assertCommission(500, 0, START + 1 days);
        vm.warp(START + 1 days);
        _assertCommission(0, 0, 0);
    }

    function test_CountsForLaterRewardsOnly() external {
        _stake(OPERATOR, 100e18);
        _stake(ALICE, 300e18);
        _reward(100e18);
        _announce(600);
        vm.warp(START + 1 days - 1);
        _reward(100e18);
        vm.assertApproxEqAbs(staking.pendingReward(OPERATOR, ALICE), 142.5e18, 2, "5 % of both");
        vm.warp(START + 1 days);
        vm.assertApproxEqAbs(staking.pendingReward(OPERATOR, ALICE), 142.5e18, 2, "what is earned stays");
        _reward(100e18);
        vm.assertApproxEqAbs(staking.pendingReward(OPERATOR, ALICE), 213e18, 3, "6 % of the third");
    }

    function testFuzz_NeverRisesFasterThanAStepADay(uint16 first, uint16 second, uint256 pause, uint256 time) external {
        _announce(uint16(bound(first, 0, 2_000)));
        vm.warp(START + bound(pause, 0, 30 days));
        uint256 before = operators.commissionOf(OPERATOR);
        _announce(uint16(bound(second, 0, 2_000)));
        vm.assertEq(operators.commissionOf(OPERATOR), before, "an announcement changes nothing now");
        uint256 from = block.timestamp;
        vm.warp(from + bound(time, 0, 40 days));
        uint256 elapsed = (block.timestamp - from) / 1 days;
        vm.assertLe(operators.commissionOf(OPERATOR), before + elapsed * 100, "a step for each full day");
        vm.assertLe(operators.commissionOf(OPERATOR), 2_000, "the maximum");
    }

    function _announce(uint16 bps) private {
        vm.prank(OPERATOR);
        operators.announceCommission(OPERATOR, bps);
    }

    function _assertCommission(uint256 current, uint256 announced, uint256 changesAt) private view {
        vm.assertEq(operators.commissionOf(OPERATOR), current, "now");
        vm.assertEq(uint256(operators.operatorOf(OPERATOR).commissionBps), current, "in the record");
        (uint256 newBps, uint256 at) = operators.announcedCommissionOf(OPERATOR);
        vm.assertEq(newBps, announced, "announced");
        vm.assertEq(at, changesAt, "next change");
    }
}
