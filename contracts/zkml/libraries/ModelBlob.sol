// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IModelExecutor} from "../interfaces/IModelExecutor.sol";

/// @title The bytes of a model for the executor: constants and admission
/// @notice The format is described in {IModelExecutor}. zkml/model/analyse.ts is the interval analysis in TypeScript.
library ModelBlob {
    uint256 internal constant VERSION = 1;
    uint256 internal constant HEADER_SIZE = 16;
    uint256 internal constant MAX_LAYERS = 9;
    uint256 internal constant HEAD_VALUES = 0;
    uint256 internal constant HEAD_ARGMAX = 1;

    /// @notice At most 248 neurons a layer, as many as outputs of one bit that fit a signal.
    uint256 internal constant MAX_BLOCKS = 31;

    /// @notice Contract code holds 24_576 bytes, the first of them a STOP.
    uint256 internal constant MAX_SIZE = 24_575;

    /// @notice Bytes of biases and shifts in front of a block's weights.
    uint256 internal constant BLOCK_HEAD_SIZE = 40;

    /// @notice Packed signals stay below the scalar field's modulus; the same limit as in SignalCodec.
    uint256 internal constant MAX_PACKED_BITS = 248;

    uint256 private constant MAX_SHIFT = 31;

    /// @dev A block of neurons under analysis.
    struct Block {
        uint256 layer;
        uint256 index;
        uint256 maxShift;
        /// Address of the block's bytes in memory.
        uint256 start;
    }

    /// @notice The byte of the header at `index`.
    function headerByte(uint256 header, uint256 index) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(index, header)
        }
    }

    /// @notice Blocks of eight neurons in a layer.
    function blocksOf(uint256 header, uint256 layer) internal pure returns (uint256) {
        return headerByte(header, 7 + layer);
    }

    /// @notice Reverts unless `blob` is a model of which no admissible input makes a lane overflow.
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
        uint256 inputCount = headerByte(header, 2);
        uint256 inputBits = headerByte(header, 3);
        uint256 total = inputCount * inputBits;
        // 31 bits: an input is the least that any lane must hold.
        if (total == 0 || total > MAX_PACKED_BITS || inputBits > 31) {
            revert IModelExecutor.ExecutorInputLayoutInvalid(inputCount, inputBits);
        }
        uint256 layers = headerByte(header, 6);
        if (layers == 0 || layers > MAX_LAYERS) {
            revert IModelExecutor.ExecutorLayerCountOutOfRange(layers, MAX_LAYERS);
        }
        for (uint256 layer = 0; layer < MAX_LAYERS; ++layer) {
            uint256 blocks = blocksOf(header, layer);
            bool valid = layer < layers ? blocks != 0 && blocks <= MAX_BLOCKS : blocks == 0;
            if (!valid) revert IModelExecutor.ExecutorLayerWidthOutOfRange(layer, blocks, MAX_BLOCKS);
        }
        _checkOutputs(header, head, blocksOf(header, layers - 1));
    }

    function _checkOutputs(uint256 header, uint256 head, uint256 blocks) private pure {
        uint256 count = headerByte(header, 4);
        uint256 bits = headerByte(header, 5);
        bool fits =
            head == HEAD_ARGMAX
                ? count != 0 && bits != 0 && bits <= 8 && count <= 1 << bits
                : count * bits != 0 && count * bits <= MAX_PACKED_BITS;
        if (!fits || (count + 7) / 8 != blocks) {
            revert IModelExecutor.ExecutorOutputLayoutInvalid(count, bits, blocks);
        }
    }

    /// @dev The length that the header implies.
    function _sizeOf(uint256 header) private pure returns (uint256 size) {
        size = HEADER_SIZE;
        uint256 layers = headerByte(header, 6);
        uint256 words = (headerByte(header, 2) + 3) / 4;
        for (uint256 layer = 0; layer < layers; ++layer) {
            uint256 blocks = blocksOf(header, layer);
            size += blocks * (BLOCK_HEAD_SIZE + words * 32);
            words = blocks * 2;
        }
    }

    function _checkBounds(bytes memory blob, uint256 header) private pure {
        uint256 layers = headerByte(header, 6);
        uint256 head = headerByte(header, 1);
        uint256[] memory maxima = _inputMaxima(header);
        Block memory area;
        assembly ("memory-safe") {
            mstore(add(area, 0x60), add(add(blob, 0x20), HEADER_SIZE))
        }
        for (uint256 layer = 0; layer < layers; ++layer) {
            area.layer = layer;
            area.maxShift = head == HEAD_ARGMAX && layer + 1 == layers ? 0 : MAX_SHIFT;
            uint256 blocks = blocksOf(header, layer);
            uint256[] memory next = new uint256[](blocks * 8);
            for (uint256 index = 0; index < blocks; ++index) {
                area.index = index;
                _blockMaxima(area, maxima, next);
                area.start += BLOCK_HEAD_SIZE + maxima.length * 8;
            }
            maxima = next;
        }
        if (head == HEAD_VALUES) _checkOutputMaxima(maxima, headerByte(header, 4), headerByte(header, 5));
    }

    function _checkOutputMaxima(uint256[] memory maxima, uint256 count, uint256 bits) private pure {
        for (uint256 neuron = 0; neuron < count; ++neuron) {
            if (maxima[neuron] >> bits != 0) {
                revert IModelExecutor.ExecutorOutputOverflow(neuron, maxima[neuron], bits);
            }
        }
    }

    /// @dev The greatest value of every input; those that fill up the last word are 0.
    function _inputMaxima(uint256 header) private pure returns (uint256[] memory maxima) {
        uint256 count = headerByte(header, 2);
        maxima = new uint256[]((count + 3) & ~uint256(3));
        for (uint256 i = 0; i < count; ++i) maxima[i] = (1 << headerByte(header, 3)) - 1;
    }

    /// @dev Writes the greatest output of each of the block's neurons, after ReLU and shift.
    function _blockMaxima(Block memory area, uint256[] memory maxima, uint256[] memory next) private pure {
        for (uint256 lane = 0; lane < 8; ++lane) {
            uint256 neuron = area.index * 8 + lane;
            uint256 shift = _byteAt(area.start + 32 + lane);
            if (shift > area.maxShift) {
                revert IModelExecutor.ExecutorShiftOutOfRange(area.layer, neuron, shift, area.maxShift);
            }
            (int256 low, int256 high) = _interval(area.start, lane, maxima);
            if (low < type(int32).min || high > type(int32).max) {
                revert IModelExecutor.ExecutorAccumulatorOverflow(area.layer, neuron, low, high);
            }
            // Positive, so the conversion is exact.
            next[neuron] = high > 0 ? uint256(high) >> shift : 0;
        }
    }

    /// @dev The least and the greatest sum of one neuron. Maxima are below 2^31, weights within a byte and inputs at
    ///      most 248, so nothing here comes near 2^255.
    function _interval(
        uint256 start,
        uint256 lane,
        uint256[] memory maxima
    ) private pure returns (int256 low, int256 high) {
        assembly ("memory-safe") {
            low := sub(and(shr(mul(lane, 32), mload(start)), 0xffffffff), 0x80000000)
            high := low
            // Byte k of a lane lies 31 − 4 · lane − k bytes into its word.
            let word := add(start, sub(add(BLOCK_HEAD_SIZE, 31), mul(lane, 4)))
            let count := mload(maxima)
            for {
                let i := 0
            } lt(i, count) {
                i := add(i, 1)
            } {
                let at := sub(add(word, mul(shr(2, i), 32)), and(i, 3))
                let extreme := mul(sub(byte(0, mload(at)), 128), mload(add(add(maxima, 0x20), mul(i, 0x20))))
                switch slt(extreme, 0)
                case 1 {
                    low := add(low, extreme)
                }
                default {
                    high := add(high, extreme)
                }
            }
        }
    }

    function _byteAt(uint256 location) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(0, mload(location))
        }
    }
}
