// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {ModelHub} from "../../../contracts/models/ModelHub.sol";
import {IModelHub} from "../../../contracts/models/interfaces/IModelHub.sol";
import {IReleaseCircuits} from "../../../contracts/models/interfaces/IReleaseCircuits.sol";
import {HostingBonds} from "../../../contracts/payments/HostingBonds.sol";
import {PaymentHub} from "../../../contracts/payments/PaymentHub.sol";
import {IHostingBonds} from "../../../contracts/payments/interfaces/IHostingBonds.sol";
import {IPaymentHub} from "../../../contracts/payments/interfaces/IPaymentHub.sol";
import {OPG} from "../../../contracts/token/OPG.sol";
import {Base} from "../Base.sol";
import {RewardPool__Mock} from "../../mocks/RewardPool__Mock.sol";

/// @title A payment hub with its real token, model hub and access manager, one release, and people with OPG
abstract contract PaymentHubFixture is Base {
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant OPERATOR_BPS = 2_000;
    uint256 internal constant TREASURY_BPS = 500;
    uint256 internal constant WEALTH = 1_000_000e18;

    // This contract is the admin of the access manager; in a deployment that is the timelock.
    address internal immutable guardian = address(0x6AD);
    address internal immutable pipe = address(0x919E);
    address internal immutable treasury = address(0x7EA);
    address internal immutable operator = address(0x09E);
    address internal immutable payer = address(0xCA7);
    address internal immutable consumer = address(0xC05);
    address internal immutable stranger = address(0x5A7);
    address internal immutable payeeOne = address(0x101);
    address internal immutable payeeTwo = address(0x102);
    address internal immutable payeeThree = address(0x103);

    OPG internal opg;
    HostingBonds internal bonds;
    ModelHub internal models;
    AccessManager internal manager;
    RewardPool__Mock internal rewards;
    PaymentHub internal hub;
    bytes32 internal repositoryId;
    bytes32 internal releaseId;

    function deployAll() internal {
        vm.warp(START);
        opg = OPG(create("OPG", abi.encode(address(this))));
        manager = AccessManager(create("AccessManager", abi.encode(address(this))));
        bonds = HostingBonds(create("HostingBonds", abi.encode(address(manager), address(opg), 0)));
        models = ModelHub(create("ModelHub", abi.encode(bonds)));
        rewards = new RewardPool__Mock(address(opg));
        hub = deployHub(address(opg));
        _wireRoles();
        _publishModel();
        opg.transfer(payer, WEALTH);
        opg.transfer(consumer, WEALTH);
        vm.prank(payer);
        opg.approve(address(hub), type(uint256).max);
        vm.prank(consumer);
        opg.approve(address(hub), type(uint256).max);
    }

    function deployHub(address token) internal returns (PaymentHub) {
        bytes memory arguments = abi.encode(manager, token, models, rewards, treasury, OPERATOR_BPS, TREASURY_BPS);
        return PaymentHub(create("PaymentHub", arguments));
    }

    /// @dev Three payees whose shares leave remainders: 5_000, 3_333 and 1_667 bps.
    function threePayees() internal view returns (IModelHub.Payee[] memory payees) {
        payees = new IModelHub.Payee[](3);
        payees[0] = IModelHub.Payee(payeeOne, 5_000);
        payees[1] = IModelHub.Payee(payeeTwo, 3_333);
        payees[2] = IModelHub.Payee(payeeThree, 1_667);
    }

    function charge(uint256 price) internal returns (address chargedTo) {
        vm.prank(pipe);
        return hub.chargeCall(consumer, payer, releaseId, operator, price);
    }

    function deposit(address account, uint256 amount) internal {
        vm.prank(account);
        hub.deposit(account, amount);
    }

    function pause() internal {
        vm.prank(guardian);
        hub.pauseCharges();
    }

    /// @dev Everything the hub owes to the people of this fixture.
    function liabilities() internal view returns (uint256) {
        return
            hub.creditOf(payer) +
            hub.creditOf(consumer) +
            hub.creditOf(treasury) +
            hub.creditOf(payeeOne) +
            hub.creditOf(payeeTwo) +
            hub.creditOf(payeeThree) +
            hub.operatorEarningsOf(operator);
    }

    function _wireRoles() private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = IPaymentHub.chargeCall.selector;
        manager.setTargetFunctionRole(address(hub), selectors, Roles.PIPE);
        selectors[0] = IPaymentHub.pauseCharges.selector;
        manager.setTargetFunctionRole(address(hub), selectors, Roles.GUARDIAN);
        selectors[0] = IHostingBonds.collect.selector;
        manager.setTargetFunctionRole(address(bonds), selectors, Roles.MODEL_HUB);
        selectors[0] = IHostingBonds.release.selector;
        manager.setTargetFunctionRole(address(bonds), selectors, Roles.MODEL_HUB);
        manager.grantRole(Roles.MODEL_HUB, address(models), 0);
        manager.grantRole(Roles.PIPE, pipe, 0);
        manager.grantRole(Roles.GUARDIAN, guardian, 0);
    }

    function _publishModel() private {
        IModelHub.RepositoryInfo memory info;
        repositoryId = models.createRepository("opengradient/amm-fee", info, threePayees());
        releaseId = publishNext();
    }

    /// @dev The next release of the repository.
    function publishNext() internal returns (bytes32) {
        bytes32 hash = keccak256("model");
        IModelHub.ReleaseContent memory content;
        content.files = abi.encodePacked(uint8(0x80), uint48(1), hash, hash, uint8(10), "model.onnx");
        IReleaseCircuits.ReleaseModels memory noModels;
        IModelHub.ModePrice[] memory prices = new IModelHub.ModePrice[](1);
        prices[0] = IModelHub.ModePrice(InferenceMode.TEE, 1e18);
        return models.publishRelease(repositoryId, false, true, content, noModels, prices);
    }
}
