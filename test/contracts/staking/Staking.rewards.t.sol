// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract StakingRewardsTest is StakingTest {
    function test_RevertWhen_OperatorIsUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingOperatorUnknown.selector, ALICE));
        staking.distributeReward(ALICE, 1e18);
    }

    function test_RevertWhen_AmountIsZero() external {
        vm.expectRevert(IStaking.StakingRewardZero.selector);
        staking.distributeReward(OPERATOR, 0);
    }

    function test_RevertGiven_TokenTakesFee() external {
        token.setFee(100);
        _fund(PAYER, 1e18);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingTransferFeeRefused.selector, 0.99e18, 1e18));
        vm.prank(PAYER);
        staking.distributeReward(OPERATOR, 1e18);
    }

    function testFuzz_GivenPoolIsEmpty(uint256 amount) external {
        amount = bound(amount, 1, SUPPLY);
        _fund(PAYER, amount);
        vm.expectEmit(address(staking));
        emit IStaking.RewardDistributed(OPERATOR, amount, amount);
        vm.prank(PAYER);
        staking.distributeReward(OPERATOR, amount);
        vm.assertEq(staking.pendingReward(OPERATOR, OPERATOR), amount, "all to the operator");
    }

    function test_GivenPoolIsDust() external {
        _stake(ALICE, 1e12);
        _unbond(ALICE, 1);
        _reward(1e18);
        vm.assertEq(staking.pendingReward(OPERATOR, OPERATOR), 1e18, "all to the operator");
        vm.assertEq(staking.pendingReward(OPERATOR, ALICE), 0, "too small to share in");
    }

    function testFuzz_GivenRewardIsAThousandTimesThePool(uint256 assets) external {
        assets = bound(assets, 1e12, SUPPLY / 1_001);
        _stake(ALICE, assets);
        _reward(assets * 1_000);
        uint256 commission = (assets * 1_000 * COMMISSION_BPS) / 10_000;
        vm.assertApproxEqAbs(staking.pendingReward(OPERATOR, ALICE), assets * 1_000 - commission, 1, "shared");
        _reward(assets * 1_000 + 1_000);
        vm.assertEq(
            staking.pendingReward(OPERATOR, OPERATOR),
            commission + assets * 1_000 + 1_000,
            "too much to share"
        );
    }

    /// @dev More than any supply: too much to share, and still paid to the last base unit.
    function test_WhenRewardIsOf128Bits() external {
        _stake(ALICE, 1e27);
        uint256 amount = type(uint128).max;
        _reward(amount);
        vm.assertEq(staking.claimReward(OPERATOR, OPERATOR), amount, "all to the operator");
        vm.assertEq(staking.pendingReward(OPERATOR, ALICE), 0, "nothing shared");
        _reward(1e18);
        vm.assertEq(staking.claimReward(OPERATOR, ALICE), 0.95e18, "rewards go on");
    }

    function testFuzz_GivenStake(uint256 own, uint256 delegated, uint256 amount) external {
        own = bound(own, 1e12, SUPPLY);
        delegated = bound(delegated, 1e12, SUPPLY);
        amount = bound(amount, 1, 1_000 * (own + delegated) < SUPPLY ? 1_000 * (own + delegated) : SUPPLY);
        _stake(OPERATOR, own);
        _stake(ALICE, delegated);
        uint256 commission = (amount * COMMISSION_BPS) / 10_000;
        _fund(PAYER, amount);
        vm.expectEmit(address(staking));
        emit IStaking.RewardDistributed(OPERATOR, amount, commission);
        vm.prank(PAYER);
        staking.distributeReward(OPERATOR, amount);

        uint256 toOperator = staking.pendingReward(OPERATOR, OPERATOR);
        uint256 toAlice = staking.pendingReward(OPERATOR, ALICE);
        uint256 shared = amount - commission;
        // One base unit is lost to rounding, and up to shares / 1e18 wait in the remainder.
        uint256 tolerance = 2 + (own + delegated) / 1e18;
        vm.assertLe(toOperator + toAlice, amount, "never more than came in");
        vm.assertApproxEqAbs(toAlice, (shared * delegated) / (own + delegated), tolerance, "delegator");
        vm.assertApproxEqAbs(
            toOperator,
            commission + (shared * own) / (own + delegated),
            tolerance,
            "operator with commission"
        );
    }

    /// @dev Nobody is left to share in when the token leaves while it is moved.
    function test_GivenTokenUnbondsMeanwhile() external {
        _fund(PAYER, 10e18);
        vm.prank(PAYER);
        staking.stakeFor(OPERATOR, address(token), 10e18);
        token.setHook(address(staking), abi.encodeCall(IStaking.unbond, (OPERATOR, 10e18)));
        _reward(1e18);
        vm.assertEq(token.hookRevert().length, 0, "the token left");
        vm.assertEq(staking.pendingReward(OPERATOR, address(token)), 0, "and shares in nothing");
        vm.assertEq(staking.pendingReward(OPERATOR, OPERATOR), 1e18, "all to the operator");
        vm.assertEq(_poolAssets(OPERATOR), 0, "nobody is left");
    }

    function test_GivenDivisionLeavesRemainder() external {
        _stake(ALICE, 3e18);
        _stake(BOB, 4e18);
        for (uint256 i = 0; i < 6; ++i) _reward(1);
        vm.assertEq(staking.pendingReward(OPERATOR, ALICE), 0, "6 do not divide by 7");
        vm.assertEq(staking.pendingReward(OPERATOR, BOB), 0, "6 do not divide by 7");
        _reward(1);
        vm.assertEq(staking.claimReward(OPERATOR, ALICE), 3, "all 7 arrive");
        vm.assertEq(staking.claimReward(OPERATOR, BOB), 4, "all 7 arrive");
    }

    function testFuzz_WhenStakeComesLater(uint256 late) external {
        _stake(ALICE, 100e18);
        _reward(10e18);
        _stake(BOB, bound(late, 1e12, SUPPLY));
        vm.assertEq(staking.pendingReward(OPERATOR, BOB), 0, "nothing of earlier rewards");
        vm.assertEq(staking.pendingReward(OPERATOR, ALICE), 9.5e18, "as before");
    }

    function testFuzz_GivenSlash(uint256 bps) external {
        _stake(ALICE, 100e18);
        _stake(BOB, 300e18);
        _reward(40e18);
        _slash(bound(bps, 1, 10_000));
        vm.assertEq(staking.claimReward(OPERATOR, ALICE), 9.5e18, "earned before the slash");
        vm.assertEq(staking.claimReward(OPERATOR, BOB), 28.5e18, "earned before the slash");
        vm.assertEq(staking.claimReward(OPERATOR, OPERATOR), 2e18, "commission");
    }

    function test_GivenNewEra() external {
        _stake(ALICE, 100e18);
        _reward(10e18);
        _slash(10_000);
        _stake(BOB, 100e18);
        _reward(10e18);
        vm.assertEq(staking.pendingReward(OPERATOR, ALICE), 9.5e18, "of her era only");
        vm.assertEq(staking.pendingReward(OPERATOR, BOB), 9.5e18, "of his era only");
        _stake(ALICE, 100e18);
        _reward(20e18);
        vm.assertEq(staking.claimReward(OPERATOR, ALICE), 19e18, "both eras");
        vm.assertEq(staking.claimReward(OPERATOR, BOB), 19e18, "his era");
    }

    function test_GivenUnbonding() external {
        _stake(ALICE, 100e18);
        _stake(BOB, 100e18);
        _reward(20e18);
        _unbondAll(ALICE);
        _reward(20e18);
        vm.assertEq(staking.pendingReward(OPERATOR, ALICE), 9.5e18, "until the unbonding");
        vm.assertEq(staking.pendingReward(OPERATOR, BOB), 28.5e18, "who stays earns all");
    }

    function test_GivenNoReward() external {
        _stake(ALICE, 1e18);
        vm.assertEq(staking.claimReward(OPERATOR, ALICE), 0, "nothing");
        vm.assertEq(staking.claimReward(OPERATOR, BOB), 0, "nobody");
    }

    function test_WhenStrangerClaims() external {
        _stake(ALICE, 100e18);
        _reward(10e18);
        vm.expectEmit(address(staking));
        emit IStaking.RewardClaimed(OPERATOR, ALICE, 9.5e18);
        vm.prank(BOB);
        staking.claimReward(OPERATOR, ALICE);
        vm.assertEq(token.balanceOf(ALICE), 9.5e18, "to the delegator");
        vm.assertEq(staking.claimReward(OPERATOR, ALICE), 0, "once");
    }
}
