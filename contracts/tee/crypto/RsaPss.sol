// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Sha384} from "./Sha384.sol";

/// @title RSASSA-PSS (RFC 8017) for the two keys that enclaves need
/// @notice RSA-2048 with SHA-256 and 32 bytes of salt: the response signatures of OpenGradient's gateways. RSA-4096
///         with SHA-384 and 48 bytes of salt: AMD's certificates. MGF1 uses the same hash; the exponent is 65537.
/// @dev Strict: the modulus has exactly its number of bits and is odd, the signature has the modulus's length and is
///      less than it, the bit above the encoded message is zero, every byte of the padding string is zero and 0x01
///      ends it, the salt has exactly its length, and the trailer is 0xbc. Nothing here reverts: a wrong key or
///      signature is answered with false.
///
///      Nearly all gas goes to the MODEXP precompile at its price since Osaka (EIP-7883): 32,768 for RSA-2048, 131,072
///      for RSA-4096.
library RsaPss {
    /// @dev SubjectPublicKeyInfo of an RSA-2048 key with exponent 65537, up to the modulus's leading zero
    ///      byte. DER has exactly one encoding of such a key, so that comparing it is reading it.
    bytes32 private constant SPKI_2048 = 0x30820122300d06092a864886f70d01010105000382010f003082010a02820101;
    /// @dev Where the modulus begins, after its leading zero byte.
    uint256 private constant SPKI_2048_MODULUS = 33;
    uint256 private constant SPKI_2048_LENGTH = 294;
    /// @dev What follows the modulus: INTEGER 65537.
    uint256 private constant SPKI_EXPONENT = 0x0203010001;

    /// @notice Whether `signature` over a message with this SHA-256 `digest` is by the RSA-2048 key with this
    ///         `modulus`.
    function verify2048(bytes32 digest, bytes memory modulus, bytes memory signature) internal view returns (bool) {
        if (modulus.length != 256 || signature.length != 256) return false;
        bytes memory encoded = _power(modulus, signature);
        return encoded.length != 0 && _isEncoding256(digest, encoded);
    }

    /// @notice Whether `signature` over a message with this SHA-384 digest (as {Sha384} gives it) is by the RSA-4096
    ///         key with this `modulus`.
    function verify4096(
        uint256 digestHigh,
        uint256 digestLow,
        bytes memory modulus,
        bytes memory signature
    ) internal view returns (bool) {
        if (modulus.length != 512 || signature.length != 512) return false;
        bytes memory encoded = _power(modulus, signature);
        return encoded.length != 0 && _isEncoding384(digestHigh, digestLow, encoded);
    }

    /// @notice The modulus of an RSA-2048 key in a SubjectPublicKeyInfo with exponent 65537; empty for anything else.
    function modulusOfSpki2048(bytes calldata spki) internal pure returns (bytes memory modulus) {
        if (spki.length != SPKI_2048_LENGTH || bytes32(spki) != SPKI_2048 || spki[32] != 0) return modulus;
        if (uint40(bytes5(spki[SPKI_2048_LENGTH - 5:])) != SPKI_EXPONENT) return modulus;
        return spki[SPKI_2048_MODULUS:SPKI_2048_MODULUS + 256];
    }

    /// @dev signature ^ 65537 mod modulus, in as many bytes; empty when the key is not a full odd number or the
    ///      signature is not less than it.
    function _power(bytes memory modulus, bytes memory signature) private view returns (bytes memory result) {
        uint256 size = modulus.length;
        if (modulus[0] < 0x80 || modulus[size - 1] & 0x01 == 0 || !_isLess(signature, modulus)) return result;
        bytes memory output = new bytes(size);
        bool success;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, size)
            mstore(add(input, 32), 3)
            mstore(add(input, 64), size)
            mcopy(add(input, 96), add(signature, 32), size)
            mstore(add(add(input, 96), size), shl(232, 0x010001))
            mcopy(add(add(input, 99), size), add(modulus, 32), size)
            success := staticcall(gas(), 0x05, input, add(99, shl(1, size)), add(output, 32), size)
            success := and(success, eq(returndatasize(), size))
        }
        if (success) result = output;
    }

    /// @dev Whether `a` is less than `b`, as big-endian numbers of the same whole number of words.
    function _isLess(bytes memory a, bytes memory b) private pure returns (bool less) {
        assembly ("memory-safe") {
            let end := add(mload(a), 32)
            for {
                let i := 32
            } lt(i, end) {
                i := add(i, 32)
            } {
                let x := mload(add(a, i))
                let y := mload(add(b, i))
                if iszero(eq(x, y)) {
                    less := lt(x, y)
                    break
                }
            }
        }
    }

    /// @dev EMSA-PSS-VERIFY for 2,047 bits and SHA-256. `encoded` is 223 masked bytes (190 zeros, 0x01, 32 of salt),
    ///      32 of hash, 0xbc. The masked bytes are six words, of which five are zeros, and 31 bytes of the seventh.
    function _isEncoding256(bytes32 digest, bytes memory encoded) private view returns (bool valid) {
        assembly ("memory-safe") {
            let em := add(encoded, 32)
            let free := mload(0x40)
            // The hash's first byte is the 224th.
            let seed := mload(add(em, 223))
            mstore(free, seed)
            valid := and(lt(mload(em), shl(255, 1)), eq(and(mload(add(em, 224)), 0xff), 0xbc))
            for {
                let i := 0
            } lt(i, 7) {
                i := add(i, 1)
            } {
                mstore(add(free, 32), shl(224, i))
                valid := and(valid, staticcall(gas(), 0x02, free, 36, 0x00, 32))
                let at := add(em, shl(5, i))
                mstore(at, xor(mload(at), mload(0x00)))
            }
            let zeros := or(shl(1, mload(em)), or(mload(add(em, 32)), mload(add(em, 64))))
            zeros := or(zeros, or(mload(add(em, 96)), mload(add(em, 128))))
            let edge := mload(add(em, 160))
            valid := and(valid, and(iszero(zeros), eq(shr(8, edge), 1)))
            // Eight zeros, the digest, the salt.
            mstore(free, 0)
            mstore(add(free, 8), digest)
            mstore(add(free, 40), or(shl(248, edge), shr(8, mload(add(em, 192)))))
            valid := and(valid, staticcall(gas(), 0x02, free, 72, 0x00, 32))
            valid := and(valid, eq(mload(0x00), seed))
        }
    }

    /// @dev EMSA-PSS-VERIFY for 4,095 bits and SHA-384. `encoded` is 463 masked bytes (414 zeros, 0x01, 48 of salt),
    ///      48 of hash, 0xbc. The masked bytes are 13 words, of which 12 are zeros, a word of salt and 15 bytes of the
    ///      last.
    function _isEncoding384(uint256 digestHigh, uint256 digestLow, bytes memory encoded) private pure returns (bool) {
        uint256 em;
        uint256 leading;
        uint256 trailer;
        assembly ("memory-safe") {
            em := add(encoded, 32)
            leading := shr(255, mload(em))
            trailer := and(mload(add(em, 480)), 0xff)
        }
        if (leading != 0 || trailer != 0xbc) return false;
        (uint256 message, bool padded) = _unmask384(digestHigh, digestLow, em, _mask384(em + 463));
        (uint256 high, uint256 low) = Sha384.hash(message, 104);
        uint256 sealedHigh;
        uint256 sealedLow;
        assembly ("memory-safe") {
            sealedHigh := shr(128, mload(add(em, 463)))
            sealedLow := mload(add(em, 479))
        }
        return padded && high == sealedHigh && low == sealedLow;
    }

    /// @dev The 104 bytes whose hash stands in the encoding at `em`, and whether the padding above the salt is right.
    function _unmask384(
        uint256 digestHigh,
        uint256 digestLow,
        uint256 em,
        uint256 mask
    ) private pure returns (uint256 message, bool padded) {
        assembly ("memory-safe") {
            message := mload(0x40)
            mstore(0x40, add(message, 128))
            let zeros := shl(1, xor(mload(em), mload(mask)))
            for {
                let i := 32
            } lt(i, 384) {
                i := add(i, 32)
            } {
                zeros := or(zeros, xor(mload(add(em, i)), mload(add(mask, i))))
            }
            let edge := xor(mload(add(em, 384)), mload(add(mask, 384)))
            padded := and(iszero(zeros), eq(shr(8, edge), 1))
            // Eight zeros, the digest, the salt; each write leaves what follows to the next.
            mstore(message, 0)
            mstore(add(message, 8), shl(128, digestHigh))
            mstore(add(message, 24), digestLow)
            mstore(add(message, 56), shl(248, edge))
            mstore(add(message, 57), xor(mload(add(em, 416)), mload(add(mask, 416))))
            let last := xor(mload(add(em, 448)), mload(add(mask, 448)))
            // The last 15 bytes of the salt end the message: written with the 17 bytes before them.
            mstore(add(message, 72), or(shl(120, mload(add(message, 57))), shr(136, last)))
        }
    }

    /// @dev MGF1 with SHA-384: 480 bytes of mask at `mask`, from the 48 bytes of seed at `seed`.
    function _mask384(uint256 seed) private pure returns (uint256 mask) {
        uint256 input;
        assembly ("memory-safe") {
            mask := mload(0x40)
            input := add(mask, 480)
            mstore(0x40, add(input, 64))
            mcopy(input, seed, 48)
        }
        for (uint256 i = 0; i < 10; ++i) {
            assembly ("memory-safe") {
                mstore(add(input, 48), shl(224, i))
            }
            (uint256 high, uint256 low) = Sha384.hash(input, 52);
            assembly ("memory-safe") {
                let at := add(mask, mul(i, 48))
                mstore(add(at, 16), low)
                mstore(at, or(shl(128, high), shr(128, low)))
            }
        }
    }
}
