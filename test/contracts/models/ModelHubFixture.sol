// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {ModelHub} from "../../../contracts/models/ModelHub.sol";
import {IModelHub} from "../../../contracts/models/interfaces/IModelHub.sol";
import {IReleaseCircuits} from "../../../contracts/models/interfaces/IReleaseCircuits.sol";
import {HostingBonds} from "../../../contracts/payments/HostingBonds.sol";
import {IHostingBonds} from "../../../contracts/payments/interfaces/IHostingBonds.sol";
import {OPG} from "../../../contracts/token/OPG.sol";
import {SignalLayout} from "../../../contracts/zkml/types/SignalLayout.sol";
import {Base} from "../Base.sol";

/// @title A Model Hub with one repository, and builders for what is published
abstract contract ModelHubFixture is Base {
    uint256 internal constant START = 1_800_000_000;
    string internal constant NAME = "opengradient/amm-fee";
    // Two content ids in use on OpenGradient's network.
    string internal constant WALRUS_ID = "hJD2Ja3akZFt1A2LT-D_1oxOCz_OtuGYw4V9eE1m39M";
    string internal constant OTHER_WALRUS_ID = "ur_9aUT9KW3RbAj3nsqP1Fors3tblkUf4Hw4D0QFDXc";
    string internal constant IPFS_CID = "QmRhcpDXfYCKsimTmJYrAVM4Bbvck59Zb2onj3MHv9Kw5N";
    // The same as a number: what base 58 stands for, without the two bytes that say "SHA-256".
    bytes32 internal constant IPFS_DIGEST = 0x31f21d9016acddcb955c0ffd286aac6d9319637c8389111479364877f1423005;
    bytes32 internal constant KEY_ID = keccak256("a verifying key");

    address internal immutable publisher = address(0xB0B);
    address internal immutable stranger = address(0x5A7);
    address internal immutable payeeOne = address(0x101);
    address internal immutable payeeTwo = address(0x102);

    OPG internal opg;
    AccessManager internal manager;
    HostingBonds internal bonds;
    ModelHub internal hub;
    bytes32 internal repositoryId;

    function setUp() public virtual {
        vm.warp(START);
        opg = OPG(create("OPG", abi.encode(address(this))));
        manager = AccessManager(create("AccessManager", abi.encode(address(this))));
        bonds = HostingBonds(create("HostingBonds", abi.encode(address(manager), address(opg), 0)));
        hub = ModelHub(create("ModelHub", abi.encode(bonds)));
        bytes4[] memory selectors = new bytes4[](2);
        (selectors[0], selectors[1]) = (IHostingBonds.collect.selector, IHostingBonds.release.selector);
        manager.setTargetFunctionRole(address(bonds), selectors, Roles.MODEL_HUB);
        manager.grantRole(Roles.MODEL_HUB, address(hub), 0);
        vm.prank(publisher);
        repositoryId = hub.createRepository(NAME, info(), onePayee());
    }

    function info() internal pure returns (IModelHub.RepositoryInfo memory repositoryInfo) {
        string[] memory tags = new string[](2);
        tags[0] = "amm";
        tags[1] = "fee";
        return IModelHub.RepositoryInfo("Sets the fee of a pool.", "regression", "MIT", tags, false, 0);
    }

    function onePayee() internal view returns (IModelHub.Payee[] memory payees) {
        payees = new IModelHub.Payee[](1);
        payees[0] = IModelHub.Payee(payeeOne, 10_000);
    }

    function twoPayees(uint16 firstBps, uint16 secondBps) internal view returns (IModelHub.Payee[] memory payees) {
        payees = new IModelHub.Payee[](2);
        payees[0] = IModelHub.Payee(payeeOne, firstBps);
        payees[1] = IModelHub.Payee(payeeTwo, secondBps);
    }

    /// @dev The record of a file whose content id names its release.
    function file(string memory path, string memory contentId) internal pure returns (bytes memory) {
        bool ipfs = bytes(contentId).length == 46;
        bytes32 id = ipfs ? IPFS_DIGEST : bytes32(Base64.decode(contentId));
        return record(ipfs ? 0x81 : 0x80, 1_234, id, keccak256(bytes(path)), path);
    }

    /// @dev The record of a file without any check.
    function record(
        uint8 flags,
        uint48 size,
        bytes32 id,
        bytes32 hash,
        string memory path
    ) internal pure returns (bytes memory) {
        return abi.encodePacked(flags, size, id, hash, uint8(bytes(path).length), path);
    }

    function content(bytes memory files) internal pure returns (IModelHub.ReleaseContent memory) {
        return IModelHub.ReleaseContent(files, 0, 0);
    }

    function oneFile(string memory contentId) internal pure returns (IModelHub.ReleaseContent memory) {
        return content(file("model.onnx", contentId));
    }

    function noModels() internal pure returns (IReleaseCircuits.ReleaseModels memory models) {
        return models;
    }

    function circuit() internal pure returns (IReleaseCircuits.ReleaseCircuit memory) {
        SignalLayout memory layout = SignalLayout("x", "fee", 8, 24, 4, 1 << 23, 1, 32, 6, 0);
        return IReleaseCircuits.ReleaseCircuit(KEY_ID, 0, layout);
    }

    /// @dev One circuit, and no model for the EVM.
    function oneCircuit(
        IReleaseCircuits.ReleaseCircuit memory single
    ) internal pure returns (IReleaseCircuits.ReleaseModels memory models) {
        models.circuits = new IReleaseCircuits.ReleaseCircuit[](1);
        models.circuits[0] = single;
    }

    function noPrices() internal pure returns (IModelHub.ModePrice[] memory) {
        return new IModelHub.ModePrice[](0);
    }

    function onePrice(InferenceMode mode, uint128 price) internal pure returns (IModelHub.ModePrice[] memory prices) {
        prices = new IModelHub.ModePrice[](1);
        prices[0] = IModelHub.ModePrice(mode, price);
    }

    function perCall(uint128 price) internal pure returns (IModelHub.Rates memory) {
        return IModelHub.Rates(price, 0, 0);
    }

    /// @dev Publishes a release without circuit and prices.
    function publish(bool major, bool stable, string memory contentId) internal returns (bytes32) {
        vm.prank(publisher);
        return hub.publishRelease(repositoryId, major, stable, oneFile(contentId), noModels(), noPrices());
    }

    /// @dev Publishes a stable release with a circuit at `price` in TEE mode.
    function publishPriced(uint128 price) internal returns (bytes32) {
        IModelHub.ModePrice[] memory prices = onePrice(InferenceMode.TEE, price);
        vm.prank(publisher);
        return hub.publishRelease(repositoryId, false, true, oneFile(WALRUS_ID), oneCircuit(circuit()), prices);
    }

    function expectUnknownModel(string memory modelId) internal {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsUnknownModel.selector, modelId));
    }

    function expectNotOwner() internal {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsNotOwner.selector, stranger, publisher));
    }

    /// @dev A text of `length` letters "a".
    function letters(uint256 length) internal pure returns (string memory) {
        bytes memory text = new bytes(length);
        for (uint256 i; i < length; ++i) text[i] = "a";
        return string(text);
    }
}
