// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IOperators} from "../../contracts/staking/interfaces/IOperators.sol";

/// @notice What the enclave registry asks the staking contract and its operators: who is one, with what stake, and in
///         which roles active.
contract OperatorStanding__Mock {
    mapping(address operator => uint8 roles) private _activeRoles;
    mapping(address operator => IOperators.Operator) private _operators;
    mapping(address operator => uint256) private _stakes;

    function set(address operator, uint8 activeRoles) external {
        _operators[operator].registeredAt = 1;
        _activeRoles[operator] = activeRoles;
    }

    function operators() external view returns (OperatorStanding__Mock) {
        return this;
    }

    function setStake(address operator, uint256 assets) external {
        _stakes[operator] = assets;
    }

    function stakeOf(address operator, address account) external view returns (uint256) {
        return operator == account ? _stakes[operator] : 0;
    }

    function isActive(address operator, uint8 roles) external view returns (bool) {
        return roles & ~_activeRoles[operator] == 0;
    }

    function operatorOf(address operator) external view returns (IOperators.Operator memory) {
        return _operators[operator];
    }
}
