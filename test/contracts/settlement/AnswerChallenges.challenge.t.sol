// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {IAnswerChallenges} from "../../../contracts/settlement/interfaces/IAnswerChallenges.sol";
import {IReceiptCases} from "../../../contracts/settlement/interfaces/IReceiptCases.sol";
import {ISettlement, Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {IHolds} from "../../../contracts/staking/interfaces/IHolds.sol";
import {FaultClass} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {IStaking, StakingConfig} from "../../../contracts/staking/interfaces/IStaking.sol";
import {IVerifierRegistry} from "../../../contracts/zkml/interfaces/IVerifierRegistry.sol";
import {ProofVectors} from "../zkml/ProofVectors.sol";
import {ChallengeTest} from "./ChallengeTest.sol";

contract AnswerChallengesChallengeTest is ChallengeTest {
    function testFuzz_RevertWhen_WindowsAreUnusable(uint32 response, uint32 slack) external {
        bool usable = response != 0 && slack != 0 && uint256(response) + slack <= 14 days;
        vm.assume(!usable);
        StakingConfig memory config = staking.config();
        (config.windows.response, config.windows.slack) = (response, slack);
        vm.mockCall(address(staking), abi.encodeCall(IStaking.config, ()), abi.encode(config));
        vm.expectRevert(
            abi.encodeWithSelector(IAnswerChallenges.ChallengesWindowsUnusable.selector, response, slack, 14 days)
        );
        create("AnswerChallenges", abi.encode(_caseContracts(), BOND));
    }

    function test_RevertWhen_ReceiptHasAProof() external {
        Receipt memory receipt = _attested(1);
        receipt.mode = InferenceMode.ZK;
        vm.expectRevert(abi.encodeWithSelector(IReceiptCases.ChallengesModeNotAttested.selector, InferenceMode.ZK));
        challenges.challenge(receipt, "");
    }

    function testFuzz_RevertWhen_KeyIsUnknown(bytes32 key) external {
        vm.assume(key != keyId);
        Receipt memory receipt = _attested(1);
        receipt.keyId = key;
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyUnknown.selector, key));
        challenges.challenge(receipt, "");
    }

    function test_RevertWhen_CircuitHasOtherSignals() external {
        Receipt memory receipt = _attested(1);
        receipt.keyId = verifiers.registerKey(ProofVectors.twoSignalKey(), false);
        vm.expectRevert(
            abi.encodeWithSelector(IAnswerChallenges.ChallengesCircuitUnusable.selector, receipt.keyId, 2, 3)
        );
        challenges.challenge(receipt, "");
    }

    function testFuzz_RevertWhen_ReceiptIsFromTheFuture(uint256 issuedAt) external {
        issuedAt = bound(issuedAt, START + 1, type(uint256).max);
        Receipt memory receipt = _attested(1);
        receipt.issuedAt = issuedAt;
        vm.expectRevert(abi.encodeWithSelector(IReceiptCases.ChallengesReceiptFromFuture.selector, issuedAt, START));
        challenges.challenge(receipt, "");
    }

    function testFuzz_RevertWhen_SignatureIsForged(uint256 key) external {
        key = bound(key, 1, type(uint128).max);
        vm.assume(key != ENCLAVE_KEY);
        Receipt memory receipt = _settled(1);
        bytes memory forged = _signReceipt(key, receipt);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISettlement.SettlementSignerMismatch.selector,
                enclaves.computeEnclaveId(vm.addr(key)),
                enclaveId
            )
        );
        challenges.challenge(receipt, forged);
    }

    function testFuzz_RevertWhen_RequestIdIsWrong(bytes32 requestId) external {
        Receipt memory receipt = _attested(1);
        bytes32 computed = receipt.requestId;
        vm.assume(requestId != computed);
        receipt.requestId = requestId;
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementRequestIdMismatch.selector, requestId, computed));
        challenges.challenge(receipt, signature);
    }

    function testFuzz_RevertGiven_NeverSettled(uint256 nonce) external {
        Receipt memory receipt = _attested(nonce);
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        vm.expectRevert(abi.encodeWithSelector(IReceiptCases.ChallengesReceiptNotSettled.selector, operator, nonce));
        challenges.challenge(receipt, signature);
    }

    function test_RevertGiven_ChallengedBefore() external {
        (Receipt memory receipt, bytes32 id) = _challenged(1);
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        _expectState(id, IAnswerChallenges.State.OPEN);
        challenges.challenge(receipt, signature);
    }

    function test_RevertGiven_NoAllowanceForTheBond() external {
        Receipt memory receipt = _settled(1);
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(challengeBonds), 0, BOND)
        );
        vm.prank(CONTRADICTOR);
        challenges.challenge(receipt, signature);
        vm.assertEq(_heldBps(settlement.hashReceipt(receipt), FaultClass.DATA_WITHHELD), 0, "and no stake is held");
    }

    function test_RevertGiven_RoleWasTaken() external {
        Receipt memory receipt = _settled(1);
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        authority.revokeRole(Roles.ADJUDICATOR, address(challenges));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(challenges)));
        challenges.challenge(receipt, signature);
    }

    function test_HoldsStakeAndTakesTheBond() external {
        Receipt memory receipt = _settled(1);
        bytes32 id = settlement.hashReceipt(receipt);
        vm.warp(START + 3 days);
        vm.expectEmit(address(challenges));
        emit IAnswerChallenges.AnswerChallenged(id, operator, CHALLENGER, START + 4 days, true, receipt);
        vm.assertEq(_challenge(receipt), id, "named by its digest");
        IAnswerChallenges.Challenge memory opened = challenges.challengeOf(id);
        _stateIs(id, IAnswerChallenges.State.OPEN);
        vm.assertEq(opened.challenger, CHALLENGER, "challenger");
        vm.assertEq(opened.operator, operator, "operator");
        vm.assertEq(opened.contradictor, address(0), "no other answer");
        vm.assertEq(opened.issuedAt, START, "time of the infraction");
        vm.assertEq(opened.resolveBy, START + 6 days, "two days to resolve");
        vm.assertEq(_heldBps(id, FaultClass.DATA_WITHHELD), 1_000, "the most that F4 can cost");
        vm.assertEq(token.balanceOf(address(challengeBonds)), BOND, "bond");
        vm.assertEq(challengeBonds.bondOf(address(challenges), id), BOND, "of this challenge");
    }

    /// @dev Nobody can keep a challenge out by filling the places of holds.
    function test_GivenAllHoldsAreTaken_IsAdmittedWithout() external {
        for (uint256 nonce = 1; nonce <= 8; ++nonce) _challenged(nonce);
        (, bytes32 id) = _challenged(9);
        _stateIs(id, IAnswerChallenges.State.OPEN);
        vm.assertFalse(challenges.challengeOf(id).held, "without a hold");
        vm.assertEq(holds.holdsOf(operator).length, 8, "as many as fit");
    }

    function test_GivenAllHoldsAreTaken_RevertWhen_WindowIsOver() external {
        Receipt memory receipt = _settled(9);
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        vm.warp(START + 6 days);
        for (uint256 nonce = 1; nonce <= 8; ++nonce) _challenged(nonce);
        vm.warp(START + 7 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IHolds.HoldsTooMany.selector, operator, 8));
        challenges.challenge(receipt, signature);
    }

    function test_GivenHold_AsLongAsTheLedgerReaches() external {
        Receipt memory first = _settled(1);
        Receipt memory second = _settled(2);
        uint256 lastDay = (START / 1 days + 14) * 1 days;
        vm.warp(lastDay + 1 days - 1);
        bytes32 id = _challenge(first);
        vm.assertEq(_heldBps(id, FaultClass.DATA_WITHHELD), 1_000, "held on the last second");
        vm.warp(lastDay + 1 days);
        bytes memory signature = _signReceipt(ENCLAVE_KEY, second);
        vm.expectRevert(
            abi.encodeWithSelector(IHolds.HoldsInfractionTooOld.selector, START, (START / 1 days) * 1 days + 1 days)
        );
        challenges.challenge(second, signature);
    }
}
