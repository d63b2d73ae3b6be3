// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice Assets owned in shares; the active stake of an operator, or a bucket of unbonding stake. One slot.
/// @param tokens OPG base units.
/// @param shares Claims on the tokens; `tokens <= shares <= 1e9 * tokens` always.
/// @param tag    What its owner keeps beside them: see {StakeVotes} for active pools and {BucketTag} for buckets.
struct Pool {
    uint96 tokens;
    uint120 shares;
    uint40 tag;
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
        (uint256 tokens, uint256 shares, uint40 tag) = parts(self);
        // Masked where they were read.
        (pool.tokens, pool.shares, pool.tag) = (uint96(tokens), uint120(shares), tag);
    }

    /// @notice As {load}, without memory.
    function parts(Pool storage self) internal view returns (uint256 tokens, uint256 shares, uint40 tag) {
        uint256 word;
        assembly ("memory-safe") {
            word := sload(self.slot)
        }
        return (uint96(word), uint120(word >> 96), uint40(word >> 216));
    }

    /// @notice Writes a pool with one access to storage; the compiler would write member by member.
    function store(Pool storage self, Pool memory pool) internal {
        write(self, pool.tokens, pool.shares, pool.tag);
    }

    /// @notice As {store}, without memory.
    /// @param tokens Below 2^96.
    /// @param shares Below 2^120.
    function write(Pool storage self, uint256 tokens, uint256 shares, uint40 tag) internal {
        uint256 word = tokens | (shares << 96) | (uint256(tag) << 216);
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
        (loss, wiped) = lossUp(self.tokens, self.shares, fractionBps);
        self.tokens = uint96(self.tokens - loss);
        if (wiped) self.shares = 0;
    }

    /// @notice What a slash takes of a pool of `tokens` and `shares`, rounded up against the owners.
    /// @dev What would leave the pool below its floor takes the rest too: the pool is wiped.
    function lossUp(
        uint256 tokens,
        uint256 shares,
        uint256 fractionBps
    ) internal pure returns (uint256 loss, bool wiped) {
        // tokens < 2^96, fractionBps <= BPS: no product comes near 2^256, and the loss is at most the tokens.
        unchecked {
            loss = (tokens * fractionBps + BPS - 1) / BPS;
            wiped = (tokens - loss) * MAX_SHARES_PER_TOKEN < shares;
        }
        if (wiped) loss = tokens;
    }
}
