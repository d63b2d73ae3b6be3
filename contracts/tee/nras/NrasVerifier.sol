// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {P384} from "../crypto/P384.sol";
import {Sha384} from "../crypto/Sha384.sol";
import {GpuClaims, GpuFacts, INrasVerifier} from "../interfaces/INrasVerifier.sol";
import {Base64Url} from "./Base64Url.sol";
import {JsonClaims, JsonMember} from "./JsonClaims.sol";
import {NrasDevice} from "./NrasDevice.sol";

/// @title Verifies tokens of NVIDIA's Remote Attestation Service
contract NrasVerifier is INrasVerifier, AccessManaged {
    using JsonClaims for bytes;

    uint256 private constant MAX_DEVICES = 16;
    /// @dev Characters of 96 bytes in base64url.
    uint256 private constant SIGNATURE_CHARS = 128;

    bytes32 private constant ISSUER = keccak256("iss");
    bytes32 private constant RESULT = keccak256("x-nvidia-overall-att-result");
    bytes32 private constant NONCE = keccak256("eat_nonce");
    bytes32 private constant NOT_BEFORE = keccak256("nbf");
    bytes32 private constant EXPIRES = keccak256("exp");
    bytes32 private constant ISSUED = keccak256("iat");
    bytes32 private constant DEVICES = keccak256("submods");
    bytes32 private constant NVIDIA = keccak256("https://nras.attestation.nvidia.com");
    bytes32 private constant TRUE = keccak256("true");
    bytes32 private constant KEY_NAME = keccak256("kid");
    bytes32 private constant ALGORITHM = keccak256("alg");
    bytes32 private constant ES384 = keccak256("ES384");
    /// @dev Of what is before a digest, ["DIGEST",["SHA-256", with the comma.
    bytes32 private constant DIGEST_PREFIX = keccak256(hex"5b22444947455354222c5b225348412d323536222c");
    /// @dev Bits of the seven claims that must be there.
    uint256 private constant REQUIRED = 0x7f;

    struct Key {
        bytes32[3] point;
        bool accepted;
        bool used;
    }

    mapping(bytes32 keyId => Key) private _keys;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc INrasVerifier
    function acceptKey(string calldata kid, bytes32[3] calldata key) external restricted {
        bytes32 keyId = keccak256(bytes(kid));
        if (_keys[keyId].used) revert NrasKeyUsed(keyId);
        _keys[keyId] = Key({point: key, accepted: true, used: true});
        emit NrasKeyAccepted(keyId, kid);
    }

    /// @inheritdoc INrasVerifier
    function withdrawKey(bytes32 keyId) external restricted {
        if (!_keys[keyId].accepted) revert NrasKeyUnknown(keyId);
        _keys[keyId].accepted = false;
        emit NrasKeyWithdrawn(keyId);
    }

    /// @inheritdoc INrasVerifier
    function isAccepted(bytes32 keyId) external view returns (bool) {
        return _keys[keyId].accepted;
    }

    /// @inheritdoc INrasVerifier
    function verify(bytes calldata token, bytes[] calldata devices) external view returns (GpuFacts memory facts) {
        (bytes32 keyId, bytes memory payload) = _verifySignature(token);
        bytes32[] memory digests;
        (facts, digests) = _readClaims(payload, devices.length);
        facts.keyId = keyId;
        for (uint256 i; i < devices.length; ++i) {
            bytes32 digest = sha256(devices[i]);
            if (digest != digests[i]) revert NrasDigestMismatch(i, digest, digests[i]);
            (, bytes calldata body, ) = _split(devices[i]);
            NrasDevice.read(Base64Url.decode(body), facts.nonce, facts.gpus[i]);
        }
    }

    /// @dev Checks the token's signature; returns its key's id and its payload.
    function _verifySignature(bytes calldata token) private view returns (bytes32 keyId, bytes memory payload) {
        // The signature and the dot before it are not signed.
        if (token.length <= SIGNATURE_CHARS) revert NrasTokenMalformed(token.length);
        bytes memory digest = _digest(token[:token.length - SIGNATURE_CHARS - 1]);
        (bytes calldata header, bytes calldata body, bytes calldata signature) = _split(token);
        if (signature.length != SIGNATURE_CHARS) revert NrasTokenMalformed(token.length);
        keyId = _readHeader(Base64Url.decode(header));
        if (!P384.verify(digest, Base64Url.decode(signature), _keyOf(keyId))) revert NrasSignatureInvalid();
        payload = Base64Url.decode(body);
    }

    /// @dev An accepted key.
    function _keyOf(bytes32 keyId) private view returns (bytes memory) {
        if (!_keys[keyId].accepted) revert NrasKeyUnknown(keyId);
        return abi.encodePacked(_keys[keyId].point);
    }

    /// @dev SHA-384 as 48 bytes.
    function _digest(bytes memory data) private pure returns (bytes memory) {
        (uint256 high, uint256 low) = Sha384.hash(data);
        return abi.encodePacked(uint128(high), low);
    }

    /// @dev The three parts of a token.
    function _split(
        bytes calldata token
    ) private pure returns (bytes calldata header, bytes calldata body, bytes calldata signature) {
        uint256 first = _dot(token, 0);
        uint256 second = _dot(token, first + 1);
        return (token[:first], token[first + 1:second], token[second + 1:]);
    }

    /// @dev Index of the first dot from `from` on.
    function _dot(bytes calldata token, uint256 from) private pure returns (uint256) {
        for (uint256 i = from; i < token.length; ++i) {
            if (token[i] == ".") return i;
        }
        revert NrasTokenMalformed(token.length);
    }

    /// @dev The key's id from a header that has it, and ES384, and nothing else.
    function _readHeader(bytes memory header) private pure returns (bytes32 keyId) {
        uint256 at;
        uint256 seen;
        do {
            JsonMember memory member;
            (member, at) = header.read(at);
            if (member.name == KEY_NAME && seen & 1 == 0) {
                keyId = keccak256(bytes(header.stringAt(member.from, member.until)));
                seen |= 1;
            } else if (member.name == ALGORITHM && seen & 2 == 0) {
                if (!header.isString(member.from, member.until, ES384)) revert NrasTokenMalformed(header.length);
                seen |= 2;
            } else {
                revert NrasClaimRefused(member.name);
            }
        } while (header[at] == ",");
        if (at + 1 != header.length || seen != 3) revert NrasTokenMalformed(header.length);
    }

    /// @dev The overall token's claims and the digests of the devices' tokens.
    function _readClaims(
        bytes memory payload,
        uint256 tokens
    ) private view returns (GpuFacts memory facts, bytes32[] memory digests) {
        uint256 at;
        uint256 seen;
        uint64 notBefore;
        do {
            JsonMember memory member;
            (member, at) = payload.read(at);
            (uint256 from, uint256 until) = (member.from, member.until);
            uint256 bit = _bitOf(member.name);
            if (seen & bit != 0) revert NrasClaimRefused(member.name);
            seen |= bit;
            if (bit == 1 && !payload.isString(from, until, NVIDIA)) revert NrasClaimRefused(member.name);
            if (bit == 2 && payload.keccakOf(from, until) != TRUE) revert NrasClaimRefused(member.name);
            if (bit == 4) facts.nonce = payload.hexAt(from, until);
            if (bit == 8) notBefore = payload.numberAt(from, until);
            if (bit == 16) facts.expiresAt = payload.numberAt(from, until);
            if (bit == 32) facts.issuedAt = payload.numberAt(from, until);
            if (bit == 64) (facts.gpus, digests) = _readDevices(payload, from, tokens);
        } while (payload[at] == ",");
        if (at + 1 != payload.length) revert JsonClaims.JsonInvalid(at);
        if (seen != REQUIRED) revert NrasClaimMissing(seen);
        if (block.timestamp < notBefore || block.timestamp >= facts.expiresAt) {
            revert NrasTokenExpired(block.timestamp, notBefore, facts.expiresAt);
        }
    }

    /// @dev Names and digests of the devices: {"GPU-0":["DIGEST",["SHA-256","…"]],…}.
    function _readDevices(
        bytes memory payload,
        uint256 at,
        uint256 tokens
    ) private pure returns (GpuClaims[] memory gpus, bytes32[] memory digests) {
        if (tokens == 0 || tokens > MAX_DEVICES) revert NrasDeviceCountMismatch(0, tokens);
        gpus = new GpuClaims[](tokens);
        digests = new bytes32[](tokens);
        uint256 count;
        if (payload[at] != "{") revert JsonClaims.JsonInvalid(at);
        do {
            JsonMember memory member;
            uint256 nameAt = at + 1;
            (member, at) = payload.read(at);
            if (count == tokens) revert NrasDeviceCountMismatch(count + 1, tokens);
            gpus[count].name = payload.stringAt(nameAt, member.from - 1);
            // ["DIGEST",["SHA-256","<64 digits>"]]
            (uint256 from, uint256 until) = (member.from, member.until);
            bool fits = until - from == 89 && payload.keccakOf(from, from + 21) == DIGEST_PREFIX;
            if (!fits || payload.keccakOf(until - 2, until) != keccak256("]]")) revert NrasClaimRefused(member.name);
            digests[count++] = payload.hexAt(from + 21, until - 2);
        } while (payload[at] == ",");
        if (count != tokens) revert NrasDeviceCountMismatch(count, tokens);
    }

    /// @dev One bit for each claim that must be there, 0 for any other.
    function _bitOf(bytes32 name) private pure returns (uint256) {
        if (name == ISSUER) return 1;
        if (name == RESULT) return 2;
        if (name == NONCE) return 4;
        if (name == NOT_BEFORE) return 8;
        if (name == EXPIRES) return 16;
        if (name == ISSUED) return 32;
        return name == DEVICES ? 64 : 0;
    }
}
