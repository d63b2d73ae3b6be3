// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {HostingBonds} from "../../../contracts/payments/HostingBonds.sol";
import {IHostingBonds} from "../../../contracts/payments/interfaces/IHostingBonds.sol";
import {OPG} from "../../../contracts/token/OPG.sol";
import {Base} from "../Base.sol";
import {CallbackToken__Mock} from "../../mocks/CallbackToken__Mock.sol";
import {FeeToken__Mock} from "../../mocks/FeeToken__Mock.sol";

contract HostingBondsTest is Base {
    uint256 private constant _START = 1_800_000_000;
    uint256 private constant _BOND = 50e18;
    uint256 private constant _MAX_BOND = 10_000e18;
    uint256 private constant _DELAY = 7 days;
    bytes32 private constant _ID = keccak256("lab/model");

    address private immutable modelHub = address(0x40B);
    address private immutable creator = address(0xC4E);
    address private immutable heir = address(0x4E1);

    OPG private opg;
    AccessManager private manager;
    HostingBonds private bonds;

    function setUp() public {
        vm.warp(_START);
        opg = OPG(create("OPG", abi.encode(address(this))));
        manager = AccessManager(create("AccessManager", abi.encode(address(this))));
        bonds = _deploy(address(opg), _BOND);
        opg.transfer(creator, 1_000_000e18);
        vm.prank(creator);
        opg.approve(address(bonds), type(uint256).max);
    }

    // --- constructor ----------------------------------------------------------------------------------------------

    function test_RevertWhen_TokenOrAuthorityIsZero() public {
        vm.expectRevert(IHostingBonds.BondsZeroAccount.selector);
        create("HostingBonds", abi.encode(address(manager), address(0), 0));
        vm.expectRevert(IHostingBonds.BondsZeroAccount.selector);
        create("HostingBonds", abi.encode(address(0), address(opg), 0));
    }

    function testFuzz_RevertWhen_BondIsTooHigh(uint256 amount) public {
        amount = bound(amount, _MAX_BOND + 1, type(uint256).max);
        bytes memory tooHigh = abi.encodeWithSelector(IHostingBonds.BondsTooHigh.selector, amount, _MAX_BOND);
        vm.expectRevert(tooHigh);
        create("HostingBonds", abi.encode(address(manager), address(opg), amount));
        vm.expectRevert(tooHigh);
        bonds.setBond(amount);
    }

    // --- collect --------------------------------------------------------------------------------------------------

    function testFuzz_Collect_TakesTheBondFromTheCreator(uint256 amount) public {
        amount = bound(amount, 1, _MAX_BOND);
        bonds.setBond(amount);
        vm.expectEmit(address(bonds));
        emit IHostingBonds.BondCollected(_ID, creator, amount);
        vm.assertEq(_collect(_ID), amount, "returned");
        vm.assertEq(opg.balanceOf(address(bonds)), amount, "held");
        vm.assertEq(bonds.totalBonds(), amount, "total");
        _expectBond(_ID, IHostingBonds.Bond(uint128(amount), 0, address(0)));
    }

    function test_Collect_TakesNothingWhenNoBondIsAsked() public {
        bonds.setBond(0);
        vm.assertEq(_collect(_ID), 0, "returned");
        vm.assertEq(opg.balanceOf(address(bonds)), 0, "held");
    }

    function test_RevertGiven_RepositoryHasABond() public {
        _collect(_ID);
        vm.expectRevert(abi.encodeWithSelector(IHostingBonds.BondsAlreadyCollected.selector, _ID));
        _collect(_ID);
    }

    function testFuzz_RevertWhen_CallerIsNotTheModelHub(address caller) public {
        vm.assume(caller != modelHub && caller != address(this));
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        vm.startPrank(caller);
        vm.expectRevert(refusal);
        bonds.collect(_ID, creator);
        vm.expectRevert(refusal);
        bonds.release(_ID, caller);
        vm.expectRevert(refusal);
        bonds.setBond(0);
        vm.stopPrank();
    }

    function test_RevertGiven_CreatorDidNotApprove() public {
        vm.prank(creator);
        opg.approve(address(bonds), _BOND - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, bonds, _BOND - 1, _BOND)
        );
        _collect(_ID);
    }

    function test_RevertGiven_TokenTakesAFee() public {
        FeeToken__Mock feeToken = new FeeToken__Mock(creator);
        HostingBonds target = _deploy(address(feeToken), _BOND);
        vm.prank(creator);
        feeToken.approve(address(target), _BOND);
        vm.expectRevert(abi.encodeWithSelector(IHostingBonds.BondsInexactTransfer.selector, _BOND - 1, _BOND));
        vm.prank(modelHub);
        target.collect(_ID, creator);
    }

    // --- release --------------------------------------------------------------------------------------------------

    function test_Release_FixesTimeAndReceiver() public {
        _collect(_ID);
        vm.expectEmit(address(bonds));
        emit IHostingBonds.BondReleased(_ID, heir, _BOND, _START + _DELAY);
        _release(_ID, heir);
        _expectBond(_ID, IHostingBonds.Bond(uint128(_BOND), uint40(_START + _DELAY), heir));
    }

    function test_Release_DoesNothingWithoutABond() public {
        _release(_ID, heir);
        _expectBond(_ID, IHostingBonds.Bond(0, 0, address(0)));
    }

    function test_RevertGiven_BondWasReleased() public {
        _collect(_ID);
        _release(_ID, heir);
        vm.expectRevert(abi.encodeWithSelector(IHostingBonds.BondsAlreadyReleased.selector, _ID));
        _release(_ID, creator);
    }

    function test_RevertWhen_ReceiverIsZero() public {
        _collect(_ID);
        vm.expectRevert(IHostingBonds.BondsZeroAccount.selector);
        _release(_ID, address(0));
    }

    // --- refund ---------------------------------------------------------------------------------------------------

    function testFuzz_Refund_PaysAfterTheDelayWhoeverCalls(address caller, uint256 wait, uint256 later) public {
        wait = bound(wait, 0, 2 * _DELAY);
        _collect(_ID);
        _release(_ID, heir);
        // What is asked of later repositories does not touch this one.
        bonds.setBond(bound(later, 0, _MAX_BOND));
        vm.warp(_START + wait);
        vm.prank(caller);
        if (wait < _DELAY) {
            vm.expectRevert(
                abi.encodeWithSelector(IHostingBonds.BondsNotYetRefundable.selector, _START + wait, _START + _DELAY)
            );
            bonds.refund(_ID);
            return;
        }
        vm.expectEmit(address(bonds));
        emit IHostingBonds.BondRefunded(_ID, heir, _BOND);
        vm.assertEq(bonds.refund(_ID), _BOND, "returned");
        vm.assertEq(opg.balanceOf(heir), _BOND, "paid");
        vm.assertEq(bonds.totalBonds(), 0, "total");
        _expectBond(_ID, IHostingBonds.Bond(0, 0, address(0)));
    }

    function test_RevertGiven_RepositoryStands() public {
        _collect(_ID);
        vm.expectRevert(abi.encodeWithSelector(IHostingBonds.BondsNothingToRefund.selector, _ID));
        bonds.refund(_ID);
    }

    function test_RevertGiven_BondWasRefunded() public {
        _collect(_ID);
        _release(_ID, heir);
        vm.warp(_START + _DELAY);
        bonds.refund(_ID);
        vm.expectRevert(abi.encodeWithSelector(IHostingBonds.BondsNothingToRefund.selector, _ID));
        bonds.refund(_ID);
    }

    function test_RevertGiven_TokenCallsBack() public {
        CallbackToken__Mock token = new CallbackToken__Mock(creator);
        HostingBonds target = _deploy(address(token), _BOND);
        vm.prank(creator);
        token.approve(address(target), _BOND);
        vm.startPrank(modelHub);
        target.collect(_ID, creator);
        target.release(_ID, heir);
        vm.stopPrank();
        vm.warp(_START + _DELAY);
        token.callOnTransfer(address(target), abi.encodeCall(IHostingBonds.refund, (_ID)));
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        target.refund(_ID);
    }

    // --- setBond --------------------------------------------------------------------------------------------------

    function testFuzz_SetBond_TakesAnyAmountUpToTheLimit(uint256 amount) public {
        amount = bound(amount, 0, _MAX_BOND);
        vm.expectEmit(address(bonds));
        emit IHostingBonds.BondSet(_BOND, amount);
        bonds.setBond(amount);
        vm.assertEq(bonds.bond(), amount, "bond");
    }

    // --- Helpers --------------------------------------------------------------------------------------------------

    function _deploy(address token, uint256 amount) private returns (HostingBonds target) {
        target = HostingBonds(create("HostingBonds", abi.encode(address(manager), token, amount)));
        bytes4[] memory selectors = new bytes4[](2);
        (selectors[0], selectors[1]) = (IHostingBonds.collect.selector, IHostingBonds.release.selector);
        manager.setTargetFunctionRole(address(target), selectors, Roles.MODEL_HUB);
        manager.grantRole(Roles.MODEL_HUB, modelHub, 0);
    }

    function _collect(bytes32 id) private returns (uint256) {
        vm.prank(modelHub);
        return bonds.collect(id, creator);
    }

    function _release(bytes32 id, address refundTo) private {
        vm.prank(modelHub);
        bonds.release(id, refundTo);
    }

    function _expectBond(bytes32 id, IHostingBonds.Bond memory expected) private view {
        vm.assertEq(abi.encode(bonds.bondOf(id)), abi.encode(expected), "bond");
    }
}
