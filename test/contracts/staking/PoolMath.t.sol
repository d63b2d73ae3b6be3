// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Pool, PoolMath} from "../../../contracts/staking/libraries/PoolMath.sol";
import {Base} from "../Base.sol";

/// @title The lemmas of pools, far beyond amounts that a token of 1e27 base units can reach
contract PoolMathTest is Base {
    using PoolMath for Pool;

    /// @dev The largest pool that {IStaking} allows for.
    uint256 private constant MAX_TOKENS = 2 ** 89;

    function testFuzz_WhenDepositing(uint256 tokens, uint256 shares, uint256 assets) external pure {
        Pool memory pool = _pool(tokens, shares);
        uint256 tokensBefore = pool.tokens;
        uint256 sharesBefore = pool.shares;
        assets = bound(assets, 1, MAX_TOKENS);
        uint256 minted = pool.deposit(assets);

        vm.assertGe(minted, assets, "at least a share per token");
        vm.assertEq(pool.tokens, tokensBefore + assets, "tokens");
        vm.assertEq(pool.shares, sharesBefore + minted, "shares");
        vm.assertLe(pool.toAssetsDown(minted), assets, "no gain");
        vm.assertGe(pool.tokens * sharesBefore, pool.shares * tokensBefore, "the price never falls");
        _checkBounds(pool);
    }

    function testFuzz_WhenWithdrawing(uint256 tokens, uint256 shares, uint256 part) external pure {
        Pool memory pool = _pool(tokens, shares);
        uint256 tokensBefore = pool.tokens;
        uint256 sharesBefore = pool.shares;
        part = bound(part, 0, sharesBefore);
        uint256 assets = pool.withdraw(part);

        vm.assertEq(pool.tokens + assets, tokensBefore, "tokens");
        vm.assertEq(pool.shares + part, sharesBefore, "shares");
        vm.assertGe(pool.tokens * sharesBefore, pool.shares * tokensBefore, "the price never falls");
        _checkBounds(pool);
    }

    function testFuzz_WhenSlashing(uint256 tokens, uint256 shares, uint256 bps) external pure {
        Pool memory pool = _pool(tokens, shares);
        uint256 tokensBefore = pool.tokens;
        bps = bound(bps, 1, 10_000);
        (uint256 loss, bool wiped) = pool.slashUp(bps);

        vm.assertEq(pool.tokens + loss, tokensBefore, "tokens");
        vm.assertGe(loss * 10_000, tokensBefore * bps, "rounded up");
        if (wiped) vm.assertEq(pool.shares, 0, "void shares");
        else vm.assertLe(loss * 10_000, tokensBefore * bps + 9_999, "by less than a base unit");
        _checkBounds(pool);
    }

    function test_WhenEmptyPoolIsSlashed() external pure {
        Pool memory pool;
        (uint256 loss, bool wiped) = pool.slashUp(10_000);
        vm.assertEq(loss, 0, "loss");
        vm.assertFalse(wiped, "an empty pool has nothing to void");
    }

    function test_WhenPoolStandsOnItsFloor() external pure {
        Pool memory pool = Pool({tokens: 2, shares: 2e9, tag: 0});
        (uint256 loss, bool wiped) = pool.slashUp(1);
        vm.assertEq(loss, 2, "one of two is below the floor, so both");
        vm.assertTrue(wiped, "wiped");
    }

    function test_RevertWhen_TokensOverflow() external {
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, 2 ** 96));
        this.depositInto(Pool({tokens: 1, shares: 1, tag: 0}), 2 ** 96 - 1);
    }

    /// @dev A call of its own, so that its revert can be expected.
    function depositInto(Pool memory pool, uint256 assets) external pure returns (uint256) {
        return pool.deposit(assets);
    }

    /// @dev A pool within the bounds, of tag 7.
    function _pool(uint256 tokens, uint256 shares) private pure returns (Pool memory) {
        tokens = bound(tokens, 1, MAX_TOKENS);
        shares = bound(shares, tokens, tokens * 1e9);
        return Pool({tokens: uint96(tokens), shares: uint120(shares), tag: 7});
    }

    function _checkBounds(Pool memory pool) private pure {
        vm.assertLe(pool.tokens, pool.shares, "a share is worth at most a token");
        vm.assertLe(pool.shares, uint256(pool.tokens) * 1e9, "and at least 1e-9 tokens");
    }
}
