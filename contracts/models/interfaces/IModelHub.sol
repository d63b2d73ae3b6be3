// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {InferenceMode} from "../../libraries/InferenceMode.sol";
import {IReleaseCircuits} from "./IReleaseCircuits.sol";

/// @title The permissionless registry of models: repository, release, file, price
/// @notice A caller names a model by `owner/name@1.01`, by `owner/name` (newest stable release) or by a content id
///         that it claimed for itself (43-character Walrus id or 46-character IPFS CID). Prices are OPG base units per
///         call.
interface IModelHub {
    /// @notice What a publisher says about a repository.
    /// @param unlisted     Asks lists and searches to leave the repository out; it is called by name all the same.
    /// @param metadataHash Hash of a longer description kept elsewhere; zero means "none".
    struct RepositoryInfo {
        string description;
        string task;
        string licence;
        string[] tags;
        bool unlisted;
        bytes32 metadataHash;
    }

    /// @notice What a release consists of.
    /// @param files      1 to 256 records, one after the other, in ascending order of their paths (byte by byte).
    ///                   A record is `flags (1) | size in bytes (6, big-endian) | content id (32) | SHA-256 (32) |
    ///                   length of path (1) | path`. Flags: 0x01 the content id is the digest in an IPFS CID (Qm…),
    ///                   else a Walrus id; 0x80 the content id names the release. At most 16 files may carry 0x80.
    /// @param schemaHash keccak256 of the description of inputs and outputs; zero means "none".
    /// @param notesHash  keccak256 of the release notes; zero means "none".
    struct ReleaseContent {
        bytes files;
        bytes32 schemaHash;
        bytes32 notesHash;
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

    /// @notice A release as published, with the flags it carries today.
    /// @param repositoryId The repository it belongs to.
    /// @param major        The number before the point.
    /// @param minor        The number after the point, 0 to 99, written in two digits.
    /// @param publishedAt  Unix seconds.
    /// @param stable       Whether it takes part in "newest stable"; false means the experimental channel.
    /// @param deprecated   The publisher advises against it.
    /// @param yanked       Withdrawn: never the newest stable release again, still served under its exact name.
    struct Release {
        bytes32 repositoryId;
        uint32 major;
        uint32 minor;
        uint40 publishedAt;
        bool stable;
        bool deprecated;
        bool yanked;
    }

    /// @notice What a call costs, in OPG base units. All three zero means free.
    /// @param perCall   For every call.
    /// @param perInput  For 1,000 tokens of input, on top; zero for models that do not count tokens.
    /// @param perOutput For 1,000 tokens of output, on top.
    struct Rates {
        uint128 perCall;
        uint128 perInput;
        uint128 perOutput;
    }

    /// @notice The terms of a release in one mode.
    /// @param offered     Whether calls are served now.
    /// @param rates       What a call costs now.
    /// @param nextOffered Whether calls are served from `nextAt` on.
    /// @param nextRates   What a call costs from `nextAt` on.
    /// @param nextAt      Unix seconds, in the future; 0 means "no change announced".
    struct OfferTerms {
        bool offered;
        Rates rates;
        bool nextOffered;
        Rates nextRates;
        uint40 nextAt;
    }

