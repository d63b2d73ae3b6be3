// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {BlockChallenge} from "../../libraries/BlockChallenge.sol";
import {RsaPss} from "../crypto/RsaPss.sol";
import {AttestationFacts, IAttestationVerifier, TeeKind} from "../interfaces/IAttestationVerifier.sol";
import {IEnclaveRegistry} from "../interfaces/IEnclaveRegistry.sol";
import {INitroVerifier} from "../interfaces/INitroVerifier.sol";
import {EnclaveBinding} from "../libraries/EnclaveBinding.sol";
import {NitroContent, NitroDocument} from "../nitro/NitroDocument.sol";
import {IGatewayVerifier} from "./IGatewayVerifier.sol";
import {Nitriding} from "./Nitriding.sol";

/// @title Verifies documents of OpenGradient's gateways as they are
/// @dev No owner and no state. Anyone who reaches a gateway can ask it for a document with his own nonce: the first who
///      registers its key answers for it, so an operator registers before he opens the gateway to others.
contract GatewayVerifier is IGatewayVerifier {
    /// @inheritdoc IGatewayVerifier
    INitroVerifier public immutable nitroVerifier;

    constructor(INitroVerifier nitroVerifier_) {
        nitroVerifier = nitroVerifier_;
    }

    /// @inheritdoc IAttestationVerifier
    function kind() external pure returns (TeeKind) {
        return TeeKind.NITRO;
    }

    /// @inheritdoc IGatewayVerifier
    function nonceOf(address operator, address registry) external view returns (bytes20) {
        return Nitriding.nonceOf(operator, registry);
    }

    /// @inheritdoc IAttestationVerifier
    function verify(bytes calldata evidence) external view returns (AttestationFacts memory facts) {
        GatewayEvidence calldata gateway = _decode(evidence);
        IEnclaveRegistry.Registration memory registration = gateway.registration;
        _checkRegistration(registration, gateway.signingKey, gateway.tlsCertificate);
        _checkDocument(gateway, registration.operator);
        facts = nitroVerifier.verify(gateway.document);
        facts.reportData = EnclaveBinding.reportDataOf(
            registration,
            gateway.registry,
            BlockChallenge.hashOf(registration.challengeBlock)
        );
    }

    function _checkRegistration(
        IEnclaveRegistry.Registration memory registration,
        bytes calldata signingKey,
        bytes calldata tlsCertificate
    ) private pure {
        if (RsaPss.modulusOfSpki2048(signingKey).length == 0) revert GatewayKeyUnsupported(signingKey.length);
        if (
            registration.signer != address(0) ||
            registration.rsaKeyHash != keccak256(signingKey) ||
            registration.tlsSpkiHash != sha256(tlsCertificate) ||
            registration.gpuEvidenceDigest != 0 ||
            registration.gpuPolicyHash != 0
        ) revert GatewayRegistrationInvalid();
    }

    /// @dev What the document says, before the dear check that AWS has signed it.
    function _checkDocument(GatewayEvidence calldata gateway, address operator) private view {
        NitroContent memory content = NitroDocument.parse(gateway.document);
        bytes20 nonce = Nitriding.nonceOf(operator, gateway.registry);
        bytes32 given = keccak256(content.nonce.bytesOf());
        if (given != keccak256(abi.encodePacked(nonce))) revert GatewayNonceMismatch(given, nonce);
        given = keccak256(content.userData.bytesOf());
        bytes32 expected = keccak256(Nitriding.userDataOf(gateway.signingKey, gateway.tlsCertificate));
        if (given != expected) revert GatewayUserDataMismatch(given, expected);
        uint256 attestedAt = content.timestamp / 1_000;
        if (!Nitriding.isFresh(attestedAt)) revert GatewayDocumentStale(attestedAt, block.timestamp);
    }

    /// @dev `evidence` as the struct that {abi.encode} makes of it, without copying it to memory: its first word says
    ///      where the struct begins, and each access is checked against the end of all calldata.
    function _decode(bytes calldata evidence) private pure returns (GatewayEvidence calldata gateway) {
        if (evidence.length < 32 || uint256(bytes32(evidence)) != 32) revert GatewayRegistrationInvalid();
        assembly ("memory-safe") {
            gateway := add(evidence.offset, 32)
        }
    }
}
