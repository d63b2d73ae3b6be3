// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVerifierRegistry} from "../interfaces/IVerifierRegistry.sol";
import {Bn254} from "./Bn254.sol";

/// @title The equations of an FFLONK proof (eprint 2021/1167) in the scalar field
/// @notice The prover commits to three polynomials that each interleave several: C0 eight of the circuit, C1 the wires
///         and the gates' quotient, C2 the permutation and its two quotients. With xi the point of evaluation and w the
///         domain's root of unity, they are opened at the 8th and 4th roots of xi and at the cube roots of xi and
///         xi · w.
/// @dev What a polynomial must be on such a set of roots needs no interpolation over single roots: interleaving q
///      values v_i means Σ v_i · X^i on all q-th roots of one number, and that is the interpolation itself. The set's
///      vanishing polynomial is X^q less that number.
library FflonkEquations {
    /// @dev In the order of the encoded proof: four points, then the evaluations at xi, the last three at xi · w.
    struct Proof {
        uint256 c1x;
        uint256 c1y;
        uint256 c2x;
        uint256 c2y;
        uint256 w1x;
        uint256 w1y;
        uint256 w2x;
        uint256 w2y;
        uint256 ql;
        uint256 qr;
        uint256 qm;
        uint256 qo;
        uint256 qc;
        uint256 s1;
        uint256 s2;
        uint256 s3;
        uint256 a;
        uint256 b;
        uint256 c;
        uint256 z;
        uint256 zw;
        uint256 t1w;
        uint256 t2w;
    }

    /// @dev What the points C1, C2, G1, W1 and W2 are multiplied with; C0 is added once.
    struct Sum {
        uint256 c1;
        uint256 c2;
        uint256 g;
        uint256 w1;
        uint256 w2;
    }

    struct Challenges {
        uint256 beta;
        uint256 gamma;
        uint256 alpha;
        uint256 y;
        uint256 xi;
        uint256 root;
        uint256 xiw;
    }

    /// @dev Inverses that the equations divide by.
    struct Inverses {
        /// 1 / (rows · Π (xi − w^i)), of the public signals.
        uint256 signals;
        /// 1 / (rows · (xi − 1)), of the first Lagrange polynomial.
        uint256 first;
        /// 1 / (xi^rows − 1)
        uint256 domain;
        /// 1 / (y^4 − xi)
        uint256 set1;
        /// 1 / ((y^3 − xi)(y^3 − xi · w))
        uint256 set2;
        /// 1 / (xi − xi · w)
        uint256 step;
    }

    uint256 private constant R = Bn254.SCALAR_MODULUS;

    /// @dev Price of the one exponentiation (EIP-7883).
    uint256 private constant INVERSE_GAS = 4_080;

    /// @dev A root of unity of order 2^28, and that order's exponent.
    uint256 private constant ROOT = 19103219067921713944291392827692070036145651957329286315305642004821462161904;
    uint256 private constant ROOT_POWER = 28;

    /// @notice Whether the domain of 2^power roots of unity and its multiples by k1 and k2 have nothing in common.
    function areApart(uint256 k1, uint256 k2, uint256 power) internal pure returns (bool) {
        if (k1 == 0 || k2 == 0 || k1 >= R || k2 >= R) return false;
        uint256 first = _squareTimes(k1, power);
        uint256 second = _squareTimes(k2, power);
        return first != 1 && second != 1 && first != second;
    }

    /// @notice Reduces a proof to one sum of points that must be W2 times the setup's secret.
    /// @param key The nine words of a key; see {IFflonkVerifier}.
    /// @return defined False when a challenge hits a root of what is divided by, which makes a proof wrong.
    function reduce(
        uint256[9] memory key,
        Proof memory proof,
        uint256[] calldata signals
    ) internal view returns (bool defined, Sum memory sum) {
        Challenges memory at = _challenges(key, proof, signals);
        (Inverses memory inverses, uint256 numerator) = _denominators(at, key[0] & 0xff, signals);
        if (!_invert(inverses)) return (false, sum);
        return (true, _combine(proof, at, inverses, _quotients(key, proof, at, inverses, numerator)));
    }

    /// @dev The transcript. Points and scalars enter in the order in which the prover had to fix them.
    function _challenges(
        uint256[9] memory key,
        Proof memory proof,
        uint256[] calldata signals
    ) private pure returns (Challenges memory at) {
        uint256 order = R;
        uint256 seed;
        assembly ("memory-safe") {
            let text := mload(0x40)
            let size := mul(signals.length, 0x20)
            mcopy(text, add(key, 0x60), 0x40)
            calldatacopy(add(text, 0x40), signals.offset, size)
            mcopy(add(add(text, 0x40), size), proof, 0x40)
            let beta := mod(keccak256(text, add(size, 0x80)), order)
            mstore(at, beta)
            mstore(text, beta)
            let gamma := mod(keccak256(text, 0x20), order)
            mstore(add(at, 0x20), gamma)
            mstore(text, gamma)
            mcopy(add(text, 0x20), add(proof, 0x40), 0x40)
            seed := mod(keccak256(text, 0x60), order)
            mstore(text, seed)
            mcopy(add(text, 0x20), add(proof, 0x100), 0x1e0)
            let alpha := mod(keccak256(text, 0x200), order)
            mstore(add(at, 0x40), alpha)
            mstore(text, alpha)
            mcopy(add(text, 0x20), add(proof, 0x80), 0x40)
            mstore(add(at, 0x60), mod(keccak256(text, 0x60), order))
        }
        // seed^24, so that its 8th, 4th and cube roots are powers of the seed.
        uint256 cube = mulmod(mulmod(seed, seed, R), seed, R);
        at.xi = _squareTimes(cube, 3);
        at.root = _squareTimes(ROOT, ROOT_POWER - (key[0] & 0xff));
        at.xiw = mulmod(at.xi, at.root, R);
    }

    /// @dev Σ signal_i · w^i / (xi − w^i) as a fraction. Divided by the number of rows it is, up to its sign, the
    ///      polynomial of the public signals at xi over the domain's vanishing polynomial.
    function _signalFraction(
        uint256 xi,
        uint256 root,
        uint256[] calldata signals
    ) private pure returns (uint256 numerator, uint256 denominator) {
        denominator = 1;
        uint256 point = 1;
        for (uint256 i = 0; i < signals.length; ++i) {
            uint256 factor = _less(xi, point);
            numerator = addmod(mulmod(numerator, factor, R), mulmod(mulmod(signals[i], point, R), denominator, R), R);
            denominator = mulmod(denominator, factor, R);
            point = mulmod(point, root, R);
        }
    }

    /// @dev What {Inverses} are the inverses of, and the numerator over the first.
    function _denominators(
        Challenges memory at,
        uint256 power,
        uint256[] calldata signals
    ) private pure returns (Inverses memory values, uint256 numerator) {
        uint256 rows = 1 << power;
        uint256 cube = mulmod(mulmod(at.y, at.y, R), at.y, R);
        uint256 denominator;
        (numerator, denominator) = _signalFraction(at.xi, at.root, signals);
        values.signals = mulmod(rows, denominator, R);
        values.first = mulmod(rows, _less(at.xi, 1), R);
        values.domain = _less(_squareTimes(at.xi, power), 1);
        values.set1 = _less(_squareTimes(at.y, 2), at.xi);
        values.set2 = mulmod(_less(cube, at.xi), _less(cube, at.xiw), R);
        values.step = _less(at.xi, at.xiw);
    }

    /// @dev Inverts all of them with one exponentiation; false if one is 0.
    function _invert(Inverses memory values) private view returns (bool) {
        uint256 upTo2 = mulmod(values.signals, values.first, R);
        uint256 upTo3 = mulmod(upTo2, values.domain, R);
        uint256 upTo4 = mulmod(upTo3, values.set1, R);
        uint256 upTo5 = mulmod(upTo4, values.set2, R);
        uint256 inverse = _inverseOf(mulmod(upTo5, values.step, R));
        if (inverse == 0) return false;
        uint256 step = mulmod(inverse, upTo5, R);
        inverse = mulmod(inverse, values.step, R);
        values.step = step;
        step = mulmod(inverse, upTo4, R);
        inverse = mulmod(inverse, values.set2, R);
        values.set2 = step;
        step = mulmod(inverse, upTo3, R);
        inverse = mulmod(inverse, values.set1, R);
        values.set1 = step;
        step = mulmod(inverse, upTo2, R);
        inverse = mulmod(inverse, values.domain, R);
        values.domain = step;
        (values.signals, values.first) = (mulmod(inverse, values.first, R), mulmod(inverse, values.signals, R));
        return true;
    }

    /// @dev The quotients of the gates, of the permutation's start and of its steps, at xi. They are computed from the
    ///      evaluations, not taken from the prover: this is where the circuit's equations are enforced.
    function _quotients(
        uint256[9] memory key,
        Proof memory proof,
        Challenges memory at,
        Inverses memory inverses,
        uint256 numerator
    ) private pure returns (uint256[3] memory quotients) {
        quotients[0] = _less(mulmod(_gates(proof), inverses.domain, R), mulmod(numerator, inverses.signals, R));
        quotients[1] = mulmod(_less(proof.z, 1), inverses.first, R);
        quotients[2] = mulmod(_permutation(key, proof, at), inverses.domain, R);
    }

    /// @dev ql · a + qr · b + qm · a · b + qo · c + qc
    function _gates(Proof memory proof) private pure returns (uint256 value) {
        value = addmod(mulmod(proof.ql, proof.a, R), mulmod(proof.qr, proof.b, R), R);
        value = addmod(value, mulmod(proof.qm, mulmod(proof.a, proof.b, R), R), R);
        value = addmod(value, mulmod(proof.qo, proof.c, R), R);
        value = addmod(value, proof.qc, R);
    }

    /// @dev The permutation's step from xi to xi · w: the wires under their own labels less those under the copied.
    function _permutation(
        uint256[9] memory key,
        Proof memory proof,
        Challenges memory at
    ) private pure returns (uint256) {
        uint256 label = mulmod(at.beta, at.xi, R);
        uint256 own = _labelled(proof.a, label, at.gamma);
        own = mulmod(own, _labelled(proof.b, mulmod(label, key[1], R), at.gamma), R);
        own = mulmod(own, _labelled(proof.c, mulmod(label, key[2], R), at.gamma), R);
        uint256 copied = _labelled(proof.a, mulmod(at.beta, proof.s1, R), at.gamma);
        copied = mulmod(copied, _labelled(proof.b, mulmod(at.beta, proof.s2, R), at.gamma), R);
        copied = mulmod(copied, _labelled(proof.c, mulmod(at.beta, proof.s3, R), at.gamma), R);
        return _less(mulmod(own, proof.z, R), mulmod(copied, proof.zw, R));
    }

    /// @dev The batched opening: with Z_i the vanishing polynomial of the i-th set at y,
    ///      C0 + alpha · Z_0 / Z_1 · C1 + alpha² · Z_0 / Z_2 · C2 − (the same sum of values) · G1 − Z_0 · W1 + y · W2.
    /// @param quotients See {_quotients}.
    function _combine(
        Proof memory proof,
        Challenges memory at,
        Inverses memory inverses,
        uint256[3] memory quotients
    ) private pure returns (Sum memory sum) {
        uint256 set0 = _less(_squareTimes(at.y, 3), at.xi);
        uint256 scale = mulmod(at.alpha, set0, R);
        sum.c1 = mulmod(scale, inverses.set1, R);
        sum.c2 = mulmod(mulmod(at.alpha, scale, R), inverses.set2, R);
        uint256 value = _value0(proof, at.y);
        value = addmod(value, mulmod(sum.c1, _value1(proof, at.y, quotients[0]), R), R);
        value = addmod(value, mulmod(sum.c2, _value2(proof, at, inverses.step, quotients), R), R);
        sum.g = _less(0, value);
        sum.w1 = _less(0, set0);
        sum.w2 = at.y;
    }

    /// @dev Of the circuit's eight polynomials, at y.
    function _value0(Proof memory proof, uint256 y) private pure returns (uint256 value) {
        value = addmod(mulmod(proof.s3, y, R), proof.s2, R);
        value = addmod(mulmod(value, y, R), proof.s1, R);
        value = addmod(mulmod(value, y, R), proof.qc, R);
        value = addmod(mulmod(value, y, R), proof.qm, R);
        value = addmod(mulmod(value, y, R), proof.qo, R);
        value = addmod(mulmod(value, y, R), proof.qr, R);
        value = addmod(mulmod(value, y, R), proof.ql, R);
    }

    /// @dev Of the three wires and the gates' quotient, at y.
    function _value1(Proof memory proof, uint256 y, uint256 gates) private pure returns (uint256 value) {
        value = addmod(mulmod(gates, y, R), proof.c, R);
        value = addmod(mulmod(value, y, R), proof.b, R);
        value = addmod(mulmod(value, y, R), proof.a, R);
    }

    /// @dev Of the permutation and its quotients: what they are on the cube roots of xi and on those of xi · w,
    ///      interpolated over both sets.
    function _value2(
        Proof memory proof,
        Challenges memory at,
        uint256 inverseStep,
        uint256[3] memory quotients
    ) private pure returns (uint256) {
        uint256 y = at.y;
        uint256 cube = mulmod(mulmod(y, y, R), y, R);
        uint256 here = addmod(mulmod(quotients[2], y, R), quotients[1], R);
        here = addmod(mulmod(here, y, R), proof.z, R);
        uint256 next = addmod(mulmod(proof.t2w, y, R), proof.t1w, R);
        next = addmod(mulmod(next, y, R), proof.zw, R);
        here = mulmod(here, _less(cube, at.xiw), R);
        next = mulmod(next, _less(cube, at.xi), R);
        return mulmod(_less(here, next), inverseStep, R);
    }

    function _labelled(uint256 wire, uint256 label, uint256 gamma) private pure returns (uint256) {
        return addmod(addmod(wire, label, R), gamma, R);
    }

    /// @dev a − b; b is below the order.
    function _less(uint256 a, uint256 b) private pure returns (uint256) {
        unchecked {
            return addmod(a, R - b, R);
        }
    }

    /// @dev base^(2^times)
    function _squareTimes(uint256 base, uint256 times) private pure returns (uint256 result) {
        uint256 order = R;
        result = base;
        assembly ("memory-safe") {
            for {} times {
                times := sub(times, 1)
            } {
                result := mulmod(result, result, order)
            }
        }
    }

    /// @dev value^(order − 2), which is 0 for 0.
    function _inverseOf(uint256 value) private view returns (uint256 inverse) {
        uint256 order = R;
        bool ok;
        assembly ("memory-safe") {
            let text := mload(0x40)
            mstore(text, 0x20)
            mstore(add(text, 0x20), 0x20)
            mstore(add(text, 0x40), 0x20)
            mstore(add(text, 0x60), value)
            mstore(add(text, 0x80), sub(order, 2))
            mstore(add(text, 0xa0), order)
            ok := staticcall(gas(), 0x05, text, 0xc0, 0x00, 0x20)
            inverse := mload(0x00)
        }
        if (!ok) revert IVerifierRegistry.VerifierGasTooLow(gasleft(), INVERSE_GAS);
    }
}
