// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ModelInput, ModelOutput, MultiDimensionalNumberTensor, Number} from "../../pipe/types/InferenceTypes.sol";
import {JsonScalar, StringTensor} from "../../pipe/types/InferenceTypes.sol";
import {SignalLayout} from "../types/SignalLayout.sol";

/// @title Tensors of the inference interface as signals of a circuit, and back
/// @notice Exact in both directions: a number that the circuit cannot take exactly is refused, never rounded.
/// @dev zkml/codec/signal-codec.ts is the same in TypeScript; tests compare the two.
library SignalCodec {
    /// @notice Thrown when one side of a layout has no values or does not fit {MAX_PACKED_BITS}.
    error SignalLayoutInvalid(uint256 count, uint256 bits);

    /// @notice Thrown when there is not exactly one tensor of numbers.
    error SignalTensorCountWrong(uint256 given, uint256 expected);

    /// @notice Thrown when there are tensors of texts or JSON texts, which circuits do not have.
    error SignalTextUnsupported(uint256 given);

    /// @notice Thrown when the tensor does not have the name that the layout says.
    error SignalTensorNameWrong(string given, string expected);

    /// @notice Thrown when the tensor's shape is not [1, expectedCount] or its values are not that many.
    error SignalTensorShapeWrong(uint32[] shape, uint256 values, uint256 expectedCount);

    /// @notice Thrown when value · 10^(−decimals) has more decimals than the circuit takes.
    error SignalValueInexact(uint256 index, int128 value, int128 decimals, uint256 circuitDecimals);

    /// @notice Thrown when a value, scaled and with its offset, is not in [0, 2^bits).
    error SignalValueOutOfRange(uint256 index, int128 value, int128 decimals, uint256 bits);

    /// @notice Thrown when a packed signal holds more bits than its layout.
    error SignalPackedOutOfRange(uint256 packed, uint256 bits);

    /// @notice Thrown when the placeholder of a simulation is to be packed.
    error SignalSimulationResult();

    /// @notice Packed values stay below the scalar field's modulus, which has 254 bits.
    uint256 internal constant MAX_PACKED_BITS = 248;

    /// @dev Greatest power of ten in 256 bits.
    uint256 private constant MAX_EXPONENT = 77;

    /// @dev One side of a layout.
    struct Side {
        string name;
        uint256 count;
        uint256 bits;
        uint256 decimals;
        uint256 offset;
    }

    /// @notice Reverts unless both sides of `layout` can be packed.
    function check(SignalLayout memory layout) internal pure {
        _inputSide(layout);
        _outputSide(layout);
    }

    /// @notice The packed input signal of `input`.
    function packInputs(SignalLayout memory layout, ModelInput memory input) internal pure returns (uint256 packed) {
        if (input.strings.length != 0) revert SignalTextUnsupported(input.strings.length);
        return _pack(_inputSide(layout), input.numbers);
    }

    /// @notice The packed output signal of `output`.
    function packOutputs(SignalLayout memory layout, ModelOutput memory output) internal pure returns (uint256 packed) {
        if (output.is_simulation_result) revert SignalSimulationResult();
        uint256 texts = output.strings.length + output.jsons.length;
        if (texts != 0) revert SignalTextUnsupported(texts);
        return _pack(_outputSide(layout), output.numbers);
    }

    /// @notice The output tensors of a packed output signal, in canonical form: every number has `outputDecimals`.
    function unpackOutputs(
        SignalLayout memory layout,
        uint256 packed
    ) internal pure returns (ModelOutput memory output) {
        Side memory side = _outputSide(layout);
        if (packed >> (side.count * side.bits) != 0) revert SignalPackedOutOfRange(packed, side.count * side.bits);
        MultiDimensionalNumberTensor memory tensor;
        tensor.name = side.name;
        tensor.shape = new uint32[](2);
        tensor.shape[0] = 1;
        // Counts and decimals come from uint8 fields.
        tensor.shape[1] = uint32(side.count);
        tensor.values = new Number[](side.count);
        uint256 mask = (1 << side.bits) - 1;
        for (uint256 i = 0; i < side.count; ++i) {
            int256 value = int256((packed >> (i * side.bits)) & mask) - int256(side.offset);
            int128 decimals = int128(uint128(side.decimals));
            if (value > type(int128).max) revert SignalPackedOutOfRange(packed, side.count * side.bits);
            tensor.values[i] = Number({value: int128(value), decimals: decimals});
        }
        output.numbers = new MultiDimensionalNumberTensor[](1);
        output.numbers[0] = tensor;
        output.strings = new StringTensor[](0);
        output.jsons = new JsonScalar[](0);
    }

    function _inputSide(SignalLayout memory layout) private pure returns (Side memory) {
        return
            _checked(
                Side({
                    name: layout.inputName,
                    count: layout.inputCount,
                    bits: layout.inputBits,
                    decimals: layout.inputDecimals,
                    offset: layout.inputOffset
                })
            );
    }

    function _outputSide(SignalLayout memory layout) private pure returns (Side memory) {
        return
            _checked(
                Side({
                    name: layout.outputName,
                    count: layout.outputCount,
                    bits: layout.outputBits,
                    decimals: layout.outputDecimals,
                    offset: layout.outputOffset
                })
            );
    }

    function _checked(Side memory side) private pure returns (Side memory) {
        uint256 total = side.count * side.bits;
        if (total == 0 || total > MAX_PACKED_BITS) revert SignalLayoutInvalid(side.count, side.bits);
        return side;
    }

    function _pack(
        Side memory side,
        MultiDimensionalNumberTensor[] memory tensors
    ) private pure returns (uint256 packed) {
        if (tensors.length != 1) revert SignalTensorCountWrong(tensors.length, 1);
        MultiDimensionalNumberTensor memory tensor = tensors[0];
        if (keccak256(bytes(tensor.name)) != keccak256(bytes(side.name))) {
            revert SignalTensorNameWrong(tensor.name, side.name);
        }
        bool fits = tensor.shape.length == 2 && tensor.shape[0] == 1 && tensor.shape[1] == side.count;
        if (!fits || tensor.values.length != side.count) {
            revert SignalTensorShapeWrong(tensor.shape, tensor.values.length, side.count);
        }
        for (uint256 i = 0; i < side.count; ++i) {
            packed |= _integerOf(side, tensor.values[i], i) << (i * side.bits);
        }
    }

    /// @dev value · 10^(circuit's decimals − its own) + offset, in [0, 2^bits).
    function _integerOf(Side memory side, Number memory number, uint256 index) private pure returns (uint256) {
        int256 scaled = _scale(side, number, index);
        // |scaled| is below 2^254 and the offset below 2^64: no overflow.
        int256 integer = scaled + int256(side.offset);
        if (integer < 0 || uint256(integer) >> side.bits != 0) {
            revert SignalValueOutOfRange(index, number.value, number.decimals, side.bits);
        }
        return uint256(integer);
    }

    function _scale(Side memory side, Number memory number, uint256 index) private pure returns (int256) {
        if (number.value == 0) return 0;
        int256 exponent = int256(side.decimals) - number.decimals;
        if (exponent < 0) {
            // |value| < 10^39, so a larger divisor leaves a remainder for certain.
            int256 divisor = exponent < -int256(MAX_EXPONENT - 1) ? int256(0) : int256(10 ** uint256(-exponent));
            if (divisor == 0 || number.value % divisor != 0) {
                revert SignalValueInexact(index, number.value, number.decimals, side.decimals);
            }
            return number.value / divisor;
        }
        // A value that does not fit 2^254 after scaling fits no packed width either.
        uint256 magnitude = uint256(number.value < 0 ? -int256(number.value) : int256(number.value));
        if (uint256(exponent) > MAX_EXPONENT || magnitude > (1 << 254) / 10 ** uint256(exponent)) {
            revert SignalValueOutOfRange(index, number.value, number.decimals, side.bits);
        }
        return number.value * int256(10 ** uint256(exponent));
    }
}
