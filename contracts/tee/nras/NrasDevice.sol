// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {GpuClaims, INrasVerifier} from "../interfaces/INrasVerifier.sol";
import {JsonClaims, JsonMember} from "./JsonClaims.sol";

/// @title Reads what NVIDIA claims of one GPU
/// @notice Refuses a device of which any claim is false: each is a check that failed. Of the checks that matter most it
///         demands that they are there.
library NrasDevice {
    using JsonClaims for bytes;

    bytes32 private constant FALSE = keccak256("false");
    bytes32 private constant TRUE = keccak256("true");
    bytes32 private constant NONCE = keccak256("eat_nonce");
    bytes32 private constant MODEL = keccak256("hwmodel");
    bytes32 private constant DRIVER = keccak256("x-nvidia-gpu-driver-version");
    bytes32 private constant VBIOS = keccak256("x-nvidia-gpu-vbios-version");
    bytes32 private constant DEVICE = keccak256("ueid");
    bytes32 private constant CERT_STATUS = keccak256("x-nvidia-cert-status");
    bytes32 private constant OCSP_STATUS = keccak256("x-nvidia-cert-ocsp-status");
    bytes32 private constant VALID = keccak256("valid");
    bytes32 private constant GOOD = keccak256("good");
    /// @dev All bits of {_bitOf}.
    uint256 private constant REQUIRED = 0x3fff;
    /// @dev The three certificate chains among them.
    uint256 private constant CHAINS = 0xe0;

    /// @notice Reads `payload` into `gpu`.
    /// @param nonce The overall token's, which the device's must equal.
    function read(bytes memory payload, bytes32 nonce, GpuClaims memory gpu) internal pure {
        uint256 at;
        uint256 seen;
        do {
            JsonMember memory member;
            (member, at) = payload.read(at);
            uint256 bit = _bitOf(member.name);
            bool isFalse = payload.keccakOf(member.from, member.until) == FALSE;
            if (seen & bit != 0 || isFalse) revert INrasVerifier.NrasClaimRefused(member.name);
            seen |= bit;
            if (bit > 0xff) {
                if (!_isGood(payload, member)) revert INrasVerifier.NrasClaimRefused(member.name);
            } else if (bit & CHAINS != 0) {
                _checkChain(payload, member.from);
            } else if (bit == 1) {
                if (payload.hexAt(member.from, member.until) != nonce) {
                    revert INrasVerifier.NrasClaimRefused(member.name);
                }
            } else if (bit != 0) {
                _keep(gpu, bit, payload.stringAt(member.from, member.until));
            }
        } while (payload[at] == ",");
        if (at + 1 != payload.length) revert JsonClaims.JsonInvalid(at);
        if (seen != REQUIRED) revert INrasVerifier.NrasClaimMissing(seen);
    }

    function _keep(GpuClaims memory gpu, uint256 bit, string memory text) private pure {
        if (bit == 2) gpu.model = text;
        else if (bit == 4) gpu.driverVersion = text;
        else if (bit == 8) gpu.vbiosVersion = text;
        else gpu.deviceId = keccak256(bytes(text));
    }

    /// @dev Demands a chain that is valid and that no responder revoked.
    function _checkChain(bytes memory payload, uint256 at) private pure {
        if (payload[at] != "{") revert JsonClaims.JsonInvalid(at);
        uint256 seen;
        do {
            JsonMember memory member;
            (member, at) = payload.read(at);
            if (member.name == CERT_STATUS || member.name == OCSP_STATUS) {
                bool isStatus = member.name == CERT_STATUS;
                uint256 bit = isStatus ? 1 : 2;
                bool good = payload.isString(member.from, member.until, isStatus ? VALID : GOOD);
                if (seen & bit != 0 || !good) {
                    revert INrasVerifier.NrasClaimRefused(member.name);
                }
                seen |= bit;
            }
        } while (payload[at] == ",");
        if (seen != 3) revert INrasVerifier.NrasClaimMissing(seen);
    }

    /// @dev Whether a claim of the upper bits is what it must be.
    function _isGood(bytes memory payload, JsonMember memory member) private pure returns (bool) {
        (uint256 from, uint256 until) = (member.from, member.until);
        if (member.name == keccak256("measres")) return payload.isString(from, until, keccak256("success"));
        if (member.name == keccak256("dbgstat")) return payload.isString(from, until, keccak256("disabled"));
        return payload.keccakOf(from, until) == TRUE;
    }

    /// @dev One bit for each claim that must be there, 0 for any other.
    function _bitOf(bytes32 name) private pure returns (uint256) {
        if (name == NONCE) return 0x1;
        if (name == MODEL) return 0x2;
        if (name == DRIVER) return 0x4;
        if (name == VBIOS) return 0x8;
        if (name == DEVICE) return 0x10;
        if (name == keccak256("x-nvidia-gpu-attestation-report-cert-chain")) return 0x20;
        if (name == keccak256("x-nvidia-gpu-driver-rim-cert-chain")) return 0x40;
        if (name == keccak256("x-nvidia-gpu-vbios-rim-cert-chain")) return 0x80;
        if (name == keccak256("measres")) return 0x100;
        if (name == keccak256("dbgstat")) return 0x200;
        if (name == keccak256("secboot")) return 0x400;
        if (name == keccak256("x-nvidia-gpu-arch-check")) return 0x800;
        if (name == keccak256("x-nvidia-gpu-attestation-report-signature-verified")) return 0x1000;
        return name == keccak256("x-nvidia-gpu-attestation-report-nonce-match") ? 0x2000 : 0;
    }
}
