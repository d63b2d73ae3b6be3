// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Der, DerNode} from "./Der.sol";
import {SignatureAlgorithm, X509} from "./X509.sol";

/// @notice A certificate revocation list. Nodes point into calldata.
/// @param tbs            The signed bytes, tag and length included.
/// @param algorithm      Of the signature, named alike inside and outside of the signed part.
/// @param issuer         Name of the issuer.
/// @param thisUpdate     Unix seconds at which it was issued.
/// @param nextUpdate     Unix seconds by which the next is issued.
/// @param revoked        SEQUENCE of revoked certificates; absent if there are none.
/// @param authorityKeyId Content of authorityKeyIdentifier's [0]; absent if there is none.
/// @param signature      BIT STRING of the signature.
struct RevocationList {
    DerNode tbs;
    SignatureAlgorithm algorithm;
    DerNode issuer;
    uint64 thisUpdate;
    uint64 nextUpdate;
    DerNode revoked;
    DerNode authorityKeyId;
    DerNode signature;
}

/// @title Reads X.509 v2 revocation lists from calldata
/// @notice Takes apart and refuses what is not canonical; checks no signature and no date. Complete lists of one
///         issuer only: delta and indirect lists are refused because their extensions are critical, and all of these
///         are.
library Crl {
    /// @notice Thrown when a revocation list is not of version 2.
    error CrlVersionUnsupported(uint256 version);
    /// @notice Thrown when a list, or an entry of it, has a critical extension. `position` is where it begins.
    error CrlExtensionCritical(uint256 position);

    uint8 private constant EXTENSIONS = 0xa0;
    uint8 private constant KEY_IDENTIFIER = 0x80;
    /// @dev authorityKeyIdentifier, 2.5.29.35.
    bytes32 private constant AUTHORITY_KEY_ID = bytes32(bytes3(0x551d23));

    /// @notice Takes `der` apart. Its entries are read by {nextEntry}.
    function parse(bytes calldata der) internal pure returns (RevocationList memory list) {
        DerNode outer = Der.only(der, Der.SEQUENCE);
        DerNode tbs = outer.firstChild(Der.SEQUENCE);
        DerNode algorithm = tbs.next(outer, Der.SEQUENCE);
        list.signature = algorithm.next(outer, Der.BIT_STRING);
        Der.finish(list.signature.end(), outer.end());
        list.tbs = tbs;
        DerNode node = tbs.firstChild(Der.INTEGER);
        uint256 version = node.toUint() + 1;
        if (version != 2) revert CrlVersionUnsupported(version);
        node = node.next(tbs, Der.SEQUENCE);
        list.algorithm = X509.readAlgorithm(node);
        SignatureAlgorithm named = X509.readAlgorithm(algorithm);
        if (named != list.algorithm) revert X509.X509AlgorithmMismatch(list.algorithm, named);
        node = node.next(tbs, Der.SEQUENCE);
        X509.checkName(node);
        list.issuer = node;
        node = Der.read(node.end(), tbs.end());
        list.thisUpdate = node.toTime();
        node = Der.read(node.end(), tbs.end());
        list.nextUpdate = node.toTime();
        if (Der.startsWith(node.end(), tbs.end(), Der.SEQUENCE)) {
            node = Der.read(node.end(), tbs.end());
            list.revoked = node;
        }
        if (node.end() == tbs.end()) return list;
        node = node.next(tbs, EXTENSIONS);
        Der.finish(node.end(), tbs.end());
        list.authorityKeyId = _readExtensions(node.onlyChild(Der.SEQUENCE));
    }

    /// @notice The serial number of the entry at calldata offset `at`, and where the next one begins.
    function nextEntry(RevocationList memory list, uint256 at) internal pure returns (uint256 serial, uint256 next) {
        DerNode entry = Der.expect(at, list.revoked.end(), Der.SEQUENCE);
        next = entry.end();
        DerNode node = entry.firstChild(Der.INTEGER);
        serial = X509.readSerial(node);
        node = Der.read(node.end(), next);
        node.toTime();
        if (node.end() == next) return (serial, next);
        node = node.next(entry, Der.SEQUENCE);
        Der.finish(node.end(), next);
        _readExtensions(node);
    }

    /// @dev Passes over extensions, none of which is critical; content of authorityKeyIdentifier's [0], if it is
    ///      there.
    function _readExtensions(DerNode list) private pure returns (DerNode keyId) {
        uint256 limit = list.end();
        for (uint256 at = list.content(); at != limit;) {
            DerNode entry = Der.expect(at, limit, Der.SEQUENCE);
            at = entry.end();
            DerNode id = entry.firstChild(Der.OBJECT_IDENTIFIER);
            id.checkOid();
            if (Der.startsWith(id.end(), at, Der.BOOLEAN)) revert CrlExtensionCritical(entry.start());
            DerNode value = id.next(entry, Der.OCTET_STRING);
            Der.finish(value.end(), at);
            if (!id.isOid(AUTHORITY_KEY_ID, 3)) continue;
            if (!keyId.isAbsent()) revert X509.X509ExtensionDuplicate(AUTHORITY_KEY_ID);
            DerNode ids = value.onlyChild(Der.SEQUENCE);
            keyId = Der.expect(ids.content(), ids.end(), KEY_IDENTIFIER);
        }
    }
}
