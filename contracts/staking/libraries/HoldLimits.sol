// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title What bounds holds, for the contract that keeps them and for the ledger
library HoldLimits {
    /// @notice The most holds on one operator at a time; bounds the cost of a claim.
    uint256 internal constant MAX_HOLDS = 8;
    /// @notice The longest hold, seconds; bounds the cost of a slash.
    uint256 internal constant MAX_TERM = 14 days;
    /// @notice Base units kept back beside a reserved part: two slashed pools' worth of rounding for every hold.
    uint256 internal constant RESERVE_MARGIN = 2 * MAX_HOLDS;
}
