// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAttestationVerifier} from "../interfaces/IAttestationVerifier.sol";
import {IEnclaveRegistry} from "../interfaces/IEnclaveRegistry.sol";
import {INitroVerifier} from "../interfaces/INitroVerifier.sol";

/// @title Verifies documents of OpenGradient's gateways as they are
/// @notice Such a document binds the gateway's RSA key and TLS certificate, and a nonce of 20 bytes that whoever asks
///         for it chooses. The nonce names operator, registry and chain; the document's own time, by AWS, says that it
///         is fresh. What it thereby vouches for is answered in the form that the registry compares.
interface IGatewayVerifier is IAttestationVerifier {
    /// @notice What {verify} takes, ABI-encoded.
    /// @param document       The Nitro document, bare.
    /// @param signingKey     The gateway's RSA key, SubjectPublicKeyInfo.
    /// @param tlsCertificate The gateway's TLS certificate, DER.
    /// @param registry       The registry that the document is for.
    /// @param registration   What is registered: no signing address and no accelerator, the keccak256 of the key as its
    ///                       RSA key, and the SHA-256 of the certificate in the place of its key's.
    struct GatewayEvidence {
        bytes document;
        bytes signingKey;
        bytes tlsCertificate;
        address registry;
        IEnclaveRegistry.Registration registration;
    }

    /// @notice Thrown when the key is not RSA of 2,048 bits with exponent 65537 in DER.
    error GatewayKeyUnsupported(uint256 length);
    /// @notice Thrown when the document binds another key or certificate.
    error GatewayUserDataMismatch(bytes32 givenHash, bytes32 expectedHash);
    /// @notice Thrown when the document was not asked for with the operator's nonce.
    error GatewayNonceMismatch(bytes32 givenHash, bytes20 expected);
    /// @notice Thrown when the document is too old, or from the future.
    error GatewayDocumentStale(uint256 attestedAt, uint256 blockTimestamp);
    /// @notice Thrown when the registration says what no gateway's document binds.
    error GatewayRegistrationInvalid();

    /// @notice Verifies the documents.
    function nitroVerifier() external view returns (INitroVerifier);

    /// @notice The nonce that `operator` asks his gateway's document with.
    function nonceOf(address operator, address registry) external view returns (bytes20);
}
