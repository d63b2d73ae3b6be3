// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Der, DerNode} from "../crypto/Der.sol";
import {RsaPss} from "../crypto/RsaPss.sol";
import {Sha384} from "../crypto/Sha384.sol";
import {Certificate, SignatureAlgorithm, X509} from "../crypto/X509.sol";
import {ISevSnpVerifier, SnpProduct} from "../interfaces/ISevSnpVerifier.sol";
import {AmdKeys} from "./AmdKeys.sol";

/// @notice What a VCEK's certificate says.
/// @param platformId keccak256 of the chip id as a report has it: 64 bytes.
/// @param tcbVersion The TCB the key was derived from, as AMD's 64-bit number.
/// @param notBefore  Unix seconds from which it is valid.
/// @param notAfter   Unix seconds until which it, and the key that signed it, are valid.
/// @param key        The point of P-384: x and y, 48 bytes each.
struct VcekFacts {
    bytes32 platformId;
    uint64 tcbVersion;
    uint64 notBefore;
    uint64 notAfter;
    bytes key;
}

/// @title Reads the certificate of a VCEK and checks its signature
/// @dev AMD's "VCEK Certificate and KDS Interface Specification" (57230) lists the extensions.
library VcekCertificate {
    /// @dev keccak256 of the subject's Name, the same in every product line; its common name is SEV-VCEK.
    bytes32 private constant SUBJECT = 0xf82c4874306737e92a7ebcbbd0bfe658eb52e4cf17341a003d5837a6732fdf34;
    /// @dev AMD's identifiers below 1.3.6.1.4.1.3704.1: 3.n (security patch levels, 10 bytes with n) and 4 (chip id).
    uint256 private constant PATCH_LEVEL = 0x2b060104019c780103;
    uint256 private constant CHIP_ID = 0x2b060104019c780104;
    /// @dev Which byte of the TCB holds patch level 3.n: hexadecimal digit n, counted from the right; 15 means "none".
    ///      Milan and Genoa: boot loader 0, TEE 1, reserved 2 to 5, SNP 6, microcode 7.
    ///      Turin: FMC 0, boot loader 1, TEE 2, SNP 3, reserved 4 to 6, microcode 7.
    uint256 private constant PLACES = 0xf75432610f;
    uint256 private constant PLACES_TURIN = 0x07654f321f;
    /// @dev Extensions that must be there: bit n for 3.n, bit 0 for the chip id. The reserved ones count as zero.
    uint256 private constant REQUIRED = 0x10f;
    uint256 private constant REQUIRED_TURIN = 0x30f;

    /// @notice Takes `der` apart and checks that the signing key of `product` has signed it. Dates are not compared.
    function verify(bytes calldata der, SnpProduct product) internal view returns (VcekFacts memory vcek) {
        (bytes memory modulus, bytes32 issuer, uint64 issuerNotAfter) = AmdKeys.signingKey(product);
        Certificate memory certificate = X509.parse(der);
        if (certificate.algorithm != SignatureAlgorithm.RSA_PSS_SHA384) {
            revert ISevSnpVerifier.SnpVcekAlgorithmUnexpected(certificate.algorithm);
        }
        bytes32 name = keccak256(certificate.issuer.whole());
        if (name != issuer) revert ISevSnpVerifier.SnpVcekIssuerUnexpected(name, issuer);
        name = keccak256(certificate.subject.whole());
        if (name != SUBJECT) revert ISevSnpVerifier.SnpVcekSubjectUnexpected(name, SUBJECT);
        vcek.notBefore = certificate.notBefore;
        vcek.notAfter = certificate.notAfter < issuerNotAfter ? certificate.notAfter : issuerNotAfter;
        vcek.key = X509.p384Key(certificate.publicKey);
        (vcek.platformId, vcek.tcbVersion) = _readExtensions(certificate.extensions, product);
        (uint256 high, uint256 low) = Sha384.hash(certificate.tbs.whole());
        if (!RsaPss.verify4096(high, low, modulus, certificate.signature.octets())) {
            revert ISevSnpVerifier.SnpVcekSignatureInvalid(product);
        }
    }

    /// @dev Reads chip id and patch levels. {X509-parse} has checked that each entry is well-formed.
    function _readExtensions(
        DerNode list,
        SnpProduct product
    ) private pure returns (bytes32 platformId, uint64 tcbVersion) {
        bool turin = product == SnpProduct.TURIN;
        uint256 places = turin ? PLACES_TURIN : PLACES;
        uint256 present;
        uint256 limit = list.end();
        for (uint256 at = list.content(); at != limit;) {
            DerNode entry = Der.expect(at, limit, Der.SEQUENCE);
            at = entry.end();
            DerNode id = entry.firstChild(Der.OBJECT_IDENTIFIER);
            uint256 oid = uint256(id.word());
            uint256 flag;
            if (oid >> 184 == CHIP_ID && id.size() == 9) {
                flag = 1;
                platformId = _hashChipId(id.next(entry, Der.OCTET_STRING), turin ? 8 : 64, bytes32(oid));
            } else if (oid >> 184 == PATCH_LEVEL && id.size() == 10) {
                uint256 n = (oid >> 176) & 0xff;
                uint256 place = n > 9 ? 15 : (places >> (4 * n)) & 15;
                uint256 level = id.next(entry, Der.OCTET_STRING).onlyChild(Der.INTEGER).toUint();
                if (place > 7 || level > 255) revert ISevSnpVerifier.SnpVcekExtensionInvalid(bytes32(oid));
                flag = 1 << n;
                tcbVersion |= uint64(level << (8 * place));
            }
            if (present & flag != 0) revert ISevSnpVerifier.SnpVcekExtensionInvalid(bytes32(oid));
            present |= flag;
        }
        uint256 required = turin ? REQUIRED_TURIN : REQUIRED;
        if (present & required != required) revert ISevSnpVerifier.SnpVcekExtensionMissing(present, required);
    }

    /// @dev The chip id is in the extension as it is, without an inner type; a report has zeros after Turin's 8 bytes.
    function _hashChipId(DerNode value, uint256 length, bytes32 oid) private pure returns (bytes32) {
        if (value.size() != length) revert ISevSnpVerifier.SnpVcekExtensionInvalid(oid);
        bytes memory chipId = new bytes(64);
        bytes calldata content = value.bytesOf();
        assembly ("memory-safe") {
            calldatacopy(add(chipId, 32), content.offset, length)
        }
        return keccak256(chipId);
    }
}
