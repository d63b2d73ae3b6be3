// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title What a bucket keeps beside its tokens and shares: its generation, and how much of it is the operator's own
/// @notice The generation says how often a slash has wiped the bucket; claims of an earlier one are void. The
///         operator's own shares serve for bounties alone and are kept rounded down, by less than 1 part in 4 million.
/// @dev `own << 10 | generation`, 40 bits. `own` is a mantissa of 23 bits below an exponent of 7.
library BucketTag {
    /// @notice A bucket of this generation takes no stake any more: there is no number for the next.
    uint256 internal constant LAST_GENERATION = (1 << GENERATION_BITS) - 1;
    uint256 private constant GENERATION_BITS = 10;
    uint256 private constant MANTISSA_BITS = 23;

    /// @notice The generation in a tag.
    function generationIn(uint40 tag) internal pure returns (uint256) {
        return tag & LAST_GENERATION;
    }

    /// @notice The operator's own shares in a tag.
    function ownSharesDown(uint40 tag) internal pure returns (uint256) {
        uint256 own = tag >> GENERATION_BITS;
        return (own & ((1 << MANTISSA_BITS) - 1)) << (own >> MANTISSA_BITS);
    }

    /// @notice The tag with other shares of the operator, below 2^120.
    function withOwnShares(uint40 tag, uint256 shares) internal pure returns (uint40) {
        uint256 exponent;
        if (shares >> MANTISSA_BITS != 0) exponent = Math.log2(shares) - (MANTISSA_BITS - 1);
        uint256 own = (exponent << MANTISSA_BITS) | (shares >> exponent);
        return uint40((own << GENERATION_BITS) | generationIn(tag));
    }

    /// @notice The tag of the next generation, in which nobody has shares; of the last one if that was the last.
    function wiped(uint40 tag) internal pure returns (uint40) {
        return uint40(Math.min(generationIn(tag) + 1, LAST_GENERATION));
    }
}
