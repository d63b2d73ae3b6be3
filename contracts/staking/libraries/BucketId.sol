// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The ids of unbonding buckets: `era << 56 | epoch << 24 | generation`
/// @dev The part above the generation is where the bucket lives in storage, its key.
library BucketId {
    uint256 private constant GENERATION_BITS = 24;
    uint256 private constant EPOCH_BITS = 32;

    /// @notice The storage key of the bucket of an era and an epoch; both smaller than 2^32.
    function keyOf(uint256 era, uint256 epoch) internal pure returns (uint256) {
        return (era << EPOCH_BITS) | epoch;
    }

    /// @notice The id of one generation of a bucket.
    function encode(uint256 key, uint256 generation) internal pure returns (uint256) {
        return (key << GENERATION_BITS) | generation;
    }

    /// @notice The storage key in an id.
    function keyIn(uint256 bucketId) internal pure returns (uint256) {
        return bucketId >> GENERATION_BITS;
    }

    /// @notice The era in an id.
    function eraIn(uint256 bucketId) internal pure returns (uint256) {
        return bucketId >> (GENERATION_BITS + EPOCH_BITS);
    }

    /// @notice The epoch in an id.
    function epochIn(uint256 bucketId) internal pure returns (uint256) {
        return uint32(bucketId >> GENERATION_BITS);
    }

    /// @notice The generation in an id.
    function generationIn(uint256 bucketId) internal pure returns (uint256) {
        return uint24(bucketId);
    }
}