    /// @notice Thrown when a name is not `owner/name` in the permitted characters and lengths.
    error ModelsInvalidName(string fullName);
    /// @notice Thrown when somebody registered the name before.
    error ModelsNameTaken(string fullName, address owner);
    /// @notice Thrown when the part of a name before the '/' belongs to another account, or looks like one that does.
    error ModelsNamespaceTaken(string fullName, address owner);
    /// @notice Thrown when nobody has registered a repository under a namespace, or under one that looks like it.
    error ModelsUnknownNamespace(string namespace);
    /// @notice Thrown when the contract that keeps the bonds is the zero account.
    error ModelsZeroHostingBonds();
    /// @notice Thrown when a repository is retired.
    error ModelsRetired(bytes32 repositoryId);
    /// @notice Thrown when no repository has this id.
    error ModelsUnknownRepository(bytes32 repositoryId);
    /// @notice Thrown when no release has this id.
    error ModelsUnknownRelease(bytes32 releaseId);
    /// @notice Thrown when a string names no release, or a repository without a stable release.
    error ModelsUnknownModel(string modelId);
    /// @notice Thrown when the caller does not own the repository or namespace and may not act for its owner either.
    error ModelsNotOwner(address caller, address owner);
    /// @notice Thrown when the caller is not the account that ownership was offered to.
    error ModelsNotPendingOwner(address caller, address pendingOwner);
    /// @notice Thrown when a text of a repository is too long, in bytes.
    error ModelsTextTooLong(uint256 length, uint256 maximum);
    /// @notice Thrown when a repository has too many tags.
    error ModelsTooManyTags(uint256 count, uint256 maximum);
    /// @notice Thrown when there are no payees or too many.
    error ModelsInvalidPayeeCount(uint256 count, uint256 maximum);
    /// @notice Thrown when a payee is the zero account or has no share.
    error ModelsInvalidPayee(address account, uint16 shareBps);
    /// @notice Thrown when an account is listed twice among the payees.
    error ModelsDuplicatePayee(address account);
    /// @notice Thrown when the payees' shares do not sum to 10_000.
    error ModelsInvalidShareSum(uint256 sumBps, uint256 requiredBps);
    /// @notice Thrown when a release has no files or too many.
    error ModelsInvalidFileCount(uint256 count, uint256 maximum);
    /// @notice Thrown when a path is not a plain relative path.
    error ModelsInvalidPath(string path);
    /// @notice Thrown when a path is listed twice in a release.
    error ModelsDuplicatePath(string path);
    /// @notice Thrown when the paths of a release are not in ascending order.
    error ModelsPathsNotAscending(string previous, string path);
    /// @notice Thrown when the files end in the middle of the record that begins at `at`.
    error ModelsTruncatedFiles(uint256 at, uint256 length);
    /// @notice Thrown when a file carries a flag without meaning.
    error ModelsUnknownFileFlags(uint8 flags);
    /// @notice Thrown when more content ids of a release shall name it than can be stored.
    error ModelsTooManyNamedFiles(uint256 count, uint256 maximum);
    /// @notice Thrown when a file has no size or no hash.
    error ModelsEmptyFile(string path);
    /// @notice Thrown when the minor numbers of a major version are used up.
    error ModelsMinorVersionsExhausted(uint32 major, uint32 maximumMinor);
    /// @notice Thrown when the major numbers of a repository are used up.
    error ModelsMajorVersionsExhausted(uint32 maximumMajor);
    /// @notice Thrown when a release cannot be served in a mode: ZK without a circuit, or ONCHAIN without a model for
    ///         the EVM.
    error ModelsModeUnavailable(bytes32 releaseId, InferenceMode mode);
    /// @notice Thrown when a mode is priced twice in one publication.
    error ModelsDuplicateMode(InferenceMode mode);
    /// @notice Thrown when a price is higher than the largest one that can be stored.
    error ModelsPriceTooHigh(uint256 price, uint256 maximum);
    /// @notice Thrown when a release is not offered in a mode.
    error ModelsModeNotOffered(bytes32 releaseId, InferenceMode mode);
    /// @notice Thrown when the price of a call is asked for without the tokens that it depends on.
    error ModelsPricedPerToken(bytes32 releaseId, InferenceMode mode);
    /// @notice Thrown when a release was yanked before.
    error ModelsAlreadyYanked(bytes32 releaseId);

    event RepositoryCreated(bytes32 indexed repositoryId, address indexed owner, string name, RepositoryInfo info);
    event PayeesSet(bytes32 indexed repositoryId, Payee[] payees);
    /// @dev `keyId` is that of the main circuit; see {IReleaseCircuits.ReleaseBound} for all.
    event ReleasePublished(
        bytes32 indexed repositoryId,
        bytes32 indexed releaseId,
        uint32 major,
        uint32 minor,
        bool stable,
        bytes32 keyId,
        bytes32 filesRoot,
        ReleaseContent content
    );
    event PriceSet(
        bytes32 indexed releaseId,
        InferenceMode indexed mode,
        bool offered,
        Rates oldRates,
        Rates newRates
    );

    event NamespaceTransferStarted(string namespace, address indexed owner, address indexed pendingOwner);
    event NamespaceTransferred(string namespace, address indexed oldOwner, address indexed newOwner);
    event RepositoryInfoSet(bytes32 indexed repositoryId, RepositoryInfo info);
    event RepositoryTransferStarted(bytes32 indexed repositoryId, address indexed owner, address indexed pendingOwner);
    event RepositoryTransferred(bytes32 indexed repositoryId, address indexed oldOwner, address indexed newOwner);
    event DelegateSet(bytes32 indexed repositoryId, address indexed oldDelegate, address indexed newDelegate);
    event RepositoryRetired(bytes32 indexed repositoryId, address indexed owner);
    /// @dev From `effectiveAt` on the new terms hold, without a further event; a {PriceSet} or another
    ///      {PriceChangeAnnounced} for the same release and mode before that time replaces it.
    event PriceChangeAnnounced(
        bytes32 indexed releaseId,
        InferenceMode indexed mode,
        bool offered,
        Rates oldRates,
        Rates newRates,
        uint256 effectiveAt
    );
    event ReleaseDeprecationSet(bytes32 indexed releaseId, bool deprecated, string reason);
    /// @dev `newestStable` is what `owner/name` names from now on; zero means "nothing".
    event ReleaseYanked(bytes32 indexed releaseId, bytes32 indexed newestStable, string reason);

