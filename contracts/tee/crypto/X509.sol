// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Der, DerNode} from "./Der.sol";

/// @notice The signature algorithms that the vendors' certificates use.
enum SignatureAlgorithm {
    ECDSA_SHA256,
    ECDSA_SHA384,
    RSA_PSS_SHA384
}

/// @notice What every certificate has. Nodes point into calldata.
/// @param tbs            TBSCertificate, tag and length included: the bytes that the signature covers.
/// @param serial         Serial number, at most 20 bytes.
/// @param algorithm      Of the signature, named alike inside and outside of the signed part.
/// @param issuer         Name of the issuer.
/// @param notBefore      Unix seconds from which it is valid.
/// @param notAfter       Unix seconds until which, inclusively, it is valid.
/// @param subject        Name of the subject.
/// @param publicKey      SubjectPublicKeyInfo.
/// @param extensions     SEQUENCE of extensions; absent if there are none.
/// @param isCa           basicConstraints says CA.
/// @param pathLength     Number of intermediates allowed below; NO_PATH_LENGTH without a limit.
/// @param keyUsage       Bits of keyUsage, bit 0 the most significant; 0 without that extension.
/// @param subjectKeyId   Content of subjectKeyIdentifier's OCTET STRING; absent if there is none.
/// @param authorityKeyId Content of authorityKeyIdentifier's [0]; absent if there is none.
/// @param signature      BIT STRING of the signature.
struct Certificate {
    DerNode tbs;
    uint256 serial;
    SignatureAlgorithm algorithm;
    DerNode issuer;
    uint64 notBefore;
    uint64 notAfter;
    DerNode subject;
    DerNode publicKey;
    DerNode extensions;
    bool isCa;
    uint256 pathLength;
    uint16 keyUsage;
    DerNode subjectKeyId;
    DerNode authorityKeyId;
    DerNode signature;
}

