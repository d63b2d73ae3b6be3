// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Enclaves: which signing key belongs to which operator, on which accepted hardware, until when
interface IEnclaveRegistry {
    /// @notice An enclave as registered.
    /// @param signer        The secp256k1 address whose private key never leaves the enclave.
    /// @param operator      The operator that answers for it.
    /// @param profileId     The hardware profile it was attested on.
    /// @param policyVersion The profile's acceptance version at registration; a later suspension outdates it.
    /// @param registeredAt  Unix seconds; 0 means "unknown enclave".
    /// @param validUntil    Unix seconds; re-attestation needed after it.
    /// @param lastSeen      Unix seconds of the last heartbeat.
    /// @param evidenceHash  keccak256 of the attestation evidence.
    /// @param revoked       Taken out by its operator or the guardian, for ever.
    struct Enclave {
        address signer;
        uint40 registeredAt;
        uint40 validUntil;
        address operator;
        uint40 lastSeen;
        bool revoked;
        uint64 policyVersion;
        bytes32 profileId;
        bytes32 evidenceHash;
    }

    event EnclaveRegistered(
        bytes32 indexed enclaveId,
        address indexed operator,
        address indexed signer,
        bytes32 profileId,
        uint64 policyVersion,
        uint256 validUntil,
        bytes32 evidenceHash
    );
    event EnclaveRevoked(bytes32 indexed enclaveId, address indexed by);
    event HeartbeatReceived(bytes32 indexed enclaveId, uint256 timestamp);

    /// @notice Registers the enclave key `signer` for `operator`. Restricted to {Roles.TEE_REGISTRAR}, which vouches for
    ///         the evidence; `possession` is the enclave's EIP-712 signature over
    ///         `Enclave(address operator,bytes32 profileId,bytes32 evidenceHash)`.
    function registerEnclave(
        address operator,
        address signer,
        bytes32 profileId,
        bytes32 evidenceHash,
        bytes calldata possession
    ) external returns (bytes32 enclaveId);

    /// @notice Takes an enclave out for ever. Its operator or the guardian.
    function revokeEnclave(bytes32 enclaveId) external;

    /// @notice Shows that the enclave lives; `timestamp` must be newer than the last one and not in the future. Signed by
    ///         the enclave over `Heartbeat(bytes32 enclaveId,uint256 timestamp)`; anyone may relay it.
    function heartbeat(bytes32 enclaveId, uint256 timestamp, bytes calldata signature) external;

    /// @notice Whether the enclave may serve every role in `roles` at time `at`: registered, alive, not revoked, and its
    ///         profile accepted without interruption since its registration. O(1).
    function isUsable(bytes32 enclaveId, uint8 roles, uint256 at) external view returns (bool);

    /// @notice The enclave's record; all zero if unknown.
    function enclaveOf(bytes32 enclaveId) external view returns (Enclave memory);

    /// @notice The id of the enclave with this signing address, as OpenGradient derives ids: the hash of its key.
    function computeEnclaveId(address signer) external pure returns (bytes32);
}
