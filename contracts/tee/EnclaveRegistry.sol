// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {AuthorityUtils} from "@openzeppelin/contracts/access/manager/AuthorityUtils.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IStaking} from "../staking/interfaces/IStaking.sol";
import {IEnclaveRegistry} from "./interfaces/IEnclaveRegistry.sol";
import {IHardwarePolicy} from "./interfaces/IHardwarePolicy.sol";

/// @title Enclaves: which signing key belongs to which operator, on which accepted hardware, until when
/// @notice A key belongs to one operator and one profile for ever. It stops counting when it is revoked, when it
///         expires or is silent for too long, when its profile is suspended, or while its operator is not active.
/// @dev Acceptance is checked at every use by comparing versions, so nothing has to be visited when a profile is
///      suspended. A suspension is final for the keys of that time: they may have been extracted.
contract EnclaveRegistry is IEnclaveRegistry, AccessManaged, EIP712 {
    bytes32 private constant ENCLAVE_TYPEHASH = keccak256(
        "Enclave(address operator,bytes32 profileId,bytes32 evidenceHash)"
    );
    bytes32 private constant HEARTBEAT_TYPEHASH = keccak256("Heartbeat(bytes32 enclaveId,uint256 timestamp)");

    /// @dev An enclave as stored; packed so that {isUsable} reads three slots.
    struct EnclaveRecord {
        // slot 0
        address operator;
        uint40 registeredAt;
        uint40 validUntil;
        // slot 1
        address signer;
        uint40 lastSeen;
        bool revoked;
        uint48 policyVersion;
        // slot 2
        bytes32 profileId;
        // slot 3
        bytes32 evidenceHash;
    }

    /// @notice The hardware that counts.
    IHardwarePolicy public immutable policy;

    /// @notice Where operators are registered and stand with their stake.
    IStaking public immutable staking;

    mapping(bytes32 enclaveId => EnclaveRecord) private _enclaves;

    constructor(
        address authority,
        address policyAddress,
        address stakingAddress
    ) AccessManaged(authority) EIP712("OPG Enclave Registry", "1") {
        policy = IHardwarePolicy(policyAddress);
        staking = IStaking(stakingAddress);
    }

    /// @inheritdoc IEnclaveRegistry
    function enclaveOf(bytes32 enclaveId) external view returns (Enclave memory) {
        EnclaveRecord storage enclave = _enclaves[enclaveId];
        return
            Enclave({
                signer: enclave.signer,
                registeredAt: enclave.registeredAt,
                validUntil: enclave.validUntil,
                operator: enclave.operator,
                lastSeen: enclave.lastSeen,
                revoked: enclave.revoked,
                policyVersion: enclave.policyVersion,
                profileId: enclave.profileId,
                evidenceHash: enclave.evidenceHash
            });
    }

    /// @inheritdoc IEnclaveRegistry
    function isUsable(bytes32 enclaveId, uint8 roles, uint256 at) external view returns (bool) {
        EnclaveRecord storage enclave = _enclaves[enclaveId];
        if (enclave.registeredAt == 0 || enclave.revoked || roles == 0) return false;
        if (at < enclave.registeredAt || at > enclave.validUntil) return false;

        IHardwarePolicy.ProfileTerms memory terms = policy.termsOf(enclave.profileId);
        if (terms.status != IHardwarePolicy.ProfileStatus.ACCEPTED) return false;
        if (terms.acceptedAtVersion != enclave.policyVersion) return false;
        if (roles & ~terms.roles != 0) return false;
        if (at > uint256(enclave.lastSeen) + terms.heartbeatInterval) return false;
        return staking.operators().isActive(enclave.operator, roles);
    }

    /// @inheritdoc IEnclaveRegistry
    function registerEnclave(
        address operator,
        address signer,
        bytes32 profileId,
        bytes32 evidenceHash,
        bytes calldata possession
    ) external restricted returns (bytes32 enclaveId) {
        if (signer == address(0)) revert EnclaveSignerZero();
        if (evidenceHash == 0) revert EnclaveEvidenceZero();
        if (staking.operators().operatorOf(operator).registeredAt == 0) revert EnclaveOperatorUnknown(operator);
        IHardwarePolicy.ProfileTerms memory terms = policy.termsOf(profileId);
        if (terms.status != IHardwarePolicy.ProfileStatus.ACCEPTED) {
            revert EnclaveProfileNotAccepted(profileId, terms.status);
        }
        _checkSignature(signer, keccak256(abi.encode(ENCLAVE_TYPEHASH, operator, profileId, evidenceHash)), possession);

        enclaveId = computeEnclaveId(signer);
        EnclaveRecord storage enclave = _enclaves[enclaveId];
        if (enclave.registeredAt == 0) {
            enclave.signer = signer;
            enclave.operator = operator;
            enclave.profileId = profileId;
            enclave.policyVersion = SafeCast.toUint48(terms.acceptedAtVersion);
        } else {
            _checkRenewal(enclave, enclaveId, operator, profileId, evidenceHash, terms.acceptedAtVersion);
        }
        if (block.timestamp > enclave.validUntil) enclave.registeredAt = uint40(block.timestamp);
        enclave.validUntil = uint40(block.timestamp + terms.maxEnclaveAge);
        enclave.lastSeen = uint40(block.timestamp);
        enclave.evidenceHash = evidenceHash;
        emit EnclaveRegistered(
            enclaveId,
            operator,
            signer,
            profileId,
            terms.acceptedAtVersion,
            enclave.validUntil,
            evidenceHash
        );
    }

    /// @inheritdoc IEnclaveRegistry
    function revokeEnclave(bytes32 enclaveId) external {
        EnclaveRecord storage enclave = _enclaves[enclaveId];
        _checkKnown(enclave, enclaveId);
        if (msg.sender != enclave.operator) {
            (bool isGuardian, ) = AuthorityUtils.canCallWithDelay(
                authority(),
                msg.sender,
                address(this),
                IEnclaveRegistry.revokeEnclave.selector
            );
            if (!isGuardian) revert EnclaveRevokerUnauthorized(msg.sender, enclave.operator);
        }
        enclave.revoked = true;
        emit EnclaveRevoked(enclaveId, msg.sender);
    }

    /// @inheritdoc IEnclaveRegistry
    function heartbeat(bytes32 enclaveId, uint256 timestamp, bytes calldata signature) external {
        EnclaveRecord storage enclave = _enclaves[enclaveId];
        _checkKnown(enclave, enclaveId);
        if (timestamp <= enclave.lastSeen) revert EnclaveHeartbeatStale(timestamp, enclave.lastSeen);
        if (timestamp > block.timestamp) revert EnclaveHeartbeatFuture(timestamp, block.timestamp);
        _checkSignature(enclave.signer, keccak256(abi.encode(HEARTBEAT_TYPEHASH, enclaveId, timestamp)), signature);

        enclave.lastSeen = uint40(timestamp);
        emit HeartbeatReceived(enclaveId, timestamp);
    }

    /// @inheritdoc IEnclaveRegistry
    function computeEnclaveId(address signer) public pure returns (bytes32) {
        return keccak256(abi.encodePacked(signer));
    }

    /// @dev A key never moves to another operator or profile, and no evidence brings back a key of suspended hardware.
    function _checkRenewal(
        EnclaveRecord storage enclave,
        bytes32 enclaveId,
        address operator,
        bytes32 profileId,
        bytes32 evidenceHash,
        uint64 acceptedAtVersion
    ) private view {
        if (enclave.revoked) revert EnclaveIsRevoked(enclaveId);
        if (enclave.operator != operator) revert EnclaveKeyTaken(enclaveId, enclave.operator);
        if (enclave.profileId != profileId || enclave.policyVersion != acceptedAtVersion) {
            revert EnclaveKeyOutdated(enclaveId, enclave.profileId, enclave.policyVersion);
        }
        if (enclave.evidenceHash == evidenceHash) revert EnclaveEvidenceReused(evidenceHash);
    }

    function _checkKnown(EnclaveRecord storage enclave, bytes32 enclaveId) private view {
        if (enclave.registeredAt == 0) revert EnclaveUnknown(enclaveId);
        if (enclave.revoked) revert EnclaveIsRevoked(enclaveId);
    }

    function _checkSignature(address signer, bytes32 structHash, bytes calldata signature) private view {
        (address recovered, , ) = ECDSA.tryRecoverCalldata(_hashTypedDataV4(structHash), signature);
        if (recovered != signer) revert EnclaveSignatureInvalid(signer, recovered);
    }
}
