// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {Roles} from "../libraries/Roles.sol";
import {OPGGovernor} from "./OPGGovernor.sol";
import {IGuardian} from "./interfaces/IGuardian.sol";

/// @title The guardian: one account that may take away at once, for a term
/// @dev Immutable, holds no value. The AccessManager says which functions are open; this contract adds the term, and
///      that the role is used for those functions only.
contract Guardian is IGuardian, AccessManaged {
    using Address for address;

    /// @inheritdoc IGuardian
    uint48 public constant MAX_TERM = 365 days;

    /// @notice The governor whose proposals can be cancelled.
    OPGGovernor public immutable governor;

    /// @inheritdoc IGuardian
    address public keeper;
    /// @inheritdoc IGuardian
    uint48 public expiresAt;

    modifier onlyKeeper() {
        if (msg.sender != keeper) revert GuardianUnauthorized(msg.sender, keeper);
        if (block.timestamp >= expiresAt) revert GuardianExpired(expiresAt, block.timestamp);
        _;
    }

    /// @param authority   The AccessManager.
    /// @param opgGovernor The governor.
    /// @param firstKeeper Who acts as the guardian first.
    /// @param firstTerm   How long, seconds from now.
    constructor(
        address authority,
        OPGGovernor opgGovernor,
        address firstKeeper,
        uint48 firstTerm
    ) AccessManaged(authority) {
        governor = opgGovernor;
        _appoint(firstKeeper, uint48(block.timestamp) + firstTerm);
    }

    /// @inheritdoc IGuardian
    function act(address target, bytes calldata data) external onlyKeeper returns (bytes memory result) {
        bytes4 selector = bytes4(data);
        if (IAccessManager(authority()).getTargetFunctionRole(target, selector) != Roles.GUARDIAN) {
            revert GuardianFunctionNotOpen(target, selector);
        }
        emit GuardianActed(msg.sender, target, selector);
        return target.functionCall(data);
    }

    /// @inheritdoc IGuardian
    function cancel(uint256 proposalId) external onlyKeeper {
        (address[] memory targets, , , ) = governor.proposalDetails(proposalId);
        bool aboutOthers = false;
        for (uint256 i = 0; i < targets.length && !aboutOthers; ++i) aboutOthers = targets[i] != address(this);
        if (!aboutOthers) revert GuardianCannotJudgeItself(proposalId);
        emit GuardianCancelled(msg.sender, proposalId);
        governor.cancel(proposalId);
    }

    /// @inheritdoc IGuardian
    function resign() external onlyKeeper {
        emit GuardianResigned(msg.sender);
        expiresAt = uint48(block.timestamp);
    }

    /// @inheritdoc IGuardian
    function appoint(address newKeeper, uint48 until) external restricted {
        _appoint(newKeeper, until);
    }

    function _appoint(address newKeeper, uint48 until) private {
        uint256 latest = block.timestamp + MAX_TERM;
        if (until <= block.timestamp || until > latest) {
            revert GuardianTermOutOfRange(until, block.timestamp, latest);
        }
        keeper = newKeeper;
        expiresAt = until;
        emit GuardianAppointed(newKeeper, until);
    }
}
