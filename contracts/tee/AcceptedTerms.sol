// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IAcceptedTerms} from "./interfaces/IAcceptedTerms.sol";
import {ICodeReleases} from "./interfaces/ICodeReleases.sol";
import {IHardwarePolicy} from "./interfaces/IHardwarePolicy.sol";

/// @title What the policy accepts, kept where it is read
/// @notice See {IAcceptedTerms}. Knows nothing of enclaves; decides nothing.
abstract contract AcceptedTerms is IAcceptedTerms, AccessManaged {
    /// @dev How many profiles can ever be; a release keeps the set of its profiles in that many bits.
    uint256 private constant MAX_PROFILES = 56;

    /// @inheritdoc IAcceptedTerms
    uint64 public policyVersion;

    bytes32[] private _profileIds;
    bytes32[] private _measurements;
    mapping(bytes32 profileId => uint256) internal _profileIndexPlusOne;
    mapping(bytes32 measurementId => uint256) internal _releaseIndexPlusOne;
    mapping(uint256 profileIndex => IHardwarePolicy.ProfileTerms) internal _profileTerms;
    mapping(uint256 profileIndex => IHardwarePolicy.AdmissionTerms) internal _admissionTerms;
    mapping(uint256 profileIndex => mapping(bytes32 platformClass => bool)) internal _classListed;
    mapping(uint256 releaseIndex => ICodeReleases.ReleaseTerms) internal _releaseTerms;

    /// @inheritdoc IAcceptedTerms
    function profileTermsOf(bytes32 profileId) public view returns (IHardwarePolicy.ProfileTerms memory terms) {
        uint256 indexPlusOne = _profileIndexPlusOne[profileId];
        if (indexPlusOne != 0) terms = _profileTerms[indexPlusOne - 1];
    }

    /// @inheritdoc IAcceptedTerms
    function releaseTermsOf(bytes32 measurementId) public view returns (ICodeReleases.ReleaseTerms memory terms) {
        uint256 indexPlusOne = _releaseIndexPlusOne[measurementId];
        if (indexPlusOne != 0) terms = _releaseTerms[indexPlusOne - 1];
    }

    /// @inheritdoc IAcceptedTerms
    function profileIndexOf(bytes32 profileId) public view returns (uint256) {
        uint256 indexPlusOne = _profileIndexPlusOne[profileId];
        if (indexPlusOne == 0) revert AcceptedTermsUnknownProfile(profileId);
        return indexPlusOne - 1;
    }

    /// @inheritdoc IAcceptedTerms
    function profileIdAt(uint256 index) public view returns (bytes32) {
        return _profileIds[index];
    }

    /// @inheritdoc IAcceptedTerms
    function profileCount() external view returns (uint256) {
        return _profileIds.length;
    }

    /// @inheritdoc IAcceptedTerms
    function measurementAt(uint256 index) public view returns (bytes32) {
        return _measurements[index];
    }

    /// @inheritdoc IAcceptedTerms
    function releaseCount() external view returns (uint256) {
        return _measurements.length;
    }

    /// @inheritdoc IAcceptedTerms
    function addProfile(
        bytes32 profileId,
        IHardwarePolicy.AdmissionTerms calldata terms,
        bytes32[] calldata platformClasses
    ) external restricted {
        uint256 index = _profileIds.length;
        if (index == MAX_PROFILES) revert AcceptedTermsFull(MAX_PROFILES);
        _profileIds.push(profileId);
        _profileIndexPlusOne[profileId] = index + 1;
        _admissionTerms[index] = terms;
        for (uint256 i = 0; i < platformClasses.length; ++i) {
            _classListed[index][platformClasses[i]] = true;
        }
    }

    /// @inheritdoc IAcceptedTerms
    function setProfileTerms(bytes32 profileId, IHardwarePolicy.ProfileTerms calldata terms) external restricted {
        _profileTerms[profileIndexOf(profileId)] = terms;
        _takeVersion();
    }

    /// @inheritdoc IAcceptedTerms
    function setReleaseTerms(bytes32 measurementId, ICodeReleases.ReleaseTerms calldata terms) external restricted {
        uint256 indexPlusOne = _releaseIndexPlusOne[measurementId];
        if (indexPlusOne == 0) {
            _measurements.push(measurementId);
            indexPlusOne = _measurements.length;
            _releaseIndexPlusOne[measurementId] = indexPlusOne;
        }
        _releaseTerms[indexPlusOne - 1] = terms;
        _takeVersion();
    }

    function _takeVersion() internal returns (uint64 version) {
        version = ++policyVersion;
        emit PolicyVersionTaken(version);
    }
}
