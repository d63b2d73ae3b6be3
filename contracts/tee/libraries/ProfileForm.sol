// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OperatorRoles} from "../../libraries/OperatorRoles.sol";
import {TcbStatus, TeeKind} from "../interfaces/IAttestationVerifier.sol";
import {IHardwarePolicy} from "../interfaces/IHardwarePolicy.sol";

/// @title What makes a hardware profile well-formed
/// @notice Form only: whether the hardware is good is what the vote is about.
library ProfileForm {
    uint256 private constant MAX_NAME_LENGTH = 64;
    uint256 private constant MAX_BOARDS = 8;
    uint256 private constant MAX_BOARD_LENGTH = 32;
    uint256 private constant MAX_CLASSES = 32;
    uint256 private constant MIN_ENCLAVE_AGE = 1 days;
    uint256 private constant MAX_ENCLAVE_AGE = 365 days;
    uint256 private constant MIN_HEARTBEAT_INTERVAL = 1 minutes;
    uint256 private constant MAX_HEARTBEAT_INTERVAL = 7 days;
    /// @dev Every status before REVOKED, which is the last one.
    uint16 private constant ALLOWED_TCB = uint16(1 << uint8(TcbStatus.REVOKED)) - 1;

    /// @notice Reverts with the first thing that is wrong with the form of `profile`.
    function check(IHardwarePolicy.HardwareProfile calldata profile) internal pure {
        uint256 length = bytes(profile.name).length;
        if (length == 0 || length > MAX_NAME_LENGTH) {
            revert IHardwarePolicy.HardwarePolicyNameLength(length, MAX_NAME_LENGTH);
        }
        if (profile.cpuTee == TeeKind.NONE) revert IHardwarePolicy.HardwarePolicyKindMissing();
        if (profile.roles == 0 || profile.roles & ~OperatorRoles.ALL != 0) {
            revert IHardwarePolicy.HardwarePolicyRolesInvalid(profile.roles, OperatorRoles.ALL);
        }
        _checkTimes(profile);
        _checkTcb(profile);
        _checkAccelerator(profile);
        _checkBoards(profile.gpuBoards);
    }

    function _checkTimes(IHardwarePolicy.HardwareProfile calldata profile) private pure {
        uint256 age = profile.maxEnclaveAge;
        if (age < MIN_ENCLAVE_AGE || age > MAX_ENCLAVE_AGE) {
            revert IHardwarePolicy.HardwarePolicyEnclaveAge(age, MIN_ENCLAVE_AGE, MAX_ENCLAVE_AGE);
        }
        uint256 interval = profile.heartbeatInterval;
        if (interval < MIN_HEARTBEAT_INTERVAL || interval > MAX_HEARTBEAT_INTERVAL) {
            revert IHardwarePolicy.HardwarePolicyHeartbeatInterval(
                interval,
                MIN_HEARTBEAT_INTERVAL,
                MAX_HEARTBEAT_INTERVAL
            );
        }
    }

    function _checkTcb(IHardwarePolicy.HardwareProfile calldata profile) private pure {
        if (profile.acceptedTcb == 0 || profile.acceptedTcb & ~ALLOWED_TCB != 0) {
            revert IHardwarePolicy.HardwarePolicyTcbInvalid(profile.acceptedTcb, ALLOWED_TCB);
        }
        if (profile.minimumSnpTcb != 0 && profile.cpuTee != TeeKind.SEV_SNP) {
            revert IHardwarePolicy.HardwarePolicySnpTcbUnexpected(profile.cpuTee, profile.minimumSnpTcb);
        }
        if (profile.platformClasses.length > MAX_CLASSES) {
            revert IHardwarePolicy.HardwarePolicyTooManyClasses(profile.platformClasses.length, MAX_CLASSES);
        }
    }

    /// @dev All four accelerator fields are set, or none is. Nitro enclaves have no accelerators to pass through.
    function _checkAccelerator(IHardwarePolicy.HardwareProfile calldata profile) private pure {
        bool present = profile.gpuArchitecture != IHardwarePolicy.GpuArchitecture.NONE;
        if (
            present != (profile.gpuMode != IHardwarePolicy.GpuMode.NONE) ||
            present != (profile.gpuBoards.length != 0) ||
            present != (profile.minimumGpuDriver != 0)
        ) {
            revert IHardwarePolicy.HardwarePolicyAcceleratorIncomplete(
                profile.gpuArchitecture,
                profile.gpuMode,
                profile.gpuBoards.length,
                profile.minimumGpuDriver
            );
        }
        if (!present && profile.gpuAssurance != IHardwarePolicy.GpuAssurance.MEASURED_CODE) {
            revert IHardwarePolicy.HardwarePolicyAssuranceUnexpected(profile.gpuAssurance);
        }
        if (present && profile.cpuTee == TeeKind.NITRO) {
            revert IHardwarePolicy.HardwarePolicyAcceleratorUnsupported(profile.cpuTee, profile.gpuArchitecture);
        }
    }

    function _checkBoards(string[] calldata boards) private pure {
        if (boards.length > MAX_BOARDS) {
            revert IHardwarePolicy.HardwarePolicyTooManyBoards(boards.length, MAX_BOARDS);
        }
        bytes32[] memory hashes = new bytes32[](boards.length);
        for (uint256 i = 0; i < boards.length; ++i) {
            _checkBoard(boards[i], i);
            hashes[i] = keccak256(bytes(boards[i]));
            for (uint256 j = 0; j < i; ++j) {
                if (hashes[j] == hashes[i]) revert IHardwarePolicy.HardwarePolicyBoardRepeated(boards[i]);
            }
        }
    }

    /// @dev Boards on the Grace processor are named GH… or GB…, alone ("GB300 NVL72") or after a family
    ///      ("DGX GH200"). Any word with that beginning is refused, in either case, rather than a list of boards.
    function _checkBoard(string calldata board, uint256 index) private pure {
        bytes calldata text = bytes(board);
        if (text.length == 0 || text.length > MAX_BOARD_LENGTH) {
            revert IHardwarePolicy.HardwarePolicyBoardLength(index, text.length, MAX_BOARD_LENGTH);
        }
        bool wordStart = true;
        for (uint256 i = 0; i < text.length; ++i) {
            if (text[i] < 0x20 || text[i] > 0x7e) revert IHardwarePolicy.HardwarePolicyBoardCharacter(board);
            bytes1 letter = _upper(text[i]);
            if (wordStart && letter == "G" && i + 1 < text.length) {
                bytes1 next = _upper(text[i + 1]);
                if (next == "H" || next == "B") revert IHardwarePolicy.HardwarePolicyGraceBoard(board);
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
