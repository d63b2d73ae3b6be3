// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IHolds} from "./interfaces/IHolds.sol";
import {IOperators, OperatorsConfig} from "./interfaces/IOperators.sol";
import {IStaking, StakingConfig, StakingWindows} from "./interfaces/IStaking.sol";
import {BucketId} from "./libraries/BucketId.sol";
import {Pool, PoolMath} from "./libraries/PoolMath.sol";
import {RewardIndex} from "./libraries/RewardIndex.sol";
import {Holds} from "./Holds.sol";
import {Operators} from "./Operators.sol";
import {StakeBuckets} from "./StakeBuckets.sol";
import {StakePositions} from "./StakePositions.sol";
import {StakeVotes} from "./StakeVotes.sol";

/// @title The stake ledger
/// @notice See {IStaking} for what it does and on which assumptions.
///
/// ROLES. {slash} belongs to whom the AccessManager says. No role can move stake anywhere but into a slash or change a
/// constant; a hold ({IHolds}) delays the part of an exit that it reserves, for 14 days at most.
///
/// LIVENESS. {unbond}, {claim}, {claimReward} and {claimBounty} depend on nothing but the token and two contracts that
/// this one created: for an operator's own rewards that of operators, for stake that is held that of holds. Its loops
/// are bounded: see {StakeBuckets}.
///
/// UPGRADES. None: the contract holds value and is immutable. A successor is a new contract that stakers move to.
contract Staking is StakePositions, StakeBuckets, AccessManaged, ReentrancyGuardTransient {
    using BucketId for uint256;
    using PoolMath for Pool;
    using SafeERC20 for IERC20;

    /// @dev The longest unbonding period that can be configured, epochs; bounds the cost of a slash.
    uint256 private constant MAX_UNBONDING_PERIOD = 30;
    /// @dev The highest bounty that can be configured, bps of the operator's own loss.
    uint256 private constant MAX_BOUNTY_BPS = 2_000;
    /// @dev The highest limit of delegation that can be configured, times the self-stake.
    uint256 private constant MAX_DELEGATION_RATIO = 10_000;
    /// @dev Where slashed OPG goes when the token cannot burn.
    address private constant BURN_ADDRESS = 0x000000000000000000000000000000000000dEaD;

    IERC20 private immutable _token;
    IOperators private immutable _operators;
    IHolds private immutable _holds;
    uint256 private immutable _minDelegation;
    uint256 private immutable _maxDelegationRatio;
    /// @dev {StakingWindows} in one word, from the lowest bit, 32 bits each.
    uint256 private immutable _windows;
    uint256 private immutable _bountyBps;
    bool private immutable _tokenBurnable;

    mapping(bytes32 faultId => bool) private _punished;
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
    ) AccessManaged(authority) StakeBuckets(config_.unbondingPeriod) StakeVotes(config_.voteInterval) {
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
        require(
            config_.maxDelegationRatio <= MAX_DELEGATION_RATIO,
            StakingDelegationRatioAboveLimit(config_.maxDelegationRatio, MAX_DELEGATION_RATIO)
        );
        require(
            config_.voteInterval != 0 && config_.voteInterval <= EPOCH,
            StakingVoteIntervalOutOfRange(config_.voteInterval, EPOCH)
        );
        _token = IERC20(token_);
        _minDelegation = config_.minDelegation;
        _maxDelegationRatio = config_.maxDelegationRatio;
        _windows = _checkedWindows(config_.windows, config_.unbondingPeriod * EPOCH);
        _bountyBps = config_.bountyBps;
        _tokenBurnable = config_.tokenBurnable;
        _operators = new Operators(authority, this, operatorsConfig);
        _holds = new Holds(authority, this, config_.unbondingPeriod);
    }

    // Views

    /// @inheritdoc IStaking
    function token() external view returns (address) {
        return address(_token);
    }

    /// @inheritdoc IStaking
    function config() external view returns (StakingConfig memory) {
        uint256 windows = _windows;
        return
            StakingConfig({
                minDelegation: _minDelegation,
                maxDelegationRatio: _maxDelegationRatio,
                unbondingPeriod: _unbondingPeriod,
                windows: StakingWindows({
                    evidence: uint32(windows),
                    response: uint32(windows >> 32),
                    appeal: uint32(windows >> 64),
                    slack: uint32(windows >> 96)
                }),
                bountyBps: _bountyBps,
                tokenBurnable: _tokenBurnable,
                voteInterval: VOTE_INTERVAL
            });
    }

    /// @inheritdoc IStaking
    function operators() external view returns (IOperators) {
        return _operators;
    }

    /// @inheritdoc IStaking
    function holds() external view returns (IHolds) {
        return _holds;
    }

    /// @inheritdoc IStaking
    function isPunished(bytes32 faultId) external view returns (bool) {
        return _punished[faultId];
    }

    /// @inheritdoc IStaking
    function bountyOf(address account) external view returns (uint256) {
        return _bounties[account];
    }

    /// @inheritdoc IStaking
    function pendingBurn() external view returns (uint256) {
        return _total.pendingBurn;
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
        _pools[operator].tag |= CLOSED;
        emit PoolClosed(operator);
    }

    /// @inheritdoc IStaking
    function setHeld(address operator, bool held) external {
        require(msg.sender == address(_holds), StakingCallerNotHolds(msg.sender, address(_holds)));
        Pool memory pool = _registeredPool(operator);
        _pools[operator].tag = held ? pool.tag | HELD : pool.tag & ~HELD;
    }

    // Stake

    /// @inheritdoc IStaking
    function stake(address operator, uint256 assets) external returns (uint256 shares) {
        return stakeFor(operator, msg.sender, assets);
    }

    /// @inheritdoc IStaking
    function compound(address operator, address account) external nonReentrant returns (uint256 assets) {
        // Check
        Common memory common = _loadCommon(operator);
        Position memory position = _settledPosition(operator, account, common);
        require(msg.sender == account || position.compounds, StakingCompoundUnauthorized(msg.sender, account));
        address payee = _payeeOf(operator, account);
        require(payee == account, StakingRewardsHavePayee(operator, payee));
        // Effect
        assets = _takeCredit(operator, account);
        Pool memory pool = _pools[operator].load();
        _checkOpen(operator, pool.tag, assets);
        _deposit(operator, pool, account, common, position, assets);
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
        _checkOpen(operator, _pools[operator].tag, assets);
        // Interaction: before the effects, because what arrives is part of the check
        _pull(assets);
        // Effect: all state is read after the token was called
        Common memory common = _loadCommon(operator);
        Position memory position = _settledPosition(operator, account, common);
        return _deposit(operator, _pools[operator].load(), account, common, position, assets);
    }

    /// @inheritdoc IStaking
    function unbond(address operator, uint256 shares) public returns (uint256 assets, uint256 bucketId) {
        // Check
        Common memory common = _loadCommon(operator);
        Position memory position = _settledPosition(operator, msg.sender, common);
        require(shares <= position.shares, StakingInsufficientShares(msg.sender, shares, position.shares));
        // Effect
        Pool memory pool = _pools[operator].load();
        (uint256 tokensBefore, uint256 sharesBefore) = (pool.tokens, pool.shares);
        assets = pool.withdraw(shares);
        require(assets != 0, StakingNothingToUnbond(shares));
        _storeShares(operator, msg.sender, common, position, position.shares - shares);
        _recordTotal(0, assets);
        _recordStake(operator, pool, tokensBefore, sharesBefore);
        _pools[operator].store(pool);
        uint256 bucketShares;
        (bucketId, bucketShares) = _fillBucket(operator, common.era, assets);
        emit UnbondingRequested(operator, msg.sender, bucketId, assets, shares, bucketShares, claimableAt(bucketId));
    }

    /// @inheritdoc IStaking
    function claim(
        address operator,
        address delegator,
        uint256 bucketId
    ) external nonReentrant returns (uint256 assets) {
        // Check and effect
        assets = _claimUnbonding(operator, delegator, bucketId);
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
        Pool memory pool = _accused(operator, fractionBps);
        // Effect
        Slash memory loss = _convict(operator, pool, fractionBps, infractionTime, faultId);
        Common memory common = _loadCommon(operator);
        loss.era = _eraAt(operator, common.era, infractionTime);
        _slashBuckets(loss);
        _slashPool(loss, pool, common);
        slashed = loss.activeLoss + loss.unbondingLoss;
        if (challenger != address(0)) bounty = (loss.ownLoss * _bountyBps) / PoolMath.BPS;
        _cutTotal(loss.activeLoss, loss.votesLost, slashed - bounty);
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
        if (tombstone && pool.tag & TOMBSTONED == 0) {
            pool.tag |= TOMBSTONED;
            emit OperatorTombstoned(operator, faultId);
        }
        _pools[operator].store(pool);
    }

    /// @inheritdoc IStaking
    function burnSlashed() external returns (uint256 amount) {
        // No guard: the only effect comes before the token is called.
        amount = _total.pendingBurn;
        if (amount == 0) return 0;
        _total.pendingBurn = 0;
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
        _registeredPool(operator);
        require(amount != 0, StakingRewardZero());
        // Interaction: first, because what arrives is part of the check
        _pull(amount);
        // Effect: all state is read after the token was called
        Common memory common = _loadCommon(operator);
        uint256 shares = _pools[operator].shares;
        bool shared = RewardIndex.isShareable(common.index, amount, shares);
        uint256 commission = shared ? (amount * _operators.commissionOf(operator)) / PoolMath.BPS : amount;
        if (shared) _share(operator, common, amount - commission, shares);
        if (commission != 0) _credits[operator][operator] += commission;
        emit RewardDistributed(operator, amount, commission);
    }

    /// @inheritdoc IStaking
    function claimReward(address operator, address account) external nonReentrant returns (uint256 amount) {
        _storePosition(operator, account, _settledPosition(operator, account, _loadCommon(operator)));
        amount = _takeCredit(operator, account);
        if (amount != 0) _token.safeTransfer(_payeeOf(operator, account), amount);
    }

    /// @inheritdoc IStaking
    function reservedBps(
        address operator,
        uint256 bucketId
    ) public view override(IStaking, StakeBuckets) returns (uint256) {
        if (_pools[operator].tag & HELD == 0) return 0;
        return _holds.reservedBps(operator, bucketId.eraIn(), bucketId.epochIn());
    }

    // Inside: stake

    /// @dev Puts assets that are here already behind the operator, as stake of `account`.
    function _deposit(
        address operator,
        Pool memory pool,
        address account,
        Common memory common,
        Position memory position,
        uint256 assets
    ) private returns (uint256 shares) {
        if (account != operator) _checkRatio(operator, pool, common, assets);
        // Effect
        (uint256 tokensBefore, uint256 sharesBefore) = (pool.tokens, pool.shares);
        shares = pool.deposit(assets);
        _storeShares(operator, account, common, position, position.shares + shares);
        _recordTotal(assets, 0);
        _recordStake(operator, pool, tokensBefore, sharesBefore);
        _pools[operator].store(pool);
        emit Staked(operator, account, assets, shares);
    }

    /// @dev Refuses to delegate more than the operator's self-stake supports. Only here, never when stake leaves.
    function _checkRatio(address operator, Pool memory pool, Common memory common, uint256 assets) private view {
        if (_maxDelegationRatio == 0) return;
        uint256 selfStake = pool.toAssetsDown(common.ownShares);
        uint256 limit = selfStake * _maxDelegationRatio;
        uint256 delegated = pool.tokens - selfStake + assets;
        require(delegated <= limit, StakingDelegationAboveLimit(operator, delegated, limit));
    }

    // Inside: slashing

    /// @dev Marks the fault as punished and says what the slash reaches. A held fault may be older than others and
    ///      takes at most what was held; all of the hold's terms must be met.
    function _convict(
        address operator,
        Pool memory pool,
        uint256 fractionBps,
        uint256 infractionTime,
        bytes32 faultId
    ) private returns (Slash memory loss) {
        require(!_punished[faultId], StakingFaultAlreadyPunished(faultId));
        _punished[faultId] = true;
        loss.operator = operator;
        loss.fractionBps = fractionBps;
        if (pool.tag & HELD != 0) {
            (uint256 heldBps, bool anyLeft) = _holds.convict(operator, faultId, infractionTime);
            if (!anyLeft) pool.tag &= ~HELD;
            loss.held = heldBps != 0;
            if (loss.held) loss.fractionBps = Math.min(fractionBps, heldBps);
        }
        loss.firstEpoch = loss.held ? infractionTime / EPOCH : _infractionEpoch(infractionTime);
    }

    /// @dev Slashes the active pool, in memory, unless its era began after the infraction.
    function _slashPool(Slash memory loss, Pool memory pool, Common memory common) private {
        uint256 tokensBefore = pool.tokens;
        if (common.era != loss.era || tokensBefore == 0) return;
        uint256 sharesBefore = pool.shares;
        bool wiped;
        (loss.activeLoss, wiped) = pool.slashUp(loss.fractionBps);
        loss.ownLoss += (loss.activeLoss * common.ownShares) / sharesBefore;
        loss.votesLost = _recordSlash(loss.operator, pool, tokensBefore);
        if (wiped) _endEra(loss.operator, pool, common);
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
        uint256 balanceBefore = _balance();
        _token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = _balance() - balanceBefore;
        require(received == amount, StakingTransferFeeRefused(received, amount));
    }

    function _balance() private view returns (uint256) {
        return _token.balanceOf(address(this));
    }

    /// @dev Takes the rewards of a settled position.
    function _takeCredit(address operator, address account) private returns (uint256 amount) {
        amount = _credits[operator][account];
        if (amount == 0) return 0;
        delete _credits[operator][account];
        emit RewardClaimed(operator, account, amount);
    }

    /// @dev Where the rewards of an account go.
    function _payeeOf(address operator, address account) private view returns (address payee) {
        if (account == operator) payee = _operators.payeeOf(operator);
        if (payee == address(0)) payee = account;
    }

    function _checkOperators() private view {
        require(msg.sender == address(_operators), StakingCallerNotOperators(msg.sender, address(_operators)));
    }

    /// @dev The pool of an operator who may lose `fractionBps`.
    function _accused(address operator, uint256 fractionBps) private view returns (Pool memory pool) {
        pool = _registeredPool(operator);
        require(fractionBps != 0 && fractionBps <= PoolMath.BPS, StakingFractionOutOfRange(fractionBps, PoolMath.BPS));
    }

    /// @dev Refuses to put `assets` behind an operator unless his pool, which has this tag, takes them.
    function _checkOpen(address operator, uint40 tag, uint256 assets) private view {
        require(tag & OPEN != 0, StakingOperatorUnknown(operator));
        require(tag & TOMBSTONED == 0, StakingOperatorTombstoned(operator));
        require(tag & CLOSED == 0, StakingPoolClosed(operator));
        require(assets >= _minDelegation, StakingBelowMinimum(assets, _minDelegation));
    }
}
