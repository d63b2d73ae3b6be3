// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title The part of staking that takes rewards; can be told to pull less than it is given
contract RewardPool__Mock {
    IERC20 private immutable _token;

    mapping(address operator => uint256) public rewardOf;
    uint256 public shortfall;

    constructor(address token) {
        _token = IERC20(token);
    }

    function setShortfall(uint256 amount) external {
        shortfall = amount;
    }

    function distributeReward(address operator, uint256 amount) external {
        rewardOf[operator] += amount - shortfall;
        _token.transferFrom(msg.sender, address(this), amount - shortfall);
    }
}
