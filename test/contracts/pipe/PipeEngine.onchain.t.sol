// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Consumer__Mock} from "../../mocks/Consumer__Mock.sol";
import {IModelExecutor} from "../../../contracts/zkml/interfaces/IModelExecutor.sol";
import {IModelHub} from "../../../contracts/models/interfaces/IModelHub.sol";
import {IPaymentHub} from "../../../contracts/payments/interfaces/IPaymentHub.sol";
import {IPipeEngine} from "../../../contracts/pipe/interfaces/IPipeEngine.sol";
import {IReleaseCircuits} from "../../../contracts/models/interfaces/IReleaseCircuits.sol";
import {ISettlement, Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {ModelCalls} from "./ModelCalls.sol";
import {ModelOutput} from "../../../contracts/pipe/types/InferenceTypes.sol";
import {SignalCodec} from "../../../contracts/zkml/libraries/SignalCodec.sol";

/// @dev The model is one neuron on one input of eight bits: 3 · x + 7.
contract PipeEngineOnchainTest is ModelCalls {
    string private constant _NAME = "lab/line";

    Consumer__Mock private _consumer;
    bytes32 private _modelId;
    bytes32 private _boundId;

    function setUp() public override {
        super.setUp();
        _consumer = new Consumer__Mock(engine);
        _modelId = executor.registerModel(
            abi.encodePacked(
                hex"0100000108011f01",
                hex"012018",
                new bytes(21),
                uint32(0x80000007),
                uint8(0),
                uint256(128 + 3) << 224
            )
        );
        _boundId = _publishModels(_NAME, _bound(_modelId), InferenceMode.ONCHAIN, PRICE);
        token.approve(address(payments), type(uint256).max);
    }

    function testFuzz_AnswersInTheCall(uint8 value) external {
        _sponsor(PRICE, 10 * PRICE);
        vm.expectEmit(address(engine));
        emit IPipeEngine.AnswerConsumed(_keyOf(value), address(_consumer), address(_consumer), _boundId, PRICE);
        _ask(value);
        vm.assertEq(_consumer.lastOutputHash(), _answerHash(value), "the model's answer");
        vm.assertFalse(_consumer.lastWasSimulation(), "no placeholder");
    }

    function test_PaysPublisherAndTreasuryAlone() external {
        _sponsor(PRICE, 10 * PRICE);
        _ask(1);
        vm.assertEq(payments.creditOf(address(_consumer)), 9 * PRICE, "the consumer pays");
        vm.assertEq(payments.creditOf(publisher), (PRICE * 9_500) / 10_000, "the publisher has the operator's part");
        vm.assertEq(payments.creditOf(treasury), (PRICE * 500) / 10_000, "the treasury has its own");
        IPaymentHub.Earnings memory earnings = payments.earningsOfRelease(_boundId);
        vm.assertEq(earnings.calls, 1, "calls");
        vm.assertEq(earnings.gross, PRICE, "gross");
    }

    function test_AnswersEqualCallsAlike() external {
        _sponsor(PRICE, 2 * PRICE);
        _ask(5);
        _ask(5);
        vm.assertEq(_consumer.lastOutputHash(), _answerHash(5), "again");
        vm.assertEq(payments.creditOf(address(_consumer)), 0, "paid twice");
    }

    function test_AnswersFreeCallsOfAnybody() external {
        vm.prank(publisher);
        models.setPrice(_boundId, InferenceMode.ONCHAIN, 0);
        _ask(9);
        vm.assertEq(_consumer.lastOutputHash(), _answerHash(9), "the model's answer");
        vm.assertEq(payments.earningsOfRelease(_boundId).calls, 1, "counted");
    }

    function test_AnswersThroughHub() external {
        _sponsor(PRICE, PRICE);
        _consumer.askThroughHub(_NAME, uint8(InferenceMode.ONCHAIN), 4);
        vm.assertEq(_consumer.lastOutputHash(), _answerHash(4), "the model's answer");
    }

    function test_SimulationGetsTheAnswer() external {
        _sponsor(PRICE, PRICE);
        vm.startPrank(address(0xABCD), address(0));
        _ask(200);
        vm.stopPrank();
        vm.assertEq(_consumer.lastOutputHash(), _answerHash(200), "the model's answer");
        vm.assertFalse(_consumer.lastWasSimulation(), "no placeholder");
    }

    function testFuzz_RevertWhen_PriceIsAboveTheSponsorship(uint256 maximum) external {
        maximum = bound(maximum, 0, PRICE - 1);
        _sponsor(maximum, 10 * PRICE);
        vm.expectRevert(abi.encodeWithSelector(IPipeEngine.PipePriceExceeded.selector, PRICE, maximum));
        _ask(1);
    }

    function test_RevertGiven_ConsumerCannotPay() external {
        _sponsor(PRICE, PRICE - 1);
        _assertRevertsWith(
            bytes4(keccak256("ERC20InsufficientAllowance(address,uint256,uint256)")),
            address(_consumer),
            abi.encodeCall(_consumer.ask, (_NAME, InferenceMode.ONCHAIN, 1))
        );
        vm.assertEq(payments.creditOf(address(_consumer)), PRICE - 1, "no result, no payment");
    }

    function test_RevertGiven_ModeIsNotOffered() external {
        bytes32 other = _publishModels("lab/other", _bound(_modelId), InferenceMode.TEE, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsModeNotOffered.selector, other, InferenceMode.ONCHAIN));
        _consumer.ask("lab/other", InferenceMode.ONCHAIN, 1);
    }

    function test_RevertGiven_ModelIsNotRegistered() external {
        bytes32 unknown = keccak256("no such model");
        _publishModels("lab/other", _bound(unknown), InferenceMode.ONCHAIN, 0);
        vm.expectRevert(abi.encodeWithSelector(IModelExecutor.ExecutorModelUnknown.selector, unknown));
        _consumer.ask("lab/other", InferenceMode.ONCHAIN, 1);
    }

    function testFuzz_RevertWhen_InputIsOutOfRange(uint256 value) external {
        value = bound(value, 256, uint128(type(int128).max));
        _sponsor(PRICE, PRICE);
        int128 number = int128(uint128(value));
        vm.expectRevert(abi.encodeWithSelector(SignalCodec.SignalValueOutOfRange.selector, 0, number, int128(0), 8));
        _ask(value);
    }

    function test_RevertWhen_AnAnswerIsHandedIn() external {
        ModelOutput memory output;
        Receipt memory receipt = _receipt(address(_consumer), 0, keccak256(abi.encode(output)));
        (receipt.settler, receipt.releaseId) = (address(engine), _boundId);
        receipt.mode = InferenceMode.ONCHAIN;
        _withRequestId(receipt);
        IPipeEngine.InferenceAnswer[] memory answers = new IPipeEngine.InferenceAnswer[](1);
        answers[0] = IPipeEngine.InferenceAnswer(output, receipt, _signReceipt(ENCLAVE_KEY, receipt), PRICE);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementModeUnsupported.selector, InferenceMode.ONCHAIN));
        engine.fulfill(answers);
    }

    function _ask(uint256 value) private {
        _consumer.ask(_NAME, InferenceMode.ONCHAIN, value);
    }

    function _sponsor(uint256 maximum, uint256 credit) private {
        payments.deposit(address(_consumer), credit);
        _consumer.sponsor(payments, maximum);
    }

    function _bound(bytes32 modelId) private pure returns (IReleaseCircuits.ReleaseModels memory bound) {
        bound.executorModelId = modelId;
        bound.circuits = new IReleaseCircuits.ReleaseCircuit[](1);
        bound.circuits[0].layout = _layout("x", "y", 8);
        bound.circuits[0].layout.outputBits = 31;
    }

    function _keyOf(uint256 value) private view returns (bytes32) {
        bytes32 inputHash = keccak256(abi.encode(_row("x", value)));
        return engine.answerKey(address(_consumer), _boundId, InferenceMode.ONCHAIN, inputHash);
    }

    function _answerHash(uint256 value) private pure returns (bytes32) {
        ModelOutput memory output;
        output.numbers = _row("y", 3 * value + 7).numbers;
        return keccak256(abi.encode(output));
    }
}
