// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ITEEInferenceVerifier} from "./ITEEInferenceVerifier.sol";

/// @title OpenGradient's verifier of answers, also of those that are old by the time they are looked at
interface ITEEBatchVerifier is ITEEInferenceVerifier {
    /// @notice Whether an enclave signed this answer at a time at which it counted, however long ago. Work of an
    ///         enclave that was found compromised for that time does not count any more.
    function verifySignatureNoTimestamp(
        bytes32 teeId,
        bytes32 inputHash,
        bytes32 outputHash,
        uint256 timestamp,
        bytes calldata signature
    ) external view returns (bool);
}
