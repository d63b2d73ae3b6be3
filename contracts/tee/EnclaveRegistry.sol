// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {AuthorityUtils} from "@openzeppelin/contracts/access/manager/AuthorityUtils.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {BlockChallenge} from "../libraries/BlockChallenge.sol";
import {IAttendance} from "../staking/interfaces/IAttendance.sol";
import {IOperators} from "../staking/interfaces/IOperators.sol";
import {IStaking} from "../staking/interfaces/IStaking.sol";
import {AttestationGate} from "./AttestationGate.sol";
import {RsaPss} from "./crypto/RsaPss.sol";
import {AttestationFacts, IAttestationVerifier} from "./interfaces/IAttestationVerifier.sol";
import {ICodeReleases} from "./interfaces/ICodeReleases.sol";
import {IEnclaveRegistry} from "./interfaces/IEnclaveRegistry.sol";
import {GpuVerdict, IGpuAttestations} from "./interfaces/IGpuAttestations.sol";
import {IHardwarePolicy} from "./interfaces/IHardwarePolicy.sol";
import {Admission} from "./libraries/Admission.sol";
import {EnclaveBinding} from "./libraries/EnclaveBinding.sol";
import {UseRules} from "./libraries/UseRules.sol";

/// @title Enclaves: which signing key belongs to which operator, on which accepted hardware and code, until when
/// @notice A key belongs to one operator, one profile, one release and one platform for ever. It stops counting when it
///         is revoked, when it expires or is silent for too long, or when its profile or release is taken away.
///
/// LAYERS
/// - Verifiers (contracts of their own) say what evidence says.
/// - {HardwarePolicy} (a contract of its own) decides what is accepted and writes the terms into {AcceptedTerms}.
/// - This contract binds keys to both. {AcceptedTerms} and {AttestationGate} are its bases so that a use reads three
///   storage slots and calls nobody.
///
/// ASSUMPTIONS
/// - A verifier in the list refuses what is not genuine. The guardian can stop one.
/// - Code of an accepted release keeps its key inside, and verifies its accelerators against the policy it binds.
///
/// UPGRADES: none. Another registry is another address, for which settlement has to be replaced.
contract EnclaveRegistry is IEnclaveRegistry, AttestationGate, EIP712 {
    bytes32 private constant ENCLAVE_TYPEHASH = keccak256(
        "Enclave(address operator,bytes32 profileId,bytes32 evidenceHash)"
    );
    bytes32 private constant HEARTBEAT_TYPEHASH = keccak256("Heartbeat(bytes32 enclaveId,uint256 timestamp)");
    /// @dev What an enclave breaks that is asked for no role and counts otherwise.
    uint256 private constant ONLY_ROLES_MISSING = 1 << uint8(UseRule.PROFILE_SERVES_ROLES);
    /// @dev Seconds after which a signed time says nothing of the present hour.
    uint256 private constant ATTENDANCE_AGE = 1 hours;

    /// @dev All that a use needs to know of the enclave itself, in one word that {UseRules} reads.
    struct EnclaveState {
        uint40 usableFrom;
        uint40 validUntil;
        uint40 lastSeen;
        uint64 policyVersion;
        uint32 releaseIndex;
        uint8 profileIndex;
        bool revoked;
    }

    struct EnclaveRecord {
        // slot 0
        EnclaveState state;
        // slot 1
        address operator;
        uint40 registeredAt;
        uint48 challengeBlock;
        // slot 2
        address signer;
        uint8 verifierId;
        bytes11 platformTag;
    }

    /// @notice Where operators are registered and stand with their stake.
    IStaking public immutable staking;
    /// @inheritdoc IEnclaveRegistry
    IAttendance public immutable attendance;

    IOperators private immutable _operators;
    uint40 private immutable _validityDelay;
    uint96 private immutable _stakeWithoutDelay;

    mapping(bytes32 enclaveId => EnclaveRecord) internal _enclaves;
    mapping(bytes32 enclaveId => bytes32) private _rsaKeyHashes;

    /// @inheritdoc IEnclaveRegistry
    mapping(address operator => mapping(address delegate => bool allowed)) public isDelegate;

    constructor(
        address authority,
        address stakingAddress,
        IAttendance attendanceBook,
        IAttestationVerifier[] memory verifiers,
        IGpuAttestations gpuTarget,
        RegistryConfig memory registryConfig
    ) AccessManaged(authority) AttestationGate(verifiers, gpuTarget) EIP712("OPG Enclave Registry", "1") {
        if (address(attendanceBook).code.length == 0) revert EnclaveAttendanceWithoutCode(address(attendanceBook));
        attendance = attendanceBook;
        staking = IStaking(stakingAddress);
        _operators = staking.operators();
        _validityDelay = registryConfig.validityDelay;
        _stakeWithoutDelay = registryConfig.stakeWithoutDelay;
    }

    // --------------------------------------------------- views ---------------------------------------------------

    /// @inheritdoc IEnclaveRegistry
    function isUsable(bytes32 enclaveId, uint8 roles, uint256 at) public view returns (bool) {
        return _failedUseRules(enclaveId, roles, at) == 0;
    }

    /// @inheritdoc IEnclaveRegistry
    function isServing(bytes32 enclaveId, uint8 roles, uint256 at) external view returns (bool) {
        return isUsable(enclaveId, roles, at) && _operators.isActive(_enclaves[enclaveId].operator, roles);
    }

    /// @inheritdoc IEnclaveRegistry
    function failedUseRules(bytes32 enclaveId, uint8 roles, uint256 at) external view returns (uint256 failed) {
        failed = _failedUseRules(enclaveId, roles, at);
        bool active = _operators.isActive(_enclaves[enclaveId].operator, roles);
        bool registered = failed != 1 << uint8(UseRule.REGISTERED);
        if (registered && !active) failed |= 1 << uint8(UseRule.OPERATOR_ACTIVE);
    }

    /// @inheritdoc IEnclaveRegistry
    function assess(
        Registration calldata registration,
        bytes calldata evidence
    ) external view returns (AttestationFacts memory facts, uint256 failedRules) {
        (facts, failedRules, ) = _assess(registration, evidence);
    }

    /// @inheritdoc IEnclaveRegistry
    function compromisedSince(bytes32 enclaveId) external view returns (uint256 since) {
        EnclaveState memory state = _enclaves[enclaveId].state;
        if (state.usableFrom == 0) return 0;
        IHardwarePolicy.ProfileTerms memory profile = _profileTerms[state.profileIndex];
        if (state.policyVersion < profile.suspendedAtVersion) since = profile.compromisedSince;
        uint256 releaseSince = _releaseTerms[state.releaseIndex].compromisedSince;
        if (releaseSince != 0 && (since == 0 || releaseSince < since)) since = releaseSince;
    }

    /// @inheritdoc IEnclaveRegistry
    function enclaveOf(bytes32 enclaveId) external view returns (Enclave memory enclave) {
        EnclaveRecord storage record = _enclaves[enclaveId];
        EnclaveState memory state = record.state;
        if (state.usableFrom == 0) return enclave;
        return
            Enclave({
                signer: record.signer,
                operator: record.operator,
                profileId: profileIdAt(state.profileIndex),
                measurementId: measurementAt(state.releaseIndex),
                policyVersion: state.policyVersion,
                registeredAt: record.registeredAt,
                usableFrom: state.usableFrom,
                validUntil: state.validUntil,
                lastSeen: state.lastSeen,
                revoked: state.revoked,
                verifierId: record.verifierId,
                challengeBlock: record.challengeBlock,
                platformTag: record.platformTag,
                rsaKeyHash: _rsaKeyHashes[enclaveId]
            });
    }

    /// @inheritdoc IEnclaveRegistry
    function operatorOf(bytes32 enclaveId) external view returns (address) {
        return _enclaves[enclaveId].operator;
    }

    /// @inheritdoc IEnclaveRegistry
    function config() external view returns (RegistryConfig memory) {
        return RegistryConfig({validityDelay: _validityDelay, stakeWithoutDelay: _stakeWithoutDelay});
    }

    /// @inheritdoc IEnclaveRegistry
    function reportDataOf(Registration calldata registration) external view returns (bytes memory) {
        return
            EnclaveBinding.reportDataOf(
                registration,
                address(this),
                BlockChallenge.hashOf(registration.challengeBlock)
            );
    }

    /// @inheritdoc IEnclaveRegistry
    function computeEnclaveId(address signer) public pure returns (bytes32) {
        return keccak256(abi.encodePacked(signer));
    }

    // ------------------------------------------------ registration -----------------------------------------------

    /// @inheritdoc IEnclaveRegistry
    function register(
        Registration calldata registration,
        bytes calldata evidence,
        bytes calldata possession
    ) external returns (bytes32 enclaveId) {
        address operator = registration.operator;
        if (msg.sender != operator && !isDelegate[operator][msg.sender]) {
            revert EnclaveSenderUnauthorized(msg.sender, operator);
        }
        address signer = registration.signer;
        if (signer == address(0) && registration.rsaKeyHash == 0) revert EnclaveSignerZero();
        (AttestationFacts memory facts, uint256 failed, uint256 since) = _assess(registration, evidence);
        if (failed != 0) revert EnclaveRefused(Admission.firstOf(failed), failed);

        bytes32 evidenceHash = keccak256(evidence);
        if (signer == address(0)) {
            // A gateway's RSA key signs nothing but answers and heartbeats: its consent is in its evidence.
            enclaveId = registration.rsaKeyHash;
        } else {
            bytes32 consent = keccak256(abi.encode(ENCLAVE_TYPEHASH, operator, registration.profileId, evidenceHash));
            _checkSignature(signer, consent, possession);
            enclaveId = computeEnclaveId(signer);
        }
        _store(enclaveId, registration, facts, since);
        _emitRegistered(enclaveId, registration, facts, evidenceHash);
    }

    /// @inheritdoc IEnclaveRegistry
    function setDelegate(address delegate, bool allowed) external {
        isDelegate[msg.sender][delegate] = allowed;
        emit DelegateSet(msg.sender, delegate, allowed);
    }

    // -------------------------------------------------- removal --------------------------------------------------

    /// @inheritdoc IEnclaveRegistry
    function revokeEnclave(bytes32 enclaveId) external {
        EnclaveRecord storage enclave = _knownEnclave(enclaveId);
        if (msg.sender != enclave.operator) {
            (bool isGuardian, ) = AuthorityUtils.canCallWithDelay(
                authority(),
                msg.sender,
                address(this),
                IEnclaveRegistry.revokeEnclave.selector
            );
            if (!isGuardian) revert EnclaveRevokerUnauthorized(msg.sender, enclave.operator);
        }
        _revoke(enclaveId, enclave);
    }

    /// @inheritdoc IEnclaveRegistry
    function enforceDenial(bytes32 enclaveId, bytes32 platformId, bytes32 platformClass) external {
        EnclaveRecord storage enclave = _knownEnclave(enclaveId);
        bytes11 platformTag = _platformTag(platformId, platformClass);
        if (platformTag != enclave.platformTag) {
            revert EnclavePlatformMismatch(enclaveId, platformTag, enclave.platformTag);
        }
        if (
            !isDenied(Denial.PLATFORM, platformId) &&
            !isDenied(Denial.PLATFORM_CLASS, platformClass) &&
            !isDenied(Denial.OPERATOR, _subjectOf(enclave.operator))
        ) revert EnclaveNotDenied(enclaveId);
        _revoke(enclaveId, enclave);
    }

    // ------------------------------------------------- heartbeat -------------------------------------------------

    /// @inheritdoc IEnclaveRegistry
    function heartbeat(bytes32 enclaveId, uint256 timestamp, bytes calldata signature) external {
        address signer = _enclaves[enclaveId].signer;
        _beat(enclaveId, timestamp);
        _checkSignature(signer, keccak256(abi.encode(HEARTBEAT_TYPEHASH, enclaveId, timestamp)), signature);
    }

    /// @inheritdoc IEnclaveRegistry
    function heartbeatRsa(
        bytes32 enclaveId,
        uint256 timestamp,
        bytes calldata publicKey,
        bytes calldata signature
    ) external {
        bytes32 keyHash = keccak256(publicKey);
        if (keyHash != _rsaKeyHashes[enclaveId]) revert EnclaveRsaKeyMismatch(keyHash, _rsaKeyHashes[enclaveId]);
        _beat(enclaveId, timestamp);
        bytes32 digest = sha256(abi.encodePacked(keccak256(abi.encodePacked(keyHash, timestamp))));
        if (!RsaPss.verify2048(digest, RsaPss.modulusOfSpki2048(publicKey), signature)) {
            revert EnclaveRsaSignatureInvalid(keyHash);
        }
    }

    // -------------------------------------------------- private --------------------------------------------------

    /// @dev The signature is checked afterwards; a wrong one undoes this, the book of hours included, which calls
    ///      nobody and never reverts. No roles are asked for: an hour is of the operator, not of what he offers.
    function _beat(bytes32 enclaveId, uint256 timestamp) private {
        EnclaveRecord storage enclave = _knownEnclave(enclaveId);
        uint256 lastSeen = enclave.state.lastSeen;
        if (timestamp <= lastSeen) revert EnclaveHeartbeatStale(timestamp, lastSeen);
        if (timestamp > block.timestamp) revert EnclaveHeartbeatFuture(timestamp, block.timestamp);
        // At most the block's time, which fits.
        enclave.state.lastSeen = uint40(timestamp);
        emit HeartbeatReceived(enclaveId, timestamp);
        if (block.timestamp - timestamp > ATTENDANCE_AGE) return;
        if (_failedUseRules(enclaveId, 0, block.timestamp) == ONLY_ROLES_MISSING) attendance.attest(enclave.operator);
    }

    /// @param since Unix seconds from which the age of its attestation counts.
    function _store(
        bytes32 enclaveId,
        Registration calldata registration,
        AttestationFacts memory facts,
        uint256 since
    ) private {
        EnclaveRecord storage enclave = _enclaves[enclaveId];
        EnclaveState memory state = enclave.state;
        bytes11 platformTag = _platformTag(facts.platformId, facts.platformClass);
        if (state.usableFrom == 0) {
            state.policyVersion = policyVersion;
            // Both were found while the rules were checked; an index is below the width of its set.
            state.profileIndex = uint8(profileIndexOf(registration.profileId));
            state.releaseIndex = SafeCast.toUint32(_releaseIndexPlusOne[facts.measurementId] - 1);
            enclave.operator = registration.operator;
            enclave.signer = registration.signer;
            enclave.platformTag = platformTag;
            if (registration.rsaKeyHash != 0) _rsaKeyHashes[enclaveId] = registration.rsaKeyHash;
        } else {
            _checkRenewal(enclaveId, enclave, registration, facts.measurementId, platformTag);
        }
        if (block.timestamp > state.validUntil) {
            enclave.registeredAt = uint40(block.timestamp);
            state.usableFrom = uint40(block.timestamp + _delayFor(registration.operator));
        }
        state.validUntil = uint40(since + _profileTerms[state.profileIndex].maxEnclaveAge);
        state.lastSeen = uint40(block.timestamp);
        enclave.state = state;
        enclave.challengeBlock = registration.challengeBlock;
        enclave.verifierId = registration.verifierId;
    }

    function _emitRegistered(
        bytes32 enclaveId,
        Registration calldata registration,
        AttestationFacts memory facts,
        bytes32 evidenceHash
    ) private {
        EnclaveState memory state = _enclaves[enclaveId].state;
        emit EnclaveRegistered({
            enclaveId: enclaveId,
            operator: registration.operator,
            measurementId: facts.measurementId,
            registration: registration,
            platformId: facts.platformId,
            platformClass: facts.platformClass,
            policyVersion: state.policyVersion,
            usableFrom: state.usableFrom,
            validUntil: state.validUntil,
            evidenceHash: evidenceHash
        });
    }

    /// @dev A key never moves to another operator, profile, release or machine, and no evidence brings back a key whose
    ///      profile or release was interrupted: it may have been extracted in the meantime.
    function _checkRenewal(
        bytes32 enclaveId,
        EnclaveRecord storage enclave,
        Registration calldata registration,
        bytes32 measurementId,
        bytes11 platformTag
    ) private view {
        EnclaveState memory state = enclave.state;
        if (state.revoked) revert EnclaveIsRevoked(enclaveId);
        if (enclave.operator != registration.operator) revert EnclaveKeyTaken(enclaveId, enclave.operator);
        bytes32 profileId = profileIdAt(state.profileIndex);
        bytes32 registeredMeasurement = measurementAt(state.releaseIndex);
        if (
            profileId != registration.profileId ||
            registeredMeasurement != measurementId ||
            enclave.platformTag != platformTag ||
            _rsaKeyHashes[enclaveId] != registration.rsaKeyHash ||
            state.policyVersion < _profileTerms[state.profileIndex].acceptedAtVersion ||
            state.policyVersion < _releaseTerms[state.releaseIndex].acceptedAtVersion
        ) revert EnclaveKeyOutdated(enclaveId, profileId, registeredMeasurement, state.policyVersion);
        if (registration.challengeBlock <= enclave.challengeBlock) {
            revert EnclaveEvidenceOld(registration.challengeBlock, enclave.challengeBlock);
        }
    }

    /// @return facts       What the evidence says.
    /// @return failedRules The admission rules that it breaks.
    /// @return since       Unix seconds of the oldest statement that the registration rests on.
    function _assess(
        Registration calldata registration,
        bytes calldata evidence
    ) private view returns (AttestationFacts memory facts, uint256 failedRules, uint256 since) {
        facts = verifierAt(registration.verifierId).target.verify(evidence);
        Admission.Inputs memory inputs = _admissionInputs(registration, facts);
        (inputs.acceleratorAttested, since) = _judgeAccelerators(registration, inputs.terms.gpuAssurance);
        failedRules = Admission.failedRules(registration, facts, inputs);
    }

    /// @dev Nothing is asked but of profiles that want NVIDIA's word. The time is now, or that of an older token.
    function _judgeAccelerators(
        Registration calldata registration,
        IHardwarePolicy.GpuAssurance assurance
    ) private view returns (bool good, uint256 since) {
        since = block.timestamp;
        if (assurance == IHardwarePolicy.GpuAssurance.MEASURED_CODE) return (true, since);
        if (address(gpuAttestations) == address(0)) return (false, since);
        (GpuVerdict verdict, uint64 issuedAt) = gpuAttestations.judge(address(this), registration);
        return (verdict == GpuVerdict.GOOD, issuedAt < since ? issuedAt : since);
    }

    function _admissionInputs(
        Registration calldata registration,
        AttestationFacts memory facts
    ) private view returns (Admission.Inputs memory inputs) {
        inputs.registrationsOpen = !registrationsPaused;
        inputs.verifier = verifierAt(registration.verifierId);
        inputs.operatorRegistered = _isOperator(registration.operator);
        inputs.operatorDenied = isDenied(Denial.OPERATOR, _subjectOf(registration.operator));
        inputs.stake = _stakeOf(registration.operator);
        inputs.platformDenied = isDenied(Denial.PLATFORM, facts.platformId);
        inputs.classDenied = isDenied(Denial.PLATFORM_CLASS, facts.platformClass);
        inputs.profile = profileTermsOf(registration.profileId);
        if (inputs.profile.status != IHardwarePolicy.ProfileStatus.NONE) {
            inputs.profileIndex = profileIndexOf(registration.profileId);
            inputs.terms = _admissionTerms[inputs.profileIndex];
            inputs.classListed = inputs.terms.anyClass || _classListed[inputs.profileIndex][facts.platformClass];
            inputs.minimumTcbEvaluation = minimumTcbEvaluationOf(inputs.terms.kind);
        }
        inputs.release = releaseTermsOf(facts.measurementId);
    }

    /// @dev Reads three slots and calls nobody. An unknown enclave's terms are those of index 0, and unused.
    function _failedUseRules(bytes32 enclaveId, uint8 roles, uint256 at) private view returns (uint256) {
        EnclaveState storage enclave = _enclaves[enclaveId].state;
        uint256 state;
        assembly ("memory-safe") {
            state := sload(enclave.slot)
        }
        IHardwarePolicy.ProfileTerms storage profileTerms = _profileTerms[UseRules.profileIndexOf(state)];
        ICodeReleases.ReleaseTerms storage releaseTerms = _releaseTerms[UseRules.releaseIndexOf(state)];
        uint256 profile;
        uint256 release;
        assembly ("memory-safe") {
            profile := sload(profileTerms.slot)
            release := sload(releaseTerms.slot)
        }
        return UseRules.failedRules(state, profile, release, roles, at);
    }

    function _delayFor(address operator) private view returns (uint256) {
        return _stakeOf(operator) >= _stakeWithoutDelay ? 0 : _validityDelay;
    }

    function _isOperator(address operator) private view returns (bool) {
        return _operators.operatorOf(operator).registeredAt != 0;
    }

    /// @dev The operator's own stake, OPG base units.
    function _stakeOf(address operator) private view returns (uint256) {
        return staking.stakeOf(operator, operator);
    }

    /// @dev Long enough that nobody finds another platform with the same: denials name platforms that exist.
    function _platformTag(bytes32 platformId, bytes32 platformClass) private pure returns (bytes11) {
        return bytes11(keccak256(abi.encode(platformId, platformClass)));
    }

    function _subjectOf(address operator) private pure returns (bytes32) {
        return bytes32(uint256(uint160(operator)));
    }

    function _revoke(bytes32 enclaveId, EnclaveRecord storage enclave) private {
        enclave.state.revoked = true;
        emit EnclaveRevoked(enclaveId, msg.sender);
    }

    function _knownEnclave(bytes32 enclaveId) private view returns (EnclaveRecord storage enclave) {
        enclave = _enclaves[enclaveId];
        if (enclave.state.usableFrom == 0) revert EnclaveUnknown(enclaveId);
        if (enclave.state.revoked) revert EnclaveIsRevoked(enclaveId);
    }

    function _checkSignature(address signer, bytes32 structHash, bytes calldata signature) private view {
        (address recovered, , ) = ECDSA.tryRecoverCalldata(_hashTypedDataV4(structHash), signature);
        // Recovery says zero for what is no signature.
        if (recovered != signer || signer == address(0)) revert EnclaveSignatureInvalid(signer, recovered);
    }
}
