// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Which strings name a repository, a file's content and a file's path
/// @notice A name always holds a '/' and a content id never does, so the two cannot be confused.
/// @dev Character sets are 128-bit masks: bit `c` is set when the character with code `c` belongs to the set.
library ModelNames {
    /// @notice Longest part of a repository's name, before or after the '/', in bytes.
    uint256 internal constant MAX_NAME_PART = 64;
    /// @notice Longest path of a file, in bytes.
    uint256 internal constant MAX_PATH = 128;
    /// @notice Length of a Walrus blob id: 32 bytes in base64url without padding.
    uint256 internal constant WALRUS_ID_LENGTH = 43;
    /// @notice Length of an IPFS CID of version 0: a SHA-256 multihash in base58.
    uint256 internal constant IPFS_CID_LENGTH = 46;

    uint256 private constant _DIGITS = 0x3ff << 0x30;
    uint256 private constant _LOWER = 0x3ffffff << 0x61;
    uint256 private constant _UPPER = 0x3ffffff << 0x41;
    uint256 private constant _DASH = 1 << 0x2d;
    uint256 private constant _DOT = 1 << 0x2e;
    uint256 private constant _UNDERSCORE = 1 << 0x5f;

    uint256 private constant _NAME_START = _DIGITS | _LOWER;
    uint256 private constant _NAME = _NAME_START | _DASH | _DOT | _UNDERSCORE;
    uint256 private constant _PATH = _NAME | _UPPER;
    uint256 private constant _BASE64URL = _DIGITS | _LOWER | _UPPER | _DASH | _UNDERSCORE;
    // 43 characters carry 258 bits, a blob id 256: the last character is one of the 16 whose two low bits are zero.
    uint256 private constant _BASE64URL_LAST = (0x111 << 0x30) | (0x111111 << 0x63) | (0x1111111 << 0x41);
    // Base58 leaves out '0', 'I', 'O' and 'l'.
    uint256 private constant _BASE58 =
        (_DIGITS ^ (1 << 0x30)) | (_UPPER ^ ((1 << 0x49) | (1 << 0x4f))) | (_LOWER ^ (1 << 0x6c));

    bytes1 private constant _SLASH = 0x2f;
    bytes1 private constant _FULL_STOP = 0x2e;

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

    /// @notice Whether `id` is a Walrus blob id (canonical base64url of 32 bytes) or an IPFS CID (Qm…).
    function isContentId(bytes calldata id) internal pure returns (bool) {
        if (id.length == WALRUS_ID_LENGTH) {
            return _allIn(id[:WALRUS_ID_LENGTH - 1], _BASE64URL) && _isIn(id[WALRUS_ID_LENGTH - 1], _BASE64URL_LAST);
        }
        return id.length == IPFS_CID_LENGTH && id[0] == "Q" && id[1] == "m" && _allIn(id, _BASE58);
    }

    /// @notice Whether `path` is a relative path of 1 to 128 characters a-z A-Z 0-9 - _ . / without empty segments and
    ///         without segments of dots alone.
    function isPath(bytes calldata path) internal pure returns (bool) {
        uint256 length = path.length;
        if (length > MAX_PATH) return false;
        bool segmentNamesSomething;
        for (uint256 i; i < length; ++i) {
            if (path[i] == _SLASH) {
                if (!segmentNamesSomething) return false;
                segmentNamesSomething = false;
            } else {
                if (!_isIn(path[i], _PATH)) return false;
                if (path[i] != _FULL_STOP) segmentNamesSomething = true;
            }
        }
        return segmentNamesSomething;
    }

    function _allIn(bytes calldata text, uint256 set) private pure returns (bool) {
        for (uint256 i; i < text.length; ++i) {
            if (!_isIn(text[i], set)) return false;
        }
        return true;
    }

    function _isIn(bytes1 character, uint256 set) private pure returns (bool) {
        return (set >> uint8(character)) & 1 == 1;
    }
}
