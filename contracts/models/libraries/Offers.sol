// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IModelHub} from "../interfaces/IModelHub.sol";

/// @title The rates of a release in one mode, and the change that is announced for them
/// @notice A change is either at once or at a later time; until then the old terms hold, and at that time the new ones
///         hold without anybody writing anything. One storage slot as long as no tokens are counted.
library Offers {
    /// @dev Prices are OPG base units; times are Unix seconds.
    struct Offer {
        // slot 0
        uint96 perCall;
        uint96 nextPerCall;
        uint40 nextAt; // 0 means "no change announced"
        bool offered;
        bool nextOffered;
        bool metered; // false means that the slots below do not count
        // slot 1
        uint96 perInput;
        uint96 perOutput;
        // slot 2
        uint96 nextPerInput;
        uint96 nextPerOutput;
    }

    /// @notice The terms that hold now. All rates are 0 when the mode is not offered.
    function current(Offer storage self) internal view returns (bool offered, IModelHub.Rates memory rates) {
        if (self.nextAt != 0 && block.timestamp >= self.nextAt) {
            offered = self.nextOffered;
            rates.perCall = self.nextPerCall;
            if (self.metered) (rates.perInput, rates.perOutput) = (self.nextPerInput, self.nextPerOutput);
        } else {
            offered = self.offered;
            rates.perCall = self.perCall;
            if (self.metered) (rates.perInput, rates.perOutput) = (self.perInput, self.perOutput);
        }
    }

    /// @notice The rates from {Offer.nextAt} on, if a change is announced.
    function nextRates(Offer storage self) internal view returns (IModelHub.Rates memory rates) {
        rates.perCall = self.nextPerCall;
        if (self.metered) (rates.perInput, rates.perOutput) = (self.nextPerInput, self.nextPerOutput);
    }

    /// @notice Offers the mode at `rates` from now on and forgets an announced change.
    /// @param rates Each at most type(uint96).max.
    function setNow(Offer storage self, IModelHub.Rates memory rates) internal {
        bool metered = isMetered(rates);
        self.perCall = uint96(rates.perCall);
        self.nextPerCall = 0;
        self.nextAt = 0;
        self.offered = true;
        self.nextOffered = false;
        self.metered = metered;
        if (metered) (self.perInput, self.perOutput) = (uint96(rates.perInput), uint96(rates.perOutput));
    }

    /// @notice Keeps the terms that hold now until `at` and has the given ones hold from then on.
    /// @param rates Each at most type(uint96).max.
    function announce(Offer storage self, bool offered, IModelHub.Rates memory rates, uint40 at) internal {
        (bool offeredNow, IModelHub.Rates memory ratesNow) = current(self);
        bool metered = isMetered(ratesNow) || isMetered(rates);
        self.perCall = uint96(ratesNow.perCall);
        self.nextPerCall = uint96(rates.perCall);
        self.nextAt = at;
        self.offered = offeredNow;
        self.nextOffered = offered;
        self.metered = metered;
        if (!metered) return;
        (self.perInput, self.perOutput) = (uint96(ratesNow.perInput), uint96(ratesNow.perOutput));
        (self.nextPerInput, self.nextPerOutput) = (uint96(rates.perInput), uint96(rates.perOutput));
    }

    /// @notice Whether a call's price depends on its tokens.
    function isMetered(IModelHub.Rates memory rates) internal pure returns (bool) {
        return rates.perInput | rates.perOutput != 0;
    }
}
