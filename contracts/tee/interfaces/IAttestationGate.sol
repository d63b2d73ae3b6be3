// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAttestationVerifier, TeeKind} from "./IAttestationVerifier.sol";
import {IGpuAttestations} from "./IGpuAttestations.sol";

/// @title Who verifies evidence, and what is refused whatever the evidence says
/// @notice Verifiers are added and denials are lifted by vote; the guardian freezes, denies, raises and pauses.
interface IAttestationGate {
    /// @notice What can be denied by name.
    enum Denial {
        /// One machine: {AttestationFacts.platformId}.
        PLATFORM,
        /// A class of machines: {AttestationFacts.platformClass}.
        PLATFORM_CLASS,
        /// An operator's address, left-padded with zeros.
        OPERATOR
    }

    /// @notice A verifier; its place in the list is its version, and never changes.
    /// @param target The contract.
    /// @param kind   The technology it verifies.
    /// @param frozen Whether the guardian has stopped registrations through it, for ever.
    struct Verifier {
        IAttestationVerifier target;
        TeeKind kind;
        bool frozen;
    }

    /// @notice Thrown when there is no verifier with this number.
    error AttestationVerifierUnknown(uint256 verifierId, uint256 count);
    /// @notice Thrown when a verifier was frozen.
    error AttestationVerifierFrozen(uint256 verifierId);
    /// @notice Thrown when a contract does not say which technology it verifies.
    error AttestationVerifierInvalid(address target);
    /// @notice Thrown when there are as many verifiers as can ever be.
    error AttestationVerifiersFull(uint256 maximum);
    /// @notice Thrown when something is denied twice, or allowed that is not denied.
    error AttestationDenialUnchanged(Denial denial, bytes32 subject, bool denied);
    /// @notice Thrown when the guardian would lower a minimum evaluation number, or anybody would leave it as it is.
    error AttestationEvaluationNotRaised(uint32 number, uint32 minimum);
    /// @notice Thrown when registrations are paused that are paused, or resumed that are not.
    error AttestationPauseUnchanged(bool paused);

    /// @notice Thrown when an act of the guardian gives no reason or too long a one.
    error AttestationReasonLength(uint256 length, uint256 maximum);

    event GpuAttestationsSet(address indexed previous, address indexed current);
    event VerifierAdded(uint256 indexed verifierId, address indexed target, TeeKind kind);
    event VerifierFrozen(uint256 indexed verifierId, uint64 indexed policyVersion, string reason);
    event SubjectDenied(Denial indexed denial, bytes32 indexed subject, uint64 indexed policyVersion, string reason);
    event SubjectAllowed(Denial indexed denial, bytes32 indexed subject, uint64 indexed policyVersion);
    event MinimumTcbEvaluationSet(TeeKind indexed kind, uint32 previous, uint32 number);
    event RegistrationsPaused(string reason);
    event RegistrationsResumed();

    /// @notice Adds a verifier. Restricted to {Roles.ADMIN}.
    function addVerifier(IAttestationVerifier target) external returns (uint256 verifierId);

    /// @notice Replaces the contract to which NVIDIA's tokens are brought; with none, profiles that ask for one take no
    ///         registrations. Restricted to {Roles.ADMIN}.
    function setGpuAttestations(IGpuAttestations target) external;

    /// @notice Stops registrations through a verifier, for ever. Restricted to {Roles.GUARDIAN}. Enclaves that came
    ///         through it stay as they are: whoever fears for them suspends their profiles.
    function freezeVerifier(uint256 verifierId, string calldata reason) external;

    /// @notice Refuses registrations of a machine, a class of machines or an operator. Restricted to {Roles.GUARDIAN}.
    function deny(Denial denial, bytes32 subject, string calldata reason) external;

    /// @notice Lifts a denial for registrations to come. Restricted to {Roles.ADMIN}.
    function allow(Denial denial, bytes32 subject) external;

    /// @notice Raises the lowest evaluation number that collateral of a technology must have. Restricted to
    ///         {Roles.GUARDIAN}.
    function raiseMinimumTcbEvaluation(TeeKind kind, uint32 number) external;

    /// @notice Sets that number, up or down. Restricted to {Roles.ADMIN}.
    function setMinimumTcbEvaluation(TeeKind kind, uint32 number) external;

    /// @notice Stops all registrations; enclaves that are registered stay as they are. Restricted to {Roles.GUARDIAN}.
    function pauseRegistrations(string calldata reason) external;

    /// @notice Opens registrations again. Restricted to {Roles.ADMIN}.
    function resumeRegistrations() external;

    /// @notice Where NVIDIA's tokens are brought; zero if nowhere.
    function gpuAttestations() external view returns (IGpuAttestations);

    /// @notice The verifier with this number.
    function verifierAt(uint256 verifierId) external view returns (Verifier memory);

    /// @notice How many verifiers were ever added.
    function verifierCount() external view returns (uint256);

    /// @notice Whether registrations of this subject are refused.
    function isDenied(Denial denial, bytes32 subject) external view returns (bool);

    /// @notice The lowest evaluation number for a technology, besides what each profile asks.
    function minimumTcbEvaluationOf(TeeKind kind) external view returns (uint32);

    /// @notice Whether registrations are stopped.
    function registrationsPaused() external view returns (bool);
}
