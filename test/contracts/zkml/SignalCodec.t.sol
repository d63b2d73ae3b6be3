// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {
    JsonScalar,
    ModelInput,
    ModelOutput,
    MultiDimensionalNumberTensor,
    Number,
    StringTensor
} from "../../../contracts/pipe/types/InferenceTypes.sol";
import {SignalCodec} from "../../../contracts/zkml/libraries/SignalCodec.sol";
import {SignalLayout} from "../../../contracts/zkml/types/SignalLayout.sol";
import {Base} from "../Base.sol";
import {SignalCodec__Harness} from "../../mocks/SignalCodec__Harness.sol";

contract SignalCodecTest is Base {
    SignalCodec__Harness internal codec;

    function setUp() public {
        codec = SignalCodec__Harness(create("SignalCodec__Harness", ""));
        codec.useLayout(_layout());
    }

    function test_WhenInputIsRight() external view {
        // 0.00001 · (1 + 2 · 2^12), once as written and once with more decimals than needed.
        int128[2] memory values = [int128(1), int128(20)];
        int128[2] memory decimals = [int128(5), int128(6)];
        vm.assertEq(codec.packInputs(_input(values, decimals)), 1 + 2 * 4096, "packed");
    }

    function testFuzz_WhenInputsAreInRange(uint256 first, uint256 second, uint256 extraDecimals) external view {
        first = bound(first, 0, 4095);
        second = bound(second, 0, 4095);
        extraDecimals = bound(extraDecimals, 0, 30);
        int128 factor = int128(int256(10 ** extraDecimals));
        int128[2] memory values = [int128(int256(first)), int128(int256(second)) * factor];
        int128[2] memory decimals = [int128(5), int128(int256(5 + extraDecimals))];
        vm.assertEq(codec.packInputs(_input(values, decimals)), first | (second << 12), "packed");
    }

    function test_WhenZeroHasAnyDecimals() external view {
        int128[2] memory decimals = [type(int128).min, type(int128).max];
        vm.assertEq(codec.packInputs(_input([int128(0), 0], decimals)), 0, "zero");
    }

    function test_WhenOffsetMakesNegativeInputsFit() external {
        SignalLayout memory layout = _layout();
        layout.inputOffset = 2048;
        codec.useLayout(layout);
        uint256 packed = codec.packInputs(_input([int128(-2048), 2047], [int128(5), 5]));
        vm.assertEq(packed, 0 | (4095 << 12), "offset binary");
    }

    function testFuzz_WhenOutputIsPackedAndUnpacked(uint256 packed, uint64 offset) external {
        SignalLayout memory layout = _layout();
        layout.outputCount = 10;
        layout.outputOffset = offset;
        codec.useLayout(layout);
        packed = bound(packed, 0, (1 << 240) - 1);
        ModelOutput memory output = _unpack(packed);
        vm.assertEq(output.numbers[0].values.length, 10, "values");
        vm.assertTrue(output.numbers[0].values[3].decimals == 6, "canonical decimals");
        vm.assertEq(codec.packOutputs(output), packed, "round trip");
    }

    function test_WhenOutputIsUnpacked() external view {
        ModelOutput memory output = _unpack(4819);
        vm.assertEq(output.numbers[0].name, "range", "name");
        vm.assertTrue(output.numbers[0].values[0].value == 4819, "value");
        vm.assertTrue(output.numbers[0].shape[0] == 1 && output.numbers[0].shape[1] == 1, "shape");
        vm.assertFalse(output.is_simulation_result, "not a placeholder");
    }

    function test_RevertWhen_PackedOutputIsTooLarge() external {
        vm.expectRevert(abi.encodeWithSelector(SignalCodec.SignalPackedOutOfRange.selector, 1 << 24, uint256(24)));
        codec.unpackOutputs(1 << 24);
    }

    function testFuzz_RevertWhen_LayoutIsInvalid(uint8 count, uint8 bits) external {
        SignalLayout memory layout = _layout();
        (layout.outputCount, layout.outputBits) = (count, bits);
        codec.useLayout(layout);
        uint256 total = uint256(count) * bits;
        if (total == 0 || total > 248) {
            vm.expectRevert(
                abi.encodeWithSelector(SignalCodec.SignalLayoutInvalid.selector, uint256(count), uint256(bits))
            );
        }
        codec.check();
    }

    function testFuzz_RevertWhen_ValueIsOutOfRange(int128 value, bool second) external {
        vm.assume(value < 0 || value > 4095);
        int128[2] memory values;
        values[second ? 1 : 0] = value;
        vm.expectRevert(
            abi.encodeWithSelector(
                SignalCodec.SignalValueOutOfRange.selector,
                second ? 1 : 0,
                value,
                int128(5),
                uint256(12)
            )
        );
        codec.packInputs(_input(values, [int128(5), 5]));
    }

    function testFuzz_RevertWhen_ScaleIsHuge(int128 decimals) external {
        vm.assume(decimals < -4);
        vm.expectRevert(
            abi.encodeWithSelector(
                SignalCodec.SignalValueOutOfRange.selector,
                uint256(0),
                int128(1),
                decimals,
                uint256(12)
            )
        );
        codec.packInputs(_input([int128(1), 0], [decimals, 5]));
    }

    function testFuzz_RevertWhen_ValueIsInexact(int128 value, int128 decimals) external {
        vm.assume(decimals > 5);
        int256 surplus = int256(decimals) - 5;
        vm.assume(value != 0 && (surplus > 38 || int256(value) % int256(10 ** uint256(surplus)) != 0));
        vm.expectRevert(
            abi.encodeWithSelector(SignalCodec.SignalValueInexact.selector, uint256(0), value, decimals, uint256(5))
        );
        codec.packInputs(_input([value, 0], [decimals, 5]));
    }

    function testFuzz_RevertWhen_TensorCountIsWrong(uint256 count) external {
        count = bound(count, 0, 5);
        vm.assume(count != 1);
        ModelInput memory input;
        input.numbers = new MultiDimensionalNumberTensor[](count);
        vm.expectRevert(abi.encodeWithSelector(SignalCodec.SignalTensorCountWrong.selector, count, uint256(1)));
        codec.packInputs(input);
    }

    function testFuzz_RevertWhen_TensorNameIsWrong(string memory name) external {
        vm.assume(keccak256(bytes(name)) != keccak256("features"));
        ModelInput memory input = _input([int128(0), 0], [int128(5), 5]);
        input.numbers[0].name = name;
        vm.expectRevert(abi.encodeWithSelector(SignalCodec.SignalTensorNameWrong.selector, name, "features"));
        codec.packInputs(input);
    }

    function testFuzz_RevertWhen_ShapeIsWrong(uint32[] memory shape) external {
        vm.assume(shape.length != 2 || shape[0] != 1 || shape[1] != 2);
        ModelInput memory input = _input([int128(0), 0], [int128(5), 5]);
        input.numbers[0].shape = shape;
        vm.expectRevert(
            abi.encodeWithSelector(SignalCodec.SignalTensorShapeWrong.selector, shape, uint256(2), uint256(2))
        );
        codec.packInputs(input);
    }

    function testFuzz_RevertWhen_ValuesDoNotFillTheShape(uint256 count) external {
        count = bound(count, 0, 6);
        vm.assume(count != 2);
        ModelInput memory input = _input([int128(0), 0], [int128(5), 5]);
        input.numbers[0].values = new Number[](count);
        vm.expectRevert(
            abi.encodeWithSelector(
                SignalCodec.SignalTensorShapeWrong.selector,
                input.numbers[0].shape,
                count,
                uint256(2)
            )
        );
        codec.packInputs(input);
    }

    function test_RevertWhen_InputHasTexts() external {
        ModelInput memory input = _input([int128(0), 0], [int128(5), 5]);
        input.strings = new StringTensor[](2);
        vm.expectRevert(abi.encodeWithSelector(SignalCodec.SignalTextUnsupported.selector, uint256(2)));
        codec.packInputs(input);
    }

    function test_RevertWhen_OutputHasTexts() external {
        ModelOutput memory output = _unpack(1);
        output.strings = new StringTensor[](1);
        output.jsons = new JsonScalar[](2);
        vm.expectRevert(abi.encodeWithSelector(SignalCodec.SignalTextUnsupported.selector, uint256(3)));
        codec.packOutputs(output);
    }

    function test_RevertWhen_OutputIsAPlaceholder() external {
        ModelOutput memory output = _unpack(1);
        output.is_simulation_result = true;
        vm.expectRevert(SignalCodec.SignalSimulationResult.selector);
        codec.packOutputs(output);
    }

    function _unpack(uint256 packed) private view returns (ModelOutput memory output) {
        uint256 texts;
        (output.numbers, texts, output.is_simulation_result) = codec.unpackOutputs(packed);
        vm.assertEq(texts, 0, "no texts");
    }

    /// @dev Two inputs of 12 bits with five decimals, one output of 24 bits with six.
    function _layout() private pure returns (SignalLayout memory) {
        return
            SignalLayout({
                inputName: "features",
                outputName: "range",
                inputCount: 2,
                inputBits: 12,
                inputDecimals: 5,
                inputOffset: 0,
                outputCount: 1,
                outputBits: 24,
                outputDecimals: 6,
                outputOffset: 0
            });
    }

    function _input(int128[2] memory values, int128[2] memory decimals) private pure returns (ModelInput memory input) {
        MultiDimensionalNumberTensor memory tensor;
        tensor.name = "features";
        tensor.shape = new uint32[](2);
        (tensor.shape[0], tensor.shape[1]) = (1, 2);
        tensor.values = new Number[](2);
        for (uint256 i = 0; i < 2; ++i) tensor.values[i] = Number({value: values[i], decimals: decimals[i]});
        input.numbers = new MultiDimensionalNumberTensor[](1);
        input.numbers[0] = tensor;
    }
}
