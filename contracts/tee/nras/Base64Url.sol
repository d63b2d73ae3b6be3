// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Reads base64url without padding (RFC 7515), strictly
library Base64Url {
    /// @notice Thrown when a text of this length cannot be base64url.
    error Base64UrlLengthInvalid(uint256 length);
    /// @notice Thrown when the text has a character that is not base64url, or sets bits beyond its last whole byte.
    error Base64UrlInvalid();

    /// @dev The value of each of the 256 characters; 0xff for those that have none.
    bytes private constant VALUES =
        hex"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        hex"ffffffffffffffffffffffffff3effff3435363738393a3b3c3dffffffffffff"
        hex"ff000102030405060708090a0b0c0d0e0f10111213141516171819ffffffff3f"
        hex"ff1a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30313233ffffffffff"
        hex"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        hex"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        hex"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        hex"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

    /// @notice The bytes that `text` stands for.
    function decode(bytes calldata text) internal pure returns (bytes memory data) {
        uint256 length = text.length;
        if (length % 4 == 1) revert Base64UrlLengthInvalid(length);
        bytes memory values = VALUES;
        // Whole groups of four: "A" stands for zero bits.
        bytes memory padded = bytes.concat(text, "AAA");
        // Groups of three bytes are written as words.
        data = new bytes(length + 32);
        uint256 bad;
        assembly ("memory-safe") {
            // The character c has its value in the lowest byte of the word at `values` + c.
            values := add(values, 1)
            let to := add(data, 0x20)
            let from := add(padded, 0x20)
            for {
                let end := add(from, length)
            } lt(from, end) {
                from := add(from, 4)
            } {
                let chars := mload(from)
                let group := and(mload(add(values, byte(0, chars))), 0xff)
                let any := group
                let value := and(mload(add(values, byte(1, chars))), 0xff)
                any := or(any, value)
                group := or(shl(6, group), value)
                value := and(mload(add(values, byte(2, chars))), 0xff)
                any := or(any, value)
                group := or(shl(6, group), value)
                value := and(mload(add(values, byte(3, chars))), 0xff)
                bad := or(bad, or(any, value))
                mstore(to, shl(232, or(shl(6, group), value)))
                to := add(to, 3)
            }
            bad := and(bad, 0x80)
            let size := shr(2, mul(length, 3))
            // The last word was written at to - 3; what it has beyond `size` bytes comes from the last characters.
            bad := or(bad, mload(add(add(data, 0x20), size)))
            mstore(data, size)
        }
        if (bad != 0) revert Base64UrlInvalid();
    }
}
