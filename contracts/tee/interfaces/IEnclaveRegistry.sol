// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAttendance} from "../../staking/interfaces/IAttendance.sol";
import {AttestationFacts} from "./IAttestationVerifier.sol";

/// @title Enclaves: which signing key belongs to which operator, on which accepted hardware and code, until when
interface IEnclaveRegistry {
    /// @notice The constants of one registry; fixed at construction.
    /// @param validityDelay     Seconds before a new enclave counts, so that somebody can look at it first.
    /// @param stakeWithoutDelay Self-stake from which an operator's enclaves count at once, OPG base units.
    struct RegistryConfig {
        uint40 validityDelay;
        uint96 stakeWithoutDelay;
    }

    /// @notice What an operator says about the enclave he registers; the evidence binds all but the verifier.
    /// @param operator          The operator that answers for it.
    /// @param signer            The secp256k1 address whose private key never leaves the enclave; 0 for a gateway that
    ///                          has an RSA key only, which then is what the enclave is known by.
    /// @param profileId         The hardware profile it runs on.
    /// @param tlsSpkiHash       SHA-256 of the public key of its TLS certificate; 0 if it has none.
    /// @param rsaKeyHash        keccak256 of its RSA public key (DER SubjectPublicKeyInfo), OpenGradient's TEE id; 0 if
    ///                          it has none.
    /// @param gpuEvidenceDigest Digest of the accelerators' evidence, which the measured code has verified: keccak256
    ///                          of NVIDIA's token where the profile asks for one; 0 exactly without accelerator.
    /// @param gpuPolicyHash     The policy it verified them against: the profile's own; 0 without accelerator.
    /// @param challengeBlock    The block whose hash is the challenge in the evidence.
    /// @param verifierId        The verifier that the evidence is for.
    struct Registration {
        address operator;
        address signer;
        bytes32 profileId;
        bytes32 tlsSpkiHash;
        bytes32 rsaKeyHash;
        bytes32 gpuEvidenceDigest;
        bytes32 gpuPolicyHash;
        uint48 challengeBlock;
        uint8 verifierId;
    }

    /// @notice An enclave as registered.
    /// @param signer        The secp256k1 address whose private key never leaves the enclave; 0 if it has an RSA key
    ///                      only.
    /// @param operator      The operator that answers for it.
    /// @param profileId     The hardware profile it was attested on.
    /// @param measurementId The code release it runs.
    /// @param policyVersion The policy version at registration.
    /// @param registeredAt  Unix seconds; 0 means "unknown enclave". A renewal before expiry does not change it.
    /// @param usableFrom    Unix seconds from which it counts.
    /// @param validUntil    Unix seconds; re-attestation needed after it.
    /// @param lastSeen      Unix seconds of the last heartbeat.
    /// @param revoked       Taken out by its operator, the guardian, or a denial, for ever.
    /// @param verifierId    The verifier that its evidence passed.
    /// @param challengeBlock The block of its last evidence; a renewal needs a later one.
    /// @param platformTag   The first 11 bytes of keccak256(abi.encode(platformId, platformClass)) of the evidence.
    /// @param rsaKeyHash    keccak256 of its RSA public key; 0 if it has none.
    struct Enclave {
        address signer;
        address operator;
        bytes32 profileId;
        bytes32 measurementId;
        uint64 policyVersion;
        uint40 registeredAt;
        uint40 usableFrom;
        uint40 validUntil;
        uint40 lastSeen;
        bool revoked;
        uint8 verifierId;
        uint48 challengeBlock;
        bytes11 platformTag;
        bytes32 rsaKeyHash;
    }

    /// @notice What evidence must satisfy, besides being genuine. The number of a rule is its bit in a set.
    enum AdmissionRule {
        REGISTRATIONS_OPEN,
        VERIFIER_NOT_FROZEN,
        OPERATOR_REGISTERED,
        OPERATOR_NOT_DENIED,
        STAKE_SUFFICIENT,
        PROFILE_ACCEPTED,
        TECHNOLOGY_OF_PROFILE,
        NOT_DEBUG,
        PLATFORM_CLASS_LISTED,
        PLATFORM_CLASS_NOT_DENIED,
        PLATFORM_NOT_DENIED,
        COLLATERAL_FRESH,
        TCB_STATUS_ACCEPTED,
        TCB_WITHIN_GRACE,
        TCB_EVALUATION_RECENT,
        SNP_TCB_SUFFICIENT,
        RELEASE_ACCEPTED,
        RELEASE_ON_PROFILE,
        ACCELERATOR_BOUND,
        CHALLENGE_KNOWN,
        REPORT_DATA_BOUND,
        ACCELERATOR_ATTESTED
    }

