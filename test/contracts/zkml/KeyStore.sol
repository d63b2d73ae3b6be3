// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Contracts that hold a key as the registry stores it: one byte, then the key
library KeyStore {
    function create(bytes memory key) internal returns (address store) {
        bytes memory creation = abi.encodePacked(hex"61", uint16(key.length + 1), hex"80600a3d393df300", key);
        assembly ("memory-safe") {
            store := create(0, add(creation, 0x20), mload(creation))
        }
    }
}
