// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {IStaking, StakingConfig} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract StakingSlashTest is StakingTest {
    function test_RevertWhen_CallerIsNotSlasher() external {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, ALICE));
        vm.prank(ALICE);
        staking.slash(OPERATOR, 1, START, "fault", ALICE, false);
    }

    function test_RevertWhen_OperatorIsUnknown() external {
        _expectRefusal(abi.encodeWithSelector(IStaking.StakingOperatorUnknown.selector, ALICE));
        staking.slash(ALICE, 1, START, "fault", address(0), false);
    }

    function test_RevertWhen_FractionIsZero() external {
        _expectRefusal(abi.encodeWithSelector(IStaking.StakingFractionOutOfRange.selector, 0, 10_000));
        staking.slash(OPERATOR, 0, START, "fault", address(0), true);
    }

    function testFuzz_RevertWhen_FractionIsAboveEverything(uint256 bps) external {
        bps = bound(bps, 10_001, type(uint256).max);
        _expectRefusal(abi.encodeWithSelector(IStaking.StakingFractionOutOfRange.selector, bps, 10_000));
        staking.slash(OPERATOR, bps, START, "fault", address(0), false);
    }

    function test_RevertGiven_FaultWasPunished() external {
        _register(BOB, BOB, 0);
        vm.prank(SLASHER);
        staking.slash(OPERATOR, 1, START, "fault", address(0), false);
        vm.assertTrue(staking.isPunished("fault"), "punished");
        _expectRefusal(abi.encodeWithSelector(IStaking.StakingFaultAlreadyPunished.selector, bytes32("fault")));
        staking.slash(BOB, 1, START, "fault", address(0), false);
    }

    function testFuzz_RevertWhen_InfractionIsInFuture(uint256 time) external {
        time = bound(time, START + 1, type(uint256).max);
        _expectRefusal(abi.encodeWithSelector(IStaking.StakingInfractionInFuture.selector, time, START));
        staking.slash(OPERATOR, 1, time, "fault", address(0), false);
    }

    function testFuzz_RevertWhen_InfractionIsTooOld(uint256 time) external {
        uint256 oldest = (20_000 - PERIOD) * 1 days;
        time = bound(time, 0, oldest - 1);
        _expectRefusal(abi.encodeWithSelector(IStaking.StakingInfractionTooOld.selector, time, oldest));
        staking.slash(OPERATOR, 1, time, "fault", address(0), false);
    }

    function test_GivenNoStake() external {
        (uint256 slashed, uint256 bounty) = _slash(10_000);
        vm.assertEq(slashed, 0, "slashed");
        vm.assertEq(bounty, 0, "bounty");
        vm.assertEq(staking.eraOf(OPERATOR), 0, "era");
    }

    function testFuzz_GivenActiveStake(uint256 own, uint256 delegated, uint256 bps) external {
        own = bound(own, 1e12, SUPPLY);
        delegated = bound(delegated, 1e12, SUPPLY);
        bps = bound(bps, 1, 9_000);
        _stake(OPERATOR, own);
        _stake(ALICE, delegated);
        uint256 supplyBefore = token.totalSupply();

        (uint256 slashed, uint256 bounty) = _slash(bps);

        vm.assertEq(slashed, _partUp(own + delegated, bps), "rounded up");
        vm.assertApproxEqAbs(staking.stakeOf(OPERATOR, OPERATOR), own - (own * bps) / 10_000, 2, "self-stake");
        vm.assertApproxEqAbs(staking.stakeOf(OPERATOR, ALICE), delegated - (delegated * bps) / 10_000, 2, "delegated");
        vm.assertLe(bounty, (_partUp(own, bps) * BOUNTY_BPS) / 10_000, "of the operator's own loss only");
        vm.assertApproxEqAbs(bounty, (((own * bps) / 10_000) * BOUNTY_BPS) / 10_000, 1, "bounty");
        vm.assertEq(staking.pendingBurn(), slashed - bounty, "set aside");
        staking.burnSlashed();
        vm.assertEq(supplyBefore - token.totalSupply(), slashed - bounty, "the rest is burned");
        vm.assertEq(staking.getVotes(OPERATOR), own + delegated - slashed, "votes");
    }

    function test_WhenArgumentsAreTypical() external {
        _stake(OPERATOR, 100e18);
        _stake(ALICE, 300e18);
        (, uint256 bucketId) = _unbond(ALICE, 100e18);
        vm.expectEmit(address(staking));
        emit IStaking.OperatorSlashed(OPERATOR, "fault", SLASHER, 1_000, START, 30e18, 10e18, 1e18);
        vm.expectEmit(address(staking));
        emit IStaking.BountyCredited(CHALLENGER, OPERATOR, "fault", 1e18);
        vm.expectEmit(address(staking));
        emit IStaking.OperatorTombstoned(OPERATOR, "fault");
        vm.prank(SLASHER);
        (uint256 slashed, uint256 bounty) = staking.slash(OPERATOR, 1_000, START, "fault", CHALLENGER, true);

        vm.assertEq(slashed, 40e18, "slashed");
        vm.assertEq(bounty, 1e18, "bounty");
        vm.assertEq(staking.bountyOf(CHALLENGER), 1e18, "credit");
        vm.assertEq(_unbondingValue(ALICE, bucketId), 90e18, "unbonding stake");
        vm.assertTrue(operators.operatorOf(OPERATOR).tombstoned, "out");
        vm.assertFalse(operators.isActive(OPERATOR, OperatorRoles.ALL), "inactive");
    }

    function test_GivenOperatorUnbondsEverything() external {
        _stake(OPERATOR, 100e18);
        _stake(ALICE, 100e18);
        // In two requests of one day, which are one unbonding.
        _unbond(OPERATOR, 60e18);
        _unbondAll(OPERATOR);
        (, uint256 bounty) = _slash(1_000);
        // What is his own in a bucket is kept with 23 bits, rounded down.
        vm.assertLe(bounty, 1e18, "his unbonding stake counts as his own");
        vm.assertGe(bounty, 1e18 - uint256(1e18) / 2 ** 22, "but for a part in four million");
    }

    function test_WhenChallengerIsZero() external {
        _stake(OPERATOR, 100e18);
        vm.prank(SLASHER);
        (uint256 slashed, uint256 bounty) = staking.slash(OPERATOR, 1_000, START, "fault", address(0), false);
        vm.assertEq(slashed, 10e18, "slashed");
        vm.assertEq(bounty, 0, "no bounty");
        staking.burnSlashed();
        vm.assertEq(token.totalSupply(), 90e18, "all burned");
    }

    function test_GivenTokenCannotBurn() external {
        StakingConfig memory config = _config();
        config.tokenBurnable = false;
        staking = _deploy(config);
        operators = staking.operators();
        _register(OPERATOR, OPERATOR_KEY, 0);
        _stake(OPERATOR, 100e18);
        _slash(1_000);
        staking.burnSlashed();
        vm.assertEq(token.balanceOf(DEAD), 9e18, "all but the bounty");
        vm.assertEq(token.totalSupply(), 100e18, "supply");
    }

    function testFuzz_GivenUnbondingOnManyDays(uint256 infractionDay, uint256 bps) external {
        bps = bound(bps, 1, 9_999);
        _stake(ALICE, 100e18);
        uint256[] memory ids = new uint256[](PERIOD + 1);
        for (uint256 day = 0; day <= PERIOD; ++day) {
            vm.warp(START + day * 1 days);
            (, ids[day]) = _unbond(ALICE, 1e18);
        }
        infractionDay = bound(infractionDay, 0, PERIOD);
        _slashAt(bps, START + infractionDay * 1 days);
        for (uint256 day = 0; day <= PERIOD; ++day) {
            uint256 left = day < infractionDay ? 1e18 : 1e18 - _partUp(1e18, bps);
            vm.assertEq(_unbondingValue(ALICE, ids[day]), left, "only from the infraction's day on");
        }
    }

    function test_GivenFractionsWipeEverything() external {
        _stake(OPERATOR, 100e18);
        _stake(ALICE, 100e18);
        uint256 bucketId = _unbondAll(ALICE);
        vm.expectEmit(address(staking));
        emit IStaking.BucketWiped(OPERATOR, bucketId);
        vm.expectEmit(address(staking));
        emit IStaking.EraEnded(OPERATOR, 0);
        (uint256 slashed, ) = _slash(10_000);
        vm.assertEq(slashed, 200e18, "everything");
        vm.assertEq(staking.eraOf(OPERATOR), 1, "era");
        vm.assertEq(staking.sharesOf(OPERATOR, OPERATOR), 0, "void shares");
        vm.assertEq(staking.getVotes(OPERATOR), 0, "votes");
    }

    /// @dev There are numbers for 1,023 ends of a pool; after the last it takes no stake, and everybody can leave.
    function test_GivenLastEra() external {
        for (uint256 i = 1; i < 1_023; ++i) {
            _stake(ALICE, 1e12);
            _slash(10_000);
        }
        staking.burnSlashed();
        _stake(BOB, 1e18);
        uint256 bucketId = _unbondAll(BOB);
        _stake(ALICE, 1e12);
        vm.warp(START + 1 days);
        _slash(10_000);
        vm.assertEq(staking.eraOf(OPERATOR), 1_023, "the last");
        _fund(ALICE, 1e12);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingPoolClosed.selector, OPERATOR));
        vm.prank(ALICE);
        staking.stake(OPERATOR, 1e12);
        vm.warp(staking.claimableAt(bucketId));
        vm.assertEq(staking.claim(OPERATOR, BOB, bucketId), 1e18, "who left before is paid");
    }

    function test_GivenPriceFallsBelowFloor() external {
        _stake(ALICE, 1e18);
        _slash(9_999);
        _slash(9_999);
        vm.assertEq(_poolAssets(OPERATOR), 1e10, "1e-8 of a token per share");
        (uint256 slashed, ) = _slash(9_100);
        vm.assertEq(slashed, 1e10, "below 1e-9 the rest goes too");
        vm.assertEq(staking.eraOf(OPERATOR), 1, "era");
    }

    function test_WhenInfractionIsOfEarlierEra() external {
        _stake(ALICE, 100e18);
        _stake(BOB, 100e18);
        uint256 aliceId = _unbondAll(ALICE);
        vm.warp(START + 1 days);
        _slashAt(10_000, START + 1 days);
        vm.warp(START + 2 days);
        _stake(CHALLENGER, 50e18);
        uint256 newId = _unbondAll(CHALLENGER);
        _stake(CHALLENGER, 50e18);

        (uint256 slashed, ) = _slashAt(5_000, START);

        vm.assertEq(slashed, 50e18, "what is left of the old era");
        vm.assertEq(_unbondingValue(ALICE, aliceId), 50e18, "old unbonding");
        vm.assertEq(_unbondingValue(CHALLENGER, newId), 50e18, "new unbonding");
        vm.assertEq(staking.stakeOf(OPERATOR, CHALLENGER), 50e18, "new stake");
    }

    function test_GivenManyDelegators() external {
        uint256 few = _costOfSlash(address(0xF1), 1);
        uint256 some = _costOfSlash(address(0xF2), 10);
        uint256 many = _costOfSlash(address(0xF3), 100);
        vm.assertEq(few, some, "1 and 10 delegators");
        vm.assertEq(few, many, "1 and 100 delegators");
    }

    function testFuzz_WhenSmallSlashesRepeat(uint256 assets, uint8 times) external {
        assets = bound(assets, 1e12, SUPPLY);
        times = uint8(bound(times, 1, 40));
        _stake(ALICE, assets);
        uint256 total;
        for (uint256 i = 0; i < times; ++i) {
            (uint256 slashed, ) = _slash(1);
            vm.assertGe(slashed, 1, "never nothing");
            total += slashed;
        }
        vm.assertEq(staking.stakeOf(OPERATOR, ALICE), assets - total, "the stake lost the sum");
    }

    /// @dev The gas of the second of two slashes with equal stake, spread over `delegators` with two unbondings each.
    function _costOfSlash(address operator, uint256 delegators) private returns (uint256 cost) {
        vm.warp(START + uint160(operator) * 10 days);
        _register(operator, operator, 0);
        for (uint256 i = 1; i <= delegators; ++i) {
            address delegator = address(uint160(0x10000 + i));
            _stakeBehind(operator, delegator, 1000e18 / delegators);
            vm.startPrank(delegator);
            staking.unbond(operator, 100e18 / delegators);
            staking.unbond(operator, 100e18 / delegators);
            vm.stopPrank();
        }
        vm.warp(block.timestamp + 1 days);
        this.timedSlash(operator, block.timestamp, keccak256(abi.encode(operator, 1)));
        cost = this.timedSlash(operator, block.timestamp - 1 days, keccak256(abi.encode(operator, 2)));
        vm.assertEq(_poolAssets(operator), 648e18, "equal stake");
    }

    /// @dev A call of its own, so that the memory used before does not count.
    function timedSlash(address operator, uint256 infractionTime, bytes32 faultId) external returns (uint256 cost) {
        vm.prank(SLASHER);
        cost = gasleft();
        staking.slash(operator, 1_000, infractionTime, faultId, address(0), false);
        cost -= gasleft();
    }

    function _expectRefusal(bytes memory revertData) private {
        vm.expectRevert(revertData);
        vm.prank(SLASHER);
    }

    function _partUp(uint256 assets, uint256 bps) private pure returns (uint256) {
        return (assets * bps + 9_999) / 10_000;
    }
}
