// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IModelExecutor} from "../interfaces/IModelExecutor.sol";

/// @title The bytes of a model for the executor: constants and admission
/// @notice The format is described in {IModelExecutor}. zkml/model/analyse.ts is the interval analysis in TypeScript.
library ModelBlob {
    uint256 internal constant VERSION = 1;
    uint256 internal constant HEADER_SIZE = 32;
    uint256 internal constant MAX_LAYERS = 8;
    uint256 internal constant HEAD_VALUES = 0;
    uint256 internal constant HEAD_ARGMAX = 1;

    /// @notice As many as outputs of one bit that fit a signal.
    uint256 internal constant MAX_NEURONS = 248;

    /// @notice Words of inputs.
    uint256 internal constant MAX_WORDS = 30;

    /// @notice Contract code holds 24_576 bytes, the first of them a STOP.
    uint256 internal constant MAX_SIZE = 24_575;

    /// @notice Bytes of bias and shift in front of a neuron's weights.
    uint256 internal constant NEURON_HEAD_SIZE = 5;

    /// @notice Packed words stay below the scalar field's modulus; the same limit as in SignalCodec.
    uint256 internal constant MAX_PACKED_BITS = 248;

    uint256 private constant MAX_SHIFT = 31;

    /// @notice How a layer's weights lie in its words.
    /// @param fields  Fields of a word, and inputs that one multiplication serves.
    /// @param groups  Weights that share a field.
    /// @param spread  Words that the layer's inputs take in memory: a multiple of `groups`.
    struct Layer {
        uint256 neurons;
        uint256 fieldBits;
        uint256 weightBits;
        uint256 fields;
        uint256 groups;
        uint256 spread;
    }

    /// @dev A neuron under analysis; `start` is the address of its bytes.
    struct Neuron {
        uint256 layer;
        uint256 index;
        uint256 start;
        uint256 maxShift;
    }

    /// @notice The byte of the header at `index`.
    function headerByte(uint256 header, uint256 index) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(index, header)
        }
    }

    /// @notice Number and width of the inputs.
    function inputsOf(uint256 header) internal pure returns (uint256 count, uint256 bits) {
        return ((headerByte(header, 2) << 8) | headerByte(header, 3), headerByte(header, 4));
    }

    /// @notice Words that the inputs take.
    function inputWords(uint256 count, uint256 bits) internal pure returns (uint256) {
        unchecked {
            // No division by zero: the bits of an admitted model are 1 to 31.
            uint256 perWord = MAX_PACKED_BITS / bits;
            return (count + perWord - 1) / perWord;
        }
    }

    /// @notice Writes the layout of a layer that takes `inputs` values to `layer`. Allocates nothing.
    function readLayer(Layer memory layer, uint256 header, uint256 index, uint256 inputs) internal pure {
        assembly ("memory-safe") {
            let at := add(8, mul(3, index))
            let fieldBits := byte(add(at, 1), header)
            let packing := byte(add(at, 2), header)
            let groups := shr(4, packing)
            let fields := div(256, fieldBits)
            let served := mul(fields, groups)
            mstore(layer, byte(at, header))
            mstore(add(layer, 0x20), fieldBits)
            mstore(add(layer, 0x40), and(packing, 0x0f))
            mstore(add(layer, 0x60), fields)
            mstore(add(layer, 0x80), groups)
            mstore(add(layer, 0xa0), mul(groups, div(sub(add(inputs, served), 1), served)))
        }
    }

    /// @notice Reverts unless `blob` is a model of which no admissible input makes a field or a sum overflow.
    function check(bytes memory blob) internal pure {
        if (blob.length < HEADER_SIZE) revert IModelExecutor.ExecutorBlobSizeWrong(blob.length, HEADER_SIZE);
        uint256 header;
        assembly ("memory-safe") {
            header := mload(add(blob, 0x20))
        }
        _checkHeader(header);
        uint256 expected = _sizeOf(header);
        if (blob.length != expected) revert IModelExecutor.ExecutorBlobSizeWrong(blob.length, expected);
        if (expected > MAX_SIZE) revert IModelExecutor.ExecutorBlobSizeWrong(expected, MAX_SIZE);
        _checkBounds(blob, header);
    }

    function _checkHeader(uint256 header) private pure {
        uint256 version = headerByte(header, 0);
        if (version != VERSION) revert IModelExecutor.ExecutorVersionUnknown(version, VERSION);
        uint256 head = headerByte(header, 1);
        if (head > HEAD_ARGMAX) revert IModelExecutor.ExecutorHeadUnknown(head, HEAD_ARGMAX);
        (uint256 count, uint256 bits) = inputsOf(header);
        // 31 bits: an input is the least that any sum must hold.
        if (count == 0 || bits == 0 || bits > 31 || inputWords(count, bits) > MAX_WORDS) {
            revert IModelExecutor.ExecutorInputLayoutInvalid(count, bits);
        }
        uint256 layers = headerByte(header, 7);
        if (layers == 0 || layers > MAX_LAYERS) {
            revert IModelExecutor.ExecutorLayerCountOutOfRange(layers, MAX_LAYERS);
        }
        for (uint256 layer = 0; layer < MAX_LAYERS; ++layer) _checkLayer(header, layer, layer < layers);
        _checkOutputs(header, head, headerByte(header, 5 + 3 * layers));
    }

    /// @dev A field holds one, two or four weights of at most 8 bits.
    function _checkLayer(uint256 header, uint256 layer, bool present) private pure {
        uint256 neurons = headerByte(header, 8 + 3 * layer);
        uint256 fieldBits = headerByte(header, 9 + 3 * layer);
        uint256 packing = headerByte(header, 10 + 3 * layer);
        uint256 weightBits = packing & 0x0f;
        uint256 groups = packing >> 4;
        bool valid =
            present
                ? neurons != 0 &&
                    neurons <= MAX_NEURONS &&
                    weightBits != 0 &&
                    weightBits <= 8 &&
                    (groups == 1 || groups == 2 || groups == 4) &&
                    groups * weightBits <= fieldBits
                : neurons + fieldBits + packing == 0;
        if (!valid) revert IModelExecutor.ExecutorLayerInvalid(layer, neurons, fieldBits, packing);
    }

    function _checkOutputs(uint256 header, uint256 head, uint256 neurons) private pure {
        uint256 count = headerByte(header, 5);
        uint256 bits = headerByte(header, 6);
        bool fits =
            head == HEAD_ARGMAX
                ? bits != 0 && bits <= 8 && count <= 1 << bits
                : count * bits != 0 && count * bits <= MAX_PACKED_BITS;
        if (!fits || count != neurons) revert IModelExecutor.ExecutorOutputLayoutInvalid(count, bits, neurons);
    }

    /// @dev The length that the header implies.
    function _sizeOf(uint256 header) private pure returns (uint256 size) {
        size = HEADER_SIZE;
        (uint256 inputs, ) = inputsOf(header);
        uint256 layers = headerByte(header, 7);
        Layer memory layer;
        for (uint256 index = 0; index < layers; ++index) {
            readLayer(layer, header, index, inputs);
            size += layer.neurons * _neuronSize(layer);
            inputs = layer.neurons;
        }
    }

    function _neuronSize(Layer memory layer) private pure returns (uint256) {
        return NEURON_HEAD_SIZE + (layer.spread / layer.groups) * 32;
    }

    function _checkBounds(bytes memory blob, uint256 header) private pure {
        uint256 layers = headerByte(header, 7);
        bool argmax = headerByte(header, 1) == HEAD_ARGMAX;
        uint256[] memory maxima = _inputMaxima(header);
        Layer memory layer;
        Neuron memory neuron;
        assembly ("memory-safe") {
            mstore(add(neuron, 0x40), add(blob, 0x40))
        }
        for (uint256 index = 0; index < layers; ++index) {
            readLayer(layer, header, index, maxima.length);
            _checkFields(index, layer, maxima);
            neuron.layer = index;
            neuron.maxShift = argmax && index + 1 == layers ? 0 : MAX_SHIFT;
            uint256[] memory next = new uint256[](layer.neurons);
            for (neuron.index = 0; neuron.index < layer.neurons; ++neuron.index) {
                next[neuron.index] = _neuronMaximum(neuron, layer, maxima);
                neuron.start += _neuronSize(layer);
            }
            maxima = next;
        }
        if (!argmax) _checkOutputMaxima(maxima, headerByte(header, 6));
    }

    function _checkOutputMaxima(uint256[] memory maxima, uint256 bits) private pure {
        for (uint256 neuron = 0; neuron < maxima.length; ++neuron) {
            if (maxima[neuron] >> bits != 0) {
                revert IModelExecutor.ExecutorOutputOverflow(neuron, maxima[neuron], bits);
            }
        }
    }

    /// @dev No field of a product can reach into the next: each is a sum of at most `fields` products of an input and
    ///      a stored weight.
    function _checkFields(uint256 index, Layer memory layer, uint256[] memory maxima) private pure {
        uint256 greatest = 0;
        for (uint256 i = 0; i < maxima.length; ++i) {
            if (maxima[i] > greatest) greatest = maxima[i];
        }
        uint256 terms = layer.fields < maxima.length ? layer.fields : maxima.length;
        uint256 bound = terms * greatest * ((1 << layer.weightBits) - 1);
        if (bound >> layer.fieldBits != 0) {
            revert IModelExecutor.ExecutorFieldOverflow(index, bound, layer.fieldBits);
        }
    }

    function _inputMaxima(uint256 header) private pure returns (uint256[] memory maxima) {
        (uint256 count, uint256 bits) = inputsOf(header);
        maxima = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) maxima[i] = (1 << bits) - 1;
    }

    /// @dev The greatest output of a neuron, after ReLU and shift.
    function _neuronMaximum(
        Neuron memory neuron,
        Layer memory layer,
        uint256[] memory maxima
    ) private pure returns (uint256) {
        uint256 shift;
        uint256 start = neuron.start;
        assembly ("memory-safe") {
            shift := byte(4, mload(start))
        }
        if (shift > neuron.maxShift) {
            revert IModelExecutor.ExecutorShiftOutOfRange(neuron.layer, neuron.index, shift, neuron.maxShift);
        }
        (int256 low, int256 high) = _interval(start, layer, maxima);
        if (low < type(int32).min || high > type(int32).max) {
            revert IModelExecutor.ExecutorAccumulatorOverflow(neuron.layer, neuron.index, low, high);
        }
        // Positive, so the conversion is exact.
        return high > 0 ? uint256(high) >> shift : 0;
    }

    /// @dev The least and the greatest sum of one neuron. Maxima are below 2^31, weights within a byte and inputs at
    ///      most 30 · 248, so nothing here comes near 2^255.
    function _interval(
        uint256 start,
        Layer memory layer,
        uint256[] memory maxima
    ) private pure returns (int256 low, int256 high) {
        assembly ("memory-safe") {
            low := sub(shr(224, mload(start)), 0x80000000)
            high := low
            let fieldBits := mload(add(layer, 0x20))
            let bits := mload(add(layer, 0x40))
            let top := mul(sub(mload(add(layer, 0x60)), 1), fieldBits)
            let groupsEnd := mul(mload(add(layer, 0x80)), bits)
            let at := add(maxima, 0x20)
            let end := add(at, mul(mload(maxima), 0x20))
            for {
                start := add(start, 5)
            } lt(at, end) {
                start := add(start, 0x20)
            } {
                let word := mload(start)
                for {
                    let group := 0
                } lt(group, groupsEnd) {
                    group := add(group, bits)
                } {
                    // The first input's weight is in the highest field.
                    for {
                        let place := add(top, group)
                    } and(lt(at, end), iszero(slt(place, group))) {
                        place := sub(place, fieldBits)
                    } {
                        let weight := sub(and(shr(place, word), sub(shl(bits, 1), 1)), shl(sub(bits, 1), 1))
                        let extreme := mul(weight, mload(at))
                        switch slt(extreme, 0)
                        case 1 {
                            low := add(low, extreme)
                        }
                        default {
                            high := add(high, extreme)
                        }
                        at := add(at, 0x20)
                    }
                }
            }
        }
    }
}
