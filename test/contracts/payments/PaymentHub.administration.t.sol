// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {PaymentHub} from "../../../contracts/payments/PaymentHub.sol";
import {IPaymentHub} from "../../../contracts/payments/interfaces/IPaymentHub.sol";
import {PaymentHubFixture} from "./PaymentHubFixture.sol";

contract PaymentHubAdministrationTest is PaymentHubFixture {
    function setUp() public {
        deployAll();
    }

    // --- Constructor ------------------------------------------------------------------------------------------

    function test_Constructor_FixesTheNeighbours() public {
        PaymentHub fresh = deployHub(address(opg));
        vm.assertEq(address(fresh.token()), address(opg), "token");
        vm.assertEq(address(fresh.modelHub()), address(models), "model hub");
        vm.assertEq(address(fresh.staking()), address(rewards), "staking");
        vm.assertEq(fresh.treasury(), treasury, "treasury");
        vm.assertEq(fresh.authority(), address(manager), "authority");
        (uint256 operatorBps, uint256 treasuryBps) = fresh.split();
        vm.assertEq(operatorBps, OPERATOR_BPS, "operator");
        vm.assertEq(treasuryBps, TREASURY_BPS, "treasury part");
    }

    function testFuzz_RevertWhen_AnAddressIsZero(uint256 which) public {
        which = bound(which, 0, 4);
        address[5] memory a = [address(manager), address(opg), address(models), address(rewards), treasury];
        a[which] = address(0);
        vm.expectRevert(IPaymentHub.PaymentsZeroAccount.selector);
        create("PaymentHub", abi.encode(a[0], a[1], a[2], a[3], a[4], OPERATOR_BPS, TREASURY_BPS));
    }

    function test_RevertWhen_FirstSplitIsTooHigh() public {
        vm.expectRevert(abi.encodeWithSelector(IPaymentHub.PaymentsSplitTooHigh.selector, 1_001, 1_000));
        create(
            "PaymentHub",
            abi.encode(address(manager), address(opg), address(models), address(rewards), treasury, 0, 1_001)
        );
    }

    // --- setSplit ---------------------------------------------------------------------------------------------

    function testFuzz_SetSplit_ReplacesBothParts(uint256 operatorBps, uint256 treasuryBps) public {
        operatorBps = bound(operatorBps, 0, 5_000);
        treasuryBps = bound(treasuryBps, 0, 1_000);
        vm.expectEmit(address(hub));
        emit IPaymentHub.SplitSet(OPERATOR_BPS, operatorBps, TREASURY_BPS, treasuryBps);
        hub.setSplit(operatorBps, treasuryBps);
        (uint256 operatorNow, uint256 treasuryNow) = hub.split();
        vm.assertEq(operatorNow, operatorBps, "operator");
        vm.assertEq(treasuryNow, treasuryBps, "treasury");
    }

    function testFuzz_RevertWhen_OperatorPartIsTooHigh(uint256 operatorBps) public {
        operatorBps = bound(operatorBps, 5_001, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IPaymentHub.PaymentsSplitTooHigh.selector, operatorBps, 5_000));
        hub.setSplit(operatorBps, 0);
    }

    function testFuzz_RevertWhen_TreasuryPartIsTooHigh(uint256 treasuryBps) public {
        treasuryBps = bound(treasuryBps, 1_001, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IPaymentHub.PaymentsSplitTooHigh.selector, treasuryBps, 1_000));
        hub.setSplit(0, treasuryBps);
    }

    function testFuzz_RevertWhen_SplitterIsNotAdmin(address caller) public {
        vm.assume(caller != address(this));
        _expectUnauthorized(caller);
        vm.prank(caller);
        hub.setSplit(0, 0);
    }

    // --- pauseCharges, unpauseCharges -------------------------------------------------------------------------

    function test_PauseCharges_ByGuardian() public {
        vm.expectEmit(address(hub));
        emit IPaymentHub.ChargesPaused(guardian);
        pause();
        vm.assertTrue(hub.chargesPaused(), "paused");
    }

    function testFuzz_RevertWhen_PauserIsNotGuardian(address caller) public {
        vm.assume(caller != guardian);
        _expectUnauthorized(caller);
        vm.prank(caller);
        hub.pauseCharges();
    }

    function test_RevertGiven_AlreadyPaused() public {
        pause();
        vm.expectRevert(IPaymentHub.PaymentsPaused.selector);
        pause();
    }

    function test_UnpauseCharges_ByAdmin() public {
        pause();
        vm.expectEmit(address(hub));
        emit IPaymentHub.ChargesUnpaused(address(this));
        hub.unpauseCharges();
        vm.assertFalse(hub.chargesPaused(), "paused");
        charge(10);
        vm.assertEq(liabilities(), 10, "charged");
    }

    function test_RevertWhen_UnpauserIsGuardian() public {
        pause();
        _expectUnauthorized(guardian);
        vm.prank(guardian);
        hub.unpauseCharges();
    }

    function test_RevertGiven_NotPaused() public {
        vm.expectRevert(IPaymentHub.PaymentsNotPaused.selector);
        hub.unpauseCharges();
    }

    function _expectUnauthorized(address caller) private {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
    }
}
