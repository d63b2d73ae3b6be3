// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {OperatorRoles} from "../libraries/OperatorRoles.sol";
import {IStaking, StakingConfig} from "./interfaces/IStaking.sol";
import {BucketId} from "./libraries/BucketId.sol";
import {Pool, PoolMath} from "./libraries/PoolMath.sol";
import {RewardIndex, RewardStream} from "./libraries/RewardIndex.sol";
import {StakeVotes} from "./StakeVotes.sol";

/// @title The stake ledger
/// @notice See {IStaking} for what it does and on which assumptions.
///
/// ROLES. {slash} and {jail} belong to whom the AccessManager says. No role can move stake anywhere but into a slash,
/// stop an exit or change a constant.
///
/// LIVENESS. {unbond}, {claim}, {claimReward} and {claimBounty} depend on nothing but the token. The one loop, over the
/// buckets of a slash, has at most `unbondingPeriod + 1` steps.
///
/// UPGRADES. None: the contract holds value and is immutable. A successor is a new contract that stakers move to.
contract Staking is IStaking, StakeVotes, AccessManaged, ReentrancyGuardTransient {
    using BucketId for uint256;
    using Checkpoints for Checkpoints.Trace208;
    using PoolMath for Pool;
    using RewardIndex for RewardStream;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @dev What {OperatorState} does not hold of an operator. One slot.
    struct OperatorRecord {
        address signingKey;
        uint40 registeredAt;
    }

    /// @dev An account's place behind an operator. `shares` and `perSharePaid` count in the pool's era `era`; once the
    ///      pool is in a later one, the shares are void and what they earned by its end is still owed. One slot.
    struct Position {
        uint120 shares;
        uint16 era;
        uint120 perSharePaid;
    }

    /// @dev A slash under way: whom and what it reaches, and what was lost so far.
    struct Slash {
        address operator;
        uint256 fractionBps;
        uint256 era;
        uint256 firstEpoch;
        uint256 activeLoss;
        uint256 unbondingLoss;
        uint256 ownLoss;
    }

    /// @notice The length of an epoch, seconds.
    uint256 public constant EPOCH = 1 days;
    /// @notice The longest unbonding period that can be configured, epochs; bounds the cost of a slash.
    uint256 public constant MAX_UNBONDING_PERIOD = 30;
    /// @notice The highest bounty that can be configured, bps of the operator's own loss.
    uint256 public constant MAX_BOUNTY_BPS = 2_000;
    /// @notice The longest term of {jail}, seconds.
    uint256 public constant MAX_JAIL_TERM = 365 days;
    /// @notice Where slashed OPG goes when the token cannot burn.
    address public constant BURN_ADDRESS = 0x000000000000000000000000000000000000dEaD;

    IERC20 private immutable _token;
    uint256 private immutable _minSelfStake;
    uint256 private immutable _minDelegation;
    uint256 private immutable _unbondingPeriod;
    uint256 private immutable _maxCommissionBps;
    uint256 private immutable _bountyBps;
    bool private immutable _tokenBurnable;

    mapping(address operator => OperatorRecord) private _operators;
    mapping(address signingKey => address operator) private _operatorOfKey;
    mapping(address operator => Checkpoints.Trace208) private _eraStarts;
    mapping(address operator => mapping(address account => Position)) private _positions;
    mapping(address operator => mapping(address account => uint256)) private _credits;
    mapping(address operator => mapping(uint256 era => RewardStream)) private _rewards;
    mapping(address operator => mapping(uint256 bucketKey => Pool)) private _buckets;
    mapping(address operator => mapping(address delegator => mapping(uint256 bucketId => uint256))) private _unbondings;
    mapping(bytes32 faultId => bool) private _punished;
    mapping(address challenger => uint256) private _bounties;

    /// @param authority The AccessManager.
    /// @param token_    The OPG token.
    /// @param config_   The constants; see {StakingConfig}.
    constructor(address authority, address token_, StakingConfig memory config_) AccessManaged(authority) {
        require(token_.code.length != 0, StakingTokenWithoutCode(token_));
        require(
            config_.unbondingPeriod != 0 && config_.unbondingPeriod <= MAX_UNBONDING_PERIOD,
            StakingUnbondingPeriodOutOfRange(config_.unbondingPeriod, MAX_UNBONDING_PERIOD)
        );
        require(
            config_.maxCommissionBps <= PoolMath.BPS,
            StakingCommissionAboveLimit(config_.maxCommissionBps, PoolMath.BPS)
        );
        require(config_.bountyBps <= MAX_BOUNTY_BPS, StakingBountyAboveLimit(config_.bountyBps, MAX_BOUNTY_BPS));
        require(
            config_.minDelegation >= RewardIndex.MIN_SHARES,
            StakingMinDelegationBelowLimit(config_.minDelegation, RewardIndex.MIN_SHARES)
        );
        _token = IERC20(token_);
        _minSelfStake = config_.minSelfStake;
        _minDelegation = config_.minDelegation;
        _unbondingPeriod = config_.unbondingPeriod;
        _maxCommissionBps = config_.maxCommissionBps;
        _bountyBps = config_.bountyBps;
        _tokenBurnable = config_.tokenBurnable;
    }

    // Views

    /// @inheritdoc IStaking
    function token() external view returns (address) {
        return address(_token);
    }

    /// @inheritdoc IStaking
    function config() external view returns (StakingConfig memory) {
        return
            StakingConfig({
                minSelfStake: _minSelfStake,
                minDelegation: _minDelegation,
                unbondingPeriod: _unbondingPeriod,
                maxCommissionBps: _maxCommissionBps,
                bountyBps: _bountyBps,
                tokenBurnable: _tokenBurnable
            });
    }

    /// @inheritdoc IStaking
    function operatorOf(address operator) external view returns (Operator memory) {
        OperatorRecord memory record = _operators[operator];
        OperatorState memory state = _states[operator];
        return
            Operator({
                signingKey: record.signingKey,
                roles: state.roles,
                commissionBps: state.commissionBps,
                registeredAt: record.registeredAt,
                jailedUntil: state.jailedUntil,
                tombstoned: state.tombstoned
            });
    }

    /// @inheritdoc IStaking
    function operatorOfKey(address signingKey) external view returns (address) {
        return _operatorOfKey[signingKey];
    }

    /// @inheritdoc IStaking
    function isActive(address operator, uint8 roles) external view returns (bool) {
        OperatorState memory state = _states[operator];
        if (state.roles == 0 || state.tombstoned) return false;
        if (state.roles & roles != roles || block.timestamp < state.jailedUntil) return false;
        return stakeOf(operator, operator) >= _minSelfStake;
    }

    /// @inheritdoc IStaking
    function poolOf(address operator) external view returns (uint256 assets, uint256 shares) {
        Pool memory pool = _pools[operator];
        return (pool.tokens, pool.shares);
    }

    /// @inheritdoc IStaking
    function eraOf(address operator) external view returns (uint256) {
        return _states[operator].era;
    }

    /// @inheritdoc IStaking
    function bucketOf(address operator, uint256 bucketId) external view returns (uint256 assets, uint256 shares) {
        Pool memory bucket = _bucketAt(operator, bucketId);
        return (bucket.tokens, bucket.shares);
    }

    /// @inheritdoc IStaking
    function unbondingOf(
        address operator,
        address delegator,
        uint256 bucketId
    ) external view returns (uint256 bucketShares, uint256 assets) {
        bucketShares = _unbondings[operator][delegator][bucketId];
        assets = _bucketAt(operator, bucketId).toAssetsDown(bucketShares);
    }

    /// @inheritdoc IStaking
    function pendingReward(address operator, address account) external view returns (uint256) {
        Position memory position = _positions[operator][account];
        return _credits[operator][account] + _earnedDown(operator, position);
    }

    /// @inheritdoc IStaking
    function bountyOf(address account) external view returns (uint256) {
        return _bounties[account];
    }

    /// @inheritdoc IStaking
    function pendingBurn() external view returns (uint256) {
        return _totals.pendingBurn;
    }

    /// @inheritdoc IStaking
    function isPunished(bytes32 faultId) external view returns (bool) {
        return _punished[faultId];
    }

    /// @inheritdoc IStaking
    function previewStake(address operator, uint256 assets) external view returns (uint256 shares) {
        return _pools[operator].toSharesDown(assets);
    }

    /// @inheritdoc IStaking
    function previewUnbond(address operator, uint256 shares) external view returns (uint256 assets, uint256 bucketId) {
        Pool memory pool = _pools[operator];
        uint256 key = BucketId.keyOf(_states[operator].era, currentEpoch());
        return (pool.toAssetsDown(shares), BucketId.encode(key, _buckets[operator][key].stamp));
    }

    /// @inheritdoc IStaking
    function sharesOf(address operator, address account) public view returns (uint256) {
        Position memory position = _positions[operator][account];
        return position.era == _states[operator].era ? position.shares : 0;
    }

    /// @inheritdoc IStaking
    function stakeOf(address operator, address account) public view returns (uint256) {
        return _pools[operator].toAssetsDown(sharesOf(operator, account));
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

    // Operators

    /// @inheritdoc IStaking
    function registerOperator(uint8 roles, address signingKey, uint16 commissionBps) external {
        // Check
        require(!_isOperator(msg.sender), StakingOperatorAlreadyRegistered(msg.sender));
        require(roles != 0 && roles & ~OperatorRoles.ALL == 0, StakingRolesInvalid(roles));
        require(signingKey != address(0), StakingSigningKeyZero());
        address holder = _operatorOfKey[signingKey];
        require(holder == address(0), StakingSigningKeyTaken(signingKey, holder));
        require(commissionBps <= _maxCommissionBps, StakingCommissionAboveLimit(commissionBps, _maxCommissionBps));
        // Effect
        OperatorState memory state;
        state.roles = roles;
        state.commissionBps = commissionBps;
        _openVotes(msg.sender, state);
        _states[msg.sender] = state;
        _operators[msg.sender] = OperatorRecord(signingKey, uint40(block.timestamp));
        _operatorOfKey[signingKey] = msg.sender;
        emit OperatorRegistered(msg.sender, signingKey, roles, commissionBps);
    }

    /// @inheritdoc IStaking
    function jail(address operator, uint256 until) external restricted {
        require(_isOperator(operator), StakingOperatorUnknown(operator));
        OperatorState storage state = _states[operator];
        uint256 latest = block.timestamp + MAX_JAIL_TERM;
        require(
            until > state.jailedUntil && until <= latest,
            StakingJailTermOutOfRange(until, state.jailedUntil, latest)
        );
        state.jailedUntil = uint32(until);
        emit OperatorJailed(operator, until);
    }

    // Stake

    /// @inheritdoc IStaking
    function stake(address operator, uint256 assets) external nonReentrant returns (uint256 shares) {
        // Check
        require(!_stateOf(operator).tombstoned, StakingOperatorTombstoned(operator));
        require(assets >= _minDelegation, StakingBelowMinimum(assets, _minDelegation));
        // Interaction: first, because what arrives is part of the check
        _pull(assets);
        // Effect: all state is read after the token was called
        OperatorState memory state = _states[operator];
        Pool memory pool = _pools[operator];
        Position memory position = _settledPosition(operator, msg.sender, state.era);
        uint256 tokensBefore = pool.tokens;
        shares = pool.deposit(assets);
        position.shares = (position.shares + shares).toUint120();
        _positions[operator][msg.sender] = position;
        _recordVotes(operator, state, pool, tokensBefore);
        _recordTotals(assets, 0, 0);
        _pools[operator] = pool;
        _states[operator] = state;
        emit Staked(operator, msg.sender, assets, shares);
    }

    /// @inheritdoc IStaking
    function unbond(address operator, uint256 shares) external returns (uint256 assets, uint256 bucketId) {
        // Check
        OperatorState memory state = _states[operator];
        Position memory position = _settledPosition(operator, msg.sender, state.era);
        require(shares <= position.shares, StakingInsufficientShares(msg.sender, shares, position.shares));
        // Effect
        Pool memory pool = _pools[operator];
        uint256 tokensBefore = pool.tokens;
        assets = pool.withdraw(shares);
        require(assets != 0, StakingNothingToUnbond(shares));
        position.shares = uint120(position.shares - shares);
        _positions[operator][msg.sender] = position;
        _recordVotes(operator, state, pool, tokensBefore);
        _recordTotals(0, assets, 0);
        _pools[operator] = pool;
        _states[operator] = state;

        uint256 bucketShares;
        (bucketId, bucketShares) = _fillBucket(operator, state.era, assets);
        emit UnbondingRequested(operator, msg.sender, bucketId, assets, shares, bucketShares, claimableAt(bucketId));
    }

    /// @inheritdoc IStaking
    function claim(
        address operator,
        address delegator,
        uint256 bucketId
    ) external nonReentrant returns (uint256 assets) {
        // Check
        uint256 bucketShares = _unbondings[operator][delegator][bucketId];
        require(bucketShares != 0, StakingNothingToClaim(operator, delegator, bucketId));
        uint256 maturity = claimableAt(bucketId);
        require(block.timestamp >= maturity, StakingNotYetClaimable(bucketId, maturity));
        // Effect
        delete _unbondings[operator][delegator][bucketId];
        Pool memory bucket = _bucketAt(operator, bucketId);
        if (bucket.shares != 0) {
            assets = bucket.withdraw(bucketShares);
            _buckets[operator][bucketId.keyIn()] = bucket;
        }
        emit UnbondingClaimed(operator, delegator, bucketId, bucketShares, assets);
        // Interaction
        if (assets != 0) _token.safeTransfer(delegator, assets);
    }

    // Slashing

    /// @inheritdoc IStaking
    function slash(
        address operator,
        uint256 fractionBps,
        uint256 infractionTime,
        bytes32 faultId,
        address challenger,
        bool tombstone
    ) external restricted nonReentrant returns (uint256 slashed, uint256 bounty) {
        // Check
        OperatorState memory state = _stateOf(operator);
        require(fractionBps != 0 && fractionBps <= PoolMath.BPS, StakingFractionOutOfRange(fractionBps, PoolMath.BPS));
        require(!_punished[faultId], StakingFaultAlreadyPunished(faultId));
        Slash memory loss;
        loss.operator = operator;
        loss.fractionBps = fractionBps;
        loss.firstEpoch = _infractionEpoch(infractionTime);
        loss.era = _eraAt(operator, state.era, infractionTime);
        // Effect
        _punished[faultId] = true;
        _slashBuckets(loss);
        _slashPool(loss, state);
        slashed = loss.activeLoss + loss.unbondingLoss;
        if (challenger != address(0)) bounty = (loss.ownLoss * _bountyBps) / PoolMath.BPS;
        _recordTotals(0, loss.activeLoss, slashed - bounty);
        emit OperatorSlashed(
            operator,
            faultId,
            msg.sender,
            fractionBps,
            infractionTime,
            loss.activeLoss,
            loss.unbondingLoss,
            bounty
        );
        _creditBounty(challenger, operator, faultId, bounty);
        if (tombstone && !state.tombstoned) {
            state.tombstoned = true;
            emit OperatorTombstoned(operator, faultId);
        }
        _states[operator] = state;
    }

    /// @inheritdoc IStaking
    function burnSlashed() external nonReentrant returns (uint256 amount) {
        amount = _totals.pendingBurn;
        if (amount == 0) return 0;
        _totals.pendingBurn = 0;
        emit SlashedBurned(amount);
        if (_tokenBurnable) ERC20Burnable(address(_token)).burn(amount);
        else _token.safeTransfer(BURN_ADDRESS, amount);
    }

    /// @inheritdoc IStaking
    function claimBounty(address account) external nonReentrant returns (uint256 amount) {
        amount = _bounties[account];
        if (amount == 0) return 0;
        delete _bounties[account];
        emit BountyClaimed(account, amount);
        _token.safeTransfer(account, amount);
    }

    // Rewards

    /// @inheritdoc IStaking
    function distributeReward(address operator, uint256 amount) external nonReentrant {
        // Check
        require(_isOperator(operator), StakingOperatorUnknown(operator));
        require(amount != 0, StakingRewardZero());
        // Interaction: first, because what arrives is part of the check
        _pull(amount);
        // Effect: all state is read after the token was called
        OperatorState memory state = _states[operator];
        Pool memory pool = _pools[operator];
        bool shared = pool.shares >= RewardIndex.MIN_SHARES;
        uint256 commission = shared ? (amount * state.commissionBps) / PoolMath.BPS : amount;
        if (shared) _rewards[operator][state.era].distribute(amount - commission, pool.shares);
        if (commission != 0) _credits[operator][operator] += commission;
        emit RewardDistributed(operator, amount, commission);
    }

    /// @inheritdoc IStaking
    function claimReward(address operator, address account) external nonReentrant returns (uint256 amount) {
        _positions[operator][account] = _settledPosition(operator, account, _states[operator].era);
        amount = _credits[operator][account];
        if (amount == 0) return 0;
        delete _credits[operator][account];
        emit RewardClaimed(operator, account, amount);
        _token.safeTransfer(account, amount);
    }

    // Inside: positions

    /// @dev The position, in memory, brought to the present: shares of an ended era are void, earnings are credited.
    function _settledPosition(
        address operator,
        address account,
        uint16 era
    ) private returns (Position memory position) {
        position = _positions[operator][account];
        uint256 earned = _earnedDown(operator, position);
        if (earned != 0) _credits[operator][account] += earned;
        if (position.era != era) {
            position.era = era;
            position.shares = 0;
        }
        position.perSharePaid = _rewards[operator][era].perShare;
    }

    /// @dev What the position's shares earned in their era since it was last settled.
    function _earnedDown(address operator, Position memory position) private view returns (uint256) {
        if (position.shares == 0) return 0;
        return _rewards[operator][position.era].earnedDown(position.shares, position.perSharePaid);
    }

    // Inside: buckets

    /// @dev Puts `assets` of the caller into the bucket of the present epoch.
    function _fillBucket(
        address operator,
        uint256 era,
        uint256 assets
    ) private returns (uint256 bucketId, uint256 bucketShares) {
        uint256 key = BucketId.keyOf(era, currentEpoch());
        Pool memory bucket = _buckets[operator][key];
        bucketShares = bucket.deposit(assets);
        if (msg.sender == operator) bucket.holdsOwn = true;
        _buckets[operator][key] = bucket;
        bucketId = BucketId.encode(key, bucket.stamp);
        _unbondings[operator][msg.sender][bucketId] += bucketShares;
    }

    /// @dev The bucket that `bucketId` has claims on; empty if a slash wiped that generation.
    function _bucketAt(address operator, uint256 bucketId) private view returns (Pool memory bucket) {
        bucket = _buckets[operator][bucketId.keyIn()];
        if (bucket.stamp != bucketId.generationIn()) {
            bucket.tokens = 0;
            bucket.shares = 0;
        }
    }

    // Inside: slashing

    /// @dev The epoch of an infraction that is neither in the future nor too old.
    function _infractionEpoch(uint256 infractionTime) private view returns (uint256 epoch) {
        require(infractionTime <= block.timestamp, StakingInfractionInFuture(infractionTime, block.timestamp));
        uint256 oldestEpoch = currentEpoch() - _unbondingPeriod;
        epoch = infractionTime / EPOCH;
        require(epoch >= oldestEpoch, StakingInfractionTooOld(infractionTime, oldestEpoch * EPOCH));
    }

    /// @dev The era of the operator's pool at `time`; `era` is the present one.
    function _eraAt(address operator, uint256 era, uint256 time) private view returns (uint256) {
        if (era == 0) return 0;
        return time < clock() ? _eraStarts[operator].upperLookupRecent(uint48(time)) : era;
    }

    /// @dev Slashes the active pool, unless its era began after the infraction. The caller stores `state`.
    function _slashPool(Slash memory loss, OperatorState memory state) private {
        Pool memory pool = _pools[loss.operator];
        uint256 tokensBefore = pool.tokens;
        if (state.era != loss.era || tokensBefore == 0) return;
        uint256 sharesBefore = pool.shares;
        uint256 ownShares = sharesOf(loss.operator, loss.operator);
        bool wiped;
        (loss.activeLoss, wiped) = pool.slashUp(loss.fractionBps);
        loss.ownLoss += (loss.activeLoss * ownShares) / sharesBefore;
        _recordVotes(loss.operator, state, pool, tokensBefore);
        _pools[loss.operator] = pool;
        if (wiped) {
            _eraStarts[loss.operator].push(clock(), ++state.era);
            emit EraEnded(loss.operator, loss.era);
        }
    }

    /// @dev Slashes the era's buckets from the infraction's epoch to the present one: at most the unbonding period + 1.
    function _slashBuckets(Slash memory loss) private {
        mapping(uint256 bucketKey => Pool) storage buckets = _buckets[loss.operator];
        mapping(uint256 bucketId => uint256) storage own = _unbondings[loss.operator][loss.operator];
        uint256 last = BucketId.keyOf(loss.era, currentEpoch());
        for (uint256 key = BucketId.keyOf(loss.era, loss.firstEpoch); key <= last; ++key) {
            Pool memory bucket = buckets[key];
            if (bucket.tokens == 0) continue;
            uint256 bucketId = BucketId.encode(key, bucket.stamp);
            uint256 sharesBefore = bucket.shares;
            (uint256 bucketLoss, bool wiped) = bucket.slashUp(loss.fractionBps);
            loss.unbondingLoss += bucketLoss;
            if (bucket.holdsOwn) loss.ownLoss += (bucketLoss * own[bucketId]) / sharesBefore;
            if (wiped) {
                ++bucket.stamp;
                bucket.holdsOwn = false;
                emit BucketWiped(loss.operator, bucketId);
            }
            buckets[key] = bucket;
        }
    }

    function _creditBounty(address challenger, address operator, bytes32 faultId, uint256 bounty) private {
        if (bounty == 0) return;
        _bounties[challenger] += bounty;
        emit BountyCredited(challenger, operator, faultId, bounty);
    }

    // Inside: tokens and lookups

    /// @dev Takes `amount` from the caller and refuses a token that delivers another amount.
    function _pull(uint256 amount) private {
        uint256 balanceBefore = _token.balanceOf(address(this));
        _token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = _token.balanceOf(address(this)) - balanceBefore;
        require(received == amount, StakingTransferFeeRefused(received, amount));
    }

    /// @dev The state of a registered operator.
    function _stateOf(address operator) private view returns (OperatorState memory state) {
        state = _states[operator];
        require(state.roles != 0, StakingOperatorUnknown(operator));
    }
}
