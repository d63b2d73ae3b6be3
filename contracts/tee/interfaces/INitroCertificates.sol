// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice A certificate of AWS that was checked down from the root.
/// @param parentId    Certificate that signed it; its own id for the root.
/// @param issuerHash  keccak256 of the issuer's name, DER.
/// @param subjectHash keccak256 of the subject's name, DER.
/// @param serial      Serial number.
/// @param notBefore   Unix seconds from which it is valid.
/// @param notAfter    Unix seconds until which, inclusively, it is valid.
/// @param isCa        It may sign certificates; otherwise it may sign documents.
/// @param pathLength  Number of CAs allowed below, the limits of its ancestors included; 255 without a limit.
/// @param key         Its key on P-384: x then y, 48 bytes each.
struct NitroCertificate {
    bytes32 parentId;
    bytes32 issuerHash;
    bytes32 subjectHash;
    uint160 serial;
    uint40 notBefore;
    uint40 notAfter;
    bool isCa;
    uint8 pathLength;
    bytes32[3] key;
}

/// @title The certificates of AWS Nitro enclaves, checked down from a pinned root
/// @notice Anyone brings certificates, one transaction for each link: root, two regional CAs, the instance's CA, the
///         enclave's certificate, which AWS issues for three hours. The guardian revokes.
interface INitroCertificates {
    /// @notice Emitted when a certificate was checked and kept.
    event CertificateCached(bytes32 indexed certificateId, bytes32 indexed parentId, uint64 notAfter);
    /// @notice Emitted when the guardian revoked the certificate with this issuer and serial number, for good.
    event CertificateRevoked(bytes32 indexed issuerHash, uint256 indexed serial);

    /// @notice Thrown when a certificate, or the parent named for it, has not been brought.
    error NitroCertificateUnknown(bytes32 certificateId);
    /// @notice Thrown when a certificate without parent is not the pinned root. `digest` is its SHA-256.
    error NitroRootUnexpected(bytes32 digest, bytes32 expected);
    /// @notice Thrown when a certificate is not signed with ECDSA and SHA-384.
    error NitroAlgorithmUnexpected(uint8 algorithm);
    /// @notice Thrown when the issuer's name is not the parent's.
    error NitroIssuerMismatch(bytes32 issuerHash, bytes32 parentSubjectHash);
    /// @notice Thrown when the parent may not sign certificates.
    error NitroParentNotCa(bytes32 parentId);
    /// @notice Thrown when a CA is further below its ancestors than one of them allows.
    error NitroPathTooLong(bytes32 parentId);
    /// @notice Thrown when keyUsage does not allow what the certificate is for.
    error NitroKeyUsageMissing(uint16 keyUsage, uint16 required);
    /// @notice Thrown when the signature of a certificate is not its parent's.
    error NitroCertificateSignatureInvalid(bytes32 certificateId);
    /// @notice Thrown when a certificate of the chain is not valid at `time`.
    error NitroCertificateExpired(bytes32 certificateId, uint256 time, uint256 notBefore, uint256 notAfter);
    /// @notice Thrown when a certificate of the chain was revoked.
    error NitroCertificateWasRevoked(bytes32 certificateId);
    /// @notice Thrown when a document is signed by a certificate that is a CA's.
    error NitroSignerIsCa(bytes32 certificateId);

    /// @notice Checks a certificate against its parent and keeps what is needed of it. Anyone may bring one; bringing
    ///         it again changes nothing.
    /// @param der      The certificate.
    /// @param parentId Id of its parent, brought before; zero for the root.
    /// @return certificateId keccak256(der).
    function cacheCertificate(bytes calldata der, bytes32 parentId) external returns (bytes32 certificateId);

    /// @notice Revokes the certificate with this issuer and serial number, and with it everything below. Only the
    ///         guardian; cannot be undone. Warning: a revoked root ends all verification of Nitro documents.
    /// @param issuerHash keccak256 of the issuer's name, DER.
    function revokeCertificate(bytes32 issuerHash, uint256 serial) external;

    /// @notice A certificate that was brought; `parentId` is zero if it was not.
    function certificateOf(bytes32 certificateId) external view returns (NitroCertificate memory);

    /// @notice Whether the certificate with this issuer and serial number was revoked.
    function isRevoked(bytes32 issuerHash, uint256 serial) external view returns (bool);

    /// @notice SHA-256 of the root certificate, DER.
    function ROOT_DIGEST() external view returns (bytes32);

    /// @notice Until when, in Unix seconds, the chain of a certificate is good; reverts with what is wrong with it.
    function chainExpiry(bytes32 certificateId) external view returns (uint64);

    /// @notice The certificate that a document is signed with, its chain checked; and until when, in Unix seconds, that
    ///         chain is good. Reverts with what is wrong if it is not good now.
    function signerOf(bytes32 certificateId) external view returns (NitroCertificate memory signer, uint64 expiry);
}
