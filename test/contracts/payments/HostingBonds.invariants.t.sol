// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IModelHub} from "../../../contracts/models/interfaces/IModelHub.sol";
import {IHostingBonds} from "../../../contracts/payments/interfaces/IHostingBonds.sol";
import {Base} from "../Base.sol";
import {PaymentHubFixture} from "./PaymentHubFixture.sol";

/// @dev Does everything people can do with repositories and their bonds, in any order, and keeps books of its own.
contract HostingBondsHandler is PaymentHubFixture {
    uint256 private constant _DAY = 1 days;

    bytes32[] public ids;
    uint256 public collected;
    uint256 public refunded;
    bool public exitRefused;
    bool public wrongRefund;

    constructor() {
        deployAll();
        vm.prank(payer);
        opg.approve(address(bonds), type(uint256).max);
        vm.prank(consumer);
        opg.approve(address(bonds), type(uint256).max);
    }

    function create(bool byConsumer) external {
        if (ids.length == 40) return;
        IModelHub.RepositoryInfo memory info;
        string memory namespace = byConsumer ? "consumer/" : "payer/";
        string memory name = string(abi.encodePacked(namespace, "a", bytes1(uint8(97 + (ids.length % 26)))));
        if (ids.length >= 26) name = string.concat(name, "b");
        vm.prank(byConsumer ? consumer : payer);
        ids.push(models.createRepository(name, info, threePayees()));
        collected += bonds.bond();
    }

    function changeBond(uint256 amount) external {
        bonds.setBond(amount % 1_000e18);
    }

    function handOver(uint256 index) external {
        if (ids.length == 0) return;
        bytes32 id = ids[index % ids.length];
        address owner = models.ownerOf(id);
        address heir = owner == payer ? consumer : payer;
        vm.prank(owner);
        models.transferRepository(id, heir);
        vm.prank(heir);
        models.acceptRepository(id);
    }

    function retire(uint256 index) external {
        if (ids.length == 0) return;
        bytes32 id = ids[index % ids.length];
        if (models.isRetired(id)) return;
        vm.prank(models.ownerOf(id));
        try models.retireRepository(id) {} catch {
            exitRefused = true;
        }
    }

    function refund(uint256 index) external {
        if (ids.length == 0) return;
        bytes32 id = ids[index % ids.length];
        IHostingBonds.Bond memory released = bonds.bondOf(id);
        bool due = released.amount != 0 && released.refundableAt != 0 && block.timestamp >= released.refundableAt;
        uint256 before = opg.balanceOf(released.refundTo);
        try bonds.refund(id) returns (uint256 amount) {
            if (!due || opg.balanceOf(released.refundTo) != before + released.amount) wrongRefund = true;
            refunded += amount;
        } catch {
            if (due) exitRefused = true;
        }
    }

    function pass(uint256 time) external {
        vm.warp(block.timestamp + (time % (4 * _DAY)));
    }

    function held() external view returns (uint256) {
        return opg.balanceOf(address(bonds));
    }

    function total() external view returns (uint256) {
        return bonds.totalBonds();
    }

    function sum() external view returns (uint256 amount) {
        for (uint256 i; i < ids.length; ++i) amount += bonds.bondOf(ids[i]).amount;
    }

    function heldByTheModelHub() external view returns (uint256) {
        return opg.balanceOf(address(models));
    }
}

contract HostingBondsInvariantsTest is Base {
    HostingBondsHandler private _handler;

    function setUp() public {
        _handler = new HostingBondsHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev One invariant, so that one set of random sequences serves all checks.
    function invariant_BondsAddUp() public view {
        vm.assertEq(_handler.held(), _handler.sum(), "the balance is the sum of the bonds");
        vm.assertEq(_handler.held(), _handler.total(), "and the total");
        vm.assertEq(_handler.held(), _handler.collected() - _handler.refunded(), "nothing appears or vanishes");
        vm.assertFalse(_handler.wrongRefund(), "refunds are due and exact");
        vm.assertFalse(_handler.exitRefused(), "no exit is refused");
        vm.assertEq(_handler.heldByTheModelHub(), 0, "the Model Hub holds nothing");
    }
}
