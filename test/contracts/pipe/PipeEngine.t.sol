// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Consumer__Mock} from "../../mocks/Consumer__Mock.sol";
import {IERC7412} from "../../../contracts/pipe/interfaces/IERC7412.sol";
import {IInferenceEngine, IInferenceHub} from "../../../contracts/pipe/interfaces/IInferenceEngine.sol";
import {IPipeEngine} from "../../../contracts/pipe/interfaces/IPipeEngine.sol";
import {IReleaseCircuits} from "../../../contracts/models/interfaces/IReleaseCircuits.sol";
import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {ModelInferenceRequest, ModelInput, ModelOutput} from "../../../contracts/pipe/types/InferenceTypes.sol";
import {Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {System} from "../fixtures/System.sol";
import {TensorLib} from "../../../contracts/pipe/libraries/TensorLib.sol";

contract PipeEngineTest is System {
    string internal constant MODEL = "lab/echo@1.00";

    Consumer__Mock internal consumer;
    uint256 private _nextNonce;

    function setUp() public override {
        super.setUp();
        consumer = new Consumer__Mock(engine);
    }

    // ---------------------------------------------------- ABI ----------------------------------------------------

    function test_HasUpstreamAbi() external pure {
        vm.assertEq(bytes32(IInferenceEngine.runModelInference.selector), bytes32(bytes4(0x7289e9c2)), "engine");
        vm.assertEq(bytes32(IInferenceHub.run.selector), bytes32(bytes4(0xcbf09d80)), "hub");
        vm.assertEq(
            IInferenceEngine.ModelInferenceEvent.selector,
            0x1b283af3452f3718585ce100f80d9aa81fc60924db4a582a36db6aae3b109d87,
            "engine event"
        );
        vm.assertEq(
            IInferenceHub.InferenceResult.selector,
            0xc1396ff68bc2d8630100df29ce5561fa99078c602e8676ab72a53e37095d7168,
            "hub event"
        );
    }

    // -------------------------------------------------- fulfill --------------------------------------------------

    function testFuzz_RevertWhen_SettlerIsAnother(address settler) external {
        vm.assume(settler != address(engine));
        IPipeEngine.InferenceAnswer[] memory answers = _answers(1, 10);
        answers[0].receipt.settler = settler;
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IPipeEngine.PipeSettlerMismatch.selector, settler, address(engine)));
        engine.fulfill(answers);
    }

    function testFuzz_RevertWhen_CallerIsNotThePayer(address caller) external {
        vm.assume(caller != payer);
        IPipeEngine.InferenceAnswer[] memory answers = _answers(1, 10);
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IPipeEngine.PipePayerMismatch.selector, payer, caller));
        engine.fulfill(answers);
    }

    function testFuzz_RevertWhen_OutputWasEdited(uint64 value) external {
        vm.assume(value != 10);
        IPipeEngine.InferenceAnswer[] memory answers = _answers(1, 10);
        bytes32 committed = answers[0].receipt.outputHash;
        answers[0].output = _output(value);
        vm.prank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPipeEngine.PipeOutputHashMismatch.selector,
                keccak256(abi.encode(_output(value))),
                committed
            )
        );
        engine.fulfill(answers);
    }

    function test_RevertWhen_OutputIsAPlaceholder() external {
        IPipeEngine.InferenceAnswer[] memory answers = _answers(1, 10);
        answers[0].output.is_simulation_result = true;
        vm.prank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(IPipeEngine.PipeSimulationAnswer.selector, answers[0].receipt.requestId)
        );
        engine.fulfill(answers);
    }

    function test_RevertWhen_KeyIsNotTheReleases() external {
        IPipeEngine.InferenceAnswer[] memory answers = _answers(1, 10);
        answers[0].receipt.keyId = keccak256("key");
        vm.prank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(IReleaseCircuits.ModelsUnknownCircuit.selector, releaseId, keccak256("key"))
        );
        engine.fulfill(answers);
    }

    function test_RevertWhen_CircuitIsMissing() external {
        IPipeEngine.InferenceAnswer[] memory answers = _answers(1, 10);
        answers[0].receipt.mode = InferenceMode.ZK;
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IPipeEngine.PipeCircuitMissing.selector, releaseId));
        engine.fulfill(answers);
    }

    function test_RevertWhen_TooManyAnswers() external {
        IPipeEngine.InferenceAnswer[] memory answers = new IPipeEngine.InferenceAnswer[](17);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IPipeEngine.PipeTooManyAnswers.selector, 17, 16));
        engine.fulfill(answers);
    }

    function testFuzz_RevertWhen_NotTheForwarder(address caller) external {
        address forwarder = engine.FORWARDER();
        vm.assume(caller != forwarder);
        IPipeEngine.InferenceAnswer[] memory answers = _answers(1, 10);
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IPipeEngine.PipeUnauthorizedForwarder.selector, caller, forwarder));
        engine.fulfillFor(payer, answers);
    }

    function test_RevertWhen_NativeValueIsSent() external {
        bytes memory data = abi.encode(_answers(1, 10));
        vm.deal(payer, 1 ether);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IPipeEngine.PipeNativeValueRefused.selector, 1));
        engine.fulfillOracleQuery{value: 1}(data);
    }

    // --------------------------------------------- runModelInference ---------------------------------------------

    function test_RevertGiven_NoAnswer() external {
        vm.expectRevert(_missing(5));
        consumer.ask(MODEL, InferenceMode.TEE, 5);
    }

    function test_SimulationWithoutSender() external {
        vm.startPrank(address(0xABCD), address(0));
        consumer.ask(MODEL, InferenceMode.TEE, 5);
        vm.stopPrank();
        vm.assertTrue(consumer.lastWasSimulation(), "a placeholder is marked");
    }

    function testFuzz_RevertWhen_PriceAboveMaximum(uint256 maxPrice) external {
        maxPrice = bound(maxPrice, 0, PRICE - 1);
        IPipeEngine.InferenceAnswer[] memory answers = _answers(1, 10);
        answers[0].maxPrice = maxPrice;
        vm.prank(payer);
        engine.fulfill(answers);
        vm.expectRevert(abi.encodeWithSelector(IPipeEngine.PipePriceExceeded.selector, PRICE, maxPrice));
        consumer.ask(MODEL, InferenceMode.TEE, 1);
    }

    function test_RevertGiven_PayerCannotPay() external {
        uint256 excess = token.balanceOf(payer) - PRICE + 1;
        vm.prank(payer);
        token.transfer(address(1), excess);
        _fulfill(1, 10);
        vm.expectRevert();
        consumer.ask(MODEL, InferenceMode.TEE, 1);
        vm.assertEq(consumer.lastOutputHash(), bytes32(0), "no payment, no result");
    }

    function testFuzz_RevertWhen_ModeIsUnknown(uint8 mode) external {
        mode = uint8(bound(mode, 4, 255));
        vm.expectRevert(abi.encodeWithSelector(IPipeEngine.PipeModeUnknown.selector, mode, 3));
        consumer.askThroughHub(MODEL, mode, 1);
    }

    function test_RevertGiven_AnswerForAnotherInput() external {
        _fulfill(1, 10);
        vm.expectRevert(_missing(2));
        consumer.ask(MODEL, InferenceMode.TEE, 2);
    }

    function testFuzz_ConsumesAnswerOnce(uint64 value, uint64 answer) external {
        uint256 before = token.balanceOf(payer);
        _fulfill(value, answer);
        vm.assertEq(token.balanceOf(payer), before, "handing in costs nothing");

        consumer.ask(MODEL, InferenceMode.TEE, value);
        vm.assertEq(consumer.lastOutputHash(), keccak256(abi.encode(_output(answer))), "the answer arrives");
        vm.assertEq(before - token.balanceOf(payer), PRICE, "the payer pays the price");
        vm.assertEq(payments.creditOf(publisher), (PRICE * 7_500) / 10_000, "the publisher earns his part");
        vm.assertEq(payments.operatorEarningsOf(operator), (PRICE * 2_000) / 10_000, "and the operator his");

        vm.expectRevert(_missing(value));
        consumer.ask(MODEL, InferenceMode.TEE, value);
    }

    function test_TakesErc7412Answers() external {
        vm.assertEq(engine.oracleId(), bytes32("OPG_PIPE"), "the oracle id");
        bytes memory data = abi.encode(_answers(1, 10));
        vm.prank(payer);
        engine.fulfillOracleQuery(data);
        consumer.ask(MODEL, InferenceMode.TEE, 1);
        vm.assertEq(consumer.lastOutputHash(), keccak256(abi.encode(_output(10))), "the answer arrives");
    }

    function test_ReturnsEqualCallsInOrder() external {
        _fulfill(1, 10);
        _fulfill(1, 11);
        consumer.ask(MODEL, InferenceMode.TEE, 1);
        vm.assertEq(consumer.lastOutputHash(), keccak256(abi.encode(_output(10))), "first in");
        consumer.ask(MODEL, InferenceMode.TEE, 1);
        vm.assertEq(consumer.lastOutputHash(), keccak256(abi.encode(_output(11))), "first out");
    }

    function test_AnswersThroughHub() external {
        _fulfill(1, 10);
        vm.expectEmit(address(engine));
        emit IInferenceHub.InferenceResult(_output(10));
        consumer.askThroughHub(MODEL, uint8(InferenceMode.TEE), 1);
        vm.assertEq(consumer.lastOutputHash(), keccak256(abi.encode(_output(10))), "the answer arrives");
    }

    function test_ChargesSponsor() external {
        token.approve(address(payments), 10e18);
        payments.deposit(address(consumer), 10e18);
        consumer.sponsor(payments, PRICE);
        uint256 before = token.balanceOf(payer);
        _fulfill(1, 10);
        consumer.ask(MODEL, InferenceMode.TEE, 1);
        vm.assertEq(token.balanceOf(payer), before, "the payer keeps his tokens");
        vm.assertEq(payments.creditOf(address(consumer)), 10e18 - PRICE, "the consumer's credit pays");
    }

    // -------------------------------------------------- deliver --------------------------------------------------

    function test_RevertGiven_DeliveryPending() external {
        bytes32 key = engine.answerKey(address(consumer), releaseId, InferenceMode.TEE, _inputHash(1));
        _deliver(1, 10);
        IPipeEngine.InferenceAnswer[] memory again = _answers(1, 11);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IPipeEngine.PipeDeliveryPending.selector, key, START + 10 minutes));
        engine.deliver(again);
    }

    function test_RevertGiven_DeliveryExpired() external {
        _deliver(1, 10);
        vm.warp(START + 10 minutes + 1);
        vm.startPrank(payer, payer);
        vm.expectRevert(_missing(1));
        consumer.ask(MODEL, InferenceMode.TEE, 1);
        vm.stopPrank();
    }

    function test_RevertWhen_OriginIsAnother() external {
        _deliver(1, 10);
        vm.startPrank(address(0xBEEF), address(0xBEEF));
        vm.expectRevert(_missing(1));
        consumer.ask(MODEL, InferenceMode.TEE, 1);
        vm.stopPrank();
    }

    function test_DeliversOnce() external {
        uint256 before = token.balanceOf(payer);
        _deliver(1, 10);
        vm.assertEq(before - token.balanceOf(payer), PRICE, "paid for at delivery");

        vm.startPrank(payer, payer);
        consumer.ask(MODEL, InferenceMode.TEE, 1);
        vm.assertEq(consumer.lastOutputHash(), keccak256(abi.encode(_output(10))), "the answer arrives");
        vm.assertEq(before - token.balanceOf(payer), PRICE, "and is not paid for again");
        vm.expectRevert(_missing(1));
        consumer.ask(MODEL, InferenceMode.TEE, 1);
        vm.stopPrank();
    }

    // -------------------------------------------------- helpers --------------------------------------------------

    function _fulfill(uint256 value, uint256 answer) private {
        IPipeEngine.InferenceAnswer[] memory answers = _answers(value, answer);
        vm.prank(payer);
        engine.fulfill(answers);
    }

    function _deliver(uint256 value, uint256 answer) private {
        IPipeEngine.InferenceAnswer[] memory answers = _answers(value, answer);
        vm.prank(payer);
        engine.deliver(answers);
    }

    function _answers(uint256 value, uint256 answer) private returns (IPipeEngine.InferenceAnswer[] memory answers) {
        ModelOutput memory output = _output(answer);
        Receipt memory receipt = _receipt(address(consumer), _inputHash(value), keccak256(abi.encode(output)));
        receipt.settler = address(engine);
        receipt.nonce = ++_nextNonce;
        _withRequestId(receipt);
        answers = new IPipeEngine.InferenceAnswer[](1);
        answers[0] = IPipeEngine.InferenceAnswer({
            output: output,
            receipt: receipt,
            evidence: _signReceipt(ENCLAVE_KEY, receipt),
            maxPrice: PRICE
        });
    }

    function _missing(uint256 value) private view returns (bytes memory) {
        ModelInferenceRequest memory request = ModelInferenceRequest({
            mode: InferenceMode.TEE,
            modelCID: MODEL,
            input: _input(value)
        });
        return
            abi.encodeWithSelector(
                IERC7412.OracleDataRequired.selector,
                address(engine),
                abi.encode(address(consumer), releaseId, request)
            );
    }

    function _input(uint256 value) private pure returns (ModelInput memory) {
        uint256[] memory values = new uint256[](1);
        values[0] = value;
        return TensorLib.row("x", values, 0);
    }

    function _inputHash(uint256 value) private pure returns (bytes32) {
        return keccak256(abi.encode(_input(value)));
    }

    function _output(uint256 value) private pure returns (ModelOutput memory output) {
        output.numbers = _input(value).numbers;
    }
}
