// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {StakingTest} from "./StakingTest.sol";

/// @title Numbers that other staking systems assert in their own tests, and faults found in them
contract StakingScenariosTest is StakingTest {
    /// @dev The precision of Livepeer's factors.
    uint256 private constant PERC = 1e27;

    /// @dev Symbiotic: 400 at stake with 100 of them unbonding lose 40; half of the unbonding is worth 45.
    function test_WhenSymbioticNumbers() external {
        _stake(ALICE, 300e18);
        _stake(BOB, 50e18);
        _stake(CHALLENGER, 50e18);
        uint256 bucketId = _unbondAll(BOB);
        _unbondAll(CHALLENGER);
        (uint256 slashed, ) = _slash(1_000);
        vm.assertEq(slashed, 40e18, "slashed");
        vm.warp(staking.claimableAt(bucketId));
        vm.assertEq(staking.claim(OPERATOR, BOB, bucketId), 45e18, "half of the unbonding");
    }

    /// @dev Succinct: 300 at stake with 150 of them unbonding lose 30; an unbonding of 100 pays 90.
    function test_WhenSuccinctNumbers() external {
        _stake(ALICE, 200e18);
        _stake(BOB, 100e18);
        _unbond(ALICE, 50e18);
        uint256 bucketId = _unbondAll(BOB);
        (uint256 slashed, ) = _slash(1_000);
        vm.assertEq(slashed, 30e18, "slashed");
        vm.warp(staking.claimableAt(bucketId));
        vm.assertEq(staking.claim(OPERATOR, BOB, bucketId), 90e18, "the unbonding");
    }

    /// @dev EigenLayer: 50 unbonding lose 10 % twice.
    function test_WhenEigenLayerNumbers() external {
        _stake(ALICE, 50e18);
        uint256 bucketId = _unbondAll(ALICE);
        _slash(1_000);
        vm.warp(START + 1 days);
        _slashAt(1_000, START);
        vm.warp(staking.claimableAt(bucketId));
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), 40.5e18, "after two slashes");
    }

    /// @dev The Graph: delegators with 400, of which 150 unbond as 100 and 50, lose 50 once the provider's 1,000 are
    ///      gone. Here the provider loses no earlier than they: the same 12.5 % takes 125 from his 1,000, and what the
    ///      delegators end with is the same.
    function test_WhenGraphNumbers() external {
        _stake(OPERATOR, 1_000e18);
        _stake(ALICE, 350e18);
        _stake(BOB, 50e18);
        (, uint256 bucketId) = _unbond(ALICE, 100e18);
        _unbondAll(BOB);
        (uint256 slashed, ) = _slash(1_250);
        vm.assertEq(slashed, 175e18, "125 of the operator, 50 of the delegators");
        vm.assertEq(staking.stakeOf(OPERATOR, OPERATOR), 875e18, "operator");
        vm.assertEq(staking.stakeOf(OPERATOR, ALICE), 218.75e18, "active delegation: 350 less 131.25 unbonding");
        vm.warp(staking.claimableAt(bucketId));
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), 87.5e18, "first unbonding");
        vm.assertEq(staking.claim(OPERATOR, BOB, bucketId), 43.75e18, "second unbonding");
    }

    /// @dev All stake unbonds and is slashed to nothing; a newcomer joins and leaves. In a ledger that forgets the
    ///      wiped claims he would pay for them.
    function test_GivenWipedUnbondingAndNewcomer() external {
        _stake(ALICE, 100e18);
        uint256 wipedId = _unbondAll(ALICE);
        _slash(10_000);
        staking.burnSlashed();
        _stake(BOB, 100e18);
        uint256 bucketId = _unbondAll(BOB);
        vm.warp(staking.claimableAt(bucketId));
        vm.assertEq(staking.claim(OPERATOR, ALICE, wipedId), 0, "the wiped one gets nothing");
        vm.assertEq(staking.claim(OPERATOR, BOB, bucketId), 100e18, "the newcomer gets his own");
        vm.assertEq(token.balanceOf(address(staking)), 0, "nothing is left");
    }

    function test_GivenWipedPoolAndNewcomer() external {
        _stake(ALICE, 100e18);
        _slash(10_000);
        vm.assertEq(_stake(BOB, 100e18), 100e18, "an empty pool");
        vm.assertEq(staking.stakeOf(OPERATOR, ALICE), 0, "the wiped one has nothing");
        vm.assertEq(staking.stakeOf(OPERATOR, BOB), 100e18, "the newcomer has his own");
    }

    /// @dev An exit of one base unit less before a slash must not make the slash fail.
    function testFuzz_GivenExitBeforeSlash(uint256 part) external {
        _stake(OPERATOR, 100e18);
        part = bound(part, 1, 100e18);
        (, uint256 bucketId) = _unbond(OPERATOR, part);
        (uint256 slashed, ) = _slash(10_000);
        vm.assertEq(slashed, 100e18, "all of it");
        vm.assertEq(_unbondingValue(OPERATOR, bucketId), 0, "nothing escapes");
    }

    /// @dev Two slashes in either order take the same, but for rounding.
    function testFuzz_WhenSlashesSwap(uint256 assets, uint256 a, uint256 b) external {
        assets = bound(assets, 1e12, SUPPLY / 2);
        a = bound(a, 1, 9_000);
        b = bound(b, 1, 9_000);
        _register(BOB, BOB, 0);
        _stake(ALICE, assets);
        _stakeBehind(BOB, ALICE, assets);
        _slashOperator(OPERATOR, a);
        _slashOperator(OPERATOR, b);
        _slashOperator(BOB, b);
        _slashOperator(BOB, a);
        vm.assertApproxEqAbs(_poolAssets(OPERATOR), _poolAssets(BOB), 2, "order does not matter");
    }

    /// @dev Livepeer has no fixed numbers but a formula: a stake grows by the factor of now divided by the factor of when it
    ///      came, where every reward multiplies the factor by one and the delegators' part per staked token. Who puts his
    ///      rewards to work here at once has the same, to two base units and 1e-18 of the stake a round: a reward per share
    ///      is counted to 1e-18, and what is below waits for the next reward. Its own tests allow 1e15 base units.
    function testFuzz_WhenLivepeerFormula(uint256[4] memory rewards, uint256[3] memory assets) external {
        uint256[3] memory factorOf;
        uint256 factor = PERC;
        for (uint256 round = 0; round < rewards.length; ++round) {
            for (uint256 i = 0; i < assets.length; ++i) {
                // The third one comes for the third reward.
                if (round != (i == 2 ? 2 : 0)) continue;
                assets[i] = bound(assets[i], 100e18, 1e26);
                _stake(_livepeerStaker(i), assets[i]);
                factorOf[i] = factor;
            }
            uint256 pool = _poolAssets(OPERATOR);
            uint256 reward = bound(rewards[round], pool / 10_000, pool / 10);
            _reward(reward);
            uint256 shared = reward - (reward * COMMISSION_BPS) / 10_000;
            factor += (factor * ((shared * PERC) / pool)) / PERC;
            for (uint256 i = 0; i < assets.length; ++i) _compoundIfAny(_livepeerStaker(i));
        }
        // The first one is the operator, whose commission grows with his stake and is no part of the formula.
        for (uint256 i = 1; i < assets.length; ++i) {
            uint256 grown = (assets[i] * ((factor * PERC) / factorOf[i])) / PERC;
            uint256 delta = rewards.length * (2 + grown / 1e18);
            vm.assertApproxEqAbs(staking.stakeOf(OPERATOR, _livepeerStaker(i)), grown, delta, "stake");
        }
    }

    function _livepeerStaker(uint256 i) private pure returns (address) {
        return
            i == 0
                ? OPERATOR
                : i == 1
                    ? ALICE
                    : BOB;
    }

    function _compoundIfAny(address account) private {
        if (staking.pendingReward(OPERATOR, account) == 0) return;
        vm.prank(account);
        staking.compound(OPERATOR, account);
    }

    function _slashOperator(address operator, uint256 bps) private {
        bytes32 faultId = keccak256(abi.encode(operator, bps, staking.getVotes(operator)));
        vm.prank(SLASHER);
        staking.slash(operator, bps, block.timestamp, faultId, address(0), false);
    }
}
