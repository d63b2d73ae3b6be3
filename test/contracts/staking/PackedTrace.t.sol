// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {PackedTrace} from "../../../contracts/staking/libraries/PackedTrace.sol";
import {Base} from "../Base.sol";

/// @title Packed histories against a plain list that is searched from its end
contract PackedTraceTest is Base {
    using PackedTrace for PackedTrace.Trace;

    PackedTrace.Trace private trace;
    uint256[] private times;
    uint256[] private values;

    function test_WhenEmpty() external view {
        vm.assertEq(trace.valueAt(0, type(uint32).max), 0, "nothing yet");
        vm.assertEq(trace.newest(0), 0, "nothing is newest");
    }

    function test_WhenLimitsAreWritten() external {
        trace.append(0, 0, type(uint96).max);
        trace.append(1, type(uint32).max, type(uint96).max - 1);
        vm.assertEq(trace.valueAt(2, 0), type(uint96).max, "first second");
        vm.assertEq(trace.valueAt(2, type(uint32).max - 1), type(uint96).max, "before the last second");
        vm.assertEq(trace.valueAt(2, type(uint32).max), type(uint96).max - 1, "last second");
    }

    function testFuzz_WhenAskedForAnyTime(uint256 seed, uint256 length) external {
        length = bound(length, 1, 60);
        uint256 time;
        for (uint256 i = 0; i < length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            // Several entries of one second too: the later counts.
            time += random % 5;
            times.push(time);
            values.push(uint96(random >> 100));
            trace.append(i, time, values[i]);
            vm.assertEq(trace.newest(i + 1), values[i], "the newest");
        }
        for (uint256 asked = 0; asked <= time + 1; ++asked) {
            vm.assertEq(trace.valueAt(length, asked), _plain(asked), "value at each second");
        }
    }

    /// @dev Twice as many entries cost a step more, wherever the answer is.
    function test_WhenHistoryIsLong() external {
        for (uint256 i = 0; i < 1_024; ++i) trace.append(i, 10 * i, i + 1);
        for (uint256 asked = 5; asked < 10_240; asked += 640) {
            uint256 gasBefore = gasleft();
            uint256 value = trace.valueAt(1_024, asked);
            uint256 used = gasBefore - gasleft();
            vm.assertEq(value, asked / 10 + 1, "the right one");
            // At most 2 * log2(1,024) looks, at slots that were touched before; to look at all would cost 400,000.
            vm.assertLe(used, 20_000, "in a logarithm of looks");
        }
    }

    function _plain(uint256 time) private view returns (uint256) {
        for (uint256 i = times.length; i > 0; --i) {
            if (times[i - 1] <= time) return values[i - 1];
        }
        return 0;
    }
}
