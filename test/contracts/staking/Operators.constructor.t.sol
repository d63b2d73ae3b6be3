// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IOperators, OperatorsConfig} from "../../../contracts/staking/interfaces/IOperators.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract OperatorsConstructorTest is StakingTest {
    function testFuzz_RevertWhen_CommissionIsAboveEverything(uint256 bps) external {
        OperatorsConfig memory config = _operatorsConfig();
        config.maxCommissionBps = bound(bps, 10_001, type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(IOperators.OperatorsCommissionAboveLimit.selector, config.maxCommissionBps, 10_000)
        );
        create("Operators", abi.encode(address(manager), staking, config));
    }

    function testFuzz_RevertWhen_MinimumIsOutOfRange(uint256 amount) external {
        OperatorsConfig memory config = _operatorsConfig();
        config.minSelfStake = amount % 2 == 0 ? 0 : bound(amount, 10_000_000e18 + 1, type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOperators.OperatorsMinSelfStakeOutOfRange.selector,
                config.minSelfStake,
                10_000_000e18
            )
        );
        create("Operators", abi.encode(address(manager), staking, config));
    }

    function testFuzz_RevertWhen_CallerIsNotOperators(address caller) external {
        if (caller == address(operators)) caller = ALICE;
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingCallerNotOperators.selector, caller, address(operators))
        );
        vm.prank(caller);
        staking.openPool(caller);
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingCallerNotOperators.selector, caller, address(operators))
        );
        vm.prank(caller);
        staking.closePool(OPERATOR);
    }

    function test_WhenAskedForPayee() external view {
        vm.assertEq(operators.payeeOf(OPERATOR), address(0), "zero means himself");
        vm.assertEq(operators.commissionOf(OPERATOR), COMMISSION_BPS, "commission");
    }
}
