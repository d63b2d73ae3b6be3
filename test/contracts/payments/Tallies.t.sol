// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Tallies} from "../../../contracts/payments/libraries/Tallies.sol";
import {Base} from "../Base.sol";

contract TalliesTest is Base {
    using Tallies for Tallies.Tally;

    Tallies.Tally private _tally;

    function testFuzz_Count_AddsUp(uint256 gross, uint256 net, uint256 time) public {
        gross = bound(gross, 0, type(uint96).max / 2);
        net = bound(net, 0, gross);
        time = bound(time, 1, type(uint32).max);
        vm.warp(time);
        _tally.count(gross, net);
        _tally.count(gross, 0);
        _expect(2, 2 * gross, net, time);
    }

    function testFuzz_Count_StaysAtTheMaximum(uint256 gross, uint256 time) public {
        gross = bound(gross, type(uint96).max, type(uint256).max);
        time = bound(time, type(uint32).max, 2 ** 64);
        _tally.calls = type(uint32).max - 1;
        vm.warp(time);
        for (uint256 i; i < 3; ++i) _tally.count(gross, gross);
        _expect(type(uint32).max, type(uint96).max, type(uint96).max, type(uint32).max);
    }

    function _expect(uint256 calls, uint256 gross, uint256 net, uint256 lastCallAt) private view {
        vm.assertEq(_tally.calls, calls, "calls");
        vm.assertEq(_tally.gross, gross, "gross");
        vm.assertEq(_tally.net, net, "net");
        vm.assertEq(_tally.lastCallAt, lastCallAt, "time");
    }
}
