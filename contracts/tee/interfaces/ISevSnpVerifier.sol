// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SignatureAlgorithm} from "../crypto/X509.sol";
import {IAttestationVerifier} from "./IAttestationVerifier.sol";

/// @notice AMD's product lines with SEV-SNP. Each has a root key and a signing key of its own. NONE is never valid.
enum SnpProduct {
    NONE,
    MILAN,
    GENOA,
    TURIN
}

/// @title Verifies attestation reports of AMD SEV-SNP
/// @notice A report is signed by the chip's VCEK (ECDSA on P-384), whose certificate is signed by the product line's
///         signing key ASK (RSA-4096-PSS), pinned here as AMD's root key ARK has certified it. Trust is in AMD's two
///         keys and in the chip.
///
///         Evidence: one byte {SnpProduct} | the report, 1,184 bytes | the VCEK's certificate as DER, or nothing if it
///         was cached.
///
///         Facts: `platformClass` is "Milan", "Genoa" or "Turin" (ASCII, left-aligned; Genoa's line includes Bergamo
///         and Siena). `tcbVersion` is the reported TCB as AMD's 64-bit number: the first byte in the report is the
///         lowest. `platformId` is keccak256 of the report's 64 bytes of chip id. `collateralExpiry` is when the
///         VCEK's certificate ends. `tcbStatus` is NOT_APPLICABLE and the dates are 0: AMD signs no statement about
///         TCBs, and a report does not say when it was made. `debug` is bit 19 of the guest's policy.
///
///         `measurementId` is keccak256 of 221 bytes: 0x03 | bytes 0x004 to 0x02f of the report (guest SVN, policy,
///         family id, image id) | bytes 0x090 to 0x13f (measurement, host data, digests of id key and author key).
interface ISevSnpVerifier is IAttestationVerifier {
    /// @notice What is kept of a VCEK's certificate.
    /// @param product   The product line.
    /// @param notBefore Unix seconds from which the certificate is valid.
    /// @param notAfter  Unix seconds until which it is valid; 0 means "not cached".
    /// @param revoked   No report by this key counts, whether cached or not.
    /// @param key       The point of P-384: x and y, 48 bytes each.
    struct Vcek {
        SnpProduct product;
        uint64 notBefore;
        uint64 notAfter;
        bool revoked;
        bytes key;
    }

    /// @notice Thrown when the evidence is too short for a product and a report (bytes).
    error SnpEvidenceTooShort(uint256 length, uint256 minimum);
    /// @notice Thrown when the evidence's first byte, or an argument, is no product line.
    error SnpProductUnknown(uint256 product);
    /// @notice Thrown when the layout of a report's version is not known.
    error SnpVersionUnsupported(uint256 version);
    /// @notice Thrown when reserved bytes of the report, from `from` to before `to`, are not all zero.
    error SnpReservedNotZero(uint256 from, uint256 to);
    /// @notice Thrown when the report was requested from another privilege level than 0.
    error SnpVmplNotZero(uint256 vmpl);
    /// @notice Thrown when the report's signature algorithm is not 1, ECDSA on P-384 with SHA-384.
    error SnpAlgorithmUnsupported(uint256 algorithm);
    /// @notice Thrown when the report is not signed by a VCEK (0): by a VLEK (1), or by nothing (7).
    error SnpSigningKeyUnsupported(uint256 signingKey);
    /// @notice Thrown when the host hides its chip id from guests.
    error SnpChipHidden();
    /// @notice Thrown when the guest's policy lacks bit 17, which is always set, or has bits that are not known.
    error SnpPolicyInvalid(uint256 policy);
    /// @notice Thrown when the policy lets a migration agent move the guest, which then takes part in what it trusts.
    error SnpMigrationAgentAllowed(uint256 policy);
    /// @notice Thrown when the report's signature is not by the VCEK.
    error SnpSignatureInvalid();
    /// @notice Thrown when the evidence has no certificate and none is cached.
    error SnpVcekNotCached(bytes32 vcekId);
    /// @notice Thrown when the VCEK was revoked.
    error SnpVcekIsRevoked(bytes32 vcekId);
    /// @notice Thrown when the certificate is for another chip or TCB than the report's.
    error SnpVcekMismatch(bytes32 vcekId, bytes32 expected);
    /// @notice Thrown when now is outside of the certificate's validity (Unix seconds).
    error SnpVcekNotValidNow(uint256 notBefore, uint256 notAfter, uint256 timestamp);
    /// @notice Thrown when the certificate that is cached already is valid longer (Unix seconds).
    error SnpVcekOlder(uint256 notAfter, uint256 cachedNotAfter);
    /// @notice Thrown when the certificate's signature is not by the product line's signing key.
    error SnpVcekSignatureInvalid(SnpProduct product);
    /// @notice Thrown when the certificate names another algorithm than RSA-PSS with SHA-384.
    error SnpVcekAlgorithmUnexpected(SignatureAlgorithm algorithm);
    /// @notice Thrown when the certificate's issuer is not the product line's signing key, by the hash of its name.
    error SnpVcekIssuerUnexpected(bytes32 nameHash, bytes32 expected);
    /// @notice Thrown when the certificate is not that of a VCEK, by the hash of its subject's name.
    error SnpVcekSubjectUnexpected(bytes32 nameHash, bytes32 expected);
    /// @notice Thrown when one of AMD's extensions is there twice, is malformed, or has no place in this product's
    ///         TCB. `oid` is its identifier's content, left-aligned.
    error SnpVcekExtensionInvalid(bytes32 oid);
    /// @notice Thrown when extensions are missing: bit n stands for AMD's 3.n, bit 0 for the chip id.
    error SnpVcekExtensionMissing(uint256 present, uint256 required);

    event VcekCached(
        bytes32 indexed vcekId,
        bytes32 indexed platformId,
        SnpProduct product,
        uint64 tcbVersion,
        uint64 notAfter
    );
    event VcekRevoked(bytes32 indexed vcekId);

    /// @notice Keeps the key of a VCEK, so that evidence by it needs no certificate. Anyone; `der` is checked down
    ///         from the product line's pinned key, and may renew what is cached, never shorten it.
    /// @return vcekId Its id; see {computeVcekId}.
    function cacheVcek(bytes calldata der, SnpProduct product) external returns (bytes32 vcekId);

    /// @notice Takes a chip's key for one TCB out for ever, cached or not. Restricted to {Roles.GUARDIAN}.
    function revokeVcek(bytes32 vcekId) external;

    /// @notice What is kept of a VCEK; all zero if nothing is.
    function vcekOf(bytes32 vcekId) external view returns (Vcek memory);

    /// @notice keccak256 of the product line, the platform id (the hash of the chip id) and the TCB: AMD derives one
    ///         key from the three.
    function computeVcekId(
        SnpProduct product,
        bytes32 platformId,
        uint64 tcbVersion
    ) external pure returns (bytes32 vcekId);

    /// @notice The id of the VCEK that must have signed the report in `evidence`, and whether it is cached and in
    ///         force.
    function vcekFor(bytes calldata evidence) external view returns (bytes32 vcekId, bool cached);

    /// @notice The part that reads certificates; made by this contract, without state.
    function vcekVerifier() external view returns (address);
}
