// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IReleaseCircuits} from "./interfaces/IReleaseCircuits.sol";
import {SignalLayout} from "../zkml/types/SignalLayout.sol";

/// @title Circuits and EVM models of the Model Hub's releases
/// @notice The part of the hub that calls with a proof, and calls that the EVM answers, read. Created by {ModelHub}.
///
/// ROLES: none; only its creator writes. UPGRADES: none.
contract ReleaseCircuits is IReleaseCircuits {
    /// @dev A {SignalLayout} whose numbers share a slot with the file. Names have at most 31 bytes: a slot each.
    struct CircuitRecord {
        string inputName;
        string outputName;
        uint8 inputCount;
        uint8 inputBits;
        uint8 inputDecimals;
        uint64 inputOffset;
        uint8 outputCount;
        uint8 outputBits;
        uint8 outputDecimals;
        uint64 outputOffset;
        uint8 file;
    }

    /// @inheritdoc IReleaseCircuits
    uint256 public constant MAX_CIRCUITS = 8;

    // The values of one side share one field element of the circuit; longer tensor names would take a second slot.
    uint256 private constant _MAX_PACKED_BITS = 248;
    uint256 private constant _MAX_TENSOR_NAME = 31;

    /// @inheritdoc IReleaseCircuits
    address public immutable HUB;

    /// @dev In order; a zero behind the first one ends the list.
    mapping(bytes32 releaseId => bytes32[MAX_CIRCUITS]) private _keyIds;
    /// @dev Key zero is the layout of a release that has a model for the EVM alone.
    mapping(bytes32 releaseId => mapping(bytes32 keyId => CircuitRecord)) private _circuits;
    mapping(bytes32 releaseId => bytes32) private _executorModels;

    constructor() {
        HUB = msg.sender;
    }

    // --- Views -------------------------------------------------------------------------------------------------------

    /// @inheritdoc IReleaseCircuits
    function layoutOf(bytes32 releaseId, bytes32 keyId) external view returns (SignalLayout memory layout) {
        if (keyId == 0) {
            if (_keyIds[releaseId][0] != 0) revert ModelsUnknownCircuit(releaseId, keyId);
            return layout;
        }
        layout = _layoutOf(releaseId, keyId);
        if (layout.inputCount == 0) revert ModelsUnknownCircuit(releaseId, keyId);
    }

    /// @inheritdoc IReleaseCircuits
    function executorModelOf(bytes32 releaseId) external view returns (bytes32 modelId, SignalLayout memory layout) {
        modelId = _executorModels[releaseId];
        if (modelId != 0) layout = _layoutOf(releaseId, _keyIds[releaseId][0]);
    }

    /// @inheritdoc IReleaseCircuits
    function circuitsOf(bytes32 releaseId) external view returns (ReleaseCircuit[] memory circuits) {
        bytes32[MAX_CIRCUITS] memory keyIds = _keyIds[releaseId];
        if (_circuits[releaseId][keyIds[0]].inputCount == 0) return circuits;
        uint256 count = 1;
        while (count < MAX_CIRCUITS && keyIds[count] != 0) ++count;
        circuits = new ReleaseCircuit[](count);
        for (uint256 i; i < count; ++i) {
            circuits[i] = ReleaseCircuit({
                keyId: keyIds[i],
                file: _circuits[releaseId][keyIds[i]].file,
                layout: _layoutOf(releaseId, keyIds[i])
            });
        }
    }

    // --- Writes ------------------------------------------------------------------------------------------------------

    /// @inheritdoc IReleaseCircuits
    function bind(bytes32 releaseId, ReleaseModels calldata models, uint256 fileCount) external {
        if (msg.sender != HUB) revert ModelsUnauthorizedHub(msg.sender, HUB);
        uint256 count = models.circuits.length;
        if (count > MAX_CIRCUITS) revert ModelsTooManyCircuits(count, MAX_CIRCUITS);
        bool executed = models.executorModelId != 0;
        if (executed && count == 0) revert ModelsInvalidLayout(0);
        for (uint256 i; i < count; ++i) {
            ReleaseCircuit memory circuit = models.circuits[i];
            if (circuit.keyId == 0 && !(executed && count == 1)) revert ModelsInvalidLayout(0);
            if (circuit.file >= fileCount) revert ModelsUnknownFile(circuit.file, fileCount);
            if (!_isLayout(circuit.layout)) revert ModelsInvalidLayout(circuit.keyId);
            _checkInput(models, i);
            if (_circuits[releaseId][circuit.keyId].inputCount != 0) revert ModelsDuplicateCircuit(circuit.keyId);
            _store(releaseId, circuit);
            if (circuit.keyId != 0) _keyIds[releaseId][i] = circuit.keyId;
        }
        if (executed) _executorModels[releaseId] = models.executorModelId;
        emit ReleaseBound(releaseId, models);
    }

    // --- Internal ----------------------------------------------------------------------------------------------------

    /// @dev At most 28 comparisons of short names.
    function _checkInput(ReleaseModels calldata models, uint256 index) private pure {
        string calldata name = models.circuits[index].layout.inputName;
        for (uint256 i; i < index; ++i) {
            if (keccak256(bytes(models.circuits[i].layout.inputName)) == keccak256(bytes(name))) {
                revert ModelsDuplicateInput(name);
            }
        }
    }

    function _isTensorName(string memory name) private pure returns (bool) {
        return bytes(name).length != 0 && bytes(name).length <= _MAX_TENSOR_NAME;
    }

    /// @dev One side of a layout: at least one value, all of them packed into one field element, and an offset that is
    ///      itself a packed value.
    function _isSide(uint8 count, uint8 bits, uint64 offset) private pure returns (bool) {
        return count != 0 && bits != 0 && uint256(count) * bits <= _MAX_PACKED_BITS && uint256(offset) >> bits == 0;
    }

    function _isLayout(SignalLayout memory layout) private pure returns (bool) {
        return
            _isTensorName(layout.inputName) &&
            _isTensorName(layout.outputName) &&
            _isSide(layout.inputCount, layout.inputBits, layout.inputOffset) &&
            _isSide(layout.outputCount, layout.outputBits, layout.outputOffset);
    }

    function _store(bytes32 releaseId, ReleaseCircuit memory circuit) private {
        SignalLayout memory layout = circuit.layout;
        _circuits[releaseId][circuit.keyId] = CircuitRecord({
            inputName: layout.inputName,
            outputName: layout.outputName,
            inputCount: layout.inputCount,
            inputBits: layout.inputBits,
            inputDecimals: layout.inputDecimals,
            inputOffset: layout.inputOffset,
            outputCount: layout.outputCount,
            outputBits: layout.outputBits,
            outputDecimals: layout.outputDecimals,
            outputOffset: layout.outputOffset,
            file: circuit.file
        });
    }

    function _layoutOf(bytes32 releaseId, bytes32 keyId) private view returns (SignalLayout memory) {
        CircuitRecord memory circuit = _circuits[releaseId][keyId];
        return
            SignalLayout({
                inputName: circuit.inputName,
                outputName: circuit.outputName,
                inputCount: circuit.inputCount,
                inputBits: circuit.inputBits,
                inputDecimals: circuit.inputDecimals,
                inputOffset: circuit.inputOffset,
                outputCount: circuit.outputCount,
                outputBits: circuit.outputBits,
                outputDecimals: circuit.outputDecimals,
                outputOffset: circuit.outputOffset
            });
    }
}
