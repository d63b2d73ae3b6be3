// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Consumer__Mock} from "../../mocks/Consumer__Mock.sol";
import {IPipeEngine} from "../../../contracts/pipe/interfaces/IPipeEngine.sol";
import {IReleaseCircuits} from "../../../contracts/models/interfaces/IReleaseCircuits.sol";
import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {ModelCalls} from "./ModelCalls.sol";
import {ModelOutput} from "../../../contracts/pipe/types/InferenceTypes.sol";
import {Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {SignalCodec} from "../../../contracts/zkml/libraries/SignalCodec.sol";

/// @dev A release of two models with a circuit each, whose inputs are called "x" and "z" and have 16 and 8 bits.
contract PipeEngineCircuitsTest is ModelCalls {
    string private constant _NAME = "lab/pair";
    bytes32 private constant _MAIN = keccak256("key of x");
    bytes32 private constant _FURTHER = keccak256("key of z");

    Consumer__Mock private _consumer;
    bytes32 private _boundId;

    function setUp() public override {
        super.setUp();
        _consumer = new Consumer__Mock(engine);
        IReleaseCircuits.ReleaseModels memory bound;
        bound.circuits = new IReleaseCircuits.ReleaseCircuit[](2);
        bound.circuits[0] = IReleaseCircuits.ReleaseCircuit(_MAIN, 0, _layout("x", "y", 16));
        bound.circuits[1] = IReleaseCircuits.ReleaseCircuit(_FURTHER, 1, _layout("z", "w", 8));
        _boundId = _publishModels(_NAME, bound, InferenceMode.TEE, PRICE);
    }

    function testFuzz_TakesAnswersOfTheMainCircuit(uint16 value, uint16 answer) external {
        _expectAnswer("x", "y", _MAIN, value, answer);
    }

    function testFuzz_TakesAnswersOfAFurtherCircuit(uint8 value, uint8 answer) external {
        _expectAnswer("z", "w", _FURTHER, value, answer);
    }

    function testFuzz_RevertWhen_KeyIsNotTheReleases(bytes32 keyId) external {
        vm.assume(keyId != _MAIN && keyId != _FURTHER);
        IPipeEngine.InferenceAnswer[] memory answers = _answers("x", "y", keyId, 1, 10);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IReleaseCircuits.ModelsUnknownCircuit.selector, _boundId, keyId));
        engine.fulfill(answers);
    }

    function test_RevertWhen_NoCircuitIsNamed() external {
        IPipeEngine.InferenceAnswer[] memory answers = _answers("x", "y", 0, 1, 10);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IReleaseCircuits.ModelsUnknownCircuit.selector, _boundId, bytes32(0)));
        engine.fulfill(answers);
    }

    /// @dev The operator proves that the other model, on the same numbers, says what he likes.
    function testFuzz_RevertWhen_CircuitIsNotTheInputs(uint8 value, uint8 answer) external {
        IPipeEngine.InferenceAnswer[] memory answers = _answers("x", "w", _FURTHER, value, answer);
        vm.prank(payer);
        engine.fulfill(answers);
        vm.expectRevert(abi.encodeWithSelector(SignalCodec.SignalTensorNameWrong.selector, "x", "z"));
        _consumer.askTensor(_NAME, InferenceMode.TEE, "x", value);
    }

    function test_RevertWhen_OutputIsNotTheCircuits() external {
        IPipeEngine.InferenceAnswer[] memory answers = _answers("z", "y", _FURTHER, 1, 10);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(SignalCodec.SignalTensorNameWrong.selector, "y", "w"));
        engine.fulfill(answers);
    }

    function testFuzz_RevertWhen_CommitmentIsAnothers(uint16 value, uint16 committed) external {
        vm.assume(value != committed);
        IPipeEngine.InferenceAnswer[] memory answers = _answers("x", "y", _MAIN, value, 10);
        answers[0].receipt.inputCommitment = committed;
        answers[0].evidence = _signReceipt(ENCLAVE_KEY, answers[0].receipt);
        vm.prank(payer);
        engine.fulfill(answers);
        vm.expectRevert(abi.encodeWithSelector(IPipeEngine.PipeCommitmentMismatch.selector, value, committed));
        _consumer.askTensor(_NAME, InferenceMode.TEE, "x", value);
    }

    function test_SimulationHasTheFormOfTheCircuit() external {
        vm.startPrank(address(0xABCD), address(0));
        _consumer.askTensor(_NAME, InferenceMode.TEE, "z", 1);
        vm.assertEq(_consumer.lastOutputHash(), _placeholder("w"), "the circuit of the input");
        _consumer.askTensor(_NAME, InferenceMode.TEE, "another", 1);
        vm.assertEq(_consumer.lastOutputHash(), _placeholder("y"), "else the main one");
        vm.stopPrank();
    }

    function _expectAnswer(
        string memory inputName,
        string memory outputName,
        bytes32 keyId,
        uint256 value,
        uint256 answer
    ) private {
        IPipeEngine.InferenceAnswer[] memory answers = _answers(inputName, outputName, keyId, value, answer);
        vm.prank(payer);
        engine.fulfill(answers);
        _consumer.askTensor(_NAME, InferenceMode.TEE, inputName, value);
        vm.assertEq(_consumer.lastOutputHash(), keccak256(abi.encode(_output(outputName, answer))), "the answer");
    }

    function _answers(
        string memory inputName,
        string memory outputName,
        bytes32 keyId,
        uint256 value,
        uint256 answer
    ) private view returns (IPipeEngine.InferenceAnswer[] memory answers) {
        ModelOutput memory output = _output(outputName, answer);
        bytes32 inputHash = keccak256(abi.encode(_row(inputName, value)));
        Receipt memory receipt = _receipt(address(_consumer), inputHash, keccak256(abi.encode(output)));
        receipt.settler = address(engine);
        receipt.releaseId = _boundId;
        (receipt.keyId, receipt.inputCommitment, receipt.outputCommitment) = (keyId, value, answer);
        _withRequestId(receipt);
        answers = new IPipeEngine.InferenceAnswer[](1);
        answers[0] = IPipeEngine.InferenceAnswer(output, receipt, _signReceipt(ENCLAVE_KEY, receipt), PRICE);
    }

    function _placeholder(string memory outputName) private pure returns (bytes32) {
        ModelOutput memory output = _output(outputName, 0);
        output.is_simulation_result = true;
        return keccak256(abi.encode(output));
    }

    function _output(string memory name, uint256 value) private pure returns (ModelOutput memory output) {
        output.numbers = _row(name, value).numbers;
    }
}
