// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IStaking, StakingConfig} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract StakingStakeTest is StakingTest {
    function test_RevertWhen_OperatorIsUnknown() external {
        _fund(ALICE, 1e18);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingOperatorUnknown.selector, BOB));
        vm.prank(ALICE);
        staking.stake(BOB, 1e18);
    }

    function test_RevertGiven_OperatorIsTombstoned() external {
        vm.prank(SLASHER);
        staking.slash(OPERATOR, 1, START, "fault", address(0), true);
        _fund(ALICE, 1e18);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingOperatorTombstoned.selector, OPERATOR));
        vm.prank(ALICE);
        staking.stake(OPERATOR, 1e18);
    }

    function testFuzz_RevertWhen_AssetsAreBelowMinimum(uint256 assets) external {
        assets = bound(assets, 0, 1e12 - 1);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingBelowMinimum.selector, assets, 1e12));
        vm.prank(ALICE);
        staking.stake(OPERATOR, assets);
    }

    function testFuzz_RevertGiven_TokenTakesFee(uint256 feeBps) external {
        feeBps = bound(feeBps, 1, 10_000);
        token.setFee(feeBps);
        _fund(ALICE, 1e18);
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingTransferFeeRefused.selector, 1e18 - (1e18 * feeBps) / 10_000, 1e18)
        );
        vm.prank(ALICE);
        staking.stake(OPERATOR, 1e18);
    }

    function test_GivenTokenCallsBack() external {
        _stake(ALICE, 1e18);
        token.setHook(address(staking), abi.encodeCall(IStaking.claimReward, (OPERATOR, ALICE)));
        _stake(ALICE, 1e18);
        bytes memory refusal = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        vm.assertEq(token.hookRevert(), refusal, "re-entrance");
        vm.assertEq(staking.stakeOf(OPERATOR, ALICE), 2e18, "stake");
    }

    /// @dev An unbonding is not refused during a deposit, so the deposit must see the pool as it left it.
    function test_GivenTokenUnbondsMeanwhile() external {
        _fund(PAYER, 10e18);
        vm.prank(PAYER);
        staking.stakeFor(OPERATOR, address(token), 10e18);
        _slash(5_000);
        uint256 bucketId = staking.bucketIdOf(OPERATOR, 0, 20_000);
        token.setHook(address(staking), abi.encodeCall(IStaking.unbond, (OPERATOR, 10e18)));
        vm.assertEq(_stake(ALICE, 3e18), 3e18, "the pool was empty when she came");
        vm.assertEq(token.hookRevert().length, 0, "the token left");
        vm.assertEq(_unbondingValue(address(token), bucketId), 5e18, "with its own");
        vm.assertEq(_poolAssets(OPERATOR), 3e18, "the pool is hers");
        vm.assertEq(staking.totalSupply(), 3e18, "and all that votes");
    }

    function testFuzz_GivenPoolIsEmpty(uint256 assets) external {
        assets = bound(assets, 1e12, SUPPLY);
        _fund(ALICE, assets);
        vm.expectEmit(address(staking));
        emit IStaking.Staked(OPERATOR, ALICE, assets, assets);
        vm.prank(ALICE);
        uint256 shares = staking.stake(OPERATOR, assets);

        vm.assertEq(shares, assets, "one share per token");
        vm.assertEq(staking.stakeOf(OPERATOR, ALICE), assets, "stake");
        vm.assertEq(token.balanceOf(address(staking)), assets, "balance");
        vm.assertEq(staking.getVotes(OPERATOR), assets, "votes");
    }

    function testFuzz_GivenPoolWasSlashed(uint256 first, uint256 fractionBps, uint256 assets) external {
        first = bound(first, 1e12, SUPPLY);
        assets = bound(assets, 1e12, SUPPLY);
        _stake(OPERATOR, first);
        _slash(bound(fractionBps, 1, 9_999));
        uint256 before = staking.stakeOf(OPERATOR, OPERATOR);
        uint256 preview = _previewStake(assets);

        uint256 shares = _stake(ALICE, assets);

        vm.assertEq(shares, preview, "preview");
        vm.assertGe(shares, assets, "never fewer shares than tokens");
        vm.assertLe(staking.stakeOf(OPERATOR, ALICE), assets, "no gain");
        vm.assertApproxEqAbs(staking.stakeOf(OPERATOR, ALICE), assets, 1, "no loss but rounding");
        vm.assertGe(staking.stakeOf(OPERATOR, OPERATOR), before, "the others lose nothing");
    }

    /// @dev The widest pool there can be: one deposit more is refused, and slash, exit and claim are exact.
    function test_GivenPoolIsAsLargeAsItCanBe() external {
        uint256 most = type(uint96).max;
        _stake(ALICE, most);
        _fund(BOB, 1e12);
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, most + 1e12));
        vm.prank(BOB);
        staking.stake(OPERATOR, 1e12);
        (uint256 slashed, ) = _slash(5_000);
        vm.assertEq(slashed, most - most / 2, "half, rounded up");
        uint256 bucketId = _unbondAll(ALICE);
        vm.assertEq(_stake(BOB, most / 2), most / 2, "there is room again");
        _slash(1);
        uint256 left = most / 2 - (most / 2 + 9_999) / 10_000;
        vm.assertEq(staking.stakeOf(OPERATOR, BOB), left, "active stake");
        vm.warp(staking.claimableAt(bucketId));
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), left, "unbonding stake");
        vm.assertEq(staking.totalSupply(), left, "votes");
    }

    function test_WhenSomebodyPaysForAnother() external {
        _fund(PAYER, 5e18);
        vm.expectEmit(address(staking));
        emit IStaking.Staked(OPERATOR, ALICE, 5e18, 5e18);
        vm.prank(PAYER);
        staking.stakeFor(OPERATOR, ALICE, 5e18);
        vm.assertEq(staking.stakeOf(OPERATOR, ALICE), 5e18, "hers");
        vm.assertEq(staking.stakeOf(OPERATOR, PAYER), 0, "not the payer's");
        vm.assertEq(token.balanceOf(PAYER), 0, "who paid");
    }

    function testFuzz_RevertWhen_DelegationExceedsRatio(uint256 own, uint256 excess) external {
        own = bound(own, 1e12, 1e24);
        excess = bound(excess, 1, 1e24);
        _deployWithRatio(10);
        _stake(OPERATOR, own);
        _fund(ALICE, own * 10 + excess);
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingDelegationAboveLimit.selector, OPERATOR, own * 10 + excess, own * 10)
        );
        vm.prank(ALICE);
        staking.stake(OPERATOR, own * 10 + excess);
    }

    function test_GivenRatioIsReached() external {
        _deployWithRatio(10);
        _stake(OPERATOR, 1e18);
        _stake(ALICE, 10e18);
        _unbond(OPERATOR, 1e18);
        _unbondAll(ALICE);
        _stake(OPERATOR, 1e12);
        vm.assertEq(staking.stakeOf(OPERATOR, OPERATOR), 1e12, "nobody was kept from leaving, nor the operator out");
    }

    function _deployWithRatio(uint256 ratio) private {
        StakingConfig memory config = _config();
        config.maxDelegationRatio = ratio;
        staking = _deploy(config);
        operators = staking.operators();
        _register(OPERATOR, OPERATOR_KEY, COMMISSION_BPS);
    }

    function test_GivenTokensWereDonated() external {
        _stake(ALICE, 1e12);
        token.mint(address(staking), SUPPLY / 2);
        vm.assertEq(_stake(BOB, 1e18), 1e18, "a donation moves no price");
        vm.assertEq(staking.stakeOf(OPERATOR, BOB), 1e18, "stake");
    }
}
