// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {OperatorRoles} from "../../libraries/OperatorRoles.sol";
import {HardwarePolicy} from "../HardwarePolicy.sol";
import {IAcceptedTerms} from "../interfaces/IAcceptedTerms.sol";
import {TeeKind} from "../interfaces/IAttestationVerifier.sol";
import {ICodeReleases} from "../interfaces/ICodeReleases.sol";
import {IEnclaveRegistry} from "../interfaces/IEnclaveRegistry.sol";
import {IHardwarePolicy} from "../interfaces/IHardwarePolicy.sol";
import {CodeStore} from "../libraries/CodeStore.sol";
import {ITEERegistry} from "./ITEERegistry.sol";
import {TEEVerifier} from "./TEEVerifier.sol";

/// @title Types, approved measurements and the root certificate, as OpenGradient's clients ask for them
/// @notice Nothing is approved here: a measurement is a name for a release that the policy accepts, and stops being
///         approved in the moment in which the policy revokes it.
abstract contract TEEApprovals is ITEERegistry, AccessManaged {
    uint256 private constant REGISTER_SIZE = 48;
    uint256 private constant MAX_CERTIFICATE = 8_192;

    /// @dev A measurement of a type.
    struct Approval {
        bytes32 measurementId;
        bytes32 profileId;
        uint64 approvedAt;
        /// Where it stands in the list, plus one; 0 means "not in it".
        uint64 place;
        string version;
    }

    /// @inheritdoc ITEERegistry
    IEnclaveRegistry public immutable registry;

    /// @notice What holders accept.
    HardwarePolicy public immutable policy;

    /// @inheritdoc ITEERegistry
    address public immutable VERIFIER;

    uint8[] private _typeIds;
    mapping(uint8 typeId => TEETypeInfo) private _types;
    PCRKey[] private _approved;
    mapping(uint8 teeType => mapping(bytes32 pcrHash => Approval)) internal _approvals;
    /// @dev An account whose code is a zero byte and the root certificate.
    address private _rootCode;

    constructor(IEnclaveRegistry registry_, HardwarePolicy policy_, TEEVerifier verifier) {
        registry = registry_;
        policy = policy_;
        VERIFIER = address(verifier);
        _addType(0, "LLMProxy");
        _addType(1, "Validator");
    }

    /// @inheritdoc ITEERegistry
    function awsRootCertificate() external view returns (bytes memory) {
        uint256 size = _rootCode.code.length;
        return size == 0 ? bytes("") : CodeStore.slice(_rootCode, 1, size - 1);
    }

    /// @inheritdoc ITEERegistry
    function setAWSRootCertificate(bytes calldata certificate) external {
        if (certificate.length > MAX_CERTIFICATE) revert TEERegistryTooLong(certificate.length, MAX_CERTIFICATE);
        bytes32 trusted = TEEVerifier(VERIFIER).nitroVerifier().certificates().ROOT_DIGEST();
        bytes32 digest = sha256(certificate);
        if (digest != trusted) revert TEERegistryRootUntrusted(digest, trusted);
        _rootCode = CodeStore.put(_rootCode, bytes.concat(hex"00", certificate));
        emit AWSCertificateUpdated(keccak256(certificate));
    }

    /// @inheritdoc ITEERegistry
    function teeTypes(uint8 typeId) external view returns (string memory name, uint256 addedAt) {
        TEETypeInfo storage info = _types[typeId];
        return (info.name, info.addedAt);
    }

    /// @inheritdoc ITEERegistry
    function addTEEType(uint8 typeId, string calldata name) external restricted {
        if (isValidTEEType(typeId)) revert TEETypeExists();
        if (typeId > 7 || uint8(1 << typeId) & OperatorRoles.ALL == 0) revert InvalidTEEType();
        _addType(typeId, name);
    }

    /// @inheritdoc ITEERegistry
    function isValidTEEType(uint8 typeId) public view returns (bool) {
        return _types[typeId].addedAt != 0;
    }

    /// @inheritdoc ITEERegistry
    function getTEETypes() external view returns (uint8[] memory typeIds, TEETypeInfo[] memory infos) {
        typeIds = _typeIds;
        infos = new TEETypeInfo[](typeIds.length);
        for (uint256 i = 0; i < typeIds.length; ++i) infos[i] = _types[typeIds[i]];
    }

    /// @inheritdoc ITEERegistry
    function pcrRecords(
        uint8 teeType,
        bytes32 pcrHash
    ) external view returns (bool approved, uint8 recordType, uint256 approvedAt, string memory version) {
        Approval storage approval = _approvals[teeType][pcrHash];
        return (isPCRApproved(teeType, pcrHash), teeType, approval.approvedAt, approval.version);
    }

    /// @inheritdoc ITEERegistry
    function approvePCR(PCRMeasurements calldata pcrs, string calldata version, uint8 teeType) external {
        _checkType(teeType);
        bytes32 measurementId = keccak256(abi.encodePacked(TeeKind.NITRO, pcrs.pcr0, pcrs.pcr1, pcrs.pcr2));
        (ICodeReleases.CodeRelease memory release, ) = policy.releaseOf(measurementId);
        if (keccak256(bytes(release.version)) != keccak256(bytes(version))) {
            revert TEERegistryVersionMismatch(version, release.version);
        }
        bytes32 pcrHash = computePCRHash(pcrs);
        Approval storage approval = _approvals[teeType][pcrHash];
        approval.measurementId = measurementId;
        approval.profileId = _profileFor(release, teeType);
        approval.approvedAt = uint64(block.timestamp);
        approval.version = version;
        if (!isPCRApproved(teeType, pcrHash)) revert PCRNotApproved();
        if (approval.place == 0) {
            _approved.push(PCRKey({pcrHash: pcrHash, teeType: teeType}));
            approval.place = uint64(_approved.length);
        }
        emit PCRApproved(pcrHash, teeType, version);
    }

    /// @inheritdoc ITEERegistry
    function revokePCR(bytes32 pcrHash, uint8 teeType) external {
        Approval storage approval = _approvals[teeType][pcrHash];
        uint256 place = approval.place;
        if (place == 0) revert PCRNotApproved();
        if (isPCRApproved(teeType, pcrHash)) revert TEERegistryPolicyAccepts(approval.measurementId);
        PCRKey memory last = _approved[_approved.length - 1];
        _approved[place - 1] = last;
        _approvals[last.teeType][last.pcrHash].place = uint64(place);
        _approved.pop();
        delete _approvals[teeType][pcrHash];
        emit PCRRevoked(pcrHash, teeType);
    }

    /// @inheritdoc ITEERegistry
    function isPCRApproved(uint8 teeType, bytes32 pcrHash) public view returns (bool) {
        Approval storage approval = _approvals[teeType][pcrHash];
        if (approval.approvedAt == 0) return false;
        IAcceptedTerms terms = IAcceptedTerms(address(registry));
        ICodeReleases.ReleaseTerms memory release = terms.releaseTermsOf(approval.measurementId);
        IHardwarePolicy.ProfileTerms memory profile = terms.profileTermsOf(approval.profileId);
        uint8 role = _roleOf(teeType);
        return
            release.status == ICodeReleases.ReleaseStatus.ACCEPTED &&
            profile.status == IHardwarePolicy.ProfileStatus.ACCEPTED &&
            release.roles & profile.roles & role == role &&
            block.timestamp >= release.activeFrom &&
            (release.sunset == 0 || block.timestamp < release.sunset) &&
            (profile.sunset == 0 || block.timestamp < profile.sunset) &&
            (release.profiles >> terms.profileIndexOf(approval.profileId)) & 1 == 1;
    }

    /// @inheritdoc ITEERegistry
    function computePCRHash(PCRMeasurements calldata pcrs) public pure returns (bytes32) {
        return keccak256(bytes.concat(pcrs.pcr0, pcrs.pcr1, pcrs.pcr2));
    }

    /// @inheritdoc ITEERegistry
    function getApprovedPCRs() external view returns (PCRKey[] memory keys) {
        keys = _approved;
        uint256 count;
        for (uint256 i = 0; i < keys.length; ++i) {
            if (isPCRApproved(keys[i].teeType, keys[i].pcrHash)) keys[count++] = keys[i];
        }
        assembly ("memory-safe") {
            mstore(keys, count)
        }
    }

    function _checkType(uint8 teeType) internal view {
        if (!isValidTEEType(teeType)) revert InvalidTEEType();
    }

    /// @dev Types are numbered as the bits of roles are.
    function _roleOf(uint8 teeType) internal pure returns (uint8) {
        return uint8(1 << teeType);
    }

    function _addType(uint8 typeId, string memory name) private {
        _typeIds.push(typeId);
        _types[typeId] = TEETypeInfo({name: name, addedAt: block.timestamp});
        emit TEETypeAdded(typeId, name);
    }

    /// @dev The release's first profile for Nitro that serves the type's role. A release has 16 profiles at most.
    function _profileFor(ICodeReleases.CodeRelease memory release, uint8 teeType) private view returns (bytes32) {
        for (uint256 i = 0; i < release.profileIds.length; ++i) {
            (IHardwarePolicy.HardwareProfile memory profile, , ) = policy.profileOf(release.profileIds[i]);
            if (profile.cpuTee == TeeKind.NITRO && profile.roles & _roleOf(teeType) != 0) return release.profileIds[i];
        }
        revert PCRNotApproved();
    }
}
