// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SlotDerivation} from "@openzeppelin/contracts/utils/SlotDerivation.sol";
import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";

/// @title First-in-first-out queues of byte strings that vanish with the transaction
/// @dev Per queue: `head` in slot `key`, `tail` in slot `key + 1`; item `i` at keccak256(i, key): its length, then its words.
///      `key` must be a hash, so that slots of two queues do not meet.
library TransientQueue {
    using SlotDerivation for bytes32;
    using TransientSlot for bytes32;
    using TransientSlot for TransientSlot.Uint256Slot;
    using TransientSlot for TransientSlot.Bytes32Slot;

    /// @notice Appends `item` to the queue `key`.
    function push(bytes32 key, bytes memory item) internal {
        uint256 tail = key.offset(1).asUint256().tload();
        key.offset(1).asUint256().tstore(tail + 1);

        bytes32 slot = key.deriveMapping(tail);
        slot.asUint256().tstore(item.length);
        for (uint256 i = 0; i < item.length; i += 32) {
            bytes32 word;
            // The last word may read up to 31 bytes behind the item; `pop` ignores them.
            assembly ("memory-safe") {
                word := mload(add(add(item, 32), i))
            }
            slot.offset(1 + i / 32).asBytes32().tstore(word);
        }
    }

    /// @notice Takes the oldest item out of the queue `key`; empty if there is none.
    function pop(bytes32 key) internal returns (bytes memory item) {
        uint256 head = key.asUint256().tload();
        if (head == key.offset(1).asUint256().tload()) return item;
        key.asUint256().tstore(head + 1);

        bytes32 slot = key.deriveMapping(head);
        uint256 length = slot.asUint256().tload();
        // Whole words are allocated, so that writing the last one stays inside.
        item = new bytes((length + 31) & ~uint256(31));
        for (uint256 i = 0; i < length; i += 32) {
            bytes32 word = slot.offset(1 + i / 32).asBytes32().tload();
            assembly ("memory-safe") {
                mstore(add(add(item, 32), i), word)
            }
        }
        assembly ("memory-safe") {
            mstore(item, length)
        }
    }
}
