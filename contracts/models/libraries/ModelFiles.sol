// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {IModelHub} from "../interfaces/IModelHub.sol";
import {ModelNames} from "./ModelNames.sol";

/// @title The files of a release as bytes: one record after the other, in ascending order of their paths
/// @notice A record is `flags (1) | size (6) | content id (32) | SHA-256 (32) | length of path (1) | path`.
/// @dev Bit 0 of the flags: the content id is an IPFS digest (Qm…) instead of a Walrus id. Bit 7: the content id names
///      the release. A record is never 64 bytes long, so no record's hash can pass for an inner node of the tree.
library ModelFiles {
    /// @notice Flag of a file whose content id is the digest of an IPFS CID of version 0.
    uint8 internal constant IPFS = 0x01;
    /// @notice Flag of a file whose content id names the release.
    uint8 internal constant NAMED = 0x80;

    /// @notice Most files of a release: about as many as nodes take in one transaction, which is 128 KiB.
    uint256 internal constant MAX_COUNT = 1_024;
    /// @notice Most files of a release whose content ids name it.
    uint256 internal constant MAX_NAMED = 16;
    /// @notice Length of the shortest record: a path of one character.
    uint256 internal constant MIN_LENGTH = 73;

    uint256 private constant _CONTENT_ID = 7;
    uint256 private constant _SHA256 = 39;
    uint256 private constant _PATH_LENGTH = 71;
    uint256 private constant _PATH = 72;
    // In the first word of a record: the flags without meaning, and the size.
    uint256 private constant _UNKNOWN_FLAGS = 0x7e00000000000000000000000000000000000000000000000000000000000000;
    uint256 private constant _SIZE = 0x00ffffffffffff00000000000000000000000000000000000000000000000000;

    bytes private constant _BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    // Ten digits of base 58 at a time; 2^136 splits the 34 bytes of a CID in two halves.
    uint256 private constant _BASE58_CHUNK = 58 ** 10;
    uint256 private constant _CID_CHUNKS = 5;

    /// @notice Checks all records, in order.
    /// @dev A record is of the usual kind when it is not empty, carries no flag without meaning, and has a path of 1 to
    ///      31 good characters that is greater than the one before; the others are either wrong or rare. Records are
    ///      read and hashed in a copy beyond the end of allocated memory, which stays free. What lies behind it is no
    ///      matter and no sum overflows: whether the last record is complete is seen at the end. There is no function
    ///      of its own for a record, because the call would cost every file 40 gas.
    /// @return leaves The leaves of the tree, of which the first `count` are filled in.
    /// @return count  How many records there are; at least one.
    /// @return named  Where the records begin whose content ids name the release.
    function read(
        bytes calldata files
    ) internal pure returns (bytes32[] memory leaves, uint256 count, uint256[] memory named) {
        uint256 leaf;
        uint256 copy;
        (leaves, leaf, named, copy) = _prepare(files);
        uint256 namedCount;
        uint256 previous;
        uint256 path;
        uint256 at;
        uint256 end;
        uint256 padding;
        uint256 faults;
        while (at < files.length) {
            assembly ("memory-safe") {
                let record := add(copy, at)
                let head := mload(record)
                let length := byte(0, mload(add(record, _PATH_LENGTH)))
                end := add(add(at, _PATH), length)
                padding := sub(256, shl(3, length))
                let next := shl(padding, shr(padding, mload(add(record, _PATH))))
                faults := or(or(gt(length, 31), iszero(gt(next, path))), and(head, _UNKNOWN_FLAGS))
                faults := or(faults, or(iszero(and(head, _SIZE)), iszero(mload(add(record, _SHA256)))))
                path := next
            }
            if (faults | ModelNames.shortPathFaults(path, padding) != 0) {
                end = _check(files, at, previous);
                path = uint256(ModelNames.wordAt(_slice(files, at + _PATH, end), 0));
            }
            assembly ("memory-safe") {
                let record := add(copy, at)
                leaf := add(leaf, 0x20)
                mstore(leaf, keccak256(record, sub(end, at)))
                if slt(mload(record), 0) {
                    namedCount := add(namedCount, 1)
                    if lt(namedCount, add(MAX_NAMED, 1)) {
                        mstore(add(named, shl(5, namedCount)), at)
                    }
                }
                previous := at
                at := end
            }
        }
        if (at > files.length) revert IModelHub.ModelsTruncatedFiles(previous, files.length);
        count = _close(leaves, leaf, named, namedCount);
    }

    /// @dev Empty lists with room for all, the place before the first leaf, and where the copy of the records lies. A
    ///      last record that is not complete has a leaf too, until it is refused.
    function _prepare(
        bytes calldata files
    ) private pure returns (bytes32[] memory leaves, uint256 leaf, uint256[] memory named, uint256 copy) {
        leaves = new bytes32[](files.length / MIN_LENGTH + 1);
        named = new uint256[](MAX_NAMED);
        assembly ("memory-safe") {
            leaf := leaves
            copy := mload(0x40)
            calldatacopy(copy, files.offset, files.length)
        }
    }

    /// @dev Counts the leaves, of which `last` is the place of the last one, and gives the list of named files its
    ///      length. More than there is room for were counted, but not listed.
    function _close(
        bytes32[] memory leaves,
        uint256 last,
        uint256[] memory named,
        uint256 namedCount
    ) private pure returns (uint256 count) {
        assembly ("memory-safe") {
            count := shr(5, sub(last, leaves))
        }
        if (count == 0 || count > MAX_COUNT) revert IModelHub.ModelsInvalidFileCount(count, MAX_COUNT);
        if (namedCount > MAX_NAMED) revert IModelHub.ModelsTooManyNamedFiles(namedCount, MAX_NAMED);
        assembly ("memory-safe") {
            mstore(named, namedCount)
        }
    }

    /// @notice The content id of the record at `at` as callers write it.
    function contentIdAt(bytes calldata files, uint256 at) internal pure returns (string memory) {
        bytes32 id = bytes32(files[at + _CONTENT_ID:]);
        return uint8(files[at]) & IPFS == 0 ? Base64.encodeURL(bytes.concat(id)) : _toCid(id);
    }

    /// @notice The root of a tree over `count` leaves: neighbours are hashed in ascending order of their values, and
    ///         the last one of an odd level goes up as it is. Overwrites the leaves.
    function rootOf(bytes32[] memory leaves, uint256 count) internal pure returns (bytes32 root) {
        // Each level is written over the one below, which it never overtakes; pairs are put in order where they lie.
        assembly ("memory-safe") {
            let first := add(leaves, 0x20)
            for {} gt(count, 1) {} {
                let target := first
                let source := first
                let odd := and(count, 1)
                count := shr(1, count)
                for { let last := add(first, shl(5, count)) } lt(target, last) { target := add(target, 0x20) } {
                    let left := mload(source)
                    let right := mload(add(source, 0x20))
                    if lt(right, left) {
                        mstore(source, right)
                        mstore(add(source, 0x20), left)
                    }
                    mstore(target, keccak256(source, 0x40))
                    source := add(source, 0x40)
                }
                if odd { mstore(target, mload(source)) }
                count := add(count, odd)
            }
            root := mload(first)
        }
    }

    /// @dev The whole rule for the record at `at`; says where it ends. `previous` is where the record before begins, or
    ///      `at` for the first. No position overflows: each is checked against the length of calldata.
    function _check(bytes calldata files, uint256 at, uint256 previous) private pure returns (uint256 end) {
        unchecked {
            end = at + _PATH;
            if (end > files.length) revert IModelHub.ModelsTruncatedFiles(at, files.length);
            // The length of the path is the last byte of the word that ends with it.
            end += _wordAt(files, at + _PATH_LENGTH - 31) & 0xff;
            if (end > files.length) revert IModelHub.ModelsTruncatedFiles(at, files.length);

            uint256 head = _wordAt(files, at);
            if (head & _UNKNOWN_FLAGS != 0) revert IModelHub.ModelsUnknownFileFlags(uint8(head >> 248));
            bytes calldata path = _slice(files, at + _PATH, end);
            if (!ModelNames.isPath(path)) revert IModelHub.ModelsInvalidPath(string(path));
            bool empty = head & _SIZE == 0 || _wordAt(files, at + _SHA256) == 0;
            if (empty) revert IModelHub.ModelsEmptyFile(string(path));
            if (previous != at) _checkAscending(_slice(files, previous + _PATH, at), path);
        }
    }

    /// @dev The bytes from `from` up to `to`, both within `files`.
    function _slice(bytes calldata files, uint256 from, uint256 to) internal pure returns (bytes calldata part) {
        assembly ("memory-safe") {
            part.offset := add(files.offset, from)
            part.length := sub(to, from)
        }
    }

    /// @dev What lies behind the end of calldata reads as zero; whether the word lies within `files` is for the caller.
    function _wordAt(bytes calldata files, uint256 at) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(files.offset, at))
        }
    }

    /// @dev Word by word; a shorter path ends in zeros and so comes before what it begins.
    function _checkAscending(bytes calldata previous, bytes calldata path) private pure {
        uint256 length = previous.length > path.length ? previous.length : path.length;
        for (uint256 i; i < length; i += 32) {
            bytes32 left = ModelNames.wordAt(previous, i);
            bytes32 right = ModelNames.wordAt(path, i);
            if (left < right) return;
            if (left > right) revert IModelHub.ModelsPathsNotAscending(string(previous), string(path));
        }
        revert IModelHub.ModelsDuplicatePath(string(path));
    }

    /// @dev The 34 bytes 0x12 0x20 and the digest, as a number in base 58: always 46 digits.
    function _toCid(bytes32 digest) private pure returns (string memory) {
        uint256 high = (0x1220 << 120) | (uint256(digest) >> 136);
        uint256 low = uint256(digest) & ((1 << 136) - 1);
        bytes memory text = new bytes(ModelNames.IPFS_CID_LENGTH);
        uint256 position = ModelNames.IPFS_CID_LENGTH;
        for (uint256 chunk; chunk < _CID_CHUNKS; ++chunk) {
            low |= (high % _BASE58_CHUNK) << 136;
            high /= _BASE58_CHUNK;
            uint256 digits = low % _BASE58_CHUNK;
            low /= _BASE58_CHUNK;
            for (uint256 i; i < 10 && position != 0; ++i) {
                text[--position] = _BASE58[digits % 58];
                digits /= 58;
            }
        }
        return string(text);
    }
}
