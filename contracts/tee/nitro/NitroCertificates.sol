// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {Der, DerNode} from "../crypto/Der.sol";
import {P384} from "../crypto/P384.sol";
import {Sha384} from "../crypto/Sha384.sol";
import {Certificate, SignatureAlgorithm, X509} from "../crypto/X509.sol";
import {INitroCertificates, NitroCertificate} from "../interfaces/INitroCertificates.sol";

/// @title The certificates of AWS Nitro enclaves, checked down from a pinned root
/// @dev A certificate is kept under the hash of its DER, which is what a document contains; so a document finds its
///      chain without parsing a certificate. Revocation is by issuer and serial number, because one certificate has
///      several encodings (the signature's two forms), and every use of a chain checks dates and revocation of all its
///      links.
contract NitroCertificates is INitroCertificates, AccessManaged {
    /// @dev Links of a chain at most; AWS has five.
    uint256 private constant MAX_CHAIN = 8;
    uint8 private constant NO_LIMIT = type(uint8).max;

    /// @inheritdoc INitroCertificates
    bytes32 public immutable ROOT_DIGEST;

    mapping(bytes32 certificateId => NitroCertificate) private _certificates;
    mapping(bytes32 issuerAndSerial => bool) private _revoked;

    /// @param authority  The access manager; only {revokeCertificate} asks it.
    /// @param rootDigest SHA-256 of the root certificate. AWS's is
    ///                   641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b.
    constructor(address authority, bytes32 rootDigest) AccessManaged(authority) {
        ROOT_DIGEST = rootDigest;
    }

    /// @inheritdoc INitroCertificates
    function cacheCertificate(bytes calldata der, bytes32 parentId) external returns (bytes32 certificateId) {
        certificateId = keccak256(der);
        if (_certificates[certificateId].parentId != 0) return certificateId;
        Certificate memory certificate = X509.parse(der);
        if (certificate.algorithm != SignatureAlgorithm.ECDSA_SHA384) {
            revert NitroAlgorithmUnexpected(uint8(certificate.algorithm));
        }
        uint256 limit = NO_LIMIT;
        if (parentId == 0) {
            bytes32 digest = sha256(der);
            if (digest != ROOT_DIGEST) revert NitroRootUnexpected(digest, ROOT_DIGEST);
            parentId = certificateId;
        } else {
            limit = _checkParent(certificate, certificateId, parentId);
        }
        uint16 required = certificate.isCa ? X509.KEY_CERT_SIGN : X509.DIGITAL_SIGNATURE;
        if (certificate.keyUsage & required == 0) revert NitroKeyUsageMissing(certificate.keyUsage, required);
        _keep(certificate, certificateId, parentId, limit);
        _checkLink(certificateId);
        emit CertificateCached(certificateId, parentId, certificate.notAfter);
    }

    /// @inheritdoc INitroCertificates
    function revokeCertificate(bytes32 issuerHash, uint256 serial) external restricted {
        _revoked[_revocationKey(issuerHash, serial)] = true;
        emit CertificateRevoked(issuerHash, serial);
    }

    /// @inheritdoc INitroCertificates
    function certificateOf(bytes32 certificateId) external view returns (NitroCertificate memory) {
        return _certificates[certificateId];
    }

    /// @inheritdoc INitroCertificates
    function isRevoked(bytes32 issuerHash, uint256 serial) external view returns (bool) {
        return _revoked[_revocationKey(issuerHash, serial)];
    }

    /// @inheritdoc INitroCertificates
    function chainExpiry(bytes32 certificateId) public view returns (uint64 expiry) {
        expiry = type(uint64).max;
        for (uint256 links; links < MAX_CHAIN; ++links) {
            uint64 notAfter = _checkLink(certificateId);
            if (notAfter < expiry) expiry = notAfter;
            bytes32 parentId = _certificates[certificateId].parentId;
            if (parentId == certificateId) return expiry;
            certificateId = parentId;
        }
        revert NitroPathTooLong(certificateId);
    }

    /// @inheritdoc INitroCertificates
    function signerOf(bytes32 certificateId) external view returns (NitroCertificate memory signer, uint64 expiry) {
        expiry = chainExpiry(certificateId);
        signer = _certificates[certificateId];
        if (signer.isCa) revert NitroSignerIsCa(certificateId);
    }

    // Inside

    /// @dev Checks the certificate against its parent's chain, name, limits and key. Returns the number of CAs that the
    ///      parent allows below.
    function _checkParent(
        Certificate memory certificate,
        bytes32 certificateId,
        bytes32 parentId
    ) private view returns (uint256 limit) {
        chainExpiry(parentId);
        NitroCertificate memory parent = _certificates[parentId];
        bytes32 issuerHash = keccak256(certificate.issuer.whole());
        if (issuerHash != parent.subjectHash) revert NitroIssuerMismatch(issuerHash, parent.subjectHash);
        if (!parent.isCa) revert NitroParentNotCa(parentId);
        limit = parent.pathLength;
        if (certificate.isCa && limit == 0) revert NitroPathTooLong(parentId);
        bytes memory signature = _signatureOf(certificate.signature);
        bytes memory digest = _digest(certificate.tbs.whole());
        if (!P384.verify(digest, signature, abi.encodePacked(parent.key))) {
            revert NitroCertificateSignatureInvalid(certificateId);
        }
    }

    /// @dev Stores what later checks need. `limit` is the parent's.
    function _keep(Certificate memory certificate, bytes32 certificateId, bytes32 parentId, uint256 limit) private {
        uint256 own = certificate.pathLength < NO_LIMIT ? certificate.pathLength : NO_LIMIT;
        uint256 inherited = limit == NO_LIMIT ? NO_LIMIT : limit - (certificate.isCa ? 1 : 0);
        bytes calldata point = X509.p384Key(certificate.publicKey);
        _certificates[certificateId] = NitroCertificate({
            parentId: parentId,
            issuerHash: keccak256(certificate.issuer.whole()),
            subjectHash: keccak256(certificate.subject.whole()),
            serial: uint160(certificate.serial),
            notBefore: uint40(certificate.notBefore),
            notAfter: uint40(certificate.notAfter),
            isCa: certificate.isCa,
            pathLength: uint8(own < inherited ? own : inherited),
            key: [bytes32(point[:32]), bytes32(point[32:64]), bytes32(point[64:])]
        });
    }

    /// @dev Checks one link's existence, dates and revocation; returns the end of its validity.
    function _checkLink(bytes32 certificateId) private view returns (uint64) {
        NitroCertificate storage certificate = _certificates[certificateId];
        if (certificate.parentId == 0) revert NitroCertificateUnknown(certificateId);
        (uint256 notBefore, uint256 notAfter) = (certificate.notBefore, certificate.notAfter);
        if (block.timestamp < notBefore || block.timestamp > notAfter) {
            revert NitroCertificateExpired(certificateId, block.timestamp, notBefore, notAfter);
        }
        if (_revoked[_revocationKey(certificate.issuerHash, certificate.serial)]) {
            revert NitroCertificateWasRevoked(certificateId);
        }
        return uint64(notAfter);
    }

    /// @dev SHA-384 as 48 bytes.
    function _digest(bytes memory data) private pure returns (bytes memory) {
        (uint256 high, uint256 low) = Sha384.hash(data);
        return abi.encodePacked(uint128(high), low);
    }

    /// @dev r and s of a certificate's signature, 48 bytes each.
    function _signatureOf(DerNode node) private pure returns (bytes memory) {
        (bytes calldata r, bytes calldata s) = X509.ecdsaMagnitudes(node);
        if (r.length > 48 || s.length > 48) revert Der.DerValueInvalid(node.start(), Der.BIT_STRING);
        return abi.encodePacked(new bytes(48 - r.length), r, new bytes(48 - s.length), s);
    }

    function _revocationKey(bytes32 issuerHash, uint256 serial) private pure returns (bytes32) {
        return keccak256(abi.encode(issuerHash, serial));
    }
}
