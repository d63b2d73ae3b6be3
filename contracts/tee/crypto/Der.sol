// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Calendar} from "./Calendar.sol";

/// @notice One DER value that lies in calldata: its tag, where it begins, where its content begins, where it ends.
/// @dev Packed as tag (8 bits) | start (64) | content (64) | end (64). Positions are absolute calldata offsets, so a
///      node needs no reference to the bytes it came from. Zero means "absent".
type DerNode is uint256;

using Der for DerNode global;

/// @title Reads DER in calldata, strictly
/// @notice Single-byte tags, definite lengths in their shortest form up to 65,535 bytes, a value never beyond its
///         parent. Whoever reads the children of a value ends with {finish}, so that they fill their parent exactly.
/// @dev Works on calldata only: nothing is copied. A slice that the ABI decoder handed out lies within the calldata.
library Der {
    /// @notice Thrown when a value that begins at `position` would pass `limit`.
    error DerTruncated(uint256 position, uint256 limit);
    /// @notice Thrown when the value at `position` has another tag than the one `expected`.
    error DerTagUnexpected(uint256 position, uint8 tag, uint8 expected);
    /// @notice Thrown when the length at `position` is indefinite, not in its shortest form, or over 65,535.
    error DerLengthInvalid(uint256 position);
    /// @notice Thrown when bytes are left between `position` and `limit`.
    error DerTrailingBytes(uint256 position, uint256 limit);
    /// @notice Thrown when the content of the value at `position` is not a canonical value of its type.
    error DerValueInvalid(uint256 position, uint8 tag);

    uint8 internal constant BOOLEAN = 0x01;
    uint8 internal constant INTEGER = 0x02;
    uint8 internal constant BIT_STRING = 0x03;
    uint8 internal constant OCTET_STRING = 0x04;
    uint8 internal constant NULL = 0x05;
    uint8 internal constant OBJECT_IDENTIFIER = 0x06;
    uint8 internal constant ENUMERATED = 0x0a;
    uint8 internal constant UTF8_STRING = 0x0c;
    uint8 internal constant PRINTABLE_STRING = 0x13;
    uint8 internal constant IA5_STRING = 0x16;
    uint8 internal constant UTC_TIME = 0x17;
    uint8 internal constant GENERALIZED_TIME = 0x18;
    uint8 internal constant SEQUENCE = 0x30;
    uint8 internal constant SET = 0x31;

    uint256 private constant POSITION = type(uint64).max;
    /// @dev The high bit, and the other seven, of every byte of a word.
    uint256 private constant HIGH_BITS = 0x8080808080808080808080808080808080808080808080808080808080808080;
    uint256 private constant LOW_BITS = 0x7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f;

    // Reading

    /// @notice The value of any tag that begins at calldata offset `at` and ends at or before `limit`.
    function read(uint256 at, uint256 limit) internal pure returns (DerNode node) {
        unchecked {
            uint256 head;
            assembly ("memory-safe") {
                head := shr(224, calldataload(at))
            }
            uint256 body = at + 2;
            uint256 stop = (head >> 16) & 0xff;
            if (stop > 0x7f) (body, stop) = _longLength(head, at);
            stop += body;
            if (stop > limit) revert DerTruncated(at, limit);
            node = DerNode.wrap(((head >> 24) << 192) | (at << 128) | (body << 64) | stop);
        }
    }

    /// @dev Where the content begins, and its length, when that has one or two bytes of its own.
    function _longLength(uint256 head, uint256 at) private pure returns (uint256 body, uint256 length) {
        unchecked {
            if ((head >> 16) & 0xff == 0x81) {
                length = (head >> 8) & 0xff;
                if (length < 0x80) revert DerLengthInvalid(at);
                return (at + 3, length);
            }
            length = head & 0xffff;
            if ((head >> 16) & 0xff != 0x82 || length < 0x100) revert DerLengthInvalid(at);
            return (at + 4, length);
        }
    }

    /// @notice The value that begins at `at`, which must have the tag `expected`.
    function expect(uint256 at, uint256 limit, uint8 expected) internal pure returns (DerNode node) {
        node = read(at, limit);
        if (DerNode.unwrap(node) >> 192 != expected) revert DerTagUnexpected(at, node.tag(), expected);
    }

    /// @notice The one value that `der` consists of, which must have the tag `expected`.
    function only(bytes calldata der, uint8 expected) internal pure returns (DerNode node) {
        uint256 at;
        assembly ("memory-safe") {
            at := der.offset
        }
        node = expect(at, at + der.length, expected);
        finish(node.end(), at + der.length);
    }

    /// @notice The one value that the content of `parent` consists of, which must have the tag `expected`.
    function onlyChild(DerNode parent, uint8 expected) internal pure returns (DerNode node) {
        node = expect(parent.content(), parent.end(), expected);
        finish(node.end(), parent.end());
    }

    /// @notice The first value in the content of `parent`, which must have the tag `expected`.
    function firstChild(DerNode parent, uint8 expected) internal pure returns (DerNode) {
        return expect(parent.content(), parent.end(), expected);
    }

    /// @notice The value after `node` in the content of `parent`, which must have the tag `expected`.
    function next(DerNode node, DerNode parent, uint8 expected) internal pure returns (DerNode) {
        return expect(node.end(), parent.end(), expected);
    }

    /// @notice Refuses bytes left between `at` and `limit`.
    function finish(uint256 at, uint256 limit) internal pure {
        if (at != limit) revert DerTrailingBytes(at, limit);
    }

    /// @notice Whether the byte at `at`, before `limit`, is the tag `expected`: for optional values.
    function startsWith(uint256 at, uint256 limit, uint8 expected) internal pure returns (bool) {
        if (at >= limit) return false;
        uint256 found;
        assembly ("memory-safe") {
            found := byte(0, calldataload(at))
        }
        return found == expected;
    }

    // Parts of a node

    /// @notice The tag byte.
    function tag(DerNode node) internal pure returns (uint8) {
        return uint8(DerNode.unwrap(node) >> 192);
    }

    /// @notice Where the value begins, its tag and length included.
    function start(DerNode node) internal pure returns (uint256) {
        return (DerNode.unwrap(node) >> 128) & POSITION;
    }

    /// @notice Where the content begins.
    function content(DerNode node) internal pure returns (uint256) {
        return (DerNode.unwrap(node) >> 64) & POSITION;
    }

    /// @notice Where the value ends: the offset after its last byte.
    function end(DerNode node) internal pure returns (uint256) {
        return DerNode.unwrap(node) & POSITION;
    }

    /// @notice Number of content bytes.
    function size(DerNode node) internal pure returns (uint256) {
        unchecked {
            return node.end() - node.content();
        }
    }

    /// @notice Whether the node is the zero node, "absent".
    function isAbsent(DerNode node) internal pure returns (bool) {
        return DerNode.unwrap(node) == 0;
    }

    /// @notice The value with its tag and length.
    function whole(DerNode node) internal pure returns (bytes calldata data) {
        uint256 from = node.start();
        uint256 length = node.end() - from;
        assembly ("memory-safe") {
            data.offset := from
            data.length := length
        }
    }

    /// @notice The content bytes.
    function bytesOf(DerNode node) internal pure returns (bytes calldata data) {
        uint256 from = node.content();
        uint256 length = node.end() - from;
        assembly ("memory-safe") {
            data.offset := from
            data.length := length
        }
    }

    /// @notice The first content bytes, left-aligned, zero beyond the content: enough to compare up to 32 bytes.
    function word(DerNode node) internal pure returns (bytes32 value) {
        uint256 at = node.content();
        uint256 length = node.size();
        assembly ("memory-safe") {
            value := calldataload(at)
            if lt(length, 32) {
                let empty := shl(3, sub(32, length))
                value := shl(empty, shr(empty, value))
            }
        }
    }

    // Values

    /// @notice Whether the content of an OBJECT IDENTIFIER is the `expected` bytes, given left-aligned, `length` of
    ///         them.
    function isOid(DerNode node, bytes32 expected, uint256 length) internal pure returns (bool) {
        return node.size() == length && node.word() == expected;
    }

    /// @notice Refuses an OBJECT IDENTIFIER that is empty, over 32 bytes, unfinished, or padded in one of its numbers.
    function checkOid(DerNode node) internal pure {
        unchecked {
            uint256 length = node.size();
            uint256 value = uint256(node.word());
            if (length == 0 || length > 32) revert DerValueInvalid(node.start(), OBJECT_IDENTIFIER);
            uint256 continued = value & HIGH_BITS;
            // A byte 0x80 that no continued byte precedes begins a number with a superfluous zero.
            uint256 zeroSeven = ~((value & LOW_BITS) + LOW_BITS) & HIGH_BITS;
            uint256 padded = zeroSeven & continued & ~(continued >> 8);
            bool unfinished = (value >> (8 * (32 - length))) & 0x80 != 0;
            if (padded != 0 || unfinished) revert DerValueInvalid(node.start(), OBJECT_IDENTIFIER);
        }
    }

    /// @notice The magnitude of a non-negative INTEGER in its shortest form: without the sign byte, most significant
    ///         byte first. Zero has one byte.
    function magnitude(DerNode node) internal pure returns (uint256 at, uint256 length) {
        unchecked {
            at = node.content();
            length = node.size();
            uint256 head;
            assembly ("memory-safe") {
                head := shr(240, calldataload(at))
            }
            if (length == 0 || head > 0x7fff) revert DerValueInvalid(node.start(), INTEGER);
            if (length > 1 && head < 0x100) {
                if (head < 0x80) revert DerValueInvalid(node.start(), INTEGER);
                at += 1;
                length -= 1;
            }
        }
    }

    /// @notice A non-negative INTEGER of up to 32 bytes of magnitude.
    function toUint(DerNode node) internal pure returns (uint256 value) {
        (uint256 at, uint256 length) = magnitude(node);
        if (length > 32) revert DerValueInvalid(node.start(), INTEGER);
        assembly ("memory-safe") {
            value := shr(shl(3, sub(32, length)), calldataload(at))
        }
    }

    /// @notice A BOOLEAN that is TRUE: DER writes it as 0xff, and leaves FALSE out wherever that is the default.
    function checkTrue(DerNode node) internal pure {
        if (node.size() != 1 || node.word() != bytes32(bytes1(0xff))) revert DerValueInvalid(node.start(), BOOLEAN);
    }

    /// @notice The bytes of a BIT STRING that has no unused bits.
    function octets(DerNode node) internal pure returns (bytes calldata data) {
        if (node.size() == 0 || uint8(node.word()[0]) != 0) revert DerValueInvalid(node.start(), BIT_STRING);
        return node.bytesOf()[1:];
    }

    /// @notice The bits of a BIT STRING of 1 to 16 bits, bit 0 the most significant. Unused bits must be zero.
    function flags(DerNode node) internal pure returns (uint16 bits) {
        unchecked {
            uint256 length = node.size();
            uint256 value = uint256(node.word());
            uint256 unused = value >> 248;
            bits = uint16(value >> 232);
            bool invalid = length < 2 || length > 3 || unused > 7;
            if (invalid || bits & ((uint256(1) << (unused + 8 * (3 - length))) - 1) != 0) {
                revert DerValueInvalid(node.start(), BIT_STRING);
            }
        }
    }

    /// @notice A UTCTime (YYMMDDHHMMSSZ, years 1950–2049) or GeneralizedTime (YYYYMMDDHHMMSSZ) as Unix seconds.
    /// @dev Times before 1970 are refused: nothing here is that old.
    function toTime(DerNode node) internal pure returns (uint64) {
        unchecked {
            uint8 kind = node.tag();
            uint256 value = uint256(node.word());
            uint256 year;
            if (kind == UTC_TIME && node.size() == 13) {
                year = Calendar.twoDigits(value >> 240);
                year += year < 50 ? 2000 : 1900;
                value <<= 16;
            } else if (kind == GENERALIZED_TIME && node.size() == 15) {
                year = 100 * Calendar.twoDigits(value >> 240) + Calendar.twoDigits(value >> 224);
                value <<= 32;
            } else {
                revert DerTagUnexpected(node.start(), kind, UTC_TIME);
            }
            (uint256 time, bool valid) = Calendar.toUnix(
                year,
                Calendar.twoDigits(value >> 240),
                Calendar.twoDigits(value >> 224),
                Calendar.twoDigits(value >> 208),
                Calendar.twoDigits(value >> 192),
                Calendar.twoDigits(value >> 176)
            );
            if (!valid || year > 9999 || uint8(value >> 168) != 0x5a) revert DerValueInvalid(node.start(), kind);
            return uint64(time);
        }
    }
}
