// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IEnclaveRegistry} from "./IEnclaveRegistry.sol";
import {IHardwarePolicy} from "./IHardwarePolicy.sol";

/// @notice What a profile says of accelerators; its hash is {IHardwarePolicy.computeGpuPolicyHash}.
/// @param architecture  The generation.
/// @param mode          How many accelerators the machine has: one, or several.
/// @param boards        The boards, which no token tells apart: the enclave's own code checks them.
/// @param minimumDriver Lowest driver branch.
struct GpuPolicy {
    IHardwarePolicy.GpuArchitecture architecture;
    IHardwarePolicy.GpuMode mode;
    string[] boards;
    uint32 minimumDriver;
}

/// @notice What is kept of a token that fits a policy; all zero if none was brought.
/// @param nonce     What NVIDIA was asked with.
/// @param keyId     keccak256 of the kid of NVIDIA's key.
/// @param issuedAt  Unix seconds.
/// @param expiresAt Unix seconds from which it registers nothing any more.
struct GpuAttestation {
    bytes32 nonce;
    bytes32 keyId;
    uint64 issuedAt;
    uint64 expiresAt;
}

/// @notice Whether a token lets a registration through, or what is wrong.
enum GpuVerdict {
    /// No token with the registration's digest was found to fit the registration's policy.
    MISSING,
    /// The token was made for another registration.
    OTHER_NONCE,
    /// The token is too old.
    EXPIRED,
    /// The guardian withdrew the key that signed it.
    KEY_WITHDRAWN,
    GOOD
}

/// @title NVIDIA's word for the accelerators of an enclave
/// @notice Anyone brings a token before the registration that it is for, as certificates and collateral are brought: it
///         is verified and held against the profile's policy once, and three words of it are kept.
/// @dev It says that genuine accelerators, with measurements that NVIDIA knows, answered somebody who asked with the
///      nonce of this registration. It does not say that they are in the machine whose processor signs the evidence.
interface IGpuAttestations {
    /// @notice Thrown when an accelerator is of another generation; `model` is the name of its die.
    error GpuArchitectureMismatch(uint256 index, string model, IHardwarePolicy.GpuArchitecture expected);
    /// @notice Thrown when an accelerator's driver is older than the policy asks, or its version is not readable (0).
    error GpuDriverTooOld(uint256 index, uint256 branch, uint256 minimum);
    /// @notice Thrown when a token is about one accelerator where the mode is for several, or the other way round.
    error GpuCountMismatch(uint256 count, IHardwarePolicy.GpuMode mode);
    /// @notice Thrown when a token names the same accelerator twice.
    error GpuRepeated(uint256 index, bytes32 deviceId);

    /// @notice Emitted when a token was verified and fits a policy.
    event GpuAttested(
        bytes32 indexed digest,
        bytes32 indexed policyHash,
        bytes32 indexed nonce,
        bytes32 keyId,
        uint256 issuedAt,
        uint256 expiresAt,
        bytes32[] deviceIds
    );

    /// @notice Verifies a token at the present block time and holds it against `policy`. Anyone.
    /// @param token   The overall token.
    /// @param devices The devices' tokens, in its order.
    /// @return digest keccak256 of `token`: the registration's `gpuEvidenceDigest`.
    function bring(
        GpuPolicy calldata policy,
        bytes calldata token,
        bytes[] calldata devices
    ) external returns (bytes32 digest);

    /// @notice What was kept of a token under a policy.
    function attestationOf(bytes32 digest, bytes32 policyHash) external view returns (GpuAttestation memory);

    /// @notice Whether a token was brought for a registration at `registry`, and when NVIDIA made it; the time is 0
    ///         unless the verdict is GOOD.
    function judge(
        address registry,
        IEnclaveRegistry.Registration calldata registration
    ) external view returns (GpuVerdict verdict, uint64 issuedAt);

    /// @notice What the enclave asks NVIDIA with for its registration at `registry`: a hash over chain, registry,
    ///         operator, keys, profile and challenge.
    function nonceOf(
        address registry,
        IEnclaveRegistry.Registration calldata registration
    ) external view returns (bytes32);
}
