// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVerifierRegistry} from "./interfaces/IVerifierRegistry.sol";
import {Bn254} from "./libraries/Bn254.sol";
import {CircuitSignals} from "./libraries/CircuitSignals.sol";
import {Groth16Batch} from "./libraries/Groth16Batch.sol";

/// @title One Groth16 verifier for every circuit
/// @notice Keys are stored as contract code, so that a verification reads a key for the price of one cold account.
/// @dev ROLES: none. UPGRADES: none; whoever consumes proofs names the registry by address.
contract VerifierRegistry is IVerifierRegistry {
    /// @dev Fits one slot.
    struct KeyRecord {
        address store;
        uint8 signals;
        bool development;
    }

    /// @dev A model of a class circuit.
    struct ClassModel {
        bytes32 classKeyId;
        uint256 modelHash;
    }

    /// @inheritdoc IVerifierRegistry
    uint256 public constant MAX_SIGNALS = 32;

    /// @inheritdoc IVerifierRegistry
    uint256 public constant MAX_BATCH = 256;

    /// @dev alpha of the development setup (zkml/circuit/development-ptau.ts); a test compares the two.
    uint256 private constant DEVELOPMENT_ALPHA_X =
        4168723461908067061757067704551892017331097267497757978804365106650822829487;
    uint256 private constant DEVELOPMENT_ALPHA_Y =
        21184112742284083265425257079813760534559664822814580201147499913769063802863;

    /// @dev Bytes of alpha1, beta2, gamma2 and delta2; the `ic` points follow.
    uint256 private constant FIXED_POINTS_SIZE = 0x1c0;

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

    constructor(bool developmentKeysAllowed_) {
        developmentKeysAllowed = developmentKeysAllowed_;
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
        return _keys[_keyOf(keyId)].store != address(0);
    }

    /// @inheritdoc IVerifierRegistry
    function isDevelopmentKey(bytes32 keyId) external view returns (bool) {
        return _known(_keyOf(keyId)).development;
    }

    /// @inheritdoc IVerifierRegistry
    function publicSignalsOf(bytes32 keyId) external view returns (uint256) {
        return _known(_keyOf(keyId)).signals;
    }

    /// @inheritdoc IVerifierRegistry
    function classModelOf(bytes32 keyId) external view returns (bytes32 classKeyId, uint256 modelHash) {
        ClassModel storage model = _classModels[keyId];
        return (model.classKeyId, model.modelHash);
    }

    /// @inheritdoc IVerifierRegistry
    function verify(bytes32 keyId, Proof calldata proof, uint256[] calldata signals) external view returns (bool) {
        KeyRecord memory record = _keys[keyId];
        if (record.store == address(0)) return _verifyClassModel(keyId, proof, signals);
        if (signals.length != record.signals) revert VerifierSignalCountWrong(signals.length, record.signals);
        for (uint256 i = 0; i < signals.length; ++i) {
            if (signals[i] >= Bn254.SCALAR_MODULUS) revert VerifierSignalNotInField(i, signals[i]);
        }
        // q − y would wrap around for a coordinate that is not canonical; the precompile checks all the others.
        if (proof.a[1] >= Bn254.BASE_MODULUS) return false;

        uint256 pairs = _load(record.store, signals.length);
        _accumulate(pairs, signals);
        uint256 available = gasleft();
        if (available < PAIRING_GAS_REQUIRED) revert VerifierGasTooLow(available, PAIRING_GAS_REQUIRED);
        return _pairingIsOne(pairs, proof);
    }

    /// @inheritdoc IVerifierRegistry
    function verifyBatch(BatchGroup[] calldata groups) external view returns (bool) {
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
        if (_known(keyId).development) revert VerifierDevelopmentKeyRefused(keyId);
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
        if (_keys[keyId].store != address(0)) return keyId;

        _checkKey(key);
        bool fromDevelopment = key.alpha1[0] == DEVELOPMENT_ALPHA_X && key.alpha1[1] == DEVELOPMENT_ALPHA_Y;
        if (development != fromDevelopment) revert VerifierKeyDevelopmentMismatch(development);
        if (development && !developmentKeysAllowed) revert VerifierDevelopmentKeyRefused(keyId);

        // `signals` is at most MAX_SIGNALS, so the narrowing is exact.
        _keys[keyId] = KeyRecord({store: _store(keyId, points), signals: uint8(signals), development: development});
        emit VerifyingKeyRegistered(keyId, msg.sender, signals, development);
    }

    /// @inheritdoc IVerifierRegistry
    function registerClassModel(bytes32 classKeyId, uint256 modelHash) external returns (bytes32 keyId) {
        uint256 signals = _known(classKeyId).signals;
        if (signals != CircuitSignals.COUNT) revert VerifierSignalCountWrong(signals, CircuitSignals.COUNT);
        if (modelHash >= Bn254.SCALAR_MODULUS) revert VerifierModelHashNotInField(modelHash);
        keyId = keccak256(abi.encode(classKeyId, modelHash));
        if (_classModels[keyId].classKeyId != bytes32(0)) return keyId;

        _classModels[keyId] = ClassModel({classKeyId: classKeyId, modelHash: modelHash});
        emit ClassModelRegistered(keyId, classKeyId, modelHash, msg.sender);
    }

    // ---------------------------------------------------------------------------------------------------- registering

    /// @dev The key that proofs of `keyId` are verified under: the class's for a class model, else itself.
    function _keyOf(bytes32 keyId) private view returns (bytes32) {
        bytes32 classKeyId = _classModels[keyId].classKeyId;
        return classKeyId == bytes32(0) ? keyId : classKeyId;
    }

    function _known(bytes32 keyId) private view returns (KeyRecord memory record) {
        record = _keys[keyId];
        if (record.store == address(0)) revert VerifierKeyUnknown(keyId);
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

    /// @dev Creates a contract whose code is a STOP byte (so that it cannot be called) and the points. At most
    ///      1 + 448 + 33 · 64 = 2_561 bytes: the size fits the two bytes that the creation code has for it.
    function _store(bytes32 keyId, bytes memory points) private returns (address store) {
        // PUSH2 size, DUP1, PUSH1 10, RETURNDATASIZE, CODECOPY, RETURNDATASIZE, RETURN, then the code itself.
        bytes memory creation = abi.encodePacked(hex"61", uint16(points.length + 1), hex"80600a3d393df300", points);
        assembly ("memory-safe") {
            store := create(0, add(creation, 0x20), mload(creation))
        }
        if (store == address(0)) revert VerifierKeyNotStored(keyId);
    }

    // ------------------------------------------------------------------------------------------------------ verifying

    /// @dev Lays out the input of the pairing, e(−A, B) · e(alpha, beta) · e(L, gamma) · e(C, delta), at the free
    ///      memory pointer, all but A, B, L and C filled in, and the key's `ic` points behind it. Returns its address.
    ///
    ///      +0x000 −A  +0x040 B | +0x0c0 alpha  +0x100 beta | +0x180 L  +0x1c0 gamma | +0x240 C  +0x280 delta
    ///      +0x300 ic[0], ic[1], …
    function _load(address store, uint256 signals) private view returns (uint256 pairs) {
        uint256 size = 0x300 + (signals + 1) * 64;
        assembly ("memory-safe") {
            pairs := mload(0x40)
            // Scratch of 0xa0 bytes for {_accumulate}; the size is a multiple of 32 and bounded by MAX_SIGNALS.
            mstore(0x40, add(pairs, add(size, 0xa0)))
            // Code starts with the STOP byte.
            extcodecopy(store, add(pairs, 0xc0), 1, 0xc0)
            extcodecopy(store, add(pairs, 0x1c0), 0xc1, 0x80)
            extcodecopy(store, add(pairs, 0x280), 0x141, 0x80)
            extcodecopy(store, add(pairs, 0x300), 0x1c1, sub(size, 0x300))
        }
    }

    /// @dev L = ic[0] + Σ signals[i] · ic[i + 1], written to its place. Points were checked at registration and signals
    ///      are field elements, so the precompiles (ecMul 6_000, ecAdd 150 gas) fail only for lack of gas.
    function _accumulate(uint256 pairs, uint256[] calldata signals) private view {
        uint256 failedAt;
        assembly ("memory-safe") {
            let point := add(pairs, 0x300)
            let count := signals.length
            // sum (2 words), term (2 words), scalar (1 word)
            let sum := add(point, mul(add(count, 1), 64))
            let term := add(sum, 0x40)
            mcopy(sum, point, 0x40)
            for {
                let i := 0
            } lt(i, count) {
                i := add(i, 1)
            } {
                point := add(point, 0x40)
                mcopy(term, point, 0x40)
                mstore(add(term, 0x40), calldataload(add(signals.offset, mul(i, 0x20))))
                let ok := staticcall(gas(), 0x07, term, 0x60, term, 0x40)
                ok := and(ok, staticcall(gas(), 0x06, sum, 0x80, sum, 0x40))
                if iszero(ok) {
                    failedAt := gas()
                    break
                }
            }
            mcopy(add(pairs, 0x180), sum, 0x40)
        }
        if (failedAt != 0) revert VerifierGasTooLow(failedAt, PAIRING_GAS_REQUIRED);
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
        KeyRecord memory record = _known(group.keyId);
        uint256 expected = group.proofs.length * record.signals;
        if (group.signals.length != expected) revert VerifierSignalCountWrong(group.signals.length, expected);
        Groth16Batch.combine(batch, record.store, record.signals, group.proofs, group.signals);
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
