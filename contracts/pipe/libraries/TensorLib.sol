// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ModelInput, ModelOutput, MultiDimensionalNumberTensor, Number, StringTensor} from "../types/InferenceTypes.sol";

/// @title Building inputs and reading outputs of models
library TensorLib {
    /// @notice Thrown when an output has no number at the place asked for.
    error TensorIndexOutOfBounds(uint256 tensor, uint256 index);
    /// @notice Thrown when a number has more decimal places than can be scaled.
    error TensorDecimalsOutOfRange(int128 decimals, int128 maximum);

    /// @notice A model input of one row: a tensor `name` of shape [1, values.length], each value `values[i]`·10^(−decimals).
    function row(
        string memory name,
        uint256[] memory values,
        int128 decimals
    ) internal pure returns (ModelInput memory input) {
        Number[] memory numbers = new Number[](values.length);
        for (uint256 i = 0; i < values.length; i++) {
            numbers[i] = Number({value: SafeCast.toInt128(SafeCast.toInt256(values[i])), decimals: decimals});
        }
        uint32[] memory shape = new uint32[](2);
        shape[0] = 1;
        shape[1] = SafeCast.toUint32(values.length);
        input.numbers = new MultiDimensionalNumberTensor[](1);
        input.numbers[0] = MultiDimensionalNumberTensor({name: name, values: numbers, shape: shape});
        input.strings = new StringTensor[](0);
    }

    /// @notice Element `index` of number tensor `tensor`, as an integer scaled by 10^`scale`, rounded toward zero.
    function valueDown(
        MultiDimensionalNumberTensor[] memory tensors,
        uint256 tensor,
        uint256 index,
        int128 scale
    ) internal pure returns (int256) {
        if (tensor >= tensors.length || index >= tensors[tensor].values.length) {
            revert TensorIndexOutOfBounds(tensor, index);
        }
        Number memory number = tensors[tensor].values[index];
        int256 shift = int256(scale) - int256(number.decimals);
        if (shift > 38 || shift < -38) revert TensorDecimalsOutOfRange(number.decimals, 38);
        if (shift >= 0) return int256(number.value) * int256(10 ** uint256(shift));
        return int256(number.value) / int256(10 ** uint256(-shift));
    }
}
