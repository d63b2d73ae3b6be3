// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice Assets owned in shares; the active stake of an operator, or a bucket of unbonding stake. One slot.
/// @param tokens   OPG base units.
/// @param shares   Claims on the tokens; `tokens <= shares <= 1e9 * tokens` always.
/// @param stamp    Of an active pool, when its tokens last changed, Unix seconds. Of a bucket, its generation: how
///                 often a slash has wiped it; claims of an earlier generation are void.
/// @param holdsOwn Of a bucket, whether the operator himself may have stake in it. Not used for active pools.
struct Pool {
    uint96 tokens;
    uint120 shares;
    uint32 stamp;
    bool holdsOwn;
}

/// @title The arithmetic of pools
/// @dev Nothing but deposits adds tokens, and the first deposit mints one share per token, so a share is never worth
///      more than a token: `a` tokens mint at least `a` shares, and nobody can inflate the price of the first share. A
///      pool whose share fell below 1e-9 tokens counts as wiped, so shares stay below 1e9 times the token's supply.
///      Products fit 256 bits: tokens < 2^96, shares < 2^120.
library PoolMath {
    using SafeCast for uint256;

    /// @notice 100 %, in basis points.
    uint256 internal constant BPS = 10_000;

    /// @notice A pool with more shares per token than this is wiped.
    uint256 internal constant MAX_SHARES_PER_TOKEN = 1e9;

    /// @notice Reads a pool with one access to storage.
    function load(Pool storage self) internal view returns (Pool memory pool) {
        uint256 word;
        assembly ("memory-safe") {
            word := sload(self.slot)
        }
        pool.tokens = uint96(word);
        pool.shares = uint120(word >> 96);
        pool.stamp = uint32(word >> 216);
        pool.holdsOwn = word >> 248 != 0;
    }

    /// @notice Writes a pool with one access to storage; the compiler would write member by member.
    function store(Pool storage self, Pool memory pool) internal {
        uint256 word = uint256(pool.tokens) | (uint256(pool.shares) << 96) | (uint256(pool.stamp) << 216);
        if (pool.holdsOwn) word |= 1 << 248;
        assembly ("memory-safe") {
            sstore(self.slot, word)
        }
    }

    /// @notice The shares that `assets` mint, rounded down against the depositor.
    function toSharesDown(Pool memory self, uint256 assets) internal pure returns (uint256) {
        return self.tokens == 0 ? assets : (assets * self.shares) / self.tokens;
    }

    /// @notice The assets that `shares` are worth, rounded down against their owner.
    function toAssetsDown(Pool memory self, uint256 shares) internal pure returns (uint256) {
        return self.shares == 0 ? 0 : (shares * self.tokens) / self.shares;
    }

    /// @notice Puts `assets` into the pool in memory.
    function deposit(Pool memory self, uint256 assets) internal pure returns (uint256 shares) {
        shares = toSharesDown(self, assets);
        self.tokens = (self.tokens + assets).toUint96();
        self.shares = (self.shares + shares).toUint120();
    }

    /// @notice Takes `shares` out of the pool in memory; at most as many as there are.
    function withdraw(Pool memory self, uint256 shares) internal pure returns (uint256 assets) {
        assets = toAssetsDown(self, shares);
        self.tokens = (self.tokens - assets).toUint96();
        self.shares = (self.shares - shares).toUint120();
    }

    /// @notice Takes `fractionBps` of the assets, rounded up against the owners, out of the pool in memory.
    /// @dev What would leave the pool below its floor takes the rest too: the pool is wiped.
    function slashUp(Pool memory self, uint256 fractionBps) internal pure returns (uint256 loss, bool wiped) {
        loss = Math.ceilDiv(self.tokens * fractionBps, BPS);
        uint256 left = self.tokens - loss;
        wiped = left * MAX_SHARES_PER_TOKEN < self.shares;
        if (wiped) {
            loss = self.tokens;
            self.tokens = 0;
            self.shares = 0;
        } else {
            self.tokens = left.toUint96();
        }
    }
}
