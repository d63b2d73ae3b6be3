// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title One Groth16 verifier for every circuit
/// @notice Anyone registers a verifying key (BN254); its id is the hash of its bytes, so a key can never change.
interface IVerifierRegistry {
    /// @notice A Groth16 verifying key, points as uncompressed BN254 coordinates, G2 in EIP-197 order (imaginary first).
    /// @param ic One G1 point (x, y) per public signal, plus the constant one.
    struct VerifyingKey {
        uint256[2] alpha1;
        uint256[4] beta2;
        uint256[4] gamma2;
        uint256[4] delta2;
        uint256[2][] ic;
    }

    /// @notice A Groth16 proof; `b` in EIP-197 order.
    struct Proof {
        uint256[2] a;
        uint256[4] b;
        uint256[2] c;
    }

    event VerifyingKeyRegistered(
        bytes32 indexed keyId,
        address indexed registrant,
        uint256 publicSignals,
        bool development
    );

    /// @notice Stores a key and returns its id. Registering a known key is a no-op that returns the same id.
    /// @param development Whether the key comes from the insecure development setup; refused where the registry was
    ///                    deployed without development keys.
    function registerKey(VerifyingKey calldata key, bool development) external returns (bytes32 keyId);

    /// @notice Whether the key is registered.
    function isRegistered(bytes32 keyId) external view returns (bool);

    /// @notice Whether `proof` proves `signals` under the key. Reverts if the key is unknown, if the number of signals is
    ///         wrong or if a signal is not a field element; returns false for any other wrong proof.
    function verify(bytes32 keyId, Proof calldata proof, uint256[] calldata signals) external view returns (bool);
}
