// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IModelExecutor} from "../interfaces/IModelExecutor.sol";
import {ModelBlob} from "./ModelBlob.sol";

/// @title The bytes of a tree ensemble for the executor: admission and running
/// @notice The format is described in {IModelExecutor}. zkml/trees/analyse-trees.ts bounds the sums in TypeScript.
/// @dev A question's skip says how many bytes its low branch takes, so a path is followed by additions only. Admission
///      follows every path once and finds exactly the branches that the skips name, hence a run ends and reads nothing
///      outside the blob.
library TreeBlob {
    uint256 internal constant VERSION = 2;

    uint256 private constant HEADER_SIZE = 16;

    /// @dev Bytes of an output's base and of its number of trees.
    uint256 private constant OUTPUT_SIZE = 6;

    /// @dev Bytes of a tree's size.
    uint256 private constant TREE_HEAD_SIZE = 2;

    /// @dev Bytes of a question: skip (2), shift of the feature in the packed inputs (1), threshold (2).
    uint256 private constant QUESTION_SIZE = 5;

    /// @dev Bytes of a leaf: a skip of zero (2) and its value (4).
    uint256 private constant LEAF_SIZE = 6;

    /// @dev Thresholds take two bytes.
    uint256 private constant MAX_INPUT_BITS = 16;

    uint256 private constant MAX_DEPTH = 32;

    /// @dev A tree under admission.
    struct Area {
        /// Address of the first byte of the blob.
        uint256 start;
        /// Address behind the tree that is read.
        uint256 limit;
        uint256 inputCount;
        uint256 inputBits;
    }

    /// @notice Reverts unless `blob` is a tree ensemble of which every path ends in a leaf and no output overflows.
    function check(bytes memory blob) internal pure {
        if (blob.length < HEADER_SIZE) {
            revert IModelExecutor.ExecutorBlobSizeWrong(blob.length, HEADER_SIZE);
        }
        if (blob.length > ModelBlob.MAX_SIZE) {
            revert IModelExecutor.ExecutorBlobSizeWrong(blob.length, ModelBlob.MAX_SIZE);
        }
        uint256 header;
        Area memory area;
        assembly ("memory-safe") {
            header := mload(add(blob, 0x20))
            mstore(area, add(blob, 0x20))
        }
        _checkHeader(header);
        area.inputCount = ModelBlob.headerByte(header, 2);
        area.inputBits = ModelBlob.headerByte(header, 3);
        uint256 end = _checkOutputs(area, header, blob.length);
        if (end != area.start + blob.length) {
            revert IModelExecutor.ExecutorBlobSizeWrong(blob.length, end - area.start);
        }
    }

    /// @notice The packed outputs of the ensemble whose admitted blob lies at `blob`.
    function run(uint256 blob, uint256 packedInputs) internal pure returns (uint256 packedOutputs) {
        uint256 header;
        assembly ("memory-safe") {
            header := mload(blob)
        }
        uint256 bits = ModelBlob.headerByte(header, 3);
        uint256 total = ModelBlob.headerByte(header, 2) * bits;
        if (packedInputs >> total != 0) revert IModelExecutor.ExecutorInputOutOfRange(packedInputs, total);
        uint256 outputs = ModelBlob.headerByte(header, 4);
        bool argmax = ModelBlob.headerByte(header, 1) == ModelBlob.HEAD_ARGMAX;
        uint256 outputBits = ModelBlob.headerByte(header, 5);
        uint256 record = blob + HEADER_SIZE;
        uint256 tree = record + outputs * OUTPUT_SIZE;
        uint256 greatest = 0;
        for (uint256 output = 0; output < outputs; ++output) {
            uint256 sum;
            (sum, tree) = _sum(record, tree, packedInputs, (1 << bits) - 1);
            record += OUTPUT_SIZE;
            if (!argmax) {
                packedOutputs |= sum << (output * outputBits);
            } else if (output == 0 || sum > greatest) {
                (greatest, packedOutputs) = (sum, output);
            }
        }
    }

    // ----------------------------------------------------------------------------------------------------- running

    /// @dev The sum of the output whose record is given and whose first tree lies at `tree`, and where its trees end.
    function _sum(
        uint256 record,
        uint256 tree,
        uint256 packedInputs,
        uint256 mask
    ) private pure returns (uint256 sum, uint256 end) {
        assembly ("memory-safe") {
            let head := mload(record)
            sum := shr(224, head)
            for {
                let left := and(shr(208, head), 0xffff)
            } left {
                left := sub(left, 1)
            } {
                let at := add(tree, 2)
                tree := add(at, shr(240, mload(tree)))
                let node := mload(at)
                for {
                    let skip := shr(240, node)
                } skip {
                    skip := shr(240, node)
                } {
                    let isBelow := lt(and(shr(byte(2, node), packedInputs), mask), and(shr(216, node), 0xffff))
                    at := add(add(at, 5), mul(skip, iszero(isBelow)))
                    node := mload(at)
                }
                sum := add(sum, and(shr(208, node), 0xffffffff))
            }
            end := tree
        }
    }

    // --------------------------------------------------------------------------------------------------- admission

    function _checkHeader(uint256 header) private pure {
        uint256 head = ModelBlob.headerByte(header, 1);
        if (head > ModelBlob.HEAD_ARGMAX) {
            revert IModelExecutor.ExecutorHeadUnknown(head, ModelBlob.HEAD_ARGMAX);
        }
        uint256 count = ModelBlob.headerByte(header, 2);
        uint256 bits = ModelBlob.headerByte(header, 3);
        if (count * bits == 0 || count * bits > ModelBlob.MAX_PACKED_BITS || bits > MAX_INPUT_BITS) {
            revert IModelExecutor.ExecutorInputLayoutInvalid(count, bits);
        }
        count = ModelBlob.headerByte(header, 4);
        bits = ModelBlob.headerByte(header, 5);
        bool fits =
            head == ModelBlob.HEAD_ARGMAX
                ? count > 1 && bits != 0 && bits <= 8 && count <= 1 << bits
                : count * bits != 0 && count * bits <= ModelBlob.MAX_PACKED_BITS;
        if (!fits) revert IModelExecutor.ExecutorOutputLayoutInvalid(count, bits, 0);
        // Equal models have equal bytes.
        if ((header << 48) >> 176 != 0) revert IModelExecutor.ExecutorPaddingNotZero(header);
    }

    /// @dev Returns the address behind the last tree.
    function _checkOutputs(Area memory area, uint256 header, uint256 size) private pure returns (uint256 at) {
        uint256 outputs = ModelBlob.headerByte(header, 4);
        uint256 record = area.start + HEADER_SIZE;
        uint256 end = area.start + size;
        at = record + outputs * OUTPUT_SIZE;
        bool argmax = ModelBlob.headerByte(header, 1) == ModelBlob.HEAD_ARGMAX;
        uint256 bits = argmax ? 32 : ModelBlob.headerByte(header, 5);
        for (uint256 output = 0; output < outputs; ++output) {
            if (at > end) revert IModelExecutor.ExecutorBlobSizeWrong(size, at - area.start);
            uint256 maximum = _read(record, 4);
            uint256 trees = _read(record + 4, 2);
            for (uint256 i = 0; i < trees; ++i) {
                uint256 greatest;
                (at, greatest) = _checkTree(area, at, end);
                maximum += greatest;
            }
            if (maximum >> bits != 0) revert IModelExecutor.ExecutorOutputOverflow(output, maximum, bits);
            record += OUTPUT_SIZE;
        }
    }

    /// @dev Returns the address behind the tree at `at` and its greatest leaf.
    function _checkTree(
        Area memory area,
        uint256 at,
        uint256 end
    ) private pure returns (uint256 next, uint256 greatest) {
        next = at + TREE_HEAD_SIZE + _read(at, 2);
        if (next > end) revert IModelExecutor.ExecutorBlobSizeWrong(end - area.start, next - area.start);
        area.limit = next;
        uint256 last;
        (last, greatest) = _checkNode(area, at + TREE_HEAD_SIZE, 0);
        if (last != next) revert IModelExecutor.ExecutorTreeBranchWrong(at - area.start, next - at, last - at);
    }

    /// @dev Returns the address behind the branch at `at` and its greatest leaf.
    function _checkNode(
        Area memory area,
        uint256 at,
        uint256 depth
    ) private pure returns (uint256 next, uint256 greatest) {
        uint256 skip = _read(at, 2);
        next = at + (skip == 0 ? LEAF_SIZE : QUESTION_SIZE);
        if (next > area.limit) {
            revert IModelExecutor.ExecutorTreeBranchWrong(at - area.start, next - at, area.limit - at);
        }
        if (skip == 0) return (next, _read(at + 2, 4));
        if (depth == MAX_DEPTH) revert IModelExecutor.ExecutorTreeTooDeep(at - area.start, MAX_DEPTH);
        uint256 shift = _read(at + 2, 1);
        uint256 threshold = _read(at + 3, 2);
        bool asksAnInput = shift % area.inputBits == 0 && shift / area.inputBits < area.inputCount;
        if (!asksAnInput || threshold == 0 || threshold >> area.inputBits != 0) {
            revert IModelExecutor.ExecutorTreeQuestionInvalid(at - area.start, shift, threshold);
        }
        uint256 high;
        (high, greatest) = _checkNode(area, next, depth + 1);
        if (high != next + skip) revert IModelExecutor.ExecutorTreeBranchWrong(at - area.start, skip, high - next);
        uint256 other;
        (next, other) = _checkNode(area, high, depth + 1);
        if (other > greatest) greatest = other;
    }

    /// @dev The number of `size` bytes at `location`.
    function _read(uint256 location, uint256 size) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, mul(size, 8)), mload(location))
        }
    }
}
