// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAttestationVerifier} from "./IAttestationVerifier.sol";

/// @title Intel TDX quotes of version 4 and 5
/// @notice Evidence is what a quote consists of, packed, with the certificate in DER; every byte of it is signed, or
///         is compared with something that is:
///           number of the TCB evaluation to judge by (4, big-endian)
///           the quote from its beginning: header (48); version 5: body type (2) and size (4); TD report (584 or 648)
///           signature of the above (64) and attestation key (64)
///           report of the quoting enclave (384) and its signature (64)
///           length of the authentication data (2, little-endian) and that data
///           PCK certificate in DER, up to the end
/// @dev Facts it states: `platformClass` is the FMSPC, left-aligned. `platformId` is keccak256 of the PPID's 16 bytes.
///      `measurementId` is keccak256 of: {TeeKind} as a word (32) | MRSIGNERSEAM (48) | SEAMATTRIBUTES (8) |
///      TDATTRIBUTES (8) | XFAM (8) | MRTD (48) | MRCONFIGID (48) | MROWNER (48) | MROWNERCONFIG (48) | RTMR0 to RTMR3
///      (192) | MRSERVICETD (48, zeros where the report has none), each as it stands in the report. MRSEAM is not part
///      of it, since it changes with every update of the TDX module; the module is judged by its signer and version.
///      `tcbStatus` follows Intel's published procedure: the level of the platform, made worse by that of the TDX
///      module and that of the quoting enclave. What Intel calls "relaunch advised" is out of date here. `tcbDate` is
///      the earliest of the dates of the three levels. `advisoryHash` is that of the platform's level as
///      {IIntelCollateral} defines it when the other two have none, otherwise keccak256 of the three (platform,
///      module, enclave; zero for none). `debug` is set when any bit of TDATTRIBUTES' "TD under debug" group is.
///      `attestedAt` is 0: a quote does not say when it was made.
interface ITdxVerifier is IAttestationVerifier {
    /// @notice Thrown when evidence is too short for its parts.
    error TdxEvidenceTruncated(uint256 length, uint256 needed);
    /// @notice Thrown when the quote is of a version other than 4 and 5.
    error TdxVersionUnsupported(uint16 version);
    /// @notice Thrown when the attestation key is not of type 2, ECDSA on P-256.
    error TdxKeyTypeUnsupported(uint16 keyType);
    /// @notice Thrown when the quote is not of a TDX guest (0x81): SGX quotes have 0.
    error TdxTeeTypeUnsupported(uint32 teeType);
    /// @notice Thrown when the quoting enclave's vendor is not Intel.
    error TdxVendorUnknown(bytes16 vendor);
    /// @notice Thrown when the body is none of TD report 1.0 (type 2) and 1.5 (type 3), or of another size.
    error TdxBodyUnsupported(uint16 bodyType, uint32 size);
    /// @notice Thrown when the quote is not signed by its attestation key.
    error TdxQuoteSignatureInvalid();
    /// @notice Thrown when the quoting enclave's report does not name the attestation key.
    error TdxAttestationKeyUnbound(bytes32 expected, bytes32 found);
    /// @notice Thrown when the quoting enclave's report is not signed by the key of the PCK certificate.
    error TdxQeReportSignatureInvalid();
    /// @notice Thrown when the PCK certificate is not signed by the authority it names.
    error TdxPckSignatureInvalid(bytes32 authority);
    /// @notice Thrown when the PCK certificate is not in its time.
    error TdxPckNotValidNow(uint64 notBefore, uint64 notAfter);
    /// @notice Thrown when the certificate is no PCK certificate: keccak256 of its subject, what it may do.
    error TdxPckUnfit(bytes32 subject, bool isCa, uint16 keyUsage);
    /// @notice Thrown when the PCK certificate's SGX extension is missing or not as Intel writes it. `position` is a
    ///         calldata offset.
    error TdxPckExtensionInvalid(uint256 position);
    /// @notice Thrown when a value of the quoting enclave's report is not the one of its identity. `field` names it.
    error TdxQeIdentityMismatch(bytes32 field);
    /// @notice Thrown when the TDX module is not one that the TCB info knows, or not as it says.
    error TdxModuleMismatch(uint8 version);
    /// @notice Thrown when no level of the TCB info is as low as the platform, its TDX module or its quoting enclave.
    ///         `part` names which.
    error TdxTcbLevelUnmatched(bytes32 part);

    /// @notice The account of Intel's collateral ({IIntelCollateral}).
    function collateral() external view returns (address);
}
