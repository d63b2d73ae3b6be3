// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {DecisionClass, DecisionRow, IDecisionDelays} from "./interfaces/IDecisionDelays.sol";

/// @title How long decisions wait in the timelock, by function
/// @dev Holds nothing and moves nothing; the governor asks it when a decision is queued.
contract DecisionDelays is IDecisionDelays, AccessManaged {
    uint256 private constant MAX_DELAY = 90 days;
    uint256 private constant MAX_ROWS = 64;

    /// @inheritdoc IDecisionDelays
    uint32 public immutable unbondingPeriod;
    /// @inheritdoc IDecisionDelays
    uint32 public trustRootDelay;
    /// @inheritdoc IDecisionDelays
    uint32 public slashingDelay;

    mapping(address target => mapping(bytes4 selector => DecisionClass)) private _classes;

    /// @param authority The AccessManager.
    /// @param unbonding Seconds that unbonding takes.
    /// @param trustRoot Seconds that decisions about roots of trust wait.
    /// @param slashing  Seconds that decisions about slashing and control wait; longer than unbonding.
    constructor(address authority, uint32 unbonding, uint32 trustRoot, uint32 slashing) AccessManaged(authority) {
        unbondingPeriod = unbonding;
        _setDelays(unbonding, trustRoot, slashing);
    }

    /// @inheritdoc IDecisionDelays
    function setDecisionClasses(DecisionRow[] calldata rows) external restricted {
        if (rows.length > MAX_ROWS) revert DecisionTooManyRows(rows.length, MAX_ROWS);
        for (uint256 i = 0; i < rows.length; ++i) {
            DecisionRow calldata row = rows[i];
            _classes[row.target][row.selector] = row.decisionClass;
            emit DecisionClassSet(row.target, row.selector, row.decisionClass);
        }
    }

    /// @inheritdoc IDecisionDelays
    function setDelays(uint32 trustRoot, uint32 slashing) external restricted {
        _setDelays(unbondingPeriod, trustRoot, slashing);
    }

    /// @inheritdoc IDecisionDelays
    function delayOf(
        address[] calldata targets,
        bytes[] calldata calldatas,
        uint256 least
    ) external view returns (uint256) {
        DecisionClass slowest = DecisionClass.Ordinary;
        for (uint256 i = 0; i < targets.length; ++i) {
            DecisionClass found =
                calldatas[i].length < 4 ? DecisionClass.Slashing : _classes[targets[i]][bytes4(calldatas[i])];
            if (found < slowest) slowest = found;
        }
        if (slowest == DecisionClass.Ordinary) return least;
        return Math.max(least, slowest == DecisionClass.TrustRoot ? trustRootDelay : slashingDelay);
    }

    /// @inheritdoc IDecisionDelays
    function decisionClassOf(address target, bytes4 selector) external view returns (DecisionClass) {
        return _classes[target][selector];
    }

    function _setDelays(uint256 unbonding, uint32 trustRoot, uint32 slashing) private {
        if (slashing <= unbonding || slashing > MAX_DELAY) {
            revert DecisionDelayOutOfRange(slashing, unbonding + 1, MAX_DELAY);
        }
        if (trustRoot == 0 || trustRoot > slashing) revert DecisionDelayOutOfRange(trustRoot, 1, slashing);
        trustRootDelay = trustRoot;
        slashingDelay = slashing;
        emit DecisionDelaysSet(trustRoot, slashing);
    }
}
