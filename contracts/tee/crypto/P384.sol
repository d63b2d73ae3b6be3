// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {P384Field as Field} from "./P384Field.sol";
import {P384Table} from "./P384Table.sol";

/// @title ECDSA over the curve P-384, without hints
/// @notice Signatures with a high s are accepted, as FIPS 186 has it: never use a signature as a unique key.
/// @dev u1·G + u2·Q in one chain of 384 doublings, signed windows of 6 bits for G (constant table) and of 5 bits for Q
///      (table made on the spot), Jacobian coordinates. Elements have fixed addresses from 0x80 on, because an operand
///      address that is a constant is the cheapest there is: {verify} moves away what lies there and brings it back.
///      Between the two, nothing allocates memory.
library P384 {
    /// @dev The low words of the prime p and of the order n; the high words of both are 2^128 - 1.
    uint256 private constant P_LO = 0xfffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff;
    uint256 private constant N_LO = 0xffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973;
    uint256 private constant HIGH = 0xffffffffffffffffffffffffffffffff;
    /// @dev The curve's constant b, in Montgomery form.
    uint256 private constant B_HI = 0x798769361f9ee929a552b63d9d412dcc;
    uint256 private constant B_LO = 0xcd08114b604fbff9b62b21f41f02209469afe2b7fb6d3882b30081345013875b;
    /// @dev 2^512 and 2^768 modulo p: a product with them makes Montgomery form of a number, or of an inverse. The high
    ///      words of both are 1.
    uint256 private constant TO_FORM_LO = 0x00000000ffffffffffffffff0000000100000000000000000000000000000000;
    uint256 private constant TO_FORM_OF_INVERSE_LO = 0x0000000200000000fffffffe000000000000000200000000fffffffe00000001;
    /// @dev 2^512 modulo n.
    uint256 private constant TO_ORDER_FORM_HI = 0x389cb27e0bc8d220;
    uint256 private constant TO_ORDER_FORM_LO = 0xa7e5f24db74f58851313e695333ad68d00000000000000000000000000000000;

    /// @dev Where things are. The accumulator, temporaries, the point to add, the scalars, r, room for the precompile;
    ///      then the table of Q, packed; then, in use only while that is made, its points and the products of their Z.
    uint256 private constant X = 0x80;
    uint256 private constant Y = 0xc0;
    uint256 private constant Z = 0x100;
    uint256 private constant T0 = 0x140;
    uint256 private constant T1 = 0x180;
    uint256 private constant T2 = 0x1c0;
    uint256 private constant T3 = 0x200;
    uint256 private constant QX = 0x240;
    uint256 private constant QY = 0x280;
    uint256 private constant U1 = 0x2c0;
    uint256 private constant U2 = 0x300;
    uint256 private constant R = 0x340;
    uint256 private constant SCRATCH = 0x380;
    uint256 private constant TABLE = 0x480;
    uint256 private constant POINTS = 0xa80;
    uint256 private constant PRODUCTS = 0x1680;
    uint256 private constant END = 0x1a80;
    /// @dev Bytes of a point: Jacobian, and packed affine.
    uint256 private constant POINT = 0xc0;
    uint256 private constant PACKED = 0x60;
    uint256 private constant ELEMENT = 0x40;

    /// @notice Whether `signature` of the 48-byte `digest` is good under `publicKey`.
    /// @param digest    SHA-384 of the message.
    /// @param signature r then s, 48 bytes big-endian each.
    /// @param publicKey x then y, 48 bytes big-endian each, of a point on the curve other than infinity.
    /// @return valid False for inputs of other lengths, values out of range and points off the curve too.
    function verify(
        bytes memory digest,
        bytes memory signature,
        bytes memory publicKey
    ) internal view returns (bool valid) {
        if (digest.length != 48 || signature.length != 96 || publicKey.length != 96) return false;
        bytes memory input = bytes.concat(digest, signature, publicKey);
        bytes memory generator = P384Table.GENERATOR;
        uint256 saved;
        uint256 table;
        uint256 numbers;
        assembly ("memory-safe") {
            saved := mload(0x40)
            if lt(saved, END) {
                saved := END
            }
            table := add(saved, sub(END, X))
            mcopy(table, add(generator, 0x20), mload(generator))
            numbers := add(table, mload(generator))
            mcopy(numbers, add(input, 0x20), mload(input))
            mcopy(saved, X, sub(END, X))
        }
        valid = _load(numbers) && _verify(table);
        assembly ("memory-safe") {
            mcopy(X, saved, sub(END, X))
        }
    }

    /// @dev Reads the five `numbers` and checks all ranges and the curve's equation. Leaves r in R, the doubled scalars
    ///      in U1 and U2, and Q in (QX, QY), in Montgomery form.
    function _load(uint256 numbers) private view returns (bool) {
        uint256 pLo = P_LO;
        uint256 nLo = N_LO;
        assembly ("memory-safe") {
            function read(at, from) {
                mstore(at, shr(128, mload(from)))
                mstore(add(at, 0x20), mload(add(from, 0x10)))
            }
            read(T3, numbers)
            read(R, add(numbers, 0x30))
            read(T0, add(numbers, 0x60))
            read(QX, add(numbers, 0x90))
            read(QY, add(numbers, 0xc0))
        }
        if (!_isBelow(R, nLo) || !_isBelow(T0, nLo) || !_isBelow(QX, pLo) || !_isBelow(QY, pLo)) return false;
        if (Field.isZero(R) || Field.isZero(T0)) return false;
        Field.invert(T0, T0, N_LO, SCRATCH);
        _put(T1, TO_ORDER_FORM_HI, TO_ORDER_FORM_LO);
        (uint256 hi, uint256 lo) = Field.mulOrder(T0, T1);
        _put(T1, hi, lo);
        (hi, lo) = Field.mulOrder(T3, T1);
        _put(U1, (hi << 1) | (lo >> 255), lo << 1);
        (hi, lo) = Field.mulOrder(R, T1);
        _put(U2, (hi << 1) | (lo >> 255), lo << 1);
        _toForm(QX);
        _toForm(QY);
        return _isOnCurve();
    }

    /// @dev Whether y² = x³ - 3x + b for (QX, QY).
    function _isOnCurve() private pure returns (bool) {
        (uint256 hi, uint256 lo) = Field.sqr(QX);
        // x² - 3; three in Montgomery form is 3·2^256.
        unchecked {
            Field.store(T0, hi - 3, lo);
        }
        (hi, lo) = Field.mul(QX, T0);
        (uint256 y1, uint256 y0) = Field.sqr(QY);
        assembly ("memory-safe") {
            lo := add(lo, B_LO)
            hi := add(add(hi, B_HI), lt(lo, B_LO))
            hi := sub(sub(hi, y1), lt(lo, y0))
            lo := sub(lo, y0)
        }
        Field.store(T0, hi, lo);
        return Field.isZero(T0);
    }

    /// @dev The chain of doublings; then whether the sum's x is r modulo n.
    function _verify(uint256 generator) private view returns (bool) {
        _makeTable();
        _put(Z, 0, 0);
        _put(X, 0, 0);
        _put(Y, 0, 0);
        unchecked {
            // The windows of 6 bits: the topmost is the carry of the one at 378.
            for (uint256 i = 385; i != 0;) {
                --i;
                _double();
                if (i % 6 == 0) _addWindow(U1, i, 6, generator);
                if (i % 5 == 0) _addWindow(U2, i, 5, TABLE);
            }
        }
        if (Field.isZero(Z)) return false;
        if (_isX()) return true;
        uint256 hi;
        uint256 lo;
        assembly ("memory-safe") {
            hi := mload(R)
            lo := mload(add(R, 0x20))
        }
        // A coordinate between n and p: its residue is r, r + n is itself.
        if (hi != 0 || lo >= P_LO - N_LO) return false;
        _put(R, HIGH, N_LO + lo);
        return _isX();
    }

    /// @dev Whether the accumulator's affine x is the number in R.
    function _isX() private pure returns (bool) {
        (uint256 hi, uint256 lo) = Field.sqr(Z);
        _put(T0, hi, lo);
        assembly ("memory-safe") {
            mcopy(T1, R, ELEMENT)
        }
        _toForm(T1);
        (hi, lo) = Field.mul(T0, T1);
        assembly ("memory-safe") {
            let x0 := mload(add(X, 0x20))
            hi := sub(sub(mload(X), hi), lt(x0, lo))
            lo := sub(x0, lo)
        }
        Field.store(T0, hi, lo);
        return Field.isZero(T0);
    }

    /// @dev Adds the multiple, between -2^(width-1) and 2^(width-1), that the window of `scalar` at bit `i` stands for.
    ///      The scalar is stored doubled, so the window's lowest bit is the top one of the window below.
    function _addWindow(uint256 scalar, uint256 i, uint256 width, uint256 table) private pure {
        uint256 digit;
        uint256 negative;
        assembly ("memory-safe") {
            let hi := mload(scalar)
            digit := or(or(shr(i, mload(add(scalar, 0x20))), shl(sub(256, i), hi)), shr(sub(i, 256), hi))
            digit := and(digit, sub(shl(add(width, 1), 1), 1))
            negative := shr(width, digit)
            digit := shr(1, add(digit, 1))
            if negative {
                digit := sub(shl(width, 1), digit)
            }
            if digit {
                table := add(table, mul(PACKED, sub(digit, 1)))
                mstore(QX, shr(128, mload(table)))
                mstore(add(QX, 0x20), mload(add(table, 0x10)))
                mstore(QY, shr(128, mload(add(table, 0x30))))
                mstore(add(QY, 0x20), mload(add(table, 0x40)))
            }
        }
        if (digit == 0) return;
        if (negative != 0) _negate();
        _add();
    }

    /// @dev (QX, QY) becomes its opposite.
    function _negate() private pure {
        uint256 hi;
        uint256 lo;
        assembly ("memory-safe") {
            lo := mload(add(QY, 0x20))
            hi := sub(sub(0, mload(QY)), gt(lo, 0))
            lo := sub(0, lo)
        }
        Field.store(QY, hi, lo);
    }

    /// @dev Doubles the accumulator. Infinity (Z = 0) stays what it is; no point of the curve has Y = 0.
    function _double() private pure {
        (uint256 d1, uint256 d0) = Field.sqr(Z);
        uint256 e1;
        uint256 e0;
        // e = X + Z², d = 3·(X - Z²)
        assembly ("memory-safe") {
            let x1 := mload(X)
            let x0 := mload(add(X, 0x20))
            e0 := add(x0, d0)
            e1 := add(add(x1, d1), lt(e0, d0))
            d1 := sub(sub(x1, d1), lt(x0, d0))
            d0 := sub(x0, d0)
            d1 := add(
                mul(d1, 3),
                add(
                    gt(d0, 0x5555555555555555555555555555555555555555555555555555555555555555),
                    gt(d0, 0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)
                )
            )
            d0 := mul(d0, 3)
        }
        Field.store(T0, e1, e0);
        Field.store(T1, d1, d0);
        // T0 = α = 3·(X² - Z⁴)
        (d1, d0) = Field.mul(T0, T1);
        assembly ("memory-safe") {
            mstore(T0, d1)
            mstore(add(T0, 0x20), d0)
        }
        // Z' = 2·Y·Z
        (d1, d0) = Field.mul(Y, Z);
        assembly ("memory-safe") {
            d1 := or(shl(1, d1), shr(255, d0))
            d0 := shl(1, d0)
        }
        Field.store(Z, d1, d0);
        _doubleRest();
    }

    /// @dev The second half of {_double}: X' and Y' from α in T0.
    function _doubleRest() private pure {
        // T1 = γ = Y²
        (uint256 d1, uint256 d0) = Field.sqr(Y);
        assembly ("memory-safe") {
            mstore(T1, d1)
            mstore(add(T1, 0x20), d0)
        }
        (uint256 e1, uint256 e0) = Field.mul(X, T1);
        (d1, d0) = Field.sqr(T0);
        // e = 4·X·γ, X' = α² - 2·e
        assembly ("memory-safe") {
            let h := shr(253, e0)
            d1 := sub(sub(d1, or(shl(3, e1), h)), lt(d0, shl(3, e0)))
            d0 := sub(d0, shl(3, e0))
            e1 := or(shl(2, e1), shr(254, e0))
            e0 := shl(2, e0)
        }
        Field.store(X, d1, d0);
        // T2 = e - X'
        assembly ("memory-safe") {
            let x0 := mload(add(X, 0x20))
            e1 := sub(sub(e1, mload(X)), lt(e0, x0))
            e0 := sub(e0, x0)
        }
        Field.store(T2, e1, e0);
        // Y' = α·T2 - 8·γ²
        (e1, e0) = Field.sqr(T1);
        (d1, d0) = Field.mul(T0, T2);
        assembly ("memory-safe") {
            let h := shr(253, e0)
            e0 := shl(3, e0)
            d1 := sub(sub(d1, or(shl(3, e1), h)), lt(d0, e0))
            d0 := sub(d0, e0)
        }
        Field.store(Y, d1, d0);
    }

    /// @dev Adds (QX, QY) to the accumulator, whatever the two are.
    function _add() private pure {
        if (Field.isZero(Z)) {
            assembly ("memory-safe") {
                mcopy(X, QX, ELEMENT)
                mcopy(Y, QY, ELEMENT)
            }
            return _put(Z, 1, 0);
        }
        (uint256 d1, uint256 d0) = Field.sqr(Z);
        assembly ("memory-safe") {
            mstore(T0, d1)
            mstore(add(T0, 0x20), d0)
        }
        // T1 = H = QX·Z² - X
        (d1, d0) = Field.mul(QX, T0);
        assembly ("memory-safe") {
            let x0 := mload(add(X, 0x20))
            d1 := sub(sub(d1, mload(X)), lt(d0, x0))
            d0 := sub(d0, x0)
        }
        Field.store(T1, d1, d0);
        // T2 = S = QY·Z³ - Y
        (d1, d0) = Field.mul(Z, T0);
        assembly ("memory-safe") {
            mstore(T0, d1)
            mstore(add(T0, 0x20), d0)
        }
        (d1, d0) = Field.mul(QY, T0);
        assembly ("memory-safe") {
            let y0 := mload(add(Y, 0x20))
            d1 := sub(sub(d1, mload(Y)), lt(d0, y0))
            d0 := sub(d0, y0)
        }
        Field.store(T2, d1, d0);
        if (Field.isZero(T1)) {
            if (Field.isZero(T2)) return _double();
            return _put(Z, 0, 0);
        }
        _addRest();
    }

    /// @dev The second half of {_add}, from H in T1 and S in T2.
    function _addRest() private pure {
        // Z' = Z·H
        (uint256 d1, uint256 d0) = Field.mul(Z, T1);
        assembly ("memory-safe") {
            mstore(Z, d1)
            mstore(add(Z, 0x20), d0)
        }
        // T0 = H², T3 = V = X·H², T1 = H³
        (d1, d0) = Field.sqr(T1);
        assembly ("memory-safe") {
            mstore(T0, d1)
            mstore(add(T0, 0x20), d0)
        }
        (uint256 e1, uint256 e0) = Field.mul(X, T0);
        (d1, d0) = Field.mul(T0, T1);
        assembly ("memory-safe") {
            mstore(T1, d1)
            mstore(add(T1, 0x20), d0)
        }
        // X' = S² - H³ - 2·V
        (d1, d0) = Field.sqr(T2);
        assembly ("memory-safe") {
            let t := mload(add(T1, 0x20))
            d1 := sub(sub(d1, mload(T1)), lt(d0, t))
            d0 := sub(d0, t)
            t := shl(1, e0)
            d1 := sub(sub(d1, or(shl(1, e1), shr(255, e0))), lt(d0, t))
            d0 := sub(d0, t)
        }
        Field.store(X, d1, d0);
        // Y' = S·(V - X') - Y·H³
        assembly ("memory-safe") {
            let x0 := mload(add(X, 0x20))
            e1 := sub(sub(e1, mload(X)), lt(e0, x0))
            e0 := sub(e0, x0)
        }
        Field.store(T3, e1, e0);
        (e1, e0) = Field.mul(Y, T1);
        (d1, d0) = Field.mul(T2, T3);
        assembly ("memory-safe") {
            d1 := sub(sub(d1, e1), lt(d0, e0))
            d0 := sub(d0, e0)
        }
        Field.store(Y, d1, d0);
    }

    /// @dev Q, 2·Q, … 16·Q into TABLE, affine and packed. None of them is infinity, as the order of Q is the prime n.
    function _makeTable() private view {
        assembly ("memory-safe") {
            mcopy(POINTS, QX, ELEMENT)
            mcopy(add(POINTS, ELEMENT), QY, ELEMENT)
            mstore(add(POINTS, 0x80), 1)
            mstore(add(POINTS, 0xa0), 0)
            mstore(PRODUCTS, 1)
            mstore(add(PRODUCTS, 0x20), 0)
        }
        unchecked {
            for (uint256 k = 2; k <= 16; ++k) {
                uint256 half = POINTS + POINT * ((k >> 1) - 1);
                assembly ("memory-safe") {
                    mcopy(X, half, POINT)
                }
                _double();
                if (k & 1 == 1) _add();
                uint256 product = PRODUCTS + ELEMENT * (k - 1);
                (uint256 hi, uint256 lo) = Field.mul(product - ELEMENT, Z);
                _put(product, hi, lo);
                assembly ("memory-safe") {
                    mcopy(add(POINTS, mul(POINT, sub(k, 1))), X, POINT)
                }
            }
        }
        _normalise();
    }

    /// @dev Divides the 16 points by their Z, with one inversion for all.
    function _normalise() private view {
        // T3 = 1 / (Z_1 · … · Z_k)
        Field.invert(T3, PRODUCTS + 15 * ELEMENT, P_LO, SCRATCH);
        _put(T0, 1, TO_FORM_OF_INVERSE_LO);
        (uint256 hi, uint256 lo) = Field.mul(T3, T0);
        _put(T3, hi, lo);
        unchecked {
            for (uint256 k = 16; k != 0; --k) {
                uint256 point = POINTS + POINT * (k - 1);
                if (k != 1) {
                    (hi, lo) = Field.mul(T3, PRODUCTS + ELEMENT * (k - 2));
                    _put(T0, hi, lo);
                    (hi, lo) = Field.mul(T3, point + 2 * ELEMENT);
                    _put(T3, hi, lo);
                    _divide(point);
                }
                assembly ("memory-safe") {
                    let to := add(TABLE, mul(PACKED, sub(k, 1)))
                    mcopy(to, add(point, 0x10), 0x30)
                    mcopy(add(to, 0x30), add(point, 0x50), 0x30)
                }
            }
        }
    }

    /// @dev (X·t², Y·t³) for the point at `point`, t being in T0.
    function _divide(uint256 point) private pure {
        (uint256 hi, uint256 lo) = Field.sqr(T0);
        _put(T1, hi, lo);
        (hi, lo) = Field.mul(point, T1);
        _put(point, hi, lo);
        (hi, lo) = Field.mul(T0, T1);
        _put(T1, hi, lo);
        (hi, lo) = Field.mul(point + ELEMENT, T1);
        _put(point + ELEMENT, hi, lo);
    }

    /// @dev Brings the number at `at` into Montgomery form.
    function _toForm(uint256 at) private pure {
        _put(SCRATCH, 1, TO_FORM_LO);
        (uint256 hi, uint256 lo) = Field.mul(at, SCRATCH);
        _put(at, hi, lo);
    }

    /// @dev Whether the number at `at` is below HIGH·2^256 + `modulusLo`.
    function _isBelow(uint256 at, uint256 modulusLo) private pure returns (bool below) {
        assembly ("memory-safe") {
            below := or(lt(mload(at), HIGH), lt(mload(add(at, 0x20)), modulusLo))
        }
    }

    function _put(uint256 at, uint256 hi, uint256 lo) private pure {
        assembly ("memory-safe") {
            mstore(at, hi)
            mstore(add(at, 0x20), lo)
        }
    }
}
