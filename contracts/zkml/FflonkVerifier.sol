// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IFflonkVerifier} from "./interfaces/IFflonkVerifier.sol";
import {IProofSystem} from "./interfaces/IProofSystem.sol";
import {IVerifierRegistry} from "./interfaces/IVerifierRegistry.sol";
import {Bn254} from "./libraries/Bn254.sol";
import {FflonkEquations} from "./libraries/FflonkEquations.sol";

/// @title One FFLONK verifier for every circuit
/// @notice Derives the challenges, reduces all claims of a proof to one sum of points and asks the pairing once.
/// @dev ROLES: none. STATE: none. UPGRADES: none.
contract FflonkVerifier is IFflonkVerifier {
    /// @inheritdoc IFflonkVerifier
    uint256 public constant MAX_SIGNALS = 32;

    /// @inheritdoc IFflonkVerifier
    uint256 public constant MAX_POWER = 28;

    /// @dev Nine words; see {IFflonkVerifier}.
    uint256 private constant KEY_SIZE = 0x120;

    /// @dev Eight coordinates and fifteen evaluations.
    uint256 private constant PROOF_SIZE = 0x2e0;

    /// @dev tau · G2 of the development setup (zkml/circuit/development-ptau.ts); a test compares the two.
    uint256 private constant DEVELOPMENT_X_IMAGINARY =
        2275429567090384132737672015165605681479091941402196736540911935561848047316;
    uint256 private constant DEVELOPMENT_X_REAL =
        5766242658916005289544516648951023285341090151189636027312795368248067906318;

    /// @dev Generator of G2, imaginary parts first.
    uint256 private constant G2_X_IMAGINARY =
        11559732032986387107991004021392285783925812861821192530917403151452391805634;
    uint256 private constant G2_X_REAL = 10857046999023057135944570762232829481370756359578518086990519993285655852781;
    uint256 private constant G2_Y_IMAGINARY =
        4082367875863433681332203403145435568316851327593401208105741076214120093531;
    uint256 private constant G2_Y_REAL = 8495653923123431417604973247489272438418190587263600148770280649306958101930;

    /// @dev Two pairs at EIP-1108 prices: 45_000 + 2 · 34_000.
    uint256 private constant PAIRING_GAS = 113_000;

    /// @dev A 64th stays behind at every call (EIP-150): 116_000 · 63 / 64 = 114_187 leaves room for the call itself.
    uint256 private constant PAIRING_GAS_REQUIRED = 116_000;

    // ------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IProofSystem
    function inspectKey(bytes calldata key) external pure returns (uint256 signals, bool development) {
        if (key.length != KEY_SIZE) revert FflonkKeyLengthWrong(key.length, KEY_SIZE);
        uint256[9] memory words = abi.decode(key, (uint256[9]));
        uint256 power = words[0] & 0xff;
        signals = words[0] >> 8;
        if (power == 0 || power > MAX_POWER) revert FflonkKeyPowerOutOfRange(power, MAX_POWER);
        uint256 rows = 1 << power;
        uint256 maximum = rows > MAX_SIGNALS ? MAX_SIGNALS : rows - 1;
        if (signals == 0 || signals > maximum) revert FflonkKeySignalsOutOfRange(signals, maximum);
        if (!FflonkEquations.areApart(words[1], words[2], power)) revert FflonkKeyCosetsOverlap(words[1], words[2]);
        if (!Bn254.isOnG1(words[3], words[4])) revert FflonkKeyG1PointInvalid(words[3], words[4]);
        if (!Bn254.isOnTwist(words[5], words[6], words[7], words[8])) {
            revert FflonkKeyG2PointInvalid(words[5], words[6], words[7], words[8]);
        }
        // Points with the same x are equal or opposite.
        if (words[5] == G2_X_IMAGINARY && words[6] == G2_X_REAL) {
            revert FflonkKeyWithoutContribution(words[5], words[6]);
        }
        development = words[5] == DEVELOPMENT_X_IMAGINARY && words[6] == DEVELOPMENT_X_REAL;
    }

    /// @inheritdoc IProofSystem
    function verify(address store, bytes calldata proof, uint256[] calldata signals) external view returns (bool) {
        if (proof.length != PROOF_SIZE) revert FflonkProofLengthWrong(proof.length, PROOF_SIZE);
        uint256[9] memory key;
        assembly ("memory-safe") {
            extcodecopy(store, key, 1, KEY_SIZE)
        }
        if (signals.length != key[0] >> 8) {
            revert IVerifierRegistry.VerifierSignalCountWrong(signals.length, key[0] >> 8);
        }
        for (uint256 i = 0; i < signals.length; ++i) {
            if (signals[i] >= Bn254.SCALAR_MODULUS) {
                revert IVerifierRegistry.VerifierSignalNotInField(i, signals[i]);
            }
        }
        FflonkEquations.Proof memory claims;
        assembly ("memory-safe") {
            // The fields of the struct in the order of the proof.
            calldatacopy(claims, proof.offset, PROOF_SIZE)
        }
        if (!_isWellFormed(claims)) return false;
        (bool defined, FflonkEquations.Sum memory sum) = FflonkEquations.reduce(key, claims, signals);
        return defined && _holds(key, claims, sum);
    }

    // ------------------------------------------------------------------------------------------------------ private

    /// @dev Canonical points of the curve other than infinity, and canonical field elements: there is no second way to
    ///      write a proof down.
    function _isWellFormed(FflonkEquations.Proof memory claims) private pure returns (bool) {
        if (!Bn254.isOnG1(claims.c1x, claims.c1y) || !Bn254.isOnG1(claims.c2x, claims.c2y)) return false;
        if (!Bn254.isOnG1(claims.w1x, claims.w1y) || !Bn254.isOnG1(claims.w2x, claims.w2y)) return false;
        uint256 order = Bn254.SCALAR_MODULUS;
        bool canonical = true;
        assembly ("memory-safe") {
            let last := add(claims, PROOF_SIZE)
            for {
                let at := add(claims, 0x100)
            } lt(at, last) {
                at := add(at, 0x20)
            } {
                canonical := and(canonical, lt(mload(at), order))
            }
        }
        return canonical;
    }

    /// @dev Whether e(C0 + c1 · C1 + c2 · C2 + g · G1 + w1 · W1 + w2 · W2, G2) = e(W2, tau · G2).
    function _holds(
        uint256[9] memory key,
        FflonkEquations.Proof memory claims,
        FflonkEquations.Sum memory sum
    ) private view returns (bool valid) {
        // +0x000 the sum  +0x040 G2 | +0x0c0 −W2  +0x100 tau · G2
        uint256[12] memory pairs;
        (pairs[0], pairs[1]) = (key[3], key[4]);
        (pairs[2], pairs[3], pairs[4], pairs[5]) = (G2_X_IMAGINARY, G2_X_REAL, G2_Y_IMAGINARY, G2_Y_REAL);
        // No point of the curve has y = 0, so this is canonical.
        (pairs[6], pairs[7]) = (claims.w2x, Bn254.BASE_MODULUS - claims.w2y);
        (pairs[8], pairs[9], pairs[10], pairs[11]) = (key[5], key[6], key[7], key[8]);
        _addMultiple(pairs, claims.c1x, claims.c1y, sum.c1);
        _addMultiple(pairs, claims.c2x, claims.c2y, sum.c2);
        _addMultiple(pairs, 1, 2, sum.g);
        _addMultiple(pairs, claims.w1x, claims.w1y, sum.w1);
        _addMultiple(pairs, claims.w2x, claims.w2y, sum.w2);
        uint256 available = gasleft();
        if (available < PAIRING_GAS_REQUIRED) {
            revert IVerifierRegistry.VerifierGasTooLow(available, PAIRING_GAS_REQUIRED);
        }
        assembly ("memory-safe") {
            // Exactly its price: a point of the key outside the subgroup makes it take all that it is given.
            let ok := staticcall(PAIRING_GAS, 0x08, pairs, 0x180, 0x00, 0x20)
            valid := and(ok, eq(mload(0x00), 1))
        }
    }

    /// @dev Adds scalar · (x, y) to the point in the first two words of `pairs`. All points are on the curve, so the
    ///      precompiles (ecMul 6_000, ecAdd 150 gas) fail only for lack of gas.
    function _addMultiple(uint256[12] memory pairs, uint256 x, uint256 y, uint256 scalar) private view {
        bool ok;
        assembly ("memory-safe") {
            let term := mload(0x40)
            mstore(add(term, 0x40), x)
            mstore(add(term, 0x60), y)
            mstore(add(term, 0x80), scalar)
            ok := staticcall(gas(), 0x07, add(term, 0x40), 0x60, add(term, 0x40), 0x40)
            mcopy(term, pairs, 0x40)
            ok := and(ok, staticcall(gas(), 0x06, term, 0x80, pairs, 0x40))
        }
        if (!ok) revert IVerifierRegistry.VerifierGasTooLow(gasleft(), PAIRING_GAS_REQUIRED);
    }
}
