// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Places of the public signals of circuits
/// @notice Generated from circuits/circuits.json by scripts/generate-circuits.ts; a test compares the two.
library CircuitSignals {
    uint256 internal constant COUNT = 3;
    uint256 internal constant OUTPUTS = 0;
    uint256 internal constant INPUTS = 1;
    uint256 internal constant CALL_BINDING = 2;
    uint256 internal constant CLASS_DATA = 0;
    uint256 internal constant CLASS_MODEL_HASH = 1;

    /// @notice Width of the outputs in {CLASS_DATA}; the inputs stand above them.
    uint256 internal constant CLASS_OUTPUT_BITS = 48;

    /// @notice Width of the inputs in {CLASS_DATA}.
    uint256 internal constant CLASS_INPUT_BITS = 200;
}
