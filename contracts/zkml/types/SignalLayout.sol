// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice How the tensors of a model map to the two data signals of its circuit.
/// @dev A tensor value `v` becomes the unsigned integer `v * 10^decimals + offset`, which must lie in [0, 2^bits). The
///      integers of a side are packed into one field element, element 0 in the lowest bits; `count * bits <= 248`.
///      Public signals of every circuit, in this order: [0] packed outputs, [1] packed inputs, [2] call binding.
/// @param inputName      Name of the one input tensor, of shape [1, inputCount].
/// @param outputName     Name of the one output tensor, of shape [1, outputCount].
/// @param inputCount     Number of input values; 0 means "no circuit".
/// @param inputBits      Width of one packed input.
/// @param inputDecimals  Decimal places of the inputs.
/// @param inputOffset    Added before packing so that negative inputs fit (offset binary).
/// @param outputCount    Number of output values.
/// @param outputBits     Width of one packed output.
/// @param outputDecimals Decimal places of the outputs.
/// @param outputOffset   Added by the circuit before packing.
struct SignalLayout {
    string inputName;
    string outputName;
    uint8 inputCount;
    uint8 inputBits;
    uint8 inputDecimals;
    uint64 inputOffset;
    uint8 outputCount;
    uint8 outputBits;
    uint8 outputDecimals;
    uint64 outputOffset;
}
