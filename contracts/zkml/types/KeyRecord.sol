// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev What the registry knows of a key, in one slot that is read once:
///
///      | bits 0–159 | 160–167        | 168–175      | 176         |
///      | store      | public signals | proof system | development |
type KeyRecord is uint256;

using KeyRecordLibrary for KeyRecord global;

/// @title Packed records of verifying keys
library KeyRecordLibrary {
    /// @dev `signals` and `system` are below 256.
    function pack(
        address store_,
        uint256 signals_,
        uint256 system_,
        bool development
    ) internal pure returns (KeyRecord) {
        uint256 word = uint256(uint160(store_)) | (signals_ << 160) | (system_ << 168);
        return KeyRecord.wrap(development ? word | (1 << 176) : word);
    }

    /// @notice Whether there is a key: every key has a store.
    function isPresent(KeyRecord record) internal pure returns (bool) {
        return KeyRecord.unwrap(record) != 0;
    }

    /// @notice The contract whose code is one byte and the key.
    function store(KeyRecord record) internal pure returns (address) {
        return address(uint160(KeyRecord.unwrap(record)));
    }

    /// @notice The number of public signals.
    function signals(KeyRecord record) internal pure returns (uint256) {
        return (KeyRecord.unwrap(record) >> 160) & 0xff;
    }

    /// @notice The number of the proof system.
    function system(KeyRecord record) internal pure returns (uint256) {
        return (KeyRecord.unwrap(record) >> 168) & 0xff;
    }

    /// @notice Signals and, in the next byte, the proof system.
    function shape(KeyRecord record) internal pure returns (uint256) {
        return (KeyRecord.unwrap(record) >> 160) & 0xffff;
    }

    /// @notice Whether the key comes from the insecure development setup.
    function isDevelopment(KeyRecord record) internal pure returns (bool) {
        return KeyRecord.unwrap(record) >> 176 != 0;
    }
}
