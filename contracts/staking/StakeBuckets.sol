// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IStaking} from "./interfaces/IStaking.sol";
import {BucketId} from "./libraries/BucketId.sol";
import {BucketTag} from "./libraries/BucketTag.sol";
import {HoldLimits} from "./libraries/HoldLimits.sol";
import {Pool, PoolMath} from "./libraries/PoolMath.sol";

/// @title What has left the pools and waits: one bucket for each day, era and operator
/// @dev Of the two loops, the one over the buckets of a slash has at most the unbonding period + 1 steps, and 15 more
///      for a fault that is held; the one over the holds of a claim is in {IHolds}.
abstract contract StakeBuckets is IStaking {
    using BucketId for uint256;
    using BucketTag for uint40;
    using Math for uint256;
    using PoolMath for Pool;

    /// @dev What an account has in a bucket, and what it was paid of that while holds reserved the rest. One slot.
    struct Unbonding {
        uint120 shares;
        uint96 paid;
    }

    /// @dev A slash under way: whom and what it reaches, and what was lost so far.
    struct Slash {
        address operator;
        uint256 fractionBps;
        uint256 era;
        uint256 firstEpoch;
        bool held;
        uint256 activeLoss;
        uint256 unbondingLoss;
        uint256 ownLoss;
        // What the pool's votes of this second lost.
        uint256 votesLost;
    }

    /// @dev The length of an epoch, seconds.
    uint256 internal constant EPOCH = 1 days;

    uint256 internal immutable _unbondingPeriod;

    mapping(address operator => mapping(uint256 bucketKey => Pool)) private _buckets;
    mapping(address operator => mapping(address delegator => mapping(uint256 bucketId => Unbonding)))
        private _unbondings;
    mapping(address operator => mapping(uint256 bucketKey => uint256)) private _paid;

    /// @param unbondingPeriod Epochs.
    constructor(uint256 unbondingPeriod) {
        _unbondingPeriod = unbondingPeriod;
    }

    /// @inheritdoc IStaking
    function bucketIdOf(address operator, uint256 era, uint256 epoch) external view returns (uint256) {
        uint256 key = BucketId.keyOf(era, epoch);
        return BucketId.encode(key, _buckets[operator][key].tag.generationIn());
    }

    /// @inheritdoc IStaking
    function bucketOf(address operator, uint256 bucketId) external view returns (uint256 assets, uint256 shares) {
        Pool memory bucket = _bucketAt(operator, bucketId);
        if (bucket.shares == 0) return (0, 0);
        return (bucket.tokens - _paid[operator][bucketId.keyIn()], bucket.shares);
    }

    /// @inheritdoc IStaking
    function unbondingOf(
        address operator,
        address delegator,
        uint256 bucketId
    ) external view returns (uint256 bucketShares, uint256 assets) {
        Unbonding memory entry = _unbondingAt(operator, delegator, bucketId);
        bucketShares = entry.shares;
        assets = _bucketAt(operator, bucketId).toAssetsDown(bucketShares).saturatingSub(entry.paid);
    }

    /// @inheritdoc IStaking
    function claimableNow(address operator, address delegator, uint256 bucketId) external view returns (uint256) {
        if (block.timestamp < claimableAt(bucketId)) return 0;
        return _unreservedDown(operator, delegator, bucketId, reservedBps(operator, bucketId));
    }

    /// @inheritdoc IStaking
    function currentEpoch() public view returns (uint256) {
        return block.timestamp / EPOCH;
    }

    /// @inheritdoc IStaking
    function claimableAt(uint256 bucketId) public view returns (uint256) {
        // One epoch more than the period: the epoch in which the unbonding began does not count.
        return (bucketId.epochIn() + _unbondingPeriod + 1) * EPOCH;
    }

    /// @inheritdoc IStaking
    function reservedBps(address operator, uint256 bucketId) public view virtual returns (uint256);

    /// @dev Puts `assets` of the caller into the bucket of the present epoch.
    function _fillBucket(
        address operator,
        uint256 era,
        uint256 assets
    ) internal returns (uint256 bucketId, uint256 bucketShares) {
        uint256 key = BucketId.keyOf(era, currentEpoch());
        Pool memory bucket = _buckets[operator][key].load();
        bucketShares = bucket.deposit(assets);
        uint256 generation = bucket.tag.generationIn();
        bucketId = BucketId.encode(key, generation);
        require(generation != BucketTag.LAST_GENERATION, StakingBucketExhausted(bucketId));
        Unbonding storage entry = _unbondings[operator][msg.sender][bucketId];
        // At most what the bucket has, and that fits.
        uint120 shares = entry.shares + uint120(bucketShares);
        entry.shares = shares;
        if (msg.sender == operator) bucket.tag = bucket.tag.withOwnShares(shares);
        _buckets[operator][key].store(bucket);
    }

    /// @dev Takes out of a matured unbonding what no hold reserves.
    function _claimUnbonding(address operator, address delegator, uint256 bucketId) internal returns (uint256 assets) {
        Unbonding memory entry = _unbondingAt(operator, delegator, bucketId);
        require(entry.shares != 0, StakingNothingToClaim(operator, delegator, bucketId));
        uint256 maturity = claimableAt(bucketId);
        require(block.timestamp >= maturity, StakingNotYetClaimable(bucketId, maturity));
        uint256 reserved = reservedBps(operator, bucketId);
        return
            reserved == 0
                ? _claimRest(operator, delegator, bucketId, entry)
                : _claimUnreserved(operator, delegator, bucketId, reserved);
    }

    /// @dev Ends an unbonding: what it is worth and was not paid out yet.
    function _claimRest(
        address operator,
        address delegator,
        uint256 bucketId,
        Unbonding memory entry
    ) private returns (uint256 assets) {
        delete _unbondings[operator][delegator][bucketId];
        Pool memory bucket = _bucketAt(operator, bucketId);
        if (bucket.shares != 0) {
            // Never less than was paid: see {IHolds}. Saturating, so that no claim can be refused.
            assets = bucket.withdraw(entry.shares).saturatingSub(entry.paid);
            uint256 key = bucketId.keyIn();
            if (delegator == operator) bucket.tag = bucket.tag.withOwnShares(0);
            _buckets[operator][key].store(bucket);
            if (entry.paid != 0) _paid[operator][key] -= entry.paid;
        }
        emit UnbondingClaimed(operator, delegator, bucketId, entry.shares, assets);
    }

    /// @dev Pays out of an unbonding what no hold reserves. Its shares stay, as if nothing had been paid, so that a
    ///      slash takes its part of the whole; what was paid is remembered and deducted at the end.
    function _claimUnreserved(
        address operator,
        address delegator,
        uint256 bucketId,
        uint256 reserved
    ) private returns (uint256 assets) {
        assets = _unreservedDown(operator, delegator, bucketId, reserved);
        require(assets != 0, StakingClaimReserved(bucketId, reserved));
        // At most what the bucket has, and that fits.
        _unbondings[operator][delegator][bucketId].paid += uint96(assets);
        _paid[operator][bucketId.keyIn()] += assets;
        emit UnbondingAdvanced(operator, delegator, bucketId, assets, reserved);
    }

    /// @dev What is left of an unbonding beside what was paid and the reserved part, which is rounded up and has a
    ///      margin for the rounding of slashes to come.
    function _unreservedDown(
        address operator,
        address delegator,
        uint256 bucketId,
        uint256 reserved
    ) private view returns (uint256 assets) {
        Unbonding memory entry = _unbondingAt(operator, delegator, bucketId);
        assets = _bucketAt(operator, bucketId).toAssetsDown(entry.shares);
        if (reserved != 0) {
            assets = assets.saturatingSub(Math.ceilDiv(assets * reserved, PoolMath.BPS) + HoldLimits.RESERVE_MARGIN);
        }
        assets = assets.saturatingSub(entry.paid);
    }

    function _unbondingAt(
        address operator,
        address delegator,
        uint256 bucketId
    ) private view returns (Unbonding memory) {
        return _unbondings[operator][delegator][bucketId];
    }

    /// @dev The bucket that `bucketId` has claims on; empty if a slash wiped that generation.
    function _bucketAt(address operator, uint256 bucketId) private view returns (Pool memory bucket) {
        bucket = _buckets[operator][bucketId.keyIn()].load();
        if (bucket.tag.generationIn() != bucketId.generationIn()) {
            bucket.tokens = 0;
            bucket.shares = 0;
        }
    }

    /// @dev The epoch of an infraction that is neither in the future nor too old.
    function _infractionEpoch(uint256 infractionTime) internal view returns (uint256 epoch) {
        require(infractionTime <= block.timestamp, StakingInfractionInFuture(infractionTime, block.timestamp));
        uint256 oldestEpoch = currentEpoch() - _unbondingPeriod;
        epoch = infractionTime / EPOCH;
        require(epoch >= oldestEpoch, StakingInfractionTooOld(infractionTime, oldestEpoch * EPOCH));
    }

    /// @dev Slashes the era's buckets from the infraction's epoch to the present one: at most the unbonding period + 1,
    ///      and 15 more if the fault was held.
    function _slashBuckets(Slash memory loss) internal {
        mapping(uint256 bucketKey => Pool) storage buckets = _buckets[loss.operator];
        uint256 fractionBps = loss.fractionBps;
        uint256 last = BucketId.keyOf(loss.era, currentEpoch());
        for (uint256 key = BucketId.keyOf(loss.era, loss.firstEpoch); key <= last; ++key) {
            Pool storage bucket = buckets[key];
            (uint256 tokens, uint256 shares, uint40 tag) = bucket.parts();
            if (tokens == 0) continue;
            (uint256 bucketLoss, bool wiped) = PoolMath.lossUp(tokens, shares, fractionBps);
            if (wiped) {
                bucketLoss = _wipe(loss, key, bucketLoss, tag);
                bucket.write(0, 0, tag.wiped());
            } else {
                bucket.write(tokens - bucketLoss, shares, tag);
            }
            loss.unbondingLoss += bucketLoss;
            loss.ownLoss += (bucketLoss * tag.ownSharesDown()) / shares;
        }
    }

    /// @dev Ends a generation of a bucket; returns what is left of the loss beside what was paid out of it already.
    function _wipe(Slash memory loss, uint256 key, uint256 bucketLoss, uint40 tag) private returns (uint256) {
        emit BucketWiped(loss.operator, BucketId.encode(key, tag.generationIn()));
        // Only what has matured under a hold can have been paid in part.
        if (!loss.held) return bucketLoss;
        uint256 paid = _paid[loss.operator][key];
        if (paid != 0) delete _paid[loss.operator][key];
        return bucketLoss - paid;
    }
}
