// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice What the shares of one era of a pool have earned. One slot.
/// @param perShare  Rewards per share since the era began, fixed point with 18 decimals; never falls.
/// @param remainder What the last division left over, in 1e-18 base units; carried into the next.
struct RewardStream {
    uint120 perShare;
    uint136 remainder;
}

/// @title Rewards per share
/// @dev Shares, not assets, carry the weight: a slash leaves all shares as they are, so it neither moves the index nor
///      has to be replayed for anybody. `perShare` grows by at most 1e6 per base unit of reward (see {MIN_SHARES}) and
///      overflows after 1.3e12 OPG in one era, 1,300 times the supply.
library RewardIndex {
    using SafeCast for uint256;

    /// @notice The fixed-point unit of {RewardStream.perShare}.
    uint256 internal constant PRECISION = 1e18;

    /// @notice A pool with fewer shares is too small to share rewards in: a millionth of an OPG.
    uint256 internal constant MIN_SHARES = 1e12;

    /// @notice Shares `amount` among `shares`; at least {MIN_SHARES}.
    function distribute(RewardStream storage self, uint256 amount, uint256 shares) internal {
        uint256 numerator = amount * PRECISION + self.remainder;
        self.perShare = (self.perShare + numerator / shares).toUint120();
        self.remainder = (numerator % shares).toUint136();
    }

    /// @notice What `shares` earned since the index stood at `since`, rounded down, OPG base units.
    function earnedDown(RewardStream memory self, uint256 shares, uint256 since) internal pure returns (uint256) {
        return (shares * (self.perShare - since)) / PRECISION;
    }
}
