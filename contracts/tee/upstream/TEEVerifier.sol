// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {RsaPss} from "../crypto/RsaPss.sol";
import {AttestationFacts} from "../interfaces/IAttestationVerifier.sol";
import {INitroVerifier} from "../interfaces/INitroVerifier.sol";
import {NitroContent, NitroDocument} from "../nitro/NitroDocument.sol";
import {ITEEVerifier} from "./ITEEVerifier.sol";
import {Nitriding} from "./Nitriding.sol";

/// @title OpenGradient's verifier of enclaves in plain EVM code
/// @notice What differs from the precompile: the document's certificates must have been brought to the Nitro
///         verifier's {INitroVerifier-certificates} before, and RSA keys are of 2,048 bits with the exponent 65537, as
///         those of all gateways are; others are answered with false. So is a call with too little gas for the
///         verification.
/// @dev It has no owner and no state: policy is the registry's.
contract TEEVerifier is ITEEVerifier {
    /// @dev Limits of the precompile, in bytes, and its earliest time: 2025-01-31 00:00:00 UTC.
    uint256 private constant MAX_DOCUMENT = 16_384;
    uint256 private constant MAX_CERTIFICATE = 8_192;
    uint256 private constant EARLIEST = 1_738_281_600;

    /// @notice Verifies the documents.
    INitroVerifier public immutable nitroVerifier;

    constructor(INitroVerifier nitroVerifier_) {
        nitroVerifier = nitroVerifier_;
    }

    /// @inheritdoc ITEEVerifier
    function verifyAttestation(
        bytes calldata attestationDocument,
        bytes calldata signingPublicKey,
        bytes calldata tlsCertificate,
        bytes calldata rootCertificate
    ) external view returns (bool valid, bytes32 pcrHash) {
        if (
            attestationDocument.length > MAX_DOCUMENT ||
            signingPublicKey.length > MAX_CERTIFICATE ||
            tlsCertificate.length > MAX_CERTIFICATE ||
            !_isTrustedRoot(rootCertificate)
        ) return (false, 0);
        try nitroVerifier.verify(attestationDocument) returns (AttestationFacts memory facts) {
            valid =
                facts.attestedAt >= EARLIEST &&
                Nitriding.isFresh(facts.attestedAt) &&
                keccak256(facts.reportData) == keccak256(Nitriding.userDataOf(signingPublicKey, tlsCertificate));
            if (valid) pcrHash = _pcrHash(attestationDocument);
        } catch {
            return (false, 0);
        }
    }

    /// @inheritdoc ITEEVerifier
    function verifyRSAPSS(
        bytes calldata publicKeyDER,
        bytes32 messageHash,
        bytes calldata signature
    ) external view returns (bool valid) {
        bytes memory modulus = RsaPss.modulusOfSpki2048(publicKeyDER);
        // The lengths are compared here so that no call pays for copying a long signature.
        if (modulus.length == 0 || signature.length != modulus.length) return false;
        return RsaPss.verify2048(sha256(abi.encodePacked(messageHash)), modulus, signature);
    }

    /// @dev No root means the one that the verifier trusts.
    function _isTrustedRoot(bytes calldata rootCertificate) private view returns (bool) {
        if (rootCertificate.length == 0) return true;
        if (rootCertificate.length > MAX_CERTIFICATE) return false;
        return sha256(rootCertificate) == nitroVerifier.certificates().ROOT_DIGEST();
    }

    /// @dev The document was verified, which includes that it can be taken apart and has these three.
    function _pcrHash(bytes calldata document) private pure returns (bytes32) {
        NitroContent memory content = NitroDocument.parse(document);
        return keccak256(bytes.concat(content.pcrs[0].bytesOf(), content.pcrs[1].bytesOf(), content.pcrs[2].bytesOf()));
    }
}
