// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IAttendance} from "./interfaces/IAttendance.sol";
import {IHolds} from "./interfaces/IHolds.sol";
import {IOperators} from "./interfaces/IOperators.sol";
import {FaultClass, IPenalties} from "./interfaces/IPenalties.sol";
import {IStakeLens} from "./interfaces/IStakeLens.sol";
import {IStakeVotes} from "./interfaces/IStakeVotes.sol";
import {IStaking} from "./interfaces/IStaking.sol";
import {IValueLocks} from "./interfaces/IValueLocks.sol";
import {BucketTag} from "./libraries/BucketTag.sol";
import {Pool, PoolMath} from "./libraries/PoolMath.sol";
import {RewardIndex} from "./libraries/RewardIndex.sol";

/// @title What an interface shows of the stake ledger
/// @notice See {IStakeLens}.
/// @dev Meant for calls from outside the chain: what looks into many buckets costs millions of gas.
contract StakeLens is IStakeLens {
    using Math for uint256;
    using BucketTag for uint40;
    using PoolMath for Pool;

    /// @notice How many epochs {positionOf} looks into: the longest unbonding, the longest hold, and a month to claim.
    uint256 public constant SCAN_EPOCHS = 76;
    /// @notice The most epochs that {unbondingsOf} looks into.
    uint256 public constant MAX_EPOCHS = 400;
    /// @notice The length of an epoch, seconds; that of the ledger.
    uint256 public constant EPOCH = 1 days;
    /// @inheritdoc IStakeLens
    uint256 public constant UPTIME_HOURS = 30 * 24;

    /// @notice The ledger.
    IStaking public immutable STAKING;
    /// @notice Who the operators are.
    IOperators public immutable OPERATORS;
    /// @notice Who was punished.
    IPenalties public immutable PENALTIES;
    /// @notice Who serves how much under cover.
    IValueLocks public immutable LOCKS;
    /// @notice In which hours somebody saw them.
    IAttendance public immutable ATTENDANCE;
    /// @notice The witness whose book has the heartbeats of accepted enclaves: their registry.
    address public immutable WITNESS;

    /// @param staking    The ledger.
    /// @param penalties  Its penalties.
    /// @param locks      Its value locks.
    /// @param attendance The book of hours.
    /// @param witness    The registry of enclaves, which writes into it.
    constructor(IStaking staking, IPenalties penalties, IValueLocks locks, IAttendance attendance, address witness) {
        _checkCode(address(staking));
        _checkCode(address(penalties));
        _checkCode(address(locks));
        _checkCode(address(attendance));
        _checkCode(witness);
        STAKING = staking;
        PENALTIES = penalties;
        LOCKS = locks;
        ATTENDANCE = attendance;
        WITNESS = witness;
        OPERATORS = staking.operators();
    }

    // What there is

    /// @inheritdoc IStakeLens
    function positionOf(address operator, address account) external view returns (Position memory position) {
        uint256 today = STAKING.currentEpoch();
        position.shares = STAKING.sharesOf(operator, account);
        position.staked = STAKING.stakeOf(operator, account);
        position.pendingReward = STAKING.pendingReward(operator, account);
        position.votes = IVotes(address(STAKING)).getVotes(account);
        position.ownVotes = IStakeVotes(address(STAKING)).getPastPositionVotes(operator, account, block.timestamp - 1);
        position.unbondings = unbondingsOf(operator, account, today.saturatingSub(SCAN_EPOCHS - 1), today);
        for (uint256 i = 0; i < position.unbondings.length; ++i) {
            position.unbonding += position.unbondings[i].assets;
            position.claimableNow += position.unbondings[i].claimableNow;
        }
    }

    /// @inheritdoc IStakeLens
    function operatorPage(address operator) external view returns (OperatorPage memory page) {
        uint256 poolAssets;
        page.record = OPERATORS.operatorOf(operator);
        page.active = OPERATORS.isActive(operator, 0);
        page.commissionBps = OPERATORS.commissionOf(operator);
        (page.announcedCommissionBps, page.commissionChangesAt) = OPERATORS.announcedCommissionOf(operator);
        (poolAssets, page.poolShares) = STAKING.poolOf(operator);
        page.selfStake = STAKING.stakeOf(operator, operator);
        page.delegated = poolAssets - page.selfStake;
        page.era = STAKING.eraOf(operator);
        page.votes = IVotes(address(STAKING)).getVotes(operator);
        page.voter = IVotes(address(STAKING)).delegates(operator);
        page.holds = _liveHolds(operator);
        page.conduct = conductOf(operator);
        page.uptime = uptimeOf(operator);
        uint256 today = STAKING.currentEpoch();
        for (uint256 epoch = today.saturatingSub(_period()); epoch <= today; ++epoch) {
            (uint256 firstEra, uint256 lastEra) = _erasOf(operator, epoch);
            for (uint256 era = firstEra; era <= lastEra; ++era) {
                (uint256 assets, ) = STAKING.bucketOf(operator, STAKING.bucketIdOf(operator, era, epoch));
                page.unbonding += assets;
            }
        }
    }

    /// @inheritdoc IStakeLens
    function unbondingsOf(
        address operator,
        address account,
        uint256 fromEpoch,
        uint256 toEpoch
    ) public view returns (Unbonding[] memory unbondings) {
        toEpoch = Math.min(toEpoch, STAKING.currentEpoch());
        fromEpoch = Math.max(fromEpoch, (toEpoch + 1).saturatingSub(MAX_EPOCHS));
        uint256 count;
        // One day and one era have one bucket; an era more for each that ended in these days is as good as never.
        Unbonding[] memory found = new Unbonding[](2 * MAX_EPOCHS);
        for (uint256 epoch = fromEpoch; epoch <= toEpoch; ++epoch) {
            (uint256 era, uint256 lastEra) = _erasOf(operator, epoch);
            for (; era <= lastEra && count < found.length; ++era) {
                uint256 bucketId = STAKING.bucketIdOf(operator, era, epoch);
                (uint256 bucketShares, ) = STAKING.unbondingOf(operator, account, bucketId);
                if (bucketShares != 0) found[count++] = unbondingAt(operator, account, bucketId);
            }
        }
        unbondings = new Unbonding[](count);
        for (uint256 i = 0; i < count; ++i) unbondings[i] = found[i];
    }

    /// @inheritdoc IStakeLens
    function unbondingAt(
        address operator,
        address account,
        uint256 bucketId
    ) public view returns (Unbonding memory unbonding) {
        unbonding.bucketId = bucketId;
        (unbonding.bucketShares, unbonding.assets) = STAKING.unbondingOf(operator, account, bucketId);
        unbonding.claimableNow = STAKING.claimableNow(operator, account, bucketId);
        unbonding.claimableAt = STAKING.claimableAt(bucketId);
        unbonding.reservedBps = STAKING.reservedBps(operator, bucketId);
    }

    /// @inheritdoc IStakeLens
    function conductOf(address operator) public view returns (Conduct memory conduct) {
        (conduct.faults, conduct.slashed, conduct.lastFaultAt) = PENALTIES.recordOf(operator);
        conduct.recentFaults = new uint256[](uint256(FaultClass.MISCONDUCT) + 1);
        for (uint256 i = uint256(FaultClass.EQUIVOCATION); i < conduct.recentFaults.length; ++i) {
            conduct.recentFaults[i] = PENALTIES.repeatsOf(operator, FaultClass(i));
        }
        conduct.coveredCalls = LOCKS.callsOf(operator);
        conduct.locked = LOCKS.lockedOf(operator);
        conduct.free = LOCKS.freeOf(operator);
    }

    /// @inheritdoc IStakeLens
    function uptimeOf(address operator) public view returns (Uptime memory uptime) {
        IOperators.Operator memory record = OPERATORS.operatorOf(operator);
        if (record.registeredAt == 0) return uptime;
        // Of his service, only hours that were over count.
        uint256 end = (record.exitedAt == 0 ? block.timestamp : record.exitedAt) / 1 hours;
        uint256 begin = uint256(record.registeredAt).ceilDiv(1 hours);
        uptime.firstHour = Math.max(begin, end.saturatingSub(UPTIME_HOURS));
        uptime.fullHours = end.saturatingSub(uptime.firstHour);
        uptime.heartbeatHours = ATTENDANCE.hoursSeen(WITNESS, operator, uptime.firstHour, end);
        uptime.checkInHours = ATTENDANCE.hoursSeen(operator, operator, uptime.firstHour, end);
    }

    // What would be

    /// @inheritdoc IStakeLens
    function previewStake(address operator, uint256 assets) public view returns (uint256 shares, uint256 worth) {
        // More than the ledger can hold is nothing that could be staked.
        if (assets > type(uint96).max) return (0, 0);
        Pool memory pool = _poolOf(operator);
        shares = pool.toSharesDown(assets);
        if (pool.tokens + assets > type(uint96).max || pool.shares + shares > type(uint120).max) return (0, 0);
        pool.deposit(assets);
        worth = pool.toAssetsDown(shares);
    }

    /// @inheritdoc IStakeLens
    function previewUnbond(
        address operator,
        uint256 shares
    ) external view returns (uint256 assets, uint256 bucketId, uint256 claimableAt) {
        Pool memory pool = _poolOf(operator);
        assets = pool.toAssetsDown(Math.min(shares, pool.shares));
        bucketId = STAKING.bucketIdOf(operator, STAKING.eraOf(operator), STAKING.currentEpoch());
        claimableAt = STAKING.claimableAt(bucketId);
    }

    /// @inheritdoc IStakeLens
    function previewUnbondAssets(
        address operator,
        uint256 assets
    ) external view returns (uint256 shares, uint256 moved) {
        Pool memory pool = _poolOf(operator);
        if (assets > pool.tokens) return (0, 0);
        shares = sharesToUnbondUp(operator, assets);
        moved = pool.toAssetsDown(shares);
    }

    /// @inheritdoc IStakeLens
    function previewClaimReward(
        address operator,
        address account
    ) external view returns (uint256 amount, address payee) {
        amount = STAKING.pendingReward(operator, account);
        if (account == operator) payee = OPERATORS.payeeOf(operator);
        if (payee == address(0)) payee = account;
    }

    /// @inheritdoc IStakeLens
    function previewCompound(
        address operator,
        address account
    ) external view returns (uint256 assets, uint256 shares, uint256 worth) {
        assets = STAKING.pendingReward(operator, account);
        (shares, worth) = previewStake(operator, assets);
    }

    /// @inheritdoc IStakeLens
    function sharesToUnbondUp(address operator, uint256 assets) public view returns (uint256 shares) {
        Pool memory pool = _poolOf(operator);
        if (pool.tokens == 0) return 0;
        return Math.min(assets, pool.tokens).mulDiv(pool.shares, pool.tokens, Math.Rounding.Ceil);
    }

    /// @inheritdoc IStakeLens
    function previewReward(
        address operator,
        uint256 amount
    ) external view returns (uint256 commission, uint256 shared) {
        (, uint256 poolShares) = STAKING.poolOf(operator);
        if (!RewardIndex.isShareable(0, amount, poolShares)) return (amount, 0);
        commission = amount.mulDiv(OPERATORS.commissionOf(operator), PoolMath.BPS);
        shared = amount - commission;
    }

    /// @inheritdoc IStakeLens
    function previewSlash(
        address operator,
        uint256 fractionBps,
        uint256 infractionTime
    ) external view returns (SlashPreview memory preview) {
        fractionBps = Math.min(fractionBps, PoolMath.BPS);
        uint256 today = STAKING.currentEpoch();
        uint256 firstEpoch = infractionTime / EPOCH;
        preview.inReach = infractionTime <= block.timestamp && firstEpoch + _period() >= today;
        if (!preview.inReach || fractionBps == 0) return preview;
        uint256 era = STAKING.eraAt(operator, infractionTime);
        for (uint256 epoch = firstEpoch; epoch <= today; ++epoch) {
            _slashBucket(preview, operator, STAKING.bucketIdOf(operator, era, epoch), fractionBps);
        }
        if (era == STAKING.eraOf(operator)) _slashPool(preview, operator, fractionBps);
        preview.bounty = (preview.ownLoss * STAKING.config().bountyBps) / PoolMath.BPS;
    }

    // Inside

    function _slashBucket(
        SlashPreview memory preview,
        address operator,
        uint256 bucketId,
        uint256 fractionBps
    ) private view {
        (uint256 tokens, uint256 shares) = STAKING.bucketOf(operator, bucketId);
        if (tokens == 0) return;
        (uint256 ownShares, ) = STAKING.unbondingOf(operator, operator, bucketId);
        (uint256 loss, ) = _poolWith(tokens, shares).slashUp(fractionBps);
        preview.unbondingLoss += loss;
        // As the ledger keeps them.
        ownShares = uint40(0).withOwnShares(ownShares).ownSharesDown();
        preview.ownLoss += (loss * ownShares) / shares;
    }

    function _slashPool(SlashPreview memory preview, address operator, uint256 fractionBps) private view {
        Pool memory pool = _poolOf(operator);
        if (pool.tokens == 0) return;
        uint256 sharesBefore = pool.shares;
        (preview.activeLoss, preview.endsEra) = pool.slashUp(fractionBps);
        preview.ownLoss += (preview.activeLoss * STAKING.sharesOf(operator, operator)) / sharesBefore;
    }

    function _poolOf(address operator) private view returns (Pool memory) {
        (uint256 tokens, uint256 shares) = STAKING.poolOf(operator);
        return _poolWith(tokens, shares);
    }

    /// @dev The ledger keeps them in these widths.
    function _poolWith(uint256 tokens, uint256 shares) private pure returns (Pool memory) {
        return Pool({tokens: uint96(tokens), shares: uint120(shares), tag: 0});
    }

    /// @dev The eras in which the operator's pool was during an epoch that has begun.
    function _erasOf(address operator, uint256 epoch) private view returns (uint256 first, uint256 last) {
        return (STAKING.eraAt(operator, epoch * EPOCH), STAKING.eraAt(operator, (epoch + 1) * EPOCH - 1));
    }

    /// @dev At most eight, of which those that are over are left out.
    function _liveHolds(address operator) private view returns (IHolds.Hold[] memory live) {
        IHolds holds = STAKING.holds();
        bytes32[] memory ids = holds.holdsOf(operator);
        IHolds.Hold[] memory held = new IHolds.Hold[](ids.length);
        uint256 count;
        for (uint256 i = 0; i < ids.length; ++i) {
            IHolds.Hold memory hold = holds.holdOf(ids[i]);
            if (hold.operator != address(0)) held[count++] = hold;
        }
        live = new IHolds.Hold[](count);
        for (uint256 i = 0; i < count; ++i) live[i] = held[i];
    }

    function _checkCode(address account) private view {
        require(account.code.length != 0, LensContractWithoutCode(account));
    }

    function _period() private view returns (uint256) {
        return STAKING.config().unbondingPeriod;
    }
}
