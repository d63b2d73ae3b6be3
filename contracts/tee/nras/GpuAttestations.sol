// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {BlockChallenge} from "../../libraries/BlockChallenge.sol";
import {GpuAttestation, GpuPolicy, GpuVerdict, IGpuAttestations} from "../interfaces/IGpuAttestations.sol";
import {IEnclaveRegistry} from "../interfaces/IEnclaveRegistry.sol";
import {IHardwarePolicy} from "../interfaces/IHardwarePolicy.sol";
import {GpuClaims, GpuFacts, INrasVerifier} from "../interfaces/INrasVerifier.sol";
import {EnclaveBinding} from "../libraries/EnclaveBinding.sol";

/// @title NVIDIA's word for the accelerators of an enclave
/// @notice See {IGpuAttestations}. Has no roles: what it keeps rests on the keys that {INrasVerifier} accepts, and
///         stops counting when its key is withdrawn.
contract GpuAttestations is IGpuAttestations {
    /// @notice Verifies the tokens.
    INrasVerifier public immutable verifier;

    mapping(bytes32 digest => mapping(bytes32 policyHash => GpuAttestation)) private _attestations;

    constructor(INrasVerifier nrasVerifier) {
        verifier = nrasVerifier;
    }

    /// @inheritdoc IGpuAttestations
    function attestationOf(bytes32 digest, bytes32 policyHash) external view returns (GpuAttestation memory) {
        return _attestations[digest][policyHash];
    }

    /// @inheritdoc IGpuAttestations
    function judge(
        address registry,
        IEnclaveRegistry.Registration calldata registration
    ) external view returns (GpuVerdict verdict, uint64 issuedAt) {
        GpuAttestation memory kept = _attestations[registration.gpuEvidenceDigest][registration.gpuPolicyHash];
        if (kept.issuedAt == 0) return (GpuVerdict.MISSING, 0);
        if (kept.nonce != nonceOf(registry, registration)) return (GpuVerdict.OTHER_NONCE, 0);
        if (block.timestamp >= kept.expiresAt) return (GpuVerdict.EXPIRED, 0);
        if (!verifier.isAccepted(kept.keyId)) return (GpuVerdict.KEY_WITHDRAWN, 0);
        return (GpuVerdict.GOOD, kept.issuedAt);
    }

    /// @inheritdoc IGpuAttestations
    function nonceOf(
        address registry,
        IEnclaveRegistry.Registration calldata registration
    ) public view returns (bytes32) {
        return EnclaveBinding.gpuNonceOf(registration, registry, BlockChallenge.hashOf(registration.challengeBlock));
    }

    /// @inheritdoc IGpuAttestations
    function bring(
        GpuPolicy calldata policy,
        bytes calldata token,
        bytes[] calldata devices
    ) external returns (bytes32 digest) {
        GpuFacts memory facts = verifier.verify(token, devices);
        bytes32[] memory deviceIds = _check(policy, facts.gpus);
        digest = keccak256(token);
        bytes32 policyHash = keccak256(
            abi.encode(policy.architecture, policy.mode, policy.boards, policy.minimumDriver)
        );
        _attestations[digest][policyHash] = GpuAttestation({
            nonce: facts.nonce,
            keyId: facts.keyId,
            issuedAt: facts.issuedAt,
            expiresAt: facts.expiresAt
        });
        emit GpuAttested({
            digest: digest,
            policyHash: policyHash,
            nonce: facts.nonce,
            keyId: facts.keyId,
            issuedAt: facts.issuedAt,
            expiresAt: facts.expiresAt,
            deviceIds: deviceIds
        });
    }

    /// @dev Holds the accelerators against the policy; the verifier bounds their number.
    function _check(
        GpuPolicy calldata policy,
        GpuClaims[] memory gpus
    ) private pure returns (bytes32[] memory deviceIds) {
        bool several = policy.mode == IHardwarePolicy.GpuMode.MULTI_PASSTHROUGH;
        if (several ? gpus.length < 2 : gpus.length != 1) revert GpuCountMismatch(gpus.length, policy.mode);
        deviceIds = new bytes32[](gpus.length);
        for (uint256 i; i < gpus.length; ++i) {
            if (_architectureOf(gpus[i].model) != policy.architecture) {
                revert GpuArchitectureMismatch(i, gpus[i].model, policy.architecture);
            }
            uint256 branch = _branchOf(gpus[i].driverVersion);
            if (branch == 0 || branch < policy.minimumDriver) revert GpuDriverTooOld(i, branch, policy.minimumDriver);
            deviceIds[i] = gpus[i].deviceId;
            for (uint256 j; j < i; ++j) if (deviceIds[j] == deviceIds[i]) revert GpuRepeated(i, deviceIds[i]);
        }
    }

    /// @dev The first two letters of a die's name: "GH100 A01 GSP BROM". Not to be taken for boards, where the same
    ///      letters mean the Grace processor.
    function _architectureOf(string memory model) private pure returns (IHardwarePolicy.GpuArchitecture) {
        bytes2 letters = bytes2(bytes(model));
        if (letters == "GH") return IHardwarePolicy.GpuArchitecture.HOPPER;
        if (letters == "GB") return IHardwarePolicy.GpuArchitecture.BLACKWELL;
        return IHardwarePolicy.GpuArchitecture.NONE;
    }

    /// @dev The number before the first dot, of three digits: 550 of "550.90.07". 0 if there is none.
    function _branchOf(string memory version) private pure returns (uint256 branch) {
        bytes memory text = bytes(version);
        if (text.length < 4 || text[3] != ".") return 0;
        for (uint256 i; i < 3; ++i) {
            uint256 digit = uint256(uint8(text[i])) ^ 0x30;
            if (digit > 9) return 0;
            branch = branch * 10 + digit;
        }
    }
}
