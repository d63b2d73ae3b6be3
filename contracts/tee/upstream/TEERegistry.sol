// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {HardwarePolicy} from "../HardwarePolicy.sol";
import {IAttestationGate} from "../interfaces/IAttestationGate.sol";
import {IEnclaveRegistry} from "../interfaces/IEnclaveRegistry.sol";
import {CodeStore} from "../libraries/CodeStore.sol";
import {NitroContent, NitroDocument} from "../nitro/NitroDocument.sol";
import {GatewayVerifier} from "./GatewayVerifier.sol";
import {IGatewayVerifier} from "./IGatewayVerifier.sol";
import {ITEERegistry} from "./ITEERegistry.sol";
import {Nitriding} from "./Nitriding.sol";
import {TEEApprovals} from "./TEEApprovals.sol";
import {TEEVerifier} from "./TEEVerifier.sol";

/// @title OpenGradient's registry of enclaves over the registry of this system
/// @notice For gateways and clients that know OpenGradient's ABI. A gateway is an enclave of {EnclaveRegistry} known by
///         its RSA key: its evidence, stake, expiry, heartbeats and revocation are that registry's.
///
/// ROLES
/// - ADMIN (the timelock) adds types and bounds the age of heartbeats. Nobody approves or revokes here.
///
/// UPGRADES: none; it holds nothing that could not be brought to another one.
contract TEERegistry is TEEApprovals {
    using EnumerableSet for EnumerableSet.Bytes32Set;

    /// @inheritdoc ITEERegistry
    bytes32 public constant TEE_OPERATOR = keccak256("TEE_OPERATOR");
    /// @inheritdoc ITEERegistry
    uint256 public constant MAX_LISTED = 256;

    uint256 private constant MIN_HEARTBEAT_AGE = 5 minutes;
    uint256 private constant MAX_HEARTBEAT_AGE = 1 days;
    uint256 private constant MAX_ENDPOINT = 256;
    uint256 private constant MAX_CERTIFICATE = 8_192;
    uint256 private constant KEY_SIZE = 294;
    /// @dev Rules that nothing but a decision breaks: time alone leaves an enclave enabled.
    uint256 private constant DECISIONS =
        (1 << uint8(IEnclaveRegistry.UseRule.REGISTERED)) |
            (1 << uint8(IEnclaveRegistry.UseRule.NOT_REVOKED)) |
            (1 << uint8(IEnclaveRegistry.UseRule.PROFILE_ACCEPTED)) |
            (1 << uint8(IEnclaveRegistry.UseRule.PROFILE_UNINTERRUPTED)) |
            (1 << uint8(IEnclaveRegistry.UseRule.PROFILE_NOT_ENDED)) |
            (1 << uint8(IEnclaveRegistry.UseRule.PROFILE_SERVES_ROLES)) |
            (1 << uint8(IEnclaveRegistry.UseRule.RELEASE_ACCEPTED)) |
            (1 << uint8(IEnclaveRegistry.UseRule.RELEASE_UNINTERRUPTED)) |
            (1 << uint8(IEnclaveRegistry.UseRule.RELEASE_NOT_ENDED)) |
            (1 << uint8(IEnclaveRegistry.UseRule.RELEASE_ON_PROFILE)) |
            (1 << uint8(IEnclaveRegistry.UseRule.RELEASE_SERVES_ROLES));

    /// @dev What only a gateway has.
    struct Listing {
        // slot 0
        address paymentAddress;
        uint8 teeType;
        bool disabled;
        // slot 1: an account whose code is a zero byte, the key, and the certificate
        address code;
        // slot 2
        bytes32 pcrHash;
        string endpoint;
    }

    /// @inheritdoc ITEERegistry
    uint256 public heartbeatMaxAge = 1_800;

    uint8 private immutable _verifierId;

    mapping(bytes32 teeId => Listing) private _listings;
    mapping(uint8 teeType => EnumerableSet.Bytes32Set) private _byType;
    mapping(address owner => EnumerableSet.Bytes32Set) private _byOwner;

    constructor(
        address authority,
        IEnclaveRegistry registry_,
        HardwarePolicy policy_,
        TEEVerifier verifier,
        GatewayVerifier gatewayVerifier
    ) AccessManaged(authority) TEEApprovals(registry_, policy_, verifier) {
        IAttestationGate gate = IAttestationGate(address(registry_));
        uint256 id = gate.verifierCount();
        while (id != 0 && address(gate.verifierAt(id - 1).target) != address(gatewayVerifier)) --id;
        if (id == 0) revert TEERegistryVerifierMissing(address(gatewayVerifier));
        _verifierId = uint8(id - 1);
    }

    // --------------------------------------------------- views ---------------------------------------------------

    /// @inheritdoc ITEERegistry
    function getTEE(bytes32 teeId) public view returns (TEEInfo memory info) {
        if (!_isListed(teeId)) revert TEENotFound();
        return _infoOf(teeId);
    }

    /// @inheritdoc ITEERegistry
    function tees(
        bytes32 teeId
    )
        external
        view
        returns (
            address,
            address,
            string memory,
            bytes memory,
            bytes memory,
            bytes32,
            uint8,
            bool,
            uint256,
            uint256,
            OhttpConfig memory
        )
    {
        // A struct is encoded as its fields are, after one word that says where it begins.
        bytes memory encoded = abi.encode(_infoOf(teeId));
        assembly ("memory-safe") {
            return(add(encoded, 64), sub(mload(encoded), 32))
        }
    }

    /// @inheritdoc ITEERegistry
    function getEnabledTEEs(uint8 teeType) external view returns (bytes32[] memory teeIds) {
        teeIds = _byType[teeType].values(0, MAX_LISTED);
        uint256 count;
        for (uint256 i = 0; i < teeIds.length; ++i) {
            if (isTEEEnabled(teeIds[i])) teeIds[count++] = teeIds[i];
        }
        assembly ("memory-safe") {
            mstore(teeIds, count)
        }
    }

    /// @inheritdoc ITEERegistry
    function getActiveTEEs(uint8 teeType) external view returns (TEEInfo[] memory infos) {
        bytes32[] memory teeIds = _byType[teeType].values(0, MAX_LISTED);
        infos = new TEEInfo[](teeIds.length);
        uint256 count;
        for (uint256 i = 0; i < teeIds.length; ++i) {
            if (isTEEActive(teeIds[i])) infos[count++] = _infoOf(teeIds[i]);
        }
        assembly ("memory-safe") {
            mstore(infos, count)
        }
    }

    /// @inheritdoc ITEERegistry
    function teePage(
        uint8 teeType,
        uint256 from,
        uint256 count
    ) external view returns (bytes32[] memory teeIds, bool[] memory active) {
        if (count > MAX_LISTED) count = MAX_LISTED;
        uint256 length = _byType[teeType].length();
        if (from > length) from = length;
        if (count > length - from) count = length - from;
        teeIds = _byType[teeType].values(from, from + count);
        active = new bool[](count);
        for (uint256 i = 0; i < count; ++i) active[i] = isTEEActive(teeIds[i]);
    }

    /// @inheritdoc ITEERegistry
    function getTEEsByType(uint8 teeType) external view returns (bytes32[] memory) {
        return _byType[teeType].values();
    }

    /// @inheritdoc ITEERegistry
    function getTEEsByOwner(address owner) external view returns (bytes32[] memory) {
        return _byOwner[owner].values();
    }

    /// @inheritdoc ITEERegistry
    function isTEEEnabled(bytes32 teeId) public view returns (bool) {
        Listing storage listing = _listings[teeId];
        if (!_isListed(teeId) || listing.disabled) return false;
        return registry.failedUseRules(teeId, _roleOf(listing.teeType), block.timestamp) & DECISIONS == 0;
    }

    /// @inheritdoc ITEERegistry
    function isTEEActive(bytes32 teeId) public view returns (bool) {
        Listing storage listing = _listings[teeId];
        if (!_isListed(teeId) || listing.disabled) return false;
        if (!registry.isServing(teeId, _roleOf(listing.teeType), block.timestamp)) return false;
        return registry.enclaveOf(teeId).lastSeen + heartbeatMaxAge >= block.timestamp;
    }

    /// @inheritdoc ITEERegistry
    function isTEEActiveAt(bytes32 teeId, uint256 at) external view returns (bool) {
        if (!_isListed(teeId)) return false;
        uint8 role = _roleOf(_listings[teeId].teeType);
        return registry.isUsable(teeId, role, at < block.timestamp ? at : block.timestamp);
    }

    /// @inheritdoc ITEERegistry
    function getTEEPublicKey(bytes32 teeId) public view returns (bytes memory) {
        if (!_isListed(teeId)) revert TEENotFound();
        return CodeStore.slice(_listings[teeId].code, 1, KEY_SIZE);
    }

    /// @inheritdoc ITEERegistry
    function computeTEEId(bytes calldata publicKey) external pure returns (bytes32) {
        return keccak256(publicKey);
    }

    /// @inheritdoc ITEERegistry
    function attestationNonceOf(address operator) external view returns (bytes20) {
        return Nitriding.nonceOf(operator, address(registry));
    }

    // --------------------------------------------------- writes --------------------------------------------------

    /// @inheritdoc ITEERegistry
    function registerTEEWithAttestation(
        bytes calldata attestationDocument,
        bytes calldata signingPublicKey,
        bytes calldata tlsCertificate,
        address paymentAddress,
        string calldata endpoint,
        uint8 teeType
    ) external returns (bytes32 teeId) {
        _checkType(teeType);
        _checkTexts(paymentAddress, endpoint);
        if (tlsCertificate.length > MAX_CERTIFICATE) revert TEERegistryTooLong(tlsCertificate.length, MAX_CERTIFICATE);
        teeId = keccak256(signingPublicKey);
        Listing storage listing = _listings[teeId];
        if (_isListed(teeId) && listing.teeType != teeType) revert TEERegistryTypeFixed(teeType, listing.teeType);
        bytes32 pcrHash = _pcrHash(attestationDocument);
        if (!isPCRApproved(teeType, pcrHash)) revert PCRNotApproved();

        _register(attestationDocument, signingPublicKey, tlsCertificate, _approvals[teeType][pcrHash].profileId);

        listing.code = CodeStore.put(listing.code, bytes.concat(hex"00", signingPublicKey, tlsCertificate));
        listing.paymentAddress = paymentAddress;
        listing.endpoint = endpoint;
        listing.teeType = teeType;
        listing.pcrHash = pcrHash;
        _byType[teeType].add(teeId);
        _byOwner[msg.sender].add(teeId);
        emit TEERegistered(teeId, msg.sender, teeType);
    }

    /// @inheritdoc ITEERegistry
    function disableTEE(bytes32 teeId) external {
        _checkOwner(teeId);
        if (!isTEEEnabled(teeId)) revert TEENotEnabled();
        _listings[teeId].disabled = true;
        emit TEEDisabled(teeId);
    }

    /// @inheritdoc ITEERegistry
    function enableTEE(bytes32 teeId) external {
        _checkOwner(teeId);
        Listing storage listing = _listings[teeId];
        if (!listing.disabled) return;
        listing.disabled = false;
        if (!isTEEEnabled(teeId)) revert PCRNotApproved();
        emit TEEEnabled(teeId);
    }

    /// @inheritdoc ITEERegistry
    function updateTEE(bytes32 teeId, address paymentAddress, string calldata endpoint) external {
        _checkOwner(teeId);
        _checkTexts(paymentAddress, endpoint);
        _listings[teeId].paymentAddress = paymentAddress;
        _listings[teeId].endpoint = endpoint;
        emit TEEUpdated(teeId, paymentAddress, endpoint);
    }

    /// @inheritdoc ITEERegistry
    function removeTEE(bytes32 teeId) external {
        _checkOwner(teeId);
        _byType[_listings[teeId].teeType].remove(teeId);
        _byOwner[registry.operatorOf(teeId)].remove(teeId);
        delete _listings[teeId];
        emit TEERemoved(teeId);
    }

    /// @inheritdoc ITEERegistry
    function heartbeat(bytes32 teeId, uint256 timestamp, bytes calldata signature) external {
        bytes memory publicKey = getTEEPublicKey(teeId);
        if (!isTEEEnabled(teeId)) revert TEENotEnabled();
        if (timestamp > block.timestamp) revert HeartbeatTimestampInFuture();
        if (timestamp + heartbeatMaxAge < block.timestamp) revert HeartbeatTimestampTooOld();
        try registry.heartbeatRsa(teeId, timestamp, publicKey, signature) {
            emit HeartbeatReceived(teeId, timestamp);
        } catch (bytes memory reason) {
            if (bytes4(reason) == IEnclaveRegistry.EnclaveRsaSignatureInvalid.selector) {
                revert HeartbeatSignatureInvalid();
            }
            assembly ("memory-safe") {
                revert(add(reason, 32), mload(reason))
            }
        }
    }

    /// @inheritdoc ITEERegistry
    function setHeartbeatMaxAge(uint256 maxAge) external restricted {
        if (maxAge < MIN_HEARTBEAT_AGE || maxAge > MAX_HEARTBEAT_AGE) {
            revert TEERegistryHeartbeatAgeInvalid(maxAge, MIN_HEARTBEAT_AGE, MAX_HEARTBEAT_AGE);
        }
        emit HeartbeatMaxAgeSet(heartbeatMaxAge, maxAge);
        heartbeatMaxAge = maxAge;
    }

    // --------------------------------------------------- private -------------------------------------------------

    /// @dev Registers in the caller's name, which he has allowed by making this contract his delegate. The challenge is
    ///      the last block: how fresh the document is the verifier judges by its time.
    function _register(
        bytes calldata document,
        bytes calldata signingKey,
        bytes calldata tlsCertificate,
        bytes32 profileId
    ) private {
        IEnclaveRegistry.Registration memory registration;
        registration.operator = msg.sender;
        registration.profileId = profileId;
        registration.tlsSpkiHash = sha256(tlsCertificate);
        registration.rsaKeyHash = keccak256(signingKey);
        registration.challengeBlock = uint48(block.number - 1);
        registration.verifierId = _verifierId;
        IGatewayVerifier.GatewayEvidence memory evidence = IGatewayVerifier.GatewayEvidence({
            document: document,
            signingKey: signingKey,
            tlsCertificate: tlsCertificate,
            registry: address(registry),
            registration: registration
        });
        registry.register(registration, abi.encode(evidence), "");
    }

    function _checkTexts(address paymentAddress, string calldata endpoint) private pure {
        if (paymentAddress == address(0)) revert TEERegistryPaymentAddressZero();
        uint256 length = bytes(endpoint).length;
        if (length > MAX_ENDPOINT) revert TEERegistryTooLong(length, MAX_ENDPOINT);
    }

    function _checkOwner(bytes32 teeId) private view {
        if (!_isListed(teeId)) revert TEENotFound();
        address owner = registry.operatorOf(teeId);
        if (msg.sender != owner && !registry.isDelegate(owner, msg.sender)) revert NotTEEOwner();
    }

    function _isListed(bytes32 teeId) private view returns (bool) {
        return _listings[teeId].code != address(0);
    }

    function _infoOf(bytes32 teeId) private view returns (TEEInfo memory info) {
        if (!_isListed(teeId)) return info;
        Listing storage listing = _listings[teeId];
        IEnclaveRegistry.Enclave memory enclave = registry.enclaveOf(teeId);
        address code = listing.code;
        info.owner = enclave.operator;
        info.paymentAddress = listing.paymentAddress;
        info.endpoint = listing.endpoint;
        info.publicKey = CodeStore.slice(code, 1, KEY_SIZE);
        info.tlsCertificate = CodeStore.slice(code, 1 + KEY_SIZE, code.code.length - 1 - KEY_SIZE);
        info.pcrHash = listing.pcrHash;
        info.teeType = listing.teeType;
        info.enabled = isTEEEnabled(teeId);
        info.registeredAt = enclave.registeredAt;
        info.lastHeartbeatAt = enclave.lastSeen;
    }

    /// @dev Of a document that the verifier has yet to judge.
    function _pcrHash(bytes calldata document) private pure returns (bytes32) {
        NitroContent memory content = NitroDocument.parse(document);
        return keccak256(bytes.concat(content.pcrs[0].bytesOf(), content.pcrs[1].bytesOf(), content.pcrs[2].bytesOf()));
    }
}
