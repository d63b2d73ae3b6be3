// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title A proof system behind the registry's router
/// @notice Says which keys of the system are sound in form and which proofs are right. It has no state: the registry
///         keeps the keys, so that one address serves every circuit of the system and can never change a verdict.
interface IProofSystem {
    /// @notice Checks the form of a key and tells what the registry has to know of it. Reverts if the key is malformed.
    /// @param key The key in the system's own encoding.
    /// @return signals The number of public signals, at least 1.
    /// @return development Whether the key comes from the insecure development setup.
    function inspectKey(bytes calldata key) external view returns (uint256 signals, bool development);

    /// @notice Whether `proof` proves `signals`. Reverts if the proof has not the system's length, if the number of
    ///         signals is wrong or a signal is not a field element, and when starved of gas; returns false for any
    ///         other wrong proof.
    /// @param store Contract whose code is one byte and behind it a key that {inspectKey} has accepted.
    /// @param proof The proof in the system's own encoding.
    function verify(address store, bytes calldata proof, uint256[] calldata signals) external view returns (bool);
}
