// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

/// @title Faults found in other staking systems, second part: slashes and what is outside
/// @notice One test or more for each row of docs/staking-findings.md, named by the row.
contract StakingFindingsSlashTest is StakingTest {
    address internal constant SECOND = address(0x0903);

    /// @dev Whatever has left in the meantime, a slash takes its part of the rest.
    function testFuzz_Finding13_GivenLessThanExpected(uint256 left, uint256 bps) external {
        _stake(OPERATOR, 100e18);
        left = bound(left, 0, 100e18);
        if (left != 0) _unbond(OPERATOR, left);
        bps = bound(bps, 1, 10_000);
        (uint256 slashed, ) = _slash(bps);
        vm.assertApproxEqAbs(slashed, (100e18 * bps) / 10_000, 2, "of the stake and of the exit");
    }

    function test_Finding13_GivenNothingLeft() external {
        _stake(OPERATOR, 100e18);
        uint256 bucketId = _unbondAll(OPERATOR);
        vm.warp(staking.claimableAt(bucketId));
        staking.claim(OPERATOR, OPERATOR, bucketId);
        (uint256 slashed, uint256 bounty) = _slash(10_000);
        vm.assertEq(slashed + bounty, 0, "nothing, and no revert");
    }

    /// @dev The bounty is a part of what the operator himself lost: who reports himself loses.
    function testFuzz_Finding14_WhenOperatorReportsHimself(uint256 own, uint256 delegated, uint256 bps) external {
        own = bound(own, 1e12, SUPPLY / 4);
        _stake(OPERATOR, own);
        _stake(ALICE, bound(delegated, 1e12, SUPPLY / 4));
        bps = bound(bps, 1, 10_000);
        vm.prank(SLASHER);
        (, uint256 bounty) = staking.slash(OPERATOR, bps, block.timestamp, "self", OPERATOR, true);
        uint256 lost = own - staking.stakeOf(OPERATOR, OPERATOR);
        vm.assertLe(bounty, (lost * BOUNTY_BPS) / 10_000, "a tenth of his own loss");
        // Rounding against him may add a base unit to what he sees as his loss.
        vm.assertLe(bounty + staking.stakeOf(OPERATOR, OPERATOR), own, "he never gains");
    }

    /// @dev Until its very last second an unbonding can be slashed for a fault of the moment it began, and not after.
    function test_Finding16_WhenSlashedInTheLastSecond() external {
        _stake(ALICE, 100e18);
        uint256 bucketId = _unbondAll(ALICE);
        vm.warp(staking.claimableAt(bucketId) - 1);
        (uint256 slashed, ) = _slashAt(1_000, START);
        vm.assertEq(slashed, 10e18, "reached");
        vm.warp(staking.claimableAt(bucketId));
        vm.prank(SLASHER);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingInfractionTooOld.selector, START, START + 18 hours));
        staking.slash(OPERATOR, 1_000, START, "late", CHALLENGER, false);
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), 90e18, "no gap: too old and claimable at once");
    }

    /// @dev The cost of a slash does not depend on who is behind the operator.
    function test_Finding21_GivenManyDelegators() external {
        _register(SECOND, SECOND, COMMISSION_BPS);
        _stake(OPERATOR, 100e18);
        _stakeBehind(SECOND, SECOND, 100e18);
        _stake(ALICE, 100e18);
        for (uint256 i = 0; i < 40; ++i) _stakeBehind(SECOND, address(uint160(0xF000 + i)), 2.5e18);
        vm.warp(START + 1 days);
        _unbond(ALICE, 40e18);
        for (uint256 i = 0; i < 40; ++i) {
            vm.prank(address(uint160(0xF000 + i)));
            staking.unbond(SECOND, 1e18);
        }
        vm.warp(START + 1 days + 1 hours);
        // The first slash of the run pays for what both touch.
        _slashAt(100, START);
        uint256 few = _gasOfSlash(OPERATOR, "few");
        uint256 many = _gasOfSlash(SECOND, "many");
        vm.assertApproxEqAbs(few, many, 15_000, "no step per delegator or request");
    }

    /// @dev With stake in every bucket that a slash can reach it still fits a block many times over.
    function test_Finding21_GivenEveryBucketLive() external {
        _stake(OPERATOR, 1_000e18);
        uint256 infractionTime = block.timestamp;
        for (uint256 i = 0; i <= PERIOD; ++i) {
            _unbond(OPERATOR, 10e18);
            vm.warp(block.timestamp + 1 days);
        }
        vm.warp(block.timestamp - 1 days);
        uint256 gasBefore = gasleft();
        (uint256 slashed, ) = _slashAt(1_000, infractionTime);
        vm.assertLe(gasBefore - gasleft(), 400_000, "bounded");
        vm.assertEq(slashed, 100e18, "everything was reached");
    }

    /// @dev The smallest slash of the smallest stake costs something, and many of them do not wipe.
    function testFuzz_Finding23_WhenSlashIsTiny(uint256 assets) external {
        assets = bound(assets, 1e12, 1e13);
        _stake(ALICE, assets);
        for (uint256 i = 1; i <= 10; ++i) {
            (uint256 slashed, ) = _slash(1);
            vm.assertGe(slashed, 1, "not nothing");
        }
        vm.assertGe(_poolAssets(OPERATOR), (assets * 9_989) / 10_000, "and not more than asked");
    }

    function test_Finding23_GivenOneBaseUnitLeft() external {
        _stake(ALICE, 1e12);
        _unbond(ALICE, 1e12 - 1);
        (uint256 slashed, ) = _slash(1);
        vm.assertEq(staking.eraOf(OPERATOR), 1, "the last unit goes, and with it the era");
        vm.assertEq(slashed, 1 + 1e8, "a unit of the pool and a ten-thousandth of the bucket");
    }

    /// @dev A token that calls back finds the door closed, and the ledger right.
    function test_Finding25_RevertWhen_TokenReenters() external {
        _stake(ALICE, 100e18);
        uint256 bucketId = _unbondAll(ALICE);
        vm.warp(staking.claimableAt(bucketId));
        token.setHook(address(staking), abi.encodeCall(IStaking.claim, (OPERATOR, ALICE, bucketId)));
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), 100e18, "paid");
        vm.assertEq(
            token.hookRevert(),
            abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector),
            "once"
        );
        vm.assertEq(token.balanceOf(ALICE), 100e18, "exactly");
    }

    /// @dev When two who contradict each other are both wrong, both are punished.
    function test_Finding29_WhenBothSidesAreWrong() external {
        _register(SECOND, SECOND, 0);
        _stake(OPERATOR, 100e18);
        _stakeBehind(SECOND, SECOND, 100e18);
        vm.startPrank(SLASHER);
        staking.slash(OPERATOR, 500, block.timestamp, "one answer", SECOND, false);
        staking.slash(SECOND, 500, block.timestamp, "the other", OPERATOR, false);
        vm.stopPrank();
        vm.assertEq(staking.stakeOf(OPERATOR, OPERATOR), 95e18, "one");
        vm.assertEq(staking.stakeOf(SECOND, SECOND), 95e18, "and the other");
    }

    /// @dev A token that refuses every transfer stops no slash.
    function test_Finding32_GivenTokenThatRefuses() external {
        _stake(OPERATOR, 100e18);
        _unbond(OPERATOR, 50e18);
        bytes memory refusing = hex"5f5ffd";
        vm.etch(address(token), refusing);
        (uint256 slashed, uint256 bounty) = _slash(1_000);
        vm.assertEq(slashed, 10e18, "slashed");
        // The operator's own part of what is leaving is known to 23 bits, rounded down.
        vm.assertLe(bounty, 1e18, "bounty noted");
        vm.assertGe(bounty, 1e18 - 2e11, "exact but for that");
    }

    function _gasOfSlash(address operator, bytes32 faultId) private returns (uint256 gasUsed) {
        vm.prank(SLASHER);
        uint256 gasBefore = gasleft();
        staking.slash(operator, 1_000, START, faultId, CHALLENGER, false);
        gasUsed = gasBefore - gasleft();
    }
}
