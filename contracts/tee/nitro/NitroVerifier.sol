// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {P384} from "../crypto/P384.sol";
import {Sha384} from "../crypto/Sha384.sol";
import {AttestationFacts, IAttestationVerifier, TeeKind} from "../interfaces/IAttestationVerifier.sol";
import {INitroCertificates, NitroCertificate} from "../interfaces/INitroCertificates.sol";
import {INitroVerifier} from "../interfaces/INitroVerifier.sol";
import {NitroContent, NitroDocument} from "./NitroDocument.sol";

/// @title Verifies attestation documents of AWS Nitro enclaves
contract NitroVerifier is INitroVerifier {
    using NitroDocument for NitroContent;

    uint256 private constant USER_DATA = 64;
    /// @dev nitriding: two multihashes, SHA-256 of the TLS certificate and of the application's key.
    uint256 private constant NITRIDING_USER_DATA = 68;

    /// @inheritdoc INitroVerifier
    INitroCertificates public immutable certificates;

    /// @param certificates_ Where the certificates are, and with them the root that is trusted.
    constructor(INitroCertificates certificates_) {
        certificates = certificates_;
    }

    /// @inheritdoc IAttestationVerifier
    function kind() external pure returns (TeeKind) {
        return TeeKind.NITRO;
    }

    /// @inheritdoc IAttestationVerifier
    function verify(bytes calldata evidence) external view returns (AttestationFacts memory facts) {
        NitroContent memory content = NitroDocument.parse(evidence);
        NitroCertificate memory signer;
        facts.kind = TeeKind.NITRO;
        (signer, facts.collateralExpiry) = certificates.signerOf(keccak256(content.certificate.bytesOf()));
        facts.attestedAt = _seconds(content.timestamp, signer.notBefore, signer.notAfter);
        facts.measurementId = _measurementId(content);
        facts.platformId = keccak256(content.moduleId.bytesOf());
        uint256 size = content.userData.size();
        if (size != USER_DATA && size != NITRIDING_USER_DATA) revert NitroUserDataInvalid(size);
        facts.reportData = content.userData.bytesOf();
        (uint256 high, uint256 low) = Sha384.hash(content.signedBytes());
        bytes memory digest = abi.encodePacked(uint128(high), low);
        bool valid = P384.verify(digest, content.signature.bytesOf(), abi.encodePacked(signer.key));
        if (!valid) revert NitroSignatureInvalid();
    }

    /// @dev The document's time in seconds, rounded down; refused outside of its certificate's validity.
    function _seconds(uint256 milliseconds_, uint256 notBefore, uint256 notAfter) private pure returns (uint64) {
        uint256 timestamp = milliseconds_ / 1000;
        if (timestamp < notBefore || timestamp > notAfter) {
            revert NitroTimestampInvalid(timestamp, notBefore, notAfter);
        }
        return uint64(timestamp);
    }

    /// @dev The hash over the registers that name the code. Refuses debug mode.
    function _measurementId(NitroContent memory content) private pure returns (bytes32) {
        for (uint256 index; index < 3; ++index) {
            if (content.pcrs[index].isAbsent()) revert NitroPcrMissing(index);
            if (_isZero(content.pcrs[index].bytesOf())) revert NitroDebugMode(index);
        }
        bytes memory preimage = abi.encodePacked(
            TeeKind.NITRO,
            content.pcrs[0].bytesOf(),
            content.pcrs[1].bytesOf(),
            content.pcrs[2].bytesOf()
        );
        bytes calldata signer = content.pcrs[8].bytesOf();
        return keccak256(_isZero(signer) ? preimage : bytes.concat(preimage, signer));
    }

    /// @dev Whether a register of 48 bytes, or an absent one, is zero.
    function _isZero(bytes calldata register) private pure returns (bool) {
        return register.length == 0 || (bytes32(register) == 0 && bytes32(register[16:]) == 0);
    }
}
