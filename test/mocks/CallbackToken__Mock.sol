// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title A token that makes one prepared call before every transfer
contract CallbackToken__Mock is ERC20 {
    address private _target;
    bytes private _data;

    constructor(address holder) ERC20("Callback", "CALL") {
        _mint(holder, 1e24);
    }

    function callOnTransfer(address target, bytes calldata data) external {
        _target = target;
        _data = data;
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        if (_target != address(0)) Address.functionCall(_target, _data);
        return super.transfer(to, value);
    }
}
