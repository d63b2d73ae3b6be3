// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IAttendance} from "./interfaces/IAttendance.sol";
import {IOperators} from "./interfaces/IOperators.sol";
import {IStaking} from "./interfaces/IStaking.sol";

/// @title The book of hours
/// @notice See {IAttendance}. It has no roles and no parameters, holds nothing, and nothing in the system is decided by
///         it. Immutable.
/// @dev One bit per hour, 256 hours in a slot: a new slot every 10.7 days, and between them one that is rewritten at
///      most once an hour.
contract Attendance is IAttendance {
    using Math for uint256;

    /// @inheritdoc IAttendance
    uint256 public constant MAX_HOURS = 366 * 24;
    /// @dev A word has 2^8 hours.
    uint256 private constant WORD_SHIFT = 8;
    uint256 private constant BIT_MASK = 0xff;

    /// @notice The operators.
    IOperators public immutable OPERATORS;

    mapping(address witness => mapping(address operator => mapping(uint256 word => uint256 bits))) private _seen;

    /// @param staking The stake ledger, with its operators.
    constructor(IStaking staking) {
        require(address(staking).code.length != 0, AttendanceLedgerWithoutCode(address(staking)));
        OPERATORS = staking.operators();
    }

    /// @inheritdoc IAttendance
    function attest(address operator) external {
        _record(msg.sender, operator);
    }

    /// @inheritdoc IAttendance
    function checkIn(address operator) external {
        IOperators.Operator memory record = OPERATORS.operatorOf(operator);
        require(record.registeredAt != 0, AttendanceOperatorUnknown(operator));
        require(record.exitedAt == 0, AttendanceOperatorExited(operator, record.exitedAt));
        require(
            msg.sender == operator || msg.sender == record.owner || msg.sender == record.signingKey,
            AttendanceCallerUnauthorized(msg.sender, operator)
        );
        _record(operator, operator);
    }

    /// @inheritdoc IAttendance
    function hoursSeen(
        address witness,
        address operator,
        uint256 fromHour,
        uint256 toHour
    ) external view returns (uint256 count) {
        toHour = Math.min(toHour, currentHour() + 1);
        fromHour = Math.max(fromHour, toHour.saturatingSub(MAX_HOURS));
        if (fromHour >= toHour) return 0;
        uint256 firstWord = fromHour >> WORD_SHIFT;
        uint256 lastWord = (toHour - 1) >> WORD_SHIFT;
        for (uint256 word = firstWord; word <= lastWord; ++word) {
            uint256 bits = _seen[witness][operator][word];
            if (word == firstWord) bits &= type(uint256).max << (fromHour & BIT_MASK);
            if (word == lastWord) bits &= type(uint256).max >> (BIT_MASK - ((toHour - 1) & BIT_MASK));
            count += _countOnes(bits);
        }
    }

    /// @inheritdoc IAttendance
    function currentHour() public view returns (uint256) {
        return block.timestamp / 1 hours;
    }

    function _record(address witness, address operator) private {
        uint256 hour = currentHour();
        mapping(uint256 word => uint256 bits) storage book = _seen[witness][operator];
        uint256 bits = book[hour >> WORD_SHIFT];
        uint256 bit = 1 << (hour & BIT_MASK);
        if (bits & bit != 0) return;
        book[hour >> WORD_SHIFT] = bits | bit;
        emit OperatorSeen(witness, operator, hour);
    }

    /// @dev Adds neighbours, then neighbouring sums, until every 16 bits hold a sum of at most 16. The product adds
    ///      those into the highest 16 bits, where 256 has room.
    function _countOnes(uint256 bits) private pure returns (uint256) {
        // No lane of a sum overflows, the difference is taken from at least as much in each pair of bits, and only the
        // highest lane of the product is looked at.
        unchecked {
            bits -= (bits >> 1) & (type(uint256).max / 3);
            bits = (bits & (type(uint256).max / 5)) + ((bits >> 2) & (type(uint256).max / 5));
            bits = (bits + (bits >> 4)) & (type(uint256).max / 17);
            bits = (bits + (bits >> 8)) & (type(uint256).max / 257);
            return (bits * (type(uint256).max / 65_535)) >> 240;
        }
    }
}
