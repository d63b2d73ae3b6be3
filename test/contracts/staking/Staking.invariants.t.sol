// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Staking} from "../../../contracts/staking/Staking.sol";
import {Base} from "../Base.sol";
import {StakingHandler} from "./StakingHandler.sol";

/// @title What holds after any sequence of acts
contract StakingInvariantsTest is Base {
    StakingHandler private handler;
    Staking private staking;

    function setUp() external {
        vm.warp(20_000 days);
        handler = new StakingHandler();
        staking = handler.staking();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @notice The balance is pools + buckets + unpaid rewards + unpaid bounties: an equality, not a bound. What the
    ///         accounts may claim of the rewards is never more than the unpaid ones.
    function invariant_BalanceIsAccountedFor() external view {
        uint256 accounted = handler.unpaidRewards() + handler.unpaidBounties();
        uint256[] memory buckets = handler.buckets();
        uint256 pending;
        for (uint256 i = 0; i < 2; ++i) {
            (uint256 assets, ) = staking.poolOf(handler.operators(i));
            accounted += assets;
            for (uint256 j = 0; j < buckets.length; ++j) {
                (assets, ) = staking.bucketOf(handler.operators(i), buckets[j]);
                accounted += assets;
            }
            for (uint256 j = 0; j < 4; ++j) pending += staking.pendingReward(handler.operators(i), handler.accounts(j));
        }
        vm.assertEq(handler.token().balanceOf(address(staking)), accounted, "balance");
        vm.assertLe(pending, handler.unpaidRewards(), "rewards");
        vm.assertEq(staking.bountyOf(address(0xC4A1)), handler.unpaidBounties(), "bounties");
    }

    /// @notice Shares of the accounts add up to the shares of pools and buckets, and shares keep their bounds.
    function invariant_SharesAddUp() external view {
        for (uint256 i = 0; i < 2; ++i) {
            address operator = handler.operators(i);
            (uint256 assets, uint256 shares) = staking.poolOf(operator);
            _checkBounds(assets, shares);
            for (uint256 j = 0; j < 4; ++j) shares -= staking.sharesOf(operator, handler.accounts(j));
            vm.assertEq(shares, 0, "pool shares");
            _checkBuckets(operator);
        }
    }

    /// @notice Votes are the pools' assets, wherever operators sent them.
    function invariant_VotesAreStake() external view {
        uint256 assets;
        uint256 votes;
        for (uint256 i = 0; i < 2; ++i) {
            (uint256 poolAssets, ) = staking.poolOf(handler.operators(i));
            assets += poolAssets;
        }
        for (uint256 i = 0; i < 4; ++i) votes += staking.getVotes(handler.accounts(i));
        vm.assertEq(votes, assets, "votes");
        vm.assertEq(staking.totalSupply(), assets, "total");
    }

    /// @notice What no single act may do.
    function invariant_NoForbiddenAct() external view {
        vm.assertFalse(handler.slashRaisedClaim(), "a slash raised a claim");
        vm.assertFalse(handler.paidTooEarly(), "paid before the unbonding period was over");
        vm.assertFalse(handler.matureClaimFailed(), "a mature claim was refused");
        vm.assertFalse(handler.slashFailed(), "a slash failed");
        vm.assertFalse(handler.slashedOtherThanAsked(), "a slash took another amount");
        vm.assertFalse(handler.rewardFell(), "a reward took something from another account");
    }

    function _checkBuckets(address operator) private view {
        uint256[] memory buckets = handler.buckets();
        StakingHandler.Entry[] memory entries = handler.entries();
        for (uint256 i = 0; i < buckets.length; ++i) {
            (uint256 assets, uint256 shares) = staking.bucketOf(operator, buckets[i]);
            _checkBounds(assets, shares);
            if (shares == 0) continue;
            for (uint256 j = 0; j < 4; ++j) {
                (uint256 part, ) = staking.unbondingOf(operator, handler.accounts(j), buckets[i]);
                shares -= part;
            }
            vm.assertEq(shares, 0, "bucket shares");
        }
        vm.assertGe(entries.length, buckets.length, "every bucket has an entry");
    }

    function _checkBounds(uint256 assets, uint256 shares) private pure {
        vm.assertLe(assets, shares, "a share is worth at most a token");
        vm.assertLe(shares, assets * 1e9, "and at least 1e-9 tokens");
    }
}