    /// @notice Creates the repository `fullName` = `owner/name`, owned by the caller. Who is the first to register a
    ///         name with that part before the '/' has it as his namespace: nobody else creates repositories there, nor
    ///         in one that looks like it.
    /// @dev Takes the hosting bond from the caller's OPG allowance to {hostingBonds}; see {IHostingBonds.bond}.
    ///      Namespaces look alike when they differ only in '-', '_' and '.', in 0 and o, or in 1 and l.
    ///      Both parts: 1 to 64 characters a-z 0-9 - _ . that start with a letter or a digit. The description is at
    ///      most 1_024 bytes, task, licence and each of at most 8 tags 64 bytes. Payees as in {setPayees}.
    /// @return repositoryId keccak256(bytes(fullName)).
    function createRepository(
        string calldata fullName,
        RepositoryInfo calldata info,
        Payee[] calldata payees
    ) external returns (bytes32 repositoryId);

    /// @notice Replaces what the publisher says about his repository. Only its owner; limits as in {createRepository}.
    function setRepositoryInfo(bytes32 repositoryId, RepositoryInfo calldata info) external;

    /// @notice Replaces who is paid for calls from now on; what was earned before stays with the former payees. Only
    ///         the repository's owner. 1 to 8 different accounts with shares that are not zero and sum to 10_000 bps.
    function setPayees(bytes32 repositoryId, Payee[] calldata payees) external;

    /// @notice Lets `delegate` publish releases, set prices and deprecate releases in the owner's place; zero ends it.
    ///         He can neither yank nor change payees, and a new owner has no delegate. Only the repository's owner.
    function setDelegate(bytes32 repositoryId, address delegate) external;

    /// @notice Ends a repository for ever: no further releases, and its content ids go to whoever publishes them next.
    ///         Nothing changes for callers by name: releases resolve and are offered as before. The caller has the
    ///         hosting bond back a week later; see {IHostingBonds.refund}. Only the repository's owner.
    function retireRepository(bytes32 repositoryId) external;

    /// @notice Offers a namespace to `newOwner`, who has it once he accepts; zero withdraws the offer. Repositories in
    ///         it keep their owners. Only its owner.
    function transferNamespace(string calldata namespace, address newOwner) external;

    /// @notice Takes over a namespace that was offered to the caller.
    function acceptNamespace(string calldata namespace) external;

    /// @notice Offers the repository to `newOwner`, who has it once he accepts; zero withdraws the offer. Only its
    ///         owner.
    function transferRepository(bytes32 repositoryId, address newOwner) external;

    /// @notice Takes over a repository that was offered to the caller. Payees stay until he sets others; a delegate
    ///         does not. The hosting bond goes with the repository.
    function acceptRepository(bytes32 repositoryId) external;

    /// @notice Publishes the next release: 1.00 first, then a minor bump (1.01) or a major one (2.00). Immutable. Only
    ///         the repository's owner or his delegate.
    /// @dev releaseId = keccak256(abi.encode(repositoryId, major, minor)). A content id with the flag names this
    ///      release from now on, unless it names one already whose repository is not retired: the first claim stands
    ///      as long as the bond behind it. Who must be sure of the publisher names the release by `owner/name` and
    ///      version. Prices of a publication hold at once and are per call.
    /// @param major    Whether to start the next major version; without effect on the first release.
    /// @param stable   Whether `owner/name` names this release from now on.
    /// @param content  Paths: 1 to 128 characters a-z A-Z 0-9 - _ . / whose segments do not begin with a dot.
    /// @param models   Its circuits and its model for the EVM, as {IReleaseCircuits.bind} wants them.
    /// @param prices   The modes that are offered, each once.
    function publishRelease(
        bytes32 repositoryId,
        bool major,
        bool stable,
        ReleaseContent calldata content,
        IReleaseCircuits.ReleaseModels calldata models,
        ModePrice[] calldata prices
    ) external returns (bytes32 releaseId);

    /// @notice Sets the rates of a mode: at once if the mode is not offered or no rate rises, a day from now if any
    ///         does; callers pay the old rates until then. Replaces a change announced before. Only the repository's
    ///         owner or his delegate.
    function setRates(bytes32 releaseId, InferenceMode mode, Rates calldata rates) external;

