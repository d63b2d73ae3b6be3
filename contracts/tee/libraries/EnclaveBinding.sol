// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IEnclaveRegistry} from "../interfaces/IEnclaveRegistry.sol";

/// @title What an enclave puts into the 64 bytes that its hardware signs
/// @notice Bytes 0 to 19 are its signing address, 20 to 51 a hash over everything else it vouches for, 52 to 63 the tag
///         of this format. Evidence made for one registry, operator, profile or challenge is worthless for another.
library EnclaveBinding {
    bytes12 internal constant VERSION_TAG = "OPG-ENCLAVE1";

    bytes32 private constant DOMAIN = keccak256("OPG enclave binding v1");
    bytes32 private constant GPU_DOMAIN = keccak256("OPG accelerator nonce v1");
    uint256 private constant LENGTH = 64;

    /// @notice The 64 bytes that evidence for `registration` at `registry` must carry.
    function reportDataOf(
        IEnclaveRegistry.Registration memory registration,
        address registry,
        bytes32 challenge
    ) internal view returns (bytes memory) {
        bytes32 bound = keccak256(
            abi.encode(
                DOMAIN,
                block.chainid,
                registry,
                registration.operator,
                registration.tlsSpkiHash,
                registration.rsaKeyHash,
                registration.gpuEvidenceDigest,
                registration.gpuPolicyHash,
                registration.profileId,
                challenge
            )
        );
        return abi.encodePacked(registration.signer, bound, VERSION_TAG);
    }

    /// @notice What the enclave of `registration` asks NVIDIA's service with. The answer's digest is in the report
    ///         data, so each of the two statements is about the other.
    function gpuNonceOf(
        IEnclaveRegistry.Registration memory registration,
        address registry,
        bytes32 challenge
    ) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    GPU_DOMAIN,
                    block.chainid,
                    registry,
                    registration.operator,
                    registration.signer,
                    registration.rsaKeyHash,
                    registration.profileId,
                    challenge
                )
            );
    }

    /// @notice Whether `reportData` is what {reportDataOf} says.
    function matches(
        bytes memory reportData,
        IEnclaveRegistry.Registration memory registration,
        address registry,
        bytes32 challenge
    ) internal view returns (bool) {
        if (reportData.length != LENGTH) return false;
        return keccak256(reportData) == keccak256(reportDataOf(registration, registry, challenge));
    }
}
