// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {StakingTest} from "./StakingTest.sol";

contract OperatorsIsActiveTest is StakingTest {
    function testFuzz_GivenSelfStake(uint256 own) external {
        own = bound(own, 1e12, SUPPLY);
        _stake(OPERATOR, own);
        vm.assertTrue(operators.isActive(OPERATOR, OperatorRoles.ALL) == (own >= 100e18), "threshold");
    }

    function test_GivenOnlyDelegatedStake() external {
        _stake(ALICE, 1_000e18);
        vm.assertFalse(operators.isActive(OPERATOR, 0), "delegated stake is not self-stake");
    }

    function testFuzz_GivenRoles(uint8 roles, uint8 asked) external {
        roles = uint8(bound(roles, 1, OperatorRoles.ALL));
        vm.prank(ALICE);
        operators.registerOperator(roles, ALICE, 0);
        _stakeBehind(ALICE, ALICE, 100e18);
        vm.assertTrue(operators.isActive(ALICE, asked) == (roles | asked == roles), "every role asked for");
    }

    function test_GivenSlashBelowThreshold() external {
        _stake(OPERATOR, 100e18);
        _slash(1);
        vm.assertFalse(operators.isActive(OPERATOR, 0), "slashed");
        _stake(OPERATOR, 1e18);
        vm.assertTrue(operators.isActive(OPERATOR, 0), "topped up");
    }

    function test_GivenNewEra() external {
        _stake(OPERATOR, 100e18);
        _slash(10_000);
        _stake(ALICE, 1_000e18);
        vm.assertFalse(operators.isActive(OPERATOR, 0), "shares of the old era are void");
    }

    function test_GivenSelfStakeUnbonds() external {
        _stake(OPERATOR, 100e18);
        _unbond(OPERATOR, 1);
        vm.assertFalse(operators.isActive(OPERATOR, 0), "unbonding stake does not count");
    }
}
