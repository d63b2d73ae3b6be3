// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {RewardIndex} from "../../../contracts/staking/libraries/RewardIndex.sol";
import {Base} from "../Base.sol";

contract RewardIndexTest is Base {
    function testFuzz_WhenDistributing(uint256 amount, uint256 shares, uint256 remainder) external pure {
        amount = bound(amount, 0, 1e27);
        shares = bound(shares, 1e12, 1e36);
        remainder = bound(remainder, 0, 1e36);
        (uint256 growth, uint256 rest) = RewardIndex.distribute(amount, shares, remainder);
        vm.assertEq(growth * shares + rest, amount * 1e18 + remainder, "nothing is lost");
        vm.assertLe(rest, shares - 1, "the remainder is below a step of the index");
    }

    function testFuzz_WhenTwoOwnAll(uint256 amount, uint256 first, uint256 second) external pure {
        amount = bound(amount, 0, 1e27);
        first = bound(first, 1e12, 1e36);
        second = bound(second, 1e12, 1e36);
        (uint256 index, ) = RewardIndex.distribute(amount, first + second, 0);
        uint256 paid = RewardIndex.earnedDown(first, index, 0) + RewardIndex.earnedDown(second, index, 0);
        vm.assertLe(paid, amount, "never more than came in");
        vm.assertGe(paid + 2 + (first + second) / 1e18, amount, "rounding and a step of the index at most");
    }

    function testFuzz_WhenPoolIsTooSmall(uint256 shares, uint256 index) external pure {
        index = bound(index, 0, RewardIndex.MAX_INDEX);
        vm.assertFalse(RewardIndex.isShareable(index, 1, bound(shares, 0, 1e12 - 1)), "under a millionth of an OPG");
        shares = bound(shares, 1e12, 1e24);
        vm.assertTrue(RewardIndex.isShareable(index, shares * 1_000, shares), "a thousand times the shares");
        vm.assertFalse(RewardIndex.isShareable(index, shares * 1_000 + 1_000, shares), "and no more");
    }

    function testFuzz_WhenIndexIsHigh(uint256 index, uint256 shares, uint256 remainder) external pure {
        shares = bound(shares, 1e12, 1e36);
        index = bound(index, RewardIndex.MAX_INDEX + 1, type(uint256).max);
        vm.assertFalse(RewardIndex.isShareable(index, 1, shares), "grows no more");
        uint256 amount = bound(index, 1, shares > 1e24 ? 1e27 : shares * 1_000);
        (uint256 growth, ) = RewardIndex.distribute(amount, shares, bound(remainder, 0, 2 ** 120));
        vm.assertLe(RewardIndex.MAX_INDEX + growth, 2 ** 100 - 1, "the largest reward fits above the limit");
    }
}
