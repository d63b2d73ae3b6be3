// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {InferenceMode} from "../libraries/InferenceMode.sol";
import {SignalLayout} from "../zkml/types/SignalLayout.sol";
import {IModelHub} from "./interfaces/IModelHub.sol";
import {ModelFiles} from "./libraries/ModelFiles.sol";
import {ModelNames} from "./libraries/ModelNames.sol";
import {Offers} from "./libraries/Offers.sol";
import {ReleaseVersions} from "./libraries/ReleaseVersions.sol";

/// @title Model Hub: who published which model, under which name, at which price
/// @notice Permissionless and without any administrator; holds no money.
///
/// NAMES: one mapping, from the hash of a string to a release, answers every lookup with a single storage read. It
/// holds three kinds of strings that can never be equal: content ids (without '/'), exact names such as `owner/name` at
/// 1.01 (the only ones with an at sign) and plain `owner/name`.
///
/// UNITS: prices in OPG base units per call, shares in bps (10_000 = 100 %), times in Unix seconds.
///
/// UPGRADES: none.
contract ModelHub is IModelHub {
    using ModelFiles for bytes;
    using Offers for Offers.Offer;
    using ReleaseVersions for uint40;

    /// @dev Versions are packed as in {ReleaseVersions}; 0 means "none".
    struct RepositoryRecord {
        // slot 0
        address owner;
        uint40 newestVersion;
        // slot 1
        address pendingOwner;
        string name;
    }

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
    }

    /// @notice Seconds between the announcement of a higher price, or of the end of an offer, and its effect.
    uint256 public constant PRICE_NOTICE = 1 days;
    /// @notice Highest price of a call in OPG base units; 79 times the supply.
    uint256 public constant MAX_PRICE = type(uint96).max;
    /// @notice Most payees of a repository.
    uint256 public constant MAX_PAYEES = 8;
    /// @notice Most files of a release.
    uint256 public constant MAX_FILES = 256;
    /// @notice Most files of a release whose content ids name it.
    uint256 public constant MAX_NAMED_FILES = 16;
    /// @notice Most tags of a repository.
    uint256 public constant MAX_TAGS = 8;
    /// @notice Longest description of a repository, in bytes.
    uint256 public constant MAX_DESCRIPTION = 1_024;
    /// @notice Longest task, licence and tag of a repository, in bytes.
    uint256 public constant MAX_LABEL = 64;

    uint256 private constant _TOTAL_SHARE_BPS = 10_000;
    // The values of one side share one field element of the circuit; longer tensor names would take a second slot.
    uint256 private constant _MAX_PACKED_BITS = 248;
    uint256 private constant _MAX_TENSOR_NAME = 31;

    mapping(bytes32 nameHash => bytes32 releaseId) private _releaseNamed;
    mapping(bytes32 repositoryId => RepositoryRecord) private _repositories;
    mapping(bytes32 repositoryId => RepositoryInfo) private _info;
    mapping(bytes32 repositoryId => Payee[]) private _payees;
    mapping(bytes32 releaseId => ReleaseRecord) private _releases;
    mapping(bytes32 releaseId => bytes32 root) private _filesRoots;
    mapping(bytes32 releaseId => bytes32 hash) private _schemaHashes;
    mapping(bytes32 releaseId => ReleaseBinding) private _bindings;
    mapping(bytes32 releaseId => mapping(InferenceMode mode => Offers.Offer)) private _offers;

    // --- Views -------------------------------------------------------------------------------------------------------

    /// @inheritdoc IModelHub
    function resolve(string calldata modelId) external view returns (bytes32 releaseId) {
        releaseId = _releaseNamed[keccak256(bytes(modelId))];
        if (releaseId == 0) revert ModelsUnknownModel(modelId);
    }

    /// @inheritdoc IModelHub
    function priceOf(bytes32 releaseId, InferenceMode mode) external view returns (uint128 price) {
        bool offered;
        (offered, price) = _offers[releaseId][mode].current();
        if (!offered) revert ModelsModeNotOffered(releaseId, mode);
    }

    /// @inheritdoc IModelHub
    function offerOf(bytes32 releaseId, InferenceMode mode) external view returns (OfferTerms memory terms) {
        Offers.Offer storage offer = _offers[releaseId][mode];
        (terms.offered, terms.price) = offer.current();
        if (offer.nextAt > block.timestamp) {
            terms.nextOffered = offer.nextOffered;
            terms.nextPrice = offer.nextPrice;
            terms.nextAt = offer.nextAt;
        }
    }

    /// @inheritdoc IModelHub
    function bindingOf(bytes32 releaseId) external view returns (ReleaseBinding memory binding) {
        binding.keyId = _bindings[releaseId].keyId;
        if (binding.keyId == 0) {
            _existingRelease(releaseId);
        } else {
            binding.layout = _bindings[releaseId].layout;
        }
    }

    /// @inheritdoc IModelHub
    function repositoryOf(bytes32 releaseId) external view returns (bytes32) {
        return _existingRelease(releaseId).repositoryId;
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
    function payeesOf(bytes32 repositoryId) external view returns (Payee[] memory payees) {
        payees = _payees[repositoryId];
        if (payees.length == 0) revert ModelsUnknownRepository(repositoryId);
    }

    /// @inheritdoc IModelHub
    function repositoryInfoOf(bytes32 repositoryId) external view returns (RepositoryInfo memory) {
        _existingRepository(repositoryId);
        return _info[repositoryId];
    }

    /// @inheritdoc IModelHub
    function nameOf(bytes32 repositoryId) external view returns (string memory) {
        return _existingRepository(repositoryId).name;
    }

    /// @inheritdoc IModelHub
    function ownerOf(bytes32 repositoryId) external view returns (address) {
        return _repositories[repositoryId].owner;
    }

    /// @inheritdoc IModelHub
    function pendingOwnerOf(bytes32 repositoryId) external view returns (address) {
        return _repositories[repositoryId].pendingOwner;
    }

    /// @inheritdoc IModelHub
    function newestVersionOf(bytes32 repositoryId) external view returns (uint32 major, uint32 minor) {
        uint40 version = _repositories[repositoryId].newestVersion;
        return (version.major(), version.minor());
    }

    // --- Repositories ------------------------------------------------------------------------------------------------

    /// @inheritdoc IModelHub
    function createRepository(
        string calldata fullName,
        RepositoryInfo calldata info,
        Payee[] calldata payees
    ) external returns (bytes32 repositoryId) {
        if (!ModelNames.isFullName(bytes(fullName))) revert ModelsInvalidName(fullName);
        repositoryId = keccak256(bytes(fullName));
        RepositoryRecord storage repository = _repositories[repositoryId];
        if (repository.owner != address(0)) revert ModelsNameTaken(fullName, repository.owner);

        repository.owner = msg.sender;
        repository.name = fullName;
        _storeInfo(repositoryId, info);
        emit RepositoryCreated(repositoryId, msg.sender, fullName, info);
        _storePayees(repositoryId, payees);
    }

    /// @inheritdoc IModelHub
    function setRepositoryInfo(bytes32 repositoryId, RepositoryInfo calldata info) external {
        _ownedRepository(repositoryId);
        _storeInfo(repositoryId, info);
        emit RepositoryInfoSet(repositoryId, info);
    }

    /// @inheritdoc IModelHub
    function setPayees(bytes32 repositoryId, Payee[] calldata payees) external {
        _ownedRepository(repositoryId);
        delete _payees[repositoryId];
        _storePayees(repositoryId, payees);
    }

    /// @inheritdoc IModelHub
    function transferRepository(bytes32 repositoryId, address newOwner) external {
        _ownedRepository(repositoryId).pendingOwner = newOwner;
        emit RepositoryTransferStarted(repositoryId, msg.sender, newOwner);
    }

    /// @inheritdoc IModelHub
    function acceptRepository(bytes32 repositoryId) external {
        RepositoryRecord storage repository = _existingRepository(repositoryId);
        address oldOwner = repository.owner;
        if (msg.sender != repository.pendingOwner) revert ModelsNotPendingOwner(msg.sender, repository.pendingOwner);
        repository.owner = msg.sender;
        repository.pendingOwner = address(0);
        emit RepositoryTransferred(repositoryId, oldOwner, msg.sender);
    }

    // --- Releases ----------------------------------------------------------------------------------------------------

    /// @inheritdoc IModelHub
    function publishRelease(
        bytes32 repositoryId,
        bool major,
        bool stable,
        ReleaseContent calldata content,
        ReleaseBinding calldata binding,
        ModePrice[] calldata prices
    ) external returns (bytes32 releaseId) {
        RepositoryRecord storage repository = _ownedRepository(repositoryId);
        uint40 version = repository.newestVersion.next(major);
        repository.newestVersion = version;
        releaseId = _releaseIdOf(repositoryId, version);
        _storeRelease(repositoryId, releaseId, version, stable);
        _releaseNamed[keccak256(bytes.concat(bytes(repository.name), "@", bytes(version.toText())))] = releaseId;
        _filesRoots[releaseId] = _sealFiles(releaseId, content.files);
        if (content.schemaHash != 0) _schemaHashes[releaseId] = content.schemaHash;
        _storeBinding(releaseId, binding);
        _emitReleasePublished(releaseId, content);
        _storePrices(releaseId, prices);
    }

    /// @inheritdoc IModelHub
    function setDeprecated(bytes32 releaseId, bool deprecated, string calldata reason) external {
        _ownedRelease(releaseId).deprecated = deprecated;
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
    function setPrice(bytes32 releaseId, InferenceMode mode, uint128 price) external {
        _ownedRelease(releaseId);
        (bool offered, uint96 oldPrice) = _offers[releaseId][mode].current();
        if (offered && price > oldPrice) {
            _announce(releaseId, mode, true, price);
        } else {
            _offerNow(releaseId, mode, price);
        }
    }

    /// @inheritdoc IModelHub
    function removeOffer(bytes32 releaseId, InferenceMode mode) external {
        _ownedRelease(releaseId);
        (bool offered, ) = _offers[releaseId][mode].current();
        if (!offered) revert ModelsModeNotOffered(releaseId, mode);
        _announce(releaseId, mode, false, 0);
    }

    // --- Internal: checks --------------------------------------------------------------------------------------------

    function _existingRepository(bytes32 repositoryId) private view returns (RepositoryRecord storage repository) {
        repository = _repositories[repositoryId];
        if (repository.owner == address(0)) revert ModelsUnknownRepository(repositoryId);
    }

    function _ownedRepository(bytes32 repositoryId) private view returns (RepositoryRecord storage repository) {
        repository = _existingRepository(repositoryId);
        if (msg.sender != repository.owner) revert ModelsNotOwner(msg.sender, repository.owner);
    }

    function _existingRelease(bytes32 releaseId) private view returns (ReleaseRecord storage release) {
        release = _releases[releaseId];
        if (release.repositoryId == 0) revert ModelsUnknownRelease(releaseId);
    }

    function _ownedRelease(bytes32 releaseId) private view returns (ReleaseRecord storage release) {
        release = _existingRelease(releaseId);
        _ownedRepository(release.repositoryId);
    }

    function _checkLength(string calldata text, uint256 maximum) private pure {
        if (bytes(text).length > maximum) revert ModelsTextTooLong(bytes(text).length, maximum);
    }

    function _isTensorName(string calldata name) private pure returns (bool) {
        return bytes(name).length != 0 && bytes(name).length <= _MAX_TENSOR_NAME;
    }

    /// @dev One side of a layout: at least one value, all of them packed into one field element, and an offset that is
    ///      itself a packed value.
    function _isSide(uint8 count, uint8 bits, uint64 offset) private pure returns (bool) {
        return count != 0 && bits != 0 && uint256(count) * bits <= _MAX_PACKED_BITS && uint256(offset) >> bits == 0;
    }

    function _isCircuitLayout(SignalLayout calldata layout) private pure returns (bool) {
        return
            _isTensorName(layout.inputName) &&
            _isTensorName(layout.outputName) &&
            _isSide(layout.inputCount, layout.inputBits, layout.inputOffset) &&
            _isSide(layout.outputCount, layout.outputBits, layout.outputOffset);
    }

    function _isEmptyLayout(SignalLayout calldata layout) private pure returns (bool) {
        SignalLayout memory empty;
        return keccak256(abi.encode(layout)) == keccak256(abi.encode(empty));
    }

    // --- Internal: repositories --------------------------------------------------------------------------------------

    function _storeInfo(bytes32 repositoryId, RepositoryInfo calldata info) private {
        _checkLength(info.description, MAX_DESCRIPTION);
        _checkLength(info.task, MAX_LABEL);
        _checkLength(info.licence, MAX_LABEL);
        uint256 count = info.tags.length;
        if (count > MAX_TAGS) revert ModelsTooManyTags(count, MAX_TAGS);

        RepositoryInfo storage stored = _info[repositoryId];
        stored.description = info.description;
        stored.task = info.task;
        stored.licence = info.licence;
        stored.unlisted = info.unlisted;
        stored.metadataHash = info.metadataHash;
        delete stored.tags;
        for (uint256 i; i < count; ++i) {
            _checkLength(info.tags[i], MAX_LABEL);
            stored.tags.push(info.tags[i]);
        }
    }

    /// @dev Expects an empty list in storage.
    function _storePayees(bytes32 repositoryId, Payee[] calldata payees) private {
        uint256 count = payees.length;
        if (count == 0 || count > MAX_PAYEES) revert ModelsInvalidPayeeCount(count, MAX_PAYEES);
        uint256 sumBps;
        for (uint256 i; i < count; ++i) {
            Payee calldata payee = payees[i];
            if (payee.account == address(0) || payee.shareBps == 0) {
                revert ModelsInvalidPayee(payee.account, payee.shareBps);
            }
            for (uint256 j; j < i; ++j) {
                if (payees[j].account == payee.account) revert ModelsDuplicatePayee(payee.account);
            }
            sumBps += payee.shareBps;
            _payees[repositoryId].push(payee);
        }
        if (sumBps != _TOTAL_SHARE_BPS) revert ModelsInvalidShareSum(sumBps, _TOTAL_SHARE_BPS);
        emit PayeesSet(repositoryId, payees);
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
    function _sealFiles(bytes32 releaseId, bytes calldata files) private returns (bytes32 root) {
        bytes32[] memory leaves = new bytes32[](files.length / ModelFiles.MIN_LENGTH);
        uint256 count;
        uint256 named;
        uint256 previous;
        for (uint256 at; at < files.length; ) {
            if (count == MAX_FILES) revert ModelsInvalidFileCount(count + 1, MAX_FILES);
            (uint256 end, bool isNamed) = files.check(at, previous);
            leaves[count++] = files.slice(at, end).leafOf();
            if (isNamed) {
                if (++named > MAX_NAMED_FILES) revert ModelsTooManyNamedFiles(named, MAX_NAMED_FILES);
                bytes32 contentHash = keccak256(bytes(files.contentIdAt(at)));
                if (_releaseNamed[contentHash] == 0) _releaseNamed[contentHash] = releaseId;
            }
            (previous, at) = (at, end);
        }
        if (count == 0) revert ModelsInvalidFileCount(0, MAX_FILES);
        return ModelFiles.rootOf(leaves, count);
    }

    function _storeBinding(bytes32 releaseId, ReleaseBinding calldata binding) private {
        bool hasCircuit = binding.keyId != 0;
        bool valid = hasCircuit ? _isCircuitLayout(binding.layout) : _isEmptyLayout(binding.layout);
        if (!valid) revert ModelsInvalidLayout(binding.keyId);
        if (hasCircuit) _bindings[releaseId] = binding;
    }

    function _emitReleasePublished(bytes32 releaseId, ReleaseContent calldata content) private {
        ReleaseRecord storage release = _releases[releaseId];
        emit ReleasePublished({
            repositoryId: release.repositoryId,
            releaseId: releaseId,
            major: release.version.major(),
            minor: release.version.minor(),
            stable: release.stable,
            keyId: _bindings[releaseId].keyId,
            filesRoot: _filesRoots[releaseId],
            content: content
        });
    }

    // --- Internal: prices --------------------------------------------------------------------------------------------

    /// @dev Every mode at most once, so the loop runs at most as often as there are modes.
    function _storePrices(bytes32 releaseId, ModePrice[] calldata prices) private {
        for (uint256 i; i < prices.length; ++i) {
            if (_offers[releaseId][prices[i].mode].offered) revert ModelsDuplicateMode(prices[i].mode);
            _offerNow(releaseId, prices[i].mode, prices[i].price);
        }
    }

    function _offerNow(bytes32 releaseId, InferenceMode mode, uint128 price) private {
        if (mode == InferenceMode.ONCHAIN || (mode == InferenceMode.ZK && _bindings[releaseId].keyId == 0)) {
            revert ModelsModeUnavailable(releaseId, mode);
        }
        Offers.Offer storage offer = _offers[releaseId][mode];
        (, uint96 oldPrice) = offer.current();
        offer.setNow(_storablePrice(price));
        emit PriceSet(releaseId, mode, true, oldPrice, price);
    }

    function _announce(bytes32 releaseId, InferenceMode mode, bool offered, uint128 price) private {
        Offers.Offer storage offer = _offers[releaseId][mode];
        (, uint96 oldPrice) = offer.current();
        uint256 effectiveAt = block.timestamp + PRICE_NOTICE;
        offer.announce(offered, _storablePrice(price), uint40(effectiveAt));
        emit PriceChangeAnnounced(releaseId, mode, offered, oldPrice, price, effectiveAt);
    }

    function _storablePrice(uint128 price) private pure returns (uint96) {
        if (price > MAX_PRICE) revert ModelsPriceTooHigh(price, MAX_PRICE);
        return uint96(price);
    }
}
