// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title What the calls of a release, a repository or a publisher have brought, in one storage slot
/// @notice Counters stay at their maximum instead of running over: no statistic ever stops a payment.
library Tallies {
    /// @dev Amounts are OPG base units; their maximum is 79 times the supply.
    struct Tally {
        // slot 0
        uint96 gross;
        uint96 net;
        uint32 calls;
        uint32 lastCallAt; // Unix seconds, until the year 2106
    }

    /// @notice Counts one call now.
    /// @param gross What the call cost.
    /// @param net   The publisher's part of it.
    function count(Tally storage self, uint256 gross, uint256 net) internal {
        Tally memory tally = self;
        tally.gross = uint96(Math.min(Math.saturatingAdd(tally.gross, gross), type(uint96).max));
        tally.net = uint96(Math.min(Math.saturatingAdd(tally.net, net), type(uint96).max));
        if (tally.calls != type(uint32).max) ++tally.calls;
        tally.lastCallAt = uint32(Math.min(block.timestamp, type(uint32).max));
        _store(self, tally);
    }

    /// @dev All fields in one write.
    function _store(Tally storage self, Tally memory tally) private {
        self.gross = tally.gross;
        self.net = tally.net;
        self.calls = tally.calls;
        self.lastCallAt = tally.lastCallAt;
    }
}
