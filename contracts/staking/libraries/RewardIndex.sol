// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Rewards per share
/// @dev Shares, not assets, carry the weight: a slash leaves all shares as they are, so it neither moves the index nor
///      has to be replayed for anybody. The index has 18 decimals and fits 100 bits: since no reward may be larger than
///      {MAX_PER_SHARE} per share, 600 million of the largest fit into an era.
library RewardIndex {
    /// @notice The fixed-point unit of the index.
    uint256 internal constant PRECISION = 1e18;

    /// @notice A pool with fewer shares is too small to share rewards in: a millionth of an OPG.
    uint256 internal constant MIN_SHARES = 1e12;

    /// @notice A pool with fewer shares than a thousandth of a reward is too small to share it in.
    uint256 internal constant MAX_PER_SHARE = 1_000;

    /// @notice An index above this grows no more; no single reward lifts it from here to 2^100.
    uint256 internal constant MAX_INDEX = 1 << 99;

    /// @notice Whether `amount` can be shared among `shares` when the index stands at `index`.
    function isShareable(uint256 index, uint256 amount, uint256 shares) internal pure returns (bool) {
        return shares >= MIN_SHARES && amount / MAX_PER_SHARE <= shares && index <= MAX_INDEX;
    }

    /// @notice Shares `amount` and what the last division left over among `shares`.
    /// @param remainder In 1e-18 base units; below 2^120.
    /// @return growth What the index rises by.
    /// @return rest   The remainder of this division.
    function distribute(
        uint256 amount,
        uint256 shares,
        uint256 remainder
    ) internal pure returns (uint256 growth, uint256 rest) {
        uint256 numerator = amount * PRECISION + remainder;
        return (numerator / shares, numerator % shares);
    }

    /// @notice What `shares` earned while the index rose from `since` to `index`, rounded down, OPG base units.
    function earnedDown(uint256 shares, uint256 index, uint256 since) internal pure returns (uint256) {
        return (shares * (index - since)) / PRECISION;
    }
}
