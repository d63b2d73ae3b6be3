// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Calendar} from "./Calendar.sol";

/// @notice A place in a JSON text that lies in calldata. Both are absolute calldata offsets.
/// @param at    The next byte.
/// @param limit The byte after the last.
struct JsonReader {
    uint256 at;
    uint256 limit;
}

using Json for JsonReader global;

/// @title Reads JSON in calldata in one pass
/// @notice For texts that a vendor signed as they are: no white space between tokens, strings of printable ASCII
///         without escapes, whole numbers without sign, fraction or exponent. What is skipped is held to the same
///         grammar.
library Json {
    /// @notice Thrown when the byte at `position` is not what may stand there.
    error JsonUnexpected(uint256 position);
    /// @notice Thrown when the text ends before its last value does.
    error JsonTruncated(uint256 limit);
    /// @notice Thrown when the value that ends before `position` is not of the kind asked for.
    error JsonValueInvalid(uint256 position);
    /// @notice Thrown when values are nested more than {MAX_DEPTH} deep.
    error JsonTooDeep(uint256 position);

    /// @notice Deepest nesting inside a value that is skipped.
    uint256 internal constant MAX_DEPTH = 8;

    uint8 private constant QUOTE = 0x22;
    uint8 private constant COMMA = 0x2c;
    uint8 private constant COLON = 0x3a;
    uint8 private constant OPEN_LIST = 0x5b;
    uint8 private constant CLOSE_LIST = 0x5d;
    uint8 private constant OPEN_OBJECT = 0x7b;
    uint8 private constant CLOSE_OBJECT = 0x7d;

    uint256 private constant HIGH_BITS = 0x8080808080808080808080808080808080808080808080808080808080808080;
    uint256 private constant LOW_BITS = 0x7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f;
    /// @dev Quote, backslash, and the bits that are all clear in control characters, in every byte.
    uint256 private constant QUOTES = 0x2222222222222222222222222222222222222222222222222222222222222222;
    uint256 private constant BACKSLASHES = 0x5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c;
    uint256 private constant PRINTABLE_BITS = 0xe0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0;

    // Structure

    /// @notice A reader at the beginning of `json`.
    function open(bytes calldata json) internal pure returns (JsonReader memory reader) {
        uint256 at;
        assembly ("memory-safe") {
            at := json.offset
        }
        reader.at = at;
        reader.limit = at + json.length;
    }

    /// @notice Refuses bytes after the last value.
    function finish(JsonReader memory reader) internal pure {
        if (reader.at != reader.limit) revert JsonUnexpected(reader.at);
    }

    /// @notice Enters an object that is not empty.
    function enterObject(JsonReader memory reader) internal pure {
        _take(reader, OPEN_OBJECT);
    }

    /// @notice Reads the name of a member and the colon. Names over 32 characters come out as zero.
    function name(JsonReader memory reader) internal pure returns (bytes32 word) {
        (uint256 from, uint256 length) = text(reader);
        if (length != 0 && length <= 32) {
            assembly ("memory-safe") {
                let empty := shl(3, sub(32, length))
                word := shl(empty, shr(empty, calldataload(from)))
            }
        }
        _take(reader, COLON);
    }

    /// @notice After a member: true at a comma, false at the end of the object.
    function moreMembers(JsonReader memory reader) internal pure returns (bool) {
        return _more(reader, CLOSE_OBJECT);
    }

    /// @notice Enters a list. False when it is empty, which is then behind the reader.
    function enterList(JsonReader memory reader) internal pure returns (bool) {
        _take(reader, OPEN_LIST);
        if (_peek(reader) != CLOSE_LIST) return true;
        reader.at += 1;
        return false;
    }

    /// @notice After an item: true at a comma, false at the end of the list.
    function moreItems(JsonReader memory reader) internal pure returns (bool) {
        return _more(reader, CLOSE_LIST);
    }

    // Values

    /// @notice A string: where its characters begin, and how many there are.
    function text(JsonReader memory reader) internal pure returns (uint256 from, uint256 length) {
        unchecked {
            _take(reader, QUOTE);
            from = reader.at;
            uint256 limit = reader.limit;
            uint256 at = from;
            while (true) {
                if (at >= limit) revert JsonTruncated(limit);
                uint256 chunk;
                assembly ("memory-safe") {
                    chunk := calldataload(at)
                }
                uint256 quotes = _zeroBytes(chunk ^ QUOTES);
                uint256 refused = _zeroBytes(chunk ^ BACKSLASHES) | _zeroBytes(chunk & PRINTABLE_BITS);
                refused |= chunk & HIGH_BITS;
                // What counts is what comes before the first quote.
                if (quotes == 0) {
                    if (refused != 0) revert JsonUnexpected(at);
                    at += 32;
                    continue;
                }
                if (refused > quotes) revert JsonUnexpected(at);
                at += _leadingBytes(quotes);
                break;
            }
            if (at >= limit) revert JsonTruncated(limit);
            length = at - from;
            reader.at = at + 1;
        }
    }

    /// @notice keccak256 of the characters of a string.
    function textHash(JsonReader memory reader) internal pure returns (bytes32 hash) {
        (uint256 from, uint256 length) = text(reader);
        return hashOf(from, length);
    }

    /// @notice keccak256 of `length` bytes of calldata from offset `from`.
    function hashOf(uint256 from, uint256 length) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let buffer := mload(0x40)
            calldatacopy(buffer, from, length)
            hash := keccak256(buffer, length)
        }
    }

    /// @notice A whole number up to `max`.
    function number(JsonReader memory reader, uint256 max) internal pure returns (uint256 value) {
        unchecked {
            uint256 start = reader.at;
            uint256 at = start;
            uint256 limit = reader.limit;
            while (at < limit) {
                uint256 digit;
                assembly ("memory-safe") {
                    digit := sub(byte(0, calldataload(at)), 0x30)
                }
                if (digit > 9) break;
                value = value * 10 + digit;
                at += 1;
                // A superfluous zero in front, or a number that grows past the limit.
                if (value > max || (value == digit && at != start + 1)) revert JsonValueInvalid(at);
            }
            if (at == start) revert JsonUnexpected(at);
            reader.at = at;
        }
    }

    /// @notice A string of `2 * size` hexadecimal digits of either case, as bytes, left-aligned. At most 32 of them.
    function hexBytes(JsonReader memory reader, uint256 size) internal pure returns (bytes32 value) {
        (uint256 from, uint256 length) = text(reader);
        if (length != 2 * size) revert JsonValueInvalid(reader.at);
        return bytes32(_decodeHex(from, size));
    }

    /// @notice A string of 96 hexadecimal digits: its first 32 bytes and, left-aligned, its last 16.
    function hexBytes48(JsonReader memory reader) internal pure returns (bytes32 head, bytes32 tail) {
        (uint256 from, uint256 length) = text(reader);
        if (length != 96) revert JsonValueInvalid(reader.at);
        return (bytes32(_decodeHex(from, 32)), bytes32(_decodeHex(from + 64, 16)));
    }

    /// @notice A string that is a moment in UTC, as in 2025-06-19T10:16:03Z, as Unix seconds.
    function time(JsonReader memory reader) internal pure returns (uint256 seconds_) {
        (uint256 from, uint256 length) = text(reader);
        uint256 value;
        assembly ("memory-safe") {
            value := shr(96, calldataload(from))
        }
        // The separators, and 0x30 to 0x3f wherever a digit belongs.
        uint256 shape = value & 0x00f0f0f0f0fff0f0fff0f0fff0f0fff0f0fff0f0ff;
        bool valid = length == 20 && shape == 0x00303030302d30302d30305430303a30303a30305a;
        if (!valid) revert JsonValueInvalid(reader.at);
        uint256 year = 100 * Calendar.twoDigits(value >> 144) + Calendar.twoDigits(value >> 128);
        (seconds_, valid) = Calendar.toUnix(
            year,
            Calendar.twoDigits(value >> 104),
            Calendar.twoDigits(value >> 80),
            Calendar.twoDigits(value >> 56),
            Calendar.twoDigits(value >> 32),
            Calendar.twoDigits(value >> 8)
        );
        if (!valid || year > 9999) revert JsonValueInvalid(reader.at);
    }

    /// @notice Passes over one value of any kind.
    function skip(JsonReader memory reader) internal pure {
        _skip(reader, 0);
    }

    // Helpers

    function _skip(JsonReader memory reader, uint256 depth) private pure {
        if (depth > MAX_DEPTH) revert JsonTooDeep(reader.at);
        uint256 first = _peek(reader);
        if (first == QUOTE) {
            text(reader);
        } else if (first == OPEN_OBJECT) {
            reader.at += 1;
            if (_peek(reader) == CLOSE_OBJECT) {
                reader.at += 1;
                return;
            }
            do {
                name(reader);
                _skip(reader, depth + 1);
            } while (moreMembers(reader));
        } else if (first == OPEN_LIST) {
            if (!enterList(reader)) return;
            do {
                _skip(reader, depth + 1);
            } while (moreItems(reader));
        } else if (first == 0x74) {
            _takeWord(reader, "true", 4);
        } else if (first == 0x66) {
            _takeWord(reader, "false", 5);
        } else if (first == 0x6e) {
            _takeWord(reader, "null", 4);
        } else {
            number(reader, type(uint64).max);
        }
    }

    function _takeWord(JsonReader memory reader, bytes32 word, uint256 length) private pure {
        uint256 at = reader.at;
        bytes32 found;
        assembly ("memory-safe") {
            let empty := shl(3, sub(32, length))
            found := shl(empty, shr(empty, calldataload(at)))
        }
        if (found != word || at + length > reader.limit) revert JsonUnexpected(at);
        reader.at = at + length;
    }

    function _peek(JsonReader memory reader) private pure returns (uint256 found) {
        uint256 at = reader.at;
        if (at >= reader.limit) revert JsonTruncated(reader.limit);
        assembly ("memory-safe") {
            found := byte(0, calldataload(at))
        }
    }

    function _take(JsonReader memory reader, uint256 expected) private pure {
        if (_peek(reader) != expected) revert JsonUnexpected(reader.at);
        unchecked {
            reader.at += 1;
        }
    }

    function _more(JsonReader memory reader, uint256 close) private pure returns (bool) {
        uint256 found = _peek(reader);
        if (found != COMMA && found != close) revert JsonUnexpected(reader.at);
        unchecked {
            reader.at += 1;
        }
        return found == COMMA;
    }

    function _decodeHex(uint256 from, uint256 size) private pure returns (uint256 value) {
        unchecked {
            for (uint256 i = 0; i < 2 * size; ++i) {
                uint256 digit;
                assembly ("memory-safe") {
                    digit := byte(0, calldataload(add(from, i)))
                }
                if (digit - 0x30 < 10) digit -= 0x30;
                else if ((digit | 0x20) - 0x61 < 6) digit = (digit | 0x20) - 0x57;
                else revert JsonValueInvalid(from + i);
                value = (value << 4) | digit;
            }
            value <<= 8 * (32 - size);
        }
    }

    /// @dev The high bit of every byte of `word` that is zero; nothing else.
    function _zeroBytes(uint256 word) private pure returns (uint256) {
        unchecked {
            return ~(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS);
        }
    }

    /// @dev Number of whole bytes before the highest bit of `mask`, which is not zero.
    function _leadingBytes(uint256 mask) private pure returns (uint256 count) {
        unchecked {
            if (mask >> 128 == 0) (count, mask) = (16, mask << 128);
            if (mask >> 192 == 0) (count, mask) = (count + 8, mask << 64);
            if (mask >> 224 == 0) (count, mask) = (count + 4, mask << 32);
            if (mask >> 240 == 0) (count, mask) = (count + 2, mask << 16);
            if (mask >> 248 == 0) count += 1;
        }
    }
}
