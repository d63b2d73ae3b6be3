// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IReleaseCircuits} from "../../../contracts/models/interfaces/IReleaseCircuits.sol";
import {SignalLayout} from "../../../contracts/zkml/types/SignalLayout.sol";
import {ModelHubFixture} from "./ModelHubFixture.sol";

contract ReleaseCircuitsTest is ModelHubFixture {
    bytes32 private constant _MODEL = keccak256("a model for the EVM");

    IReleaseCircuits private _circuits;
    bytes private _files;

    function setUp() public override {
        super.setUp();
        _circuits = hub.circuits();
        _files = bytes.concat(
            file("README.md", IPFS_CID),
            file("a.onnx", WALRUS_ID),
            file("b.onnx", OTHER_WALRUS_ID)
        );
    }

    // --- bind: circuits -----------------------------------------------------------------------------------------

    function testFuzz_Bind_KeepsEveryCircuit(uint256 count, uint8[8] memory places, bool executed) public {
        count = bound(count, 1, 8);
        IReleaseCircuits.ReleaseModels memory models = _models(count);
        if (executed) models.executorModelId = _MODEL;
        for (uint256 i; i < count; ++i) models.circuits[i].file = places[i] % 3;

        bytes32 expected = keccak256(abi.encode(repositoryId, 1, 0));
        vm.expectEmit(address(_circuits));
        emit IReleaseCircuits.ReleaseBound(expected, models);
        bytes32 id = this.publishBound(models);

        vm.assertEq(abi.encode(_circuits.circuitsOf(id)), abi.encode(models.circuits), "circuits");
        for (uint256 i; i < count; ++i) {
            SignalLayout memory layout = _circuits.layoutOf(id, models.circuits[i].keyId);
            vm.assertEq(abi.encode(layout), abi.encode(models.circuits[i].layout), "layout");
        }
        _expectExecutor(id, executed ? _MODEL : bytes32(0), models.circuits[0].layout);
    }

    function testFuzz_Bind_LeavesOtherReleasesAlone(bytes32 keyId) public {
        bytes32 first = this.publishBound(_models(2));
        bytes32 second = this.publishBound(oneCircuit(circuit()));
        vm.assertEq(_circuits.circuitsOf(first).length, 2, "first");
        vm.assertEq(_circuits.circuitsOf(second).length, 1, "second");
        vm.assume(keyId != _keyAt(0) && keyId != _keyAt(1));
        vm.expectRevert(abi.encodeWithSelector(IReleaseCircuits.ModelsUnknownCircuit.selector, first, keyId));
        _circuits.layoutOf(first, keyId);
    }

    function test_Bind_ModelForTheEvmNeedsNoKey() public {
        IReleaseCircuits.ReleaseModels memory models = _models(1);
        models.executorModelId = _MODEL;
        models.circuits[0].keyId = 0;
        bytes32 id = this.publishBound(models);
        vm.assertEq(abi.encode(_circuits.circuitsOf(id)), abi.encode(models.circuits), "circuits");
        _expectExecutor(id, _MODEL, models.circuits[0].layout);
        SignalLayout memory empty;
        vm.assertEq(abi.encode(_circuits.layoutOf(id, 0)), abi.encode(empty), "no circuit");
    }

    function test_RevertWhen_BinderIsNotTheHub() public {
        vm.expectRevert(
            abi.encodeWithSelector(IReleaseCircuits.ModelsUnauthorizedHub.selector, address(this), address(hub))
        );
        _circuits.bind(KEY_ID, _models(1), 1);
    }

    function test_RevertWhen_CircuitsAreTooMany() public {
        vm.expectRevert(abi.encodeWithSelector(IReleaseCircuits.ModelsTooManyCircuits.selector, 9, 8));
        this.publishBound(_models(9));
    }

    function testFuzz_RevertWhen_KeyIsListedTwice(uint256 count, uint256 copy) public {
        count = bound(count, 2, 8);
        copy = bound(copy, 1, count - 1);
        IReleaseCircuits.ReleaseModels memory models = _models(count);
        models.circuits[copy].keyId = _keyAt(copy - 1);
        vm.expectRevert(abi.encodeWithSelector(IReleaseCircuits.ModelsDuplicateCircuit.selector, _keyAt(copy - 1)));
        this.publishBound(models);
    }

    function testFuzz_RevertWhen_InputNamesAreEqual(uint256 count, uint256 first, uint256 second) public {
        count = bound(count, 2, 8);
        second = bound(second, 1, count - 1);
        first = bound(first, 0, second - 1);
        IReleaseCircuits.ReleaseModels memory models = _models(count);
        string memory name = models.circuits[first].layout.inputName;
        models.circuits[second].layout.inputName = name;
        vm.expectRevert(abi.encodeWithSelector(IReleaseCircuits.ModelsDuplicateInput.selector, name));
        this.publishBound(models);
    }

    function testFuzz_RevertWhen_FileIsNotTheReleases(uint8 place) public {
        place = uint8(bound(place, 3, 255));
        IReleaseCircuits.ReleaseModels memory models = _models(2);
        models.circuits[1].file = place;
        vm.expectRevert(abi.encodeWithSelector(IReleaseCircuits.ModelsUnknownFile.selector, place, 3));
        this.publishBound(models);
    }

    function test_RevertWhen_CircuitHasNoKey() public {
        IReleaseCircuits.ReleaseModels memory models = _models(1);
        models.circuits[0].keyId = 0;
        _expectInvalidLayout(models, 0);
        models = _models(2);
        models.executorModelId = _MODEL;
        models.circuits[0].keyId = 0;
        _expectInvalidLayout(models, 0);
    }

    function test_RevertWhen_ModelForTheEvmHasNoLayout() public {
        IReleaseCircuits.ReleaseModels memory models;
        models.executorModelId = _MODEL;
        _expectInvalidLayout(models, 0);
    }

    // --- bind: layouts ------------------------------------------------------------------------------------------

    function testFuzz_Bind_BoundsTheLayout(uint8 count, uint8 bits, uint64 offset) public {
        // Small numbers of every size, so that both outcomes are frequent.
        count = uint8(bound(count, 0, 10));
        bits = uint8(bound(bits, 0, 80));
        offset >>= uint8(offset) % 64;
        IReleaseCircuits.ReleaseModels memory models = oneCircuit(circuit());
        models.circuits[0].layout.outputCount = count;
        models.circuits[0].layout.outputBits = bits;
        models.circuits[0].layout.outputOffset = offset;
        bool fits = count > 0 && bits > 0 && uint256(count) * bits <= 248 && uint256(offset) < 2 ** uint256(bits);
        if (!fits) vm.expectRevert(abi.encodeWithSelector(IReleaseCircuits.ModelsInvalidLayout.selector, KEY_ID));
        bytes32 id = this.publishBound(models);
        if (fits) vm.assertEq(abi.encode(_circuits.circuitsOf(id)), abi.encode(models.circuits), "circuits");
    }

    function test_RevertWhen_CircuitHasNoInputs() public {
        IReleaseCircuits.ReleaseModels memory models = oneCircuit(circuit());
        models.circuits[0].layout.inputCount = 0;
        _expectInvalidLayout(models, KEY_ID);
    }

    function test_RevertWhen_InputsDoNotFitOneSignal() public {
        IReleaseCircuits.ReleaseModels memory models = oneCircuit(circuit());
        models.circuits[0].layout.inputCount = 8;
        models.circuits[0].layout.inputBits = 32;
        _expectInvalidLayout(models, KEY_ID);
    }

    function test_RevertWhen_TensorNameIsEmptyOrLong() public {
        IReleaseCircuits.ReleaseModels memory models = oneCircuit(circuit());
        models.circuits[0].layout.inputName = "";
        _expectInvalidLayout(models, KEY_ID);
        models = oneCircuit(circuit());
        models.circuits[0].layout.outputName = letters(32);
        _expectInvalidLayout(models, KEY_ID);
    }

    // --- views --------------------------------------------------------------------------------------------------

    function test_LayoutOf_WithoutCircuitIsEmpty() public {
        bytes32 id = publish(false, true, WALRUS_ID);
        SignalLayout memory empty;
        vm.assertEq(abi.encode(_circuits.layoutOf(id, 0)), abi.encode(empty), "layout");
        vm.assertEq(_circuits.circuitsOf(id).length, 0, "circuits");
        _expectExecutor(id, 0, empty);
    }

    function test_RevertGiven_CircuitIsNotNamed() public {
        bytes32 id = this.publishBound(_models(1));
        vm.expectRevert(abi.encodeWithSelector(IReleaseCircuits.ModelsUnknownCircuit.selector, id, bytes32(0)));
        _circuits.layoutOf(id, 0);
    }

    // --- Helpers ------------------------------------------------------------------------------------------------

    /// @dev External, so that an expected revert is the one of the hub and not of a cheatcode in between.
    function publishBound(IReleaseCircuits.ReleaseModels calldata models) external returns (bytes32) {
        bytes memory files = _files;
        vm.prank(publisher);
        return hub.publishRelease(repositoryId, false, true, content(files), models, noPrices());
    }

    function _expectInvalidLayout(IReleaseCircuits.ReleaseModels memory models, bytes32 keyId) private {
        vm.expectRevert(abi.encodeWithSelector(IReleaseCircuits.ModelsInvalidLayout.selector, keyId));
        this.publishBound(models);
    }

    function _expectExecutor(bytes32 id, bytes32 modelId, SignalLayout memory expected) private view {
        (bytes32 found, SignalLayout memory layout) = _circuits.executorModelOf(id);
        SignalLayout memory empty;
        vm.assertEq(found, modelId, "model");
        vm.assertEq(abi.encode(layout), abi.encode(modelId == 0 ? empty : expected), "model's layout");
    }

    /// @dev Circuits that differ in everything that must differ.
    function _models(uint256 count) private pure returns (IReleaseCircuits.ReleaseModels memory models) {
        models.circuits = new IReleaseCircuits.ReleaseCircuit[](count);
        for (uint256 i; i < count; ++i) {
            models.circuits[i] = circuit();
            models.circuits[i].keyId = _keyAt(i);
            models.circuits[i].layout.inputName = string(abi.encodePacked("x", bytes1(uint8(48 + i))));
            models.circuits[i].layout.inputBits = uint8(16 + i);
            models.circuits[i].layout.inputOffset = uint64(i);
        }
    }

    function _keyAt(uint256 index) private pure returns (bytes32) {
        return keccak256(abi.encode(KEY_ID, index));
    }
}
