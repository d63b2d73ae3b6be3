// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title What an operator may do on the network, as a set of bits
library OperatorRoles {
    /// @notice Runs models for callers.
    uint8 internal constant INFERENCE = 1 << 0;
    /// @notice Checks the work of others and signs attestations ("validator" in the network's public documents).
    uint8 internal constant JUDGE = 1 << 1;
    /// @notice Keeps model files and receipts available.
    uint8 internal constant STORAGE = 1 << 2;
    /// @notice Fetches outside data for models.
    uint8 internal constant DATA = 1 << 3;
    /// @notice Every role there is.
    uint8 internal constant ALL = INFERENCE | JUDGE | STORAGE | DATA;
}
