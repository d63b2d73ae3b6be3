// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract StakingClaimTest is StakingTest {
    function testFuzz_RevertWhen_NothingIsUnbonding(address delegator, uint256 bucketId) external {
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingNothingToClaim.selector, OPERATOR, delegator, bucketId));
        staking.claim(OPERATOR, delegator, bucketId);
    }

    function testFuzz_RevertGiven_BucketIsNotMature(uint256 start, uint256 time) external {
        start = bound(start, START, START + 1 days);
        vm.warp(start);
        _stake(ALICE, 1e18);
        uint256 bucketId = _unbondAll(ALICE);
        uint256 maturity = staking.claimableAt(bucketId);
        vm.assertGe(maturity, start + PERIOD * 1 days + 1, "never less than the period");
        vm.assertLe(maturity, start + (PERIOD + 1) * 1 days, "at most one day more");
        vm.warp(bound(time, start, maturity - 1));
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingNotYetClaimable.selector, bucketId, maturity));
        staking.claim(OPERATOR, ALICE, bucketId);
    }

    function test_RevertGiven_AlreadyClaimed() external {
        _stake(ALICE, 1e18);
        uint256 bucketId = _unbondAll(ALICE);
        vm.warp(staking.claimableAt(bucketId));
        staking.claim(OPERATOR, ALICE, bucketId);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingNothingToClaim.selector, OPERATOR, ALICE, bucketId));
        staking.claim(OPERATOR, ALICE, bucketId);
    }

    function testFuzz_GivenBucketIsMature(uint256 a, uint256 b, uint256 delay) external {
        a = bound(a, 1e12, SUPPLY);
        b = bound(b, 1e12, SUPPLY);
        _stake(ALICE, a);
        _stake(BOB, b);
        uint256 bucketId = _unbondAll(ALICE);
        _unbondAll(BOB);
        vm.warp(staking.claimableAt(bucketId) + bound(delay, 0, 3650 days));

        vm.expectEmit(address(staking));
        emit IStaking.UnbondingClaimed(OPERATOR, ALICE, bucketId, a, a);
        vm.prank(CHALLENGER);
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), a, "by a stranger");

        vm.assertEq(token.balanceOf(ALICE), a, "to the delegator");
        vm.assertEq(_unbondingValue(BOB, bucketId), b, "the others keep theirs");
        (uint256 assets, uint256 shares) = staking.bucketOf(OPERATOR, bucketId);
        vm.assertEq(assets, b, "bucket assets");
        vm.assertEq(shares, b, "bucket shares");
    }

    function test_GivenBucketWasWiped() external {
        _stake(ALICE, 1e18);
        uint256 bucketId = _unbondAll(ALICE);
        _slash(10_000);
        vm.warp(staking.claimableAt(bucketId));
        vm.expectEmit(address(staking));
        emit IStaking.UnbondingClaimed(OPERATOR, ALICE, bucketId, 1e18, 0);
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), 0, "nothing is left");
    }

    function test_GivenSlashAfterMaturity() external {
        _stake(ALICE, 1e18);
        _stake(BOB, 1e18);
        uint256 bucketId = _unbondAll(ALICE);
        vm.warp(staking.claimableAt(bucketId));
        _slashAt(10_000, block.timestamp - PERIOD * 1 days);
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), 1e18, "out of reach");
    }
}
