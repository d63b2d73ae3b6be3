// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract StakingBurnSlashedTest is StakingTest {
    function test_GivenNothingWasSlashed() external {
        _stake(ALICE, 1e18);
        vm.assertEq(staking.burnSlashed(), 0, "nothing");
        vm.assertEq(token.balanceOf(address(staking)), 1e18, "stake is untouched");
    }

    function testFuzz_GivenSlashes(uint256 assets, uint256 firstBps, uint256 secondBps) external {
        assets = bound(assets, 1e12, SUPPLY);
        _stake(ALICE, assets);
        (uint256 first, ) = _slash(bound(firstBps, 1, 10_000));
        vm.warp(START + 1);
        (uint256 second, ) = _slash(bound(secondBps, 1, 10_000));
        vm.assertEq(staking.pendingBurn(), first + second, "set aside");
        vm.assertEq(staking.totalSupply(), assets - first - second, "votes fall at once");

        vm.expectEmit(address(staking));
        emit IStaking.SlashedBurned(first + second);
        vm.prank(BOB);
        vm.assertEq(staking.burnSlashed(), first + second, "by a stranger");

        vm.assertEq(staking.pendingBurn(), 0, "once");
        vm.assertEq(token.totalSupply(), assets - first - second, "supply");
        vm.assertEq(token.balanceOf(address(staking)), _poolAssets(OPERATOR), "stake is untouched");
        vm.assertEq(staking.totalSupply(), _poolAssets(OPERATOR), "votes are as before");
    }

    /// @dev A token whose burn or transfer fails cannot hold up a slash, nor anybody's exit.
    function test_GivenTokenRefusesToBurn() external {
        _stake(OPERATOR, 100e18);
        vm.etch(address(token), hex"fe");
        (uint256 slashed, ) = _slash(1_000);
        vm.assertEq(slashed, 10e18, "slashed");
        vm.assertEq(_poolAssets(OPERATOR), 90e18, "at once");
        vm.expectRevert();
        staking.burnSlashed();
    }
}
