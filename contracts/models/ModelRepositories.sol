// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IHostingBonds} from "../payments/interfaces/IHostingBonds.sol";
import {IModelHub} from "./interfaces/IModelHub.sol";
import {ModelNames} from "./libraries/ModelNames.sol";

/// @title Repositories of the Model Hub: who has which name, who acts for him, who is paid
/// @notice The part of {ModelHub} that knows nothing of releases. It has bonds collected and released, and holds none.
abstract contract ModelRepositories is IModelHub {
    /// @dev Versions are packed as in {ReleaseVersions}; 0 means "none".
    struct RepositoryRecord {
        // slot 0
        address owner;
        uint40 newestVersion;
        bool retired;
        // slot 1
        address pendingOwner;
        // slot 2
        address delegate;
        string name;
    }

    struct NamespaceRecord {
        // slot 0
        address owner;
        // slot 1
        address pendingOwner;
    }

    /// @notice Most payees of a repository.
    uint256 public constant MAX_PAYEES = 8;
    /// @notice Most tags of a repository.
    uint256 public constant MAX_TAGS = 8;
    /// @notice Longest description of a repository, in bytes.
    uint256 public constant MAX_DESCRIPTION = 1_024;
    /// @notice Longest task, licence and tag of a repository, in bytes.
    uint256 public constant MAX_LABEL = 64;

    uint256 private constant _TOTAL_SHARE_BPS = 10_000;

    /// @notice Keeps the hosting bonds.
    IHostingBonds public immutable hostingBonds;

    mapping(bytes32 repositoryId => RepositoryRecord) internal _repositories;
    mapping(bytes32 repositoryId => RepositoryInfo) private _info;
    mapping(bytes32 repositoryId => Payee[]) private _payees;
    mapping(bytes32 likeness => NamespaceRecord) private _namespaces;

    constructor(IHostingBonds hostingBonds_) {
        if (address(hostingBonds_) == address(0)) revert ModelsZeroHostingBonds();
        hostingBonds = hostingBonds_;
    }

    // --- Views -------------------------------------------------------------------------------------------------------

    /// @inheritdoc IModelHub
    function payeesOf(bytes32 repositoryId) external view returns (Payee[] memory) {
        return _payeesOf(repositoryId);
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
    function delegateOf(bytes32 repositoryId) external view returns (address) {
        return _repositories[repositoryId].delegate;
    }

    /// @inheritdoc IModelHub
    function isRetired(bytes32 repositoryId) external view returns (bool) {
        return _repositories[repositoryId].retired;
    }

    /// @inheritdoc IModelHub
    function namespaceOwnerOf(string calldata namespace) external view returns (address) {
        return _namespaces[ModelNames.likenessOf(bytes(namespace))].owner;
    }

    /// @inheritdoc IModelHub
    function pendingNamespaceOwnerOf(string calldata namespace) external view returns (address) {
        return _namespaces[ModelNames.likenessOf(bytes(namespace))].pendingOwner;
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

        _enterNamespace(fullName);

        repository.owner = msg.sender;
        repository.name = fullName;
        _storeInfo(repositoryId, info);
        emit RepositoryCreated(repositoryId, msg.sender, fullName, info);
        _storePayees(repositoryId, payees);
        hostingBonds.collect(repositoryId, msg.sender);
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
    function setDelegate(bytes32 repositoryId, address delegate) external {
        _setDelegate(repositoryId, _ownedRepository(repositoryId), delegate);
    }

    /// @inheritdoc IModelHub
    function retireRepository(bytes32 repositoryId) external {
        RepositoryRecord storage repository = _ownedRepository(repositoryId);
        if (repository.retired) revert ModelsRetired(repositoryId);
        repository.retired = true;
        emit RepositoryRetired(repositoryId, msg.sender);
        hostingBonds.release(repositoryId, msg.sender);
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
        if (repository.delegate != address(0)) _setDelegate(repositoryId, repository, address(0));
        emit RepositoryTransferred(repositoryId, oldOwner, msg.sender);
    }

    // --- Namespaces --------------------------------------------------------------------------------------------------

    /// @inheritdoc IModelHub
    function transferNamespace(string calldata namespace, address newOwner) external {
        NamespaceRecord storage record = _existingNamespace(namespace);
        if (msg.sender != record.owner) revert ModelsNotOwner(msg.sender, record.owner);
        record.pendingOwner = newOwner;
        emit NamespaceTransferStarted(namespace, msg.sender, newOwner);
    }

    /// @inheritdoc IModelHub
    function acceptNamespace(string calldata namespace) external {
        NamespaceRecord storage record = _existingNamespace(namespace);
        address oldOwner = record.owner;
        if (msg.sender != record.pendingOwner) revert ModelsNotPendingOwner(msg.sender, record.pendingOwner);
        record.owner = msg.sender;
        record.pendingOwner = address(0);
        emit NamespaceTransferred(namespace, oldOwner, msg.sender);
    }

    // --- Internal: checks --------------------------------------------------------------------------------------------

    function _existingRepository(bytes32 repositoryId) internal view returns (RepositoryRecord storage repository) {
        repository = _repositories[repositoryId];
        if (repository.owner == address(0)) revert ModelsUnknownRepository(repositoryId);
    }

    function _ownedRepository(bytes32 repositoryId) internal view returns (RepositoryRecord storage repository) {
        repository = _existingRepository(repositoryId);
        if (msg.sender != repository.owner) revert ModelsNotOwner(msg.sender, repository.owner);
    }

    /// @dev For everything that a delegate may do as well.
    function _publishersRepository(bytes32 repositoryId) internal view returns (RepositoryRecord storage repository) {
        repository = _existingRepository(repositoryId);
        if (msg.sender != repository.owner && msg.sender != repository.delegate) {
            revert ModelsNotOwner(msg.sender, repository.owner);
        }
    }

    function _existingNamespace(string calldata namespace) private view returns (NamespaceRecord storage record) {
        record = _namespaces[ModelNames.likenessOf(bytes(namespace))];
        if (record.owner == address(0)) revert ModelsUnknownNamespace(namespace);
    }

    function _checkLength(string calldata text, uint256 maximum) private pure {
        if (bytes(text).length > maximum) revert ModelsTextTooLong(bytes(text).length, maximum);
    }

    function _payeesOf(bytes32 repositoryId) internal view returns (Payee[] memory payees) {
        payees = _payees[repositoryId];
        if (payees.length == 0) revert ModelsUnknownRepository(repositoryId);
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

    /// @dev The first to come has the namespace.
    function _enterNamespace(string calldata fullName) private {
        NamespaceRecord storage namespace = _namespaces[
            ModelNames.likenessOf(ModelNames.namespaceOf(bytes(fullName)))
        ];
        if (namespace.owner == address(0)) namespace.owner = msg.sender;
        else if (namespace.owner != msg.sender) revert ModelsNamespaceTaken(fullName, namespace.owner);
    }

    function _setDelegate(bytes32 repositoryId, RepositoryRecord storage repository, address delegate) private {
        emit DelegateSet(repositoryId, repository.delegate, delegate);
        repository.delegate = delegate;
    }
}
