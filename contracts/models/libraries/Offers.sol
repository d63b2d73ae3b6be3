// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The price of a release in one mode, and the change that is announced for it
/// @notice One storage slot. A change is either at once or at a later time; until then the old terms hold, and at that
///         time the new ones hold without anybody writing anything.
library Offers {
    /// @dev Prices are OPG base units per call; times are Unix seconds.
    struct Offer {
        // slot 0
        uint96 price;
        uint96 nextPrice;
        uint40 nextAt; // 0 means "no change announced"
        bool offered;
        bool nextOffered;
    }

    /// @notice The terms that hold now. The price is 0 when the mode is not offered.
    function current(Offer storage self) internal view returns (bool offered, uint96 price) {
        if (self.nextAt != 0 && block.timestamp >= self.nextAt) return (self.nextOffered, self.nextPrice);
        return (self.offered, self.price);
    }

    /// @notice Offers the mode at `price` from now on and forgets an announced change.
    function setNow(Offer storage self, uint96 price) internal {
        self.price = price;
        self.nextPrice = 0;
        self.nextAt = 0;
        self.offered = true;
        self.nextOffered = false;
    }

    /// @notice Keeps the terms that hold now until `at` and has the given ones hold from then on.
    function announce(Offer storage self, bool offered, uint96 price, uint40 at) internal {
        (bool offeredNow, uint96 priceNow) = current(self);
        self.price = priceNow;
        self.nextPrice = price;
        self.nextAt = at;
        self.offered = offeredNow;
        self.nextOffered = offered;
    }
}
