// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Sha384} from "../crypto/Sha384.sol";
import {ISevSnpVerifier} from "../interfaces/ISevSnpVerifier.sol";

/// @title Reads an attestation report of SEV-SNP
/// @dev AMD's "SEV Secure Nested Paging Firmware ABI Specification" (56860), table ATTESTATION_REPORT. Versions 2 to
///      5; all numbers are little-endian.
library SnpReport {
    /// @notice Bytes of a report, and of its first part, which is signed.
    uint256 internal constant SIZE = 0x4a0;
    uint256 internal constant SIGNED = 0x2a0;

    uint256 private constant OLDEST_VERSION = 2;
    /// @dev The first version that says which processor it is from, and the first that says what it mitigates.
    uint256 private constant WITH_CPUID = 3;
    uint256 private constant WITH_MITIGATIONS = 5;
    uint256 private constant ECDSA_P384_SHA384 = 1;

    /// @dev Bits of the policy: reserved and always one; may be migrated by an agent; may be debugged. Known are the
    ///      bits up to 25.
    uint256 private constant POLICY_ONE = 1 << 17;
    uint256 private constant POLICY_MIGRATION = 1 << 18;
    uint256 private constant POLICY_DEBUG = 1 << 19;
    uint256 private constant POLICY_BITS = 26;

    /// @notice Refuses a report of an unknown layout, or one that says that it must not be relied on.
    function check(bytes calldata report) internal pure {
        uint256 version = _read32(report, 0x00);
        if (version < OLDEST_VERSION || version > WITH_MITIGATIONS) {
            revert ISevSnpVerifier.SnpVersionUnsupported(version);
        }
        uint256 vmpl = _read32(report, 0x30);
        if (vmpl != 0) revert ISevSnpVerifier.SnpVmplNotZero(vmpl);
        uint256 algorithm = _read32(report, 0x34);
        if (algorithm != ECDSA_P384_SHA384) revert ISevSnpVerifier.SnpAlgorithmUnsupported(algorithm);
        _checkSigner(_read32(report, 0x48));
        _checkPolicy(_read64(report, 0x08));
        _checkReserved(report, version);
    }

    /// @notice Whether the host may read the guest's memory.
    function isDebug(bytes calldata report) internal pure returns (bool) {
        return _read64(report, 0x08) & POLICY_DEBUG != 0;
    }

    /// @notice The reported TCB: the one whose key signs.
    function tcbVersion(bytes calldata report) internal pure returns (uint64) {
        return uint64(_read64(report, 0x180));
    }

    /// @notice keccak256 of the chip id.
    function platformId(bytes calldata report) internal pure returns (bytes32) {
        return keccak256(report[0x1a0:0x1e0]);
    }

    /// @notice What the guest chose to bind.
    function reportData(bytes calldata report) internal pure returns (bytes calldata) {
        return report[0x50:0x90];
    }

    /// @notice The hash of everything that identifies the code; see {ISevSnpVerifier}. `kind` is its first byte.
    function measurementId(bytes calldata report, uint8 kind) internal pure returns (bytes32) {
        return keccak256(bytes.concat(bytes1(kind), report[0x04:0x30], report[0x90:0x140]));
    }

    /// @notice SHA-384 of the signed part, 48 bytes.
    function digest(bytes calldata report) internal pure returns (bytes memory) {
        (uint256 high, uint256 low) = Sha384.hash(report[:SIGNED]);
        return abi.encodePacked(uint128(high), low);
    }

    /// @notice r and s, 48 bytes big-endian each.
    function signature(bytes calldata report) internal pure returns (bytes memory) {
        (uint128 rHigh, uint256 rLow) = _read384(report, SIGNED);
        (uint128 sHigh, uint256 sLow) = _read384(report, SIGNED + 72);
        return abi.encodePacked(rHigh, rLow, sHigh, sLow);
    }

    /// @dev Bit 0: an author key was used. Bit 1: the chip id is hidden. Bits 2 to 4: which key signs. Others are
    ///      zero.
    function _checkSigner(uint256 flags) private pure {
        if (flags >> 5 != 0) revert ISevSnpVerifier.SnpReservedNotZero(0x48, 0x4c);
        if (flags >> 2 != 0) revert ISevSnpVerifier.SnpSigningKeyUnsupported(flags >> 2);
        if (flags & 2 != 0) revert ISevSnpVerifier.SnpChipHidden();
    }

    function _checkPolicy(uint256 policy) private pure {
        if (policy & POLICY_ONE == 0 || policy >> POLICY_BITS != 0) revert ISevSnpVerifier.SnpPolicyInvalid(policy);
        if (policy & POLICY_MIGRATION != 0) revert ISevSnpVerifier.SnpMigrationAgentAllowed(policy);
    }

    /// @dev The numbers of the signature have 72 bytes, of which P-384 uses 48.
    function _checkReserved(bytes calldata report, uint256 version) private pure {
        _checkZero(report, 0x4c, 0x50);
        _checkZero(report, version < WITH_CPUID ? 0x188 : 0x18b, 0x1a0);
        _checkZero(report, 0x1eb, 0x1ec);
        _checkZero(report, 0x1ef, 0x1f0);
        _checkZero(report, version < WITH_MITIGATIONS ? 0x1f8 : 0x208, SIGNED);
        _checkZero(report, SIGNED + 48, SIGNED + 72);
        _checkZero(report, SIGNED + 120, SIZE);
    }

    function _checkZero(bytes calldata report, uint256 from, uint256 to) private pure {
        uint256 bits;
        assembly ("memory-safe") {
            let end := add(report.offset, to)
            for {
                let at := add(report.offset, from)
            } lt(at, end) {
                at := add(at, 32)
            } {
                let word := calldataload(at)
                let left := sub(end, at)
                if lt(left, 32) {
                    word := shr(shl(3, sub(32, left)), word)
                }
                bits := or(bits, word)
            }
        }
        if (bits != 0) revert ISevSnpVerifier.SnpReservedNotZero(from, to);
    }

    function _read32(bytes calldata report, uint256 at) private pure returns (uint256) {
        return _reverse(uint256(uint32(bytes4(report[at:at + 4])))) >> 224;
    }

    function _read64(bytes calldata report, uint256 at) private pure returns (uint256) {
        return _reverse(uint256(uint64(bytes8(report[at:at + 8])))) >> 192;
    }

    function _read384(bytes calldata report, uint256 at) private pure returns (uint128 high, uint256 low) {
        low = _reverse(uint256(bytes32(report[at:at + 32])));
        high = uint128(_reverse(uint256(uint128(bytes16(report[at + 32:at + 48])))) >> 128);
    }

    /// @dev The 32 bytes in opposite order: neighbours change places, then pairs, fours, eights and halves.
    function _reverse(uint256 v) private pure returns (uint256) {
        uint256 mask = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
        v = ((v >> 8) & mask) | ((v & mask) << 8);
        mask = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
        v = ((v >> 16) & mask) | ((v & mask) << 16);
        mask = 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
        v = ((v >> 32) & mask) | ((v & mask) << 32);
        mask = 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff;
        v = ((v >> 64) & mask) | ((v & mask) << 64);
        return (v >> 128) | (v << 128);
    }
}
