// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title OpenGradient's verifier of answers that gateways signed
/// @notice Selectors, event and error as published by OpenGradient.
interface ITEEInferenceVerifier {
    /// @notice Thrown when the registry would be the zero address.
    error InvalidRegistryAddress();

    event RegistryUpdated(address indexed oldRegistry, address indexed newRegistry);

    /// @notice How old an answer may be (seconds).
    function MAX_INFERENCE_AGE() external view returns (uint256);

    /// @notice How far in the future an answer's time may be (seconds).
    function FUTURE_TOLERANCE() external view returns (uint256);

    /// @notice The verifier of RSA signatures.
    function VERIFIER() external view returns (address);

    /// @notice The registry that says which enclaves count.
    function registry() external view returns (address);

    /// @notice Asks another registry from now on. Restricted to {Roles.ADMIN}.
    function setRegistry(address registry) external;

    /// @notice What a gateway signs: keccak256(inputHash ‖ outputHash ‖ timestamp).
    function computeMessageHash(
        bytes32 inputHash,
        bytes32 outputHash,
        uint256 timestamp
    ) external pure returns (bytes32);

    /// @notice Whether an active enclave signed this answer within the last hour, while it counted. A time up to five
    ///         minutes ahead is taken for now.
    function verifySignature(
        bytes32 teeId,
        bytes32 inputHash,
        bytes32 outputHash,
        uint256 timestamp,
        bytes calldata signature
    ) external view returns (bool);
}
