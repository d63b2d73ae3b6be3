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

    /// @notice Length of the shortest record: a path of one character.
    uint256 internal constant MIN_LENGTH = 73;

    uint256 private constant _CONTENT_ID = 7;
    uint256 private constant _SHA256 = 39;
    uint256 private constant _PATH_LENGTH = 71;
    uint256 private constant _PATH = 72;
    // Moves the size, bytes 1 to 6 of a record, to the low end of its first word.
    uint256 private constant _SIZE_SHIFT = 200;

    bytes private constant _BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    // Ten digits of base 58 at a time; 2^136 splits the 34 bytes of a CID in two halves.
    uint256 private constant _BASE58_CHUNK = 58 ** 10;
    uint256 private constant _CID_CHUNKS = 5;

    /// @notice Checks the record at `at`; says where the next one begins and whether its content id names the release.
    /// @param previous Where the record before begins; equal to `at` for the first.
    /// @dev No position overflows: each is checked against the length of calldata.
    function check(
        bytes calldata files,
        uint256 at,
        uint256 previous
    ) internal pure returns (uint256 end, bool named) {
        unchecked {
            end = at + _PATH;
            if (end > files.length) revert IModelHub.ModelsTruncatedFiles(at, files.length);
            // The length of the path is the last byte of the word that ends with it.
            end += _wordAt(files, at + _PATH_LENGTH - 31) & 0xff;
            if (end > files.length) revert IModelHub.ModelsTruncatedFiles(at, files.length);

            uint256 head = _wordAt(files, at);
            uint8 flags = uint8(head >> 248);
            if (flags & ~(IPFS | NAMED) != 0) revert IModelHub.ModelsUnknownFileFlags(flags);
            bytes calldata path = slice(files, at + _PATH, end);
            if (!ModelNames.isPath(path)) revert IModelHub.ModelsInvalidPath(string(path));
            bool empty = uint48(head >> _SIZE_SHIFT) == 0 || _wordAt(files, at + _SHA256) == 0;
            if (empty) revert IModelHub.ModelsEmptyFile(string(path));
            if (previous != at) _checkAscending(slice(files, previous + _PATH, at), path);
            named = flags & NAMED != 0;
        }
    }

    /// @notice The bytes from `from` up to `to`, both within `files`.
    function slice(bytes calldata files, uint256 from, uint256 to) internal pure returns (bytes calldata part) {
        assembly ("memory-safe") {
            part.offset := add(files.offset, from)
            part.length := sub(to, from)
        }
    }

    /// @notice The leaf of a record.
    function leafOf(bytes calldata file) internal pure returns (bytes32 leaf) {
        // Beyond the end of allocated memory, which stays free.
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, file.offset, file.length)
            leaf := keccak256(free, file.length)
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
        // Each level is written over the one below, which it never overtakes; the pair to hash lies in scratch space.
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
                    let swap := lt(right, left)
                    mstore(shl(5, swap), left)
                    mstore(shl(5, iszero(swap)), right)
                    mstore(target, keccak256(0x00, 0x40))
                    source := add(source, 0x40)
                }
                if odd { mstore(target, mload(source)) }
                count := add(count, odd)
            }
            root := mload(first)
        }
    }

    /// @dev The caller checks that the word lies within `files`.
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
