// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IOperators, OperatorsConfig} from "./interfaces/IOperators.sol";
import {IStakeVotes} from "./interfaces/IStakeVotes.sol";
import {IStaking, StakingConfig, StakingWindows} from "./interfaces/IStaking.sol";
import {BucketId} from "./libraries/BucketId.sol";
import {Pool, PoolMath} from "./libraries/PoolMath.sol";
import {RewardIndex, RewardStream} from "./libraries/RewardIndex.sol";
import {Operators} from "./Operators.sol";
import {StakeHolds} from "./StakeHolds.sol";
import {StakeVotes} from "./StakeVotes.sol";

/// @title The stake ledger
/// @notice See {IStaking} for what it does and on which assumptions.
///
/// ROLES. {slash}, {hold} and {releaseHold} belong to whom the AccessManager says. No role can move stake anywhere but
/// into a slash or change a constant; a hold delays the part of an exit that it reserves, for 14 days at most.
///
/// LIVENESS. {unbond}, {claim}, {claimReward} and {claimBounty} depend on nothing but the token and, for an operator's
/// own rewards, the contract of operators, which this one created. Of the two loops, the one over the buckets of a
/// slash has at most `unbondingPeriod + 1` steps, and 15 more for a fault that is held; the one over the holds of a
/// claim has at most {MAX_HOLDS}.
///
/// UPGRADES. None: the contract holds value and is immutable. A successor is a new contract that stakers move to.
contract Staking is IStaking, StakeVotes, StakeHolds, AccessManaged, ReentrancyGuardTransient {
    using BucketId for uint256;
    using Math for uint256;
    using PoolMath for Pool;
    using RewardIndex for RewardStream;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @dev An account's place behind an operator. `shares` and `perSharePaid` count in the pool's era `era`; once the
    ///      pool is in a later one, the shares are void and what they earned by its end is still owed. One slot.
    struct Position {
        uint120 shares;
        // Below 2^14.
        uint16 era;
        // Whether the past is kept for votes.
        bool recorded;
        // Whether anybody may put the rewards back to work.
        bool compounds;
        uint120 perSharePaid;
    }

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
    }

    /// @dev The length of an epoch, seconds.
    uint256 private constant EPOCH = 1 days;
    /// @dev The longest unbonding period that can be configured, epochs; bounds the cost of a slash.
    uint256 private constant MAX_UNBONDING_PERIOD = 30;
    /// @dev The highest bounty that can be configured, bps of the operator's own loss.
    uint256 private constant MAX_BOUNTY_BPS = 2_000;
    /// @dev Where slashed OPG goes when the token cannot burn.
    address private constant BURN_ADDRESS = 0x000000000000000000000000000000000000dEaD;

    /// @dev What fits into {Position.era}.
    uint16 private constant MAX_ERA = (1 << 14) - 1;

    IERC20 private immutable _token;
    IOperators private immutable _operators;
    uint256 private immutable _minDelegation;
    uint256 private immutable _maxDelegationRatio;
    uint256 private immutable _unbondingPeriod;
    /// @dev {StakingWindows} in one word, from the lowest bit, 32 bits each.
    uint256 private immutable _windows;
    uint256 private immutable _bountyBps;
    bool private immutable _tokenBurnable;

    mapping(address operator => mapping(address account => Position)) private _positions;
    mapping(address operator => mapping(address account => uint256)) private _credits;
    mapping(address operator => mapping(uint256 era => RewardStream)) private _rewards;
    mapping(address operator => mapping(uint256 bucketKey => Pool)) private _buckets;
    mapping(address operator => mapping(address delegator => mapping(uint256 bucketId => Unbonding)))
        private _unbondings;
    mapping(address operator => mapping(uint256 bucketKey => uint256)) private _paid;
    mapping(address challenger => uint256) private _bounties;

    /// @param authority       The AccessManager.
    /// @param token_          The OPG token.
    /// @param config_         The constants; see {StakingConfig}.
    /// @param operatorsConfig Those of the contract of operators; see {OperatorsConfig}.
    constructor(
        address authority,
        address token_,
        StakingConfig memory config_,
        OperatorsConfig memory operatorsConfig
    ) AccessManaged(authority) {
        require(token_.code.length != 0, StakingTokenWithoutCode(token_));
        require(
            config_.unbondingPeriod != 0 && config_.unbondingPeriod <= MAX_UNBONDING_PERIOD,
            StakingUnbondingPeriodOutOfRange(config_.unbondingPeriod, MAX_UNBONDING_PERIOD)
        );
        require(config_.bountyBps <= MAX_BOUNTY_BPS, StakingBountyAboveLimit(config_.bountyBps, MAX_BOUNTY_BPS));
        require(
            config_.minDelegation >= RewardIndex.MIN_SHARES,
            StakingMinDelegationBelowLimit(config_.minDelegation, RewardIndex.MIN_SHARES)
        );
        _token = IERC20(token_);
        _minDelegation = config_.minDelegation;
        _maxDelegationRatio = config_.maxDelegationRatio;
        _windows = _checkedWindows(config_.windows, config_.unbondingPeriod * EPOCH);
        _unbondingPeriod = config_.unbondingPeriod;
        _bountyBps = config_.bountyBps;
        _tokenBurnable = config_.tokenBurnable;
        _operators = new Operators(authority, this, operatorsConfig);
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
                minDelegation: _minDelegation,
                maxDelegationRatio: _maxDelegationRatio,
                unbondingPeriod: _unbondingPeriod,
                windows: StakingWindows({
                    evidence: uint32(_windows),
                    response: uint32(_windows >> 32),
                    appeal: uint32(_windows >> 64),
                    slack: uint32(_windows >> 96)
                }),
                bountyBps: _bountyBps,
                tokenBurnable: _tokenBurnable
            });
    }

    /// @inheritdoc IStaking
    function operators() external view returns (IOperators) {
        return _operators;
    }

    /// @inheritdoc IStaking
    function standingOf(
        address operator
    ) external view returns (uint256 selfStake, uint256 poolAssets, bool tombstoned) {
        Pool memory pool = _pools[operator].load();
        selfStake = pool.toAssetsDown(sharesOf(operator, operator));
        return (selfStake, pool.tokens, _loadState(operator).tombstoned);
    }

    /// @inheritdoc IStaking
    function poolOf(address operator) external view returns (uint256 assets, uint256 shares) {
        Pool memory pool = _pools[operator].load();
        return (pool.tokens, pool.shares);
    }

    /// @inheritdoc IStaking
    function getPastStake(address operator, uint256 timepoint) external view returns (uint256) {
        return _pastStakeOf(operator, timepoint);
    }

    /// @inheritdoc IStaking
    function eraOf(address operator) external view returns (uint256) {
        return _states[operator].era;
    }

    /// @inheritdoc IStaking
    function eraAt(address operator, uint256 time) external view returns (uint256) {
        return _eraAt(operator, _states[operator].era, time);
    }

    /// @inheritdoc IStaking
    function bucketIdOf(address operator, uint256 era, uint256 epoch) external view returns (uint256) {
        uint256 key = BucketId.keyOf(era, epoch);
        return BucketId.encode(key, _buckets[operator][key].stamp);
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
    function holdsOf(address operator) external view returns (bytes32[] memory) {
        return _holdsOf(operator);
    }

    /// @inheritdoc IStaking
    function holdOf(bytes32 faultId) external view returns (Hold memory found) {
        (Fault memory fault, bool held, ) = _faultOf(faultId);
        if (held) found = Hold(fault.operator, fault.fractionBps, fault.infractionTime, fault.deadline);
    }

    /// @inheritdoc IStaking
    function pendingReward(address operator, address account) external view returns (uint256) {
        Position memory position = _loadPosition(operator, account);
        return _credits[operator][account] + _earnedDown(operator, position);
    }

    /// @inheritdoc IStaking
    function choicesOf(address operator, address account) external view returns (bool recorded, bool compounds) {
        Position memory position = _loadPosition(operator, account);
        return (position.recorded, position.compounds);
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
        (, , bool punished) = _faultOf(faultId);
        return punished;
    }

    /// @inheritdoc IStaking
    function sharesOf(address operator, address account) public view returns (uint256) {
        Position memory position = _loadPosition(operator, account);
        return position.era == _states[operator].era ? position.shares : 0;
    }

    /// @inheritdoc IStaking
    function stakeOf(address operator, address account) public view returns (uint256) {
        return _pools[operator].load().toAssetsDown(sharesOf(operator, account));
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
    function reservedBps(address operator, uint256 bucketId) public view returns (uint256) {
        return _reservedBps(operator, bucketId.eraIn(), bucketId.epochIn(), EPOCH);
    }

    /// @inheritdoc IStaking
    function openPool(address operator) external {
        _checkOperators();
        _openVotes(operator);
        emit PoolOpened(operator);
    }

    /// @inheritdoc IStaking
    function closePool(address operator) external {
        _checkOperators();
        _states[operator].closed = true;
        emit PoolClosed(operator);
    }

    // Stake

    /// @inheritdoc IStaking
    function stake(address operator, uint256 assets) external returns (uint256 shares) {
        return stakeFor(operator, msg.sender, assets);
    }

    /// @inheritdoc IStaking
    function compound(address operator, address account) external nonReentrant returns (uint256 assets) {
        // Check
        Position memory position = _settledPosition(operator, account, _states[operator].era);
        require(msg.sender == account || position.compounds, StakingCompoundUnauthorized(msg.sender, account));
        if (account == operator) {
            address payee = _operators.payeeOf(operator);
            require(payee == address(0) || payee == operator, StakingRewardsHavePayee(operator, payee));
        }
        assets = _credits[operator][account];
        OperatorState memory state = _openStateOf(operator, assets);
        // Effect
        delete _credits[operator][account];
        emit RewardClaimed(operator, account, assets);
        _deposit(operator, state, account, position, assets);
    }

    /// @inheritdoc IStaking
    function setAutoCompound(address operator, bool enabled) external {
        Position memory position = _settledPosition(operator, msg.sender, _stateOf(operator).era);
        position.compounds = enabled;
        _storePosition(operator, msg.sender, position);
        emit AutoCompoundSet(operator, msg.sender, enabled);
    }

    /// @inheritdoc IStakeVotes
    function keepPositionRecord(address operator) external {
        uint16 era = _stateOf(operator).era;
        Position memory position = _settledPosition(operator, msg.sender, era);
        require(!position.recorded, StakingPositionRecorded(operator, msg.sender));
        position.recorded = true;
        _storePosition(operator, msg.sender, position);
        _recordPosition(operator, msg.sender, era, position.shares);
        emit PositionRecordOpened(operator, msg.sender);
    }

    /// @inheritdoc IStaking
    function unbondAssets(address operator, uint256 assets) external returns (uint256 shares, uint256 bucketId) {
        Pool memory pool = _pools[operator].load();
        // More than the whole pool is more than anybody has.
        if (assets > pool.tokens) shares = type(uint256).max;
        else if (assets != 0) shares = Math.ceilDiv(assets * pool.shares, pool.tokens);
        (, bucketId) = unbond(operator, shares);
    }

    /// @inheritdoc IStaking
    function stakeFor(address operator, address account, uint256 assets) public nonReentrant returns (uint256 shares) {
        // Check
        _openStateOf(operator, assets);
        // Interaction: before the effects, because what arrives is part of the check
        _pull(assets);
        // Effect: all state is read after the token was called
        OperatorState memory state = _loadState(operator);
        return _deposit(operator, state, account, _settledPosition(operator, account, state.era), assets);
    }

    /// @inheritdoc IStaking
    function unbond(address operator, uint256 shares) public returns (uint256 assets, uint256 bucketId) {
        // Check
        OperatorState memory state = _loadState(operator);
        Position memory position = _settledPosition(operator, msg.sender, state.era);
        require(shares <= position.shares, StakingInsufficientShares(msg.sender, shares, position.shares));
        // Effect
        Pool memory pool = _pools[operator].load();
        uint256 tokensBefore = pool.tokens;
        assets = pool.withdraw(shares);
        require(assets != 0, StakingNothingToUnbond(shares));
        position.shares = uint120(position.shares - shares);
        _storeShares(operator, msg.sender, position);
        _recordTotals(0, assets, 0);
        _storePool(operator, state, pool, tokensBefore);

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
        require(
            _unbondings[operator][delegator][bucketId].shares != 0,
            StakingNothingToClaim(operator, delegator, bucketId)
        );
        uint256 maturity = claimableAt(bucketId);
        require(block.timestamp >= maturity, StakingNotYetClaimable(bucketId, maturity));
        // Effect
        uint256 reserved = reservedBps(operator, bucketId);
        assets =
            reserved == 0
                ? _claimRest(operator, delegator, bucketId)
                : _claimUnreserved(operator, delegator, bucketId, reserved);
        // Interaction
        if (assets != 0) _token.safeTransfer(delegator, assets);
    }

    // Slashing

    /// @inheritdoc IStaking
    function hold(
        address operator,
        uint256 fractionBps,
        uint256 infractionTime,
        bytes32 faultId,
        uint256 deadline
    ) external restricted {
        // Check
        OperatorState memory state = _accused(operator, fractionBps);
        _infractionEpoch(infractionTime);
        uint256 latest = block.timestamp + MAX_HOLD_TERM;
        require(deadline > block.timestamp && deadline <= latest, StakingHoldTermOutOfRange(deadline, latest));
        // Effect
        Fault memory fault = Fault({
            operator: operator,
            infractionTime: uint32(infractionTime),
            deadline: uint32(deadline),
            fractionBps: uint16(fractionBps),
            era: uint16(_eraAt(operator, state.era, infractionTime))
        });
        _openHold(faultId, fault);
        emit StakeHeld(operator, faultId, fractionBps, infractionTime, deadline);
    }

    /// @inheritdoc IStaking
    function releaseHold(bytes32 faultId) external restricted {
        emit HoldReleased(_closeHold(faultId), faultId);
    }

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
        OperatorState memory state = _accused(operator, fractionBps);
        // Effect
        Slash memory loss = _convict(operator, fractionBps, infractionTime, faultId);
        loss.era = _eraAt(operator, state.era, infractionTime);
        _slashBuckets(loss);
        _slashPool(loss, state);
        slashed = loss.activeLoss + loss.unbondingLoss;
        if (challenger != address(0)) bounty = (loss.ownLoss * _bountyBps) / PoolMath.BPS;
        _recordTotals(0, loss.activeLoss, slashed - bounty);
        emit OperatorSlashed(
            operator,
            faultId,
            msg.sender,
            loss.fractionBps,
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
        _storeState(operator, state);
    }

    /// @inheritdoc IStaking
    function burnSlashed() external returns (uint256 amount) {
        // No guard: the only effect comes before the token is called.
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
        OperatorState memory state = _loadState(operator);
        Pool memory pool = _pools[operator].load();
        bool shared = pool.shares >= RewardIndex.MIN_SHARES;
        uint256 commission = shared ? (amount * _operators.commissionOf(operator)) / PoolMath.BPS : amount;
        if (shared) _rewards[operator][state.era].distribute(amount - commission, pool.shares);
        if (commission != 0) _credits[operator][operator] += commission;
        emit RewardDistributed(operator, amount, commission);
    }

    /// @inheritdoc IStaking
    function claimReward(address operator, address account) external nonReentrant returns (uint256 amount) {
        _storePosition(operator, account, _settledPosition(operator, account, _states[operator].era));
        amount = _credits[operator][account];
        if (amount == 0) return 0;
        delete _credits[operator][account];
        emit RewardClaimed(operator, account, amount);
        address payee = account == operator ? _operators.payeeOf(operator) : account;
        _token.safeTransfer(payee == address(0) ? account : payee, amount);
    }

    // Inside: stake

    /// @dev Puts assets that are here already behind the operator, as stake of `account`.
    function _deposit(
        address operator,
        OperatorState memory state,
        address account,
        Position memory position,
        uint256 assets
    ) private returns (uint256 shares) {
        Pool memory pool = _pools[operator].load();
        if (account != operator) _checkRatio(operator, pool, assets);
        // Effect
        uint256 tokensBefore = pool.tokens;
        shares = pool.deposit(assets);
        position.shares = (position.shares + shares).toUint120();
        _storeShares(operator, account, position);
        _recordTotals(assets, 0, 0);
        _storePool(operator, state, pool, tokensBefore);
        emit Staked(operator, account, assets, shares);
    }

    /// @dev Refuses to delegate more than the operator's self-stake supports. Only here, never when stake leaves.
    function _checkRatio(address operator, Pool memory pool, uint256 assets) private view {
        if (_maxDelegationRatio == 0) return;
        uint256 selfStake = pool.toAssetsDown(sharesOf(operator, operator));
        uint256 limit = selfStake * _maxDelegationRatio;
        uint256 delegated = pool.tokens - selfStake + assets;
        require(delegated <= limit, StakingDelegationAboveLimit(operator, delegated, limit));
    }

    /// @dev Writes an operator's pool and what depends on its assets.
    function _storePool(address operator, OperatorState memory state, Pool memory pool, uint256 tokensBefore) private {
        _recordVotes(operator, state, pool, tokensBefore);
        _pools[operator].store(pool);
        _storeState(operator, state);
    }

    // Inside: positions

    /// @dev Writes a position whose shares have changed.
    function _storeShares(address operator, address account, Position memory position) private {
        _storePosition(operator, account, position);
        if (position.recorded) _recordPosition(operator, account, position.era, position.shares);
    }

    /// @dev The position, in memory, brought to the present: shares of an ended era are void, earnings are credited.
    function _settledPosition(
        address operator,
        address account,
        uint16 era
    ) private returns (Position memory position) {
        position = _loadPosition(operator, account);
        uint256 earned = _earnedDown(operator, position);
        if (earned != 0) _credits[operator][account] += earned;
        if (position.era != era) {
            position.era = era;
            position.shares = 0;
        }
        position.perSharePaid = _rewards[operator][era].perShare;
    }

    function _loadPosition(address operator, address account) private view returns (Position memory position) {
        Position storage stored = _positions[operator][account];
        uint256 word;
        assembly ("memory-safe") {
            word := sload(stored.slot)
        }
        position.shares = uint120(word);
        position.era = uint16(word >> 120) & MAX_ERA;
        position.recorded = word & (1 << 134) != 0;
        position.compounds = word & (1 << 135) != 0;
        position.perSharePaid = uint120(word >> 136);
    }

    function _storePosition(address operator, address account, Position memory position) private {
        Position storage stored = _positions[operator][account];
        uint256 word = uint256(position.shares);
        word |= (uint256(position.era) << 120) | (uint256(position.perSharePaid) << 136);
        if (position.recorded) word |= 1 << 134;
        if (position.compounds) word |= 1 << 135;
        assembly ("memory-safe") {
            sstore(stored.slot, word)
        }
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
        Pool memory bucket = _buckets[operator][key].load();
        bucketShares = bucket.deposit(assets);
        if (msg.sender == operator) bucket.holdsOwn = true;
        _buckets[operator][key].store(bucket);
        bucketId = BucketId.encode(key, bucket.stamp);
        // At most what the bucket has, and that fits.
        _unbondings[operator][msg.sender][bucketId].shares += uint120(bucketShares);
    }

    /// @dev Ends an unbonding: what it is worth and was not paid out yet.
    function _claimRest(address operator, address delegator, uint256 bucketId) private returns (uint256 assets) {
        Unbonding memory entry = _unbondingAt(operator, delegator, bucketId);
        delete _unbondings[operator][delegator][bucketId];
        Pool memory bucket = _bucketAt(operator, bucketId);
        if (bucket.shares != 0) {
            // Never less than was paid: see {StakeHolds}. Saturating, so that no claim can be refused.
            assets = bucket.withdraw(entry.shares).saturatingSub(entry.paid);
            uint256 key = bucketId.keyIn();
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
            assets = assets.saturatingSub(Math.ceilDiv(assets * reserved, PoolMath.BPS) + RESERVE_MARGIN);
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
        if (bucket.stamp != bucketId.generationIn()) {
            bucket.tokens = 0;
            bucket.shares = 0;
        }
    }

    // Inside: slashing

    /// @dev Marks the fault as punished and says what the slash reaches. A held fault may be older than others and
    ///      takes at most what was held; all of the hold's terms must be met.
    function _convict(
        address operator,
        uint256 fractionBps,
        uint256 infractionTime,
        bytes32 faultId
    ) private returns (Slash memory loss) {
        Fault memory fault = _punish(faultId);
        loss.operator = operator;
        loss.held = fault.operator != address(0);
        if (loss.held) {
            require(
                fault.operator == operator && fault.infractionTime == infractionTime,
                StakingHoldMismatch(faultId, fault.operator, fault.infractionTime)
            );
            loss.fractionBps = Math.min(fractionBps, fault.fractionBps);
            loss.firstEpoch = infractionTime / EPOCH;
        } else {
            loss.fractionBps = fractionBps;
            loss.firstEpoch = _infractionEpoch(infractionTime);
        }
    }

    /// @dev The epoch of an infraction that is neither in the future nor too old.
    function _infractionEpoch(uint256 infractionTime) private view returns (uint256 epoch) {
        require(infractionTime <= block.timestamp, StakingInfractionInFuture(infractionTime, block.timestamp));
        uint256 oldestEpoch = currentEpoch() - _unbondingPeriod;
        epoch = infractionTime / EPOCH;
        require(epoch >= oldestEpoch, StakingInfractionTooOld(infractionTime, oldestEpoch * EPOCH));
    }

    /// @dev Slashes the active pool, unless its era began after the infraction. The caller stores `state`.
    function _slashPool(Slash memory loss, OperatorState memory state) private {
        Pool memory pool = _pools[loss.operator].load();
        uint256 tokensBefore = pool.tokens;
        if (state.era != loss.era || tokensBefore == 0) return;
        uint256 sharesBefore = pool.shares;
        uint256 ownShares = sharesOf(loss.operator, loss.operator);
        bool wiped;
        (loss.activeLoss, wiped) = pool.slashUp(loss.fractionBps);
        loss.ownLoss += (loss.activeLoss * ownShares) / sharesBefore;
        _recordVotes(loss.operator, state, pool, tokensBefore);
        _pools[loss.operator].store(pool);
        if (wiped) {
            _recordEra(loss.operator, ++state.era);
            emit EraEnded(loss.operator, loss.era);
        }
    }

    /// @dev Slashes the era's buckets from the infraction's epoch to the present one: at most the unbonding period + 1,
    ///      and 15 more if the fault was held.
    function _slashBuckets(Slash memory loss) private {
        mapping(uint256 bucketKey => Pool) storage buckets = _buckets[loss.operator];
        mapping(uint256 bucketId => Unbonding) storage own = _unbondings[loss.operator][loss.operator];
        uint256 last = BucketId.keyOf(loss.era, currentEpoch());
        for (uint256 key = BucketId.keyOf(loss.era, loss.firstEpoch); key <= last; ++key) {
            Pool memory bucket = buckets[key].load();
            if (bucket.tokens == 0) continue;
            uint256 bucketId = BucketId.encode(key, bucket.stamp);
            uint256 sharesBefore = bucket.shares;
            // Only what has matured under a hold can have been paid in part.
            uint256 paid = loss.held ? _paid[loss.operator][key] : 0;
            (uint256 bucketLoss, bool wiped) = bucket.slashUp(loss.fractionBps);
            if (wiped) bucketLoss -= paid;
            loss.unbondingLoss += bucketLoss;
            if (bucket.holdsOwn) loss.ownLoss += (bucketLoss * own[bucketId].shares) / sharesBefore;
            if (wiped) {
                ++bucket.stamp;
                bucket.holdsOwn = false;
                if (paid != 0) delete _paid[loss.operator][key];
                emit BucketWiped(loss.operator, bucketId);
            }
            buckets[key].store(bucket);
        }
    }

    function _creditBounty(address challenger, address operator, bytes32 faultId, uint256 bounty) private {
        if (bounty == 0) return;
        _bounties[challenger] += bounty;
        emit BountyCredited(challenger, operator, faultId, bounty);
    }

    // Inside: tokens and lookups

    /// @dev The windows in one word; refused if they are together longer than `period`, seconds.
    function _checkedWindows(StakingWindows memory windows, uint256 period) private pure returns (uint256 word) {
        uint256 sum = uint256(windows.evidence) + windows.response + windows.appeal + windows.slack;
        require(sum <= period, StakingUnbondingShorterThanWindows(period, sum));
        word = uint256(windows.evidence) | (uint256(windows.response) << 32);
        word |= (uint256(windows.appeal) << 64) | (uint256(windows.slack) << 96);
    }

    /// @dev Takes `amount` from the caller and refuses a token that delivers another amount.
    function _pull(uint256 amount) private {
        uint256 balanceBefore = _token.balanceOf(address(this));
        _token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = _token.balanceOf(address(this)) - balanceBefore;
        require(received == amount, StakingTransferFeeRefused(received, amount));
    }

    function _checkOperators() private view {
        require(msg.sender == address(_operators), StakingCallerNotOperators(msg.sender, address(_operators)));
    }

    /// @dev The state of an operator who may lose `fractionBps`.
    function _accused(address operator, uint256 fractionBps) private view returns (OperatorState memory state) {
        state = _stateOf(operator);
        require(fractionBps != 0 && fractionBps <= PoolMath.BPS, StakingFractionOutOfRange(fractionBps, PoolMath.BPS));
    }

    /// @dev The state of an operator behind whom `assets` may be put.
    function _openStateOf(address operator, uint256 assets) private view returns (OperatorState memory state) {
        state = _stateOf(operator);
        require(!state.tombstoned, StakingOperatorTombstoned(operator));
        require(!state.closed, StakingPoolClosed(operator));
        require(assets >= _minDelegation, StakingBelowMinimum(assets, _minDelegation));
    }

    /// @dev The state of a registered operator.
    function _stateOf(address operator) private view returns (OperatorState memory state) {
        state = _loadState(operator);
        require(state.open, StakingOperatorUnknown(operator));
    }
}
