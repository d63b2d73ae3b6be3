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

    function testFuzz_RevertWhen_TermIsNotLonger(uint256 until) external {
        vm.prank(SLASHER);
        operators.jail(OPERATOR, START + 2 days);
        until = bound(until, 0, START + 2 days);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOperators.OperatorsJailTermOutOfRange.selector,
                until,
                START + 2 days,
                START + 365 days
            )
        );
        vm.prank(SLASHER);
        operators.jail(OPERATOR, until);
    }

    function testFuzz_RevertWhen_TermIsTooLong(uint256 until) external {
        until = bound(until, START + 365 days + 1, type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(IOperators.OperatorsJailTermOutOfRange.selector, until, 0, START + 365 days)
        );
        vm.prank(SLASHER);
        operators.jail(OPERATOR, until);
    }

    function testFuzz_WhenTermIsValid(uint256 term) external {
        term = bound(term, 1, 365 days);
        _stake(OPERATOR, 100e18);
        vm.expectEmit(address(operators));
        emit IOperators.OperatorJailed(OPERATOR, START + term);
        vm.prank(SLASHER);
        operators.jail(OPERATOR, START + term);

        vm.assertEq(operators.operatorOf(OPERATOR).jailedUntil, START + term, "jailed until");
        vm.warp(START + term - 1);
        vm.assertFalse(operators.isActive(OPERATOR, OperatorRoles.ALL), "in jail");
        vm.warp(START + term);
        vm.assertTrue(operators.isActive(OPERATOR, OperatorRoles.ALL), "served");
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
}
