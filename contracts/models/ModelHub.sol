// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {InferenceMode} from "../libraries/InferenceMode.sol";
import {IHostingBonds} from "../payments/interfaces/IHostingBonds.sol";
import {IModelHub} from "./interfaces/IModelHub.sol";
import {IReleaseCircuits} from "./interfaces/IReleaseCircuits.sol";
import {ModelFiles} from "./libraries/ModelFiles.sol";
import {Offers} from "./libraries/Offers.sol";
import {ReleaseVersions} from "./libraries/ReleaseVersions.sol";
import {ModelRepositories} from "./ModelRepositories.sol";
import {ReleaseCircuits} from "./ReleaseCircuits.sol";

/// @title Model Hub: who published which model, under which name, at which price
/// @notice Permissionless and without any administrator. Holds no money: hosting bonds and earnings are elsewhere.
///
/// NAMES: one mapping, from the hash of a string to a release, answers every lookup with a single storage read. It
/// holds three kinds of strings that can never be equal: content ids (without '/'), exact names such as `owner/name` at
/// 1.01 (the only ones with an at sign) and plain `owner/name`.
///
/// CONTENT IDS: several repositories may list the same content; the first to claim its id has it until he retires the
/// repository, and with it takes his bond back. Whoever has it, the bytes are those of the id: only payees, price and
/// circuits depend on the claim, which is why a caller who cares names the publisher.
///
/// UNITS: prices in OPG base units per call or 1,000 tokens, shares in bps (10_000 = 100 %), times in Unix seconds.
///
/// UPGRADES: none.
contract ModelHub is ModelRepositories {
    using ModelFiles for bytes;
    using Offers for Offers.Offer;
    using ReleaseVersions for uint40;

    /// @dev The stable releases of a repository that are not yanked form a list in order of version.
    struct ReleaseRecord {
        // slot 0
        bytes32 repositoryId;
        // slot 1
        uint40 version;
        uint40 publishedAt;
        bool stable;
        bool deprecated;
        bool yanked;
        uint40 previousStable;
        uint40 nextStable;
        bool proven; // has a circuit
        bool executed; // has a model for the EVM
    }

    /// @notice Seconds between the announcement of a higher price, or of the end of an offer, and its effect.
    uint256 public constant PRICE_NOTICE = 1 days;
    /// @notice Highest rate in OPG base units; 79 times the supply.
    uint256 public constant MAX_PRICE = type(uint96).max;
    /// @notice Most files of a release.
    uint256 public constant MAX_FILES = ModelFiles.MAX_COUNT;
    /// @notice Most files of a release whose content ids name it.
    uint256 public constant MAX_NAMED_FILES = ModelFiles.MAX_NAMED;

    uint256 private constant _RATED_TOKENS = 1_000;

    /// @inheritdoc IModelHub
    IReleaseCircuits public immutable circuits;

    mapping(bytes32 nameHash => bytes32 releaseId) private _releaseNamed;
    mapping(bytes32 releaseId => ReleaseRecord) private _releases;
    mapping(bytes32 releaseId => bytes32 root) private _filesRoots;
    mapping(bytes32 releaseId => bytes32 hash) private _schemaHashes;
    mapping(bytes32 releaseId => mapping(InferenceMode mode => Offers.Offer)) private _offers;

    /// @param hostingBonds_ Keeps the bonds of repositories; must let this contract collect and release.
    constructor(IHostingBonds hostingBonds_) ModelRepositories(hostingBonds_) {
        circuits = new ReleaseCircuits();
    }

    // --- Views -------------------------------------------------------------------------------------------------------

    /// @inheritdoc IModelHub
    function resolve(string calldata modelId) external view returns (bytes32 releaseId) {
        releaseId = _releaseNamed[keccak256(bytes(modelId))];
        if (releaseId == 0) revert ModelsUnknownModel(modelId);
    }

    /// @inheritdoc IModelHub
    function priceOf(bytes32 releaseId, InferenceMode mode) external view returns (uint128 price) {
        Rates memory rates = _offeredRates(releaseId, mode);
        if (Offers.isMetered(rates)) revert ModelsPricedPerToken(releaseId, mode);
        return rates.perCall;
    }

    /// @inheritdoc IModelHub
    function quote(
        bytes32 releaseId,
        InferenceMode mode,
        uint256 inputTokens,
        uint256 outputTokens
    ) external view returns (uint256 price) {
        Rates memory rates = _offeredRates(releaseId, mode);
        uint256 thousandfold = inputTokens * rates.perInput + outputTokens * rates.perOutput;
        return rates.perCall + Math.ceilDiv(thousandfold, _RATED_TOKENS);
    }

    /// @inheritdoc IModelHub
    function offerOf(bytes32 releaseId, InferenceMode mode) external view returns (OfferTerms memory terms) {
        Offers.Offer storage offer = _offers[releaseId][mode];
        (terms.offered, terms.rates) = offer.current();
        if (offer.nextAt > block.timestamp) {
            terms.nextOffered = offer.nextOffered;
            terms.nextRates = offer.nextRates();
            terms.nextAt = offer.nextAt;
        }
    }

    /// @inheritdoc IModelHub
    function repositoryOf(bytes32 releaseId) external view returns (bytes32) {
        return _existingRelease(releaseId).repositoryId;
    }

    /// @inheritdoc IModelHub
    function payoutOf(
        bytes32 releaseId
    ) external view returns (bytes32 repositoryId, address owner, Payee[] memory payees) {
        repositoryId = _existingRelease(releaseId).repositoryId;
        return (repositoryId, _repositories[repositoryId].owner, _payeesOf(repositoryId));
    }

    /// @inheritdoc IModelHub
    function releaseOf(bytes32 releaseId) external view returns (Release memory) {
        ReleaseRecord storage release = _existingRelease(releaseId);
        return
            Release({
                repositoryId: release.repositoryId,
                major: release.version.major(),
                minor: release.version.minor(),
                publishedAt: release.publishedAt,
                stable: release.stable,
                deprecated: release.deprecated,
                yanked: release.yanked
            });
    }

    /// @inheritdoc IModelHub
    function filesRootOf(bytes32 releaseId) external view returns (bytes32) {
        _existingRelease(releaseId);
        return _filesRoots[releaseId];
    }

    /// @inheritdoc IModelHub
    function isFileOf(bytes32 releaseId, bytes calldata file, bytes32[] calldata proof) external view returns (bool) {
        _existingRelease(releaseId);
        // Two hashes are 64 bytes long and no record is; without this an inner node could pass for a file.
        return file.length > 64 && MerkleProof.verifyCalldata(proof, _filesRoots[releaseId], keccak256(file));
    }

    /// @inheritdoc IModelHub
    function schemaHashOf(bytes32 releaseId) external view returns (bytes32) {
        _existingRelease(releaseId);
        return _schemaHashes[releaseId];
    }

    /// @inheritdoc IModelHub
    function newestVersionOf(bytes32 repositoryId) external view returns (uint32 major, uint32 minor) {
        uint40 version = _repositories[repositoryId].newestVersion;
        return (version.major(), version.minor());
    }

    // --- Releases ----------------------------------------------------------------------------------------------------

    /// @inheritdoc IModelHub
    function publishRelease(
        bytes32 repositoryId,
        bool major,
        bool stable,
        ReleaseContent calldata content,
        IReleaseCircuits.ReleaseModels calldata models,
        ModePrice[] calldata prices
    ) external returns (bytes32 releaseId) {
        RepositoryRecord storage repository = _publishersRepository(repositoryId);
        if (repository.retired) revert ModelsRetired(repositoryId);
        uint40 version = repository.newestVersion.next(major);
        repository.newestVersion = version;
        releaseId = _releaseIdOf(repositoryId, version);
        _storeRelease(repositoryId, releaseId, version, stable);
        _releaseNamed[keccak256(bytes.concat(bytes(repository.name), "@", bytes(version.toText())))] = releaseId;
        uint256 fileCount = _sealFiles(releaseId, content.files);
        if (content.schemaHash != 0) _schemaHashes[releaseId] = content.schemaHash;
        _emitReleasePublished(releaseId, content, _mainKeyOf(models));
        _bindModels(releaseId, models, fileCount);
        _storePrices(releaseId, prices);
    }

    /// @inheritdoc IModelHub
    function setDeprecated(bytes32 releaseId, bool deprecated, string calldata reason) external {
        _publishersRelease(releaseId).deprecated = deprecated;
        emit ReleaseDeprecationSet(releaseId, deprecated, reason);
    }

    /// @inheritdoc IModelHub
    function yankRelease(bytes32 releaseId, string calldata reason) external {
        ReleaseRecord storage release = _ownedRelease(releaseId);
        if (release.yanked) revert ModelsAlreadyYanked(releaseId);
        release.yanked = true;
        bytes32 repositoryId = release.repositoryId;
        if (release.stable) _unlinkStable(repositoryId, release.previousStable, release.nextStable);
        emit ReleaseYanked(releaseId, _releaseNamed[repositoryId], reason);
    }

    // --- Prices ------------------------------------------------------------------------------------------------------

    /// @inheritdoc IModelHub
    function setRates(bytes32 releaseId, InferenceMode mode, Rates calldata rates) external {
        _changeRates(releaseId, mode, rates);
    }

    /// @inheritdoc IModelHub
    function setPrice(bytes32 releaseId, InferenceMode mode, uint128 price) external {
        _changeRates(releaseId, mode, Rates(price, 0, 0));
    }

    /// @inheritdoc IModelHub
    function removeOffer(bytes32 releaseId, InferenceMode mode) external {
        _publishersRelease(releaseId);
        _offeredRates(releaseId, mode);
        _announce(releaseId, mode, false, Rates(0, 0, 0));
    }

    // --- Internal: checks --------------------------------------------------------------------------------------------

    function _existingRelease(bytes32 releaseId) private view returns (ReleaseRecord storage release) {
        release = _releases[releaseId];
        if (release.repositoryId == 0) revert ModelsUnknownRelease(releaseId);
    }

    function _ownedRelease(bytes32 releaseId) private view returns (ReleaseRecord storage release) {
        release = _existingRelease(releaseId);
        _ownedRepository(release.repositoryId);
    }

    function _publishersRelease(bytes32 releaseId) private view returns (ReleaseRecord storage release) {
        release = _existingRelease(releaseId);
        _publishersRepository(release.repositoryId);
    }

    // --- Internal: releases ------------------------------------------------------------------------------------------

    function _releaseIdOf(bytes32 repositoryId, uint40 version) private pure returns (bytes32) {
        return keccak256(abi.encode(repositoryId, version.major(), version.minor()));
    }

    /// @dev A stable release goes to the end of the list of stable releases and takes over the repository's name.
    function _storeRelease(bytes32 repositoryId, bytes32 releaseId, uint40 version, bool stable) private {
        ReleaseRecord storage release = _releases[releaseId];
        release.repositoryId = repositoryId;
        release.version = version;
        release.publishedAt = uint40(block.timestamp);
        if (!stable) return;

        release.stable = true;
        bytes32 previous = _releaseNamed[repositoryId];
        if (previous != 0) {
            release.previousStable = _releases[previous].version;
            _releases[previous].nextStable = version;
        }
        _releaseNamed[repositoryId] = releaseId;
    }

    /// @dev Joins the neighbours of a yanked release; the repository's name falls back if it was the newest.
    function _unlinkStable(bytes32 repositoryId, uint40 previous, uint40 next) private {
        bytes32 previousId = previous == 0 ? bytes32(0) : _releaseIdOf(repositoryId, previous);
        if (previous != 0) _releases[previousId].nextStable = next;
        if (next != 0) {
            _releases[_releaseIdOf(repositoryId, next)].previousStable = previous;
        } else {
            _releaseNamed[repositoryId] = previousId;
        }
    }

    /// @dev Stores the root alone; the records are in the event. Names that are free go to the files that claim them.
    function _sealFiles(bytes32 releaseId, bytes calldata files) private returns (uint256 count) {
        bytes32[] memory leaves;
        uint256[] memory named;
        (leaves, count, named) = files.read();
        for (uint256 i; i < named.length; ++i) {
            bytes32 contentHash = keccak256(bytes(files.contentIdAt(named[i])));
            if (!_isClaimed(contentHash)) _releaseNamed[contentHash] = releaseId;
        }
        _filesRoots[releaseId] = ModelFiles.rootOf(leaves, count);
    }

    /// @dev Whether a content id names a release whose repository is not retired.
    function _isClaimed(bytes32 contentHash) private view returns (bool) {
        bytes32 holder = _releaseNamed[contentHash];
        return holder != 0 && !_repositories[_releases[holder].repositoryId].retired;
    }

    function _mainKeyOf(IReleaseCircuits.ReleaseModels calldata models) private pure returns (bytes32) {
        return models.circuits.length == 0 ? bytes32(0) : models.circuits[0].keyId;
    }

    /// @dev The prices to follow need to know what there is. The contract of circuits is this one's own and calls
    ///      nobody.
    function _bindModels(
        bytes32 releaseId,
        IReleaseCircuits.ReleaseModels calldata models,
        uint256 fileCount
    ) private {
        if (models.circuits.length == 0 && models.executorModelId == 0) return;
        _releases[releaseId].proven = _mainKeyOf(models) != 0;
        _releases[releaseId].executed = models.executorModelId != 0;
        circuits.bind(releaseId, models, fileCount);
    }

    function _emitReleasePublished(bytes32 releaseId, ReleaseContent calldata content, bytes32 keyId) private {
        ReleaseRecord storage release = _releases[releaseId];
        emit ReleasePublished({
            repositoryId: release.repositoryId,
            releaseId: releaseId,
            major: release.version.major(),
            minor: release.version.minor(),
            stable: release.stable,
            keyId: keyId,
            filesRoot: _filesRoots[releaseId],
            content: content
        });
    }

    // --- Internal: prices --------------------------------------------------------------------------------------------

    /// @dev Every mode at most once, so the loop runs at most as often as there are modes.
    function _storePrices(bytes32 releaseId, ModePrice[] calldata prices) private {
        for (uint256 i; i < prices.length; ++i) {
            if (_offers[releaseId][prices[i].mode].offered) revert ModelsDuplicateMode(prices[i].mode);
            _offerNow(releaseId, prices[i].mode, Rates(prices[i].price, 0, 0));
        }
    }

    function _offeredRates(bytes32 releaseId, InferenceMode mode) private view returns (Rates memory rates) {
        bool offered;
        (offered, rates) = _offers[releaseId][mode].current();
        if (!offered) revert ModelsModeNotOffered(releaseId, mode);
    }

    function _changeRates(bytes32 releaseId, InferenceMode mode, Rates memory rates) private {
        _publishersRelease(releaseId);
        (bool offered, Rates memory old) = _offers[releaseId][mode].current();
        bool rises = rates.perCall > old.perCall || rates.perInput > old.perInput || rates.perOutput > old.perOutput;
        if (offered && rises) {
            _announce(releaseId, mode, true, rates);
        } else {
            _offerNow(releaseId, mode, rates);
        }
    }

    function _offerNow(bytes32 releaseId, InferenceMode mode, Rates memory rates) private {
        bool unavailable = (mode == InferenceMode.ZK && !_releases[releaseId].proven) ||
            (mode == InferenceMode.ONCHAIN && !_releases[releaseId].executed);
        if (unavailable) revert ModelsModeUnavailable(releaseId, mode);
        _checkRates(rates);
        Offers.Offer storage offer = _offers[releaseId][mode];
        (, Rates memory old) = offer.current();
        offer.setNow(rates);
        emit PriceSet(releaseId, mode, true, old, rates);
    }

    function _announce(bytes32 releaseId, InferenceMode mode, bool offered, Rates memory rates) private {
        _checkRates(rates);
        Offers.Offer storage offer = _offers[releaseId][mode];
        (, Rates memory old) = offer.current();
        uint256 effectiveAt = block.timestamp + PRICE_NOTICE;
        offer.announce(offered, rates, uint40(effectiveAt));
        emit PriceChangeAnnounced(releaseId, mode, offered, old, rates, effectiveAt);
    }

    function _checkRates(Rates memory rates) private pure {
        uint256 highest = Math.max(rates.perCall, Math.max(rates.perInput, rates.perOutput));
        if (highest > MAX_PRICE) revert ModelsPriceTooHigh(highest, MAX_PRICE);
    }
}
