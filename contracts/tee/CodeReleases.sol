// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OperatorRoles} from "../libraries/OperatorRoles.sol";
import {HardwareProfiles} from "./HardwareProfiles.sol";
import {ICodeReleases} from "./interfaces/ICodeReleases.sol";

/// @title The enclave code that token holders accept
/// @notice See {ICodeReleases}. Shares the policy version with {HardwareProfiles}.
abstract contract CodeReleases is ICodeReleases, HardwareProfiles {
    uint256 private constant MAX_NAME_LENGTH = 64;
    uint256 private constant MAX_URI_LENGTH = 256;
    uint256 private constant MAX_RELEASE_PROFILES = 16;

    /// @dev The encoded release, for people; contracts read the terms.
    mapping(bytes32 measurementId => bytes) private _releases;

    /// @inheritdoc ICodeReleases
    function releaseOf(
        bytes32 measurementId
    ) external view returns (CodeRelease memory release, ReleaseTerms memory terms) {
        terms = accepted.releaseTermsOf(measurementId);
        bytes storage stored = _releases[measurementId];
        if (stored.length != 0) release = abi.decode(stored, (CodeRelease));
    }

    /// @inheritdoc ICodeReleases
    function releaseCount() external view returns (uint256) {
        return accepted.releaseCount();
    }

    /// @inheritdoc ICodeReleases
    function measurementAt(uint256 index) external view returns (bytes32) {
        return accepted.measurementAt(index);
    }

    /// @inheritdoc ICodeReleases
    function acceptRelease(CodeRelease calldata release) external restricted {
        _checkRelease(release);
        ReleaseTerms memory terms = accepted.releaseTermsOf(release.measurementId);
        if (terms.status == ReleaseStatus.REVOKED) revert CodeReleaseIsRevoked(release.measurementId);

        uint64 version = _nextVersion();
        bool ended = terms.sunset != 0 && terms.sunset <= block.timestamp;
        if (terms.status == ReleaseStatus.NONE || ended) terms.acceptedAtVersion = version;
        terms.status = ReleaseStatus.ACCEPTED;
        terms.roles = release.roles;
        terms.activeFrom = release.activeFrom;
        terms.sunset = release.sunset;
        terms.profiles = _profileSet(release.profileIds);
        _releases[release.measurementId] = abi.encode(release);
        accepted.setReleaseTerms(release.measurementId, terms);
        emit ReleaseAccepted(release.measurementId, version, release);
    }

    /// @inheritdoc ICodeReleases
    function deprecateRelease(bytes32 measurementId, uint40 at) external restricted {
        ReleaseTerms memory terms = accepted.releaseTermsOf(measurementId);
        if (terms.status != ReleaseStatus.ACCEPTED) revert CodeReleaseNotAccepted(measurementId, terms.status);
        uint64 version = _nextVersion();
        _checkSunset(at, terms.sunset);
        terms.sunset = at;
        accepted.setReleaseTerms(measurementId, terms);
        emit ReleaseDeprecated(measurementId, version, at);
    }

    /// @inheritdoc ICodeReleases
    function revokeRelease(bytes32 measurementId, uint40 since, string calldata reason) external restricted {
        if (measurementId == 0) revert CodeReleaseIncomplete(measurementId, 0);
        _checkReason(reason);
        ReleaseTerms memory terms = accepted.releaseTermsOf(measurementId);
        _checkSince(since, terms.status == ReleaseStatus.REVOKED ? terms.compromisedSince : 0);

        uint64 version = _nextVersion();
        terms.status = ReleaseStatus.REVOKED;
        terms.compromisedSince = since;
        accepted.setReleaseTerms(measurementId, terms);
        emit ReleaseRevoked(measurementId, version, since, reason);
    }

    function _profileSet(bytes32[] calldata profileIds) private view returns (uint56 set) {
        for (uint256 i = 0; i < profileIds.length; ++i) {
            // The set has a bit for every index that the registry gives out.
            set |= uint56(1 << accepted.profileIndexOf(profileIds[i]));
        }
    }

    function _checkRelease(CodeRelease calldata release) private view {
        if (release.measurementId == 0 || release.sourceCommit == 0) {
            revert CodeReleaseIncomplete(release.measurementId, release.sourceCommit);
        }
        _checkText(release.name, MAX_NAME_LENGTH);
        _checkText(release.version, MAX_NAME_LENGTH);
        _checkText(release.uri, MAX_URI_LENGTH);
        if (release.roles == 0 || release.roles & ~OperatorRoles.ALL != 0) {
            revert CodeReleaseRolesInvalid(release.roles, OperatorRoles.ALL);
        }
        uint256 count = release.profileIds.length;
        if (count == 0 || count > MAX_RELEASE_PROFILES) revert CodeReleaseProfileCount(count, MAX_RELEASE_PROFILES);
        if (release.sunset != 0 && (release.sunset <= release.activeFrom || release.sunset <= block.timestamp)) {
            revert CodeReleaseTimesInvalid(release.activeFrom, release.sunset, block.timestamp);
        }
    }

    function _checkText(string calldata text, uint256 maximum) private pure {
        uint256 length = bytes(text).length;
        if (length == 0 || length > maximum) revert CodeReleaseTextLength(text, maximum);
    }
}
