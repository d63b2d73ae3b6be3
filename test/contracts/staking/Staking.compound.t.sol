// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract StakingCompoundTest is StakingTest {
    function test_RevertWhen_StrangerCompounds() external {
        _stake(ALICE, 1e18);
        _reward(1e18);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingCompoundUnauthorized.selector, BOB, ALICE));
        vm.prank(BOB);
        staking.compound(OPERATOR, ALICE);
    }

    function test_RevertGiven_ChoiceWasTakenBack() external {
        _stake(ALICE, 1e18);
        _reward(1e18);
        vm.startPrank(ALICE);
        staking.setAutoCompound(OPERATOR, true);
        staking.setAutoCompound(OPERATOR, false);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingCompoundUnauthorized.selector, BOB, ALICE));
        vm.prank(BOB);
        staking.compound(OPERATOR, ALICE);
    }

    function testFuzz_RevertGiven_RewardIsBelowMinimum(uint256 reward) external {
        reward = bound(reward, 1, 1e12);
        _stake(ALICE, 1e18);
        _reward(reward);
        uint256 pending = staking.pendingReward(OPERATOR, ALICE);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingBelowMinimum.selector, pending, 1e12));
        vm.prank(ALICE);
        staking.compound(OPERATOR, ALICE);
    }

    function test_RevertGiven_OperatorIsTombstoned() external {
        _stake(ALICE, 1e18);
        _reward(1e18);
        vm.prank(SLASHER);
        staking.slash(OPERATOR, 1, START, "fault", address(0), true);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingOperatorTombstoned.selector, OPERATOR));
        vm.prank(ALICE);
        staking.compound(OPERATOR, ALICE);
    }

    function test_RevertGiven_OperatorHasPayee() external {
        _stake(OPERATOR, 1e18);
        _reward(1e18);
        vm.mockCall(address(operators), abi.encodeCall(IOperators.payeeOf, (OPERATOR)), abi.encode(BOB));
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingRewardsHavePayee.selector, OPERATOR, BOB));
        vm.prank(OPERATOR);
        staking.compound(OPERATOR, OPERATOR);
        uint256 pending = staking.pendingReward(OPERATOR, OPERATOR);
        staking.claimReward(OPERATOR, OPERATOR);
        vm.assertEq(token.balanceOf(BOB), pending, "the payee is paid");
    }

    function testFuzz_WhenAccountCompounds(uint256 assets, uint256 reward, uint256 bps) external {
        assets = bound(assets, 1e12, SUPPLY / 2);
        reward = bound(reward, 1e13, 1e24);
        _stake(ALICE, assets);
        _slash(bound(bps, 1, 9_999));
        _reward(reward);
        uint256 pending = staking.pendingReward(OPERATOR, ALICE);
        if (pending < 1e12) return;
        uint256 before = staking.stakeOf(OPERATOR, ALICE);
        uint256 balance = token.balanceOf(address(staking));
        vm.expectEmit(address(staking));
        emit IStaking.RewardClaimed(OPERATOR, ALICE, pending);
        vm.prank(ALICE);
        vm.assertEq(staking.compound(OPERATOR, ALICE), pending, "what became stake");
        vm.assertApproxEqAbs(staking.stakeOf(OPERATOR, ALICE), before + pending, 1, "stake");
        vm.assertEq(staking.pendingReward(OPERATOR, ALICE), 0, "rewards");
        vm.assertEq(token.balanceOf(address(staking)), balance, "no token moved");
        vm.assertEq(staking.getVotes(OPERATOR), _poolAssets(OPERATOR), "votes");
        vm.assertEq(staking.totalSupply(), _poolAssets(OPERATOR), "all votes");
    }

    function test_GivenAccountLetsEverybody() external {
        _stake(ALICE, 1e18);
        _reward(1e18);
        vm.expectEmit(address(staking));
        emit IStaking.AutoCompoundSet(OPERATOR, ALICE, true);
        vm.prank(ALICE);
        staking.setAutoCompound(OPERATOR, true);
        vm.prank(BOB);
        staking.compound(OPERATOR, ALICE);
        vm.assertEq(staking.stakeOf(OPERATOR, ALICE), 1.95e18, "all but the commission");
        (bool recorded, bool compounds) = staking.choicesOf(OPERATOR, ALICE);
        vm.assertTrue(!recorded && compounds, "choices outlive acts");
    }
}
