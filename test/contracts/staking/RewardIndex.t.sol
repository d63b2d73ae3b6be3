// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {RewardIndex, RewardStream} from "../../../contracts/staking/libraries/RewardIndex.sol";
import {Base} from "../Base.sol";

contract RewardIndexTest is Base {
    using RewardIndex for RewardStream;

    RewardStream private stream;

    function testFuzz_WhenDistributing(uint256 amount, uint256 shares, uint256 remainder) external {
        amount = bound(amount, 0, 1e27);
        shares = bound(shares, 1e12, 1e36);
        stream.remainder = uint128(bound(remainder, 0, 1e36));
        uint256 owed = amount * 1e18 + stream.remainder;
        stream.distribute(amount, shares);
        vm.assertEq(stream.perShare * shares + stream.remainder, owed, "nothing is lost");
        vm.assertLe(stream.remainder, shares - 1, "the remainder is below a step of the index");
    }

    function testFuzz_WhenTwoOwnAll(uint256 amount, uint256 first, uint256 second) external {
        amount = bound(amount, 0, 1e27);
        first = bound(first, 1e12, 1e36);
        second = bound(second, 1e12, 1e36);
        stream.distribute(amount, first + second);
        uint256 paid = stream.earnedDown(first, 0) + stream.earnedDown(second, 0);
        vm.assertLe(paid, amount, "never more than came in");
        vm.assertGe(paid + 2 + (first + second) / 1e18, amount, "rounding and a step of the index at most");
    }

    function test_WhenSupplyIsDistributedManyTimes() external {
        for (uint256 i = 0; i < 1_000; ++i) stream.distribute(1e27, 1e12);
        vm.assertEq(stream.perShare, 1e36, "far from overflow in the smallest pool");
    }
}
