// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice A string that lies in calldata: its offset (upper 128 bits, absolute) and its length. Zero means "absent".
type CborSlice is uint256;

using Cbor for CborSlice global;

/// @title Reads CBOR (RFC 8949) in calldata, strictly
/// @notice Lengths and integers in their shortest form; no strings in pieces, tags, negative numbers or floats. Maps
///         and arrays are for the caller to walk; maps may be of indefinite length if he asks for that.
/// @dev A position is an absolute calldata offset; `limit` is where the data ends. Nothing is copied.
library Cbor {
    /// @notice Thrown when a value that begins at `position` would pass `limit`.
    error CborTruncated(uint256 position, uint256 limit);
    /// @notice Thrown when the value at `position` is of another type than the one `expected`.
    error CborTypeUnexpected(uint256 position, uint8 major, uint8 expected);
    /// @notice Thrown when the first byte of the value at `position` has a reserved or indefinite length.
    error CborHeadInvalid(uint256 position, uint8 head);
    /// @notice Thrown when the length or the number at `position` is not in its shortest form.
    error CborNotShortest(uint256 position);
    /// @notice Thrown when bytes are left between `position` and `limit`.
    error CborTrailingBytes(uint256 position, uint256 limit);

    /// @notice The major types.
    uint8 internal constant UINT = 0;
    uint8 internal constant BYTES = 2;
    uint8 internal constant TEXT = 3;
    uint8 internal constant ARRAY = 4;
    uint8 internal constant MAP = 5;

    /// @notice Number of pairs of a map of indefinite length.
    uint256 internal constant INDEFINITE = type(uint256).max;

    uint256 private constant NULL = 0xf6;
    uint256 private constant BREAK = 0xff;
    uint256 private constant INDEFINITE_MAP = 0xbf;

    /// @notice The first byte at `at`.
    function peek(uint256 at, uint256 limit) internal pure returns (uint256 head) {
        if (at >= limit) revert CborTruncated(at, limit);
        assembly ("memory-safe") {
            head := byte(0, calldataload(at))
        }
    }

    /// @notice The number that the value at `at` begins with, which must be of the type `major`, and where it ends.
    function expect(uint256 at, uint256 limit, uint8 major) internal pure returns (uint256 value, uint256 next) {
        uint256 head = peek(at, limit);
        if (head >> 5 != major) revert CborTypeUnexpected(at, uint8(head >> 5), major);
        unchecked {
            value = head & 0x1f;
            if (value < 24) return (value, at + 1);
            if (value > 27) revert CborHeadInvalid(at, uint8(head));
            uint256 width = 1 << (value - 24);
            next = at + 1 + width;
            if (next > limit) revert CborTruncated(at, limit);
            assembly ("memory-safe") {
                value := shr(sub(256, shl(3, width)), calldataload(add(at, 1)))
            }
            // The shortest form of a number that needs n bytes does not fit into n / 2; of one byte, not into the head.
            if (width == 1 ? value < 24 : value >> (4 * width) == 0) revert CborNotShortest(at);
        }
    }

    /// @notice A byte string or a text, as `major` says.
    function expectString(
        uint256 at,
        uint256 limit,
        uint8 major
    ) internal pure returns (CborSlice slice, uint256 next) {
        (uint256 length, uint256 from) = expect(at, limit, major);
        if (length > limit - from) revert CborTruncated(at, limit);
        unchecked {
            return (CborSlice.wrap((from << 128) | length), from + length);
        }
    }

    /// @notice A byte string, or null, which is absent then.
    function expectBytesOrNull(uint256 at, uint256 limit) internal pure returns (CborSlice slice, uint256 next) {
        if (peek(at, limit) == NULL) return (slice, at + 1);
        return expectString(at, limit, BYTES);
    }

    /// @notice Number of pairs of a map; {INDEFINITE} if a {isBreak} ends it.
    function expectMap(uint256 at, uint256 limit) internal pure returns (uint256 pairs, uint256 next) {
        if (peek(at, limit) == INDEFINITE_MAP) return (INDEFINITE, at + 1);
        return expect(at, limit, MAP);
    }

    /// @notice Whether a map of indefinite length ends at `at`.
    function isBreak(uint256 at, uint256 limit) internal pure returns (bool) {
        return peek(at, limit) == BREAK;
    }

    /// @notice Refuses bytes left between `at` and `limit`.
    function finish(uint256 at, uint256 limit) internal pure {
        if (at != limit) revert CborTrailingBytes(at, limit);
    }

    // Slices

    /// @notice Number of bytes.
    function size(CborSlice slice) internal pure returns (uint256) {
        return uint128(CborSlice.unwrap(slice));
    }

    /// @notice Whether there is no string.
    function isAbsent(CborSlice slice) internal pure returns (bool) {
        return CborSlice.unwrap(slice) == 0;
    }

    /// @notice The bytes.
    function bytesOf(CborSlice slice) internal pure returns (bytes calldata data) {
        uint256 value = CborSlice.unwrap(slice);
        assembly ("memory-safe") {
            data.offset := shr(128, value)
            data.length := and(value, 0xffffffffffffffffffffffffffffffff)
        }
    }

    /// @notice The first bytes, left-aligned, zero beyond the string: enough to compare up to 31 bytes and the length.
    function word(CborSlice slice) internal pure returns (bytes32) {
        return bytes32(slice.bytesOf());
    }
}
