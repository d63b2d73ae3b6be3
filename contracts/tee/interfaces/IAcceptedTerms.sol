// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ICodeReleases} from "./ICodeReleases.sol";
import {IHardwarePolicy} from "./IHardwarePolicy.sol";

/// @title What the policy accepts, in the few words that an enclave's registration and use are checked against
/// @notice Written by the policy only, within the vote's or the guardian's own transaction; read by the registry that
///         keeps it, so that a use calls no other contract.
interface IAcceptedTerms {
    /// @notice Thrown when there are as many profiles as can ever be.
    error AcceptedTermsFull(uint256 maximum);
    /// @notice Thrown when a profile is not there.
    error AcceptedTermsUnknownProfile(bytes32 profileId);

    /// @notice Emitted with every change of what is accepted or refused; who changed what is in the event before it.
    event PolicyVersionTaken(uint64 indexed policyVersion);

    /// @notice Adds a profile with what its registrations are checked against. Restricted to {Roles.POLICY}.
    function addProfile(
        bytes32 profileId,
        IHardwarePolicy.AdmissionTerms calldata terms,
        bytes32[] calldata platformClasses
    ) external;

    /// @notice Replaces the terms of a profile and takes the next policy version. Restricted to {Roles.POLICY}.
    function setProfileTerms(bytes32 profileId, IHardwarePolicy.ProfileTerms calldata terms) external;

    /// @notice Adds or replaces the terms of a release and takes the next policy version. Restricted to {Roles.POLICY}.
    function setReleaseTerms(bytes32 measurementId, ICodeReleases.ReleaseTerms calldata terms) external;

    /// @notice Grows by one with every change of what is accepted or refused.
    function policyVersion() external view returns (uint64);

    /// @notice The terms of a profile; all zero if it is unknown.
    function profileTermsOf(bytes32 profileId) external view returns (IHardwarePolicy.ProfileTerms memory);

    /// @notice The terms of a release; all zero if it is unknown.
    function releaseTermsOf(bytes32 measurementId) external view returns (ICodeReleases.ReleaseTerms memory);

    /// @notice The place of a profile, which is its bit in {ReleaseTerms.profiles}.
    function profileIndexOf(bytes32 profileId) external view returns (uint256);

    /// @notice The id of the profile at `index`.
    function profileIdAt(uint256 index) external view returns (bytes32);

    /// @notice How many profiles there are.
    function profileCount() external view returns (uint256);

    /// @notice The measurement of the release at `index`.
    function measurementAt(uint256 index) external view returns (bytes32);

    /// @notice How many releases there are.
    function releaseCount() external view returns (uint256);
}