/// @title Reads X.509 v3 certificates from calldata
/// @notice Takes apart, and refuses what is not canonical; it checks no signature, date, name or key id: who may have
///         signed what is for the caller to say. Beyond the requirements of DER it refuses: lengths over 65,535; names
///         with other strings than ASCII in UTF8String, PrintableString or IA5String; unique ids; explicit FALSE;
///         extensions it does not know that are critical; the extensions it reads when they come twice.
library X509 {
    /// @notice Thrown when a certificate is not of version 3.
    error X509VersionUnsupported(uint256 version);
    /// @notice Thrown when the signature algorithm at `position` is none of {SignatureAlgorithm}.
    error X509AlgorithmUnsupported(uint256 position);
    /// @notice Thrown when the signed part names another signature algorithm than the outer one.
    error X509AlgorithmMismatch(SignatureAlgorithm inner, SignatureAlgorithm outer);
    /// @notice Thrown when a serial number is over 20 bytes.
    error X509SerialTooLong(uint256 serial);
    /// @notice Thrown when a certificate ends its validity before it begins.
    error X509ValidityInvalid(uint64 notBefore, uint64 notAfter);
    /// @notice Thrown when a critical extension is not known. `oid` is its identifier's content, left-aligned.
    error X509ExtensionUnknown(bytes32 oid);
    /// @notice Thrown when an extension is there twice.
    error X509ExtensionDuplicate(bytes32 oid);
    /// @notice Thrown when the public key at `position` is not of the kind asked for.
    error X509KeyUnsupported(uint256 position);

    /// @notice `pathLength` of a certificate that sets no limit.
    uint256 internal constant NO_PATH_LENGTH = type(uint256).max;

    /// @notice Bits of `keyUsage`.
    uint16 internal constant DIGITAL_SIGNATURE = 0x8000;
    uint16 internal constant KEY_CERT_SIGN = 0x0400;
    uint16 internal constant CRL_SIGN = 0x0200;

    /// @dev AlgorithmIdentifiers, complete: ecdsa-with-SHA256 and ecdsa-with-SHA384.
    uint256 private constant ECDSA_SHA256 = 0x300a06082a8648ce3d040302;
    uint256 private constant ECDSA_SHA384 = 0x300a06082a8648ce3d040303;
    /// @dev keccak256 of RSASSA-PSS's AlgorithmIdentifier with SHA-384, MGF1 with SHA-384, 48 bytes of salt; and the
    ///      same with the trailer field written although it has its default, as AMD's older certificates do.
    bytes32 private constant PSS_SHA384 = 0xdbaa23db909d993146ce9bceb311967fd4323f9676b0183bef91179e166a598b;
    bytes32 private constant PSS_SHA384_TRAILER = 0x9f9d49556de3bc1a127d3aa3064e482079015e0ebc670e7e30370cde7b6d049e;
    /// @dev What comes before the point in a SubjectPublicKeyInfo: P-256 (27 bytes) and P-384 (24 bytes).
    uint256 private constant P256_PREFIX = 0x3059301306072a8648ce3d020106082a8648ce3d03010703420004;
    uint256 private constant P384_PREFIX = 0x3076301006072a8648ce3d020106052b8104002203620004;
    /// @dev AlgorithmIdentifier of rsaEncryption, with its NULL.
    bytes32 private constant RSA_ENCRYPTION = bytes32(bytes15(0x300d06092a864886f70d0101010500));

    /// @dev Explicit tags of TBSCertificate, and the implicit one of a key identifier.
    uint8 private constant VERSION = 0xa0;
    uint8 private constant EXTENSIONS = 0xa3;
    uint8 private constant KEY_IDENTIFIER = 0x80;
    uint256 private constant HIGH_BITS = 0x8080808080808080808080808080808080808080808080808080808080808080;

    // Certificates

    /// @notice Takes `der` apart.
    function parse(bytes calldata der) internal pure returns (Certificate memory certificate) {
        certificate = parseKnownNames(der);
        checkName(certificate.issuer);
        checkName(certificate.subject);
    }

    /// @notice As {parse}, but does not look into the names: for callers that compare them with names they know.
    function parseKnownNames(bytes calldata der) internal pure returns (Certificate memory certificate) {
        DerNode outer = Der.only(der, Der.SEQUENCE);
        DerNode tbs = outer.firstChild(Der.SEQUENCE);
        DerNode algorithm = tbs.next(outer, Der.SEQUENCE);
        DerNode signature = algorithm.next(outer, Der.BIT_STRING);
        Der.finish(signature.end(), outer.end());
        certificate.tbs = tbs;
        certificate.signature = signature;
        _readTbs(certificate, tbs);
        SignatureAlgorithm named = readAlgorithm(algorithm);
        if (named != certificate.algorithm) revert X509AlgorithmMismatch(certificate.algorithm, named);
    }

    /// @notice Content of the OCTET STRING of the extension whose identifier is `oid` (left-aligned, `length` bytes);
    ///         absent if there is none. For extensions that {parse} does not read; they are not critical.
    function findExtension(
        Certificate memory certificate,
        bytes32 oid,
        uint256 length
    ) internal pure returns (DerNode value) {
        DerNode list = certificate.extensions;
        uint256 limit = list.end();
        for (uint256 at = list.content(); at != limit;) {
            DerNode entry = Der.expect(at, limit, Der.SEQUENCE);
            at = entry.end();
            DerNode id = entry.firstChild(Der.OBJECT_IDENTIFIER);
            if (!id.isOid(oid, length)) continue;
            if (!value.isAbsent()) revert X509ExtensionDuplicate(oid);
            value = id.next(entry, Der.OCTET_STRING);
        }
    }

    // Keys and signatures

    /// @notice The point of a P-256 key.
    function p256Key(DerNode publicKey) internal pure returns (uint256 x, uint256 y) {
        uint256 at = publicKey.start();
        uint256 prefix;
        assembly ("memory-safe") {
            prefix := shr(40, calldataload(at))
            x := calldataload(add(at, 27))
            y := calldataload(add(at, 59))
        }
        if (publicKey.end() - at != 91 || prefix != P256_PREFIX) revert X509KeyUnsupported(at);
    }

    /// @notice The point of a P-384 key: x and y, 48 bytes each.
    function p384Key(DerNode publicKey) internal pure returns (bytes calldata point) {
        uint256 at = publicKey.start();
        uint256 prefix;
        assembly ("memory-safe") {
            prefix := shr(64, calldataload(at))
        }
        if (publicKey.end() - at != 120 || prefix != P384_PREFIX) revert X509KeyUnsupported(at);
        return publicKey.whole()[24:];
    }

    /// @notice Modulus, without leading zeros, and exponent of an RSA key.
    function rsaKey(DerNode publicKey) internal pure returns (bytes calldata modulus, uint256 exponent) {
        DerNode algorithm = publicKey.firstChild(Der.SEQUENCE);
        bytes calldata identifier = algorithm.whole();
        if (identifier.length != 15 || bytes15(identifier) != bytes15(RSA_ENCRYPTION)) {
            revert X509KeyUnsupported(publicKey.start());
        }
        DerNode bits = algorithm.next(publicKey, Der.BIT_STRING);
        Der.finish(bits.end(), publicKey.end());
        DerNode key = Der.only(bits.octets(), Der.SEQUENCE);
        DerNode n = key.firstChild(Der.INTEGER);
        DerNode e = n.next(key, Der.INTEGER);
        Der.finish(e.end(), key.end());
        (uint256 at, uint256 length) = n.magnitude();
        assembly ("memory-safe") {
            modulus.offset := at
            modulus.length := length
        }
        exponent = e.toUint();
    }

    /// @notice r and s of an ECDSA signature on a 256-bit curve, from the BIT STRING that holds it.
    function ecdsaSignature(DerNode signature) internal pure returns (uint256 r, uint256 s) {
        DerNode pair = Der.only(signature.octets(), Der.SEQUENCE);
        DerNode first = pair.firstChild(Der.INTEGER);
        DerNode second = first.next(pair, Der.INTEGER);
        Der.finish(second.end(), pair.end());
        return (first.toUint(), second.toUint());
    }

    /// @notice r and s of an ECDSA signature on any curve: their magnitudes, without leading zeros.
    function ecdsaMagnitudes(DerNode signature) internal pure returns (bytes calldata r, bytes calldata s) {
        DerNode pair = Der.only(signature.octets(), Der.SEQUENCE);
        DerNode first = pair.firstChild(Der.INTEGER);
        DerNode second = first.next(pair, Der.INTEGER);
        Der.finish(second.end(), pair.end());
        (uint256 at, uint256 length) = first.magnitude();
        (uint256 atSecond, uint256 lengthSecond) = second.magnitude();
        assembly ("memory-safe") {
            r.offset := at
            r.length := length
            s.offset := atSecond
            s.length := lengthSecond
        }
    }

    /// @notice The algorithm that an AlgorithmIdentifier names, its parameters included.
    function readAlgorithm(DerNode identifier) internal pure returns (SignatureAlgorithm) {
        uint256 at = identifier.start();
        uint256 length = identifier.end() - at;
        if (length == 12) {
            uint256 value;
            assembly ("memory-safe") {
                value := shr(160, calldataload(at))
            }
            if (value == ECDSA_SHA256) return SignatureAlgorithm.ECDSA_SHA256;
            if (value == ECDSA_SHA384) return SignatureAlgorithm.ECDSA_SHA384;
        } else {
            bytes32 hash = keccak256(identifier.whole());
            if (hash == PSS_SHA384 || hash == PSS_SHA384_TRAILER) return SignatureAlgorithm.RSA_PSS_SHA384;
        }
        revert X509AlgorithmUnsupported(at);
    }

    /// @notice Refuses a Name that is not a SEQUENCE of SETs of attributes with ASCII strings.
    function checkName(DerNode name) internal pure {
        uint256 limit = name.end();
        for (uint256 at = name.content(); at != limit;) {
            DerNode set = Der.expect(at, limit, Der.SET);
            at = set.end();
            uint256 inner = set.content();
            do {
                DerNode attribute = Der.expect(inner, at, Der.SEQUENCE);
                inner = attribute.end();
                DerNode id = attribute.firstChild(Der.OBJECT_IDENTIFIER);
                id.checkOid();
                DerNode value = Der.read(id.end(), inner);
                Der.finish(value.end(), inner);
                _checkAscii(value);
            } while (inner != at);
        }
    }

    // Parts

    /// @dev Reads everything inside of the signed part.
    function _readTbs(Certificate memory certificate, DerNode tbs) private pure {
        DerNode node = tbs.firstChild(VERSION);
        uint256 version = node.onlyChild(Der.INTEGER).toUint() + 1;
        if (version != 3) revert X509VersionUnsupported(version);
        node = node.next(tbs, Der.INTEGER);
        certificate.serial = readSerial(node);
        node = node.next(tbs, Der.SEQUENCE);
        certificate.algorithm = readAlgorithm(node);
        node = node.next(tbs, Der.SEQUENCE);
        certificate.issuer = node;
        node = node.next(tbs, Der.SEQUENCE);
        _readValidity(certificate, node);
        node = node.next(tbs, Der.SEQUENCE);
        certificate.subject = node;
        node = node.next(tbs, Der.SEQUENCE);
        certificate.publicKey = node;
        certificate.pathLength = NO_PATH_LENGTH;
        if (node.end() == tbs.end()) return;
        node = node.next(tbs, EXTENSIONS);
        Der.finish(node.end(), tbs.end());
        node = node.onlyChild(Der.SEQUENCE);
        certificate.extensions = node;
        _readExtensions(certificate, node);
    }

    /// @notice A serial number: a non-negative INTEGER of at most 20 bytes. (AMD numbers its certificates 0.)
    function readSerial(DerNode node) internal pure returns (uint256 serial) {
        serial = node.toUint();
        if (serial >> 160 != 0) revert X509SerialTooLong(serial);
    }

    function _readValidity(Certificate memory certificate, DerNode validity) private pure {
        DerNode from = Der.read(validity.content(), validity.end());
        DerNode until = Der.read(from.end(), validity.end());
        Der.finish(until.end(), validity.end());
        (uint64 notBefore, uint64 notAfter) = (from.toTime(), until.toTime());
        if (notBefore > notAfter) revert X509ValidityInvalid(notBefore, notAfter);
        (certificate.notBefore, certificate.notAfter) = (notBefore, notAfter);
    }

    /// @dev Reads the extensions it knows; lets others pass unless they are critical.
    function _readExtensions(Certificate memory certificate, DerNode list) private pure {
        uint256 limit = list.end();
        uint256 seen;
        for (uint256 at = list.content(); at != limit;) {
            DerNode entry = Der.expect(at, limit, Der.SEQUENCE);
            at = entry.end();
            DerNode id = entry.firstChild(Der.OBJECT_IDENTIFIER);
            id.checkOid();
            uint256 cursor = id.end();
            bool critical = Der.startsWith(cursor, at, Der.BOOLEAN);
            if (critical) {
                DerNode flag = Der.read(cursor, at);
                flag.checkTrue();
                cursor = flag.end();
            }
            DerNode value = Der.expect(cursor, at, Der.OCTET_STRING);
            Der.finish(value.end(), at);
            // id-ce is 2.5.29; its arcs here are below 64.
            uint256 arc = id.size() == 3 ? uint256(id.word()) >> 232 : 0;
            arc = arc >> 8 == 0x551d ? arc & 0xff : 0;
            bool known = _readExtension(certificate, arc, value);
            if (known) {
                if (seen & (1 << arc) != 0) revert X509ExtensionDuplicate(id.word());
                seen |= 1 << arc;
            } else if (critical) {
                revert X509ExtensionUnknown(id.word());
            }
        }
    }

    /// @dev Reads the extension 2.5.29.`arc`; false when it is none of those read here.
    function _readExtension(Certificate memory certificate, uint256 arc, DerNode value) private pure returns (bool) {
        if (arc == 14) {
            certificate.subjectKeyId = value.onlyChild(Der.OCTET_STRING);
        } else if (arc == 15) {
            certificate.keyUsage = value.onlyChild(Der.BIT_STRING).flags();
        } else if (arc == 19) {
            _readBasicConstraints(certificate, value.onlyChild(Der.SEQUENCE));
        } else if (arc == 35) {
            DerNode ids = value.onlyChild(Der.SEQUENCE);
            if (Der.startsWith(ids.content(), ids.end(), KEY_IDENTIFIER)) {
                certificate.authorityKeyId = Der.read(ids.content(), ids.end());
            }
        } else {
            return false;
        }
        return true;
    }

    function _readBasicConstraints(Certificate memory certificate, DerNode constraints) private pure {
        uint256 limit = constraints.end();
        if (constraints.content() == limit) return;
        DerNode flag = constraints.firstChild(Der.BOOLEAN);
        flag.checkTrue();
        certificate.isCa = true;
        if (flag.end() == limit) return;
        DerNode length = flag.next(constraints, Der.INTEGER);
        Der.finish(length.end(), limit);
        certificate.pathLength = length.toUint();
    }

    /// @dev Refuses another string type than three that hold ASCII, and bytes above 0x7f.
    function _checkAscii(DerNode value) private pure {
        unchecked {
            uint8 kind = value.tag();
            if (kind != Der.UTF8_STRING && kind != Der.PRINTABLE_STRING && kind != Der.IA5_STRING) {
                revert Der.DerTagUnexpected(value.start(), kind, Der.UTF8_STRING);
            }
            uint256 limit = value.end();
            uint256 highBits;
            for (uint256 at = value.content(); at < limit; at += 32) {
                uint256 chunk;
                assembly ("memory-safe") {
                    chunk := calldataload(at)
                }
                uint256 left = limit - at;
                if (left < 32) chunk >>= 8 * (32 - left);
                highBits |= chunk & HIGH_BITS;
            }
            if (highBits != 0) revert Der.DerValueInvalid(value.start(), kind);
        }
    }
}
