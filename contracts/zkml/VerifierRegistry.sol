// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IProofSystem} from "./interfaces/IProofSystem.sol";
import {IVerifierRegistry} from "./interfaces/IVerifierRegistry.sol";
import {Bn254} from "./libraries/Bn254.sol";
import {CircuitSignals} from "./libraries/CircuitSignals.sol";
import {Groth16Batch} from "./libraries/Groth16Batch.sol";
import {KeyRecord, KeyRecordLibrary} from "./types/KeyRecord.sol";

/// @title One verifier for every circuit, and the router to the others
/// @notice Keys are stored as contract code, so that a verification reads a key for the price of one cold account.
/// @dev ROLES: GUARDIAN freezes a proof system; ADMIN adds one and lifts a freeze. UPGRADES: none; whoever consumes
///      proofs names the registry by address. What verifies a key's proofs can be stopped, never replaced.
contract VerifierRegistry is IVerifierRegistry, AccessManaged {
    /// @dev A model of a class circuit.
    struct ClassModel {
        bytes32 classKeyId;
        uint256 modelHash;
    }

    /// @inheritdoc IVerifierRegistry
    uint256 public constant MAX_SIGNALS = 32;

    /// @inheritdoc IVerifierRegistry
    uint256 public constant MAX_BATCH = 256;

    /// @dev Numbers of proof systems fit one byte of a key's record.
    uint256 private constant MAX_PROOF_SYSTEMS = 256;

    /// @inheritdoc IVerifierRegistry
    uint256 public constant GROTH16 = 0;

    /// @dev alpha of the development setup (zkml/circuit/development-ptau.ts); a test compares the two.
    uint256 private constant DEVELOPMENT_ALPHA_X =
        4168723461908067061757067704551892017331097267497757978804365106650822829487;
    uint256 private constant DEVELOPMENT_ALPHA_Y =
        21184112742284083265425257079813760534559664822814580201147499913769063802863;

    /// @dev Bytes of alpha1, beta2, gamma2 and delta2; the `ic` points follow.
    uint256 private constant FIXED_POINTS_SIZE = 0x1c0;

    /// @dev Bytes of an encoded Groth16 proof.
    uint256 private constant PROOF_SIZE = 0x100;

    /// @dev Bytes of a stored key: contract code less the first byte.
    uint256 private constant MAX_KEY_SIZE = 24_575;

    /// @dev Four pairs at EIP-1108 prices: 45_000 + 4 · 34_000.
    uint256 private constant PAIRING_GAS = 181_000;

    /// @dev A 64th stays behind at every call (EIP-150): 185_000 · 63 / 64 = 182_109 leaves room for the call itself.
    uint256 private constant PAIRING_GAS_REQUIRED = 185_000;

    /// @inheritdoc IVerifierRegistry
    bool public immutable developmentKeysAllowed;

    /// @dev By key, transcript and account: whether the account has confirmed its contribution.
    mapping(bytes32 keyId => mapping(bytes32 transcriptHash => mapping(address account => bool))) private _confirmed;

    mapping(bytes32 keyId => KeyRecord record) private _keys;
    mapping(bytes32 keyId => ClassModel model) private _classModels;

    /// @dev One bit per proof system.
    uint256 private _frozen;

    /// @inheritdoc IVerifierRegistry
    uint256 public proofSystemCount;

    /// @dev Where proof systems are; number 0 is this contract.
    mapping(uint256 system => IProofSystem verifier) private _proofSystems;

    /// @param systems The proof systems beside Groth16, from number 1 on.
    constructor(
        address authority,
        bool developmentKeysAllowed_,
        IProofSystem[] memory systems
    ) AccessManaged(authority) {
        developmentKeysAllowed = developmentKeysAllowed_;
        _proofSystems[GROTH16] = IProofSystem(address(this));
        proofSystemCount = 1;
        for (uint256 i = 0; i < systems.length; ++i) _addProofSystem(systems[i]);
    }

    // ------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IVerifierRegistry
    function confirmationsOf(
        bytes32 keyId,
        bytes32 transcriptHash,
        address[] calldata accounts
    ) external view returns (uint256 count) {
        bytes32 setup = _keyOf(keyId);
        address previous = address(0);
        for (uint256 i = 0; i < accounts.length; ++i) {
            if (accounts[i] <= previous) revert VerifierAccountsNotAscending(i, accounts[i]);
            previous = accounts[i];
            if (_confirmed[setup][transcriptHash][previous]) ++count;
        }
    }

    /// @inheritdoc IVerifierRegistry
    function isRegistered(bytes32 keyId) external view returns (bool) {
        return _keys[_keyOf(keyId)].isPresent();
    }

    /// @inheritdoc IVerifierRegistry
    function isDevelopmentKey(bytes32 keyId) external view returns (bool) {
        return _known(_keyOf(keyId)).isDevelopment();
    }

    /// @inheritdoc IVerifierRegistry
    function publicSignalsOf(bytes32 keyId) external view returns (uint256) {
        return _known(_keyOf(keyId)).signals();
    }

    /// @inheritdoc IVerifierRegistry
    function classModelOf(bytes32 keyId) external view returns (bytes32 classKeyId, uint256 modelHash) {
        ClassModel storage model = _classModels[keyId];
        return (model.classKeyId, model.modelHash);
    }

    /// @inheritdoc IVerifierRegistry
    function keyOf(bytes32 keyId) external view returns (bytes memory key) {
        address store = _known(_keyOf(keyId)).store();
        uint256 size = store.code.length - 1;
        key = new bytes(size);
        assembly ("memory-safe") {
            extcodecopy(store, add(key, 0x20), 1, size)
        }
    }

    /// @inheritdoc IVerifierRegistry
    function proofSystemOf(bytes32 keyId) external view returns (uint256) {
        return _known(_keyOf(keyId)).system();
    }

    /// @inheritdoc IVerifierRegistry
    function proofSystemAt(uint256 system) external view returns (address verifier, bool frozen) {
        _requireSystem(system);
        return (address(_proofSystems[system]), _isFrozen(system));
    }

    /// @inheritdoc IVerifierRegistry
    function verify(bytes32 keyId, Proof calldata proof, uint256[] calldata signals) external view returns (bool) {
        return _verifyGroth16(keyId, _keys[keyId], proof, signals);
    }

    /// @inheritdoc IVerifierRegistry
    function verifyProof(bytes32 keyId, bytes calldata proof, uint256[] calldata signals) external view returns (bool) {
        KeyRecord record = _keys[keyId];
        uint256 system = record.system();
        if (system != GROTH16) {
            _requireOpen(system);
            return _proofSystems[system].verify(record.store(), proof, signals);
        }
        if (proof.length != PROOF_SIZE) revert VerifierProofLengthWrong(proof.length, PROOF_SIZE);
        Proof calldata points;
        assembly ("memory-safe") {
            points := proof.offset
        }
        return _verifyGroth16(keyId, record, points, signals);
    }

    /// @inheritdoc IVerifierRegistry
    function verifyBatch(BatchGroup[] calldata groups) external view returns (bool) {
        _requireOpen(GROTH16);
        uint256 proofs = 0;
        for (uint256 i = 0; i < groups.length; ++i) {
            uint256 count = groups[i].proofs.length;
            if (count == 0) revert VerifierBatchGroupEmpty(i);
            proofs += count;
        }
        if (proofs == 0 || proofs > MAX_BATCH) revert VerifierBatchSizeOutOfRange(proofs, MAX_BATCH);

        // Keys are named by the hash of their points, so the calldata is everything that is combined.
        Groth16Batch.Batch memory batch = Groth16Batch.start(uint256(_hashOfCalldata()), proofs, groups.length);
        for (uint256 i = 0; i < groups.length; ++i) _combine(batch, groups[i]);
        return Groth16Batch.finish(batch);
    }

    // ------------------------------------------------------------------------------------------------------ writes

    /// @inheritdoc IVerifierRegistry
    function confirmContribution(bytes32 keyId, bytes32 transcriptHash) external {
        if (_known(keyId).isDevelopment()) revert VerifierDevelopmentKeyRefused(keyId);
        if (transcriptHash == bytes32(0)) revert VerifierTranscriptMissing(keyId);
        if (_confirmed[keyId][transcriptHash][msg.sender]) {
            revert VerifierContributionConfirmed(keyId, transcriptHash, msg.sender);
        }
        _confirmed[keyId][transcriptHash][msg.sender] = true;
        emit ContributionConfirmed(keyId, transcriptHash, msg.sender);
    }

    /// @inheritdoc IVerifierRegistry
    function registerKey(VerifyingKey calldata key, bool development) external returns (bytes32 keyId) {
        uint256 signals = _signalsOf(key);
        bytes memory points = _pointsOf(key);
        keyId = keccak256(points);
        if (_keys[keyId].isPresent()) return keyId;

        _requireOpen(GROTH16);
        _checkKey(key);
        bool fromDevelopment = key.alpha1[0] == DEVELOPMENT_ALPHA_X && key.alpha1[1] == DEVELOPMENT_ALPHA_Y;
        if (development != fromDevelopment) revert VerifierKeyDevelopmentMismatch(development);
        _keep(keyId, points, GROTH16, signals, development);
    }

    /// @inheritdoc IVerifierRegistry
    function registerRoutedKey(uint256 system, bytes calldata key, bool development) external returns (bytes32 keyId) {
        _requireSystem(system);
        if (system == GROTH16) revert VerifierProofSystemNotRouted(system);
        keyId = keccak256(abi.encodePacked(system, key));
        if (_keys[keyId].isPresent()) return keyId;

        _requireOpen(system);
        (uint256 signals, bool fromDevelopment) = _proofSystems[system].inspectKey(key);
        if (signals == 0 || signals > MAX_SIGNALS) revert VerifierKeySignalsOutOfRange(signals, MAX_SIGNALS);
        if (development != fromDevelopment) revert VerifierKeyDevelopmentMismatch(development);
        _keep(keyId, key, system, signals, development);
    }

    /// @inheritdoc IVerifierRegistry
    function registerClassModel(bytes32 classKeyId, uint256 modelHash) external returns (bytes32 keyId) {
        uint256 signals = _groth16Key(classKeyId).signals();
        if (signals != CircuitSignals.COUNT) revert VerifierSignalCountWrong(signals, CircuitSignals.COUNT);
        if (modelHash >= Bn254.SCALAR_MODULUS) revert VerifierModelHashNotInField(modelHash);
        keyId = keccak256(abi.encode(classKeyId, modelHash));
        if (_classModels[keyId].classKeyId != bytes32(0)) return keyId;

        _requireOpen(GROTH16);
        _classModels[keyId] = ClassModel({classKeyId: classKeyId, modelHash: modelHash});
        emit ClassModelRegistered(keyId, classKeyId, modelHash, msg.sender);
    }

    /// @inheritdoc IVerifierRegistry
    function addProofSystem(IProofSystem verifier) external restricted returns (uint256 system) {
        return _addProofSystem(verifier);
    }

    /// @inheritdoc IVerifierRegistry
    function freezeProofSystem(uint256 system, string calldata reason) external restricted {
        _requireSystem(system);
        _requireOpen(system);
        _frozen |= 1 << system;
        emit ProofSystemFrozen(system, reason);
    }

    /// @inheritdoc IVerifierRegistry
    function unfreezeProofSystem(uint256 system, string calldata reason) external restricted {
        _requireSystem(system);
        if (!_isFrozen(system)) revert VerifierProofSystemNotFrozen(system);
        _frozen ^= 1 << system;
        emit ProofSystemUnfrozen(system, reason);
    }

    // ------------------------------------------------------------------------------------------------- proof systems

    function _addProofSystem(IProofSystem verifier) private returns (uint256 system) {
        system = proofSystemCount;
        if (system == MAX_PROOF_SYSTEMS) revert VerifierProofSystemsFull(system);
        if (address(verifier).code.length == 0) revert VerifierProofSystemWithoutCode(address(verifier));
        _proofSystems[system] = verifier;
        proofSystemCount = system + 1;
        emit ProofSystemAdded(system, address(verifier));
    }

    function _requireSystem(uint256 system) private view {
        if (system >= proofSystemCount) revert VerifierProofSystemUnknown(system, proofSystemCount);
    }

    function _isFrozen(uint256 system) private view returns (bool) {
        return (_frozen >> system) & 1 != 0;
    }

    function _requireOpen(uint256 system) private view {
        if (_isFrozen(system)) revert VerifierProofSystemFrozen(system);
    }

    // ---------------------------------------------------------------------------------------------------- registering

    /// @dev The key that proofs of `keyId` are verified under: the class's for a class model, else itself.
    function _keyOf(bytes32 keyId) private view returns (bytes32) {
        bytes32 classKeyId = _classModels[keyId].classKeyId;
        return classKeyId == bytes32(0) ? keyId : classKeyId;
    }

    function _known(bytes32 keyId) private view returns (KeyRecord record) {
        record = _keys[keyId];
        if (!record.isPresent()) revert VerifierKeyUnknown(keyId);
    }

    function _groth16Key(bytes32 keyId) private view returns (KeyRecord record) {
        record = _known(keyId);
        if (record.system() != GROTH16) revert VerifierKeyOfAnotherSystem(keyId, record.system());
    }

    /// @dev Stores a key that was checked. `signals` is at most MAX_SIGNALS.
    function _keep(bytes32 keyId, bytes memory key, uint256 system, uint256 signals, bool development) private {
        if (development && !developmentKeysAllowed) revert VerifierDevelopmentKeyRefused(keyId);
        _keys[keyId] = KeyRecordLibrary.pack(_store(keyId, key), signals, system, development);
        emit VerifyingKeyRegistered(keyId, msg.sender, signals, development);
    }

    /// @dev The number of signals that a key is for, within its bounds.
    function _signalsOf(VerifyingKey calldata key) private pure returns (uint256 signals) {
        uint256 icCount = key.ic.length;
        signals = icCount == 0 ? 0 : icCount - 1;
        if (signals == 0 || signals > MAX_SIGNALS) revert VerifierKeySignalsOutOfRange(signals, MAX_SIGNALS);
    }

    /// @dev The points in struct order: the 14 fixed words lie in one piece in calldata, and so do the `ic` points.
    function _pointsOf(VerifyingKey calldata key) private pure returns (bytes memory points) {
        uint256[2][] calldata ic = key.ic;
        points = new bytes(FIXED_POINTS_SIZE + ic.length * 64);
        assembly ("memory-safe") {
            let target := add(points, 0x20)
            calldatacopy(target, key, FIXED_POINTS_SIZE)
            calldatacopy(add(target, FIXED_POINTS_SIZE), ic.offset, mul(ic.length, 64))
        }
    }

    function _checkKey(VerifyingKey calldata key) private pure {
        _checkG1(key.alpha1);
        _checkG2(key.beta2);
        _checkG2(key.gamma2);
        _checkG2(key.delta2);
        for (uint256 i = 0; i < key.ic.length; ++i) _checkG1(key.ic[i]);
        // Points with the same x are equal or opposite.
        if (key.delta2[0] == key.gamma2[0] && key.delta2[1] == key.gamma2[1]) {
            revert VerifierKeyWithoutContribution(key.delta2[0], key.delta2[1]);
        }
    }

    function _checkG1(uint256[2] calldata point) private pure {
        if (!Bn254.isOnG1(point[0], point[1])) revert VerifierKeyG1PointInvalid(point[0], point[1]);
    }

    function _checkG2(uint256[4] calldata point) private pure {
        if (!Bn254.isOnTwist(point[0], point[1], point[2], point[3])) {
            revert VerifierKeyG2PointInvalid(point[0], point[1], point[2], point[3]);
        }
    }

    /// @dev Creates a contract whose code is a STOP byte (so that it cannot be called) and the key. The creation code
    ///      has two bytes for the size.
    function _store(bytes32 keyId, bytes memory points) private returns (address store) {
        if (points.length > MAX_KEY_SIZE) revert VerifierKeyTooLong(points.length, MAX_KEY_SIZE);
        // PUSH2 size, DUP1, PUSH1 10, RETURNDATASIZE, CODECOPY, RETURNDATASIZE, RETURN, then the code itself.
        bytes memory creation = abi.encodePacked(hex"61", uint16(points.length + 1), hex"80600a3d393df300", points);
        assembly ("memory-safe") {
            store := create(0, add(creation, 0x20), mload(creation))
        }
        if (store == address(0)) revert VerifierKeyNotStored(keyId);
    }

    // ------------------------------------------------------------------------------------------------------ verifying

    function _verifyGroth16(
        bytes32 keyId,
        KeyRecord record,
        Proof calldata proof,
        uint256[] calldata signals
    ) private view returns (bool) {
        if (!record.isPresent()) return _verifyClassModel(keyId, proof, signals);
        if (_frozen & 1 != 0) revert VerifierProofSystemFrozen(GROTH16);
        // The number of signals, as long as the proof system's number is 0.
        if (record.shape() != signals.length) _refuseShape(keyId, record, signals.length);
        // q − y would wrap around for a coordinate that is not canonical; the precompile checks all the others.
        if (proof.a[1] >= Bn254.BASE_MODULUS) return false;

        uint256 pairs = _load(record.store(), signals.length);
        _accumulate(pairs, signals);
        uint256 available = gasleft();
        if (available < PAIRING_GAS_REQUIRED) revert VerifierGasTooLow(available, PAIRING_GAS_REQUIRED);
        return _pairingIsOne(pairs, proof);
    }

    function _refuseShape(bytes32 keyId, KeyRecord record, uint256 signals) private pure {
        if (record.system() != GROTH16) revert VerifierKeyOfAnotherSystem(keyId, record.system());
        revert VerifierSignalCountWrong(signals, record.signals());
    }

    /// @dev Lays out the input of the pairing, e(−A, B) · e(alpha, beta) · e(L, gamma) · e(C, delta), at the free
    ///      memory pointer, all but A, B, L and C filled in, and the key's `ic` points behind it. Returns its address.
    ///
    ///      +0x000 −A  +0x040 B | +0x0c0 alpha  +0x100 beta | +0x180 L  +0x1c0 gamma | +0x240 C  +0x280 delta
    ///      +0x300 ic[0], ic[1], …
    function _load(address store, uint256 signals) private view returns (uint256 pairs) {
        assembly ("memory-safe") {
            pairs := mload(0x40)
            let size := add(0x340, shl(6, signals))
            // Scratch of 0xa0 bytes for {_accumulate}; the size is a multiple of 32 and bounded by MAX_SIGNALS.
            mstore(0x40, add(pairs, add(size, 0xa0)))
            // Code starts with the STOP byte. The fixed points lie close together and are moved apart from behind.
            let fixedPoints := add(pairs, 0x140)
            extcodecopy(store, fixedPoints, 1, sub(size, 0x140))
            mcopy(add(pairs, 0xc0), fixedPoints, 0xc0)
            mcopy(add(pairs, 0x1c0), add(pairs, 0x200), 0x80)
        }
    }

    /// @dev L = ic[0] + Σ signals[i] · ic[i + 1], written to its place. Points were checked at registration and signals
    ///      are checked here, so the precompiles (ecMul 6_000, ecAdd 150 gas) fail only for lack of gas.
    function _accumulate(uint256 pairs, uint256[] calldata signals) private view {
        uint256 order = Bn254.SCALAR_MODULUS;
        uint256 left = signals.length;
        bool ok = true;
        assembly ("memory-safe") {
            let point := add(pairs, 0x300)
            let signal := signals.offset
            // sum (2 words), term (2 words), scalar (1 word)
            let sum := add(point, shl(6, add(left, 1)))
            let term := add(sum, 0x40)
            mcopy(sum, point, 0x40)
            for {} left {
                left := sub(left, 1)
            } {
                point := add(point, 0x40)
                mcopy(term, point, 0x40)
                let scalar := calldataload(signal)
                if iszero(lt(scalar, order)) {
                    break
                }
                mstore(add(term, 0x40), scalar)
                ok := and(ok, staticcall(gas(), 0x07, term, 0x60, term, 0x40))
                ok := and(ok, staticcall(gas(), 0x06, sum, 0x80, sum, 0x40))
                signal := add(signal, 0x20)
            }
            mcopy(add(pairs, 0x180), sum, 0x40)
        }
        if (left != 0) {
            uint256 index = signals.length - left;
            revert VerifierSignalNotInField(index, signals[index]);
        }
        if (!ok) revert VerifierGasTooLow(gasleft(), PAIRING_GAS_REQUIRED);
    }

    /// @dev Fills in the proof and asks the precompile. It gets exactly its price: a malformed point makes it take all
    ///      it was given, and {verify} has made sure that this much is there, so a failure means a malformed proof.
    function _pairingIsOne(uint256 pairs, Proof calldata proof) private view returns (bool valid) {
        uint256 q = Bn254.BASE_MODULUS;
        assembly ("memory-safe") {
            // −A; y is below q, and y = 0 (infinity only) stays 0.
            mstore(pairs, calldataload(proof))
            mstore(add(pairs, 0x20), mod(sub(q, calldataload(add(proof, 0x20))), q))
            calldatacopy(add(pairs, 0x40), add(proof, 0x40), 0x80)
            calldatacopy(add(pairs, 0x240), add(proof, 0xc0), 0x40)
            let ok := staticcall(PAIRING_GAS, 0x08, pairs, 0x300, 0x00, 0x20)
            valid := and(ok, eq(mload(0x00), 1))
        }
    }

    /// @dev Under the class's key, with the signals of the class circuit.
    function _verifyClassModel(
        bytes32 keyId,
        Proof calldata proof,
        uint256[] calldata signals
    ) private view returns (bool) {
        ClassModel memory model = _classModels[keyId];
        if (model.classKeyId == bytes32(0)) revert VerifierKeyUnknown(keyId);
        if (signals.length != CircuitSignals.COUNT) {
            revert VerifierSignalCountWrong(signals.length, CircuitSignals.COUNT);
        }
        uint256 outputs = signals[CircuitSignals.OUTPUTS];
        uint256 inputs = signals[CircuitSignals.INPUTS];
        _checkWidth(CircuitSignals.OUTPUTS, outputs, CircuitSignals.CLASS_OUTPUT_BITS);
        _checkWidth(CircuitSignals.INPUTS, inputs, CircuitSignals.CLASS_INPUT_BITS);
        uint256[] memory own = new uint256[](CircuitSignals.COUNT);
        own[CircuitSignals.CLASS_DATA] = (inputs << CircuitSignals.CLASS_OUTPUT_BITS) | outputs;
        own[CircuitSignals.CLASS_MODEL_HASH] = model.modelHash;
        own[CircuitSignals.CALL_BINDING] = signals[CircuitSignals.CALL_BINDING];
        return this.verify(model.classKeyId, proof, own);
    }

    function _checkWidth(uint256 index, uint256 signal, uint256 bits) private pure {
        if (signal >> bits != 0) revert VerifierClassSignalOutOfRange(index, signal, bits);
    }

    function _combine(Groth16Batch.Batch memory batch, BatchGroup calldata group) private view {
        KeyRecord record = _groth16Key(group.keyId);
        uint256 expected = group.proofs.length * record.signals();
        if (group.signals.length != expected) revert VerifierSignalCountWrong(group.signals.length, expected);
        Groth16Batch.combine(batch, record.store(), record.signals(), group.proofs, group.signals);
    }

    /// @dev In memory that is not kept.
    function _hashOfCalldata() private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            hash := keccak256(free, calldatasize())
        }
    }
}
