// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract StakingRegisterOperatorTest is StakingTest {
    address private constant KEY = address(0x1234);

    function test_RevertGiven_CallerIsOperator() external {
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingOperatorAlreadyRegistered.selector, OPERATOR));
        vm.prank(OPERATOR);
        staking.registerOperator(OperatorRoles.JUDGE, KEY, 0);
    }

    function test_RevertWhen_RolesAreEmpty() external {
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingRolesInvalid.selector, 0));
        vm.prank(ALICE);
        staking.registerOperator(0, KEY, 0);
    }

    function testFuzz_RevertWhen_RolesHaveUnknownBits(uint8 roles) external {
        roles |= 0x10;
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingRolesInvalid.selector, roles));
        vm.prank(ALICE);
        staking.registerOperator(roles, KEY, 0);
    }

    function test_RevertWhen_SigningKeyIsZero() external {
        vm.expectRevert(IStaking.StakingSigningKeyZero.selector);
        vm.prank(ALICE);
        staking.registerOperator(OperatorRoles.ALL, address(0), 0);
    }

    function test_RevertGiven_SigningKeyIsTaken() external {
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingSigningKeyTaken.selector, OPERATOR_KEY, OPERATOR));
        vm.prank(ALICE);
        staking.registerOperator(OperatorRoles.ALL, OPERATOR_KEY, 0);
    }

    function testFuzz_RevertWhen_CommissionIsAboveMaximum(uint16 bps) external {
        bps = uint16(bound(bps, 2_001, type(uint16).max));
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingCommissionAboveLimit.selector, bps, 2_000));
        vm.prank(ALICE);
        staking.registerOperator(OperatorRoles.ALL, KEY, bps);
    }

    function testFuzz_WhenEverythingIsValid(uint8 roles, uint16 bps) external {
        roles = uint8(bound(roles, 1, OperatorRoles.ALL));
        bps = uint16(bound(bps, 0, 2_000));
        vm.expectEmit(address(staking));
        emit IStaking.OperatorRegistered(ALICE, KEY, roles, bps);
        vm.prank(ALICE);
        staking.registerOperator(roles, KEY, bps);

        IStaking.Operator memory expected = IStaking.Operator(KEY, roles, bps, uint40(START), 0, false);
        vm.assertEq(abi.encode(staking.operatorOf(ALICE)), abi.encode(expected), "record");
        vm.assertEq(staking.operatorOfKey(KEY), ALICE, "key");
        vm.assertEq(staking.delegates(ALICE), ALICE, "votes");
    }

    function test_GivenNeverRegistered() external view {
        IStaking.Operator memory none;
        vm.assertEq(abi.encode(staking.operatorOf(ALICE)), abi.encode(none), "record");
        vm.assertEq(staking.operatorOfKey(KEY), address(0), "key");
        vm.assertFalse(staking.isActive(ALICE, 0), "active");
    }
}
