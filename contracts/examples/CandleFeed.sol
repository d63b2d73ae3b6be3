// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Hourly candles of one market, and the features that the fee model wants
/// @notice A reporter appends one candle per hour. The feed keeps the last 24 relative ranges, not the prices, because the
///         features are all it is asked for.
///
/// UNITS: ranges and returns are in 1e-5 (100_000 = 100 %), rounded down and capped at {MAXIMUM_FEATURE}; an hour is the
/// Unix time divided by 3_600; prices have any unit, the same for every candle.
/// ROLES: the reporter, fixed at construction, is trusted for the prices. Example code.
contract CandleFeed {
    /// @notice One hour of trading.
    /// @param hour  The hour it covers, in Unix hours.
    /// @param high  The highest price.
    /// @param low   The lowest price; not zero.
    /// @param close The last price; between low and high.
    struct Candle {
        uint32 hour;
        uint64 high;
        uint64 low;
        uint64 close;
    }

    /// @notice How many candles the features look back on.
    uint256 public constant WINDOW = 24;
    /// @notice 100 % in the unit of features.
    uint256 public constant FEATURE_UNIT = 1e5;
    /// @notice The largest feature: 12 bits.
    uint256 public constant MAXIMUM_FEATURE = 4095;
    /// @notice The most candles that one report takes.
    uint256 public constant MAXIMUM_REPORT = 48;

    /// @notice The account that appends candles.
    address public immutable REPORTER;

    /// @notice The hour of the newest candle.
    uint32 public latestHour;
    /// @dev Candles in an unbroken row of hours, up to {WINDOW}.
    uint32 private _count;
    uint64 private _lastClose;
    /// @dev Absolute change of the last close against the one before.
    uint32 private _lastReturn;
    /// @dev Ranges of the last hours, newest first, 12 bits each: 24 of them are 288 bits, hence two words of 12.
    uint256 private _newerRanges;
    uint256 private _olderRanges;

    event CandleReported(uint32 indexed hour, uint64 high, uint64 low, uint64 close);

    /// @notice Thrown when somebody else than the reporter reports.
    error FeedUnauthorizedReporter(address caller, address reporter);
    /// @notice Thrown when a candle is not newer than the newest.
    error FeedHourNotNewer(uint32 hour, uint32 latestHour);
    /// @notice Thrown when a candle's prices are not 0 < low <= close <= high.
    error FeedPricesInvalid(uint64 high, uint64 low, uint64 close);
    /// @notice Thrown when there are not yet enough consecutive candles.
    error FeedHistoryTooShort(uint256 candles, uint256 needed);
    /// @notice Thrown when a report has more candles than the limit.
    error FeedReportTooLong(uint256 candles, uint256 maximum);

    constructor(address reporter) {
        REPORTER = reporter;
    }

    /// @notice Appends candles, oldest first. After a missing hour the history starts anew.
    function report(Candle[] calldata candles) external {
        if (msg.sender != REPORTER) revert FeedUnauthorizedReporter(msg.sender, REPORTER);
        if (candles.length > MAXIMUM_REPORT) revert FeedReportTooLong(candles.length, MAXIMUM_REPORT);
        for (uint256 i = 0; i < candles.length; i++) {
            _append(candles[i]);
        }
    }

    /// @notice The inputs of the fee model, each in [0, {MAXIMUM_FEATURE}].
    /// @return values Range of the last hour, range of the hour before, mean range over 3, 6, 12 and 24 hours, largest range
    ///                of 24 hours, absolute change of the last close; means rounded down.
    function features() external view returns (uint256[] memory values) {
        if (_count < WINDOW) revert FeedHistoryTooShort(_count, WINDOW);
        values = new uint256[](8);
        uint256 sum = 0;
        uint256 maximum = 0;
        for (uint256 i = 0; i < WINDOW; i++) {
            uint256 range = _rangeAt(i);
            sum += range;
            maximum = Math.max(maximum, range);
            if (i == 0) values[0] = range;
            else if (i == 1) values[1] = range;
            else if (i == 2) values[2] = sum / 3;
            else if (i == 5) values[3] = sum / 6;
            else if (i == 11) values[4] = sum / 12;
        }
        values[5] = sum / WINDOW;
        values[6] = maximum;
        values[7] = _lastReturn;
    }

    function _append(Candle calldata candle) private {
        if (candle.hour <= latestHour) revert FeedHourNotNewer(candle.hour, latestHour);
        if (candle.low == 0 || candle.close < candle.low || candle.high < candle.close) {
            revert FeedPricesInvalid(candle.high, candle.low, candle.close);
        }
        bool consecutive = _count != 0 && candle.hour == latestHour + 1;
        _count = consecutive ? uint32(Math.min(_count + 1, WINDOW)) : 1;
        _lastReturn = consecutive ? uint32(_relative(candle.close, _lastClose)) : 0;
        _lastClose = candle.close;
        latestHour = candle.hour;
        _pushRange(_relative(candle.high, candle.low));
        emit CandleReported(candle.hour, candle.high, candle.low, candle.close);
    }

    /// @dev |a − b| / b in 1e-5, rounded down, capped; 0 < b.
    function _relative(uint64 a, uint64 b) private pure returns (uint256) {
        uint256 difference = a > b ? a - b : b - a;
        return Math.min((difference * FEATURE_UNIT) / b, MAXIMUM_FEATURE);
    }

    function _pushRange(uint256 range) private {
        uint256 mask = (1 << 144) - 1;
        uint256 leaving = _newerRanges >> 132;
        _newerRanges = ((_newerRanges << 12) | range) & mask;
        _olderRanges = ((_olderRanges << 12) | leaving) & mask;
    }

    function _rangeAt(uint256 hoursAgo) private view returns (uint256) {
        uint256 word = hoursAgo < 12 ? _newerRanges : _olderRanges;
        return (word >> (12 * (hoursAgo % 12))) & MAXIMUM_FEATURE;
    }
}
