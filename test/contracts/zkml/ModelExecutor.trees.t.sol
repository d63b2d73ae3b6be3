// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ModelExecutor} from "../../../contracts/zkml/ModelExecutor.sol";
import {IModelExecutor} from "../../../contracts/zkml/interfaces/IModelExecutor.sol";
import {Base} from "../Base.sol";

contract ModelExecutorTreesTest is Base {
    /// @dev Two inputs of 8 bits, one output of 8 bits.
    bytes16 private constant HEADER = hex"02000208010800000000000000000000";

    /// @dev Base 5, two trees.
    bytes6 private constant RECORD = hex"000000050002";

    /// @dev Input 0 at least 100? No: 1. Yes: input 1 at least 7? No: 2, yes: 40.
    bytes private constant TREE =
        hex"001c"
        hex"0006000064"
        hex"000000000001"
        hex"0006080007"
        hex"000000000002"
        hex"000000000028";

    /// @dev The leaf 3.
    bytes private constant STUMP =
        hex"0006"
        hex"000000000003";

    /// @dev Where the questions of TREE begin in the blob, and its leaf 40.
    uint256 private constant FIRST_QUESTION = 24;
    uint256 private constant SECOND_QUESTION = 35;
    uint256 private constant LAST_LEAF = 46;

    ModelExecutor internal executor;

    function setUp() public {
        executor = ModelExecutor(create("ModelExecutor", ""));
    }

    // ---------------------------------------------------------------------------------------------------- running

    function testFuzz_WhenInputIsAdmissible(uint8 first, uint8 second) external {
        bytes32 modelId = executor.registerModel(_blob());
        uint256 leaf =
            first < 100
                ? 1
                : second < 7
                    ? 2
                    : 40;
        vm.assertEq(executor.run(modelId, (uint256(second) << 8) | first), 5 + leaf + 3, "base and one leaf each");
    }

    function testFuzz_WhenSeveralInputsAreGiven(uint16[3] calldata inputs) external {
        bytes32 modelId = executor.registerModel(_blob());
        uint256[] memory packed = new uint256[](3);
        for (uint256 i = 0; i < 3; ++i) packed[i] = inputs[i];
        uint256[] memory outputs = executor.runBatch(modelId, packed);
        for (uint256 i = 0; i < 3; ++i) vm.assertEq(outputs[i], executor.run(modelId, packed[i]), "as alone");
    }

    function testFuzz_RevertWhen_NumberOfWordsIsWrong(uint16 input, uint256 count) external {
        bytes32 modelId = executor.registerModel(_blob());
        uint256[] memory words = new uint256[](1);
        words[0] = input;
        vm.assertEq(executor.runWide(modelId, words), executor.run(modelId, input), "one word");
        count = bound(count, 0, 40);
        if (count == 1) count = 2;
        vm.expectRevert(abi.encodeWithSelector(IModelExecutor.ExecutorInputWordsWrong.selector, count, 1));
        executor.runWide(modelId, new uint256[](count));
    }

    function test_WhenThereAreNoTrees() external {
        bytes32 modelId = executor.registerModel(abi.encodePacked(HEADER, hex"000000070000"));
        vm.assertEq(executor.run(modelId, 0x1234), 7, "the base");
    }

    function testFuzz_WhenHeadIsArgmax(uint8 a, uint8 b, uint8 c) external {
        bytes memory blob = abi.encodePacked(
            hex"02010101030200000000000000000000",
            abi.encodePacked(uint32(a), uint16(0), uint32(b), uint16(0), uint32(c), uint16(0))
        );
        uint256 expected =
            a >= b && a >= c
                ? 0
                : b >= c
                    ? 1
                    : 2;
        vm.assertEq(executor.run(executor.registerModel(blob), 0), expected, "the lowest of the greatest");
    }

    function test_WhenThereAreSeveralOutputs() external {
        bytes memory blob = abi.encodePacked(
            hex"02000208020800000000000000000000",
            hex"000000010001",
            hex"000000020001",
            TREE,
            STUMP
        );
        vm.assertEq(executor.run(executor.registerModel(blob), 0x0764), (5 << 8) | 41, "each in its place");
    }

    function testFuzz_RevertWhen_InputHasTooManyBits(uint256 packed) external {
        packed = bound(packed, 1 << 16, type(uint256).max);
        bytes32 modelId = executor.registerModel(_blob());
        vm.expectRevert(abi.encodeWithSelector(IModelExecutor.ExecutorInputOutOfRange.selector, packed, 16));
        executor.run(modelId, packed);
    }

    // ------------------------------------------------------------------------------------------------ registering

    function testFuzz_RevertWhen_BlobIsCutOrPadded(uint256 size) external {
        bytes memory whole = _blob();
        size = bound(size, 17, 99);
        if (size == whole.length) ++size;
        bytes memory resized = new bytes(size);
        for (uint256 i = 0; i < size && i < whole.length; ++i) resized[i] = whole[i];
        vm.expectPartialRevert(IModelExecutor.ExecutorBlobSizeWrong.selector);
        executor.registerModel(resized);
    }

    function test_RevertWhen_BlobHasNoHeaderOrIsLargerThanCode() external {
        bytes4 selector = IModelExecutor.ExecutorBlobSizeWrong.selector;
        _refuse(hex"02", abi.encodeWithSelector(selector, 1, 16));
        bytes memory blob = new bytes(24_576);
        blob[0] = 0x02;
        _refuse(blob, abi.encodeWithSelector(selector, 24_576, 24_575));
    }

    function test_RevertWhen_HeaderIsInvalid() external {
        _refuseByte(1, 2, abi.encodeWithSelector(IModelExecutor.ExecutorHeadUnknown.selector, 2, 1));
        bytes4 inputs = IModelExecutor.ExecutorInputLayoutInvalid.selector;
        _refuseByte(2, 0, abi.encodeWithSelector(inputs, 0, 8));
        _refuseByte(2, 32, abi.encodeWithSelector(inputs, 32, 8));
        _refuseByte(3, 0, abi.encodeWithSelector(inputs, 2, 0));
        _refuseByte(3, 17, abi.encodeWithSelector(inputs, 2, 17));
        bytes4 outputs = IModelExecutor.ExecutorOutputLayoutInvalid.selector;
        _refuseByte(4, 0, abi.encodeWithSelector(outputs, 0, 8, 0));
        _refuseByte(4, 32, abi.encodeWithSelector(outputs, 32, 8, 0));
        // One class has nothing to be compared with.
        _refuseByte(1, 1, abi.encodeWithSelector(outputs, 1, 8, 0));
    }

    function testFuzz_RevertWhen_PaddingIsNotZero(uint256 index, uint8 value) external {
        index = bound(index, 6, 15);
        value = uint8(bound(value, 1, 255));
        bytes memory blob = _blob();
        blob[index] = bytes1(value);
        bytes32 header;
        assembly ("memory-safe") {
            header := mload(add(blob, 0x20))
        }
        _refuse(blob, abi.encodeWithSelector(IModelExecutor.ExecutorPaddingNotZero.selector, uint256(header)));
    }

    function testFuzz_RevertWhen_QuestionIsAboutNoInput(uint8 shift) external {
        if (shift == 0 || shift == 8) shift = 9;
        bytes memory invalid = abi.encodeWithSelector(
            IModelExecutor.ExecutorTreeQuestionInvalid.selector,
            SECOND_QUESTION,
            shift,
            7
        );
        _refuseByte(SECOND_QUESTION + 2, shift, invalid);
    }

    function testFuzz_RevertWhen_ThresholdHasOneAnswer(uint16 threshold) external {
        threshold = uint16(bound(threshold, 256, type(uint16).max));
        bytes4 selector = IModelExecutor.ExecutorTreeQuestionInvalid.selector;
        _refuseByte(FIRST_QUESTION + 4, 0, abi.encodeWithSelector(selector, FIRST_QUESTION, 0, 0));
        bytes memory blob = _blob();
        blob[FIRST_QUESTION + 3] = bytes1(uint8(threshold >> 8));
        blob[FIRST_QUESTION + 4] = bytes1(uint8(threshold));
        _refuse(blob, abi.encodeWithSelector(selector, FIRST_QUESTION, 0, threshold));
    }

    function testFuzz_RevertWhen_SkipIsWrong(uint8 skip) external {
        if (skip == 0 || skip == 6) skip = 5;
        bytes4 selector = IModelExecutor.ExecutorTreeBranchWrong.selector;
        _refuseByte(FIRST_QUESTION + 1, skip, abi.encodeWithSelector(selector, FIRST_QUESTION, skip, 6));
        _refuseByte(SECOND_QUESTION + 1, skip, abi.encodeWithSelector(selector, SECOND_QUESTION, skip, 6));
    }

    function test_RevertWhen_BranchLeavesItsTree() external {
        bytes4 selector = IModelExecutor.ExecutorTreeBranchWrong.selector;
        // The last leaf becomes a question, of which only one byte more is left.
        bytes memory blob = _blob();
        blob[LAST_LEAF + 1] = 0x06;
        blob[LAST_LEAF + 4] = 0x01;
        _refuse(blob, abi.encodeWithSelector(selector, LAST_LEAF + 5, 5, 1));
        // A tree one byte shorter than its branches, then one byte longer.
        _refuseByte(23, 27, abi.encodeWithSelector(selector, LAST_LEAF, 6, 5));
        _refuseByte(23, 29, abi.encodeWithSelector(selector, 22, 31, 30));
    }

    function test_RevertWhen_TreeIsTooDeep() external {
        executor.registerModel(_chain(32));
        bytes4 selector = IModelExecutor.ExecutorTreeTooDeep.selector;
        // 32 questions and their low leaves lie before it.
        _refuse(_chain(33), abi.encodeWithSelector(selector, 24 + 32 * 11, 32));
    }

    function test_RevertWhen_OutputCanLeaveItsWidth() external {
        // 5 + 3 + 247 is the greatest that a byte holds.
        bytes memory blob = _blob();
        blob[LAST_LEAF + 5] = bytes1(uint8(247));
        executor.registerModel(blob);
        blob[LAST_LEAF + 5] = bytes1(uint8(248));
        _refuse(blob, abi.encodeWithSelector(IModelExecutor.ExecutorOutputOverflow.selector, 0, 256, 8));
    }

    // ---------------------------------------------------------------------------------------------------- helpers

    function _blob() private pure returns (bytes memory) {
        return abi.encodePacked(HEADER, RECORD, TREE, STUMP);
    }

    /// @dev One tree that asks `depth` questions one after another.
    function _chain(uint256 depth) private pure returns (bytes memory) {
        bytes memory tree = hex"000000000000";
        for (uint256 i = 0; i < depth; ++i) {
            tree = abi.encodePacked(hex"0006000001", hex"000000000000", tree);
        }
        return abi.encodePacked(HEADER, hex"000000000001", uint16(tree.length), tree);
    }

    function _refuseByte(uint256 index, uint256 value, bytes memory expected) private {
        bytes memory blob = _blob();
        blob[index] = bytes1(uint8(value));
        _refuse(blob, expected);
    }

    function _refuse(bytes memory blob, bytes memory expected) private {
        vm.expectRevert(expected);
        executor.registerModel(blob);
    }
}
