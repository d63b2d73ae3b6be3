// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Consumer__Mock} from "../../mocks/Consumer__Mock.sol";
import {IERC7412} from "../../../contracts/pipe/interfaces/IERC7412.sol";
import {InferenceForwarder} from "../../../contracts/pipe/InferenceForwarder.sol";
import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {IPipeEngine} from "../../../contracts/pipe/interfaces/IPipeEngine.sol";
import {ModelInput, ModelOutput} from "../../../contracts/pipe/types/InferenceTypes.sol";
import {Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {System} from "../fixtures/System.sol";
import {TensorLib} from "../../../contracts/pipe/libraries/TensorLib.sol";

contract InferenceForwarderTest is System {
    Consumer__Mock internal consumer;
    InferenceForwarder internal forwarder;

    function setUp() public override {
        super.setUp();
        consumer = new Consumer__Mock(engine);
        forwarder = InferenceForwarder(engine.FORWARDER());
    }

    function testFuzz_RevertWhen_TargetIsTheEngine(bytes calldata data) external {
        vm.expectRevert(abi.encodeWithSelector(InferenceForwarder.ForwarderTargetForbidden.selector, address(engine)));
        forwarder.executeWithInference(new IPipeEngine.InferenceAnswer[](0), address(engine), data);
    }

    function test_RevertWhen_TargetReverts() external {
        _assertRevertsWith(
            IERC7412.OracleDataRequired.selector,
            address(forwarder),
            abi.encodeCall(
                InferenceForwarder.executeWithInference,
                (new IPipeEngine.InferenceAnswer[](0), address(consumer), _ask(1))
            )
        );
    }

    function test_RevertWhen_AnswerIsForAnotherPayer() external {
        IPipeEngine.InferenceAnswer[] memory answers = _answers(1, 10);
        vm.prank(address(0xBAD));
        vm.expectRevert(abi.encodeWithSelector(IPipeEngine.PipePayerMismatch.selector, payer, address(0xBAD)));
        forwarder.executeWithInference(answers, address(consumer), _ask(1));
    }

    function testFuzz_ExecutesForTheCaller(uint64 value, uint64 answer) external {
        IPipeEngine.InferenceAnswer[] memory answers = _answers(value, answer);
        uint256 before = token.balanceOf(payer);
        vm.prank(payer);
        forwarder.executeWithInference(answers, address(consumer), _ask(value));
        vm.assertEq(consumer.lastOutputHash(), answers[0].receipt.outputHash, "the consumer got the answer");
        vm.assertEq(consumer.lastSender(), payer, "the caller follows the calldata");
        vm.assertEq(before - token.balanceOf(payer), PRICE, "the caller pays");
    }

    function _ask(uint256 value) private pure returns (bytes memory) {
        return abi.encodeCall(Consumer__Mock.ask, ("lab/echo", InferenceMode.TEE, value));
    }

    function _answers(
        uint256 value,
        uint256 answer
    ) private view returns (IPipeEngine.InferenceAnswer[] memory answers) {
        uint256[] memory values = new uint256[](1);
        values[0] = value;
        ModelInput memory input = TensorLib.row("x", values, 0);
        values[0] = answer;
        ModelOutput memory output;
        output.numbers = TensorLib.row("y", values, 0).numbers;
        Receipt memory receipt = _receipt(
            address(consumer),
            keccak256(abi.encode(input)),
            keccak256(abi.encode(output))
        );
        receipt.settler = address(engine);
        answers = new IPipeEngine.InferenceAnswer[](1);
        answers[0] = IPipeEngine.InferenceAnswer({
            output: output,
            receipt: receipt,
            evidence: _signReceipt(ENCLAVE_KEY, receipt),
            maxPrice: PRICE
        });
    }
}
