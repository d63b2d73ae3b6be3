// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {InferenceMode} from "../../libraries/InferenceMode.sol";

/// @dev The structs of OpenGradient's inference interface: field order and names are part of the ABI and never change.

/// @notice A decimal number: value · 10^(−decimals); 1.5 is (15, 1).
struct Number {
    int128 value;
    int128 decimals;
}

/// @notice A tensor of numbers, row-major.
struct MultiDimensionalNumberTensor {
    string name;
    Number[] values;
    uint32[] shape;
}

/// @notice A flat tensor of strings.
struct StringTensor {
    string name;
    string[] values;
}

/// @notice A JSON value as text.
struct JsonScalar {
    string name;
    string value;
}

struct ModelInput {
    MultiDimensionalNumberTensor[] numbers;
    StringTensor[] strings;
}

/// @param is_simulation_result True for the placeholder of a simulation; never act on such a value.
struct ModelOutput {
    MultiDimensionalNumberTensor[] numbers;
    StringTensor[] strings;
    JsonScalar[] jsons;
    bool is_simulation_result;
}

struct ModelInferenceRequest {
    InferenceMode mode;
    string modelCID;
    ModelInput input;
}
