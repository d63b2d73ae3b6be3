// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {StakingTest} from "./StakingTest.sol";

contract OperatorsRegisterOperatorTest is StakingTest {
    address private constant KEY = address(0x1234);

    function test_RevertGiven_CallerIsOperator() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsAlreadyRegistered.selector, OPERATOR));
        vm.prank(OPERATOR);
        operators.registerOperator(OperatorRoles.JUDGE, KEY, 0);
    }

    function test_RevertWhen_RolesAreEmpty() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsRolesInvalid.selector, 0));
        vm.prank(ALICE);
        operators.registerOperator(0, KEY, 0);
    }

    function testFuzz_RevertWhen_RolesHaveUnknownBits(uint8 roles) external {
        roles |= 0x10;
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsRolesInvalid.selector, roles));
        vm.prank(ALICE);
        operators.registerOperator(roles, KEY, 0);
    }

    function test_RevertWhen_SigningKeyIsZero() external {
        vm.expectRevert(IOperators.OperatorsSigningKeyZero.selector);
        vm.prank(ALICE);
        operators.registerOperator(OperatorRoles.ALL, address(0), 0);
    }

    function test_RevertGiven_SigningKeyIsTaken() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsSigningKeyTaken.selector, OPERATOR_KEY, OPERATOR));
        vm.prank(ALICE);
        operators.registerOperator(OperatorRoles.ALL, OPERATOR_KEY, 0);
    }

    function testFuzz_RevertWhen_CommissionIsAboveMaximum(uint16 bps) external {
        bps = uint16(bound(bps, 2_001, type(uint16).max));
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsCommissionAboveLimit.selector, bps, 2_000));
        vm.prank(ALICE);
        operators.registerOperator(OperatorRoles.ALL, KEY, bps);
    }

    function testFuzz_WhenEverythingIsValid(uint8 roles, uint16 bps) external {
        roles = uint8(bound(roles, 1, OperatorRoles.ALL));
        bps = uint16(bound(bps, 0, 2_000));
        vm.expectEmit(address(operators));
        emit IOperators.OperatorRegistered(ALICE, KEY, roles, bps);
        vm.prank(ALICE);
        operators.registerOperator(roles, KEY, bps);

        IOperators.Operator memory expected = IOperators.Operator({
            signingKey: KEY,
            roles: roles,
            commissionBps: bps,
            registeredAt: uint40(START),
            jailedUntil: 0,
            tombstoned: false,
            exitedAt: 0,
            owner: ALICE,
            payee: ALICE
        });
        vm.assertEq(abi.encode(operators.operatorOf(ALICE)), abi.encode(expected), "record");
        vm.assertEq(operators.operatorOfKey(KEY), ALICE, "key");
        vm.assertEq(staking.delegates(ALICE), ALICE, "votes");
    }

    function test_GivenNeverRegistered() external view {
        IOperators.Operator memory none;
        vm.assertEq(abi.encode(operators.operatorOf(ALICE)), abi.encode(none), "record");
        vm.assertEq(operators.operatorOfKey(KEY), address(0), "key");
        vm.assertFalse(operators.isActive(ALICE, 0), "active");
    }
}
