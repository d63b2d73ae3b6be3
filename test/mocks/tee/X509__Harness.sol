// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Certificate, SignatureAlgorithm, X509} from "../../../contracts/tee/crypto/X509.sol";

/// @title Opens the certificate reader to tests
contract X509__Harness {
    /// @notice A certificate with bytes in the place of positions.
    struct Parts {
        bytes tbs;
        uint256 serial;
        SignatureAlgorithm algorithm;
        bytes issuer;
        uint64 notBefore;
        uint64 notAfter;
        bytes subject;
        bytes publicKey;
        bool isCa;
        uint256 pathLength;
        uint16 keyUsage;
        bytes subjectKeyId;
        bytes authorityKeyId;
        bytes signature;
    }

    function parse(bytes calldata der) external pure returns (Parts memory parts) {
        Certificate memory certificate = X509.parse(der);
        parts.tbs = certificate.tbs.whole();
        parts.serial = certificate.serial;
        parts.algorithm = certificate.algorithm;
        parts.issuer = certificate.issuer.whole();
        parts.notBefore = certificate.notBefore;
        parts.notAfter = certificate.notAfter;
        parts.subject = certificate.subject.whole();
        parts.publicKey = certificate.publicKey.whole();
        parts.isCa = certificate.isCa;
        parts.pathLength = certificate.pathLength;
        parts.keyUsage = certificate.keyUsage;
        parts.subjectKeyId = certificate.subjectKeyId.bytesOf();
        parts.authorityKeyId = certificate.authorityKeyId.bytesOf();
        parts.signature = certificate.signature.octets();
    }

    function findExtension(bytes calldata der, bytes32 oid, uint256 length) external pure returns (bytes memory) {
        return X509.findExtension(X509.parse(der), oid, length).bytesOf();
    }

    function p256Key(bytes calldata der) external pure returns (uint256 x, uint256 y) {
        return X509.p256Key(X509.parse(der).publicKey);
    }

    function p384Key(bytes calldata der) external pure returns (bytes memory point) {
        return X509.p384Key(X509.parse(der).publicKey);
    }

    function rsaKey(bytes calldata der) external pure returns (bytes memory modulus, uint256 exponent) {
        return X509.rsaKey(X509.parse(der).publicKey);
    }

    function ecdsaSignature(bytes calldata der) external pure returns (uint256 r, uint256 s) {
        return X509.ecdsaSignature(X509.parse(der).signature);
    }

    function ecdsaMagnitudes(bytes calldata der) external pure returns (bytes memory r, bytes memory s) {
        return X509.ecdsaMagnitudes(X509.parse(der).signature);
    }

    /// @notice Reads everything that a P-256 certificate has; reverts where anything is not canonical.
    function readAllP256(bytes calldata der) external pure {
        Certificate memory certificate = X509.parse(der);
        X509.p256Key(certificate.publicKey);
        X509.ecdsaSignature(certificate.signature);
    }
}
