// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IDecisionDelays} from "./interfaces/IDecisionDelays.sol";

/// @title Execution by a timelock, after a delay that depends on what was decided
/// @notice A queued decision waits as long as the slowest of its calls, see {IDecisionDelays}, and at least as long as
///         the timelock asks of everything.
/// @dev The governor must be the timelock's only proposer. The timelock is fixed: another one comes with another
///      governor. `TimelockChange` is emitted once, for the tools that look for it.
abstract contract GovernorDelayedExecution is Governor {
    TimelockController private immutable _timelock;
    /// @notice Where the delay of a decision is read.
    IDecisionDelays public immutable decisionDelays;

    mapping(uint256 proposalId => bytes32 operationId) private _operations;

    /// @notice The timelock that executes was set.
    event TimelockChange(address oldTimelock, address newTimelock);

    constructor(TimelockController executor, IDecisionDelays delays) {
        _timelock = executor;
        decisionDelays = delays;
        emit TimelockChange(address(0), address(executor));
    }

    /// @notice The timelock that executes what was decided.
    function timelock() external view returns (address) {
        return address(_timelock);
    }

    /// @inheritdoc IGovernor
    function state(uint256 proposalId) public view virtual override returns (ProposalState) {
        ProposalState current = super.state(proposalId);
        if (current != ProposalState.Queued) return current;
        TimelockController.OperationState operation = _timelock.getOperationState(_operations[proposalId]);
        // Whoever executes at the timelock directly executes it all the same.
        if (operation == TimelockController.OperationState.Done) return ProposalState.Executed;
        return operation == TimelockController.OperationState.Unset ? ProposalState.Canceled : current;
    }

    /// @inheritdoc IGovernor
    function proposalNeedsQueuing(uint256) public view virtual override returns (bool) {
        return true;
    }

    /// @inheritdoc Governor
    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal virtual override returns (uint48) {
        uint256 delay = decisionDelays.delayOf(targets, calldatas, _timelock.getMinDelay());
        bytes32 salt = _timelockSalt(descriptionHash);
        _operations[proposalId] = keccak256(abi.encode(targets, values, calldatas, bytes32(0), salt));
        _timelock.scheduleBatch(targets, values, calldatas, 0, salt, delay);
        return SafeCast.toUint48(block.timestamp + delay);
    }

    /// @inheritdoc Governor
    function _executeOperations(
        uint256,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal virtual override {
        _timelock.executeBatch{value: msg.value}(targets, values, calldatas, 0, _timelockSalt(descriptionHash));
    }

    /// @inheritdoc Governor
    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal virtual override returns (uint256 proposalId) {
        proposalId = super._cancel(targets, values, calldatas, descriptionHash);
        bytes32 operation = _operations[proposalId];
        if (operation != 0) _timelock.cancel(operation);
    }

    /// @inheritdoc Governor
    function _executor() internal view virtual override returns (address) {
        return address(_timelock);
    }

    /// @dev With this contract's address, so that no other governor of the same timelock makes the same operation.
    function _timelockSalt(bytes32 descriptionHash) private view returns (bytes32) {
        return bytes20(address(this)) ^ descriptionHash;
    }
}
