// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {StakingTest} from "./StakingTest.sol";

contract OperatorsMinimumsTest is StakingTest {
    function test_RevertWhen_CallerIsNotGovernance() external {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, SLASHER));
        vm.prank(SLASHER);
        operators.setMinSelfStake(OperatorRoles.JUDGE, 1);
    }

    function test_RevertWhen_RoleIsNotOne() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsRolesInvalid.selector, 0));
        operators.setMinSelfStake(0, 1);
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsRolesInvalid.selector, 16));
        operators.setMinSelfStake(16, 1);
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsRoleNotSingle.selector, 3));
        operators.setMinSelfStake(3, 1);
    }

    function testFuzz_RevertWhen_AmountIsOutOfRange(uint256 amount) external {
        amount = amount % 2 == 0 ? 0 : bound(amount, 10_000_000e18 + 1, type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(IOperators.OperatorsMinSelfStakeOutOfRange.selector, amount, 10_000_000e18)
        );
        operators.setMinSelfStake(OperatorRoles.JUDGE, amount);
    }

    function test_RaisedMinimumCountsAfterNotice() external {
        _stake(OPERATOR, 100e18);
        vm.expectEmit(address(operators));
        emit IOperators.MinSelfStakeSet(OperatorRoles.JUDGE, 100e18, 200e18, START + 7 days);
        operators.setMinSelfStake(OperatorRoles.JUDGE, 200e18);
        (uint256 amount, uint256 from) = operators.announcedMinSelfStakeOf(OperatorRoles.JUDGE);
        vm.assertEq(amount, 200e18, "announced");
        vm.assertEq(from, START + 7 days, "with a notice");
        vm.warp(START + 7 days - 1);
        vm.assertTrue(operators.isActive(OPERATOR, OperatorRoles.JUDGE), "not yet");
        vm.warp(START + 7 days);
        vm.assertFalse(operators.isActive(OPERATOR, OperatorRoles.JUDGE), "now, without anybody's help");
        vm.assertTrue(operators.isActive(OPERATOR, OperatorRoles.INFERENCE), "another role is not concerned");
        vm.assertTrue(operators.isActive(OPERATOR, 0), "he is active in some role");
        vm.assertFalse(operators.isActive(OPERATOR, OperatorRoles.ALL), "but not in every one");
        vm.assertEq(operators.minSelfStakeOf(OperatorRoles.ALL), 200e18, "all roles need the highest");
        vm.assertEq(operators.minSelfStakeOf(0), 0, "no role needs nothing");
    }

    function test_LoweredMinimumCountsAtOnce() external {
        _stake(OPERATOR, 50e18);
        operators.setMinSelfStake(OperatorRoles.JUDGE, 50e18);
        vm.assertTrue(operators.isActive(OPERATOR, OperatorRoles.JUDGE), "at once");
        vm.assertTrue(operators.isActive(OPERATOR, 0), "in some role");
        vm.assertFalse(operators.isActive(OPERATOR, OperatorRoles.DATA), "not in this one");
    }

    function test_ChangeReplacesAnnouncedOne() external {
        operators.setMinSelfStake(OperatorRoles.JUDGE, 200e18);
        vm.warp(START + 7 days - 1);
        operators.setMinSelfStake(OperatorRoles.JUDGE, 150e18);
        vm.warp(START + 7 days);
        vm.assertEq(operators.minSelfStakeOf(OperatorRoles.JUDGE), 100e18, "the first is void");
        vm.warp(START + 14 days);
        vm.assertEq(operators.minSelfStakeOf(OperatorRoles.JUDGE), 150e18, "the second");
    }

    function test_GivenNothingAnnounced() external view {
        (uint256 amount, uint256 from) = operators.announcedMinSelfStakeOf(OperatorRoles.DATA);
        vm.assertEq(amount, 100e18, "as configured");
        vm.assertEq(from, 0, "for ever");
    }

    function test_RevertWhen_RolesAreInvalid() external {
        vm.startPrank(OPERATOR);
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsRolesInvalid.selector, 0));
        operators.setRoles(OPERATOR, 0);
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsRolesInvalid.selector, 31));
        operators.setRoles(OPERATOR, 31);
        vm.stopPrank();
    }

    function test_ChangesRoles() external {
        _stake(OPERATOR, 100e18);
        vm.expectEmit(address(operators));
        emit IOperators.RolesSet(OPERATOR, OperatorRoles.ALL, OperatorRoles.JUDGE);
        vm.prank(OPERATOR);
        operators.setRoles(OPERATOR, OperatorRoles.JUDGE);
        vm.assertTrue(operators.isActive(OPERATOR, OperatorRoles.JUDGE), "a judge");
        vm.assertFalse(operators.isActive(OPERATOR, OperatorRoles.INFERENCE), "nothing else");
    }
}