    /// @notice What a registered enclave must satisfy to count. The number of a rule is its bit in a set.
    enum UseRule {
        REGISTERED,
        NOT_REVOKED,
        IN_FORCE,
        NOT_EXPIRED,
        NOT_SILENT,
        PROFILE_ACCEPTED,
        PROFILE_UNINTERRUPTED,
        PROFILE_NOT_ENDED,
        PROFILE_SERVES_ROLES,
        RELEASE_ACCEPTED,
        RELEASE_UNINTERRUPTED,
        RELEASE_BEGUN,
        RELEASE_NOT_ENDED,
        RELEASE_ON_PROFILE,
        RELEASE_SERVES_ROLES,
        OPERATOR_ACTIVE
    }

    /// @notice Thrown when the address of the book of hours has no code.
    error EnclaveAttendanceWithoutCode(address attendance);
    /// @notice Thrown when an enclave has neither a signing address nor an RSA key.
    error EnclaveSignerZero();
    /// @notice Thrown when someone registers who is neither the operator nor allowed by him.
    error EnclaveSenderUnauthorized(address caller, address operator);
    /// @notice Thrown when genuine evidence is refused: the first rule that it fails, and the set of all.
    error EnclaveRefused(AdmissionRule rule, uint256 failedRules);
    /// @notice Thrown when a signature is not that of the enclave's key.
    error EnclaveSignatureInvalid(address expected, address recovered);
    /// @notice Thrown when an RSA key is not the one that was registered (0: none was).
    error EnclaveRsaKeyMismatch(bytes32 given, bytes32 registered);
    /// @notice Thrown when an RSA signature is not that of the enclave's RSA key.
    error EnclaveRsaSignatureInvalid(bytes32 rsaKeyHash);
    /// @notice Thrown when the key belongs to another operator.
    error EnclaveKeyTaken(bytes32 enclaveId, address operator);
    /// @notice Thrown when a known key is registered for another profile, release or platform, or after its profile or
    ///         release was interrupted: such an enclave needs a new key.
    error EnclaveKeyOutdated(bytes32 enclaveId, bytes32 profileId, bytes32 measurementId, uint64 policyVersion);
    /// @notice Thrown when a renewal brings evidence that is not newer than what is registered.
    error EnclaveEvidenceOld(uint256 challengeBlock, uint256 lastChallengeBlock);
    /// @notice Thrown when the enclave was never registered.
    error EnclaveUnknown(bytes32 enclaveId);
    /// @notice Thrown when the enclave was revoked.
    error EnclaveIsRevoked(bytes32 enclaveId);
    /// @notice Thrown when someone else than the operator or the guardian revokes.
    error EnclaveRevokerUnauthorized(address caller, address operator);
    /// @notice Thrown when a denial is enforced on an enclave that is not on that platform.
    error EnclavePlatformMismatch(bytes32 enclaveId, bytes11 given, bytes11 registered);
    /// @notice Thrown when a denial is enforced on an enclave that no denial concerns.
    error EnclaveNotDenied(bytes32 enclaveId);
    /// @notice Thrown when a heartbeat is not newer than the last one.
    error EnclaveHeartbeatStale(uint256 timestamp, uint256 lastSeen);
    /// @notice Thrown when a heartbeat is from the future.
    error EnclaveHeartbeatFuture(uint256 timestamp, uint256 blockTimestamp);

    event EnclaveRegistered(
        bytes32 indexed enclaveId,
        address indexed operator,
        bytes32 indexed measurementId,
        Registration registration,
        bytes32 platformId,
        bytes32 platformClass,
        uint64 policyVersion,
        uint256 usableFrom,
        uint256 validUntil,
        bytes32 evidenceHash
    );
    event EnclaveRevoked(bytes32 indexed enclaveId, address indexed by);
    event HeartbeatReceived(bytes32 indexed enclaveId, uint256 timestamp);
    event DelegateSet(address indexed operator, address indexed delegate, bool allowed);

