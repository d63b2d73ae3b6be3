// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Cbor, CborSlice} from "../crypto/Cbor.sol";

/// @notice What an attestation document says. Slices point into calldata.
/// @param payload     The signed payload, with its CBOR head.
/// @param signature   r and s, 96 bytes.
/// @param moduleId    Name that AWS gives the enclave: the instance's id and the enclave's.
/// @param timestamp   Unix milliseconds.
/// @param pcrs        Platform configuration registers by index, 48 bytes each; those it does not list are absent.
/// @param certificate The certificate, DER, whose key signed the document.
/// @param publicKey   What the enclave gave as its key; absent if nothing.
/// @param userData    What the enclave chose to bind; absent if nothing.
/// @param nonce       What the enclave gave as nonce; absent if nothing.
struct NitroContent {
    CborSlice payload;
    CborSlice signature;
    CborSlice moduleId;
    uint256 timestamp;
    CborSlice[32] pcrs;
    CborSlice certificate;
    CborSlice publicKey;
    CborSlice userData;
    CborSlice nonce;
}

/// @title Reads attestation documents of AWS Nitro enclaves: COSE_Sign1 around a CBOR map
/// @notice Takes apart, and refuses what is not canonical; checks no signature. The document is exactly the array of
///         four that the Nitro Security Module returns: no COSE tag, no framing, no bytes after it.
library NitroDocument {
    /// @notice Thrown when the document does not begin as ES384 COSE_Sign1 does: `head` are its first 7 bytes.
    error NitroHeaderUnexpected(bytes7 head);
    /// @notice Thrown when a key of the payload, left-aligned, is not one that documents have, or is there twice.
    error NitroKeyUnexpected(bytes32 key);
    /// @notice Thrown when the payload lacks a required field; `seen` are those it has, as a bit each in the order of
    ///         {NitroContent}: module id, digest, timestamp, PCRs, certificate, bundle.
    error NitroFieldMissing(uint256 seen);
    /// @notice Thrown when the field `key` is of a size that it cannot have.
    error NitroFieldInvalid(bytes32 key, uint256 size);
    /// @notice Thrown when a register's index is 32 or more, or there twice.
    error NitroPcrIndexInvalid(uint256 index);

    /// @dev Array of 4; protected header of 4 bytes, {1: -35}, which is ES384; empty map of unprotected headers.
    bytes7 private constant HEADER = 0x8444a1013822a0;
    uint256 private constant PCRS = 32;
    uint256 private constant PCR_SIZE = 48;
    uint256 private constant MAX_STRING = 1024;
    uint256 private constant MAX_BUNDLE = 8;
    /// @dev Bits of the six fields that must be there.
    uint256 private constant REQUIRED = 0x3f;

    bytes32 private constant MODULE_ID = "module_id";
    bytes32 private constant DIGEST = "digest";
    bytes32 private constant TIMESTAMP = "timestamp";
    bytes32 private constant PCR_MAP = "pcrs";
    bytes32 private constant CERTIFICATE = "certificate";
    bytes32 private constant BUNDLE = "cabundle";
    bytes32 private constant PUBLIC_KEY = "public_key";
    bytes32 private constant USER_DATA = "user_data";
    bytes32 private constant NONCE = "nonce";

    /// @notice Takes `document` apart.
    function parse(bytes calldata document) internal pure returns (NitroContent memory content) {
        if (document.length < 7 || bytes7(document) != HEADER) revert NitroHeaderUnexpected(bytes7(document));
        uint256 at;
        assembly ("memory-safe") {
            at := add(document.offset, 7)
        }
        uint256 limit = at + document.length - 7;
        (CborSlice payload, uint256 next) = Cbor.expectString(at, limit, Cbor.BYTES);
        content.payload = CborSlice.wrap((at << 128) | (next - at));
        (content.signature, at) = Cbor.expectString(next, limit, Cbor.BYTES);
        if (content.signature.size() != 96) revert NitroFieldInvalid("signature", content.signature.size());
        Cbor.finish(at, limit);
        _readPayload(content, next - payload.size(), next);
    }

    /// @notice The bytes that the signature covers: COSE's Sig_structure with the protected header and the payload.
    function signedBytes(NitroContent memory content) internal pure returns (bytes memory) {
        return abi.encodePacked(hex"846a", "Signature1", hex"44a101382240", content.payload.bytesOf());
    }

    /// @dev Reads the map between `at` and `limit`.
    function _readPayload(NitroContent memory content, uint256 at, uint256 limit) private pure {
        uint256 pairs;
        (pairs, at) = Cbor.expectMap(at, limit);
        uint256 seen;
        while (pairs != 0) {
            if (pairs == Cbor.INDEFINITE) {
                if (Cbor.isBreak(at, limit)) {
                    at += 1;
                    break;
                }
            } else {
                pairs -= 1;
            }
            CborSlice name;
            (name, at) = Cbor.expectString(at, limit, Cbor.TEXT);
            bytes32 key = name.word();
            uint256 bit = _bitOf(key, name.size());
            if (bit == 0 || seen & bit != 0) revert NitroKeyUnexpected(key);
            seen |= bit;
            at = _readField(content, key, at, limit);
        }
        Cbor.finish(at, limit);
        if (seen & REQUIRED != REQUIRED) revert NitroFieldMissing(seen);
    }

    /// @dev Reads the value of `key` at `at`; says where it ends.
    function _readField(
        NitroContent memory content,
        bytes32 key,
        uint256 at,
        uint256 limit
    ) private pure returns (uint256 next) {
        CborSlice value;
        if (key == PCR_MAP) return _readPcrs(content, at, limit);
        if (key == BUNDLE) return _readBundle(at, limit);
        if (key == TIMESTAMP) {
            (content.timestamp, next) = Cbor.expect(at, limit, Cbor.UINT);
        } else if (key == MODULE_ID) {
            (value, next) = Cbor.expectString(at, limit, Cbor.TEXT);
            if (value.size() == 0 || value.size() > MAX_STRING) revert NitroFieldInvalid(key, value.size());
            content.moduleId = value;
        } else if (key == DIGEST) {
            (value, next) = Cbor.expectString(at, limit, Cbor.TEXT);
            if (value.word() != "SHA384" || value.size() != 6) revert NitroFieldInvalid(key, value.size());
        } else if (key == CERTIFICATE) {
            (value, next) = Cbor.expectString(at, limit, Cbor.BYTES);
            if (value.size() == 0 || value.size() > MAX_STRING) revert NitroFieldInvalid(key, value.size());
            content.certificate = value;
        } else {
            (value, next) = Cbor.expectBytesOrNull(at, limit);
            if (value.size() > MAX_STRING) revert NitroFieldInvalid(key, value.size());
            if (key == PUBLIC_KEY) content.publicKey = value;
            else if (key == USER_DATA) content.userData = value;
            else content.nonce = value;
        }
    }

    /// @dev Registers come in any order, each at most once; an image that is not measured into one may leave it out.
    function _readPcrs(NitroContent memory content, uint256 at, uint256 limit) private pure returns (uint256) {
        uint256 count;
        (count, at) = Cbor.expect(at, limit, Cbor.MAP);
        if (count == 0 || count > PCRS) revert NitroFieldInvalid(PCR_MAP, count);
        for (; count != 0; --count) {
            uint256 index;
            CborSlice value;
            (index, at) = Cbor.expect(at, limit, Cbor.UINT);
            if (index >= PCRS || !content.pcrs[index].isAbsent()) revert NitroPcrIndexInvalid(index);
            (value, at) = Cbor.expectString(at, limit, Cbor.BYTES);
            if (value.size() != PCR_SIZE) revert NitroFieldInvalid(PCR_MAP, value.size());
            content.pcrs[index] = value;
        }
        return at;
    }

    /// @dev The issuers' certificates: only their form counts, as the verifier has its own chain for `certificate`.
    function _readBundle(uint256 at, uint256 limit) private pure returns (uint256) {
        uint256 count;
        (count, at) = Cbor.expect(at, limit, Cbor.ARRAY);
        if (count == 0 || count > MAX_BUNDLE) revert NitroFieldInvalid(BUNDLE, count);
        for (; count != 0; --count) {
            CborSlice value;
            (value, at) = Cbor.expectString(at, limit, Cbor.BYTES);
            if (value.size() == 0 || value.size() > MAX_STRING) revert NitroFieldInvalid(BUNDLE, value.size());
        }
        return at;
    }

    /// @dev One bit for each key of `size` characters; the required ones are the lowest six. 0 for any other key.
    function _bitOf(bytes32 key, uint256 size) private pure returns (uint256) {
        if (size == 9) {
            if (key == MODULE_ID) return 1;
            if (key == TIMESTAMP) return 4;
            return key == USER_DATA ? 128 : 0;
        }
        if (size == 6) return key == DIGEST ? 2 : 0;
        if (size == 4) return key == PCR_MAP ? 8 : 0;
        if (size == 11) return key == CERTIFICATE ? 16 : 0;
        if (size == 8) return key == BUNDLE ? 32 : 0;
        if (size == 10) return key == PUBLIC_KEY ? 64 : 0;
        return size == 5 && key == NONCE ? 256 : 0;
    }
}
