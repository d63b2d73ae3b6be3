// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {StakingTest} from "./StakingTest.sol";

/// @title Views answer whatever they are asked
contract StakingViewsTest is StakingTest {
    /// @dev A ledger with an ended era, a wiped bucket, a hold and a delegation, asked about anything.
    function testFuzz_NothingReverts(address account, bytes32 fault, uint256 number) external {
        _stake(OPERATOR, 100e18);
        _unbond(OPERATOR, 10e18);
        _slash(10_000);
        _stake(ALICE, 5e18);
        vm.prank(SLASHER);
        holds.hold(OPERATOR, 100, START, "challenge", START + 1 days);
        vm.prank(OPERATOR);
        staking.delegate(BOB);
        vm.warp(START + 1 days);

        address[3] memory asked = [account, OPERATOR, ALICE];
        for (uint256 i = 0; i < 3; ++i) {
            _ask(asked[i], OPERATOR, number);
            _ask(OPERATOR, asked[i], number);
            staking.getVotes(asked[i]);
            staking.delegates(asked[i]);
            staking.getPastVotes(asked[i], number % START);
            staking.bountyOf(asked[i]);
            holds.holdsOf(asked[i]);
        }
        staking.getPastTotalSupply(number % START);
        staking.claimableAt(number);
        staking.isPunished(fault);
        holds.holdOf(fault);
        vm.assertEq(staking.totalSupply(), 5e18, "new life");
    }

    function _ask(address operator, address account, uint256 number) private view {
        staking.standingOf(operator);
        staking.poolOf(operator);
        staking.eraOf(operator);
        staking.eraAt(operator, number);
        staking.bucketIdOf(operator, number >> 128, uint128(number));
        staking.bucketOf(operator, number);
        staking.unbondingOf(operator, account, number);
        staking.claimableNow(operator, account, number);
        staking.reservedBps(operator, number);
        staking.sharesOf(operator, account);
        staking.stakeOf(operator, account);
        staking.pendingReward(operator, account);
        staking.choicesOf(operator, account);
        staking.getPastStake(operator, number % START);
        staking.getPastDelegate(operator, number % START);
        staking.getPastPositionVotes(operator, account, number % START);
    }
}
