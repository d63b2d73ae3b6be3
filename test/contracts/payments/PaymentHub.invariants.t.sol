// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IModelHub} from "../../../contracts/models/interfaces/IModelHub.sol";
import {IPaymentHub} from "../../../contracts/payments/interfaces/IPaymentHub.sol";
import {Base} from "../Base.sol";
import {PaymentHubFixture} from "./PaymentHubFixture.sol";

/// @dev Does everything people can do with a hub, in any order, and counts what went in, out and through.
contract PaymentHubHandler is PaymentHubFixture {
    uint256 public deposited;
    uint256 public withdrawn;
    uint256 public grossCharged;
    uint256 public netCharged;
    uint256 public distributed;
    uint256 public pulledAtCharge;
    uint256 public calls;
    bool public partsDiffered;
    bool public chargeRefused;
    bool public exitRefused;

    constructor() {
        deployAll();
    }

    function depositSome(uint256 amount, bool byConsumer) external {
        address account = byConsumer ? consumer : payer;
        amount = bound(amount, 0, opg.balanceOf(account) / 4);
        if (amount == 0 || hub.chargesPaused()) return;
        deposit(account, amount);
        deposited += amount;
    }

    function chargeSome(uint256 price) external {
        if (hub.chargesPaused()) return;
        price = bound(price, 0, opg.balanceOf(payer) / 8);
        uint256 before = liabilities();
        uint256 wallet = opg.balanceOf(payer);
        vm.prank(pipe);
        try hub.chargeCall(consumer, payer, releaseId, operator, price) {
            calls += 1;
        } catch {
            chargeRefused = true;
        }
        uint256 pulled = wallet - opg.balanceOf(payer);
        // What was taken from credits is owed to others now; what was pulled is owed on top.
        if (liabilities() != before + pulled) partsDiffered = true;
        pulledAtCharge += pulled;
        grossCharged += price;
        (uint256 operatorBps, uint256 treasuryBps) = hub.split();
        netCharged += price - (price * operatorBps) / 10_000 - (price * treasuryBps) / 10_000;
    }

    function withdrawSome(uint256 amount, uint256 who) external {
        address account = _person(who);
        uint256 credit = hub.creditOf(account);
        if (credit == 0) return;
        amount = bound(amount, 1, credit);
        vm.prank(account);
        try hub.withdraw(account, amount) {
            withdrawn += amount;
        } catch {
            exitRefused = true;
        }
    }

    function withdrawAllFor(uint256 who) external {
        address account = _person(who);
        if (hub.creditOf(account) == 0) return;
        try hub.withdrawFor(account) returns (uint256 amount) {
            withdrawn += amount;
        } catch {
            exitRefused = true;
        }
    }

    function distribute() external {
        if (hub.operatorEarningsOf(operator) == 0) return;
        try hub.distributeOperatorEarnings(operator) returns (uint256 amount) {
            distributed += amount;
        } catch {
            exitRefused = true;
        }
    }

    function sponsor(uint256 maximum) external {
        vm.prank(consumer);
        hub.setSponsorship(maximum % 1_000e18);
    }

    function changeSplit(uint256 operatorBps, uint256 treasuryBps) external {
        hub.setSplit(operatorBps % 5_001, treasuryBps % 1_001);
    }

    function changePayees(uint256 firstBps) external {
        IModelHub.Payee[] memory payees = new IModelHub.Payee[](2);
        payees[0] = IModelHub.Payee(payeeTwo, uint16(bound(firstBps, 1, 9_999)));
        payees[1] = IModelHub.Payee(payeeOne, 10_000 - payees[0].shareBps);
        models.setPayees(repositoryId, payees);
    }

    function togglePause() external {
        if (hub.chargesPaused()) hub.unpauseCharges();
        else pause();
    }

    function owed() external view returns (uint256) {
        return liabilities();
    }

    function held() external view returns (uint256) {
        return opg.balanceOf(address(hub));
    }

    /// @dev What the hub says of its one release, repository and publisher.
    function earnings() external view returns (IPaymentHub.Earnings[3] memory) {
        return
            [
                hub.earningsOfRelease(releaseId),
                hub.earningsOfRepository(repositoryId),
                hub.earningsOfPublisher(address(this))
            ];
    }

    function _person(uint256 who) private view returns (address) {
        address[6] memory people = [payer, consumer, treasury, payeeOne, payeeTwo, payeeThree];
        return people[who % 6];
    }
}

contract PaymentHubInvariantsTest is Base {
    PaymentHubHandler private _handler;

    function setUp() public {
        _handler = new PaymentHubHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev One invariant, so that one set of random sequences serves all checks.
    function invariant_HubAddsUp() public view {
        vm.assertEq(_handler.held(), _handler.owed(), "the balance is the sum of what is owed");
        uint256 inflow = _handler.deposited() + _handler.pulledAtCharge();
        uint256 outflow = _handler.withdrawn() + _handler.distributed();
        vm.assertEq(_handler.held(), inflow - outflow, "nothing appears or vanishes");
        vm.assertFalse(_handler.partsDiffered(), "parts sum to the gross");
        IPaymentHub.Earnings[3] memory levels = _handler.earnings();
        for (uint256 i; i < 3; ++i) {
            vm.assertEq(levels[i].calls, _handler.calls(), "every call is counted");
            vm.assertEq(levels[i].gross, _handler.grossCharged(), "with its gross");
            vm.assertEq(levels[i].net, _handler.netCharged(), "and its net");
        }
        vm.assertFalse(_handler.chargeRefused(), "no call that can be paid is refused");
        vm.assertFalse(_handler.exitRefused(), "no exit is refused");
    }
}
