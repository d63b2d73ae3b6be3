// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {InferenceMode} from "../../libraries/InferenceMode.sol";
import {SignalLayout} from "../../zkml/types/SignalLayout.sol";

/// @title The permissionless registry of models: repository, release, file, price
/// @notice A caller names a model by `owner/name@1.01`, by `owner/name` (newest stable release) or by the content id of
///         one of its files (43-character Walrus id or 46-character IPFS CID). Prices are OPG base units per call.
interface IModelHub {
    /// @notice What a publisher says about a repository.
    struct RepositoryInfo {
        string description;
        string task;
        string licence;
        string[] tags;
    }

    /// @notice One file of a release.
    /// @param path      Unique within the release.
    /// @param contentId 43-character base64url Walrus id or 46-character IPFS CID (Qm…).
    /// @param size      Bytes.
    /// @param sha256Hash SHA-256 of the bytes.
    struct ModelFile {
        string path;
        string contentId;
        uint64 size;
        bytes32 sha256Hash;
    }

    /// @notice A payee of a repository's revenue.
    /// @param account   Not zero.
    /// @param shareBps  Its part, bps of the publisher's revenue; all parts sum to 10_000.
    struct Payee {
        address account;
        uint16 shareBps;
    }

    /// @notice A price of a release in one mode. A mode without an entry is not offered.
    struct ModePrice {
        InferenceMode mode;
        uint128 price;
    }

    /// @notice What the PIPE path needs to know about a release, in one read.
    /// @param keyId  The verifying key for ZK calls; zero means "no circuit".
    /// @param layout How tensors map to the circuit's signals; empty when there is no circuit.
    struct ReleaseBinding {
        bytes32 keyId;
        SignalLayout layout;
    }

    event RepositoryCreated(bytes32 indexed repositoryId, address indexed owner, string name, RepositoryInfo info);
    event PayeesSet(bytes32 indexed repositoryId, Payee[] payees);
    event ReleasePublished(
        bytes32 indexed repositoryId,
        bytes32 indexed releaseId,
        uint32 major,
        uint32 minor,
        bool stable,
        bytes32 keyId,
        ModelFile[] files
    );
    event PriceSet(
        bytes32 indexed releaseId,
        InferenceMode indexed mode,
        bool offered,
        uint128 oldPrice,
        uint128 newPrice
    );

    /// @notice Creates the repository `fullName` = `owner/name`, owned by the caller.
    function createRepository(
        string calldata fullName,
        RepositoryInfo calldata info,
        Payee[] calldata payees
    ) external returns (bytes32 repositoryId);

    /// @notice Publishes the next release: 1.00 first, then a minor bump (1.01) or a major one (2.00). Immutable.
    function publishRelease(
        bytes32 repositoryId,
        bool major,
        bool stable,
        ModelFile[] calldata files,
        ReleaseBinding calldata binding,
        ModePrice[] calldata prices
    ) external returns (bytes32 releaseId);

    /// @notice The release that a caller's string names. Reverts if there is none.
    function resolve(string calldata modelId) external view returns (bytes32 releaseId);

    /// @notice The price of one call of `releaseId` in `mode`. Reverts if the mode is not offered.
    function priceOf(bytes32 releaseId, InferenceMode mode) external view returns (uint128 price);

    /// @notice The circuit of a release and its layout.
    function bindingOf(bytes32 releaseId) external view returns (ReleaseBinding memory);

    /// @notice The repository that a release belongs to.
    function repositoryOf(bytes32 releaseId) external view returns (bytes32 repositoryId);

    /// @notice Who is paid for the calls of a repository, in bps that sum to 10_000.
    function payeesOf(bytes32 repositoryId) external view returns (Payee[] memory);
}
