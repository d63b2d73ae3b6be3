// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract OperatorsExitTest is StakingTest {
    function setUp() public override {
        super.setUp();
        _stake(OPERATOR, 100e18);
        _stake(ALICE, 100e18);
    }

    function test_RevertWhen_CallerIsNotOwner() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsNotOwner.selector, ALICE, OPERATOR));
        vm.prank(ALICE);
        operators.exit(OPERATOR);
    }

    function test_RevertGiven_OperatorLeft() external {
        _exit();
        vm.warp(START + 1);
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsExited.selector, OPERATOR, START));
        _exit();
    }

    function test_RevertWhen_StakingBehindOperatorWhoLeft() external {
        _exit();
        _fund(BOB, 10e18);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingPoolClosed.selector, OPERATOR));
        vm.prank(BOB);
        staking.stake(OPERATOR, 10e18);
    }

    function test_RevertWhen_RegisteringAgain() external {
        _exit();
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsAlreadyRegistered.selector, OPERATOR));
        _register(OPERATOR, ALICE, 0);
    }

    function test_IsActiveNoMore() external {
        vm.expectEmit(address(operators));
        emit IOperators.OperatorExited(OPERATOR);
        vm.expectEmit(address(staking));
        emit IStaking.PoolClosed(OPERATOR);
        _exit();
        vm.assertFalse(operators.isActive(OPERATOR, 0), "left");
        vm.assertEq(uint256(operators.operatorOf(OPERATOR).exitedAt), START, "when");
    }

    function test_EverybodyLeavesAsAlways() external {
        _exit();
        uint256 own = _unbondAll(OPERATOR);
        uint256 delegated = _unbondAll(ALICE);
        vm.warp(staking.claimableAt(own));
        vm.assertEq(staking.claim(OPERATOR, OPERATOR, own), 100e18, "the operator");
        vm.assertEq(staking.claim(OPERATOR, ALICE, delegated), 100e18, "his delegator");
    }

    function test_StaysInReachOfSlashes() external {
        _exit();
        _unbondAll(OPERATOR);
        vm.warp(START + 10 days);
        (uint256 slashed, ) = _slashAt(1_000, START);
        vm.assertEq(slashed, 20e18, "both lose");
    }

    function test_StillEarnsAndPaysWhatWasEarned() external {
        _exit();
        _reward(10e18);
        vm.assertGe(staking.claimReward(OPERATOR, ALICE), 4e18, "late fees of calls he served");
    }

    function _exit() private {
        vm.prank(OPERATOR);
        operators.exit(OPERATOR);
    }
}
