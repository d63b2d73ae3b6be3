// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title SHA-384 (FIPS 180-4), for which the EVM has no precompile
/// @notice About 28,000 gas for each block of 128 bytes. The digest comes as a 384-bit number in two words, which is
///         what the arithmetic of P-384 works on: `high` holds the first 16 bytes (right-aligned), `low` the other 32.
/// @dev How it is fast. A 64-bit word `x` of the state is kept twice, as `x ‖ x` in the low 128 bits: then a rotation
///      to the right is one shift. What is above the low 64 bits of a sum may be anything, because carries only go up;
///      it is cut off once per new word, when the word is doubled. The message schedule computes two words at a time in
///      the two 128-bit halves of a word, which leaves room for carries.
///
///      Memory: works above the free memory pointer without moving it, so the input must lie below it. Layout from the
///      free memory pointer on: state, 8 words (256 bytes) | round constants, 80 x 8 bytes | message schedule, 80 x 16
///      bytes (value in the low 8) | the last one or two blocks, padded (256 bytes).
library Sha384 {
    /// @dev The 64 bits of a word.
    uint256 private constant MASK = 0xffffffffffffffff;
    /// @dev Times this, 64 bits stand twice.
    uint256 private constant TWICE = 0x10000000000000001;
    /// @dev Offsets in the working memory.
    uint256 private constant SCHEDULE = 256 + 640;
    uint256 private constant TAIL = SCHEDULE + 1280;

    /// @notice The digest of `data`.
    function hash(bytes memory data) internal pure returns (uint256 high, uint256 low) {
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(data, 32)
        }
        return hash(pointer, data.length);
    }

    /// @notice The digest of `length` bytes of memory at `pointer`, all below the free memory pointer.
    function hash(uint256 pointer, uint256 length) internal pure returns (uint256 high, uint256 low) {
        uint256 work;
        assembly ("memory-safe") {
            work := mload(0x40)
        }
        _initialise(work);
        _writeConstants(work + 256);
        uint256 whole = length & ~uint256(127);
        for (uint256 done = 0; done < whole; done += 128) {
            _schedule(work + SCHEDULE, pointer + done, TWICE);
            _rounds(work, MASK, TWICE);
        }
        uint256 tail = work + TAIL;
        uint256 tailEnd = _pad(tail, pointer + whole, length);
        for (; tail < tailEnd; tail += 128) {
            _schedule(work + SCHEDULE, tail, TWICE);
            _rounds(work, MASK, TWICE);
        }
        assembly ("memory-safe") {
            let m := 0xffffffffffffffff
            high := or(shl(64, and(mload(work), m)), and(mload(add(work, 32)), m))
            low := or(shl(192, mload(add(work, 64))), shl(128, and(mload(add(work, 96)), m)))
            low := or(low, or(shl(64, and(mload(add(work, 128)), m)), and(mload(add(work, 160)), m)))
        }
    }

    /// @dev Writes the initial state, each word doubled.
    function _initialise(uint256 work) private pure {
        assembly ("memory-safe") {
            mstore(work, 0xcbbb9d5dc1059ed8cbbb9d5dc1059ed8)
            mstore(add(work, 32), 0x629a292a367cd507629a292a367cd507)
            mstore(add(work, 64), 0x9159015a3070dd179159015a3070dd17)
            mstore(add(work, 96), 0x152fecd8f70e5939152fecd8f70e5939)
            mstore(add(work, 128), 0x67332667ffc00b3167332667ffc00b31)
            mstore(add(work, 160), 0x8eb44a87685815118eb44a8768581511)
            mstore(add(work, 192), 0xdb0c2e0d64f98fa7db0c2e0d64f98fa7)
            mstore(add(work, 224), 0x47b5481dbefa4fa447b5481dbefa4fa4)
        }
    }

    /// @dev Writes the 80 round constants, 8 bytes each.
    function _writeConstants(uint256 at) private pure {
        assembly ("memory-safe") {
            mstore(at, 0x428a2f98d728ae227137449123ef65cdb5c0fbcfec4d3b2fe9b5dba58189dbbc)
            mstore(add(at, 32), 0x3956c25bf348b53859f111f1b605d019923f82a4af194f9bab1c5ed5da6d8118)
            mstore(add(at, 64), 0xd807aa98a303024212835b0145706fbe243185be4ee4b28c550c7dc3d5ffb4e2)
            mstore(add(at, 96), 0x72be5d74f27b896f80deb1fe3b1696b19bdc06a725c71235c19bf174cf692694)
            mstore(add(at, 128), 0xe49b69c19ef14ad2efbe4786384f25e30fc19dc68b8cd5b5240ca1cc77ac9c65)
            mstore(add(at, 160), 0x2de92c6f592b02754a7484aa6ea6e4835cb0a9dcbd41fbd476f988da831153b5)
            mstore(add(at, 192), 0x983e5152ee66dfaba831c66d2db43210b00327c898fb213fbf597fc7beef0ee4)
            mstore(add(at, 224), 0xc6e00bf33da88fc2d5a79147930aa72506ca6351e003826f142929670a0e6e70)
            mstore(add(at, 256), 0x27b70a8546d22ffc2e1b21385c26c9264d2c6dfc5ac42aed53380d139d95b3df)
            mstore(add(at, 288), 0x650a73548baf63de766a0abb3c77b2a881c2c92e47edaee692722c851482353b)
            mstore(add(at, 320), 0xa2bfe8a14cf10364a81a664bbc423001c24b8b70d0f89791c76c51a30654be30)
            mstore(add(at, 352), 0xd192e819d6ef5218d69906245565a910f40e35855771202a106aa07032bbd1b8)
            mstore(add(at, 384), 0x19a4c116b8d2d0c81e376c085141ab532748774cdf8eeb9934b0bcb5e19b48a8)
            mstore(add(at, 416), 0x391c0cb3c5c95a634ed8aa4ae3418acb5b9cca4f7763e373682e6ff3d6b2b8a3)
            mstore(add(at, 448), 0x748f82ee5defb2fc78a5636f43172f6084c87814a1f0ab728cc702081a6439ec)
            mstore(add(at, 480), 0x90befffa23631e28a4506cebde82bde9bef9a3f7b2c67915c67178f2e372532b)
            mstore(add(at, 512), 0xca273eceea26619cd186b8c721c0c207eada7dd6cde0eb1ef57d4f7fee6ed178)
            mstore(add(at, 544), 0x06f067aa72176fba0a637dc5a2c898a6113f9804bef90dae1b710b35131c471b)
            mstore(add(at, 576), 0x28db77f523047d8432caab7b40c724933c9ebe0a15c9bebc431d67c49c100d4c)
            mstore(add(at, 608), 0x4cc5d4becb3e42b6597f299cfc657e2a5fcb6fab3ad6faec6c44198c4a475817)
        }
    }

    /// @dev Writes what follows the last whole block, padded to one block or two, and says where it ends.
    function _pad(uint256 tail, uint256 rest, uint256 length) private pure returns (uint256 end) {
        assembly ("memory-safe") {
            let remaining := and(length, 127)
            calldatacopy(tail, calldatasize(), 256)
            mcopy(tail, rest, remaining)
            mstore8(add(tail, remaining), 0x80)
            // The last 16 bytes are the length in bits; the mark and the length may not fit behind the rest.
            end := add(tail, add(128, shl(7, gt(remaining, 111))))
            let lastWord := sub(end, 32)
            mstore(lastWord, or(mload(lastWord), shl(3, length)))
        }
    }

    /// @dev Expands the block at `chunk` into the 80 words at `schedule`. `twice` is {TWICE}: as an argument it stays
    ///      on the stack, where the optimiser would otherwise compute the constant anew at every use.
    function _schedule(uint256 schedule, uint256 chunk, uint256 twice) private pure {
        assembly ("memory-safe") {
            let lanes := 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff
            let p := schedule
            let x
            let xx
            for {
                let end := add(p, 256)
            } lt(p, end) {
                p := add(p, 64)
            } {
                x := mload(chunk)
                xx := shr(128, x)
                mstore(p, and(or(xx, shl(64, xx)), lanes))
                xx := shr(128, shl(128, x))
                mstore(add(p, 32), and(or(xx, shl(64, xx)), lanes))
                chunk := add(chunk, 32)
            }
            let sum
            for {
                let end := add(p, 1024)
            } lt(p, end) {
                p := add(p, 64)
            } {
                x := mload(sub(p, 240))
                xx := mul(x, twice)
                sum := and(shr(1, xor(xor(xx, shr(7, xx)), shr(6, x))), lanes)
                x := mload(sub(p, 32))
                xx := mul(x, twice)
                sum := add(sum, and(shr(6, xor(xor(x, shr(13, xx)), shr(55, xx))), lanes))
                mstore(p, and(add(add(sum, mload(sub(p, 256))), mload(sub(p, 112))), lanes))
                x := mload(sub(p, 208))
                xx := mul(x, twice)
                sum := and(shr(1, xor(xor(xx, shr(7, xx)), shr(6, x))), lanes)
                x := mload(p)
                xx := mul(x, twice)
                sum := add(sum, and(shr(6, xor(xor(x, shr(13, xx)), shr(55, xx))), lanes))
                mstore(add(p, 32), and(add(add(sum, mload(sub(p, 224))), mload(sub(p, 80))), lanes))
            }
        }
    }

    /// @dev The 80 rounds and the addition to the state. Eight rounds bring every variable back to its name. `mask` and
    ///      `twice` are {MASK} and {TWICE}, arguments for the same reason as in {_schedule}.
    // solhint-disable-next-line function-max-lines
    function _rounds(uint256 work, uint256 mask, uint256 twice) private pure {
        assembly ("memory-safe") {
            let a := mload(work)
            let b := mload(add(work, 32))
            let c := mload(add(work, 64))
            let d := mload(add(work, 96))
            let e := mload(add(work, 128))
            let f := mload(add(work, 160))
            let g := mload(add(work, 192))
            let h := mload(add(work, 224))
            // Reading 24 and 16 bytes early puts the wanted 8 bytes last.
            let k := add(work, 232)
            let w := add(work, 880)
            for {} lt(k, add(work, 872)) {} {
                h := add(add(h, xor(g, and(e, xor(f, g)))), add(mload(k), mload(w)))
                h := add(h, shr(14, xor(e, xor(shr(4, e), shr(27, e)))))
                d := mul(and(add(d, h), mask), twice)
                h := add(h, xor(b, and(xor(a, b), xor(b, c))))
                h := mul(and(add(h, shr(28, xor(a, xor(shr(6, a), shr(11, a))))), mask), twice)
                g := add(add(g, xor(f, and(d, xor(e, f)))), add(mload(add(k, 8)), mload(add(w, 16))))
                g := add(g, shr(14, xor(d, xor(shr(4, d), shr(27, d)))))
                c := mul(and(add(c, g), mask), twice)
                g := add(g, xor(a, and(xor(h, a), xor(a, b))))
                g := mul(and(add(g, shr(28, xor(h, xor(shr(6, h), shr(11, h))))), mask), twice)
                f := add(add(f, xor(e, and(c, xor(d, e)))), add(mload(add(k, 16)), mload(add(w, 32))))
                f := add(f, shr(14, xor(c, xor(shr(4, c), shr(27, c)))))
                b := mul(and(add(b, f), mask), twice)
                f := add(f, xor(h, and(xor(g, h), xor(h, a))))
                f := mul(and(add(f, shr(28, xor(g, xor(shr(6, g), shr(11, g))))), mask), twice)
                e := add(add(e, xor(d, and(b, xor(c, d)))), add(mload(add(k, 24)), mload(add(w, 48))))
                e := add(e, shr(14, xor(b, xor(shr(4, b), shr(27, b)))))
                a := mul(and(add(a, e), mask), twice)
                e := add(e, xor(g, and(xor(f, g), xor(g, h))))
                e := mul(and(add(e, shr(28, xor(f, xor(shr(6, f), shr(11, f))))), mask), twice)
                d := add(add(d, xor(c, and(a, xor(b, c)))), add(mload(add(k, 32)), mload(add(w, 64))))
                d := add(d, shr(14, xor(a, xor(shr(4, a), shr(27, a)))))
                h := mul(and(add(h, d), mask), twice)
                d := add(d, xor(f, and(xor(e, f), xor(f, g))))
                d := mul(and(add(d, shr(28, xor(e, xor(shr(6, e), shr(11, e))))), mask), twice)
                c := add(add(c, xor(b, and(h, xor(a, b)))), add(mload(add(k, 40)), mload(add(w, 80))))
                c := add(c, shr(14, xor(h, xor(shr(4, h), shr(27, h)))))
                g := mul(and(add(g, c), mask), twice)
                c := add(c, xor(e, and(xor(d, e), xor(e, f))))
                c := mul(and(add(c, shr(28, xor(d, xor(shr(6, d), shr(11, d))))), mask), twice)
                b := add(add(b, xor(a, and(g, xor(h, a)))), add(mload(add(k, 48)), mload(add(w, 96))))
                b := add(b, shr(14, xor(g, xor(shr(4, g), shr(27, g)))))
                f := mul(and(add(f, b), mask), twice)
                b := add(b, xor(d, and(xor(c, d), xor(d, e))))
                b := mul(and(add(b, shr(28, xor(c, xor(shr(6, c), shr(11, c))))), mask), twice)
                a := add(add(a, xor(h, and(f, xor(g, h)))), add(mload(add(k, 56)), mload(add(w, 112))))
                a := add(a, shr(14, xor(f, xor(shr(4, f), shr(27, f)))))
                e := mul(and(add(e, a), mask), twice)
                a := add(a, xor(c, and(xor(b, c), xor(c, d))))
                a := mul(and(add(a, shr(28, xor(b, xor(shr(6, b), shr(11, b))))), mask), twice)
                k := add(k, 64)
                w := add(w, 128)
            }
            mstore(work, mul(and(add(mload(work), a), mask), twice))
            mstore(add(work, 32), mul(and(add(mload(add(work, 32)), b), mask), twice))
            mstore(add(work, 64), mul(and(add(mload(add(work, 64)), c), mask), twice))
            mstore(add(work, 96), mul(and(add(mload(add(work, 96)), d), mask), twice))
            mstore(add(work, 128), mul(and(add(mload(add(work, 128)), e), mask), twice))
            mstore(add(work, 160), mul(and(add(mload(add(work, 160)), f), mask), twice))
            mstore(add(work, 192), mul(and(add(mload(add(work, 192)), g), mask), twice))
            mstore(add(work, 224), mul(and(add(mload(add(work, 224)), h), mask), twice))
        }
    }
}
