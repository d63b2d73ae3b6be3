// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPipeEngine} from "./interfaces/IPipeEngine.sol";

/// @title Hands answers in and makes the call that needs them, in one transaction of a plain account
/// @notice An ERC-2771 trusted forwarder: the caller's address follows the calldata, so that a consumer that trusts this
///         contract knows for whom it acts. Other consumers see this contract as sender.
/// @dev The contract has no privileges but one: telling its engine who called it. It therefore never calls the engine on
///      behalf of a user, and it holds no tokens and no allowances that a call could use.
contract InferenceForwarder {
    /// @notice Thrown when the target of a call is the engine itself.
    error ForwarderTargetForbidden(address target);

    /// @notice The engine that trusts this forwarder.
    IPipeEngine public immutable ENGINE;

    constructor() {
        ENGINE = IPipeEngine(msg.sender);
    }

    /// @notice Fulfils `answers` with the caller as payer and calls `target` with `data` and the value sent along.
    /// @dev A revert of the target is passed on unchanged, so that a missing answer shows as {OracleDataRequired}.
    /// @param answers The answers that the call will consume; may be empty to find out which are needed.
    /// @param target  The contract to call; not the engine.
    /// @param data    The call, without the ERC-2771 suffix.
    /// @return result What the target returned.
    function executeWithInference(
        IPipeEngine.InferenceAnswer[] calldata answers,
        address target,
        bytes calldata data
    ) external payable returns (bytes memory result) {
        if (target == address(ENGINE)) revert ForwarderTargetForbidden(target);
        if (answers.length != 0) ENGINE.fulfillFor(msg.sender, answers);

        bool success;
        (success, result) = target.call{value: msg.value}(abi.encodePacked(data, msg.sender));
        if (!success) {
            assembly ("memory-safe") {
                revert(add(result, 32), mload(result))
            }
        }
    }
}
