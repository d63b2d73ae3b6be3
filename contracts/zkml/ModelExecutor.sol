// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IModelExecutor} from "./interfaces/IModelExecutor.sol";
import {ModelBlob} from "./libraries/ModelBlob.sol";
import {TreeBlob} from "./libraries/TreeBlob.sol";

/// @title The models that the chain runs itself
/// @notice Eight neurons share one word, so that one multiplication serves eight weights.
/// @dev ROLES: none. UPGRADES: none; whoever runs models names the executor by address.
///
///      A model's id is the hash of the creation code of its store, which CREATE2 makes with salt 0: the store's
///      address follows from the id, and a run reads no storage. Only {registerModel} creates contracts here, after all
///      checks.
///
///      ARITHMETIC: the sums of a block are one integer, Σ (sum of neuron n + 2^31) · 2^(32n), computed modulo 2^256.
///      Carries and borrows between lanes on the way do not matter, because the final lanes are in [0, 2^32) by the
///      interval analysis of {registerModel}, and such an integer splits into lanes in only one way.
contract ModelExecutor is IModelExecutor {
    /// @dev One in each lane.
    uint256 private constant LANES = 0x0000000100000001000000010000000100000001000000010000000100000001;

    /// @dev The lowest byte of each lane.
    uint256 private constant LOW_BYTES = 0x000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff;

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
        return _execute(_load(modelId), packedInputs);
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
            packedOutputs[i] = _execute(blob, packedInputs[i]);
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

    function _addressOf(bytes32 modelId) private view returns (address) {
        bytes32 hash = keccak256(abi.encodePacked(hex"ff", address(this), bytes32(0), modelId));
        return address(uint160(uint256(hash)));
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

    /// @dev Values of a layer lie one per word from `values` to `end`. Their number is a multiple of four. `total` is
    ///      their sum.
    function _execute(uint256 blob, uint256 packedInputs) private pure returns (uint256) {
        uint256 header;
        assembly ("memory-safe") {
            header := mload(blob)
        }
        if (ModelBlob.headerByte(header, 0) == TreeBlob.VERSION) return TreeBlob.run(blob, packedInputs);
        (uint256 values, uint256 end, uint256 total) = _unpack(header, packedInputs);
        uint256 cursor = blob + ModelBlob.HEADER_SIZE;
        bool argmax = ModelBlob.headerByte(header, 1) == ModelBlob.HEAD_ARGMAX;
        uint256 layers = ModelBlob.headerByte(header, 6);
        for (uint256 layer = 0; layer < layers; ++layer) {
            bool plain = argmax && layer + 1 == layers;
            uint256 size = ModelBlob.blocksOf(header, layer) << 8;
            uint256 out = _allocate(size);
            uint256 sum = 0;
            unchecked {
                for (uint256 at = out; at != out + size; at += 0x100) {
                    uint256 sums = _sums(cursor, values, end, total);
                    sum += _activate(plain, sums, cursor, at);
                    // One word of weights per four words of values.
                    cursor += ModelBlob.BLOCK_HEAD_SIZE + ((end - values) >> 2);
                }
                (values, end, total) = (out, out + size, sum);
            }
        }
        uint256 count = ModelBlob.headerByte(header, 4);
        return argmax ? _indexOfGreatest(values, count) : _pack(values, count, ModelBlob.headerByte(header, 5));
    }

    /// @dev `size` bytes of memory that nobody else uses.
    function _allocate(uint256 size) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := mload(0x40)
            mstore(0x40, add(start, size))
        }
    }

    function _unpack(
        uint256 header,
        uint256 packedInputs
    ) private pure returns (uint256 values, uint256 end, uint256 total) {
        uint256 count = ModelBlob.headerByte(header, 2);
        uint256 bits = ModelBlob.headerByte(header, 3);
        if (packedInputs >> (count * bits) != 0) revert ExecutorInputOutOfRange(packedInputs, count * bits);
        uint256 size = ((count + 3) & ~uint256(3)) << 5;
        values = _allocate(size);
        assembly ("memory-safe") {
            end := add(values, size)
            let mask := sub(shl(bits, 1), 1)
            for {
                let at := values
            } lt(at, end) {
                at := add(at, 0x20)
            } {
                let value := and(packedInputs, mask)
                mstore(at, value)
                total := add(total, value)
                packedInputs := shr(bits, packedInputs)
            }
        }
    }

    /// @dev The sums of the block at `cursor`, each with its offset of 2^31 (which the stored biases bring).
    function _sums(uint256 cursor, uint256 values, uint256 end, uint256 total) private pure returns (uint256 sums) {
        assembly ("memory-safe") {
            // Stored weights are 128 too large: 128 · total comes off every lane.
            sums := sub(mload(cursor), mul(shl(7, total), LANES))
            cursor := add(cursor, 40)
            for {
                let at := values
            } lt(at, end) {
                at := add(at, 0x80)
            } {
                let weights := mload(cursor)
                sums := add(sums, mul(mload(at), and(weights, LOW_BYTES)))
                sums := add(sums, mul(mload(add(at, 0x20)), and(shr(8, weights), LOW_BYTES)))
                sums := add(sums, mul(mload(add(at, 0x40)), and(shr(16, weights), LOW_BYTES)))
                sums := add(sums, mul(mload(add(at, 0x60)), and(shr(24, weights), LOW_BYTES)))
                cursor := add(cursor, 0x20)
            }
        }
    }

    /// @dev Writes the eight outputs of a block and returns their sum: ReLU and shift, or, if `plain`, the lanes as
    ///      they are, in the order of the sums.
    function _activate(bool plain, uint256 lanes, uint256 cursor, uint256 out) private pure returns (uint256 total) {
        assembly ("memory-safe") {
            if iszero(plain) {
                // The top bit says "not negative"; the other 31 are then the sum itself.
                lanes := and(lanes, mul(and(shr(31, lanes), LANES), 0x7fffffff))
            }
            let shifts := mload(add(cursor, 0x20))
            for {
                let lane := 0
            } lt(lane, 8) {
                lane := add(lane, 1)
            } {
                let value := shr(byte(lane, shifts), and(lanes, 0xffffffff))
                mstore(out, value)
                total := add(total, value)
                out := add(out, 0x20)
                lanes := shr(32, lanes)
            }
        }
    }

    function _pack(uint256 values, uint256 count, uint256 bits) private pure returns (uint256 packed) {
        assembly ("memory-safe") {
            for {
                let at := add(values, mul(count, 0x20))
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
                let value := mload(add(values, mul(i, 0x20)))
                if gt(value, greatest) {
                    greatest := value
                    index := i
                }
            }
        }
    }
}
