// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract StakingClaimBountyTest is StakingTest {
    function test_GivenNoBounty() external {
        vm.assertEq(staking.claimBounty(ALICE), 0, "nothing");
    }

    function testFuzz_GivenBounties(uint256 assets, uint256 firstBps, uint256 secondBps) external {
        _stake(OPERATOR, bound(assets, 1e12, SUPPLY));
        (, uint256 first) = _slash(bound(firstBps, 1, 5_000));
        (, uint256 second) = _slash(bound(secondBps, 1, 5_000));
        vm.assertEq(staking.bountyOf(CHALLENGER), first + second, "credit");

        vm.expectEmit(address(staking));
        emit IStaking.BountyClaimed(CHALLENGER, first + second);
        vm.prank(ALICE);
        vm.assertEq(staking.claimBounty(CHALLENGER), first + second, "by a stranger");

        vm.assertEq(token.balanceOf(CHALLENGER), first + second, "to the challenger");
        vm.assertEq(staking.bountyOf(CHALLENGER), 0, "spent");
        vm.assertEq(staking.claimBounty(CHALLENGER), 0, "once");
        vm.assertEq(
            token.balanceOf(address(staking)),
            _poolAssets(OPERATOR) + staking.pendingBurn(),
            "the pool is untouched"
        );
    }

    function testFuzz_GivenOnlyDelegatorsLose(uint256 assets, uint256 bps) external {
        _stake(ALICE, bound(assets, 1e12, SUPPLY));
        (, uint256 bounty) = _slash(bound(bps, 1, 10_000));
        vm.assertEq(bounty, 0, "delegators pay for no report");
    }
}
