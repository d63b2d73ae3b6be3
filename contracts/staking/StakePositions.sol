// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IStakeVotes} from "./interfaces/IStakeVotes.sol";
import {IStaking} from "./interfaces/IStaking.sol";
import {Pool, PoolMath} from "./libraries/PoolMath.sol";
import {RewardIndex} from "./libraries/RewardIndex.sol";
import {StakeVotes} from "./StakeVotes.sol";

/// @title Who has which part of a pool, and what the part has earned
/// @dev Rewards run in an index per share. A position is brought to the present when it is touched; the index of an era
///      that is over stays as it was at its end.
abstract contract StakePositions is IStaking, StakeVotes {
    using PoolMath for Pool;

    /// @dev An account's place behind an operator. `shares` and `paidIndex` count in the pool's era `era`; once the
    ///      pool is in a later one, the shares are void and what they earned by its end is still owed. One slot: 120
    ///      bits, 10, 1, 1, 24 and 100, from the lowest.
    struct Position {
        uint256 shares;
        uint256 era;
        // Whether the past is kept for votes.
        bool recorded;
        // Whether anybody may put the rewards back to work.
        bool compounds;
        // From when on what was added last has votes, in units of {_addedUnit}, rounded up.
        uint256 addedAt;
        uint256 paidIndex;
    }

    /// @dev What the pool's positions have in common. One slot: 100 bits, 120 and 10, from the lowest.
    struct Common {
        // Rewards per share since the era began.
        uint256 index;
        // The operator's own shares.
        uint256 ownShares;
        uint256 era;
    }

    /// @dev The last era: a pool that reaches it takes no stake any more.
    uint256 internal constant LAST_ERA = (1 << 10) - 1;
    /// @dev The shortest {_addedUnit}, seconds: 24 bits of it last until 2106.
    uint256 private constant MIN_ADDED_UNIT = 256;
    uint256 private constant MASK_100 = (1 << 100) - 1;
    uint256 private constant MASK_10 = (1 << 10) - 1;

    /// @dev Seconds; the interval of votes where that is longer than {MIN_ADDED_UNIT}.
    uint256 private immutable _addedUnit;

    /// @dev {Common} and {Position}, one word each.
    mapping(address operator => uint256) private _commons;
    mapping(address operator => mapping(address account => uint256)) private _positions;
    mapping(address operator => mapping(address account => uint256)) internal _credits;
    /// @dev What the last division of a reward left over, in 1e-18 base units, 120 bits, below the era's last index.
    mapping(address operator => mapping(uint256 era => uint256)) private _streams;

    constructor() {
        _addedUnit = Math.max(VOTE_INTERVAL, MIN_ADDED_UNIT);
    }

    /// @inheritdoc IStaking
    function standingOf(
        address operator
    ) external view returns (uint256 selfStake, uint256 poolAssets, bool tombstoned) {
        Pool memory pool = _pools[operator].load();
        selfStake = pool.toAssetsDown(_loadCommon(operator).ownShares);
        return (selfStake, pool.tokens, pool.tag & TOMBSTONED != 0);
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
        return _loadCommon(operator).era;
    }

    /// @inheritdoc IStaking
    function eraAt(address operator, uint256 time) external view returns (uint256) {
        return _eraAt(operator, _loadCommon(operator).era, time);
    }

    /// @inheritdoc IStaking
    function pendingReward(address operator, address account) external view returns (uint256) {
        Position memory position = _loadPosition(operator, account);
        return _credits[operator][account] + _earnedDown(operator, _loadCommon(operator), position);
    }

    /// @inheritdoc IStaking
    function choicesOf(address operator, address account) external view returns (bool recorded, bool compounds) {
        Position memory position = _loadPosition(operator, account);
        return (position.recorded, position.compounds);
    }

    /// @inheritdoc IStaking
    function sharesOf(address operator, address account) public view returns (uint256) {
        Position memory position = _loadPosition(operator, account);
        return position.era == _loadCommon(operator).era ? position.shares : 0;
    }

    /// @inheritdoc IStaking
    function stakeOf(address operator, address account) external view returns (uint256) {
        return _pools[operator].load().toAssetsDown(sharesOf(operator, account));
    }

    /// @inheritdoc IStaking
    function setAutoCompound(address operator, bool enabled) external {
        _registeredPool(operator);
        Position memory position = _settledPosition(operator, msg.sender, _loadCommon(operator));
        position.compounds = enabled;
        _storePosition(operator, msg.sender, position);
        emit AutoCompoundSet(operator, msg.sender, enabled);
    }

    /// @inheritdoc IStakeVotes
    function keepPositionRecord(address operator) external {
        _registeredPool(operator);
        Position memory position = _settledPosition(operator, msg.sender, _loadCommon(operator));
        require(!position.recorded, StakingPositionRecorded(operator, msg.sender));
        position.recorded = true;
        _storePosition(operator, msg.sender, position);
        _recordPosition(operator, msg.sender, position.era, position.shares);
        emit PositionRecordOpened(operator, msg.sender);
    }

    /// @dev Writes a position that has `shares` now instead of those in memory, and what the pool knows of it.
    function _storeShares(
        address operator,
        address account,
        Common memory common,
        Position memory position,
        uint256 shares
    ) internal {
        if (shares > position.shares) {
            uint256 unit = _addedUnit;
            // What somebody else adds takes no earlier votes from the account.
            if (msg.sender != account && !position.recorded) {
                _recordPast(operator, account, position.era, position.shares, position.addedAt * unit);
            }
            // Times are below 2^32, the unit is between 256 and a day.
            unchecked {
                position.addedAt = (_nextInterval() + unit - 1) / unit;
            }
        }
        position.shares = shares;
        _storePosition(operator, account, position);
        if (account == operator) {
            common.ownShares = shares;
            _storeCommon(operator, common);
        }
        if (position.recorded) _recordPosition(operator, account, position.era, shares);
    }

    /// @dev The position, in memory, brought to the present: shares of an ended era are void, earnings are credited.
    function _settledPosition(
        address operator,
        address account,
        Common memory common
    ) internal returns (Position memory position) {
        position = _loadPosition(operator, account);
        uint256 earned = _earnedDown(operator, common, position);
        if (earned != 0) _credits[operator][account] += earned;
        if (position.era != common.era) {
            if (!position.recorded) {
                _recordPast(operator, account, position.era, position.shares, position.addedAt * _addedUnit);
            }
            position.era = common.era;
            position.shares = 0;
        }
        position.paidIndex = common.index;
    }

    /// @dev Ends the pool's era: its shares are void, its index stays.
    function _endEra(address operator, Pool memory pool, Common memory common) internal {
        emit EraEnded(operator, common.era);
        _streams[operator][common.era] = common.index;
        common.index = 0;
        common.ownShares = 0;
        _recordEra(operator, ++common.era);
        if (common.era == LAST_ERA) pool.tag |= CLOSED;
        _storeCommon(operator, common);
    }

    /// @dev Raises the index by `amount`, of which what the division leaves over waits for the next reward.
    function _share(address operator, Common memory common, uint256 amount, uint256 shares) internal {
        mapping(uint256 era => uint256) storage streams = _streams[operator];
        (uint256 growth, uint256 rest) = RewardIndex.distribute(amount, shares, streams[common.era]);
        streams[common.era] = rest;
        common.index += growth;
        _storeCommon(operator, common);
    }

    /// @inheritdoc StakeVotes
    function _positionSince(
        address operator,
        address account,
        uint256 time
    ) internal view override returns (uint256 era, uint256 shares) {
        Position memory position = _loadPosition(operator, account);
        era = _eraAt(operator, _loadCommon(operator).era, time);
        if (position.era == era && position.addedAt * _addedUnit <= time) shares = position.shares;
    }

    /// @dev The pool of a registered operator.
    function _registeredPool(address operator) internal view returns (Pool memory pool) {
        pool = _pools[operator].load();
        require(pool.tag & OPEN != 0, StakingOperatorUnknown(operator));
    }

    function _loadCommon(address operator) internal view returns (Common memory common) {
        uint256 word = _commons[operator];
        common.index = word & MASK_100;
        common.ownShares = uint120(word >> 100);
        common.era = word >> 220;
    }

    function _storeCommon(address operator, Common memory common) internal {
        _commons[operator] = common.index | (common.ownShares << 100) | (common.era << 220);
    }

    function _storePosition(address operator, address account, Position memory position) internal {
        uint256 word =
            position.shares | (position.era << 120) | (position.addedAt << 132) | (position.paidIndex << 156);
        if (position.recorded) word |= 1 << 130;
        if (position.compounds) word |= 1 << 131;
        _positions[operator][account] = word;
    }

    /// @dev What the position's shares earned in their era since it was last settled.
    function _earnedDown(
        address operator,
        Common memory common,
        Position memory position
    ) private view returns (uint256) {
        if (position.shares == 0) return 0;
        uint256 index = position.era == common.era ? common.index : _streams[operator][position.era];
        if (index == position.paidIndex) return 0;
        return RewardIndex.earnedDown(position.shares, index, position.paidIndex);
    }

    function _loadPosition(address operator, address account) private view returns (Position memory position) {
        uint256 word = _positions[operator][account];
        position.shares = uint120(word);
        position.era = (word >> 120) & MASK_10;
        position.recorded = word & (1 << 130) != 0;
        position.compounds = word & (1 << 131) != 0;
        position.addedAt = uint24(word >> 132);
        position.paidIndex = word >> 156;
    }
}
