// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";

/// @title A token anyone can mint, and that can be told to misbehave
contract StakingToken__Mock is ERC20Burnable {
    /// @notice What every transfer between accounts loses, bps.
    uint256 public feeBps;
    /// @notice Called with {hookData} in every transfer between accounts; zero means "nobody".
    address public hookTarget;
    /// @notice See {hookTarget}.
    bytes public hookData;
    /// @notice What the last hook call reverted with; empty if it went through.
    bytes public hookRevert;

    constructor() ERC20("Stake", "STK") {}

    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    function setFee(uint256 bps) external {
        feeBps = bps;
    }

    function setHook(address target, bytes calldata data) external {
        hookTarget = target;
        hookData = data;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from == address(0) || to == address(0)) return;
        if (feeBps != 0) super._update(to, address(0), (value * feeBps) / 10_000);
        if (hookTarget == address(0)) return;
        (bool success, bytes memory result) = hookTarget.call(hookData);
        hookRevert = success ? bytes("") : result;
    }
}
