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
        uint256 proof;
        uint256 signal;
        assembly ("memory-safe") {
            proof := proofs.offset
            signal := signals.offset
        }
        // Offsets in calldata, of arrays whose ends the decoder has checked.
        if (_combineProofs(batch, proof, proof + proofs.length * PROOF_SIZE, signal, scalars, sumC)) {
            _refuseSignal(signals, signalsPerProof);
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

    /// @dev For every proof draws a coefficient r in [1, 2^128 − 1], appends the pair (−r·A, B), adds r·C to `sumC`,
    ///      r to scalars[0] and r · signal i to scalars[i + 1], modulo the group's order. `proof` and `signal` are
    ///      offsets in calldata. −r is the order of the group less r; a sum of up to 256 coefficients is below the
    ///      order. The fields of the batch are seed, count, pairs, next, first, scratch, malformed. Over the first word
    ///      of a B stands the scalar until the A before it is multiplied.
    /// @return refused Whether a signal is not a field element.
    function _combineProofs(
        Batch memory batch,
        uint256 proof,
        uint256 end,
        uint256 signal,
        uint256[] memory scalars,
        uint256[2] memory sumC
    ) private view returns (bool refused) {
        uint256 order = Bn254.SCALAR_MODULUS;
        assembly ("memory-safe") {
            for {} lt(proof, end) {
                proof := add(proof, PROOF_SIZE)
            } {
                mstore(0x00, mload(batch))
                mstore(0x20, mload(add(batch, 0x20)))
                let coefficient := add(mod(keccak256(0x00, 0x40), 0xffffffffffffffffffffffffffffffff), 1)
                mstore(add(batch, 0x20), add(mload(0x20), 1))
                {
                    let pair := mload(add(batch, 0x60))
                    mstore(add(batch, 0x60), add(pair, PAIR_SIZE))
                    calldatacopy(pair, proof, 0xc0)
                    mstore(add(pair, 0x40), sub(order, coefficient))
                    let ok := staticcall(MULTIPLY_GAS, 0x07, pair, 0x60, pair, 0x40)
                    mstore(add(pair, 0x40), calldataload(add(proof, 0x40)))
                    let scratch := mload(add(batch, 0xa0))
                    let term := add(scratch, 0x40)
                    calldatacopy(term, add(proof, 0xc0), 0x40)
                    mstore(add(term, 0x40), coefficient)
                    ok := and(ok, staticcall(MULTIPLY_GAS, 0x07, term, 0x60, term, 0x40))
                    mcopy(scratch, sumC, 0x40)
                    ok := and(ok, staticcall(ADD_GAS, 0x06, scratch, 0x80, sumC, 0x40))
                    mstore(add(batch, 0xc0), or(mload(add(batch, 0xc0)), iszero(ok)))
                }
                let slot := add(scalars, 0x20)
                let last := add(scalars, shl(5, mload(scalars)))
                mstore(slot, add(mload(slot), coefficient))
                for {} lt(slot, last) {} {
                    slot := add(slot, 0x20)
                    let value := calldataload(signal)
                    refused := or(refused, iszero(lt(value, order)))
                    mstore(slot, addmod(mload(slot), mulmod(coefficient, value, order), order))
                    signal := add(signal, 0x20)
                }
            }
        }
    }

    /// @dev Names the first signal that is not a field element, by its place in its own proof.
    function _refuseSignal(uint256[] calldata signals, uint256 signalsPerProof) private pure {
        for (uint256 i = 0; i < signals.length; ++i) {
            if (signals[i] >= Bn254.SCALAR_MODULUS) {
                revert IVerifierRegistry.VerifierSignalNotInField(i % signalsPerProof, signals[i]);
            }
        }
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
