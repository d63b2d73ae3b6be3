// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Which strings name a repository and a file's path
/// @notice A name always holds a '/' and a content id never does, so the two cannot be confused.
/// @dev Character sets of names are 128-bit masks: bit `c` is set when the character with code `c` belongs to the set.
library ModelNames {
    /// @notice Longest part of a repository's name, before or after the '/', in bytes.
    uint256 internal constant MAX_NAME_PART = 64;
    /// @notice Longest path of a file, in bytes.
    uint256 internal constant MAX_PATH = 128;
    /// @notice Length of an IPFS CID of version 0: a SHA-256 multihash in base58.
    uint256 internal constant IPFS_CID_LENGTH = 46;

    uint256 private constant _DIGITS = 0x3ff << 0x30;
    uint256 private constant _LOWER = 0x3ffffff << 0x61;
    uint256 private constant _DASH = 1 << 0x2d;
    uint256 private constant _DOT = 1 << 0x2e;
    uint256 private constant _UNDERSCORE = 1 << 0x5f;

    uint256 private constant _NAME_START = _DIGITS | _LOWER;
    uint256 private constant _NAME = _NAME_START | _DASH | _DOT | _UNDERSCORE;

    uint256 private constant _HIGH_BITS = 0x80 * 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant _FIRST = 0x80 << 248;
    // The bit that tells upper case from lower case.
    uint256 private constant _CASE_BITS = 0x20 * 0x0101010101010101010101010101010101010101010101010101010101010101;
    // Added to a word, each sets the highest bit of the bytes that are at least the character: 0x80 minus its code, in
    // every byte. Products of literals, so that the compiler computes them.
    uint256 private constant _FROM_DASH = 0x53 * 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant _FROM_DOT = 0x52 * 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant _FROM_SLASH = 0x51 * 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant _FROM_ZERO = 0x50 * 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant _FROM_COLON = 0x46 * 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant _FROM_UPPER_A = 0x3f * 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant _FROM_BRACKET = 0x25 * 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant _FROM_LOW_LINE = 0x21 * 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant _FROM_BACKTICK = 0x20 * 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant _FROM_LOWER_A = 0x1f * 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant _FROM_BRACE = 0x05 * 0x0101010101010101010101010101010101010101010101010101010101010101;

    bytes1 private constant _SLASH = 0x2f;

    /// @notice Whether `name` is `owner/name`: two parts of 1 to 64 characters a-z 0-9 - _ . that each start with a
    ///         letter or a digit.
    function isFullName(bytes calldata name) internal pure returns (bool) {
        uint256 length = name.length;
        if (length > 2 * MAX_NAME_PART + 1) return false;
        uint256 parts = 1;
        uint256 partLength;
        for (uint256 i; i < length; ++i) {
            if (name[i] == _SLASH) {
                if (partLength == 0 || ++parts > 2) return false;
                partLength = 0;
            } else {
                if (!_isIn(name[i], partLength == 0 ? _NAME_START : _NAME)) return false;
                if (++partLength > MAX_NAME_PART) return false;
            }
        }
        return parts == 2 && partLength != 0;
    }

    /// @notice The part of a full name before the '/'.
    function namespaceOf(bytes calldata fullName) internal pure returns (bytes calldata) {
        uint256 length;
        while (fullName[length] != _SLASH) ++length;
        return fullName[:length];
    }

    /// @notice Equal for namespaces that look alike: it leaves out '-', '_' and '.', and reads 0 as o and 1 as l.
    function likenessOf(bytes memory namespace) internal pure returns (bytes32) {
        uint256 length;
        for (uint256 i; i < namespace.length; ++i) {
            bytes1 character = namespace[i];
            if (_isIn(character, _DASH | _DOT | _UNDERSCORE)) continue;
            if (character == "0") character = "o";
            if (character == "1") character = "l";
            namespace[length++] = character;
        }
        // Shortens the copy in memory to what was written.
        assembly ("memory-safe") {
            mstore(namespace, length)
        }
        return keccak256(namespace);
    }

    /// @notice Whether `path` is a relative path of 1 to 128 characters a-z A-Z 0-9 - _ . / whose segments are not
    ///         empty and do not begin with a dot.
    /// @dev 32 characters at a time: in the marks, the highest bit of a byte stands for its character. No sum leaves
    ///      its byte, because a byte is at most 0x7f and at most 0x80 is added. Nothing else can overflow either.
    function isPath(bytes calldata path) internal pure returns (bool) {
        unchecked {
            uint256 length = path.length;
            if (length == 0 || length > MAX_PATH) return false;
            // A segment begins at the start of the path and after each slash.
            uint256 begins = _FIRST;
            for (uint256 i; i < length; i += 32) {
                uint256 word = uint256(wordAt(path, i));
                uint256 left = length - i;
                uint256 expected = left < 32 ? _HIGH_BITS << (8 * (32 - left)) : _HIGH_BITS;
                // "-", ".", "/" and the digits are neighbours in ASCII.
                uint256 marks = ((word + _FROM_DASH) & ~(word + _FROM_COLON)) |
                    ((word + _FROM_UPPER_A) & ~(word + _FROM_BRACKET)) |
                    ((word + _FROM_LOW_LINE) & ~(word + _FROM_BACKTICK)) |
                    ((word + _FROM_LOWER_A) & ~(word + _FROM_BRACE));
                if (word & _HIGH_BITS != 0 || marks & _HIGH_BITS != expected) return false;
                uint256 afterDot = word + _FROM_SLASH;
                uint256 slashes = afterDot & ~(word + _FROM_ZERO) & _HIGH_BITS;
                uint256 dots = (word + _FROM_DOT) & ~afterDot & _HIGH_BITS;
                begins |= slashes >> 8;
                if ((slashes | dots) & begins != 0) return false;
                begins = slashes << 248;
            }
            return path[length - 1] != _SLASH;
        }
    }

    /// @notice Zero if {isPath} holds for a path of 1 to 31 characters, given as a word that is padded with zeros,
    ///         `padding` bits of them.
    /// @dev As there; upper case is read as lower case. A segment that begins behind the path means a slash at its end.
    function shortPathFaults(uint256 word, uint256 padding) internal pure returns (uint256) {
        unchecked {
            uint256 unexpected = ~(_HIGH_BITS << padding);
            uint256 lower = word | _CASE_BITS;
            uint256 marks = ((word + _FROM_DASH) & ~(word + _FROM_COLON)) |
                ((word + _FROM_LOW_LINE) & ~(word + _FROM_BACKTICK)) |
                ((lower + _FROM_LOWER_A) & ~(lower + _FROM_BRACE));
            uint256 dotsAndSlashes = (word + _FROM_DOT) & ~(word + _FROM_ZERO);
            uint256 begins = ((dotsAndSlashes & (word + _FROM_SLASH)) >> 8) | _FIRST;
            uint256 wrong = word | ~(marks ^ unexpected) | ((dotsAndSlashes | unexpected) & begins);
            return wrong & _HIGH_BITS;
        }
    }

    /// @notice The 32 bytes of `text` from `at` on, zeros after its end.
    function wordAt(bytes calldata text, uint256 at) internal pure returns (bytes32 word) {
        if (at >= text.length) return 0;
        // What is read beyond the text is cut off below.
        assembly ("memory-safe") {
            word := calldataload(add(text.offset, at))
        }
        unchecked {
            uint256 left = text.length - at;
            if (left < 32) word &= bytes32(type(uint256).max << (8 * (32 - left)));
        }
    }

    function _isIn(bytes1 character, uint256 set) private pure returns (bool) {
        return (set >> uint8(character)) & 1 == 1;
    }
}
