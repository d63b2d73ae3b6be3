// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ModelExecutor} from "../../../contracts/zkml/ModelExecutor.sol";
import {IModelExecutor} from "../../../contracts/zkml/interfaces/IModelExecutor.sol";
import {Base} from "../Base.sol";

contract ModelExecutorTest is Base {
    ModelExecutor internal executor;

    function setUp() public {
        executor = new ModelExecutor();
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
        size = bound(size, 16, 400);
        if (size == expected) ++size;
        bytes memory resized = new bytes(size);
        for (uint256 i = 0; i < size && i < expected; ++i) resized[i] = blob[i];
        _refuse(resized, abi.encodeWithSelector(IModelExecutor.ExecutorBlobSizeWrong.selector, size, expected));
    }

    function testFuzz_RevertWhen_BlobHasNoHeader(uint256 size) external {
        size = bound(size, 0, 15);
        bytes memory blob = new bytes(size);
        _refuse(blob, abi.encodeWithSelector(IModelExecutor.ExecutorBlobSizeWrong.selector, size, 16));
    }

    function test_RevertWhen_BlobIsLargerThanCode() external {
        // 31 blocks on 248 inputs, twice: 2 · 31 · (40 + 62 · 32) bytes.
        bytes memory header =
            hex"0100f801010103"
            hex"1f1f01"
            hex"000000000000";
        uint256 size = 16 + 2 * 31 * (40 + 62 * 32) + (40 + 62 * 32);
        bytes memory blob = new bytes(size);
        for (uint256 i = 0; i < 16; ++i) blob[i] = header[i];
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

    function test_RevertWhen_InputsDoNotFitASignal() external {
        _refuseHeader(2, 0, abi.encodeWithSelector(IModelExecutor.ExecutorInputLayoutInvalid.selector, 0, 8));
        _refuseHeader(2, 32, abi.encodeWithSelector(IModelExecutor.ExecutorInputLayoutInvalid.selector, 32, 8));
        _refuseHeader(3, 0, abi.encodeWithSelector(IModelExecutor.ExecutorInputLayoutInvalid.selector, 4, 0));
        _refuseHeader(3, 32, abi.encodeWithSelector(IModelExecutor.ExecutorInputLayoutInvalid.selector, 4, 32));
    }

    function test_RevertWhen_OutputsDoNotFitASignal() external {
        bytes4 selector = IModelExecutor.ExecutorOutputLayoutInvalid.selector;
        _refuseHeader(4, 0, abi.encodeWithSelector(selector, 0, 31, 1));
        _refuseHeader(4, 9, abi.encodeWithSelector(selector, 9, 31, 1));
        _refuseHeader(5, 0, abi.encodeWithSelector(selector, 3, 0, 1));
        _refuseHeader(5, 83, abi.encodeWithSelector(selector, 3, 83, 1));
        // As an index of two bits and below.
        bytes memory blob = _randomBlob(1);
        blob[1] = 0x01;
        _refuse(blob, abi.encodeWithSelector(selector, 3, 31, 1));
        blob[5] = 0x01;
        _refuse(blob, abi.encodeWithSelector(selector, 3, 1, 1));
    }

    function test_RevertWhen_LayersAreNoneOrTooMany() external {
        bytes4 selector = IModelExecutor.ExecutorLayerCountOutOfRange.selector;
        _refuseHeader(6, 0, abi.encodeWithSelector(selector, 0, 9));
        _refuseHeader(6, 10, abi.encodeWithSelector(selector, 10, 9));
    }

    function test_RevertWhen_LayerIsEmptyTooWideOrNotThere() external {
        bytes4 selector = IModelExecutor.ExecutorLayerWidthOutOfRange.selector;
        _refuseHeader(7, 0, abi.encodeWithSelector(selector, 0, 0, 31));
        _refuseHeader(7, 32, abi.encodeWithSelector(selector, 0, 32, 31));
        _refuseHeader(8, 1, abi.encodeWithSelector(selector, 1, 1, 31));
    }

    function testFuzz_RevertWhen_ShiftIsTooLarge(uint256 lane, uint256 shift) external {
        lane = bound(lane, 0, 7);
        shift = bound(shift, 32, 255);
        bytes memory blob = _randomBlob(1);
        blob[48 + lane] = bytes1(uint8(shift));
        _refuse(blob, abi.encodeWithSelector(IModelExecutor.ExecutorShiftOutOfRange.selector, 0, lane, shift, 31));
    }

    function test_RevertWhen_SumToCompareIsShifted() external {
        bytes memory blob = _randomBlob(1);
        blob[1] = 0x01;
        blob[5] = 0x02;
        blob[48] = 0;
        blob[49] = 0;
        blob[50] = 0x01;
        _refuse(blob, abi.encodeWithSelector(IModelExecutor.ExecutorShiftOutOfRange.selector, 0, 2, 1, 0));
    }

    function testFuzz_RevertWhen_SumCanLeaveItsLane(uint256 lane, bool above) external {
        lane = bound(lane, 0, 7);
        bytes memory blob = _randomBlob(0);
        // Least or greatest bias, and one weight of ∓1 on an input of up to 255.
        for (uint256 k = 0; k < 4; ++k) blob[16 + 28 - 4 * lane + k] = above ? bytes1(0xff) : bytes1(0);
        for (uint256 k = 0; k < 4; ++k) blob[56 + 31 - 4 * lane - k] = bytes1(0x80);
        blob[56 + 31 - 4 * lane] = above ? bytes1(0x81) : bytes1(0x7f);
        int256 low = above ? int256(type(int32).max) : int256(type(int32).min) - 255;
        int256 high = above ? int256(type(int32).max) + 255 : int256(type(int32).min);
        _refuse(blob, abi.encodeWithSelector(IModelExecutor.ExecutorAccumulatorOverflow.selector, 0, lane, low, high));
    }

    function test_RevertWhen_OutputCanLeaveItsWidth() external {
        bytes memory blob = _randomBlob(0);
        blob[5] = 0x08;
        // Bias 1 and weight 1 in neuron 2: up to 256.
        for (uint256 n = 0; n < 8; ++n) {
            for (uint256 k = 0; k < 4; ++k) blob[56 + 31 - 4 * n - k] = bytes1(0x80);
            blob[16 + 28 - 4 * n] = 0x80;
            for (uint256 k = 1; k < 4; ++k) blob[16 + 28 - 4 * n + k] = 0;
        }
        blob[16 + 31 - 8] = 0x01;
        blob[56 + 31 - 8] = 0x81;
        blob[50] = 0;
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

    /// @dev One layer of eight neurons on four inputs of eight bits; three outputs of 31 bits. 88 bytes: header, biases
    ///      at 16, shifts at 48, weights at 56.
    function _randomBlob(uint256 seed) private pure returns (bytes memory) {
        uint256 biases;
        uint256 shifts;
        for (uint256 lane = 0; lane < 8; ++lane) {
            uint256 random = uint256(keccak256(abi.encode(seed, lane)));
            // Within 2^30, so that 4 · 255 · 128 more stay in the lane.
            biases |= ((random & 0x7fffffff) + 0x40000000) << (32 * lane);
            shifts |= ((random >> 32) & 31) << (56 - 8 * lane);
        }
        bytes32 weights = keccak256(abi.encode(seed));
        return abi.encodePacked(hex"01000408031f01", hex"010000000000000000", biases, uint64(shifts), weights);
    }

    /// @dev The plain meaning of {_randomBlob}'s bytes.
    function _reference(bytes memory blob, uint256 packed) private pure returns (uint256 result) {
        for (uint256 n = 0; n < 3; ++n) {
            uint256 lane;
            for (uint256 k = 0; k < 4; ++k) lane = lane * 256 + uint8(blob[16 + 28 - 4 * n + k]);
            int256 sum = int256(lane) - 2 ** 31;
            for (uint256 i = 0; i < 4; ++i) {
                int256 weight = int256(uint256(uint8(blob[56 + 31 - 4 * n - i]))) - 128;
                sum += weight * int256((packed >> (8 * i)) & 0xff);
            }
            uint256 value = sum > 0 ? uint256(sum) >> uint8(blob[48 + n]) : 0;
            result |= value << (31 * n);
        }
    }
}
