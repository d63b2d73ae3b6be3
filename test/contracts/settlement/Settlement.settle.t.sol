// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {ISettlement, Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {IVerifierRegistry} from "../../../contracts/zkml/interfaces/IVerifierRegistry.sol";
import {System} from "../fixtures/System.sol";

contract SettlementSettleTest is System {
    bytes32 internal constant INPUT = keccak256("input");
    bytes32 internal constant OUTPUT = keccak256("output");

    function testFuzz_RevertWhen_RequestIdIsWrong(bytes32 requestId) external {
        Receipt memory receipt = _receipt(address(1), INPUT, OUTPUT);
        bytes32 computed = receipt.requestId;
        vm.assume(requestId != computed);
        receipt.requestId = requestId;
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementRequestIdMismatch.selector, requestId, computed));
        settlement.settle(receipt, "");
    }

    function testFuzz_RevertWhen_CallerIsNotTheSettler(address settler) external {
        vm.assume(settler != address(this));
        Receipt memory receipt = _receipt(address(1), INPUT, OUTPUT);
        receipt.settler = settler;
        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.SettlementUnauthorizedSettler.selector, address(this), settler)
        );
        settlement.settle(receipt, "");
    }

    function test_RevertWhen_IssuedInFuture() external {
        Receipt memory receipt = _receipt(address(1), INPUT, OUTPUT);
        receipt.issuedAt = START + 1;
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementIssuedInFuture.selector, START + 1, START));
        settlement.settle(receipt, "");
    }

    function test_RevertWhen_DeadlinePassed() external {
        Receipt memory receipt = _receipt(address(1), INPUT, OUTPUT);
        vm.warp(receipt.deadline + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISettlement.SettlementDeadlinePassed.selector,
                receipt.deadline,
                receipt.deadline + 1
            )
        );
        settlement.settle(receipt, "");
    }

    function test_RevertWhen_LifetimeIsTooLong() external {
        Receipt memory receipt = _receipt(address(1), INPUT, OUTPUT);
        receipt.deadline = START + 1 hours + 1;
        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.SettlementLifetimeInvalid.selector, START, START + 1 hours + 1, 1 hours)
        );
        settlement.settle(receipt, "");
    }

    function test_RevertGiven_OperatorInactive() external {
        Receipt memory receipt = _receipt(address(1), INPUT, OUTPUT);
        uint256 shares = staking.sharesOf(operator, operator);
        vm.prank(operator);
        staking.unbond(operator, shares);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementOperatorInactive.selector, operator));
        settlement.settle(receipt, "");
    }

    function testFuzz_RevertGiven_NonceUsed(uint256 nonce) external {
        Receipt memory receipt = _receipt(address(1), INPUT, OUTPUT);
        receipt.nonce = nonce;
        _withRequestId(receipt);
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        settlement.settle(receipt, signature);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementNonceUsed.selector, operator, nonce));
        settlement.settle(receipt, signature);
    }

    function test_RevertWhen_ModeHasNoEvidence() external {
        Receipt memory receipt = _receipt(address(1), INPUT, OUTPUT);
        receipt.mode = InferenceMode.VANILLA;
        _withRequestId(receipt);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementModeUnsupported.selector, InferenceMode.VANILLA));
        settlement.settle(receipt, "");
    }

    function testFuzz_RevertWhen_ReceiptWasEdited(uint256 field) external {
        Receipt memory receipt = _receipt(address(1), INPUT, OUTPUT);
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        field = bound(field, 0, 5);
        if (field == 0) receipt.outputHash = keccak256("another output");
        if (field == 1) receipt.payer = address(0xBAD);
        if (field == 2) receipt.inputCommitment = 1;
        if (field == 3) receipt.outputCommitment = 1;
        if (field == 4) receipt.deadline -= 1;
        if (field == 5) receipt.keyId = keccak256("key");
        // The recovered enclave id is random.
        _assertRevertsWith(
            ISettlement.SettlementSignerMismatch.selector,
            address(settlement),
            abi.encodeCall(ISettlement.settle, (receipt, signature))
        );
    }

    function test_RevertWhen_EnclaveOfAnotherOperator() external {
        address other = address(0x07E2);
        _registerOperator(other, 50_000e18);
        Receipt memory receipt = _receipt(address(1), INPUT, OUTPUT);
        receipt.operator = other;
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.SettlementEnclaveOperatorMismatch.selector, operator, other)
        );
        settlement.settle(receipt, signature);
    }

    function test_RevertGiven_EnclaveRevoked() external {
        Receipt memory receipt = _receipt(address(1), INPUT, OUTPUT);
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        vm.prank(operator);
        enclaves.revokeEnclave(enclaveId);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementEnclaveUnusable.selector, enclaveId));
        settlement.settle(receipt, signature);
    }

    function test_RevertGiven_ProfileSuspended() external {
        Receipt memory receipt = _receipt(address(1), INPUT, OUTPUT);
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        policy.suspendProfile(profileId, uint40(block.timestamp), "firmware defect");
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementEnclaveUnusable.selector, enclaveId));
        settlement.settle(receipt, signature);
    }

    function testFuzz_Settles(address requester, bytes32 inputHash, bytes32 outputHash, uint256 nonce) external {
        Receipt memory receipt = _receipt(requester, inputHash, outputHash);
        receipt.nonce = nonce;
        _withRequestId(receipt);
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        vm.assertFalse(settlement.isNonceUsed(operator, nonce), "the nonce is fresh");

        vm.expectEmit(address(settlement));
        emit ISettlement.ReceiptSettled(receipt.requestId, operator, releaseId, receipt);
        settlement.settle(receipt, signature);

        vm.assertTrue(settlement.isNonceUsed(operator, nonce), "the nonce is used");
        vm.assertFalse(settlement.isNonceUsed(operator, nonce ^ 1), "its neighbour is not");
        vm.assertEq(settlement.computeRequestId(receipt), receipt.requestId, "the request id is as computed");
    }

    function test_RevertGiven_KeyUnknown() external {
        Receipt memory receipt = _receipt(address(1), INPUT, OUTPUT);
        receipt.mode = InferenceMode.ZK;
        receipt.keyId = keccak256("no such key");
        _withRequestId(receipt);
        IVerifierRegistry.Proof memory proof;
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyUnknown.selector, receipt.keyId));
        settlement.settle(receipt, abi.encode(proof));
    }
}