    /// @notice As {setRates}, with a price per call alone.
    function setPrice(bytes32 releaseId, InferenceMode mode, uint128 price) external;

    /// @notice Ends the offer of a mode a day from now. Replaces a change announced before. Only the repository's
    ///         owner or his delegate.
    function removeOffer(bytes32 releaseId, InferenceMode mode) external;

    /// @notice Marks a release as advised against, or takes the mark away. Nothing else changes. Only the repository's
    ///         owner or his delegate.
    function setDeprecated(bytes32 releaseId, bool deprecated, string calldata reason) external;

    /// @notice Withdraws a release from "newest stable", for ever; its exact name and its content ids keep working.
    ///         Only the repository's owner.
    function yankRelease(bytes32 releaseId, string calldata reason) external;

    /// @notice The release that a caller's string names. Reverts if there is none.
    function resolve(string calldata modelId) external view returns (bytes32 releaseId);

    /// @notice The price of one call of `releaseId` in `mode`. Reverts if the mode is not offered, or if the price
    ///         depends on tokens.
    function priceOf(bytes32 releaseId, InferenceMode mode) external view returns (uint128 price);

    /// @notice What a call with so many tokens costs, rounded up to the base unit. Reverts if the mode is not offered.
    function quote(
        bytes32 releaseId,
        InferenceMode mode,
        uint256 inputTokens,
        uint256 outputTokens
    ) external view returns (uint256 price);

    /// @notice The terms of a release in a mode, now and as announced; all zero if it was never offered.
    function offerOf(bytes32 releaseId, InferenceMode mode) external view returns (OfferTerms memory);

    /// @notice Keeps what the chain can check or run of each release.
    function circuits() external view returns (IReleaseCircuits);

    /// @notice The repository that a release belongs to. Reverts if there is no such release.
    function repositoryOf(bytes32 releaseId) external view returns (bytes32 repositoryId);

    /// @notice The repository of a release, its owner, and who is paid for calls now. Reverts if there is no such
    ///         release.
    function payoutOf(
        bytes32 releaseId
    ) external view returns (bytes32 repositoryId, address owner, Payee[] memory payees);

    /// @notice Version, channel, flags and time of a release. Reverts if there is no such release.
    function releaseOf(bytes32 releaseId) external view returns (Release memory);

    /// @notice The root over the files of a release. Reverts if there is no such release.
    /// @dev Leaves: keccak256 of each record, in order. Neighbours are hashed in ascending order of their values; the
    ///      last one of an odd level goes up as it is.
    function filesRootOf(bytes32 releaseId) external view returns (bytes32);

    /// @notice Whether a file belongs to a release. Reverts if there is no such release.
    /// @param file  Its record, as in {ReleaseContent}.
    /// @param proof The neighbours on the way from its leaf to the root.
    function isFileOf(bytes32 releaseId, bytes calldata file, bytes32[] calldata proof) external view returns (bool);

    /// @notice keccak256 of the description of a release's inputs and outputs; zero means "none". Reverts if there is
    ///         no such release.
    function schemaHashOf(bytes32 releaseId) external view returns (bytes32);

    /// @notice Who is paid for the calls of a repository, in bps that sum to 10_000. Reverts if there is no such
    ///         repository.
    function payeesOf(bytes32 repositoryId) external view returns (Payee[] memory);

    /// @notice What the publisher says about a repository. Reverts if there is no such repository.
    function repositoryInfoOf(bytes32 repositoryId) external view returns (RepositoryInfo memory);

    /// @notice The name `owner/name` of a repository. Reverts if there is no such repository.
    function nameOf(bytes32 repositoryId) external view returns (string memory);

    /// @notice The account that disposes of a repository, or zero if there is no such repository.
    function ownerOf(bytes32 repositoryId) external view returns (address);

    /// @notice The account that ownership is offered to, or zero.
    function pendingOwnerOf(bytes32 repositoryId) external view returns (address);

    /// @notice The version of the last release of a repository on any channel, yanked or not; 0.0 before the first.
    function newestVersionOf(bytes32 repositoryId) external view returns (uint32 major, uint32 minor);

    /// @notice The account that may publish and set prices in the owner's place, or zero.
    function delegateOf(bytes32 repositoryId) external view returns (address);

    /// @notice Whether a repository was retired.
    function isRetired(bytes32 repositoryId) external view returns (bool);

    /// @notice The account that creates repositories under a namespace and those that look like it; zero while it is
    ///         free.
    function namespaceOwnerOf(string calldata namespace) external view returns (address);

    /// @notice The account that a namespace is offered to, or zero.
    function pendingNamespaceOwnerOf(string calldata namespace) external view returns (address);
}