    /// @notice Registers an enclave key from hardware evidence, or renews it with newer evidence for the same operator,
    ///         profile, release and platform. Callable by the operator and his delegates.
    /// @dev Verifies `evidence` with the named verifier (whose error says which check failed), then every
    ///      {AdmissionRule}. An enclave counts from now on if the operator has staked enough, otherwise after a delay.
    /// @param evidence   In the encoding of the verifier.
    /// @param possession The enclave's EIP-712 signature over
    ///                   `Enclave(address operator,bytes32 profileId,bytes32 evidenceHash)`, the hash being keccak256
    ///                   of `evidence`; not read for an enclave without a signing address.
    function register(
        Registration calldata registration,
        bytes calldata evidence,
        bytes calldata possession
    ) external returns (bytes32 enclaveId);

    /// @notice Lets `delegate` register enclaves for the caller, or not any more.
    function setDelegate(address delegate, bool allowed) external;

    /// @notice Takes an enclave out for ever. Its operator or the guardian.
    function revokeEnclave(bytes32 enclaveId) external;

    /// @notice Takes an enclave out for ever because its platform, its platform's class or its operator is denied now.
    ///         Anyone; `platformId` and `platformClass` are in the event of its registration.
    function enforceDenial(bytes32 enclaveId, bytes32 platformId, bytes32 platformClass) external;

    /// @notice Shows that the enclave lives; `timestamp` must be newer than the last one and not in the future. Signed
    ///         by the enclave over `Heartbeat(bytes32 enclaveId,uint256 timestamp)`; anyone may relay it.
    /// @dev If the enclave counts now, in whatever role, and the time is at most an hour old, the hour in which it
    ///      arrives is written into the book of {attendance}.
    function heartbeat(bytes32 enclaveId, uint256 timestamp, bytes calldata signature) external;

    /// @notice The same, signed by the enclave's RSA key as OpenGradient's gateways sign: RSA-PSS over the SHA-256 of
    ///         keccak256(abi.encodePacked(keccak256(publicKey), timestamp)).
    /// @param publicKey The key in DER (SubjectPublicKeyInfo) whose hash was registered.
    function heartbeatRsa(
        bytes32 enclaveId,
        uint256 timestamp,
        bytes calldata publicKey,
        bytes calldata signature
    ) external;

    /// @notice Whether work of the enclave dated `at` counts now, for every role in `roles`. O(1).
    /// @dev Does not ask whether the operator stands: who settles asks the staking contract, see {isServing}. Expiry,
    ///      silence, ends and compromises are judged at `at`, which the caller bounds by the time of the block;
    ///      revocation of the enclave itself as it is now.
    function isUsable(bytes32 enclaveId, uint8 roles, uint256 at) external view returns (bool);

    /// @notice {isUsable}, and the operator is active in those roles now.
    function isServing(bytes32 enclaveId, uint8 roles, uint256 at) external view returns (bool);

    /// @notice The set of {UseRule} that {isServing} finds broken; 0 means that it answers true.
    function failedUseRules(bytes32 enclaveId, uint8 roles, uint256 at) external view returns (uint256);

    /// @notice What the evidence says, and the set of {AdmissionRule} that it fails; 0 means that {register} would
    ///         accept it with a signature of the enclave. Where the profile asks for NVIDIA's token, it must have been
    ///         brought to {IAttestationGate.gpuAttestations}.
    function assess(
        Registration calldata registration,
        bytes calldata evidence
    ) external view returns (AttestationFacts memory facts, uint256 failedRules);

    /// @notice From when on the enclave's work is not to be believed because its profile was suspended or its release
    ///         revoked; 0 means "not so". For whoever holds results that were accepted before.
    function compromisedSince(bytes32 enclaveId) external view returns (uint256);

    /// @notice The enclave's record; all zero if unknown.
    function enclaveOf(bytes32 enclaveId) external view returns (Enclave memory);

    /// @notice The operator of an enclave, whatever became of it; zero if unknown. One storage slot.
    function operatorOf(bytes32 enclaveId) external view returns (address);

    /// @notice The book of hours that heartbeats are written into, with this registry as the witness.
    function attendance() external view returns (IAttendance);

    /// @notice Whether `delegate` may register enclaves for `operator`.
    function isDelegate(address operator, address delegate) external view returns (bool allowed);

    /// @notice The constants of this registry.
    function config() external view returns (RegistryConfig memory);

    /// @notice The 64 bytes that evidence for `registration` must carry, with the challenge's hash as the chain knows
    ///         it now; anything is refused when the chain does not.
    function reportDataOf(Registration calldata registration) external view returns (bytes memory);

    /// @notice The id of the enclave with this signing address, as OpenGradient derives ids: the hash of its key. An
    ///         enclave that has an RSA key only is known by the hash of that.
    function computeEnclaveId(address signer) external pure returns (bytes32);
}
