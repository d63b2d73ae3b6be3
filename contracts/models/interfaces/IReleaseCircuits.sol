// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SignalLayout} from "../../zkml/types/SignalLayout.sol";

/// @title What the chain itself can check or run of a release: its circuits, and its model for the EVM
/// @notice Written by the Model Hub at publication and never again, so that a release cannot change its meaning.
///
///         A release may have several circuits, one for each of its models. No two of them have a key or the name of an
///         input tensor in common: a key means one circuit, and so does an input, so that a caller says which of the
///         models he calls by the tensor that he sends.
interface IReleaseCircuits {
    /// @notice A circuit of a release.
    /// @param keyId  Its verifying key.
    /// @param file   The file that it was made from, by its place among the release's files, from 0.
    /// @param layout How tensors map to its signals.
    struct ReleaseCircuit {
        bytes32 keyId;
        uint8 file;
        SignalLayout layout;
    }

    /// @notice The circuits of a release and its model for the EVM.
    /// @param executorModelId The model that {IModelExecutor} runs for calls in mode ONCHAIN; zero means "none".
    /// @param circuits        0 to 8 circuits, the main one first. With a model for the EVM there is at least one: the
    ///                        first one's layout is the model's. It may go without a key, if it is the only one.
    struct ReleaseModels {
        bytes32 executorModelId;
        ReleaseCircuit[] circuits;
    }

    /// @notice Thrown when somebody else than the hub binds a release.
    error ModelsUnauthorizedHub(address caller, address hub);
    /// @notice Thrown when a layout does not describe a circuit, or a circuit or a model for the EVM has not got what
    ///         it needs: a key the one, a layout the other.
    error ModelsInvalidLayout(bytes32 keyId);
    /// @notice Thrown when a release has more circuits than the maximum.
    error ModelsTooManyCircuits(uint256 count, uint256 maximum);
    /// @notice Thrown when a release has a verifying key twice.
    error ModelsDuplicateCircuit(bytes32 keyId);
    /// @notice Thrown when two circuits of a release take input tensors of one name.
    error ModelsDuplicateInput(string inputName);
    /// @notice Thrown when a circuit is said to be made from a file that the release does not have.
    error ModelsUnknownFile(uint256 file, uint256 count);
    /// @notice Thrown when a release has no circuit with this key or, for key zero, when it has one.
    error ModelsUnknownCircuit(bytes32 releaseId, bytes32 keyId);

    /// @notice Follows {IModelHub.ReleasePublished} if there is a circuit or a model for the EVM.
    event ReleaseBound(bytes32 indexed releaseId, ReleaseModels models);

    /// @notice Keeps the circuits of a new release. Only the hub, once for each release.
    /// @dev Layouts: tensor names of 1 to 31 bytes, at least one value per side, `count * bits <= 248`, offsets within
    ///      their width. Whether keys and model are registered is checked where they are used.
    ///
    /// Emits {ReleaseBound}.
    /// @param fileCount How many files the release has.
    function bind(bytes32 releaseId, ReleaseModels calldata models, uint256 fileCount) external;

    /// @notice The layout of the release's circuit with the key `keyId`. For key zero an empty one, if the release has
    ///         no circuit. Reverts if it has no such circuit.
    function layoutOf(bytes32 releaseId, bytes32 keyId) external view returns (SignalLayout memory);

    /// @notice The model that the EVM runs for calls of a release, and the layout of its signals; zero and an empty
    ///         layout if there is none.
    function executorModelOf(bytes32 releaseId) external view returns (bytes32 modelId, SignalLayout memory layout);

    /// @notice All circuits of a release, the main one first; none for a release that does not exist.
    function circuitsOf(bytes32 releaseId) external view returns (ReleaseCircuit[] memory);

    /// @notice Most circuits of a release.
    function MAX_CIRCUITS() external view returns (uint256);

    /// @notice The Model Hub.
    function HUB() external view returns (address);
}
