// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IAcceptedTerms} from "./interfaces/IAcceptedTerms.sol";
import {IHardwarePolicy} from "./interfaces/IHardwarePolicy.sol";
import {ProfileForm} from "./libraries/ProfileForm.sol";

/// @title The hardware that token holders accept
/// @notice A profile is immutable and named by the hash of its content; the policy only says whether it counts now.
/// @dev Every change takes the next policy version. Whoever remembers the version at which it checked can tell with one
///      comparison whether a profile stayed accepted ever since.
abstract contract HardwareProfiles is IHardwarePolicy, AccessManaged {
    uint256 private constant MAX_REASON_LENGTH = 256;

    /// @notice Where the terms are kept and read.
    IAcceptedTerms public immutable accepted;

    /// @dev The encoded profile, for people; contracts read the terms.
    mapping(bytes32 profileId => bytes) private _profiles;

    constructor(address registry) {
        accepted = IAcceptedTerms(registry);
    }

    /// @inheritdoc IHardwarePolicy
    function profileOf(
        bytes32 profileId
    ) external view returns (HardwareProfile memory profile, ProfileStatus status, uint64 acceptedAtVersion) {
        ProfileTerms memory terms = termsOf(profileId);
        if (terms.status != ProfileStatus.NONE) profile = abi.decode(_profiles[profileId], (HardwareProfile));
        return (profile, terms.status, terms.acceptedAtVersion);
    }

    /// @inheritdoc IHardwarePolicy
    function termsOf(bytes32 profileId) public view returns (ProfileTerms memory terms) {
        return accepted.profileTermsOf(profileId);
    }

    /// @inheritdoc IHardwarePolicy
    function profileCount() external view returns (uint256) {
        return accepted.profileCount();
    }

    /// @inheritdoc IHardwarePolicy
    function profileIdAt(uint256 index) external view returns (bytes32) {
        return accepted.profileIdAt(index);
    }

    /// @inheritdoc IHardwarePolicy
    function policyVersion() external view returns (uint64) {
        return accepted.policyVersion();
    }

    /// @inheritdoc IHardwarePolicy
    function acceptProfile(HardwareProfile calldata profile) external restricted returns (bytes32 profileId) {
        ProfileForm.check(profile);
        profileId = computeProfileId(profile);
        ProfileTerms memory terms = termsOf(profileId);
        bool isAccepted = terms.status == ProfileStatus.ACCEPTED;
        if (isAccepted && terms.sunset == 0) revert HardwarePolicyAlreadyAccepted(profileId);
        if (terms.status == ProfileStatus.NONE) {
            _add(profileId, profile);
            terms.roles = profile.roles;
            terms.maxEnclaveAge = profile.maxEnclaveAge;
            terms.heartbeatInterval = profile.heartbeatInterval;
        }

        uint64 version = _nextVersion();
        // An end that is only announced interrupts nothing: enclaves of that time stay as they are.
        if (!isAccepted || terms.sunset <= block.timestamp) terms.acceptedAtVersion = version;
        terms.status = ProfileStatus.ACCEPTED;
        terms.sunset = 0;
        accepted.setProfileTerms(profileId, terms);
        emit ProfileAccepted(profileId, version, profile);
    }

    /// @inheritdoc IHardwarePolicy
    function suspendProfile(bytes32 profileId, uint40 since, string calldata reason) external restricted {
        _checkReason(reason);
        ProfileTerms memory terms = termsOf(profileId);
        if (terms.status == ProfileStatus.NONE) revert HardwarePolicyNotAccepted(profileId, terms.status);
        _checkSince(since, terms.status == ProfileStatus.SUSPENDED ? terms.compromisedSince : 0);

        uint64 version = _nextVersion();
        terms.status = ProfileStatus.SUSPENDED;
        terms.compromisedSince = since;
        terms.suspendedAtVersion = SafeCast.toUint32(version);
        accepted.setProfileTerms(profileId, terms);
        emit ProfileSuspended(profileId, version, since, reason);
    }

    /// @inheritdoc IHardwarePolicy
    function deprecateProfile(bytes32 profileId, uint40 at) external restricted {
        ProfileTerms memory terms = termsOf(profileId);
        if (terms.status != ProfileStatus.ACCEPTED) revert HardwarePolicyNotAccepted(profileId, terms.status);
        uint64 version = _nextVersion();
        _checkSunset(at, terms.sunset);
        terms.sunset = at;
        accepted.setProfileTerms(profileId, terms);
        emit ProfileDeprecated(profileId, version, at);
    }

    /// @inheritdoc IHardwarePolicy
    function computeProfileId(HardwareProfile calldata profile) public pure returns (bytes32) {
        return keccak256(abi.encode(profile));
    }

    /// @inheritdoc IHardwarePolicy
    function computeGpuPolicyHash(HardwareProfile calldata profile) public pure returns (bytes32) {
        if (profile.gpuArchitecture == GpuArchitecture.NONE) return 0;
        return
            keccak256(
                abi.encode(profile.gpuArchitecture, profile.gpuMode, profile.gpuBoards, profile.minimumGpuDriver)
            );
    }

    /// @dev The version that the next change of terms takes.
    function _nextVersion() internal view returns (uint64) {
        return accepted.policyVersion() + 1;
    }

    function _checkReason(string calldata reason) internal pure {
        uint256 length = bytes(reason).length;
        if (length == 0 || length > MAX_REASON_LENGTH) revert HardwarePolicyReasonLength(length, MAX_REASON_LENGTH);
    }

    /// @dev A compromise began now or earlier, and a known one only ever earlier; 0 is none.
    function _checkSince(uint40 since, uint40 known) internal view {
        uint256 latest = known == 0 ? block.timestamp : known - 1;
        if (since == 0 || since > latest) revert HardwarePolicySinceInvalid(since, latest);
    }

    /// @dev An end is announced for now or later, and only ever moved forward; 0 is none.
    function _checkSunset(uint40 at, uint40 sunset) internal view {
        if (at < block.timestamp || (sunset != 0 && at >= sunset)) {
            revert HardwarePolicySunsetInvalid(at, block.timestamp, sunset);
        }
    }

    function _add(bytes32 profileId, HardwareProfile calldata profile) private {
        _profiles[profileId] = abi.encode(profile);
        accepted.addProfile(
            profileId,
            AdmissionTerms({
                kind: profile.cpuTee,
                anyClass: profile.platformClasses.length == 0,
                gpuAssurance: profile.gpuAssurance,
                // The form allows the lowest seven bits only.
                acceptedTcb: uint8(profile.acceptedTcb),
                tcbGrace: profile.tcbGrace,
                minimumTcbEvaluation: profile.minimumTcbEvaluation,
                minimumSnpTcb: profile.minimumSnpTcb,
                minimumStake: profile.minimumStake,
                gpuPolicyHash: computeGpuPolicyHash(profile)
            }),
            profile.platformClasses
        );
    }
}
