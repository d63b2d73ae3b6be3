// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IModelExecutor} from "./interfaces/IModelExecutor.sol";
import {ModelBlob} from "./libraries/ModelBlob.sol";
import {TreeBlob} from "./libraries/TreeBlob.sol";

/// @title The models that the chain runs itself
/// @notice One multiplication serves as many inputs as fit a word.
/// @dev ROLES: none. UPGRADES: none; whoever runs models names the executor by address.
///
///      A model's id is the hash of the creation code of its store, which CREATE2 makes with salt 0: the store's
///      address follows from the id, and a run reads no storage. Only {registerModel} creates contracts here, after all
///      checks.
///
///      ARITHMETIC: with inputs x_0 … x_(k−1) in the fields of one word, lowest first, and weights w_0 … w_(k−1) in
///      those of another, highest first, the field k − 1 of the product is Σ x_i · w_i, and the fields below it hold
///      sums of other pairs. The analysis of {registerModel} keeps every field from reaching into the next. Inputs lie
///      flush with the top of their word, so that the product's field k − 1 is its highest and all above it is lost.
contract ModelExecutor is IModelExecutor {
    // ------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IModelExecutor
    function modelIdOf(bytes calldata blob) external pure returns (bytes32 modelId) {
        return keccak256(_creationOf(blob));
    }

    /// @inheritdoc IModelExecutor
    function isRegistered(bytes32 modelId) external view returns (bool) {
        return _addressOf(modelId).code.length != 0;
    }

    /// @inheritdoc IModelExecutor
    function storeOf(bytes32 modelId) external view returns (address store) {
        store = _addressOf(modelId);
        if (store.code.length == 0) revert ExecutorModelUnknown(modelId);
    }

    /// @inheritdoc IModelExecutor
    function run(bytes32 modelId, uint256 packedInputs) external view returns (uint256 packedOutputs) {
        return _execute(_load(modelId), _oneWord(packedInputs), 1);
    }

    /// @inheritdoc IModelExecutor
    function runWide(bytes32 modelId, uint256[] calldata words) external view returns (uint256 packedOutputs) {
        uint256 blob = _load(modelId);
        uint256 start = _allocate(words.length * 32);
        assembly ("memory-safe") {
            calldatacopy(start, words.offset, mul(words.length, 0x20))
        }
        return _execute(blob, start, words.length);
    }

    /// @inheritdoc IModelExecutor
    function runBatch(
        bytes32 modelId,
        uint256[] calldata packedInputs
    ) external view returns (uint256[] memory packedOutputs) {
        packedOutputs = new uint256[](packedInputs.length);
        uint256 blob = _load(modelId);
        uint256 free = _allocate(0);
        for (uint256 i = 0; i < packedInputs.length; ++i) {
            packedOutputs[i] = _execute(blob, _oneWord(packedInputs[i]), 1);
            // Nothing of a run is needed after it.
            assembly ("memory-safe") {
                mstore(0x40, free)
            }
        }
    }

    // ------------------------------------------------------------------------------------------------------ writes

    /// @inheritdoc IModelExecutor
    function registerModel(bytes calldata blob) external returns (bytes32 modelId) {
        bytes memory creation = _creationOf(blob);
        modelId = keccak256(creation);
        if (_addressOf(modelId).code.length != 0) return modelId;

        if (blob.length != 0 && uint8(blob[0]) == TreeBlob.VERSION) TreeBlob.check(blob);
        else ModelBlob.check(blob);
        address store;
        assembly ("memory-safe") {
            store := create2(0, add(creation, 0x20), mload(creation), 0)
        }
        if (store == address(0)) revert ExecutorModelNotStored(modelId);
        emit ModelRegistered(modelId, msg.sender, store, blob.length);
    }

    // ----------------------------------------------------------------------------------------------------- storing

    /// @dev PUSH2 size, DUP1, PUSH1 10, RETURNDATASIZE, CODECOPY, RETURNDATASIZE, RETURN, then the code: a STOP byte,
    ///      so that it cannot be called, and the blob. Blobs whose size does not fit are refused by ModelBlob.
    function _creationOf(bytes calldata blob) private pure returns (bytes memory) {
        return abi.encodePacked(hex"61", uint16(blob.length + 1), hex"80600a3d393df300", blob);
    }

    /// @dev CREATE2's address: the hash of 0xff, this address, the salt 0 and the id.
    function _addressOf(bytes32 modelId) private view returns (address store) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, or(shl(248, 0xff), shl(88, address())))
            mstore(add(free, 0x15), 0)
            mstore(add(free, 0x35), modelId)
            store := and(keccak256(free, 0x55), 0xffffffffffffffffffffffffffffffffffffffff)
        }
    }

    /// @dev Copies the blob to new memory and returns its address.
    function _load(bytes32 modelId) private view returns (uint256 blob) {
        address store = _addressOf(modelId);
        uint256 codeSize = store.code.length;
        if (codeSize == 0) revert ExecutorModelUnknown(modelId);
        assembly ("memory-safe") {
            blob := mload(0x40)
            // Rounded up to whole words; code starts with the STOP byte.
            mstore(0x40, add(blob, and(add(codeSize, 0x1f), not(0x1f))))
            extcodecopy(store, blob, 1, sub(codeSize, 1))
        }
    }

    // ----------------------------------------------------------------------------------------------------- running

    /// @dev Values of a layer lie one per word from `values`.
    function _execute(uint256 blob, uint256 words, uint256 wordCount) private pure returns (uint256) {
        uint256 header;
        assembly ("memory-safe") {
            header := mload(blob)
        }
        if (ModelBlob.headerByte(header, 0) == TreeBlob.VERSION) {
            if (wordCount != 1) revert ExecutorInputWordsWrong(wordCount, 1);
            assembly ("memory-safe") {
                words := mload(words)
            }
            return TreeBlob.run(blob, words);
        }
        bool argmax = ModelBlob.headerByte(header, 1) == ModelBlob.HEAD_ARGMAX;
        (uint256 count, ) = ModelBlob.inputsOf(header);
        uint256 values;
        uint256 cursor = blob + ModelBlob.HEADER_SIZE;
        uint256 layers = ModelBlob.headerByte(header, 7);
        // One for all layers, so that nothing comes to lie behind the values of a layer (see {_spread}).
        ModelBlob.Layer memory layer;
        unchecked {
            for (uint256 index = 0; index < layers; ++index) {
                ModelBlob.readLayer(layer, header, index, count);
                (uint256 inputs, uint256 total) = index == 0
                    ? _inputsOf(header, layer, words, wordCount)
                    : _spread(layer, values, count);
                count = layer.neurons;
                values = _allocate(count << 5);
                cursor = _runLayer(layer, inputs, total, cursor, values, argmax && index + 1 == layers);
            }
        }
        return argmax ? _indexOfGreatest(values, count) : _pack(values, count, ModelBlob.headerByte(header, 6));
    }

    /// @dev `size` bytes of memory that nobody else uses.
    function _allocate(uint256 size) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := mload(0x40)
            mstore(0x40, add(start, size))
        }
    }

    function _oneWord(uint256 packedInputs) private pure returns (uint256 start) {
        start = _allocate(32);
        assembly ("memory-safe") {
            mstore(start, packedInputs)
        }
    }

    /// @dev The first layer's inputs as {_spread} gives them, and their sum.
    function _inputsOf(
        uint256 header,
        ModelBlob.Layer memory layer,
        uint256 words,
        uint256 wordCount
    ) private pure returns (uint256 inputs, uint256 total) {
        (uint256 count, uint256 bits) = ModelBlob.inputsOf(header);
        uint256 expected = ModelBlob.inputWords(count, bits);
        if (wordCount != expected) revert ExecutorInputWordsWrong(wordCount, expected);
        if (wordCount != 1) return _spread(layer, _unpack(count, bits, words), count);

        uint256 rest;
        assembly ("memory-safe") {
            rest := mload(words)
            // From here on the width of all inputs.
            count := mul(count, bits)
        }
        if (rest >> count != 0) revert ExecutorInputOutOfRange(rest, count);
        return _spreadWord(layer, rest, bits);
    }

    /// @dev {_spread} for inputs of `bits` bits that are one packed word.
    function _spreadWord(
        ModelBlob.Layer memory layer,
        uint256 rest,
        uint256 bits
    ) private pure returns (uint256 inputs, uint256 total) {
        inputs = _allocate(layer.spread << 5);
        assembly ("memory-safe") {
            let fieldBits := mload(add(layer, 0x20))
            let fields := mload(add(layer, 0x60))
            let lowest := sub(256, mul(fields, fieldBits))
            let ones := div(sub(shl(mul(fields, fieldBits), 1), 1), sub(shl(fieldBits, 1), 1))
            let step := sub(fieldBits, bits)
            let out := inputs
            // Each shift brings the next value to its field. The spent word gives zeros beyond the last input.
            for {
                let end := add(out, shl(5, mload(add(layer, 0xa0))))
            } lt(out, end) {
                out := add(out, 0x20)
            } {
                let word := 0
                let moving := shl(lowest, rest)
                for {
                    let mask := shl(lowest, sub(shl(bits, 1), 1))
                } mask {
                    mask := shl(fieldBits, mask)
                } {
                    word := or(word, and(moving, mask))
                    moving := shl(step, moving)
                }
                rest := shr(mul(fields, bits), rest)
                mstore(out, word)
                // The highest field of the product is the sum of all fields.
                total := add(total, shr(sub(256, fieldBits), mul(ones, word)))
            }
        }
    }

    /// @dev The inputs of several words, one per word from `values`.
    function _unpack(uint256 count, uint256 bits, uint256 words) private pure returns (uint256 values) {
        values = _allocate(count << 5);
        uint256 perWord = ModelBlob.MAX_PACKED_BITS / bits;
        uint256 at = values;
        unchecked {
            for (uint256 left = count; left != 0; words += 32) {
                uint256 held = left < perWord ? left : perWord;
                left -= held;
                uint256 given;
                assembly ("memory-safe") {
                    given := mload(words)
                    let mask := sub(shl(bits, 1), 1)
                    let rest := given
                    for {
                        let end := add(at, shl(5, held))
                    } lt(at, end) {
                        at := add(at, 0x20)
                    } {
                        mstore(at, and(rest, mask))
                        rest := shr(bits, rest)
                    }
                }
                if (given >> (held * bits) != 0) revert ExecutorInputOutOfRange(given, held * bits);
            }
        }
    }

    /// @dev Packs a layer's inputs into words as the layer's multiplications take them; also gives their sum. Reads up
    ///      to whole words, so the values must be followed by zeros.
    function _spread(
        ModelBlob.Layer memory layer,
        uint256 values,
        uint256 count
    ) private pure returns (uint256 inputs, uint256 total) {
        uint256 padded;
        unchecked {
            padded = layer.spread * layer.fields;
            // Nothing was allocated behind the values.
            _allocate((padded - count) << 5);
        }
        inputs = _allocate(layer.spread << 5);
        assembly ("memory-safe") {
            calldatacopy(add(values, shl(5, count)), calldatasize(), shl(5, sub(padded, count)))
            let fieldBits := mload(add(layer, 0x20))
            let width := mul(mload(add(layer, 0x60)), fieldBits)
            let ones := div(sub(shl(width, 1), 1), sub(shl(fieldBits, 1), 1))
            let size := shl(5, mload(add(layer, 0x60)))
            let end := add(inputs, shl(5, mload(add(layer, 0xa0))))
            for {
                let out := inputs
            } lt(out, end) {
                out := add(out, 0x20)
            } {
                // From the highest field down.
                let at := add(values, size)
                let word := 0
                for {} gt(at, values) {} {
                    at := sub(at, 0x20)
                    word := or(shl(fieldBits, word), mload(at))
                }
                values := add(values, size)
                // Flush with the top: the last field ends at bit 256.
                word := shl(sub(256, width), word)
                mstore(out, word)
                // The highest field of the product is the sum of all fields.
                total := add(total, shr(sub(256, fieldBits), mul(ones, word)))
            }
        }
    }

    /// @dev Writes the layer's outputs, one per word, and gives the place behind its bytes. With `plain` they are the
    ///      sums, else ReLU and shift follow. The loops differ in how many weights a field holds. The stack is full:
    ///      `total` becomes the end of the outputs and `layer` a neuron's shift.
    // solhint-disable-next-line function-max-lines
    function _runLayer(
        ModelBlob.Layer memory layer,
        uint256 inputs,
        uint256 total,
        uint256 cursor,
        uint256 out,
        bool plain
    ) private pure returns (uint256 next) {
        assembly ("memory-safe") {
            let bits := mload(add(layer, 0x40))
            let top := mload(add(layer, 0x20))
            // (2^(fields · fieldBits) − 1) / (2^fieldBits − 1) has a one in each field.
            let mask := div(sub(shl(mul(mload(add(layer, 0x60)), top), 1), 1), sub(shl(top, 1), 1))
            mask := mul(mask, sub(shl(bits, 1), 1))
            top := sub(256, top)
            let groups := mload(add(layer, 0x80))
            let end := add(inputs, shl(5, mload(add(layer, 0xa0))))
            // Stored weights are 2^(bits − 1) too large, stored biases 2^31.
            mstore(0x00, add(shl(sub(bits, 1), total), 0x80000000))
            total := add(out, shl(5, mload(layer)))
            for {} lt(out, total) {
                out := add(out, 0x20)
            } {
                layer := mload(cursor)
                let sum := sub(shr(224, layer), mload(0x00))
                layer := byte(4, layer)
                cursor := add(cursor, 5)
                let at := inputs
                switch groups
                case 1 {
                    for {} 1 {} {
                        sum := add(sum, shr(top, mul(mload(at), and(mload(cursor), mask))))
                        cursor := add(cursor, 0x20)
                        at := add(at, 0x20)
                        if iszero(lt(at, end)) {
                            break
                        }
                    }
                }
                case 2 {
                    for {} 1 {} {
                        let weights := mload(cursor)
                        sum := add(sum, shr(top, mul(mload(at), and(weights, mask))))
                        sum := add(sum, shr(top, mul(mload(add(at, 0x20)), and(shr(bits, weights), mask))))
                        cursor := add(cursor, 0x20)
                        at := add(at, 0x40)
                        if iszero(lt(at, end)) {
                            break
                        }
                    }
                }
                default {
                    for {} 1 {} {
                        let weights := mload(cursor)
                        sum := add(sum, shr(top, mul(mload(at), and(weights, mask))))
                        weights := shr(bits, weights)
                        sum := add(sum, shr(top, mul(mload(add(at, 0x20)), and(weights, mask))))
                        weights := shr(bits, weights)
                        sum := add(sum, shr(top, mul(mload(add(at, 0x40)), and(weights, mask))))
                        weights := shr(bits, weights)
                        sum := add(sum, shr(top, mul(mload(add(at, 0x60)), and(weights, mask))))
                        cursor := add(cursor, 0x20)
                        at := add(at, 0x80)
                        if iszero(lt(at, end)) {
                            break
                        }
                    }
                }
                // Plain sums have the shift 0.
                mstore(out, mul(or(sgt(sum, 0), plain), shr(layer, sum)))
            }
            next := cursor
        }
    }

    function _pack(uint256 values, uint256 count, uint256 bits) private pure returns (uint256 packed) {
        assembly ("memory-safe") {
            for {
                let at := add(values, shl(5, count))
            } gt(at, values) {} {
                at := sub(at, 0x20)
                packed := or(shl(bits, packed), mload(at))
            }
        }
    }

    function _indexOfGreatest(uint256 values, uint256 count) private pure returns (uint256 index) {
        assembly ("memory-safe") {
            let greatest := mload(values)
            for {
                let i := 1
            } lt(i, count) {
                i := add(i, 1)
            } {
                let value := mload(add(values, shl(5, i)))
                if sgt(value, greatest) {
                    greatest := value
                    index := i
                }
            }
        }
    }
}
