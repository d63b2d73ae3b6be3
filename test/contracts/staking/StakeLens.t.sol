// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Attendance} from "../../../contracts/staking/Attendance.sol";
import {IAttendance} from "../../../contracts/staking/interfaces/IAttendance.sol";
import {IStakeLens} from "../../../contracts/staking/interfaces/IStakeLens.sol";
import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {FaultClass} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {IValueLocks} from "../../../contracts/staking/interfaces/IValueLocks.sol";
import {Penalties} from "../../../contracts/staking/Penalties.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {StakeLens} from "../../../contracts/staking/StakeLens.sol";
import {ValueLocks} from "../../../contracts/staking/ValueLocks.sol";
import {StakingTest} from "./StakingTest.sol";

/// @title What the lens says, against what then happens
contract StakeLensTest is StakingTest {
    address internal constant SECOND = address(0x0903);

    StakeLens internal lens;
    Attendance internal attendance;
    Penalties internal penalties;
    ValueLocks internal locks;

    function setUp() public override {
        super.setUp();
        penalties = Penalties(create("Penalties", abi.encode(address(manager), staking)));
        locks = ValueLocks(create("ValueLocks", abi.encode(address(manager), staking, 0)));
        attendance = Attendance(create("Attendance", abi.encode(staking)));
        lens = StakeLens(create("StakeLens", abi.encode(staking, penalties, locks, attendance, WITNESS)));
        _register(SECOND, SECOND, 0);
    }

    function test_RevertWhen_ContractHasNoCode() external {
        _expectNoCode(BOB);
        create("StakeLens", abi.encode(IStaking(BOB), penalties, locks, attendance, WITNESS));
        _expectNoCode(BOB);
        create("StakeLens", abi.encode(staking, Penalties(BOB), locks, attendance, WITNESS));
        _expectNoCode(BOB);
        create("StakeLens", abi.encode(staking, penalties, IValueLocks(BOB), attendance, WITNESS));
        _expectNoCode(BOB);
        create("StakeLens", abi.encode(staking, penalties, locks, IAttendance(BOB), WITNESS));
        _expectNoCode(BOB);
        create("StakeLens", abi.encode(staking, penalties, locks, attendance, BOB));
    }

    // Positions

    function test_PositionSaysEverything() external {
        _stake(OPERATOR, 100e18);
        _stake(ALICE, 300e18);
        _reward(40e18);
        (, uint256 first) = _unbond(ALICE, 50e18);
        vm.warp(START + 3 days);
        (, uint256 second) = _unbond(ALICE, 30e18);
        vm.warp(staking.claimableAt(first));
        IStakeLens.Position memory position = lens.positionOf(OPERATOR, ALICE);
        vm.assertEq(position.shares, 220e18, "shares");
        vm.assertEq(position.staked, 220e18, "staked");
        vm.assertEq(position.pendingReward, staking.pendingReward(OPERATOR, ALICE), "reward");
        vm.assertEq(position.votes, 0, "his stake votes with the operator");
        vm.assertEq(position.ownVotes, 220e18, "unless he votes himself");
        vm.assertEq(position.unbonding, 80e18, "both");
        vm.assertEq(position.claimableNow, 50e18, "the first is ready");
        vm.assertEq(position.unbondings.length, 2, "two");
        vm.assertEq(position.unbondings[0].bucketId, first, "oldest first");
        vm.assertEq(position.unbondings[1].bucketId, second, "then the next");
        vm.assertEq(position.unbondings[1].claimableAt, staking.claimableAt(second), "when");
        vm.assertEq(position.unbondings[1].claimableNow, 0, "not yet");
    }

    function test_GivenHold_SaysWhatIsReserved() external {
        _stake(ALICE, 300e18);
        uint256 bucketId = _unbondAll(ALICE);
        vm.prank(SLASHER);
        holds.hold(OPERATOR, 2_000, START, "challenge", START + 14 days);
        vm.warp(staking.claimableAt(bucketId) - 2 days);
        vm.prank(SLASHER);
        holds.hold(OPERATOR, 1_000, START, "another", block.timestamp + 10 days);
        vm.warp(staking.claimableAt(bucketId));
        IStakeLens.Unbonding memory unbonding = lens.unbondingAt(OPERATOR, ALICE, bucketId);
        vm.assertEq(unbonding.reservedBps, 1_000, "the first is over");
        vm.assertEq(unbonding.assets, 300e18, "all of it is his for now");
        vm.assertEq(unbonding.claimableNow, 270e18 - 16, "less what is reserved");
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), unbonding.claimableNow, "as the claim says");
        vm.assertEq(lens.operatorPage(OPERATOR).holds.length, 1, "one live hold");
        vm.assertEq(lens.operatorPage(OPERATOR).holds[0].fractionBps, 1_000, "that one");
    }

    /// @dev Buckets of ended eras and of later generations are found too.
    function test_GivenSlashes_FindsEveryBucket() external {
        _stake(ALICE, 100e18);
        _stake(BOB, 100e18);
        uint256 wiped = _unbondAll(ALICE);
        vm.warp(START + 1 hours);
        _slash(10_000);
        _stake(ALICE, 70e18);
        uint256 nextEra = _unbondAll(ALICE);
        _slash(10_000);
        _stake(ALICE, 60e18);
        uint256 nextGeneration = _unbondAll(ALICE);
        vm.assertEq(nextGeneration, nextEra + 1, "of the same day and era");
        IStakeLens.Unbonding[] memory found = lens.unbondingsOf(OPERATOR, ALICE, 0, type(uint256).max);
        vm.assertEq(found.length, 1, "what is void is left out");
        vm.assertEq(found[0].bucketId, nextGeneration, "the live one");
        vm.assertEq(found[0].assets, 60e18, "all of it");
        IStakeLens.Unbonding memory gone = lens.unbondingAt(OPERATOR, ALICE, wiped);
        vm.assertEq(gone.assets + gone.claimableNow, 0, "by its id: nothing left");
    }

    function testFuzz_RangesAreClamped(uint256 fromEpoch, uint256 toEpoch) external {
        _stake(ALICE, 100e18);
        _unbondAll(ALICE);
        vm.warp(START + 100 days);
        fromEpoch = fromEpoch % 2 == 0 ? bound(fromEpoch, 19_900, 20_200) : fromEpoch;
        toEpoch = toEpoch % 2 == 0 ? bound(toEpoch, 19_900, 20_200) : toEpoch;
        uint256 found = lens.unbondingsOf(OPERATOR, ALICE, fromEpoch, toEpoch).length;
        bool within = fromEpoch <= 20_000 && toEpoch >= 20_000;
        vm.assertEq(found, within ? 1 : 0, "found if the range has its day");
    }

    function test_GivenOldUnbonding_IsFoundByRange() external {
        _stake(ALICE, 100e18);
        uint256 bucketId = _unbondAll(ALICE);
        vm.warp(START + 900 days);
        vm.assertEq(lens.positionOf(OPERATOR, ALICE).unbondings.length, 0, "too old for the position");
        vm.assertEq(lens.unbondingsOf(OPERATOR, ALICE, 19_990, 20_010)[0].bucketId, bucketId, "but not for a range");
    }

    // Operators

    function test_PageSaysEverything() external {
        _stake(OPERATOR, 100e18);
        _stake(ALICE, 300e18);
        _unbond(ALICE, 50e18);
        vm.prank(OPERATOR);
        staking.delegate(BOB);
        IStakeLens.OperatorPage memory page = lens.operatorPage(OPERATOR);
        vm.assertEq(page.record.signingKey, OPERATOR_KEY, "record");
        vm.assertTrue(page.active, "active");
        vm.assertEq(page.selfStake, 100e18, "own");
        vm.assertEq(page.delegated, 250e18, "others'");
        vm.assertEq(page.unbonding, 50e18, "leaving");
        vm.assertEq(page.poolShares, 350e18, "shares");
        vm.assertEq(page.commissionBps, COMMISSION_BPS, "commission");
        vm.assertEq(page.commissionChangesAt, 0, "which stays");
        vm.prank(OPERATOR);
        operators.announceCommission(OPERATOR, COMMISSION_BPS - 100);
        vm.assertEq(lens.operatorPage(OPERATOR).announcedCommissionBps, COMMISSION_BPS - 100, "until announced");
        vm.assertEq(page.votes, 0, "he gave them away");
        vm.assertEq(page.voter, BOB, "to");
        _slash(10_000);
        page = lens.operatorPage(OPERATOR);
        vm.assertEq(page.era, 1, "his pool ended once");
        vm.assertFalse(page.active, "and he has nothing");
    }

    function test_ConductSaysFaultsAndCalls() external {
        manager.grantRole(Roles.SLASHER, address(penalties), 0);
        _stake(OPERATOR, 1_000e18);
        vm.assertEq(lens.conductOf(OPERATOR).lastFaultAt, 0, "nothing yet");
        uint256 slashed;
        for (uint256 i = 0; i < 3; ++i) {
            vm.warp(block.timestamp + 8 days);
            FaultClass faultClass = i == 0 ? FaultClass.DEADLINE_MISSED : FaultClass.DATA_WITHHELD;
            (uint256 loss, ) = penalties.punish(OPERATOR, faultClass, block.timestamp, bytes32(i), CHALLENGER);
            slashed += loss;
        }
        locks.lock(OPERATOR, 30e18, block.timestamp + 1);
        locks.lock(OPERATOR, 20e18, block.timestamp + 1);
        IStakeLens.Conduct memory conduct = lens.operatorPage(OPERATOR).conduct;
        vm.assertEq(conduct.faults, 3, "count");
        vm.assertEq(conduct.slashed, slashed, "total");
        vm.assertEq(conduct.lastFaultAt, block.timestamp, "last");
        vm.assertEq(conduct.recentFaults[uint256(FaultClass.DATA_WITHHELD)], 2, "proofs withheld");
        vm.assertEq(conduct.recentFaults[uint256(FaultClass.DEADLINE_MISSED)], 1, "calls missed");
        vm.assertEq(conduct.recentFaults[uint256(FaultClass.EQUIVOCATION)], 0, "nothing else");
        vm.assertEq(conduct.coveredCalls, 2, "calls");
        vm.assertEq(conduct.locked, 50e18, "behind them");
        vm.assertEq(conduct.free, staking.stakeOf(OPERATOR, OPERATOR) - 50e18, "for more");
        vm.warp(block.timestamp + 60 days);
        conduct = lens.conductOf(OPERATOR);
        vm.assertEq(conduct.recentFaults[uint256(FaultClass.DATA_WITHHELD)], 0, "forgotten");
        vm.assertEq(conduct.faults + conduct.coveredCalls, 5, "but not the record");
        vm.assertEq(conduct.locked, 0, "free again");
    }

    /// @dev No view reverts, whatever it is asked.
    function testFuzz_NothingReverts(address account, uint256 a, uint256 b) external view {
        vm.assertEq(lens.positionOf(account, account).unbondings.length, 0, "no position");
        IStakeLens.OperatorPage memory page = lens.operatorPage(account);
        vm.assertEq(page.selfStake + page.delegated + page.unbonding, 0, "no stake");
        lens.unbondingAt(account, account, a);
        lens.previewStake(account, a);
        lens.previewUnbond(account, a);
        lens.sharesToUnbondUp(account, a);
        lens.previewReward(account, a);
        lens.previewSlash(account, a, b);
        lens.previewUnbondAssets(account, a);
        lens.previewClaimReward(account, account);
        lens.previewCompound(account, account);
        vm.assertEq(lens.conductOf(account).faults, 0, "no faults");
        lens.uptimeOf(account);
    }

    /// @dev Nor where there is stake, a record, a hold, an ended era and locks, whatever the numbers.
    function testFuzz_GivenStake_NothingReverts(uint256 a, uint256 b, uint8 roles) external {
        manager.grantRole(Roles.SLASHER, address(penalties), 0);
        _stake(ALICE, 5e18);
        _unbond(ALICE, 1e18);
        _slash(10_000);
        _stake(OPERATOR, 1_000e18);
        _stake(ALICE, 300e18);
        _unbond(ALICE, 7e18);
        _reward(40e18);
        penalties.punish(OPERATOR, FaultClass.EQUIVOCATION, block.timestamp, "fault", CHALLENGER);
        locks.lock(OPERATOR, 30e18, block.timestamp + 1 days);
        vm.prank(SLASHER);
        holds.hold(OPERATOR, 2_000, START, "challenge", START + 2 days);
        vm.warp(START + (b % 40 days));
        for (uint256 i = 0; i < 2; ++i) {
            address account = i == 0 ? OPERATOR : ALICE;
            lens.positionOf(OPERATOR, account);
            lens.unbondingsOf(OPERATOR, account, a, b);
            lens.unbondingAt(OPERATOR, account, a);
            lens.previewClaimReward(OPERATOR, account);
            lens.previewCompound(OPERATOR, account);
        }
        lens.operatorPage(OPERATOR);
        lens.previewStake(OPERATOR, a);
        lens.previewUnbond(OPERATOR, a);
        lens.sharesToUnbondUp(OPERATOR, a);
        lens.previewUnbondAssets(OPERATOR, a);
        lens.previewReward(OPERATOR, a);
        lens.previewSlash(OPERATOR, a, b);
        _askAround(a, b, roles);
        vm.assertEq(lens.operatorPage(OPERATOR).era, 1, "one era ended");
    }

    /// @dev The views of the contracts that the lens shows.
    function _askAround(uint256 a, uint256 b, uint8 roles) private view {
        FaultClass faultClass = FaultClass(b % 11);
        penalties.previewPunish(OPERATOR, faultClass, a);
        penalties.previewEscalate(bytes32(a));
        penalties.termsAt(faultClass, a);
        penalties.termLimits(faultClass);
        penalties.repeatsOf(OPERATOR, faultClass);
        penalties.juryBudget();
        operators.isActive(OPERATOR, roles);
        operators.minSelfStakeOf(roles);
        operators.announcedMinSelfStakeOf(roles);
        operators.announcedCommissionOf(OPERATOR);
        operators.rotationOf(OPERATOR, IOperators.Account.OWNER);
        operators.profileOf(OPERATOR);
        holds.reservedBps(OPERATOR, a, b);
        locks.freeOf(OPERATOR);
    }

    // Previews

    function testFuzz_PreviewStakeAgrees(uint256 first, uint256 bps, uint256 assets) external {
        _stake(ALICE, bound(first, 1e12, SUPPLY / 2));
        _slash(bound(bps, 1, 10_000));
        assets = bound(assets, 1e12, SUPPLY / 2);
        (uint256 shares, uint256 worth) = lens.previewStake(OPERATOR, assets);
        vm.assertEq(_stake(BOB, assets), shares, "shares");
        vm.assertEq(staking.stakeOf(OPERATOR, BOB), worth, "worth");
    }

    function testFuzz_PreviewTopUpAgrees(uint256 first, uint256 bps, uint256 assets) external {
        uint256 before = _stake(BOB, bound(first, 1e12, SUPPLY / 2));
        _stake(ALICE, 77e18);
        _slash(bound(bps, 1, 9_999));
        assets = bound(assets, 1e12, SUPPLY / 2);
        (uint256 shares, ) = lens.previewStake(OPERATOR, assets);
        vm.assertEq(_stake(BOB, assets), shares, "minted");
        vm.assertEq(staking.sharesOf(OPERATOR, BOB), before + shares, "on top");
    }

    function testFuzz_PreviewUnbondAssetsAgrees(uint256 first, uint256 bps, uint256 assets) external {
        _stake(ALICE, bound(first, 1e12, SUPPLY / 2));
        _stake(BOB, 55e18);
        _slash(bound(bps, 1, 9_999));
        assets = bound(assets, 1, staking.stakeOf(OPERATOR, ALICE));
        (uint256 shares, uint256 moved) = lens.previewUnbondAssets(OPERATOR, assets);
        vm.prank(ALICE);
        (uint256 actual, uint256 bucketId) = staking.unbondAssets(OPERATOR, assets);
        vm.assertEq(actual, shares, "shares");
        vm.assertEq(_unbondingValue(ALICE, bucketId), moved, "assets");
        vm.assertGe(moved, assets, "at least what was asked for");
        (shares, moved) = lens.previewUnbondAssets(OPERATOR, _poolAssets(OPERATOR) + 1);
        vm.assertEq(shares + moved, 0, "nobody has more than the pool");
    }

    /// @dev Of a bucket that was slashed and is reserved in part.
    function testFuzz_PreviewClaimAgrees(uint256 first, uint256 bps, uint256 heldBps) external {
        _stake(ALICE, bound(first, 1e12, SUPPLY / 2));
        _stake(BOB, 55e18);
        _unbond(BOB, 5e18);
        uint256 bucketId = _unbondAll(ALICE);
        _slash(bound(bps, 1, 9_999));
        vm.warp(staking.claimableAt(bucketId) - 1);
        vm.prank(SLASHER);
        holds.hold(OPERATOR, bound(heldBps, 1, 10_000), START, "challenge", block.timestamp + 2 days);
        for (uint256 i = 0; i < 2; ++i) {
            vm.warp(staking.claimableAt(bucketId) + i * 3 days);
            uint256 preview = staking.claimableNow(OPERATOR, ALICE, bucketId);
            vm.assertEq(lens.unbondingAt(OPERATOR, ALICE, bucketId).claimableNow, preview, "the lens");
            if (preview == 0) continue;
            vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), preview, "the claim");
        }
    }

    function testFuzz_PreviewClaimRewardAgrees(uint256 own, uint256 others, uint256 amount, bool ofOperator) external {
        _stake(OPERATOR, bound(own, 1e12, SUPPLY / 4));
        _stake(ALICE, bound(others, 1e12, SUPPLY / 4));
        _reward(bound(amount, 1, SUPPLY / 4));
        address account = ofOperator ? OPERATOR : ALICE;
        (uint256 paid, address payee) = lens.previewClaimReward(OPERATOR, account);
        uint256 before = token.balanceOf(payee);
        vm.assertEq(staking.claimReward(OPERATOR, account), paid, "amount");
        vm.assertEq(token.balanceOf(payee) - before, paid, "to whom");
    }

    function testFuzz_PreviewCompoundAgrees(uint256 first, uint256 bps, uint256 amount) external {
        first = bound(first, 1e15, SUPPLY / 4);
        _stake(ALICE, first);
        _slash(bound(bps, 1, 9_000));
        _reward(bound(amount, 1e15, first * 100));
        (uint256 assets, uint256 shares, ) = lens.previewCompound(OPERATOR, ALICE);
        uint256 before = staking.sharesOf(OPERATOR, ALICE);
        vm.prank(ALICE);
        vm.assertEq(staking.compound(OPERATOR, ALICE), assets, "assets");
        vm.assertEq(staking.sharesOf(OPERATOR, ALICE) - before, shares, "shares");
    }

    function testFuzz_PreviewUnbondAgrees(uint256 first, uint256 bps, uint256 assets) external {
        first = bound(first, 1e12, SUPPLY / 2);
        _stake(ALICE, first);
        _stake(BOB, 55e18);
        _slash(bound(bps, 1, 9_999));
        assets = bound(assets, 1, staking.stakeOf(OPERATOR, ALICE));
        uint256 shares = lens.sharesToUnbondUp(OPERATOR, assets);
        (uint256 moved, uint256 bucketId, uint256 claimableAt) = lens.previewUnbond(OPERATOR, shares);
        vm.assertGe(moved, assets, "at least what was asked for");
        (uint256 less, , ) = lens.previewUnbond(OPERATOR, shares - 1);
        vm.assertLe(less, assets - 1, "and with a share less it were too little");
        (uint256 actual, uint256 actualId) = _unbond(ALICE, shares);
        vm.assertEq(actual, moved, "assets");
        vm.assertEq(actualId, bucketId, "bucket");
        vm.assertEq(staking.claimableAt(bucketId), claimableAt, "when");
    }

    function testFuzz_PreviewRewardAgrees(uint256 assets, uint256 amount) external {
        assets = bound(assets, 1e12, SUPPLY / 2);
        _stake(OPERATOR, assets);
        // Too few shares to share in, half of the time.
        if (amount % 2 == 0) _unbond(OPERATOR, assets - 1e6);
        amount = bound(amount, 1, SUPPLY / 4);
        (uint256 commission, uint256 shared) = lens.previewReward(OPERATOR, amount);
        vm.assertEq(commission + shared, amount, "all of it");
        _fund(PAYER, amount);
        vm.expectEmit(address(staking));
        emit IStaking.RewardDistributed(OPERATOR, amount, commission);
        vm.prank(PAYER);
        staking.distributeReward(OPERATOR, amount);
    }

    function testFuzz_PreviewSlashAgrees(uint256 own, uint256 others, uint256 bps, uint256 age) external {
        _stake(OPERATOR, bound(own, 1e12, SUPPLY / 4));
        _stake(ALICE, bound(others, 1e12, SUPPLY / 4));
        for (uint256 i = 0; i < 5; ++i) {
            _unbondThird(OPERATOR);
            _unbondThird(ALICE);
            vm.warp(block.timestamp + 1 days);
            if (i == 2) _slash(bps % 2 == 0 ? 10_000 : 777);
            if (i == 3) _stake(ALICE, bound(others, 1e12, SUPPLY / 4));
            if (i == 3) _stake(OPERATOR, bound(own, 1e12, SUPPLY / 4));
        }
        bps = bound(bps, 1, 10_000);
        uint256 infractionTime = block.timestamp - bound(age, 0, 6 days);
        IStakeLens.SlashPreview memory preview = lens.previewSlash(OPERATOR, bps, infractionTime);
        uint256 eraBefore = staking.eraOf(OPERATOR);
        uint256 poolBefore = _poolAssets(OPERATOR);
        (uint256 slashed, uint256 bounty) = _slashAt(bps, infractionTime);
        vm.assertTrue(preview.inReach, "in reach");
        vm.assertEq(poolBefore - _poolAssets(OPERATOR), preview.activeLoss, "pool");
        vm.assertEq(slashed, preview.activeLoss + preview.unbondingLoss, "all");
        vm.assertEq(bounty, preview.bounty, "bounty");
        vm.assertEq(staking.eraOf(OPERATOR) - eraBefore, preview.endsEra ? 1 : 0, "era");
    }

    function test_PreviewSlashSaysWhatIsOutOfReach() external {
        _stake(OPERATOR, 100e18);
        vm.warp(START + 20 days);
        IStakeLens.SlashPreview memory old = lens.previewSlash(OPERATOR, 1_000, START);
        vm.assertFalse(old.inReach, "too old");
        vm.assertEq(old.activeLoss, 0, "nothing");
        vm.assertFalse(lens.previewSlash(OPERATOR, 1_000, block.timestamp + 1).inReach, "in the future");
    }

    function _expectNoCode(address account) private {
        vm.expectRevert(abi.encodeWithSelector(IStakeLens.LensContractWithoutCode.selector, account));
    }

    /// @dev A third of what `account` has; nothing if a slash has taken it all.
    function _unbondThird(address account) private {
        uint256 shares = staking.sharesOf(OPERATOR, account) / 3;
        if (shares != 0) _unbond(account, shares);
    }
}
