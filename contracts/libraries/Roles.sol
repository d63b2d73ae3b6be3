// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The role ids of the system's one AccessManager
/// @notice Who holds each role after a deployment, and which functions it opens, is listed in docs/roles.md.
library Roles {
    /// @notice The timelock, and nobody else, once a deployment is finished (AccessManager's own admin role).
    uint64 internal constant ADMIN = 0;
    /// @notice May only take away: pause entry, suspend profiles, revoke releases and enclaves, freeze verifiers.
    uint64 internal constant GUARDIAN = 1;
    /// @notice May slash and hold stake and jail operators: the contract of penalties.
    uint64 internal constant SLASHER = 2;
    /// @notice May charge payers for calls inside a transaction: the PIPE engine.
    uint64 internal constant PIPE = 3;
    /// @notice May write the terms of profiles and releases: the hardware policy.
    uint64 internal constant POLICY = 4;
    /// @notice May collect and release the bonds of repositories: the Model Hub.
    uint64 internal constant MODEL_HUB = 5;
    /// @notice Says that a fault was proven by code, and locks stake behind calls: the settlement contract and the
    ///         challenges of answers.
    uint64 internal constant ADJUDICATOR = 6;
    /// @notice Says that people found a fault that no code can prove: the disputes that juries decide, and a vote of
    ///         all.
    uint64 internal constant JURY = 7;
    /// @notice May take the deposits of those who challenge and are challenged: where cases are opened.
    uint64 internal constant COURT = 8;
}
