// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IStaking} from "./interfaces/IStaking.sol";
import {IValueLocks} from "./interfaces/IValueLocks.sol";

/// @title The ledger of value locks
/// @notice See {IValueLocks}. Immutable; holds no tokens and can move none.
/// @dev Locks that end on the same day are one sum. The total is brought to the present by subtracting the sums of the
///      days that have passed, at most {MAX_DAYS} of them, so no cost grows with the number of calls.
contract ValueLocks is IValueLocks, AccessManaged {
    using Math for uint256;
    using SafeCast for uint256;

    /// @dev All locks of an operator that had not ended when day `day` began. One slot.
    struct Total {
        uint128 locked;
        uint128 day;
    }

    /// @notice The staking contract whose self-stake is locked.
    IStaking public immutable STAKING;
    /// @notice The longest window, days: the unbonding period.
    uint256 public immutable MAX_DAYS;

    mapping(address operator => Total) private _totals;
    mapping(address operator => mapping(uint256 day => uint256)) private _endingOn;

    /// @param authority The AccessManager.
    /// @param staking   The staking contract.
    constructor(address authority, IStaking staking) AccessManaged(authority) {
        require(address(staking).code.length != 0, ValueLocksStakingWithoutCode(address(staking)));
        STAKING = staking;
        MAX_DAYS = staking.config().unbondingPeriod;
    }

    /// @inheritdoc IValueLocks
    function lock(address operator, uint256 amount, uint256 until) external restricted {
        // Check
        uint256 latest = block.timestamp + MAX_DAYS * 1 days;
        require(until > block.timestamp && until <= latest, ValueLocksWindowOutOfRange(until, latest));
        uint256 locked = lockedOf(operator);
        uint256 free = STAKING.stakeOf(operator, operator).saturatingSub(locked);
        require(amount <= free, ValueLocksSelfStakeTooLow(operator, amount, free));
        // Effect
        uint256 day = until / 1 days + 1;
        _totals[operator] = Total((locked + amount).toUint128(), uint128(_today()));
        _endingOn[operator][day] += amount;
        emit ValueLocked(operator, msg.sender, amount, day * 1 days);
    }

    /// @inheritdoc IValueLocks
    function freeOf(address operator) external view returns (uint256) {
        return STAKING.stakeOf(operator, operator).saturatingSub(lockedOf(operator));
    }

    /// @inheritdoc IValueLocks
    function lockedOf(address operator) public view returns (uint256 locked) {
        Total memory total = _totals[operator];
        locked = total.locked;
        // No lock made on `total.day` or before ends later than this.
        uint256 last = Math.min(_today(), uint256(total.day) + MAX_DAYS + 1);
        for (uint256 day = uint256(total.day) + 1; day <= last; ++day) locked -= _endingOn[operator][day];
    }

    function _today() private view returns (uint256) {
        return block.timestamp / 1 days;
    }
}
