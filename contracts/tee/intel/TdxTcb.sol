// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {TcbStatus} from "../interfaces/IAttestationVerifier.sol";
import {ITdxVerifier} from "../interfaces/ITdxVerifier.sol";

/// @notice A level that matched.
struct TcbLevel {
    TcbStatus status;
    uint64 date;
    bytes32 advisories;
}

/// @title Judges a platform by Intel's levels
/// @notice Reads the layouts of {IIntelCollateral}. The first level of a list that is nowhere above the platform
///         counts; lists stand highest first.
library TdxTcb {
    uint256 private constant LEVEL_SIZE = 72;
    uint256 private constant SVN_LEVEL_SIZE = 40;
    /// @dev Version, MRSIGNER, attributes and count of a module, before its levels.
    uint256 private constant MODULE_SIZE = 58;
    /// @dev Every second byte of a word, and one bit above each of them.
    uint256 private constant EVEN_BYTES = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
    uint256 private constant BORROW_BITS = 0x0100010001000100010001000100010001000100010001000100010001000100;
    /// @dev All but the first two TDX component SVNs, which are a TDX module's version and SVN.
    uint256 private constant WITHOUT_MODULE = ~(uint256(0xffff) << 112);

    /// @notice The platform's level.
    /// @param info   Code of the TCB info.
    /// @param svns   SGX component SVNs of the PCK certificate, then TEE_TCB_SVN of the TD report.
    /// @param pceSvn PCESVN of the PCK certificate.
    function matchPlatform(
        bytes memory info,
        uint256 svns,
        uint256 pceSvn
    ) internal pure returns (TcbLevel memory level) {
        unchecked {
            // A module that has an identity of its own is judged by that.
            uint256 counted = moduleVersion(svns) == 0 ? type(uint256).max : WITHOUT_MODULE;
            uint256 count = uint8(info[1]);
            for (uint256 i = 0; i < count; ++i) {
                uint256 needed;
                uint256 rest;
                uint256 offset = 3 + i * LEVEL_SIZE;
                assembly ("memory-safe") {
                    let at := add(add(info, 0x20), offset)
                    needed := mload(at)
                    rest := mload(add(at, 0x20))
                }
                if (pceSvn >= rest >> 240 && _covers(svns, needed & counted)) return _levelAt(info, offset + 34);
            }
        }
        revert ITdxVerifier.TdxTcbLevelUnmatched("platform");
    }

    /// @notice Checks the TDX module against its identity, and returns its level; up to date, undated, when the
    ///         module's version is 0 and it is judged with the platform.
    /// @param signer     The first 32 and, in the upper half, the last 16 bytes of MRSIGNERSEAM.
    /// @param attributes SEAMATTRIBUTES.
    function matchModule(
        bytes memory info,
        uint256 svns,
        bytes32[2] memory signer,
        bytes8 attributes
    ) internal pure returns (TcbLevel memory level) {
        unchecked {
            uint256 version = moduleVersion(svns);
            uint256 count = uint8(info[2]);
            uint256 offset = 3 + uint8(info[1]) * LEVEL_SIZE;
            for (uint256 i = 0; i < count; ++i) {
                (uint256 head, uint256 levels) = (_wordAt(info, offset) >> 248, uint8(info[offset + 57]));
                if (head == version) {
                    bool same = bytes32(_wordAt(info, offset + 1)) == signer[0];
                    same = same && bytes16(bytes32(_wordAt(info, offset + 33))) == bytes16(signer[1]);
                    same = same && bytes8(bytes32(_wordAt(info, offset + 49))) == attributes && attributes == 0;
                    if (!same) revert ITdxVerifier.TdxModuleMismatch(uint8(version));
                    if (version == 0) return TcbLevel(TcbStatus.UP_TO_DATE, 0, 0);
                    uint256 isvSvn = (svns >> 120) & 0xff;
                    return _matchSvn(info, offset + MODULE_SIZE, levels, isvSvn, "module");
                }
                offset += MODULE_SIZE + levels * SVN_LEVEL_SIZE;
            }
            revert ITdxVerifier.TdxModuleMismatch(uint8(version));
        }
    }

    /// @notice Checks the quoting enclave's report against its identity, and returns its level.
    /// @param identity Code of the QE identity.
    /// @param report   The report, 384 bytes.
    function matchQe(bytes memory identity, bytes calldata report) internal pure returns (TcbLevel memory) {
        bytes32 masks = bytes32(_wordAt(identity, 1));
        bytes4 miscSelect = bytes4(report[16:20]);
        if (miscSelect & bytes4(masks << 32) != bytes4(masks)) {
            revert ITdxVerifier.TdxQeIdentityMismatch("miscselect");
        }
        bytes32 attributes = bytes32(_wordAt(identity, 9));
        if (bytes16(report[48:64]) & bytes16(attributes << 128) != bytes16(attributes)) {
            revert ITdxVerifier.TdxQeIdentityMismatch("attributes");
        }
        if (bytes32(report[128:160]) != bytes32(_wordAt(identity, 41))) {
            revert ITdxVerifier.TdxQeIdentityMismatch("mrsigner");
        }
        if (littleEndian16(bytes2(report[256:258])) != _wordAt(identity, 73) >> 240) {
            revert ITdxVerifier.TdxQeIdentityMismatch("isvprodid");
        }
        return _matchSvn(identity, 76, uint8(identity[75]), littleEndian16(bytes2(report[258:260])), "enclave");
    }

    /// @notice The status of a platform whose module or quoting enclave has the status `part`. As in Intel's
    ///         procedure, whatever of theirs is neither up to date nor revoked is out of date.
    function converge(TcbStatus platform, TcbStatus part) internal pure returns (TcbStatus) {
        if (part == TcbStatus.UP_TO_DATE) return platform;
        if (part == TcbStatus.REVOKED) return TcbStatus.REVOKED;
        if (platform == TcbStatus.UP_TO_DATE || platform == TcbStatus.SW_HARDENING_NEEDED) {
            return TcbStatus.OUT_OF_DATE;
        }
        bool configuration =
            platform == TcbStatus.CONFIGURATION_NEEDED || platform == TcbStatus.CONFIGURATION_AND_SW_HARDENING_NEEDED;
        return configuration ? TcbStatus.OUT_OF_DATE_CONFIGURATION_NEEDED : platform;
    }

    /// @notice TEE_TCB_SVN[1]: the version of the TDX module's identity, or 0.
    function moduleVersion(uint256 svns) internal pure returns (uint256) {
        return (svns >> 112) & 0xff;
    }

    /// @notice A number of two bytes, the least significant first.
    function littleEndian16(bytes2 value) internal pure returns (uint16) {
        return (uint16(value) >> 8) | (uint16(value) << 8);
    }

    /// @dev Whether every byte of `present` is at least that of `needed`.
    function _covers(uint256 present, uint256 needed) private pure returns (bool) {
        unchecked {
            uint256 even = ((present & EVEN_BYTES) | BORROW_BITS) - (needed & EVEN_BYTES);
            uint256 odd = (((present >> 8) & EVEN_BYTES) | BORROW_BITS) - ((needed >> 8) & EVEN_BYTES);
            return even & odd & BORROW_BITS == BORROW_BITS;
        }
    }

    /// @dev The first of `count` levels at `offset` whose SVN is at most `svn`.
    function _matchSvn(
        bytes memory data,
        uint256 offset,
        uint256 count,
        uint256 svn,
        bytes32 part
    ) private pure returns (TcbLevel memory) {
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                if (svn >= _wordAt(data, offset) >> 240) return _levelAt(data, offset + 2);
                offset += SVN_LEVEL_SIZE;
            }
        }
        revert ITdxVerifier.TdxTcbLevelUnmatched(part);
    }

    /// @dev Status, date and advisories at `offset`.
    function _levelAt(bytes memory data, uint256 offset) private pure returns (TcbLevel memory level) {
        uint256 head = _wordAt(data, offset);
        level.status = TcbStatus(head >> 248);
        level.date = uint40(head >> 208);
        level.advisories = bytes32(_wordAt(data, offset + 6));
    }

    /// @dev The 32 bytes at `offset`. The layouts that it reads were written by this system.
    function _wordAt(bytes memory data, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), offset))
        }
    }
}
