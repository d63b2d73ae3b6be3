// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ITEEBatchVerifier} from "./ITEEBatchVerifier.sol";
import {ITEERegistry} from "./ITEERegistry.sol";
import {TEEInferenceVerifier} from "./TEEInferenceVerifier.sol";

/// @title Verifies answers that gateways signed, fresh ones and those of old batches
contract TEEBatchVerifier is ITEEBatchVerifier, TEEInferenceVerifier {
    constructor(address authority, ITEERegistry registry_) TEEInferenceVerifier(authority, registry_) {}

    /// @inheritdoc ITEEBatchVerifier
    function verifySignatureNoTimestamp(
        bytes32 teeId,
        bytes32 inputHash,
        bytes32 outputHash,
        uint256 timestamp,
        bytes calldata signature
    ) external view returns (bool) {
        if (timestamp > block.timestamp + FUTURE_TOLERANCE) return false;
        return _isSigned(teeId, inputHash, outputHash, timestamp, signature);
    }
}
