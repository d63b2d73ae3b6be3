// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVerifierRegistry} from "../interfaces/IVerifierRegistry.sol";
import {Bn254} from "./Bn254.sol";

/// @title Many Groth16 proofs in one pairing check
/// @notice A random linear combination: with a coefficient r for each proof, all equations hold, but for a chance of
///         2^−128, exactly if Π e(−r·A, B) · Π over keys e(Σr · alpha, beta) · e(Σ r·L, gamma) · e(Σ r·C, delta) = 1.
/// @dev Coefficients must be unknown to whoever chose the proofs: the seed is a hash of everything that is combined.
///      Memory from `pairs` on is the input of the pairing; keys whose beta or gamma are those of the first key (every
///      key of one powers-of-tau setup, as snarkjs makes them) share a pair, so a key costs one pair more, not three.
library Groth16Batch {
    /// @dev State of one verification.
    struct Batch {
        uint256 seed;
        /// Proofs combined so far.
        uint256 count;
        /// Where the input of the pairing begins and where its next pair goes.
        uint256 pairs;
        uint256 next;
        /// Pairs of the first key, in the order beta, gamma, delta; 0 before it.
        uint256[3] first;
        /// Three words of scratch for the precompiles behind a sum of two words.
        uint256 scratch;
        /// Whether a point of a proof was refused by a precompile.
        bool malformed;
    }

    uint256 private constant PAIR_SIZE = 0xc0;
    uint256 private constant PROOF_SIZE = 0x100;

    /// @dev Prices of EIP-1108. The exact price goes to every call: a malformed point takes all that it is given.
    uint256 private constant MULTIPLY_GAS = 6_000;
    uint256 private constant ADD_GAS = 150;
    uint256 private constant PAIRING_BASE_GAS = 45_000;
    uint256 private constant PAIRING_PAIR_GAS = 34_000;

    /// @dev Offsets in a stored key: alpha, beta, gamma, delta, then the `ic` points.
    uint256 private constant BETA = 0x40;
    uint256 private constant GAMMA = 0xc0;
    uint256 private constant DELTA = 0x140;
    uint256 private constant IC = 0x1c0;

    /// @notice Prepares for up to `proofs` proofs in `groups` groups. `seed` must depend on all of them.
    function start(uint256 seed, uint256 proofs, uint256 groups) internal pure returns (Batch memory batch) {
        batch.seed = seed;
        uint256 size = (proofs + 3 * groups) * PAIR_SIZE;
        uint256 pairs;
        assembly ("memory-safe") {
            pairs := mload(0x40)
            mstore(0x40, add(pairs, add(size, 0xa0)))
        }
        batch.pairs = pairs;
        batch.next = pairs;
        batch.scratch = pairs + size;
    }

    /// @notice Takes in the proofs of one key. `signals` holds those of each proof in turn, all of them field elements.
    /// @param store Contract with the key behind one byte.
    function combine(
        Batch memory batch,
        address store,
        uint256 signalsPerProof,
        IVerifierRegistry.Proof[] calldata proofs,
        uint256[] calldata signals
    ) internal view {
        uint256[] memory scalars = new uint256[](signalsPerProof + 1);
        uint256[2] memory sumC;
        uint256 last = batch.count + proofs.length;
        uint256 proof;
        uint256 signal;
        assembly ("memory-safe") {
            proof := proofs.offset
            signal := signals.offset
        }
        while (batch.count != last) {
            uint256 coefficient = _nextCoefficient(batch);
            _combineProof(batch, proof, coefficient, sumC);
            _combineSignals(scalars, signal, coefficient);
            // Offsets in calldata, of arrays whose ends the decoder has checked.
            unchecked {
                proof += PROOF_SIZE;
                signal += signalsPerProof * 0x20;
            }
        }
        _closeGroup(batch, _loadKey(store, signalsPerProof), scalars, sumC);
    }

    /// @notice Whether all equations hold. Reverts when too little gas is left for a verdict.
    function finish(Batch memory batch) internal view returns (bool valid) {
        uint256 pairs = batch.pairs;
        uint256 size = batch.next - pairs;
        uint256 price = PAIRING_BASE_GAS + PAIRING_PAIR_GAS * (size / PAIR_SIZE);
        // A 64th stays behind at every call (EIP-150). Whoever has this much left had enough for every call before, so
        // that a refusal by a precompile means a malformed point.
        uint256 required = price + price / 63 + 2_000;
        uint256 available = gasleft();
        if (available < required) revert IVerifierRegistry.VerifierGasTooLow(available, required);
        if (batch.malformed) return false;
        assembly ("memory-safe") {
            let ok := staticcall(price, 0x08, pairs, size, 0x00, 0x20)
            valid := and(ok, eq(mload(0x00), 1))
        }
    }

    /// @dev In [1, 2^128 − 1].
    function _nextCoefficient(Batch memory batch) private pure returns (uint256 coefficient) {
        assembly ("memory-safe") {
            // seed and count, the first two words of the struct
            let index := mload(add(batch, 0x20))
            mstore(0x00, mload(batch))
            mstore(0x20, index)
            coefficient := add(mod(keccak256(0x00, 0x40), 0xffffffffffffffffffffffffffffffff), 1)
            mstore(add(batch, 0x20), add(index, 1))
        }
    }

    /// @dev Appends the pair (−r·A, B) and adds r·C to `sumC`; `proof` is an offset in calldata. −r is the order of the
    ///      group less r.
    function _combineProof(
        Batch memory batch,
        uint256 proof,
        uint256 coefficient,
        uint256[2] memory sumC
    ) private view {
        uint256 order = Bn254.SCALAR_MODULUS;
        uint256 pair = batch.next;
        uint256 scratch = batch.scratch;
        bool ok;
        assembly ("memory-safe") {
            // A and B, and over B's first word the scalar, until A is multiplied.
            calldatacopy(pair, proof, 0xc0)
            mstore(add(pair, 0x40), sub(order, coefficient))
            ok := staticcall(MULTIPLY_GAS, 0x07, pair, 0x60, pair, 0x40)
            mstore(add(pair, 0x40), calldataload(add(proof, 0x40)))

            let term := add(scratch, 0x40)
            calldatacopy(term, add(proof, 0xc0), 0x40)
            mstore(add(term, 0x40), coefficient)
            ok := and(ok, staticcall(MULTIPLY_GAS, 0x07, term, 0x60, term, 0x40))
            mcopy(scratch, sumC, 0x40)
            ok := and(ok, staticcall(ADD_GAS, 0x06, scratch, 0x80, sumC, 0x40))
        }
        if (!ok) batch.malformed = true;
        unchecked {
            batch.next = pair + PAIR_SIZE;
        }
    }

    /// @dev scalars[0] += coefficient, and scalars[i + 1] += coefficient · signal i, modulo the group's order.
    ///      `signals` is an offset in calldata. The sum of up to 256 coefficients is below the order.
    function _combineSignals(uint256[] memory scalars, uint256 signals, uint256 coefficient) private pure {
        uint256 order = Bn254.SCALAR_MODULUS;
        uint256 refused = type(uint256).max;
        assembly ("memory-safe") {
            let slot := add(scalars, 0x20)
            mstore(slot, add(mload(slot), coefficient))
            for {
                let left := sub(mload(scalars), 1)
                let at := signals
            } left {
                left := sub(left, 1)
                at := add(at, 0x20)
            } {
                let signal := calldataload(at)
                if iszero(lt(signal, order)) {
                    refused := at
                    break
                }
                slot := add(slot, 0x20)
                mstore(slot, addmod(mload(slot), mulmod(coefficient, signal, order), order))
            }
        }
        if (refused == type(uint256).max) return;
        uint256 value;
        assembly ("memory-safe") {
            value := calldataload(refused)
        }
        revert IVerifierRegistry.VerifierSignalNotInField((refused - signals) / 0x20, value);
    }

    /// @dev Copies a key to new memory and returns its address.
    function _loadKey(address store, uint256 signals) private view returns (uint256 key) {
        uint256 size = IC + (signals + 1) * 0x40;
        assembly ("memory-safe") {
            key := mload(0x40)
            mstore(0x40, add(key, size))
            extcodecopy(store, key, 1, size)
        }
    }

    /// @dev The three pairs of a key. scalars[0] is Σr, below 2^136, and so below the order.
    function _closeGroup(
        Batch memory batch,
        uint256 key,
        uint256[] memory scalars,
        uint256[2] memory sumC
    ) private view {
        uint256[2] memory sum;
        _addMultiple(batch, sum, key, scalars[0]);
        _addPair(batch, 0, sum, key + BETA);
        (sum[0], sum[1]) = (0, 0);
        for (uint256 i = 0; i < scalars.length; ++i) _addMultiple(batch, sum, key + IC + i * 0x40, scalars[i]);
        _addPair(batch, 1, sum, key + GAMMA);
        _addPair(batch, 2, sumC, key + DELTA);
    }

    /// @dev sum += scalar · the point at `point`.
    function _addMultiple(Batch memory batch, uint256[2] memory sum, uint256 point, uint256 scalar) private view {
        uint256 scratch = batch.scratch;
        bool ok;
        assembly ("memory-safe") {
            let term := add(scratch, 0x40)
            mcopy(term, point, 0x40)
            mstore(add(term, 0x40), scalar)
            ok := staticcall(MULTIPLY_GAS, 0x07, term, 0x60, term, 0x40)
            mcopy(scratch, sum, 0x40)
            ok := and(ok, staticcall(ADD_GAS, 0x06, scratch, 0x80, sum, 0x40))
        }
        if (!ok) batch.malformed = true;
    }

    /// @dev Adds `sum` to the first key's pair of this kind if the second points are equal, and a new pair otherwise.
    function _addPair(Batch memory batch, uint256 kind, uint256[2] memory sum, uint256 second) private view {
        uint256 pair = batch.first[kind];
        bool shared;
        assembly ("memory-safe") {
            shared := and(iszero(iszero(pair)), eq(keccak256(add(pair, 0x40), 0x80), keccak256(second, 0x80)))
        }
        if (shared) return _addToPair(batch, pair, sum);
        uint256 next = batch.next;
        assembly ("memory-safe") {
            mcopy(next, sum, 0x40)
            mcopy(add(next, 0x40), second, 0x80)
        }
        if (pair == 0) batch.first[kind] = next;
        batch.next = next + PAIR_SIZE;
    }

    function _addToPair(Batch memory batch, uint256 pair, uint256[2] memory sum) private view {
        uint256 scratch = batch.scratch;
        bool ok;
        assembly ("memory-safe") {
            mcopy(scratch, pair, 0x40)
            mcopy(add(scratch, 0x40), sum, 0x40)
            ok := staticcall(ADD_GAS, 0x06, scratch, 0x80, pair, 0x40)
        }
        if (!ok) batch.malformed = true;
    }
}
