// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAttestationVerifier} from "./IAttestationVerifier.sol";
import {INitroCertificates} from "./INitroCertificates.sol";

/// @title Verifies attestation documents of AWS Nitro enclaves
/// @notice Evidence is the document as the Nitro Security Module returns it: the COSE_Sign1 array, without a tag and
///         without framing. Its certificate and that one's issuers must have been brought to {certificates} before.
/// @dev Facts: `measurementId` = keccak256(0x01 ‖ PCR0 ‖ PCR1 ‖ PCR2), followed by PCR8 if that is there and not zero
///      (the image is signed); `platformId` = keccak256(module id); `reportData` = user_data, 64 bytes or the 68 of
///      nitriding; `collateralExpiry` = first end of validity in the chain; `attestedAt` is in seconds, rounded down
///      from the document's milliseconds. `debug` is never true: zero registers, the mark of debug mode, are refused.
///      Never use a document's hash as a unique key: signatures have two forms.
interface INitroVerifier is IAttestationVerifier {
    /// @notice Thrown when a document's time, in seconds, is outside of its certificate's validity.
    error NitroTimestampInvalid(uint256 timestamp, uint256 notBefore, uint256 notAfter);
    /// @notice Thrown when a document lacks one of the registers 0, 1 and 2.
    error NitroPcrMissing(uint256 index);
    /// @notice Thrown when one of the registers 0, 1 and 2 is zero: the enclave was started in debug mode.
    error NitroDebugMode(uint256 index);
    /// @notice Thrown when user_data is neither 64 nor 68 bytes.
    error NitroUserDataInvalid(uint256 size);
    /// @notice Thrown when the signature of the document is not that of its certificate's key.
    error NitroSignatureInvalid();

    /// @notice Where the certificates are.
    function certificates() external view returns (INitroCertificates);
}
