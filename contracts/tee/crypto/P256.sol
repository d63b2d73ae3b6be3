// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ECDSA on P-256 by the precompile of EIP-7951 (RIP-7212) at 0x100
/// @notice Takes both values of s that belong to a signature, since the vendors' firmware does not normalise it:
///         nothing may be keyed on a signature.
library P256 {
    /// @notice Thrown when this chain has no precompile at 0x100.
    error P256PrecompileMissing();

    address private constant PRECOMPILE = address(0x100);

    /// @dev A signature that is known to be good. The precompile answers a bad signature with nothing at all, which is
    ///      also what an address without code answers; this one tells them apart.
    uint256 private constant KNOWN_HASH = 0xbb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca605023;
    uint256 private constant KNOWN_R = 0x2ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18;
    uint256 private constant KNOWN_S = 0x4cd60b855d442f5b3c7b11eb6c4e0ae7525fe710fab9aa7c77a67f79e6fadd76;
    uint256 private constant KNOWN_X = 0x2927b10512bae3eddcfe467828128bad2903269919f7086069c8c4df6c732838;
    uint256 private constant KNOWN_Y = 0xc7787964eaac00e5921fb1498a60f4606766b3d9685001558d1a974e7341513e;

    /// @notice Whether (r, s) is a signature of `hash` by the key (x, y).
    function verify(bytes32 hash, uint256 r, uint256 s, uint256 x, uint256 y) internal view returns (bool) {
        if (_call(uint256(hash), r, s, x, y)) return true;
        if (!_call(KNOWN_HASH, KNOWN_R, KNOWN_S, KNOWN_X, KNOWN_Y)) revert P256PrecompileMissing();
        return false;
    }

    function _call(uint256 hash, uint256 r, uint256 s, uint256 x, uint256 y) private view returns (bool valid) {
        address precompile = PRECOMPILE;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, hash)
            mstore(add(input, 0x20), r)
            mstore(add(input, 0x40), s)
            mstore(add(input, 0x60), x)
            mstore(add(input, 0x80), y)
            mstore(0, 0)
            let success := staticcall(gas(), precompile, input, 0xa0, 0, 0x20)
            valid := and(success, and(eq(returndatasize(), 0x20), eq(mload(0), 1)))
        }
    }
}
