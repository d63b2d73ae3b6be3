// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {IAnswerDisputes} from "../../../contracts/settlement/interfaces/IAnswerDisputes.sol";
import {IReceiptCases} from "../../../contracts/settlement/interfaces/IReceiptCases.sol";
import {ISettlement, Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {IChallengeBonds} from "../../../contracts/staking/interfaces/IChallengeBonds.sol";
import {IHolds} from "../../../contracts/staking/interfaces/IHolds.sol";
import {IStaking, StakingConfig} from "../../../contracts/staking/interfaces/IStaking.sol";
import {ProofVectors} from "../zkml/ProofVectors.sol";
import {DisputeTest} from "./DisputeTest.sol";

contract AnswerDisputesDisputeTest is DisputeTest {
    // constructor

    function testFuzz_RevertWhen_WindowsAreUnusable(uint32 response, uint32 appealWindow, uint32 slack) external {
        uint256 together = uint256(response) + appealWindow + slack;
        vm.assume(response == 0 || slack == 0 || appealWindow < 12 || together > 14 days);
        StakingConfig memory config = staking.config();
        (config.windows.response, config.windows.appeal, config.windows.slack) = (response, appealWindow, slack);
        vm.mockCall(address(staking), abi.encodeCall(IStaking.config, ()), abi.encode(config));
        vm.expectRevert(
            abi.encodeWithSelector(
                IAnswerDisputes.DisputesWindowsUnusable.selector,
                response,
                appealWindow,
                slack,
                14 days
            )
        );
        _newDisputes(DISPUTE_BOND, FEE);
    }

    function testFuzz_RevertWhen_FeeIsOutOfRange(uint256 fee) external {
        uint256 limit = challengeBonds.MAX_BOND() / 22;
        if (fee != 0) fee = bound(fee, limit + 1, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesFeeOutOfRange.selector, fee, limit));
        _newDisputes(DISPUTE_BOND, fee);
    }

    /// @dev A deposit that no court may take would make every dispute impossible.
    function testFuzz_RevertWhen_TheOpeningDepositIsTooHigh(uint256 bond) external {
        uint256 most = challengeBonds.MAX_BOND();
        bond = bound(bond, most - 5 * FEE + 1, most);
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesFeeOutOfRange.selector, FEE, (most - bond) / 5));
        _newDisputes(bond, FEE);
        disputes = _newDisputes(most - 5 * FEE, FEE);
        vm.assertEq(disputes.openingDeposit(), most, "just what can be taken");
    }

    function testFuzz_RevertWhen_BondIsOutOfRange(uint256 bond) external {
        uint256 limit = challengeBonds.MAX_BOND();
        if (bond != 0) bond = bound(bond, limit + 1, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IChallengeBonds.ChallengeBondsAmountOutOfRange.selector, bond, limit));
        _newDisputes(bond, FEE);
    }

    // dispute

    function test_RevertWhen_AnswerIsProvable() external {
        Receipt memory receipt = _settled(1);
        _refuses(receipt, abi.encodeWithSelector(IAnswerDisputes.DisputesAnswerProvable.selector, keyId));
    }

    function test_RevertWhen_ReceiptHasAProof() external {
        Receipt memory receipt = _unprovable(1);
        receipt.mode = InferenceMode.ZK;
        _refuses(receipt, abi.encodeWithSelector(IReceiptCases.ChallengesModeNotAttested.selector, InferenceMode.ZK));
    }

    function testFuzz_RevertWhen_SignatureIsForged(uint256 key) external {
        key = bound(key, 1, 2 ** 128);
        vm.assume(key != ENCLAVE_KEY);
        Receipt memory receipt = _unprovable(1);
        bytes memory signature = _signReceipt(key, receipt);
        bytes32 signer = enclaves.computeEnclaveId(vm.addr(key));
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementSignerMismatch.selector, signer, enclaveId));
        disputes.dispute(receipt, signature, EVIDENCE);
    }

    function testFuzz_RevertGiven_NeverSettled(uint256 nonce) external {
        Receipt memory receipt = _receipt(address(1), keccak256("input"), keccak256("output"));
        receipt.nonce = nonce;
        receipt = _withRequestId(receipt);
        _refuses(receipt, abi.encodeWithSelector(IReceiptCases.ChallengesReceiptNotSettled.selector, operator, nonce));
    }

    function testFuzz_RevertWhen_EvidenceIsEmptyOrTooLong(uint256 length) external {
        length = length == 0 ? 0 : bound(length, 513, 2_000);
        Receipt memory receipt = _unprovable(1);
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesTextLengthOutOfRange.selector, length, 512));
        disputes.dispute(receipt, signature, string(new bytes(length)));
    }

    function test_RevertGiven_Disputed() external {
        Receipt memory receipt = _unprovable(1);
        bytes32 id = _dispute(receipt);
        bytes4 wrong = IAnswerDisputes.DisputesStateWrong.selector;
        _refuses(receipt, abi.encodeWithSelector(wrong, id, IAnswerDisputes.State.OPEN));
    }

    function test_RevertGiven_NoAllowance() external {
        vm.prank(CHALLENGER);
        token.approve(address(challengeBonds), 150e18 - 1);
        Receipt memory receipt = _unprovable(1);
        _refuses(
            receipt,
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector,
                address(challengeBonds),
                150e18 - 1,
                150e18
            )
        );
    }

    function test_RevertGiven_TooOldForTheLedger() external {
        Receipt memory receipt = _unprovable(1);
        vm.warp(start + 16 days);
        uint256 oldest = (block.timestamp / 1 days - 14) * 1 days;
        _refuses(receipt, abi.encodeWithSelector(IHolds.HoldsInfractionTooOld.selector, receipt.issuedAt, oldest));
    }

    function test_HoldsStakeAndTakesTheDeposit() external {
        Receipt memory receipt = _unprovable(1);
        bytes32 id = settlement.hashReceipt(receipt);
        vm.expectEmit(address(disputes));
        emit IAnswerDisputes.AnswerDisputed(id, operator, CHALLENGER, block.number + 30, true, receipt, EVIDENCE);
        vm.assertEq(_dispute(receipt), id, "its digest");
        IAnswerDisputes.Dispute memory opened = disputes.disputeOf(id);
        _endIs(id, IAnswerDisputes.State.OPEN);
        vm.assertEq(opened.challenger, CHALLENGER, "challenger");
        vm.assertEq(opened.operator, operator, "operator");
        vm.assertEq(opened.openedAt, start, "opened");
        vm.assertEq(opened.issuedAt, receipt.issuedAt, "infraction");
        vm.assertEq(opened.resolveBy, start + 6 days, "response, appeals and slack");
        vm.assertEq(_disputeHeldBps(id), 250, "the most that F9 costs is held");
        vm.assertEq(challengeBonds.bondOf(address(disputes), id), DISPUTE_BOND + 5 * FEE, "bond and five fees");
        IAnswerDisputes.Round memory round = disputes.roundOf(id, 0);
        vm.assertEq(round.commitFrom, start + 1 days, "votes begin after the response");
        vm.assertEq(round.revealFrom, start + 1 days + COMMIT, "opening");
        vm.assertEq(round.appealFrom, start + 1 days + COMMIT + REVEAL, "appeal");
        vm.assertEq(round.endsAt, start + 1 days + COMMIT + REVEAL + APPEAL, "end");
        vm.assertEq(round.planned, 5, "seats");
        vm.assertEq(disputes.roundOf(id, 1).planned, 0, "no second round");
    }

    /// @dev Whose circuit cannot prove anything has no shelter from a jury.
    function test_GivenUselessCircuit_IsAdmitted() external {
        Receipt memory receipt = _receipt(address(1), keccak256("input"), keccak256("output"));
        receipt.keyId = verifiers.registerKey(ProofVectors.twoSignalKey(), false);
        receipt = _withRequestId(receipt);
        settlement.settle(receipt, _signReceipt(ENCLAVE_KEY, receipt));
        _endIs(_dispute(receipt), IAnswerDisputes.State.OPEN);
    }

    /// @dev Within the evidence window nobody can fill the places to keep a dispute out.
    function test_GivenNoPlaceToHold_IsAdmittedInTime() external {
        for (uint256 nonce = 100; nonce < 108; ++nonce) _challenge(_settled(nonce));
        Receipt memory receipt = _unprovable(1);
        token.transfer(CHALLENGER, 1_000e18);
        bytes32 id = _dispute(receipt);
        vm.assertFalse(disputes.disputeOf(id).held, "not held");
        vm.assertEq(_disputeHeldBps(id), 0, "nothing");
    }

    function test_RevertGiven_NoPlaceToHold_AndLate() external {
        Receipt memory receipt = _unprovable(1);
        Receipt[8] memory others;
        for (uint256 i = 0; i < others.length; ++i) others[i] = _settled(100 + i);
        vm.warp(start + 7 days + 1);
        for (uint256 i = 0; i < others.length; ++i) _challenge(others[i]);
        token.transfer(CHALLENGER, 1_000e18);
        _refuses(receipt, abi.encodeWithSelector(IHolds.HoldsTooMany.selector, operator, 8));
    }

    function test_RevertGiven_RolesWereTaken() external {
        authority.revokeRole(Roles.COURT, address(disputes));
        Receipt memory receipt = _unprovable(1);
        _refuses(receipt, abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, disputes));
    }

    // argue

    function test_RevertWhen_ArguingAfterTheVotes() external {
        bytes32 id = _disputed(1);
        vm.warp(start + 1 days + COMMIT);
        _expectWindow(id, start, start + 1 days + COMMIT);
        vm.prank(CHALLENGER);
        disputes.argue(id, "ipfs://late");
    }

    function test_RevertWhen_ArgumentIsEmpty() external {
        bytes32 id = _disputed(1);
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesTextLengthOutOfRange.selector, 0, 512));
        vm.prank(CHALLENGER);
        disputes.argue(id, "");
    }

    function test_EverybodyArgues() external {
        bytes32 id = _disputed(1);
        vm.warp(start + 1 days + COMMIT - 1);
        vm.expectEmit(address(disputes));
        emit IAnswerDisputes.ArgumentMade(id, operator, "ipfs://defence");
        vm.prank(operator);
        disputes.argue(id, "ipfs://defence");
        vm.expectEmit(address(disputes));
        emit IAnswerDisputes.ArgumentMade(id, CHALLENGER, "ipfs://reply");
        vm.prank(CHALLENGER);
        disputes.argue(id, "ipfs://reply");
        vm.expectEmit(address(disputes));
        emit IAnswerDisputes.ArgumentMade(id, WRONGED, "ipfs://what-i-got");
        vm.prank(WRONGED);
        disputes.argue(id, "ipfs://what-i-got");
    }

    function _refuses(Receipt memory receipt, bytes memory reason) private {
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        vm.expectRevert(reason);
        vm.prank(CHALLENGER);
        disputes.dispute(receipt, signature, EVIDENCE);
    }
}
