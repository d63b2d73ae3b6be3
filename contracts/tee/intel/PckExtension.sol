// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Der, DerNode} from "../crypto/Der.sol";
import {Certificate, X509} from "../crypto/X509.sol";
import {ITdxVerifier} from "../interfaces/ITdxVerifier.sol";

/// @notice What a PCK certificate says about its machine.
/// @param svns     The 16 SGX component SVNs in the upper half, the first most significant; the lower half is zero.
/// @param pceSvn   SVN of the provisioning enclave.
/// @param pceId    Id of the provisioning enclave.
/// @param fmspc    Family, model, stepping, platform and custom SKU.
/// @param ppidHash keccak256 of the platform provisioning id.
struct PckPlatform {
    uint256 svns;
    uint16 pceSvn;
    bytes2 pceId;
    bytes6 fmspc;
    bytes32 ppidHash;
}

/// @title Reads Intel's SGX extension (1.2.840.113741.1.13.1) of a PCK certificate
/// @notice Its members in the order in which Intel documents and writes them: PPID, TCB, PCE-ID, FMSPC, SGX type;
///         then, for machines of several sockets, the platform's instance id and configuration, which are not needed.
library PckExtension {
    /// @dev The extension's identifier, and how many bytes it has. Members append one byte to it, TCB components two.
    bytes32 private constant OID = bytes32(bytes9(0x2a864886f84d010d01));
    uint256 private constant OID_SIZE = 9;
    /// @dev A TCB component from its second to its fifteenth byte (behind the length): 06 0b, identifier, 02, then its
    ///      number, then the tag of INTEGER.
    uint256 private constant COMPONENT = 0x060b2a864886f84d010d01020002;

    /// @notice Reads the extension of `certificate`.
    function read(Certificate memory certificate) internal pure returns (PckPlatform memory platform) {
        DerNode value = X509.findExtension(certificate, OID, OID_SIZE);
        if (value.isAbsent()) revert ITdxVerifier.TdxPckExtensionInvalid(certificate.tbs.start());
        DerNode list = value.onlyChild(Der.SEQUENCE);
        uint256 limit = list.end();
        uint256 at = list.content();
        DerNode member;
        (member, at) = _member(at, limit, 1, Der.OCTET_STRING);
        _requireSize(member, 16);
        platform.ppidHash = keccak256(member.bytesOf());
        (member, at) = _member(at, limit, 2, Der.SEQUENCE);
        (platform.svns, platform.pceSvn) = _readTcb(member);
        (member, at) = _member(at, limit, 3, Der.OCTET_STRING);
        _requireSize(member, 2);
        platform.pceId = bytes2(member.word());
        (member, at) = _member(at, limit, 4, Der.OCTET_STRING);
        _requireSize(member, 6);
        platform.fmspc = bytes6(member.word());
        (member, at) = _member(at, limit, 5, Der.ENUMERATED);
        if (at == limit) return platform;
        (member, at) = _member(at, limit, 6, Der.OCTET_STRING);
        _requireSize(member, 16);
        (member, at) = _member(at, limit, 7, Der.SEQUENCE);
        Der.finish(at, limit);
    }

    /// @dev The value of the member SEQUENCE { identifier ending in `arc`, value } at `at`, and where the next begins.
    function _member(
        uint256 at,
        uint256 limit,
        uint256 arc,
        uint8 tag
    ) private pure returns (DerNode value, uint256 next) {
        DerNode entry = Der.expect(at, limit, Der.SEQUENCE);
        next = entry.end();
        DerNode id = entry.firstChild(Der.OBJECT_IDENTIFIER);
        if (!id.isOid(OID | bytes32(arc << 176), OID_SIZE + 1)) revert ITdxVerifier.TdxPckExtensionInvalid(at);
        value = id.next(entry, tag);
        Der.finish(value.end(), next);
    }

    /// @dev Sixteen component SVNs, PCESVN, and the CPUSVN that repeats the components in the CPU's own coding.
    function _readTcb(DerNode list) private pure returns (uint256 svns, uint16 pceSvn) {
        unchecked {
            uint256 limit = list.end();
            uint256 at = list.content();
            uint256 value;
            for (uint256 index = 1; index <= 16; ++index) {
                (value, at) = _component(at, limit, index);
                if (value > type(uint8).max) revert ITdxVerifier.TdxPckExtensionInvalid(at);
                svns |= value << (256 - 8 * index);
            }
            (value, at) = _component(at, limit, 17);
            pceSvn = uint16(value);
            DerNode entry = Der.expect(at, limit, Der.SEQUENCE);
            DerNode id = entry.firstChild(Der.OBJECT_IDENTIFIER);
            if (!id.isOid(OID | bytes32(uint256(0x0212) << 168), OID_SIZE + 2)) {
                revert ITdxVerifier.TdxPckExtensionInvalid(at);
            }
            DerNode cpuSvn = id.next(entry, Der.OCTET_STRING);
            _requireSize(cpuSvn, 16);
            Der.finish(cpuSvn.end(), entry.end());
            Der.finish(entry.end(), limit);
        }
    }

    /// @dev SEQUENCE { identifier ending in 2.`index`, INTEGER below 65,536 }, taken apart in one go: there are 17.
    function _component(uint256 at, uint256 limit, uint256 index) private pure returns (uint256 value, uint256 next) {
        unchecked {
            uint256 word;
            assembly ("memory-safe") {
                word := calldataload(at)
            }
            // 30 length 06 0b … 02 index 02 size value
            uint256 size = (word >> 120) & 0xff;
            next = at + 17 + size;
            uint256 length = (word >> 240) & 0xff;
            bool fits = word >> 248 == 0x30 && length == 15 + size && next <= limit && size > 0 && size <= 3;
            if (!fits || (word >> 128) & (2 ** 112 - 1) != COMPONENT | (index << 8)) {
                revert ITdxVerifier.TdxPckExtensionInvalid(at);
            }
            value = (word >> 96) & 0xffffff;
            // The shortest form: a zero byte in front only before a byte whose high bit is set, which else is the sign.
            if (size == 1) {
                value >>= 16;
                fits = value < 0x80;
            } else if (size == 2) {
                value >>= 8;
                fits = value >= 0x80 && value < 0x8000;
            } else {
                fits = value >= 0x8000 && value < 0x10000;
            }
            if (!fits) revert ITdxVerifier.TdxPckExtensionInvalid(at);
        }
    }

    function _requireSize(DerNode node, uint256 size) private pure {
        if (node.size() != size) revert ITdxVerifier.TdxPckExtensionInvalid(node.start());
    }
}
