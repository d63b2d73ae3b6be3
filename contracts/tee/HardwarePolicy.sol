// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {OperatorRoles} from "../libraries/OperatorRoles.sol";
import {IHardwarePolicy} from "./interfaces/IHardwarePolicy.sol";

/// @title The hardware that token holders accept
/// @notice A profile is immutable and named by the hash of its content; the policy only says whether it counts now.
/// @dev Every acceptance and suspension takes the next policy version. Whoever remembers the version at which a profile
///      was accepted can tell with one comparison whether it stayed accepted ever since.
contract HardwarePolicy is IHardwarePolicy, AccessManaged {
    uint256 private constant MAX_NAME_LENGTH = 64;
    uint256 private constant MAX_BOARDS = 8;
    uint256 private constant MAX_BOARD_LENGTH = 32;
    uint256 private constant MAX_REASON_LENGTH = 256;
    uint256 private constant MIN_ENCLAVE_AGE = 1 days;
    uint256 private constant MAX_ENCLAVE_AGE = 365 days;
    uint256 private constant MIN_HEARTBEAT_INTERVAL = 1 minutes;
    uint256 private constant MAX_HEARTBEAT_INTERVAL = 7 days;

    /// @inheritdoc IHardwarePolicy
    uint64 public policyVersion;

    mapping(bytes32 profileId => ProfileTerms) private _terms;
    mapping(bytes32 profileId => HardwareProfile) private _profiles;
    bytes32[] private _profileIds;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc IHardwarePolicy
    function profileOf(
        bytes32 profileId
    ) external view returns (HardwareProfile memory profile, ProfileStatus status, uint64 acceptedAtVersion) {
        ProfileTerms storage terms = _terms[profileId];
        return (_profiles[profileId], terms.status, terms.acceptedAtVersion);
    }

    /// @inheritdoc IHardwarePolicy
    function termsOf(bytes32 profileId) external view returns (ProfileTerms memory) {
        return _terms[profileId];
    }

    /// @inheritdoc IHardwarePolicy
    function profileCount() external view returns (uint256) {
        return _profileIds.length;
    }

    /// @inheritdoc IHardwarePolicy
    function profileIdAt(uint256 index) external view returns (bytes32) {
        return _profileIds[index];
    }

    /// @inheritdoc IHardwarePolicy
    function acceptProfile(HardwareProfile calldata profile) external restricted returns (bytes32 profileId) {
        _checkProfile(profile);
        profileId = computeProfileId(profile);
        ProfileStatus status = _terms[profileId].status;
        if (status == ProfileStatus.ACCEPTED) revert HardwarePolicyAlreadyAccepted(profileId);

        uint64 version = ++policyVersion;
        if (status == ProfileStatus.NONE) {
            _profileIds.push(profileId);
            _store(profileId, profile);
        }
        _terms[profileId] = ProfileTerms({
            status: ProfileStatus.ACCEPTED,
            acceptedAtVersion: version,
            roles: profile.roles,
            maxEnclaveAge: profile.maxEnclaveAge,
            heartbeatInterval: profile.heartbeatInterval
        });
        emit ProfileAccepted(profileId, version, profile);
    }

    /// @inheritdoc IHardwarePolicy
    function suspendProfile(bytes32 profileId, string calldata reason) external restricted {
        ProfileTerms storage terms = _terms[profileId];
        if (terms.status != ProfileStatus.ACCEPTED) revert HardwarePolicyNotAccepted(profileId, terms.status);
        uint256 length = bytes(reason).length;
        if (length == 0 || length > MAX_REASON_LENGTH) revert HardwarePolicyReasonLength(length, MAX_REASON_LENGTH);

        terms.status = ProfileStatus.SUSPENDED;
        emit ProfileSuspended(profileId, ++policyVersion, reason);
    }

    /// @inheritdoc IHardwarePolicy
    function computeProfileId(HardwareProfile calldata profile) public pure returns (bytes32) {
        return keccak256(abi.encode(profile));
    }

    function _store(bytes32 profileId, HardwareProfile calldata profile) private {
        HardwareProfile storage stored = _profiles[profileId];
        stored.name = profile.name;
        stored.cpuTee = profile.cpuTee;
        stored.gpuArchitecture = profile.gpuArchitecture;
        stored.gpuMode = profile.gpuMode;
        for (uint256 i = 0; i < profile.gpuBoards.length; ++i) {
            stored.gpuBoards.push(profile.gpuBoards[i]);
        }
        stored.minimumGpuDriver = profile.minimumGpuDriver;
        stored.roles = profile.roles;
        stored.maxEnclaveAge = profile.maxEnclaveAge;
        stored.heartbeatInterval = profile.heartbeatInterval;
    }

    function _checkProfile(HardwareProfile calldata profile) private pure {
        uint256 length = bytes(profile.name).length;
        if (length == 0 || length > MAX_NAME_LENGTH) revert HardwarePolicyNameLength(length, MAX_NAME_LENGTH);
        if (profile.roles == 0 || profile.roles & ~OperatorRoles.ALL != 0) {
            revert HardwarePolicyRolesInvalid(profile.roles, OperatorRoles.ALL);
        }
        uint256 age = profile.maxEnclaveAge;
        if (age < MIN_ENCLAVE_AGE || age > MAX_ENCLAVE_AGE) {
            revert HardwarePolicyEnclaveAge(age, MIN_ENCLAVE_AGE, MAX_ENCLAVE_AGE);
        }
        uint256 interval = profile.heartbeatInterval;
        if (interval < MIN_HEARTBEAT_INTERVAL || interval > MAX_HEARTBEAT_INTERVAL) {
            revert HardwarePolicyHeartbeatInterval(interval, MIN_HEARTBEAT_INTERVAL, MAX_HEARTBEAT_INTERVAL);
        }
        _checkAccelerator(profile);
        _checkBoards(profile.gpuBoards);
    }

    /// @dev All four accelerator fields are set, or none is. Nitro enclaves have no accelerators to pass through.
    function _checkAccelerator(HardwareProfile calldata profile) private pure {
        bool present = profile.gpuArchitecture != GpuArchitecture.NONE;
        if (
            present != (profile.gpuMode != GpuMode.NONE) ||
            present != (profile.gpuBoards.length != 0) ||
            present != (profile.minimumGpuDriver != 0)
        ) {
            revert HardwarePolicyAcceleratorIncomplete(
                profile.gpuArchitecture,
                profile.gpuMode,
                profile.gpuBoards.length,
                profile.minimumGpuDriver
            );
        }
        if (present && profile.cpuTee == CpuTee.NITRO) {
            revert HardwarePolicyAcceleratorUnsupported(profile.cpuTee, profile.gpuArchitecture);
        }
    }

    function _checkBoards(string[] calldata boards) private pure {
        if (boards.length > MAX_BOARDS) revert HardwarePolicyTooManyBoards(boards.length, MAX_BOARDS);
        bytes32[] memory hashes = new bytes32[](boards.length);
        for (uint256 i = 0; i < boards.length; ++i) {
            _checkBoard(boards[i], i);
            hashes[i] = keccak256(bytes(boards[i]));
            for (uint256 j = 0; j < i; ++j) {
                if (hashes[j] == hashes[i]) revert HardwarePolicyBoardRepeated(boards[i]);
            }
        }
    }

    /// @dev Boards on the Grace processor are named GH… or GB…, alone ("GB300 NVL72") or after a family ("DGX GH200").
    ///      Any word with that beginning is refused, in either case of letters, rather than a list of known boards.
    function _checkBoard(string calldata board, uint256 index) private pure {
        bytes calldata text = bytes(board);
        if (text.length == 0 || text.length > MAX_BOARD_LENGTH) {
            revert HardwarePolicyBoardLength(index, text.length, MAX_BOARD_LENGTH);
        }
        bool wordStart = true;
        for (uint256 i = 0; i < text.length; ++i) {
            if (text[i] < 0x20 || text[i] > 0x7e) revert HardwarePolicyBoardCharacter(board);
            bytes1 letter = _upper(text[i]);
            if (wordStart && letter == "G" && i + 1 < text.length) {
                bytes1 next = _upper(text[i + 1]);
                if (next == "H" || next == "B") revert HardwarePolicyGraceBoard(board);
            }
            wordStart = !_isLetterOrDigit(letter);
        }
    }

    function _upper(bytes1 character) private pure returns (bytes1) {
        return character >= "a" && character <= "z" ? character & 0xdf : character;
    }

    function _isLetterOrDigit(bytes1 upper) private pure returns (bool) {
        return (upper >= "A" && upper <= "Z") || (upper >= "0" && upper <= "9");
    }
}
