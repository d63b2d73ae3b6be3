// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IOperators} from "../interfaces/IOperators.sol";

/// @title What may stand in an operator's public profile
/// @notice Only printable ASCII, so that no two profiles look the same and none can break a page that shows it.
library OperatorProfiles {
    /// @notice The longest name, bytes.
    uint256 internal constant MAX_NAME_LENGTH = 64;
    /// @notice The longest address of a web page, bytes.
    uint256 internal constant MAX_URL_LENGTH = 200;
    bytes private constant HTTPS = "https://";
    /// @dev One bit per ASCII character that may not stand in a URL although it is printable: " < > \ ^ ` { | }
    uint256 private constant NOT_IN_URL =
        (1 << 0x22) |
            (1 << 0x3c) |
            (1 << 0x3e) |
            (1 << 0x5c) |
            (1 << 0x5e) |
            (1 << 0x60) |
            (1 << 0x7b) |
            (1 << 0x7c) |
            (1 << 0x7d);

    /// @notice Reverts unless a profile has a name, and an https URL or none, of characters that are allowed.
    function check(IOperators.Profile calldata profile) internal pure {
        _checkName(bytes(profile.name));
        _checkUrl(bytes(profile.url));
    }

    function _checkName(bytes calldata name) private pure {
        uint256 length = name.length;
        require(
            length != 0 && length <= MAX_NAME_LENGTH,
            IOperators.OperatorsNameLengthOutOfRange(length, MAX_NAME_LENGTH)
        );
        for (uint256 i = 0; i < length; ++i) {
            bytes1 character = name[i];
            bool inside = i != 0 && i != length - 1;
            bool allowed = (character > 0x20 && character < 0x7f) || (character == 0x20 && inside);
            require(allowed, IOperators.OperatorsNameCharacterInvalid(i, character));
        }
    }

    function _checkUrl(bytes calldata url) private pure {
        uint256 length = url.length;
        if (length == 0) return;
        require(length <= MAX_URL_LENGTH, IOperators.OperatorsUrlTooLong(length, MAX_URL_LENGTH));
        for (uint256 i = 0; i < length; ++i) {
            bytes1 character = url[i];
            bool allowed =
                i < HTTPS.length
                    ? character == HTTPS[i]
                    : character > 0x20 && character < 0x7f && (NOT_IN_URL >> uint8(character)) & 1 == 0;
            require(allowed, IOperators.OperatorsUrlCharacterInvalid(i, character));
        }
        // At least one character of a host.
        require(length > HTTPS.length, IOperators.OperatorsUrlCharacterInvalid(length, 0));
    }
}
