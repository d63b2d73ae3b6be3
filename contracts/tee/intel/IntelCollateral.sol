// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Crl, RevocationList} from "../crypto/Crl.sol";
import {DerNode} from "../crypto/Der.sol";
import {P256} from "../crypto/P256.sol";
import {Certificate, SignatureAlgorithm, X509} from "../crypto/X509.sol";
import {IIntelCollateral, IntelCollateralView, IntelItem, IntelQuery} from "../interfaces/IIntelCollateral.sol";
import {CodeStore} from "../libraries/CodeStore.sol";
import {IntelHeader, IntelJson, TcbInfo} from "./IntelJson.sol";
import {IntelNames} from "./IntelNames.sol";

/// @title What Intel has signed about its platforms, brought by anyone
contract IntelCollateral is IIntelCollateral {
    /// @dev A PCK authority. Four slots: x, y, the last two together with the serial number.
    struct Authority {
        uint256 x;
        uint256 y;
        uint160 serial;
        uint48 notBefore;
        uint48 notAfter;
    }

    /// @dev A signer of TCB information. Three slots.
    struct Signer {
        uint160 serial;
        uint48 notBefore;
        uint48 notAfter;
        uint256 x;
        uint256 y;
    }

    /// @dev Dates of a revocation list. One slot.
    struct ListDates {
        uint64 issuedAt;
        uint64 expiresAt;
    }

    /// @dev A document of Intel's. One slot.
    struct Document {
        address code;
        uint40 issuedAt;
        uint40 expiresAt;
        uint16 signer;
    }

    /// @dev In the place of an authority: the root.
    bytes32 private constant ROOT = 0;

    uint256 private immutable ROOT_X;
    uint256 private immutable ROOT_Y;

    mapping(bytes32 authority => Authority) private _authorities;
    mapping(bytes32 authority => ListDates) private _lists;
    mapping(bytes32 authority => mapping(uint160 serial => bool)) private _revoked;
    /// @dev Index 0 is nobody.
    Signer[] private _signers;
    mapping(bytes32 signerKey => uint16 signer) private _signerOf;
    mapping(bytes32 platform => Document) private _tcbInfos;
    mapping(uint256 tcbEvaluation => Document) private _qeIdentities;

    /// @param rootX Public key of Intel's root, as {rootKey} shows it for ever.
    /// @param rootY Its other coordinate.
    constructor(uint256 rootX, uint256 rootY) {
        (ROOT_X, ROOT_Y) = (rootX, rootY);
        _signers.push();
    }

    // Views

    /// @inheritdoc IIntelCollateral
    function lookup(IntelQuery calldata query) external view returns (IntelCollateralView memory found) {
        Authority storage authority = _authorities[query.authority];
        Document memory info = _tcbInfos[_platform(query.fmspc, query.pceId, query.tcbEvaluation)];
        Document memory identity = _qeIdentities[query.tcbEvaluation];
        uint256 until = _checkDates(IntelItem.PCK_AUTHORITY, authority.notAfter, type(uint64).max);
        until = _checkDates(IntelItem.ROOT_REVOCATION_LIST, _lists[ROOT].expiresAt, until);
        until = _checkDates(IntelItem.PCK_REVOCATION_LIST, _lists[query.authority].expiresAt, until);
        until = _checkDates(IntelItem.TCB_INFO, info.expiresAt, until);
        until = _checkDates(IntelItem.QE_IDENTITY, identity.expiresAt, until);
        until = _checkSigner(info.signer, until);
        if (identity.signer != info.signer) until = _checkSigner(identity.signer, until);
        _checkNotRevoked(ROOT, authority.serial);
        _checkNotRevoked(query.authority, query.serial);
        (found.authorityX, found.authorityY) = (authority.x, authority.y);
        (found.tcbInfo, found.qeIdentity) = (info.code, identity.code);
        found.expiresAt = uint64(until);
    }

    /// @inheritdoc IIntelCollateral
    function rootKey() external view returns (uint256 x, uint256 y) {
        return (ROOT_X, ROOT_Y);
    }

    /// @inheritdoc IIntelCollateral
    function signerValidity(bytes32 signerKey) external view returns (uint64 notBefore, uint64 notAfter) {
        Signer storage known = _signers[_signerOf[signerKey]];
        return (known.notBefore, known.notAfter);
    }

    /// @inheritdoc IIntelCollateral
    function authorityValidity(bytes32 authority) external view returns (uint64 notBefore, uint64 notAfter) {
        Authority storage known = _authorities[authority];
        return (known.notBefore, known.notAfter);
    }

    /// @inheritdoc IIntelCollateral
    function revocationList(bytes32 authority) external view returns (uint64 issuedAt, uint64 expiresAt) {
        ListDates memory dates = _lists[authority];
        return (dates.issuedAt, dates.expiresAt);
    }

    /// @inheritdoc IIntelCollateral
    function isRevoked(bytes32 authority, uint160 serial) external view returns (bool) {
        return _revoked[authority][serial];
    }

    /// @inheritdoc IIntelCollateral
    function tcbInfo(
        bytes6 fmspc,
        bytes2 pceId,
        uint32 tcbEvaluation
    ) external view returns (uint64 issuedAt, uint64 expiresAt, address code) {
        Document memory document = _tcbInfos[_platform(fmspc, pceId, tcbEvaluation)];
        return (document.issuedAt, document.expiresAt, document.code);
    }

    /// @inheritdoc IIntelCollateral
    function qeIdentity(uint32 tcbEvaluation) external view returns (uint64 issuedAt, uint64 expiresAt, address code) {
        Document memory document = _qeIdentities[tcbEvaluation];
        return (document.issuedAt, document.expiresAt, document.code);
    }

    // Writes

    /// @inheritdoc IIntelCollateral
    function addCertificate(bytes calldata der) external {
        Certificate memory certificate = X509.parse(der);
        bytes32 issuer = keccak256(certificate.issuer.whole());
        if (issuer != IntelNames.ROOT) revert IntelIssuerUnknown(issuer);
        bytes32 subject = keccak256(certificate.subject.whole());
        if (subject == IntelNames.PLATFORM_CA || subject == IntelNames.PROCESSOR_CA) {
            _checkCertificate(IntelItem.PCK_AUTHORITY, certificate);
            _addAuthority(certificate);
        } else if (subject == IntelNames.TCB_SIGNING) {
            _checkCertificate(IntelItem.TCB_SIGNER, certificate);
            _addSigner(certificate);
        } else {
            revert IntelSubjectUnknown(subject);
        }
    }

    /// @inheritdoc IIntelCollateral
    function updateRevocationList(bytes calldata der) external {
        RevocationList memory list = Crl.parse(der);
        IntelItem item = IntelItem.ROOT_REVOCATION_LIST;
        bytes32 issuer = ROOT;
        (uint256 x, uint256 y) = (ROOT_X, ROOT_Y);
        if (keccak256(list.issuer.whole()) != IntelNames.ROOT) {
            item = IntelItem.PCK_REVOCATION_LIST;
            issuer = _authorityId(list.issuer, list.authorityKeyId);
            (x, y) = (_authorities[issuer].x, _authorities[issuer].y);
            _checkDates(IntelItem.PCK_AUTHORITY, _authorities[issuer].notAfter, 0);
            _checkNotRevoked(ROOT, _authorities[issuer].serial);
        }
        _checkSignature(item, list.tbs, list.algorithm, list.signature, x, y);
        _checkNow(item, list.thisUpdate, list.nextUpdate);
        ListDates storage dates = _lists[issuer];
        _checkNewer(item, list.thisUpdate, dates.issuedAt);
        (dates.issuedAt, dates.expiresAt) = (list.thisUpdate, list.nextUpdate);
        uint256 entries = _revoke(issuer, list);
        emit RevocationListUpdated(issuer, list.thisUpdate, list.nextUpdate, entries);
    }

    /// @inheritdoc IIntelCollateral
    function updateTcbInfo(bytes calldata json, uint256 r, uint256 s, bytes32 signerKey) external {
        uint16 signer = _checkSigned(IntelItem.TCB_INFO, json, r, s, signerKey);
        TcbInfo memory info = IntelJson.readTcbInfo(json);
        IntelHeader memory header = info.header;
        Document storage document = _tcbInfos[_platform(info.fmspc, info.pceId, header.tcbEvaluation)];
        address code = _replace(IntelItem.TCB_INFO, document, header, info.levels, signer);
        emit TcbInfoUpdated(info.fmspc, info.pceId, header.tcbEvaluation, header.issuedAt, header.expiresAt, code);
    }

    /// @inheritdoc IIntelCollateral
    function updateQeIdentity(bytes calldata json, uint256 r, uint256 s, bytes32 signerKey) external {
        uint16 signer = _checkSigned(IntelItem.QE_IDENTITY, json, r, s, signerKey);
        (IntelHeader memory header, bytes memory content) = IntelJson.readQeIdentity(json);
        Document storage document = _qeIdentities[header.tcbEvaluation];
        address code = _replace(IntelItem.QE_IDENTITY, document, header, content, signer);
        emit QeIdentityUpdated(header.tcbEvaluation, header.issuedAt, header.expiresAt, code);
    }

    // Effects

    function _addAuthority(Certificate memory certificate) private {
        bool fit = certificate.isCa && certificate.keyUsage & X509.KEY_CERT_SIGN != 0;
        if (!fit || certificate.keyUsage & X509.CRL_SIGN == 0) {
            revert IntelCertificateUnfit(certificate.isCa, certificate.keyUsage);
        }
        bytes32 id = _authorityId(certificate.subject, certificate.subjectKeyId);
        Authority storage authority = _authorities[id];
        if (authority.notAfter != 0) {
            _checkNewer(IntelItem.PCK_AUTHORITY, certificate.notBefore, authority.notBefore);
        }
        (authority.x, authority.y) = X509.p256Key(certificate.publicKey);
        authority.serial = uint160(certificate.serial);
        (authority.notBefore, authority.notAfter) = (uint48(certificate.notBefore), uint48(certificate.notAfter));
        emit PckAuthorityAdded(id, authority.serial, authority.x, authority.y, certificate.notAfter);
    }

    function _addSigner(Certificate memory certificate) private {
        if (certificate.isCa || certificate.keyUsage & X509.DIGITAL_SIGNATURE == 0) {
            revert IntelCertificateUnfit(certificate.isCa, certificate.keyUsage);
        }
        (uint256 x, uint256 y) = X509.p256Key(certificate.publicKey);
        bytes32 key = keccak256(abi.encode(x, y));
        uint16 index = _signerOf[key];
        if (index == 0) {
            index = uint16(_signers.length);
            _signers.push();
            _signerOf[key] = index;
        } else {
            _checkNewer(IntelItem.TCB_SIGNER, certificate.notBefore, _signers[index].notBefore);
        }
        Signer storage signer = _signers[index];
        (signer.x, signer.y) = (x, y);
        signer.serial = uint160(certificate.serial);
        (signer.notBefore, signer.notAfter) = (uint48(certificate.notBefore), uint48(certificate.notAfter));
        emit TcbSignerAdded(key, signer.serial, x, y, certificate.notAfter);
    }

    /// @dev Marks every entry of a list. What a list once named stays marked when a later one does not name it.
    function _revoke(bytes32 issuer, RevocationList memory list) private returns (uint256 entries) {
        uint256 limit = list.revoked.end();
        mapping(uint160 serial => bool) storage revoked = _revoked[issuer];
        for (uint256 at = list.revoked.content(); at != limit; ++entries) {
            uint256 serial;
            (serial, at) = Crl.nextEntry(list, at);
            if (revoked[uint160(serial)]) continue;
            revoked[uint160(serial)] = true;
            emit IntelCertificateRevoked(issuer, uint160(serial));
        }
    }

    /// @dev Puts a document in the place of an older one. Unchanged content keeps its account.
    function _replace(
        IntelItem item,
        Document storage document,
        IntelHeader memory header,
        bytes memory content,
        uint16 signer
    ) private returns (address code) {
        _checkNow(item, header.issuedAt, header.expiresAt);
        _checkNewer(item, header.issuedAt, document.issuedAt);
        code = CodeStore.put(document.code, content);
        document.code = code;
        document.issuedAt = uint40(header.issuedAt);
        document.expiresAt = uint40(header.expiresAt);
        document.signer = signer;
    }

    // Checks

    /// @dev Signed by the root, valid now, not revoked, with a key id.
    function _checkCertificate(IntelItem item, Certificate memory certificate) private view {
        SignatureAlgorithm algorithm = certificate.algorithm;
        _checkSignature(item, certificate.tbs, algorithm, certificate.signature, ROOT_X, ROOT_Y);
        _checkNow(item, certificate.notBefore, certificate.notAfter);
        _checkNotRevoked(ROOT, uint160(certificate.serial));
        if (certificate.subjectKeyId.size() != 20) {
            revert IntelCertificateUnfit(certificate.isCa, certificate.keyUsage);
        }
    }

    function _checkSignature(
        IntelItem item,
        DerNode tbs,
        SignatureAlgorithm algorithm,
        DerNode signature,
        uint256 x,
        uint256 y
    ) private view {
        if (algorithm != SignatureAlgorithm.ECDSA_SHA256) revert IntelSignatureInvalid(item);
        (uint256 r, uint256 s) = X509.ecdsaSignature(signature);
        if (!P256.verify(sha256(tbs.whole()), r, s, x, y)) revert IntelSignatureInvalid(item);
    }

    /// @dev A JSON document is signed by a signer that is good now, under a root list that is good now.
    function _checkSigned(
        IntelItem item,
        bytes calldata json,
        uint256 r,
        uint256 s,
        bytes32 signerKey
    ) private view returns (uint16 signer) {
        _checkDates(IntelItem.ROOT_REVOCATION_LIST, _lists[ROOT].expiresAt, 0);
        signer = _signerOf[signerKey];
        _checkSigner(signer, 0);
        Signer storage known = _signers[signer];
        if (!P256.verify(sha256(json), r, s, known.x, known.y)) revert IntelSignatureInvalid(item);
    }

    function _checkSigner(uint16 signer, uint256 until) private view returns (uint256) {
        Signer storage known = _signers[signer];
        (uint160 serial, uint256 notAfter) = (known.serial, known.notAfter);
        until = _checkDates(IntelItem.TCB_SIGNER, notAfter, until);
        _checkNotRevoked(ROOT, serial);
        return until;
    }

    /// @dev Refuses what is missing or too old; the earlier of its last second and `until`.
    function _checkDates(IntelItem item, uint256 expiresAt, uint256 until) private view returns (uint256) {
        if (expiresAt == 0) revert IntelItemMissing(item);
        if (block.timestamp > expiresAt) revert IntelItemExpired(item, uint64(expiresAt));
        return expiresAt < until ? expiresAt : until;
    }

    function _checkNow(IntelItem item, uint64 from, uint64 until) private view {
        if (block.timestamp < from || block.timestamp > until) revert IntelItemNotValidNow(item, from, until);
    }

    function _checkNewer(IntelItem item, uint64 issuedAt, uint64 presentIssuedAt) private pure {
        if (issuedAt <= presentIssuedAt) revert IntelItemNotNewer(item, issuedAt, presentIssuedAt);
    }

    function _checkNotRevoked(bytes32 authority, uint160 serial) private view {
        if (_revoked[authority][serial]) revert IntelCertificateIsRevoked(authority, serial);
    }

    // Keys

    function _authorityId(DerNode name, DerNode keyId) private pure returns (bytes32) {
        return keccak256(bytes.concat(name.whole(), keyId.bytesOf()));
    }

    function _platform(bytes6 fmspc, bytes2 pceId, uint32 tcbEvaluation) private pure returns (bytes32) {
        return bytes32(fmspc) | (bytes32(pceId) >> 48) | (bytes32(uint256(tcbEvaluation)));
    }
}
