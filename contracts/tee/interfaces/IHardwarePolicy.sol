// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The hardware that token holders accept
/// @notice Additions come by vote through the timelock; the guardian can only suspend.
interface IHardwarePolicy {
    /// @notice The processor technology that isolates the enclave. Boards on Nvidia's own Grace processor have none of
    ///         these and therefore cannot be expressed.
    enum CpuTee {
        NITRO,
        TDX,
        SEV_SNP
    }

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

    enum ProfileStatus {
        NONE,
        ACCEPTED,
        SUSPENDED
    }

    /// @notice A class of hardware and the terms under which its enclaves count.
    /// @param name              For people, for example "TDX + HGX B300".
    /// @param cpuTee            The processor technology.
    /// @param gpuArchitecture   The accelerator generation.
    /// @param gpuMode           The accelerator's confidential mode; NONE exactly when there is no accelerator.
    /// @param gpuBoards         Accepted boards, for example ["HGX B300"]; empty exactly when there is no accelerator.
    /// @param minimumGpuDriver  Lowest accepted driver branch, for example 595; 0 without accelerator.
    /// @param roles             Set of {OperatorRoles} the profile may serve; not empty.
    /// @param maxEnclaveAge     Seconds from registration to re-attestation; 1 day to 365 days.
    /// @param heartbeatInterval Seconds an enclave may be silent; 1 minute to 7 days.
    struct HardwareProfile {
        string name;
        CpuTee cpuTee;
        GpuArchitecture gpuArchitecture;
        GpuMode gpuMode;
        string[] gpuBoards;
        uint32 minimumGpuDriver;
        uint8 roles;
        uint32 maxEnclaveAge;
        uint32 heartbeatInterval;
    }

    /// @notice What an enclave's use is checked against, in one read.
    /// @param status            Whether the profile is accepted now.
    /// @param acceptedAtVersion The policy version of its last acceptance; 0 means "never accepted".
    /// @param roles             Set of {OperatorRoles} it may serve.
    /// @param maxEnclaveAge     Seconds from registration to re-attestation.
    /// @param heartbeatInterval Seconds an enclave may be silent.
    struct ProfileTerms {
        ProfileStatus status;
        uint64 acceptedAtVersion;
        uint8 roles;
        uint32 maxEnclaveAge;
        uint32 heartbeatInterval;
    }

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
    /// @notice Thrown when an accelerator is combined with a processor technology that cannot pass one through.
    error HardwarePolicyAcceleratorUnsupported(CpuTee cpuTee, GpuArchitecture gpuArchitecture);
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

    event ProfileAccepted(bytes32 indexed profileId, uint64 indexed policyVersion, HardwareProfile profile);
    event ProfileSuspended(bytes32 indexed profileId, uint64 indexed policyVersion, string reason);

    /// @notice Accepts a profile; also re-accepts a suspended one. Restricted to {Roles.ADMIN}.
    /// @return profileId keccak256 of the encoded profile: a profile cannot change, only be accepted or suspended.
    function acceptProfile(HardwareProfile calldata profile) external returns (bytes32 profileId);

    /// @notice Suspends a profile at once. Restricted to {Roles.GUARDIAN}; only a vote can accept it again, and enclaves
    ///         registered before the suspension stay unusable.
    function suspendProfile(bytes32 profileId, string calldata reason) external;

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

    /// @notice Grows by one with every acceptance and suspension.
    function policyVersion() external view returns (uint64);
}
