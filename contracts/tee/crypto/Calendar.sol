// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Dates of the Gregorian calendar as Unix seconds
library Calendar {
    /// @notice Unix seconds of a moment in UTC.
    /// @return time  Unix seconds; meaningless unless `valid`.
    /// @return valid Whether there is such a moment, at or after 1970. A leap second is none.
    function toUnix(
        uint256 year,
        uint256 month,
        uint256 day,
        uint256 hour,
        uint256 minute,
        uint256 second
    ) internal pure returns (uint256 time, bool valid) {
        unchecked {
            valid = hour < 24 && minute < 60 && second < 60 && year >= 1970 && _isDay(year, month, day);
            time = _daysUntil(year, month, day) * 1 days + hour * 3600 + minute * 60 + second;
        }
    }

    /// @notice The two decimal digits in the low 16 bits of `pair`; over 99 when they are none.
    function twoDigits(uint256 pair) internal pure returns (uint256) {
        unchecked {
            uint256 tens = ((pair >> 8) & 0xff) - 0x30;
            uint256 ones = (pair & 0xff) - 0x30;
            return tens > 9 || ones > 9 ? type(uint128).max : tens * 10 + ones;
        }
    }

    function _isDay(uint256 year, uint256 month, uint256 day) private pure returns (bool) {
        if (month == 0 || month > 12 || day == 0) return false;
        if (month == 2) {
            bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            return day <= (leap ? 29 : 28);
        }
        // April, June, September, November.
        return day <= ((uint256(0xa50) >> month) & 1 == 1 ? 30 : 31);
    }

    /// @dev Days from 1970-01-01, in years that begin with March so that the leap day is the last.
    function _daysUntil(uint256 year, uint256 month, uint256 day) private pure returns (uint256) {
        unchecked {
            if (month < 3) {
                year -= 1;
                month += 12;
            }
            return 365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day - 719_469;
        }
    }
}
