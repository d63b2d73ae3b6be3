// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

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

    /// @dev A token that refuses one receiver keeps nobody else from his stake, and takes nothing from that one.
    function test_GivenTokenRefusesReceiver() external {
        _stake(ALICE, 5e18);
        _stake(BOB, 3e18);
        uint256 bucketId = _unbondAll(ALICE);
        _unbondAll(BOB);
        vm.warp(staking.claimableAt(bucketId));
        vm.mockCall(address(token), abi.encodeWithSelector(IERC20.transfer.selector, ALICE), abi.encode(false));
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
        staking.claim(OPERATOR, ALICE, bucketId);
        vm.assertEq(_unbondingValue(ALICE, bucketId), 5e18, "still hers");
        vm.assertEq(staking.claim(OPERATOR, BOB, bucketId), 3e18, "the other is paid");
    }

    /// @dev What a rebase adds is nobody's. What it takes away is missing at the end, and is paid once it is back.
    function test_GivenTokenRebases() external {
        _stake(ALICE, 100e18);
        _stake(BOB, 100e18);
        uint256 bucketId = _unbondAll(ALICE);
        _unbondAll(BOB);
        vm.warp(staking.claimableAt(bucketId));
        token.mint(address(staking), 10e18);
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), 100e18, "her own");
        vm.prank(address(staking));
        token.burn(20e18);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, address(staking), 90e18, 100e18)
        );
        staking.claim(OPERATOR, BOB, bucketId);
        vm.assertEq(_unbondingValue(BOB, bucketId), 100e18, "his claim stays");
        token.mint(address(staking), 10e18);
        vm.assertEq(staking.claim(OPERATOR, BOB, bucketId), 100e18, "whole");
    }
}
