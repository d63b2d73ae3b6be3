// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {PaymentHub} from "../../../contracts/payments/PaymentHub.sol";
import {IPaymentHub} from "../../../contracts/payments/interfaces/IPaymentHub.sol";
import {CallbackToken__Mock} from "../../mocks/CallbackToken__Mock.sol";
import {FeeToken__Mock} from "../../mocks/FeeToken__Mock.sol";
import {PaymentHubFixture} from "./PaymentHubFixture.sol";

contract PaymentHubCreditTest is PaymentHubFixture {
    function setUp() public {
        deployAll();
    }

    // --- deposit ----------------------------------------------------------------------------------------------

    function testFuzz_Deposit_CreditsTheAccount(uint256 amount) public {
        amount = bound(amount, 1, WEALTH);
        vm.expectEmit(address(hub));
        emit IPaymentHub.Deposited(consumer, payer, amount);
        vm.prank(payer);
        hub.deposit(consumer, amount);
        vm.assertEq(hub.creditOf(consumer), amount, "credit");
        vm.assertEq(hub.creditOf(payer), 0, "credit of the sender");
        vm.assertEq(opg.balanceOf(payer), WEALTH - amount, "paid");
        vm.assertEq(opg.balanceOf(address(hub)), amount, "held");
    }

    function test_RevertWhen_DepositIsZero() public {
        vm.expectRevert(IPaymentHub.PaymentsZeroAmount.selector);
        deposit(payer, 0);
    }

    function test_RevertWhen_DepositingForNobody() public {
        vm.expectRevert(IPaymentHub.PaymentsZeroAccount.selector);
        hub.deposit(address(0), 1);
    }

    function test_RevertWhen_DepositingForTheHub() public {
        vm.expectRevert(abi.encodeWithSelector(IPaymentHub.PaymentsInvalidAccount.selector, address(hub)));
        hub.deposit(address(hub), 1);
    }

    function test_RevertGiven_DepositExceedsAllowance() public {
        vm.prank(payer);
        opg.approve(address(hub), 6);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, hub, 6, 7));
        deposit(payer, 7);
    }

    function testFuzz_RevertGiven_TokenTakesAFee(uint256 amount) public {
        amount = bound(amount, 1, 1e24);
        FeeToken__Mock feeToken = new FeeToken__Mock(payer);
        PaymentHub feeHub = deployHub(address(feeToken));
        vm.startPrank(payer);
        feeToken.approve(address(feeHub), amount);
        vm.expectRevert(abi.encodeWithSelector(IPaymentHub.PaymentsInexactTransfer.selector, amount - 1, amount));
        feeHub.deposit(payer, amount);
        vm.stopPrank();
    }

    function test_RevertGiven_DepositWhilePaused() public {
        pause();
        vm.expectRevert(IPaymentHub.PaymentsPaused.selector);
        deposit(payer, 1);
    }

    // --- withdraw ---------------------------------------------------------------------------------------------

    function testFuzz_Withdraw_PaysPartOfTheCredit(uint256 credit, uint256 amount) public {
        credit = bound(credit, 1, WEALTH);
        amount = bound(amount, 1, credit);
        deposit(payer, credit);
        vm.expectEmit(address(hub));
        emit IPaymentHub.Withdrawn(payer, stranger, amount);
        vm.prank(payer);
        hub.withdraw(stranger, amount);
        vm.assertEq(opg.balanceOf(stranger), amount, "paid");
        vm.assertEq(hub.creditOf(payer), credit - amount, "rest");
    }

    function testFuzz_RevertWhen_WithdrawingMoreThanCredit(uint256 credit, uint256 amount) public {
        credit = bound(credit, 1, WEALTH);
        amount = bound(amount, credit + 1, type(uint256).max);
        deposit(payer, credit);
        vm.expectRevert(abi.encodeWithSelector(IPaymentHub.PaymentsInsufficientCredit.selector, payer, credit, amount));
        vm.prank(payer);
        hub.withdraw(payer, amount);
    }

    function test_RevertWhen_WithdrawingNothing() public {
        vm.expectRevert(IPaymentHub.PaymentsZeroAmount.selector);
        hub.withdraw(payer, 0);
    }

    function test_RevertWhen_WithdrawingToNobody() public {
        vm.expectRevert(IPaymentHub.PaymentsZeroAccount.selector);
        hub.withdraw(address(0), 1);
    }

    function test_RevertWhen_WithdrawingToTheHub() public {
        deposit(payer, 5);
        vm.expectRevert(abi.encodeWithSelector(IPaymentHub.PaymentsInvalidAccount.selector, address(hub)));
        vm.prank(payer);
        hub.withdraw(address(hub), 5);
    }

    // --- withdrawFor ------------------------------------------------------------------------------------------

    function testFuzz_WithdrawFor_PaysTheAccountWhoeverCalls(uint256 amount, address caller) public {
        amount = bound(amount, 1, WEALTH);
        deposit(payer, amount);
        vm.expectEmit(address(hub));
        emit IPaymentHub.Withdrawn(payer, payer, amount);
        vm.prank(caller);
        uint256 paid = hub.withdrawFor(payer);
        vm.assertEq(paid, amount, "returned");
        vm.assertEq(opg.balanceOf(payer), WEALTH, "paid");
        vm.assertEq(hub.creditOf(payer), 0, "credit");
    }

    function test_RevertGiven_AccountHasNoCredit() public {
        vm.expectRevert(abi.encodeWithSelector(IPaymentHub.PaymentsNothingToPay.selector, stranger));
        hub.withdrawFor(stranger);
    }

    function test_RevertWhen_WithdrawingForTheHub() public {
        vm.expectRevert(abi.encodeWithSelector(IPaymentHub.PaymentsInvalidAccount.selector, address(hub)));
        hub.withdrawFor(address(hub));
    }

    function test_RevertGiven_TokenCallsBack() public {
        CallbackToken__Mock callbackToken = new CallbackToken__Mock(payer);
        PaymentHub target = deployHub(address(callbackToken));
        vm.startPrank(payer);
        callbackToken.approve(address(target), 20);
        target.deposit(payer, 10);
        target.deposit(stranger, 10);
        vm.stopPrank();
        callbackToken.callOnTransfer(address(target), abi.encodeCall(IPaymentHub.withdrawFor, (stranger)));
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        target.withdrawFor(payer);
        vm.assertEq(target.creditOf(stranger), 10, "credit");
    }

    function test_WithdrawGoesOnWhilePaused() public {
        deposit(payer, 10);
        deposit(consumer, 10);
        pause();
        vm.prank(payer);
        hub.withdraw(payer, 10);
        hub.withdrawFor(consumer);
        vm.assertEq(opg.balanceOf(payer), WEALTH, "withdraw");
        vm.assertEq(opg.balanceOf(consumer), WEALTH, "withdrawFor");
    }

    // --- setSponsorship ---------------------------------------------------------------------------------------

    function testFuzz_SetSponsorship_RecordsTheMaximum(uint256 first, uint256 second) public {
        vm.startPrank(consumer);
        vm.expectEmit(address(hub));
        emit IPaymentHub.SponsorshipSet(consumer, 0, first);
        hub.setSponsorship(first);
        vm.expectEmit(address(hub));
        emit IPaymentHub.SponsorshipSet(consumer, first, second);
        hub.setSponsorship(second);
        vm.stopPrank();
        vm.assertEq(hub.sponsorshipOf(consumer), second, "maximum");
        vm.assertEq(hub.sponsorshipOf(payer), 0, "nobody else's");
    }
}
