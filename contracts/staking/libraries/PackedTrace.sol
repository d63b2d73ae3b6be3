// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The past values of a quantity, two to a slot
/// @notice An entry says which value began to hold at which second. The newest value is not here: its owner keeps it,
///         with the number of entries, in a slot that is written anyway, and appends it when another value follows.
/// @dev Of two entries of one second the later counts. Entry `i` is `since << 96 | value` in the lower (`i` even) or
///      upper half of slot `i / 2`.
library PackedTrace {
    /// @notice Entries in ascending order of time.
    struct Trace {
        mapping(uint256 index => uint256 pair) pairs;
    }

    uint256 private constant VALUE_BITS = 96;
    uint256 private constant ENTRY_BITS = 128;

    /// @notice Writes the entry with number `index`, the first that was not written yet.
    /// @param since Unix seconds, below 2^32; not earlier than in the entries before.
    /// @param value Below 2^96.
    function append(Trace storage self, uint256 index, uint256 since, uint256 value) internal {
        uint256 entry = (since << VALUE_BITS) | value;
        if (index & 1 == 0) self.pairs[index >> 1] = entry;
        else self.pairs[index >> 1] |= entry << ENTRY_BITS;
    }

    /// @notice The value that held at `time`, 0 before the first entry; reads O(log `length`) slots.
    /// @param length How many entries there are.
    function valueAt(Trace storage self, uint256 length, uint256 time) internal view returns (uint256) {
        uint256 low;
        uint256 high = length;
        // Recent times are asked for most: look near the end first, in steps that double.
        for (uint256 step = 4; step <= high; step <<= 1) {
            if (_entryAt(self, high - step) >> VALUE_BITS <= time) {
                low = high - step + 1;
                break;
            }
            high -= step;
        }
        while (low < high) {
            uint256 middle = (low + high) >> 1;
            if (_entryAt(self, middle) >> VALUE_BITS > time) high = middle;
            else low = middle + 1;
        }
        return high == 0 ? 0 : uint96(_entryAt(self, high - 1));
    }

    /// @notice The value of the newest entry, 0 if there is none.
    /// @param length How many entries there are.
    function newest(Trace storage self, uint256 length) internal view returns (uint256) {
        return length == 0 ? 0 : uint96(_entryAt(self, length - 1));
    }

    function _entryAt(Trace storage self, uint256 index) private view returns (uint256) {
        uint256 pair = self.pairs[index >> 1];
        return index & 1 == 0 ? uint128(pair) : pair >> ENTRY_BITS;
    }
}
