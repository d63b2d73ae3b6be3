// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ModelExecutor} from "../../../contracts/zkml/ModelExecutor.sol";
import {IModelExecutor} from "../../../contracts/zkml/interfaces/IModelExecutor.sol";
import {Base} from "../Base.sol";

contract ModelExecutorTest is Base {
    ModelExecutor internal executor;

    function setUp() public {
        executor = ModelExecutor(create("ModelExecutor", ""));
    }

    // ---------------------------------------------------------------------------------------------------- running

    function testFuzz_WhenInputIsAdmissible(uint256 seed, uint256 packed) external {
        packed &= 0xffffffff;
        bytes memory blob = _randomBlob(seed);
        bytes32 modelId = executor.registerModel(blob);
        vm.assertEq(executor.run(modelId, packed), _reference(blob, packed), "packed outputs");
    }

    function testFuzz_WhenSeveralInputsAreGiven(uint256 seed, uint256[3] calldata inputs) external {
        bytes32 modelId = executor.registerModel(_randomBlob(seed));
        uint256[] memory packed = new uint256[](3);
        for (uint256 i = 0; i < 3; ++i) packed[i] = inputs[i] & 0xffffffff;
        uint256[] memory outputs = executor.runBatch(modelId, packed);
        vm.assertEq(outputs.length, 3, "one output each");
        for (uint256 i = 0; i < 3; ++i) vm.assertEq(outputs[i], executor.run(modelId, packed[i]), "as alone");
    }

    function test_WhenNoInputIsGiven() external {
        bytes32 modelId = executor.registerModel(_randomBlob(1));
        vm.assertEq(executor.runBatch(modelId, new uint256[](0)).length, 0, "no outputs");
    }

    function testFuzz_RevertGiven_ModelIsUnknown(bytes32 modelId, uint256 packed) external {
        bytes memory unknown = abi.encodeWithSelector(IModelExecutor.ExecutorModelUnknown.selector, modelId);
        vm.expectRevert(unknown);
        executor.run(modelId, packed);
        vm.expectRevert(unknown);
        executor.runBatch(modelId, new uint256[](1));
        vm.expectRevert(unknown);
        executor.storeOf(modelId);
    }

    function testFuzz_RevertWhen_InputHasTooManyBits(uint256 packed) external {
        packed = bound(packed, 1 << 32, type(uint256).max);
        bytes32 modelId = executor.registerModel(_randomBlob(1));
        vm.expectRevert(abi.encodeWithSelector(IModelExecutor.ExecutorInputOutOfRange.selector, packed, 32));
        executor.run(modelId, packed);
    }

    function testFuzz_WhenInputsTakeSeveralWords(uint256 seed, uint256 first, uint256 second) external {
        bytes32 modelId = executor.registerModel(_wideBlob(seed));
        uint256[] memory words = new uint256[](2);
        words[0] = first & ((1 << 248) - 1);
        words[1] = second & 0xff;
        uint256 expected = 0;
        for (uint256 i = 0; i < 32; ++i) {
            uint256 value = i < 31 ? (words[0] >> (8 * i)) & 0xff : words[1];
            expected += value * (uint256(keccak256(abi.encode(seed, i))) & 127);
        }
        vm.assertEq(executor.runWide(modelId, words), expected, "sum over both words");
    }

    function testFuzz_RevertWhen_WordHasTooManyBits(uint256 word, bool last) external {
        bytes32 modelId = executor.registerModel(_wideBlob(1));
        uint256[] memory words = new uint256[](2);
        uint256 bits = last ? 8 : 248;
        words[last ? 1 : 0] = word = bound(word, 1 << bits, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IModelExecutor.ExecutorInputOutOfRange.selector, word, bits));
        executor.runWide(modelId, words);
    }

    function testFuzz_RevertWhen_NumberOfWordsIsWrong(uint256 count) external {
        count = bound(count, 0, 40);
        if (count == 2) count = 3;
        bytes32 modelId = executor.registerModel(_wideBlob(1));
        bytes4 selector = IModelExecutor.ExecutorInputWordsWrong.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, count, 2));
        executor.runWide(modelId, new uint256[](count));
        vm.expectRevert(abi.encodeWithSelector(selector, 1, 2));
        executor.run(modelId, 0);
        bytes32 narrow = executor.registerModel(_randomBlob(1));
        vm.expectRevert(abi.encodeWithSelector(selector, 2, 1));
        executor.runWide(narrow, new uint256[](2));
    }

    function test_WhenStoreIsCalled() external {
        address store = executor.storeOf(executor.registerModel(_randomBlob(1)));
        // The code begins with STOP: a call does nothing and gives nothing, whatever the model's bytes are.
        (bool success, bytes memory output) = store.call{gas: 10_000}(hex"01020304");
        vm.assertTrue(success && output.length == 0, "not code");
    }

    // ------------------------------------------------------------------------------------------------ registering

    function testFuzz_WhenModelIsRegisteredAgain(uint256 seed, address other) external {
        bytes memory blob = _randomBlob(seed);
        bytes32 modelId = executor.registerModel(blob);
        vm.prank(other);
        vm.assertEq(executor.registerModel(blob), modelId, "same id");
        vm.assertEq(executor.modelIdOf(blob), modelId, "id of the bytes");
        vm.assertTrue(executor.isRegistered(modelId), "registered");
    }

    function test_WhenModelIsNew() external {
        bytes memory blob = _randomBlob(5);
        bytes32 modelId = executor.modelIdOf(blob);
        vm.assertFalse(executor.isRegistered(modelId), "not yet");
        bytes memory code = abi.encodePacked(bytes1(0), blob);
        executor.registerModel(blob);
        vm.assertEq(executor.storeOf(modelId).code, code, "code of the store");
    }

    function testFuzz_RevertWhen_BlobIsCutOrPadded(uint256 seed, uint256 size) external {
        bytes memory blob = _randomBlob(seed);
        uint256 expected = blob.length;
        size = bound(size, 32, 400);
        if (size == expected) ++size;
        bytes memory resized = new bytes(size);
        for (uint256 i = 0; i < size && i < expected; ++i) resized[i] = blob[i];
        _refuse(resized, abi.encodeWithSelector(IModelExecutor.ExecutorBlobSizeWrong.selector, size, expected));
    }

    function testFuzz_RevertWhen_BlobHasNoHeader(uint256 size) external {
        size = bound(size, 0, 31);
        bytes memory blob = new bytes(size);
        _refuse(blob, abi.encodeWithSelector(IModelExecutor.ExecutorBlobSizeWrong.selector, size, 32));
    }

    function test_RevertWhen_BlobIsLargerThanCode() external {
        // 248 neurons on 248 inputs of one bit: 13 fields of 19 bits, two weights each, ten words.
        bytes memory header = hex"010000f801012002f81328011328";
        uint256 size = 32 + 249 * (5 + 10 * 32);
        bytes memory blob = new bytes(size);
        for (uint256 i = 0; i < header.length; ++i) blob[i] = header[i];
        _refuse(blob, abi.encodeWithSelector(IModelExecutor.ExecutorBlobSizeWrong.selector, size, 24_575));
    }

    function testFuzz_RevertWhen_VersionIsUnknown(uint8 version) external {
        // 1 is a network, 2 a tree ensemble.
        if (version == 1 || version == 2) version = 3;
        _refuseHeader(0, version, abi.encodeWithSelector(IModelExecutor.ExecutorVersionUnknown.selector, version, 1));
    }

    function testFuzz_RevertWhen_HeadIsUnknown(uint256 head) external {
        head = bound(head, 2, 255);
        _refuseHeader(1, head, abi.encodeWithSelector(IModelExecutor.ExecutorHeadUnknown.selector, head, 1));
    }

    function test_RevertWhen_InputsAreNoneTooManyOrTooWide() external {
        bytes4 selector = IModelExecutor.ExecutorInputLayoutInvalid.selector;
        _refuseHeader(3, 0, abi.encodeWithSelector(selector, 0, 8));
        _refuseHeader(2, 4, abi.encodeWithSelector(selector, 4 * 256 + 4, 8));
        _refuseHeader(4, 0, abi.encodeWithSelector(selector, 4, 0));
        _refuseHeader(4, 32, abi.encodeWithSelector(selector, 4, 32));
    }

    function test_RevertWhen_OutputsDoNotFitASignal() external {
        bytes4 selector = IModelExecutor.ExecutorOutputLayoutInvalid.selector;
        _refuseHeader(5, 0, abi.encodeWithSelector(selector, 0, 31, 3));
        _refuseHeader(5, 4, abi.encodeWithSelector(selector, 4, 31, 3));
        _refuseHeader(6, 0, abi.encodeWithSelector(selector, 3, 0, 3));
        _refuseHeader(6, 83, abi.encodeWithSelector(selector, 3, 83, 3));
        // As an index of two bits and below.
        bytes memory blob = _randomBlob(1);
        blob[1] = 0x01;
        _refuse(blob, abi.encodeWithSelector(selector, 3, 31, 3));
        blob[6] = 0x01;
        _refuse(blob, abi.encodeWithSelector(selector, 3, 1, 3));
    }

    function test_RevertWhen_LayersAreNoneOrTooMany() external {
        bytes4 selector = IModelExecutor.ExecutorLayerCountOutOfRange.selector;
        _refuseHeader(7, 0, abi.encodeWithSelector(selector, 0, 8));
        _refuseHeader(7, 9, abi.encodeWithSelector(selector, 9, 8));
    }

    function test_RevertWhen_LayerIsEmptyTooWideMisshapenOrNotThere() external {
        bytes4 selector = IModelExecutor.ExecutorLayerInvalid.selector;
        _refuseHeader(8, 0, abi.encodeWithSelector(selector, 0, 0, 32, 0x48));
        _refuseHeader(8, 249, abi.encodeWithSelector(selector, 0, 249, 32, 0x48));
        _refuseHeader(9, 31, abi.encodeWithSelector(selector, 0, 3, 31, 0x48));
        // No weights in a field, three of them, or weights of 0 or 9 bits.
        _refuseHeader(10, 0x08, abi.encodeWithSelector(selector, 0, 3, 32, 0x08));
        _refuseHeader(10, 0x38, abi.encodeWithSelector(selector, 0, 3, 32, 0x38));
        _refuseHeader(10, 0x40, abi.encodeWithSelector(selector, 0, 3, 32, 0x40));
        _refuseHeader(10, 0x19, abi.encodeWithSelector(selector, 0, 3, 32, 0x19));
        _refuseHeader(11, 1, abi.encodeWithSelector(selector, 1, 1, 0, 0));
        _refuseHeader(31, 1, abi.encodeWithSelector(selector, 7, 0, 0, 1));
    }

    function test_RevertWhen_FieldCanReachIntoTheNext() external {
        // Four products of 255 and 255 take 18 bits; 17 keep the same number of words.
        bytes memory blob = _randomBlob(1);
        blob[9] = 0x11;
        blob[10] = 0x28;
        bytes4 selector = IModelExecutor.ExecutorFieldOverflow.selector;
        _refuse(blob, abi.encodeWithSelector(selector, 0, 4 * 255 * 255, 17));
        blob[9] = 0x12;
        executor.registerModel(blob);
    }

    function testFuzz_RevertWhen_ShiftIsTooLarge(uint256 neuron, uint256 shift) external {
        neuron = bound(neuron, 0, 2);
        shift = bound(shift, 32, 255);
        bytes memory blob = _randomBlob(1);
        blob[_at(neuron) + 4] = bytes1(uint8(shift));
        _refuse(blob, abi.encodeWithSelector(IModelExecutor.ExecutorShiftOutOfRange.selector, 0, neuron, shift, 31));
    }

    function test_RevertWhen_SumToCompareIsShifted() external {
        bytes memory blob = _randomBlob(1);
        blob[1] = 0x01;
        blob[6] = 0x02;
        blob[_at(0) + 4] = 0;
        blob[_at(1) + 4] = 0;
        blob[_at(2) + 4] = 0x01;
        _refuse(blob, abi.encodeWithSelector(IModelExecutor.ExecutorShiftOutOfRange.selector, 0, 2, 1, 0));
    }

    function testFuzz_RevertWhen_SumCanLeave32Bits(uint256 neuron, bool above) external {
        neuron = bound(neuron, 0, 2);
        bytes memory blob = _randomBlob(0);
        // Least or greatest bias, and one weight of ∓1 on an input of up to 255.
        for (uint256 k = 0; k < 4; ++k) {
            blob[_at(neuron) + k] = above ? bytes1(0xff) : bytes1(0);
            blob[_at(neuron) + 8 + 4 * k] = bytes1(0x80);
        }
        blob[_at(neuron) + 8] = above ? bytes1(0x81) : bytes1(0x7f);
        int256 low = above ? int256(type(int32).max) : int256(type(int32).min) - 255;
        int256 high = above ? int256(type(int32).max) + 255 : int256(type(int32).min);
        bytes4 selector = IModelExecutor.ExecutorAccumulatorOverflow.selector;
        _refuse(blob, abi.encodeWithSelector(selector, 0, neuron, low, high));
    }

    function test_RevertWhen_OutputCanLeaveItsWidth() external {
        bytes memory blob = _randomBlob(0);
        blob[6] = 0x08;
        for (uint256 n = 0; n < 3; ++n) {
            for (uint256 k = 0; k < 4; ++k) {
                blob[_at(n) + 8 + 4 * k] = bytes1(0x80);
                blob[_at(n) + k] = k == 0 ? bytes1(0x80) : bytes1(0);
            }
        }
        // Bias 1 and weight 1 in neuron 2: up to 256.
        blob[_at(2) + 3] = 0x01;
        blob[_at(2) + 8] = 0x81;
        blob[_at(2) + 4] = 0;
        _refuse(blob, abi.encodeWithSelector(IModelExecutor.ExecutorOutputOverflow.selector, 2, 256, 8));
    }

    // ---------------------------------------------------------------------------------------------------- helpers

    function _refuse(bytes memory blob, bytes memory reason) private {
        vm.expectRevert(reason);
        executor.registerModel(blob);
    }

    function _refuseHeader(uint256 index, uint256 value, bytes memory reason) private {
        bytes memory blob = _randomBlob(1);
        blob[index] = bytes1(uint8(value));
        _refuse(blob, reason);
    }

    /// @dev Where a neuron of {_randomBlob} begins: bias, shift at 4, weight of input i at 8 + 4 · i.
    function _at(uint256 neuron) private pure returns (uint256) {
        return 32 + 37 * neuron;
    }

    /// @dev One layer of three neurons on four inputs of eight bits; three outputs of 31 bits. Eight fields of 32 bits
    ///      with four weights each, of which the first four fields' first are used; the others are noise.
    function _randomBlob(uint256 seed) private pure returns (bytes memory blob) {
        blob = abi.encodePacked(hex"0100000408031f01", hex"032048", new bytes(21));
        for (uint256 n = 0; n < 3; ++n) {
            uint256 random = uint256(keccak256(abi.encode(seed, n)));
            // Within 2^30, so that 4 · 255 · 128 more stay in 32 bits.
            uint32 bias = uint32((random & 0x7fffffff) + 0x40000000);
            blob = abi.encodePacked(blob, bias, uint8((random >> 32) & 31), keccak256(abi.encode(random)));
        }
    }

    /// @dev One neuron that sums 32 inputs of eight bits, which take two words, with weights of 0 to 127.
    function _wideBlob(uint256 seed) private pure returns (bytes memory blob) {
        blob = abi.encodePacked(hex"0100002008011f01", hex"012048", new bytes(21), uint32(0x80000000), uint8(0));
        uint256 word = 0;
        for (uint256 i = 0; i < 32; ++i) {
            uint256 weight = (uint256(keccak256(abi.encode(seed, i))) & 127) + 128;
            word |= weight << (32 * (7 - (i % 8)) + 8 * (i / 8));
        }
        blob = abi.encodePacked(blob, word);
    }

    /// @dev The plain meaning of {_randomBlob}'s bytes.
    function _reference(bytes memory blob, uint256 packed) private pure returns (uint256 result) {
        for (uint256 n = 0; n < 3; ++n) {
            uint256 bias;
            for (uint256 k = 0; k < 4; ++k) bias = bias * 256 + uint8(blob[_at(n) + k]);
            int256 sum = int256(bias) - 2 ** 31;
            for (uint256 i = 0; i < 4; ++i) {
                int256 weight = int256(uint256(uint8(blob[_at(n) + 8 + 4 * i]))) - 128;
                sum += weight * int256((packed >> (8 * i)) & 0xff);
            }
            uint256 value = sum > 0 ? uint256(sum) >> uint8(blob[_at(n) + 4]) : 0;
            result |= value << (31 * n);
        }
    }
}
