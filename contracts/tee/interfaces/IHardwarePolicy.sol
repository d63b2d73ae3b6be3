// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {TeeKind} from "./IAttestationVerifier.sol";

/// @title The hardware that token holders accept
/// @notice Additions come by vote through the timelock; the guardian can only take away. Boards on Nvidia's own Grace
///         processor have none of the technologies in {TeeKind} and therefore cannot be expressed.
interface IHardwarePolicy {
    /// @notice The accelerator generation; NONE for models that run on the processor alone.
    enum GpuArchitecture {
        NONE,
        HOPPER,
        BLACKWELL
    }

    /// @notice How the accelerator's confidential mode is set up.
    enum GpuMode {
        NONE,
        SINGLE_PASSTHROUGH,
        MULTI_PASSTHROUGH
    }

    /// @notice Whose word is needed for the accelerators besides that of the accepted code, which verifies them anyway:
    ///         nobody's, or NVIDIA's, by a token for the very registration.
    enum GpuAssurance {
        MEASURED_CODE,
        NVIDIA_TOKEN
    }

    enum ProfileStatus {
        NONE,
        ACCEPTED,
        SUSPENDED
    }

    /// @notice A class of hardware and the terms under which its enclaves count.
    /// @param name                 For people, for example "TDX + HGX B300".
    /// @param cpuTee               The processor technology; not NONE.
    /// @param platformClasses      Accepted platform classes as the verifier reports them; empty accepts every class.
    /// @param gpuArchitecture      The accelerator generation.
    /// @param gpuMode              The accelerator's confidential mode; NONE exactly when there is no accelerator.
    /// @param gpuBoards            Accepted boards, for example ["HGX B300"]; empty exactly if there is no accelerator.
    /// @param minimumGpuDriver     Lowest accepted driver branch, for example 595; 0 without accelerator.
    /// @param gpuAssurance         Whose word is needed for the accelerators.
    /// @param acceptedTcb          Set of accepted TCB statuses: bit n is value n of {TcbStatus}. Never REVOKED.
    /// @param tcbGrace             Seconds after a TCB level's date during which an out-of-date status still counts.
    /// @param minimumTcbEvaluation Lowest accepted evaluation number of the collateral; 0 accepts every number.
    /// @param minimumSnpTcb        Lowest accepted SNP TCB, compared byte by byte; 0 for other technologies.
    /// @param roles                Set of {OperatorRoles} the profile may serve; not empty.
    /// @param maxEnclaveAge        Seconds from registration to re-attestation; 1 day to 365 days.
    /// @param heartbeatInterval    Seconds an enclave may be silent; 1 minute to 7 days.
    /// @param minimumStake         Self-stake an operator needs to register such an enclave, OPG base units.
    struct HardwareProfile {
        string name;
        TeeKind cpuTee;
        bytes32[] platformClasses;
        GpuArchitecture gpuArchitecture;
        GpuMode gpuMode;
        string[] gpuBoards;
        uint32 minimumGpuDriver;
        GpuAssurance gpuAssurance;
        uint16 acceptedTcb;
        uint32 tcbGrace;
        uint32 minimumTcbEvaluation;
        uint64 minimumSnpTcb;
        uint8 roles;
        uint32 maxEnclaveAge;
        uint32 heartbeatInterval;
        uint96 minimumStake;
    }

    /// @notice What an enclave's use is checked against, in one read.
    /// @param status            Whether the profile is accepted now.
    /// @param acceptedAtVersion The policy version of its last acceptance; 0 means "never accepted".
    /// @param roles             Set of {OperatorRoles} it may serve.
    /// @param maxEnclaveAge     Seconds from registration to re-attestation.
    /// @param heartbeatInterval Seconds an enclave may be silent.
    /// @param sunset            Unix seconds; work of this moment and later does not count. 0 means "no end".
    /// @param compromisedSince  Unix seconds from which work under the last suspension does not count; 0 means "never
    ///                          suspended".
    /// @param suspendedAtVersion The policy version of the last suspension: it concerns enclaves registered before.
    struct ProfileTerms {
        ProfileStatus status;
        uint64 acceptedAtVersion;
        uint8 roles;
        uint32 maxEnclaveAge;
        uint32 heartbeatInterval;
        uint40 sunset;
        uint40 compromisedSince;
        uint32 suspendedAtVersion;
    }

    /// @notice What an enclave's registration is checked against besides {ProfileTerms}.
    /// @param kind                 The processor technology.
    /// @param anyClass             Whether every platform class is accepted.
    /// @param gpuAssurance         Whose word is needed for the accelerators.
    /// @param acceptedTcb          Set of accepted {TcbStatus} values; those that can be in it are seven.
    /// @param tcbGrace             Seconds an out-of-date TCB level still counts after its date.
    /// @param minimumTcbEvaluation Lowest accepted evaluation number.
    /// @param minimumSnpTcb        Lowest accepted SNP TCB, byte by byte.
    /// @param minimumStake         Self-stake needed, OPG base units.
    /// @param gpuPolicyHash        {computeGpuPolicyHash} of the profile; 0 without accelerator.
    struct AdmissionTerms {
        // slot 0
        TeeKind kind;
        bool anyClass;
        GpuAssurance gpuAssurance;
        uint8 acceptedTcb;
        uint32 tcbGrace;
        uint32 minimumTcbEvaluation;
        uint64 minimumSnpTcb;
        uint96 minimumStake;
        // slot 1
        bytes32 gpuPolicyHash;
    }

