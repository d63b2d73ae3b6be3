// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IModelHub} from "../../../contracts/models/interfaces/IModelHub.sol";
import {IPaymentHub} from "../../../contracts/payments/interfaces/IPaymentHub.sol";
import {HostilePayee__Mock} from "../../mocks/HostilePayee__Mock.sol";
import {PaymentHubFixture} from "./PaymentHubFixture.sol";

contract PaymentHubChargesTest is PaymentHubFixture {
    function setUp() public {
        deployAll();
    }

    // --- chargeCall: who pays ---------------------------------------------------------------------------------

    function testFuzz_ChargeCall_TakesCreditFirstThenAllowance(uint256 credit, uint256 price) public {
        credit = bound(credit, 0, WEALTH);
        price = bound(price, 1, WEALTH);
        if (credit != 0) deposit(payer, credit);
        address chargedTo = charge(price);
        vm.assertEq(chargedTo, payer, "charged to");
        uint256 fromCredit = credit < price ? credit : price;
        vm.assertEq(hub.creditOf(payer), credit - fromCredit, "credit");
        vm.assertEq(opg.balanceOf(payer), WEALTH - credit - (price - fromCredit), "wallet");
        vm.assertEq(liabilities(), opg.balanceOf(address(hub)), "balance sheet");
    }

    function testFuzz_ChargeCall_SponsorPaysUpToHisMaximum(uint256 maximum, uint256 credit, uint256 price) public {
        maximum = bound(maximum, 1, WEALTH);
        credit = bound(credit, 1, WEALTH);
        price = bound(price, 1, WEALTH);
        deposit(consumer, credit);
        vm.prank(consumer);
        hub.setSponsorship(maximum);
        bool sponsored = price <= maximum && price <= credit;
        address chargedTo = charge(price);
        vm.assertEq(chargedTo, sponsored ? consumer : payer, "charged to");
        vm.assertEq(hub.creditOf(consumer), sponsored ? credit - price : credit, "consumer's credit");
        vm.assertEq(opg.balanceOf(payer), sponsored ? WEALTH : WEALTH - price, "payer's wallet");
    }

    function test_ChargeCall_ConsumerWithoutSponsorshipKeepsHisCredit() public {
        deposit(consumer, 100);
        charge(100);
        vm.assertEq(hub.creditOf(consumer), 100, "credit");
    }

    function test_ChargeCall_SponsorshipEnds() public {
        deposit(consumer, 100);
        vm.startPrank(consumer);
        hub.setSponsorship(50);
        hub.setSponsorship(0);
        vm.stopPrank();
        vm.assertEq(charge(50), payer, "charged to");
    }

    // --- chargeCall: who earns --------------------------------------------------------------------------------

    function testFuzz_ChargeCall_SplitsToTheLastUnit(uint256 price, uint256 operatorBps, uint256 treasuryBps) public {
        price = bound(price, 1, WEALTH);
        operatorBps = bound(operatorBps, 0, 5_000);
        treasuryBps = bound(treasuryBps, 0, 1_000);
        hub.setSplit(operatorBps, treasuryBps);
        uint256 operatorPart = (price * operatorBps) / 10_000;
        uint256 treasuryPart = (price * treasuryBps) / 10_000;
        uint256 publisherPart = price - operatorPart - treasuryPart;

        vm.expectEmit(address(hub));
        emit IPaymentHub.CallCharged(payer, releaseId, operator, price, publisherPart, operatorPart, treasuryPart);
        charge(price);

        vm.assertEq(hub.operatorEarningsOf(operator), operatorPart, "operator");
        vm.assertEq(hub.creditOf(operator), 0, "operator's credit");
        vm.assertEq(hub.creditOf(treasury), treasuryPart, "treasury");
        uint256 second = (publisherPart * 3_333) / 10_000;
        uint256 third = (publisherPart * 1_667) / 10_000;
        vm.assertEq(hub.creditOf(payeeTwo), second, "second payee");
        vm.assertEq(hub.creditOf(payeeThree), third, "third payee");
        vm.assertEq(hub.creditOf(payeeOne), publisherPart - second - third, "first payee has the remainder");
        vm.assertEq(liabilities(), price, "parts sum to the gross");
    }

    function test_ChargeCall_OneUnitGoesToTheFirstPayee() public {
        charge(1);
        vm.assertEq(hub.creditOf(payeeOne), 1, "first payee");
        vm.assertEq(liabilities(), 1, "nobody else");
    }

    function testFuzz_ChargeCall_EarlierEarningsStayWithFormerPayees(uint256 first, uint256 second) public {
        first = bound(first, 1, WEALTH / 2);
        second = bound(second, 1, WEALTH / 2);
        charge(first);
        uint256 earned = hub.creditOf(payeeTwo);
        IModelHub.Payee[] memory payees = new IModelHub.Payee[](1);
        payees[0] = IModelHub.Payee(stranger, 10_000);
        models.setPayees(repositoryId, payees);
        charge(second);
        vm.assertEq(hub.creditOf(payeeTwo), earned, "former payee");
        uint256 publisherPart = second - (second * OPERATOR_BPS) / 10_000 - (second * TREASURY_BPS) / 10_000;
        vm.assertEq(hub.creditOf(stranger), publisherPart, "new payee");
    }

    function test_ChargeCall_FreeCallMovesOnlyStatistics() public {
        vm.expectEmit(address(hub));
        emit IPaymentHub.CallCharged(payer, releaseId, operator, 0, 0, 0, 0);
        vm.assertEq(charge(0), payer, "charged to");
        IPaymentHub.Earnings memory earnings = IPaymentHub.Earnings(1, 0, 0, uint40(START));
        vm.assertEq(abi.encode(hub.earningsOfRelease(releaseId)), abi.encode(earnings), "earnings");
        vm.assertEq(liabilities(), 0, "nothing moved");
        vm.assertEq(opg.balanceOf(payer), WEALTH, "wallet");
    }

    function testFuzz_ChargeCall_CountsForReleaseRepositoryAndPublisher(
        uint256 first,
        uint256 second,
        uint256 wait
    ) public {
        first = bound(first, 0, WEALTH / 2);
        second = bound(second, 0, WEALTH / 2);
        wait = bound(wait, 0, 3_650 days);
        charge(first);
        vm.warp(START + wait);
        charge(second);
        IPaymentHub.Earnings memory expected = _earningsOf(2, first + second, _netOf(first) + _netOf(second));
        expected.lastCallAt = uint40(START + wait);
        _expectEarnings(hub.earningsOfRelease(releaseId), expected);
        _expectEarnings(hub.earningsOfRepository(repositoryId), expected);
        _expectEarnings(hub.earningsOfPublisher(address(this)), expected);
        IPaymentHub.Earnings memory nothing;
        _expectEarnings(hub.earningsOfPublisher(payeeOne), nothing);
    }

    function test_ChargeCall_CountsReleasesApart() public {
        bytes32 other = publishNext();
        charge(100);
        vm.prank(pipe);
        hub.chargeCall(consumer, payer, other, operator, 300);
        _expectEarnings(hub.earningsOfRelease(releaseId), _earningsOf(1, 100, _netOf(100)));
        _expectEarnings(hub.earningsOfRelease(other), _earningsOf(1, 300, _netOf(300)));
        _expectEarnings(hub.earningsOfRepository(repositoryId), _earningsOf(2, 400, _netOf(400)));
    }

    function test_ChargeCall_CountsForTheOwnerOfTheDay() public {
        charge(100);
        models.transferRepository(repositoryId, stranger);
        vm.prank(stranger);
        models.acceptRepository(repositoryId);
        charge(300);
        _expectEarnings(hub.earningsOfPublisher(address(this)), _earningsOf(1, 100, _netOf(100)));
        _expectEarnings(hub.earningsOfPublisher(stranger), _earningsOf(1, 300, _netOf(300)));
        _expectEarnings(hub.earningsOfRepository(repositoryId), _earningsOf(2, 400, _netOf(400)));
    }

    // --- chargeCall: hostile payees ---------------------------------------------------------------------------

    /// @dev Nothing is sent to anybody at a charge, so nobody can refuse.
    function testFuzz_ChargeCall_HostilePayeesBlockNobody(uint256 price) public {
        price = bound(price, 10, WEALTH / 2);
        HostilePayee__Mock hostile = new HostilePayee__Mock();
        IModelHub.Payee[] memory payees = new IModelHub.Payee[](4);
        payees[0] = IModelHub.Payee(address(hostile), 4_000);
        payees[1] = IModelHub.Payee(address(hub), 2_000);
        payees[2] = IModelHub.Payee(address(opg), 2_000);
        payees[3] = IModelHub.Payee(payeeTwo, 2_000);
        models.setPayees(repositoryId, payees);
        charge(price);
        uint256 earned = (_netOf(price) * 2_000) / 10_000;
        vm.assertEq(hub.creditOf(payeeTwo), earned, "the honest payee's credit");
        hub.withdrawFor(payeeTwo);
        vm.assertEq(opg.balanceOf(payeeTwo), earned, "and his money");
        hub.withdrawFor(address(hostile));
        vm.expectRevert(abi.encodeWithSelector(IPaymentHub.PaymentsInvalidAccount.selector, address(hub)));
        hub.withdrawFor(address(hub));
        charge(price);
        vm.assertEq(hub.creditOf(payeeTwo), earned, "calls go on");
    }

    // --- chargeCall: refusals ---------------------------------------------------------------------------------

    function testFuzz_RevertWhen_ChargerIsNotPipe(address caller) public {
        vm.assume(caller != pipe);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
        vm.prank(caller);
        hub.chargeCall(consumer, payer, releaseId, operator, 1);
    }

    function test_RevertGiven_ChargeWhilePaused() public {
        pause();
        vm.expectRevert(IPaymentHub.PaymentsPaused.selector);
        charge(1);
    }

    function test_RevertGiven_PayerCannotPay() public {
        deposit(payer, 3);
        vm.prank(payer);
        opg.approve(address(hub), 6);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, hub, 6, 7));
        charge(10);
        vm.assertEq(hub.creditOf(payer), 3, "nothing taken");
        vm.assertEq(hub.earningsOfRelease(releaseId).calls, 0, "nothing counted");
    }

    function test_RevertWhen_ReleaseIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsUnknownRelease.selector, bytes32(uint256(1))));
        vm.prank(pipe);
        hub.chargeCall(consumer, payer, bytes32(uint256(1)), operator, 1);
    }

    function test_RevertWhen_PayerIsZero() public {
        vm.prank(pipe);
        vm.expectRevert(IPaymentHub.PaymentsZeroAccount.selector);
        hub.chargeCall(consumer, address(0), releaseId, operator, 1);
    }

    function test_RevertWhen_PayerOrOperatorIsTheHub() public {
        bytes memory invalid = abi.encodeWithSelector(IPaymentHub.PaymentsInvalidAccount.selector, address(hub));
        vm.startPrank(pipe);
        vm.expectRevert(invalid);
        hub.chargeCall(consumer, address(hub), releaseId, operator, 1);
        vm.expectRevert(invalid);
        hub.chargeCall(consumer, payer, releaseId, address(hub), 1);
        vm.stopPrank();
    }

    function testFuzz_ChargeCall_WithoutOperatorHisPartIsThePublishers(uint256 price) public {
        price = bound(price, 1, WEALTH);
        (, uint256 treasuryBps) = hub.split();
        uint256 treasuryPart = (price * treasuryBps) / 10_000;
        vm.expectEmit(address(hub));
        emit IPaymentHub.CallCharged(payer, releaseId, address(0), price, price - treasuryPart, 0, treasuryPart);
        vm.prank(pipe);
        hub.chargeCall(consumer, payer, releaseId, address(0), price);
        vm.assertEq(hub.operatorEarningsOf(address(0)), 0, "operator");
        vm.assertEq(liabilities(), opg.balanceOf(address(hub)), "balance sheet");
    }

    // --- distributeOperatorEarnings ---------------------------------------------------------------------------

    function testFuzz_DistributeOperatorEarnings_MovesThemToStaking(uint256 price) public {
        price = bound(price, 5, WEALTH);
        charge(price);
        uint256 earned = (price * OPERATOR_BPS) / 10_000;
        pause();
        vm.expectEmit(address(hub));
        emit IPaymentHub.OperatorEarningsDistributed(operator, earned);
        vm.prank(stranger);
        vm.assertEq(hub.distributeOperatorEarnings(operator), earned, "returned");
        vm.assertEq(rewards.rewardOf(operator), earned, "reward");
        vm.assertEq(opg.balanceOf(address(rewards)), earned, "moved");
        vm.assertEq(hub.operatorEarningsOf(operator), 0, "left");
        vm.assertEq(opg.allowance(address(hub), address(rewards)), 0, "allowance");
        vm.assertEq(liabilities(), opg.balanceOf(address(hub)), "balance sheet");
    }

    function test_RevertGiven_OperatorHasNoEarnings() public {
        vm.expectRevert(abi.encodeWithSelector(IPaymentHub.PaymentsNothingToPay.selector, operator));
        hub.distributeOperatorEarnings(operator);
    }

    function testFuzz_RevertGiven_StakingPullsLess(uint256 price, uint256 shortfall) public {
        price = bound(price, 5, WEALTH);
        charge(price);
        uint256 earned = hub.operatorEarningsOf(operator);
        shortfall = bound(shortfall, 1, earned);
        rewards.setShortfall(shortfall);
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentHub.PaymentsInexactTransfer.selector, earned - shortfall, earned)
        );
        hub.distributeOperatorEarnings(operator);
        vm.assertEq(hub.operatorEarningsOf(operator), earned, "kept");
    }

    // --- Helpers ----------------------------------------------------------------------------------------------

    function _netOf(uint256 gross) private pure returns (uint256) {
        return gross - (gross * OPERATOR_BPS) / 10_000 - (gross * TREASURY_BPS) / 10_000;
    }

    function _earningsOf(uint64 calls, uint256 gross, uint256 net) private pure returns (IPaymentHub.Earnings memory) {
        return IPaymentHub.Earnings(calls, uint128(gross), uint128(net), uint40(START));
    }

    function _expectEarnings(IPaymentHub.Earnings memory actual, IPaymentHub.Earnings memory expected) private pure {
        vm.assertEq(abi.encode(actual), abi.encode(expected), "earnings");
    }
}
