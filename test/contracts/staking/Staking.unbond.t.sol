// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract StakingUnbondTest is StakingTest {
    function testFuzz_RevertWhen_SharesExceedPosition(uint256 stakeAssets, uint256 shares) external {
        stakeAssets = bound(stakeAssets, 1e12, SUPPLY);
        shares = bound(shares, stakeAssets + 1, type(uint256).max);
        _stake(ALICE, stakeAssets);
        _stake(BOB, stakeAssets);
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingInsufficientShares.selector, ALICE, shares, stakeAssets)
        );
        vm.prank(ALICE);
        staking.unbond(OPERATOR, shares);
    }

    function test_RevertGiven_SharesAreOfAnEndedEra() external {
        _stake(ALICE, 1e18);
        _slash(10_000);
        _stake(BOB, 1e18);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingInsufficientShares.selector, ALICE, 1e18, 0));
        vm.prank(ALICE);
        staking.unbond(OPERATOR, 1e18);
    }

    function test_RevertWhen_SharesAreZero() external {
        _stake(ALICE, 1e18);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingNothingToUnbond.selector, 0));
        vm.prank(ALICE);
        staking.unbond(OPERATOR, 0);
    }

    function test_RevertWhen_SharesAreWorthNothing() external {
        _stake(ALICE, 1e18);
        _slash(5_000);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingNothingToUnbond.selector, 1));
        vm.prank(ALICE);
        staking.unbond(OPERATOR, 1);
    }

    function testFuzz_WhenAssetsAreNamed(uint256 stakeAssets, uint256 bps, uint256 assets) external {
        _stake(ALICE, bound(stakeAssets, 1e12, SUPPLY));
        _stake(BOB, 1e15);
        _slash(bound(bps, 1, 9_999));
        uint256 before = staking.stakeOf(OPERATOR, ALICE);
        assets = bound(assets, 1, before);
        vm.prank(ALICE);
        (, uint256 bucketId) = staking.unbondAssets(OPERATOR, assets);
        vm.assertEq(_unbondingValue(ALICE, bucketId), assets, "exactly what was named");
        vm.assertApproxEqAbs(staking.stakeOf(OPERATOR, ALICE), before - assets, 1, "the rest, rounded down");
    }

    function testFuzz_RevertWhen_AssetsExceedPool(uint256 assets) external {
        assets = bound(assets, 1e18 + 1, type(uint256).max);
        _stake(ALICE, 1e18);
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingInsufficientShares.selector, ALICE, type(uint256).max, 1e18)
        );
        vm.prank(ALICE);
        staking.unbondAssets(OPERATOR, assets);
    }

    function test_RevertWhen_AssetsAreZero() external {
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingNothingToUnbond.selector, 0));
        vm.prank(ALICE);
        staking.unbondAssets(OPERATOR, 0);
    }

    function testFuzz_GivenPoolIsWhole(uint256 stakeAssets, uint256 shares) external {
        stakeAssets = bound(stakeAssets, 1e12, SUPPLY);
        shares = bound(shares, 1, stakeAssets);
        _stake(ALICE, stakeAssets);
        (uint256 previewAssets, uint256 previewId, ) = _newLens().previewUnbond(OPERATOR, shares);
        uint256 id = 20_000 << 24;
        uint256 maturity = 20_015 days;
        vm.expectEmit(address(staking));
        emit IStaking.UnbondingRequested(OPERATOR, ALICE, id, shares, shares, shares, maturity);
        (uint256 assets, uint256 bucketId) = _unbond(ALICE, shares);

        vm.assertEq(assets, shares, "assets");
        vm.assertEq(assets, previewAssets, "preview of assets");
        vm.assertEq(bucketId, id, "era 0, epoch 20,000, generation 0");
        vm.assertEq(bucketId, previewId, "preview of the bucket");
        vm.assertEq(staking.claimableAt(bucketId), maturity, "end of the fourteenth full day");
        vm.assertEq(staking.stakeOf(OPERATOR, ALICE), stakeAssets - shares, "stake left");
        vm.assertEq(staking.getVotes(OPERATOR), stakeAssets - shares, "votes left");
        vm.assertEq(_unbondingValue(ALICE, bucketId), shares, "in the bucket");
    }

    function testFuzz_GivenPoolWasSlashed(uint256 a, uint256 b, uint256 bps, uint256 part) external {
        a = bound(a, 1e12, SUPPLY);
        b = bound(b, 1e12, SUPPLY);
        _stake(ALICE, a);
        _stake(BOB, b);
        _slash(bound(bps, 1, 9_000));
        uint256 valueBefore = staking.stakeOf(OPERATOR, ALICE);
        uint256 bobBefore = staking.stakeOf(OPERATOR, BOB);

        (uint256 assets, uint256 bucketId) = _unbond(ALICE, bound(part, 1e6, staking.sharesOf(OPERATOR, ALICE)));

        vm.assertLe(assets + staking.stakeOf(OPERATOR, ALICE), valueBefore, "no gain");
        vm.assertApproxEqAbs(assets + staking.stakeOf(OPERATOR, ALICE), valueBefore, 1, "no loss but rounding");
        vm.assertGe(staking.stakeOf(OPERATOR, BOB), bobBefore, "the others lose nothing");
        vm.assertLe(staking.stakeOf(OPERATOR, BOB), bobBefore + 1, "the others gain nothing but rounding");
        vm.assertEq(_unbondingValue(ALICE, bucketId), assets, "in the bucket");
    }

    function test_GivenBucketWasSlashed() external {
        _stake(ALICE, 100e18);
        _stake(BOB, 100e18);
        uint256 first = _unbondAll(ALICE);
        _slash(5_000);
        uint256 second = _unbondAll(BOB);
        vm.assertEq(first, second, "one bucket a day");
        vm.assertEq(_unbondingValue(ALICE, first), 50e18, "slashed");
        vm.assertEq(_unbondingValue(BOB, second), 50e18, "slashed in the pool, not twice");
    }

    /// @dev Each wipe takes a slash of a fault of its own; there is room for 1,023 on one day.
    function test_RevertGiven_BucketIsExhausted() external {
        _stake(ALICE, 1e18);
        // From here on two shares are worth one base unit, which the smallest slash takes.
        _slash(1);
        for (uint256 i = 0; i < 1_023; ++i) {
            _unbond(ALICE, 2);
            if (i == 0) vm.assertEq(staking.bucketIdOf(OPERATOR, 0, 20_000), 20_000 << 24, "the first generation");
            _slash(1);
        }
        uint256 last = staking.bucketIdOf(OPERATOR, 0, 20_000);
        vm.assertEq(last & 0x3ff, 1_023, "the last generation");
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingBucketExhausted.selector, last));
        vm.prank(ALICE);
        staking.unbond(OPERATOR, 1e16);
        vm.warp(START + 1 days);
        _unbondAll(ALICE);
    }

    function testFuzz_GivenBucketIsDust(uint256 assets) external {
        _stake(ALICE, 1e18);
        _stake(BOB, 1e18);
        (, uint256 dustId) = _unbond(ALICE, 1);
        _slash(5_000);
        vm.assertEq(_unbondingValue(ALICE, dustId), 0, "the dust rounded to nothing");

        assets = bound(assets, 1e6, 1e18);
        (uint256 moved, uint256 nextId) = _unbond(BOB, assets);

        vm.assertEq(nextId, dustId + 1, "the bucket goes on as its next generation");
        vm.assertEq(_unbondingValue(BOB, nextId), moved, "whole");
        vm.assertEq(_unbondingValue(ALICE, dustId), 0, "the dust stays void");
        vm.warp(staking.claimableAt(nextId));
        vm.assertEq(staking.claim(OPERATOR, ALICE, dustId), 0, "void, but closed");
        vm.assertEq(staking.claim(OPERATOR, BOB, nextId), moved, "paid");
    }

    function test_GivenOperatorIsTombstoned() external {
        _stake(OPERATOR, 100e18);
        vm.prank(SLASHER);
        staking.slash(OPERATOR, 1_000, START, "fault", address(0), true);
        uint256 bucketId = _unbondAll(OPERATOR);
        vm.warp(staking.claimableAt(bucketId));
        vm.assertEq(staking.claim(OPERATOR, OPERATOR, bucketId), 90e18, "leaves with the rest");
    }
}
