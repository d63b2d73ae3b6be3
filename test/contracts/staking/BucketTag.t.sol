// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {BucketTag} from "../../../contracts/staking/libraries/BucketTag.sol";
import {Base} from "../Base.sol";

contract BucketTagTest is Base {
    using BucketTag for uint40;

    function testFuzz_WhenOwnSharesAreKept(uint40 tag, uint256 shares) external pure {
        shares = bound(shares, 0, type(uint120).max);
        uint40 next = tag.withOwnShares(shares);
        uint256 kept = next.ownSharesDown();
        vm.assertLe(kept, shares, "rounded down");
        vm.assertLe(shares - kept, shares >> 22, "by less than a part in four million");
        if (shares < 1 << 23) vm.assertEq(kept, shares, "small ones exactly");
        vm.assertEq(next.generationIn(), tag.generationIn(), "the generation stays");
    }

    function testFuzz_WhenWiped(uint40 tag) external pure {
        uint40 next = tag.wiped();
        vm.assertEq(next.ownSharesDown(), 0, "nobody has shares");
        uint256 generation = tag.generationIn();
        vm.assertEq(next.generationIn(), generation == 1_023 ? 1_023 : generation + 1, "the next, or the last");
    }
}
