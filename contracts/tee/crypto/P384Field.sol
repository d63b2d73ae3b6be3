// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Arithmetic modulo the prime and modulo the order of the curve P-384
/// @notice An element is 64 bytes of memory: 16 zero bytes, then 48 bytes big-endian; as words, `hi` < 2^128 and `lo`.
///         It need not be below the modulus, only below 2^384: p itself stands for zero too.
/// @dev Both moduli are 2^384 - c with a small c (129 and 190 bits), so both ends of a product are cheap to remove:
///      below 2^256 by a Montgomery step (m·(2^384 - c) with m·c ≡ low word; the quotient needs only the high word of
///      m·c), above 2^384 by a fold (h·2^384 ≡ h·c). A product therefore carries a factor of 2^-256, and elements are
///      kept multiplied by 2^256 ("Montgomery form"). High words come from the residue modulo 2^256 - 1, where
///      a·b = H·2^256 + L ≡ H + L. docs/decisions/0040-p384.md says why this form.
library P384Field {
    /// @dev The lower 128 bits.
    uint256 private constant MASK = 0xffffffffffffffffffffffffffffffff;
    /// @dev 2^384, as a high word.
    uint256 private constant FOLD = 0x100000000000000000000000000000000;
    /// @dev c = 2^384 - p, and c without its top bit.
    uint256 private constant C = 0x100000000ffffffffffffffff00000001;
    uint256 private constant C_REST = 0xffffffffffffffff00000001;
    /// @dev The inverse of c modulo 2^256.
    uint256 private constant C_INVERSE = 0xfffffffcfffffffafffffffbfffffffe00000000000000010000000100000001;
    /// @dev 2^384 - n, n being the order of the curve, and its inverse modulo 2^256.
    uint256 private constant K = 0x389cb27e0bc8d220a7e5f24db74f58851313e695333ad68d;
    uint256 private constant K_INVERSE = 0x78d4ba5866d61787ee6c8e3df45624ce54a885995d20bb2b6ed46089e88fdc45;
    /// @dev The low word of the prime; its high one is MASK.
    uint256 private constant P_LO = 0xfffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff;

    /// @notice The product of the elements at `a` and at `b`, times 2^-256 modulo p. Below 2^384.
    function mul(uint256 a, uint256 b) internal pure returns (uint256 hi, uint256 lo) {
        assembly ("memory-safe") {
            let a0 := mload(add(a, 0x20))
            let b0 := mload(add(b, 0x20))
            a := mload(a)
            b := mload(b)
            // The product is t + 2^256·lo + 2^512·hi.
            let t := mul(a0, b0)
            let u := mulmod(a0, b0, not(0))
            lo := sub(sub(u, t), lt(u, t))
            u := addmod(mulmod(a, b0, not(0)), mulmod(a0, b, not(0)), not(0))
            let l := add(mul(a, b0), mul(a0, b))
            lo := add(lo, l)
            hi := add(add(mul(a, b), lt(lo, l)), sub(sub(u, l), lt(u, l)))
            // Montgomery: m·p with m = t / c makes the low word zero; what it adds above is m·2^128 less a quotient.
            let m := mul(t, C_INVERSE)
            u := mulmod(m, C, not(0))
            // Fold: what lies above 2^384, h, comes back as h·c = h·2^128 + h·C_REST. Both shifted terms go together.
            let h := shr(128, hi)
            let e := sub(mul(h, C_REST), sub(sub(u, t), lt(u, t)))
            let s := add(m, h)
            let w := shl(128, s)
            lo := add(lo, w)
            hi := add(add(and(hi, MASK), shr(128, s)), add(shl(128, lt(s, h)), sub(lt(lo, w), shr(255, e))))
            lo := add(lo, e)
            hi := add(hi, lt(lo, e))
            for {} shr(128, hi) {} {
                lo := add(lo, C)
                hi := sub(add(hi, lt(lo, C)), FOLD)
            }
        }
    }

    /// @notice The square of the element at `a`, times 2^-256 modulo p. Below 2^384.
    /// @dev The steps of {mul}, repeated here because a call for them would cost a twentieth of the whole verification.
    function sqr(uint256 a) internal pure returns (uint256 hi, uint256 lo) {
        assembly ("memory-safe") {
            let a0 := mload(add(a, 0x20))
            a := mload(a)
            let t := mul(a0, a0)
            let u := mulmod(a0, a0, not(0))
            lo := sub(sub(u, t), lt(u, t))
            let l := shl(1, a)
            u := mulmod(l, a0, not(0))
            l := mul(l, a0)
            lo := add(lo, l)
            hi := add(add(mul(a, a), lt(lo, l)), sub(sub(u, l), lt(u, l)))
            // Montgomery: m·p with m = t / c makes the low word zero; what it adds above is m·2^128 less a quotient.
            let m := mul(t, C_INVERSE)
            u := mulmod(m, C, not(0))
            // Fold: what lies above 2^384, h, comes back as h·c = h·2^128 + h·C_REST. Both shifted terms go together.
            let h := shr(128, hi)
            let e := sub(mul(h, C_REST), sub(sub(u, t), lt(u, t)))
            let s := add(m, h)
            let w := shl(128, s)
            lo := add(lo, w)
            hi := add(add(and(hi, MASK), shr(128, s)), add(shl(128, lt(s, h)), sub(lt(lo, w), shr(255, e))))
            lo := add(lo, e)
            hi := add(hi, lt(lo, e))
            for {} shr(128, hi) {} {
                lo := add(lo, C)
                hi := sub(add(hi, lt(lo, C)), FOLD)
            }
        }
    }

    /// @notice Writes `hi`·2^256 + `lo`, `hi` signed and small, reduced below 2^384, to `at`.
    function store(uint256 at, uint256 hi, uint256 lo) internal pure {
        assembly ("memory-safe") {
            let d := mul(sar(128, hi), C)
            lo := add(lo, d)
            hi := add(and(hi, MASK), add(lt(lo, d), sar(255, d)))
            // Once more, or twice, in the rare case that this carries or borrows.
            for {} shr(128, hi) {} {
                d := mul(sar(128, hi), C)
                lo := add(lo, d)
                hi := add(and(hi, MASK), add(lt(lo, d), sar(255, d)))
            }
            mstore(at, hi)
            mstore(add(at, 0x20), lo)
        }
    }

    /// @notice Whether the element at `a` is zero modulo p.
    function isZero(uint256 a) internal pure returns (bool zero) {
        assembly ("memory-safe") {
            let hi := mload(a)
            let lo := mload(add(a, 0x20))
            zero := or(iszero(or(hi, lo)), and(eq(hi, MASK), eq(lo, P_LO)))
        }
    }

    /// @notice The product of the elements at `a` and at `b`, times 2^-256 modulo the order n. Below 2^384.
    function mulOrder(uint256 a, uint256 b) internal pure returns (uint256 hi, uint256 lo) {
        assembly ("memory-safe") {
            let a0 := mload(add(a, 0x20))
            let b0 := mload(add(b, 0x20))
            a := mload(a)
            b := mload(b)
            let t := mul(a0, b0)
            let u := mulmod(a0, b0, not(0))
            lo := sub(sub(u, t), lt(u, t))
            u := addmod(mulmod(a, b0, not(0)), mulmod(a0, b, not(0)), not(0))
            b0 := add(mul(a, b0), mul(a0, b))
            hi := add(mul(a, b), sub(sub(u, b0), lt(u, b0)))
            lo := add(lo, b0)
            hi := add(hi, lt(lo, b0))
            b0 := mul(t, K_INVERSE)
            u := mulmod(b0, K, not(0))
            u := sub(sub(u, t), lt(u, t))
            t := shl(128, b0)
            b0 := sub(shr(128, b0), lt(t, u))
            t := sub(t, u)
            lo := add(lo, t)
            b0 := add(b0, lt(lo, t))
            hi := add(hi, b0)
            b0 := lt(hi, b0)
            for {
                t := or(shr(128, hi), shl(128, b0))
            } t {
                t := shr(128, hi)
            } {
                b0 := mul(t, K)
                u := mulmod(t, K, not(0))
                lo := add(lo, b0)
                hi := add(add(and(hi, MASK), sub(sub(u, b0), lt(u, b0))), lt(lo, b0))
            }
        }
    }

    /// @notice Writes the inverse of the element at `a` modulo the prime MASK·2^256 + `modulusLo` to `at`: its power
    ///         modulus - 2, by the precompile. Zero has zero. Uses 240 bytes of memory at `scratch`.
    function invert(uint256 at, uint256 a, uint256 modulusLo, uint256 scratch) internal view {
        assembly ("memory-safe") {
            mstore(scratch, 48)
            mstore(add(scratch, 0x20), 48)
            mstore(add(scratch, 0x40), 48)
            mstore(add(scratch, 0x60), shl(128, mload(a)))
            mstore(add(scratch, 0x70), mload(add(a, 0x20)))
            mstore(add(scratch, 0x90), not(0))
            mstore(add(scratch, 0xa0), sub(modulusLo, 2))
            mstore(add(scratch, 0xc0), not(0))
            mstore(add(scratch, 0xd0), modulusLo)
            if iszero(staticcall(gas(), 0x05, scratch, 0xf0, scratch, 0x30)) {
                revert(0, 0)
            }
            if lt(returndatasize(), 0x30) {
                revert(0, 0)
            }
            mstore(at, shr(128, mload(scratch)))
            mstore(add(at, 0x20), mload(add(scratch, 0x10)))
        }
    }
}
