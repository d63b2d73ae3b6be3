// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @notice Two restricted functions: one that takes away and one that gives back.
contract Restricted__Mock is AccessManaged {
    bool public takenAway;

    constructor(address authority) AccessManaged(authority) {}

    function takeAway() external restricted {
        takenAway = true;
    }

    function giveBack() external restricted {
        takenAway = false;
    }
}
