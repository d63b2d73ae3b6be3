// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IStaking} from "./interfaces/IStaking.sol";
import {IValueLocks} from "./interfaces/IValueLocks.sol";

/// @title The ledger of value locks
/// @notice See {IValueLocks}. Immutable; holds no tokens and can move none.
/// @dev Locks that end on the same day are one sum. The sum of the day on which the last lock ends stays in the
///      operator's own slot, since the windows of calls are equally long and so end together: all calls of a day but
///      the first write one slot. The total is brought to the present by subtracting the sums of the days that have
///      passed, at most {MAX_DAYS} of them, so no cost grows with the number of calls.
contract ValueLocks is IValueLocks, AccessManaged {
    using Math for uint256;
    using SafeCast for uint256;

    /// @dev The locks of an operator. One slot; days are counted since 1970-01-01.
    struct Total {
        // All locks that had not ended when `day` began.
        uint96 locked;
        // Those of them that end with the last one, which are not in `_endingOn` yet.
        uint96 lastAmount;
        uint16 day;
        // The day before which these end; 0 while there never was a lock.
        uint16 lastDay;
        uint32 calls;
    }

    /// @notice The most cover that calls can ask for, bps of their price: a thousand times.
    uint256 public constant MAX_COVER_BPS = 10_000_000;

    /// @notice The staking contract whose self-stake is locked.
    IStaking public immutable STAKING;
    /// @notice The longest window, days: the unbonding period.
    uint256 public immutable MAX_DAYS;

    /// @inheritdoc IValueLocks
    uint256 public coverBps;
    mapping(address operator => Total) private _totals;
    mapping(address operator => mapping(uint256 day => uint256)) private _endingOn;

    /// @param authority    The AccessManager.
    /// @param staking      The staking contract.
    /// @param firstCoverBps What calls ask for until a vote changes it; see {setCover}.
    constructor(address authority, IStaking staking, uint256 firstCoverBps) AccessManaged(authority) {
        require(address(staking).code.length != 0, ValueLocksStakingWithoutCode(address(staking)));
        STAKING = staking;
        MAX_DAYS = staking.config().unbondingPeriod;
        _setCover(firstCoverBps);
    }

    /// @inheritdoc IValueLocks
    function lock(address operator, uint256 amount, uint256 until) external restricted {
        // Check
        uint256 latest = block.timestamp + MAX_DAYS * 1 days;
        require(until > block.timestamp && until <= latest, ValueLocksWindowOutOfRange(until, latest));
        Total memory total = _totals[operator];
        uint256 locked = _lockedNow(operator, total);
        uint256 free = _selfStakeOf(operator).saturatingSub(locked);
        require(amount <= free, ValueLocksSelfStakeTooLow(operator, amount, free));
        // Effect
        uint256 day = until / 1 days + 1;
        if (day != total.lastDay) {
            if (total.lastDay > _today()) _endingOn[operator][total.lastDay] += total.lastAmount;
            total.lastAmount = _endingOn[operator][day].toUint96();
            if (total.lastAmount != 0) delete _endingOn[operator][day];
            total.lastDay = day.toUint16();
        }
        total.locked = (locked + amount).toUint96();
        // Not more than all locks, which fit.
        total.lastAmount += uint96(amount);
        total.day = _today().toUint16();
        if (total.calls != type(uint32).max) ++total.calls;
        _totals[operator] = total;
        emit ValueLocked(operator, msg.sender, amount, day * 1 days);
    }

    /// @inheritdoc IValueLocks
    function setCover(uint256 newCoverBps) external restricted {
        _setCover(newCoverBps);
    }

    /// @inheritdoc IValueLocks
    function freeOf(address operator) external view returns (uint256) {
        return _selfStakeOf(operator).saturatingSub(lockedOf(operator));
    }

    /// @inheritdoc IValueLocks
    function callsOf(address operator) external view returns (uint256) {
        return _totals[operator].calls;
    }

    /// @inheritdoc IValueLocks
    function lockedOf(address operator) public view returns (uint256 locked) {
        return _lockedNow(operator, _totals[operator]);
    }

    function _setCover(uint256 newCoverBps) private {
        require(newCoverBps <= MAX_COVER_BPS, ValueLocksCoverAboveLimit(newCoverBps, MAX_COVER_BPS));
        emit CoverSet(coverBps, newCoverBps);
        coverBps = newCoverBps;
    }

    function _lockedNow(address operator, Total memory total) private view returns (uint256 locked) {
        locked = total.locked;
        if (locked == 0) return 0;
        uint256 today = _today();
        // No lock made on `total.day` or before ends later than this.
        uint256 last = Math.min(today, uint256(total.day) + MAX_DAYS + 1);
        for (uint256 day = uint256(total.day) + 1; day <= last; ++day) locked -= _endingOn[operator][day];
        if (total.lastDay > total.day && total.lastDay <= today) locked -= total.lastAmount;
    }

    /// @dev Read as whoever asks whether the operator is active reads it: in the same transaction that costs little.
    function _selfStakeOf(address operator) private view returns (uint256 selfStake) {
        (selfStake, , ) = STAKING.standingOf(operator);
    }

    function _today() private view returns (uint256) {
        return block.timestamp / 1 days;
    }
}