    /// @notice Thrown when a profile names no processor technology.
    error HardwarePolicyKindMissing();
    /// @notice Thrown when the accepted TCB statuses are empty, unknown, or contain REVOKED.
    error HardwarePolicyTcbInvalid(uint16 acceptedTcb, uint16 allowed);
    /// @notice Thrown when a minimum SNP TCB is set for another technology.
    error HardwarePolicySnpTcbUnexpected(TeeKind cpuTee, uint64 minimumSnpTcb);
    /// @notice Thrown when a profile lists more platform classes than allowed.
    error HardwarePolicyTooManyClasses(uint256 count, uint256 maximum);
    /// @notice Thrown when a profile's name has no characters or too many.
    error HardwarePolicyNameLength(uint256 length, uint256 maximum);
    /// @notice Thrown when a profile names more boards than allowed.
    error HardwarePolicyTooManyBoards(uint256 count, uint256 maximum);
    /// @notice Thrown when a board's name has no characters or too many.
    error HardwarePolicyBoardLength(uint256 index, uint256 length, uint256 maximum);
    /// @notice Thrown when a board's name has a character that is not printable ASCII.
    error HardwarePolicyBoardCharacter(string board);
    /// @notice Thrown when a profile names a board twice.
    error HardwarePolicyBoardRepeated(string board);
    /// @notice Thrown when a board sits on a Grace processor, which has no confidential mode (GH…, GB…).
    error HardwarePolicyGraceBoard(string board);
    /// @notice Thrown when only some of architecture, mode, boards and driver say that there is an accelerator.
    error HardwarePolicyAcceleratorIncomplete(
        GpuArchitecture gpuArchitecture,
        GpuMode gpuMode,
        uint256 boards,
        uint256 minimumGpuDriver
    );
    /// @notice Thrown when a profile without accelerator asks for more than nothing about it.
    error HardwarePolicyAssuranceUnexpected(GpuAssurance gpuAssurance);
    /// @notice Thrown when an accelerator is combined with a processor technology that cannot pass one through.
    error HardwarePolicyAcceleratorUnsupported(TeeKind cpuTee, GpuArchitecture gpuArchitecture);
    /// @notice Thrown when the roles are empty or have unknown bits.
    error HardwarePolicyRolesInvalid(uint8 roles, uint8 allRoles);
    /// @notice Thrown when the enclave age is out of range (seconds).
    error HardwarePolicyEnclaveAge(uint256 maxEnclaveAge, uint256 minimum, uint256 maximum);
    /// @notice Thrown when the heartbeat interval is out of range (seconds).
    error HardwarePolicyHeartbeatInterval(uint256 heartbeatInterval, uint256 minimum, uint256 maximum);
    /// @notice Thrown when a profile is accepted that is accepted already.
    error HardwarePolicyAlreadyAccepted(bytes32 profileId);
    /// @notice Thrown when a profile is suspended that is not accepted now.
    error HardwarePolicyNotAccepted(bytes32 profileId, ProfileStatus status);
    /// @notice Thrown when a suspension gives no reason or too long a one.
    error HardwarePolicyReasonLength(uint256 length, uint256 maximum);

    /// @notice Thrown when a suspension says "since" a moment that is not in the past or present.
    error HardwarePolicySinceInvalid(uint256 since, uint256 blockTimestamp);
    /// @notice Thrown when an end is announced for the past, or later than the end announced before (0: none).
    error HardwarePolicySunsetInvalid(uint256 at, uint256 blockTimestamp, uint256 sunset);

    event ProfileAccepted(bytes32 indexed profileId, uint64 indexed policyVersion, HardwareProfile profile);
    event ProfileSuspended(bytes32 indexed profileId, uint64 indexed policyVersion, uint256 since, string reason);
    event ProfileDeprecated(bytes32 indexed profileId, uint64 indexed policyVersion, uint256 at);

    /// @notice Accepts a profile; also re-accepts one that was suspended or got an end. Restricted to {Roles.ADMIN}.
    /// @return profileId keccak256 of the encoded profile: a profile cannot change, only be accepted or taken away.
    function acceptProfile(HardwareProfile calldata profile) external returns (bytes32 profileId);

    /// @notice Suspends a profile at once because its hardware may be compromised: work dated `since` and later does
    ///         not count, whatever enclave did it. Restricted to {Roles.GUARDIAN}. A suspended profile may be suspended
    ///         again with an earlier `since`. Only a vote can accept it again, and enclaves registered before the
    ///         suspension stay unusable.
    function suspendProfile(bytes32 profileId, uint40 since, string calldata reason) external;

    /// @notice Announces a profile's end: work dated before `at` still counts for a day. Restricted to
    ///         {Roles.GUARDIAN}; an announced end can only be moved forward.
    function deprecateProfile(bytes32 profileId, uint40 at) external;

    /// @notice The profile, its status and the policy version at which it was last accepted.
    function profileOf(
        bytes32 profileId
    ) external view returns (HardwareProfile memory profile, ProfileStatus status, uint64 acceptedAtVersion);

    /// @notice The terms of a profile; all zero if it was never accepted. One storage slot.
    function termsOf(bytes32 profileId) external view returns (ProfileTerms memory);

    /// @notice How many profiles were ever accepted.
    function profileCount() external view returns (uint256);

    /// @notice The id of the profile at `index`, in the order of first acceptance.
    function profileIdAt(uint256 index) external view returns (bytes32);

    /// @notice The id a profile has or would have.
    function computeProfileId(HardwareProfile calldata profile) external pure returns (bytes32);

    /// @notice What an enclave's measured code states it has enforced on its accelerators: keccak256(abi.encode(
    ///         gpuArchitecture, gpuMode, gpuBoards, minimumGpuDriver)); 0 without accelerator.
    function computeGpuPolicyHash(HardwareProfile calldata profile) external pure returns (bytes32);

    /// @notice Grows by one with every change of what is accepted.
    function policyVersion() external view returns (uint64);
}
