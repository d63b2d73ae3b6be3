// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAttendance} from "../../contracts/staking/interfaces/IAttendance.sol";
import {EnclaveRegistry} from "../../contracts/tee/EnclaveRegistry.sol";
import {IAttestationVerifier} from "../../contracts/tee/interfaces/IAttestationVerifier.sol";
import {IGpuAttestations} from "../../contracts/tee/interfaces/IGpuAttestations.sol";

/// @notice The registry with many enclaves at once: copies of one record under made-up ids.
contract EnclaveRegistry__Harness is EnclaveRegistry {
    constructor(
        address authority,
        address stakingAddress,
        IAttendance attendanceBook,
        IAttestationVerifier[] memory verifiers,
        IGpuAttestations gpuTarget,
        RegistryConfig memory registryConfig
    ) EnclaveRegistry(authority, stakingAddress, attendanceBook, verifiers, gpuTarget, registryConfig) {}

    function multiply(bytes32 enclaveId, uint256 count) external {
        EnclaveRecord memory record = _enclaves[enclaveId];
        for (uint256 i = 0; i < count; ++i) _enclaves[bytes32(i)] = record;
    }

    function countUsable(uint256 count, uint8 roles, uint256 at) external view returns (uint256 usable) {
        for (uint256 i = 0; i < count; ++i) {
            if (isUsable(bytes32(i), roles, at)) ++usable;
        }
    }
}
