// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice A value of a JSON object: hash of its name, and where its text is.
/// @param name  keccak256 of the name.
/// @param from  Index of the value's first byte.
/// @param until Index after its last byte.
struct JsonMember {
    bytes32 name;
    uint256 from;
    uint256 until;
}

/// @title Walks through JSON objects in the compact form in which tokens are written
/// @notice No white space, and no backslash in strings. Values are found, not interpreted.
library JsonClaims {
    /// @notice Thrown when the byte at `position` is not what JSON, in this form, has there.
    error JsonInvalid(uint256 position);

    bytes1 private constant QUOTE = 0x22;
    uint256 private constant MAX_DEPTH = 8;

    /// @notice The member of the object at `at`, which is the index of its brace, or of the comma before the member.
    /// @return member The member.
    /// @return next   Index of the comma or brace after it.
    function read(bytes memory json, uint256 at) internal pure returns (JsonMember memory member, uint256 next) {
        uint256 from = at + 1;
        next = _skipString(json, from);
        member.name = keccakOf(json, from + 1, next - 1);
        if (_at(json, next) != ":") revert JsonInvalid(next);
        member.from = next + 1;
        next = skip(json, member.from);
        member.until = next;
        bytes1 follows = _at(json, next);
        if (follows != "," && follows != "}") revert JsonInvalid(next);
    }

    /// @notice Index after the value at `at`.
    function skip(bytes memory json, uint256 at) internal pure returns (uint256) {
        bytes1 first = _at(json, at);
        if (first == QUOTE) return _skipString(json, at);
        if (first != "{" && first != "[") return _skipWord(json, at);
        uint256 depth;
        do {
            bytes1 char = _at(json, at);
            if (char == QUOTE) {
                at = _skipString(json, at);
                continue;
            }
            if (char == "{" || char == "[") ++depth;
            if (char == "}" || char == "]") --depth;
            if (depth > MAX_DEPTH) revert JsonInvalid(at);
            ++at;
        } while (depth != 0);
        return at;
    }

    /// @notice keccak256 of the bytes from `from` to before `until`.
    function keccakOf(bytes memory json, uint256 from, uint256 until) internal pure returns (bytes32 hash) {
        if (from > until || until > json.length) revert JsonInvalid(from);
        assembly ("memory-safe") {
            hash := keccak256(add(add(json, 0x20), from), sub(until, from))
        }
    }

    /// @notice Whether the value from `from` to before `until` is the string whose content has this keccak256.
    function isString(bytes memory json, uint256 from, uint256 until, bytes32 hash) internal pure returns (bool) {
        return _at(json, from) == QUOTE && keccakOf(json, from + 1, until - 1) == hash;
    }

    /// @notice The text between the quotes of the string from `from` to before `until`.
    function stringAt(bytes memory json, uint256 from, uint256 until) internal pure returns (string memory text) {
        if (_at(json, from) != QUOTE) revert JsonInvalid(from);
        bytes memory copied = new bytes(until - from - 2);
        assembly ("memory-safe") {
            mcopy(add(copied, 0x20), add(add(json, 0x21), from), mload(copied))
        }
        return string(copied);
    }

    /// @notice A whole number without sign, of at most 15 digits.
    function numberAt(bytes memory json, uint256 from, uint256 until) internal pure returns (uint64 value) {
        if (until - from > 15) revert JsonInvalid(from);
        for (; from < until; ++from) {
            uint8 digit = uint8(json[from]) ^ 0x30;
            if (digit > 9) revert JsonInvalid(from);
            value = value * 10 + digit;
        }
    }

    /// @notice The 32 bytes that the string from `from` to before `until` has in hexadecimal, lower case.
    function hexAt(bytes memory json, uint256 from, uint256 until) internal pure returns (bytes32 value) {
        if (until - from != 66 || _at(json, from) != QUOTE) revert JsonInvalid(from);
        uint256 number;
        for (uint256 i = from + 1; i < until - 1; ++i) {
            uint8 char = uint8(json[i]);
            bool letter = char > 0x60 && char < 0x67;
            if (!letter && (char < 0x30 || char > 0x39)) revert JsonInvalid(i);
            number = (number << 4) | (letter ? char - 0x57 : char - 0x30);
        }
        return bytes32(number);
    }

    /// @dev Index after the string whose opening quote is at `at`.
    function _skipString(bytes memory json, uint256 at) private pure returns (uint256) {
        if (_at(json, at) != QUOTE) revert JsonInvalid(at);
        for (uint256 i = at + 1; i < json.length; ++i) {
            bytes1 char = json[i];
            if (char == QUOTE) return i + 1;
            if (char == "\\" || char < 0x20) revert JsonInvalid(i);
        }
        revert JsonInvalid(json.length);
    }

    /// @dev Index after a number or a literal.
    function _skipWord(bytes memory json, uint256 at) private pure returns (uint256 i) {
        for (i = at; i < json.length; ++i) {
            bytes1 char = json[i];
            if (char == "," || char == "}" || char == "]") break;
            bool allowed = (char >= "0" && char <= "9") || (char >= "a" && char <= "z") || char == "-" || char == ".";
            if (!allowed) revert JsonInvalid(i);
        }
        if (i == at) revert JsonInvalid(at);
    }

    /// @dev The byte at `at`, which must be there.
    function _at(bytes memory json, uint256 at) private pure returns (bytes1) {
        if (at >= json.length) revert JsonInvalid(at);
        return json[at];
    }
}
