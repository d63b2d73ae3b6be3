// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IHardwarePolicy} from "./IHardwarePolicy.sol";

/// @title Enclaves: which signing key belongs to which operator, on which accepted hardware, until when
interface IEnclaveRegistry {
    /// @notice An enclave as registered.
    /// @param signer        The secp256k1 address whose private key never leaves the enclave.
    /// @param operator      The operator that answers for it.
    /// @param profileId     The hardware profile it was attested on.
    /// @param policyVersion The profile's acceptance version at registration; a later suspension outdates it.
    /// @param registeredAt  Unix seconds; 0 means "unknown enclave". A renewal before expiry does not change it.
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

    /// @notice Thrown when an enclave's signing address is zero.
    error EnclaveSignerZero();
    /// @notice Thrown when the evidence hash is zero.
    error EnclaveEvidenceZero();
    /// @notice Thrown when the operator is not registered in the staking contract.
    error EnclaveOperatorUnknown(address operator);
    /// @notice Thrown when the profile is not accepted now.
    error EnclaveProfileNotAccepted(bytes32 profileId, IHardwarePolicy.ProfileStatus status);
    /// @notice Thrown when a signature is not that of the enclave's key.
    error EnclaveSignatureInvalid(address expected, address recovered);
    /// @notice Thrown when the key belongs to another operator.
    error EnclaveKeyTaken(bytes32 enclaveId, address operator);
    /// @notice Thrown when a known key is registered for another profile, or after its profile was suspended: such an
    ///         enclave needs a new key.
    error EnclaveKeyOutdated(bytes32 enclaveId, bytes32 profileId, uint64 policyVersion);
    /// @notice Thrown when a renewal brings the evidence that is already registered.
    error EnclaveEvidenceReused(bytes32 evidenceHash);
    /// @notice Thrown when the enclave was never registered.
    error EnclaveUnknown(bytes32 enclaveId);
    /// @notice Thrown when the enclave was revoked.
    error EnclaveIsRevoked(bytes32 enclaveId);
    /// @notice Thrown when someone else than the operator or the guardian revokes.
    error EnclaveRevokerUnauthorized(address caller, address operator);
    /// @notice Thrown when a heartbeat is not newer than the last one.
    error EnclaveHeartbeatStale(uint256 timestamp, uint256 lastSeen);
    /// @notice Thrown when a heartbeat is from the future.
    error EnclaveHeartbeatFuture(uint256 timestamp, uint256 blockTimestamp);

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

    /// @notice Registers the enclave key `signer` for `operator`, or renews it with new evidence for the same operator and
    ///         profile. Restricted to {Roles.TEE_REGISTRAR}, which vouches for the evidence; `possession` is the enclave's
    ///         EIP-712 signature over `Enclave(address operator,bytes32 profileId,bytes32 evidenceHash)`.
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

    /// @notice Whether the enclave may serve every role in `roles` at time `at`: registered, alive, not revoked, its
    ///         profile accepted without interruption since its registration, its operator active in those roles. O(1).
    /// @dev Expiry and silence are judged at `at`; revocation, suspension and the operator's standing as they are now.
    function isUsable(bytes32 enclaveId, uint8 roles, uint256 at) external view returns (bool);

    /// @notice The enclave's record; all zero if unknown.
    function enclaveOf(bytes32 enclaveId) external view returns (Enclave memory);

    /// @notice The id of the enclave with this signing address, as OpenGradient derives ids: the hash of its key.
    function computeEnclaveId(address signer) external pure returns (bytes32);
}
