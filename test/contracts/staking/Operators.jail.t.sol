// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {StakingTest} from "./StakingTest.sol";

contract OperatorsJailTest is StakingTest {
    function test_RevertWhen_CallerIsNotAllowed() external {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, ALICE));
        vm.prank(ALICE);
        operators.jail(OPERATOR, START + 1);
    }

    function test_RevertWhen_OperatorIsUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsUnknown.selector, ALICE));
        vm.prank(SLASHER);
        operators.jail(ALICE, START + 1);
    }

    function testFuzz_WhenTermIsNotLonger(uint256 until) external {
        _jail(START + 2 days);
        _jail(bound(until, 0, START + 2 days));
        vm.assertEq(operators.operatorOf(OPERATOR).jailedUntil, START + 2 days, "no term is shortened");
    }

    function testFuzz_WhenTermIsTooLong(uint256 until) external {
        _jail(bound(until, START + 365 days, type(uint256).max));
        vm.assertEq(operators.operatorOf(OPERATOR).jailedUntil, START + 365 days, "a year at most");
    }

    function testFuzz_WhenTermIsValid(uint256 term) external {
        term = bound(term, 1, 365 days);
        _stake(OPERATOR, 100e18);
        vm.expectEmit(address(operators));
        emit IOperators.OperatorJailed(OPERATOR, START + term);
        _jail(START + term);

        vm.assertEq(operators.operatorOf(OPERATOR).jailedUntil, START + term, "jailed until");
        vm.warp(START + term);
        vm.assertFalse(operators.isActive(OPERATOR, OperatorRoles.ALL), "in jail until he asks");
    }

    function test_RevertWhen_StrangerUnjails() external {
        _jail(START + 1 days);
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsNotOwner.selector, ALICE, OPERATOR));
        vm.prank(ALICE);
        operators.unjail(OPERATOR);
    }

    function test_RevertGiven_OperatorIsNotJailed() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsNotJailed.selector, OPERATOR));
        vm.prank(OPERATOR);
        operators.unjail(OPERATOR);
    }

    function testFuzz_RevertGiven_TermIsNotOver(uint256 time) external {
        _stake(OPERATOR, 100e18);
        _jail(START + 1 days);
        vm.warp(bound(time, START, START + 1 days - 1));
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsStillJailed.selector, OPERATOR, START + 1 days));
        vm.prank(OPERATOR);
        operators.unjail(OPERATOR);
    }

    function test_RevertGiven_SelfStakeIsTooLow() external {
        _stake(OPERATOR, 99e18);
        _jail(START + 1 days);
        vm.warp(START + 1 days);
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsSelfStakeTooLow.selector, OPERATOR, 99e18, 100e18));
        vm.prank(OPERATOR);
        operators.unjail(OPERATOR);
    }

    function test_RevertGiven_OperatorIsTombstoned() external {
        _stake(OPERATOR, 200e18);
        _jail(START + 1 days);
        vm.prank(SLASHER);
        staking.slash(OPERATOR, 1, START, "f", CHALLENGER, true);
        vm.warp(START + 365 days);
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsTombstoned.selector, OPERATOR));
        vm.prank(OPERATOR);
        operators.unjail(OPERATOR);
    }

    function test_RevertGiven_OperatorLeft() external {
        _jail(START + 1 days);
        vm.startPrank(OPERATOR);
        operators.exit(OPERATOR);
        vm.warp(START + 1 days);
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsExited.selector, OPERATOR, START));
        operators.unjail(OPERATOR);
        vm.stopPrank();
    }

    function test_WhenTermIsOver() external {
        _stake(OPERATOR, 100e18);
        _jail(START + 1 days);
        vm.warp(START + 1 days);
        vm.expectEmit(address(operators));
        emit IOperators.OperatorUnjailed(OPERATOR);
        vm.prank(OPERATOR);
        operators.unjail(OPERATOR);
        vm.assertTrue(operators.isActive(OPERATOR, OperatorRoles.ALL), "active again");
        vm.assertEq(operators.operatorOf(OPERATOR).jailedUntil, 0, "not jailed");
    }

    /// @dev Who serves in one role need not have what another one asks for.
    function test_WhenOneRoleIsStillReached() external {
        _stake(OPERATOR, 100e18);
        operators.setMinSelfStake(OperatorRoles.JUDGE, 200e18);
        _jail(START + 8 days);
        vm.warp(START + 8 days);
        vm.prank(OPERATOR);
        operators.unjail(OPERATOR);
        vm.assertTrue(operators.isActive(OPERATOR, OperatorRoles.INFERENCE), "in this one");
        vm.assertFalse(operators.isActive(OPERATOR, OperatorRoles.JUDGE), "not in that one");
    }

    function test_GivenOperatorIsJailed() external {
        _stake(OPERATOR, 100e18);
        vm.prank(SLASHER);
        operators.jail(OPERATOR, START + 300 days);
        _stake(ALICE, 1e18);
        uint256 bucketId = _unbondAll(OPERATOR);
        vm.warp(staking.claimableAt(bucketId));
        vm.assertEq(staking.claim(OPERATOR, OPERATOR, bucketId), 100e18, "leaves whole");
    }

    function _jail(uint256 until) private {
        vm.prank(SLASHER);
        operators.jail(OPERATOR, until);
    }
}
