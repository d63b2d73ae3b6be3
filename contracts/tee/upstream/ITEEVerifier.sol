// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title OpenGradient's verifier of enclaves: on its own network a precompile at 0x…0900
/// @notice Signatures and selectors as published by OpenGradient. Nothing here reverts because of what it is given:
///         what is not good is answered with false.
interface ITEEVerifier {
    /// @notice Whether a Nitro attestation document is genuine, fresh, and binds a TLS certificate and a signing key.
    /// @param attestationDocument The COSE_Sign1 array, without a tag and without framing; at most 16,384 bytes.
    /// @param signingPublicKey    SubjectPublicKeyInfo of the enclave's signing key; at most 8,192 bytes.
    /// @param tlsCertificate      The enclave's TLS certificate, DER; at most 8,192 bytes.
    /// @param rootCertificate     AWS's root certificate, DER, or nothing, which means the same.
    /// @return valid              Whether all of it holds.
    /// @return pcrHash            keccak256(PCR0 ‖ PCR1 ‖ PCR2); zero when not valid.
    function verifyAttestation(
        bytes calldata attestationDocument,
        bytes calldata signingPublicKey,
        bytes calldata tlsCertificate,
        bytes calldata rootCertificate
    ) external view returns (bool valid, bytes32 pcrHash);

    /// @notice Whether `signature` is by the RSA key over SHA-256 of the 32 bytes of `messageHash`: PSS, MGF1 with
    ///         SHA-256, 32 bytes of salt.
    /// @param publicKeyDER SubjectPublicKeyInfo.
    function verifyRSAPSS(
        bytes calldata publicKeyDER,
        bytes32 messageHash,
        bytes calldata signature
    ) external view returns (bool valid);
}
