// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {IModelHub} from "../../../contracts/models/interfaces/IModelHub.sol";
import {HostingBonds} from "../../../contracts/payments/HostingBonds.sol";
import {IHostingBonds} from "../../../contracts/payments/interfaces/IHostingBonds.sol";
import {ModelHubFixture} from "./ModelHubFixture.sol";

/// @dev Who may do what: namespaces, delegates, bonds and the end of a repository.
contract ModelHubRightsTest is ModelHubFixture {
    InferenceMode private constant _MODE = InferenceMode.TEE;
    uint256 private constant _BOND = 25e18;

    address private immutable delegate = address(0xDE1);

    // --- namespaces -----------------------------------------------------------------------------------------------

    function test_CreateRepository_ReservesTheNamespace() public {
        vm.assertEq(hub.namespaceOwnerOf("opengradient"), publisher, "owner");
        vm.prank(publisher);
        hub.createRepository("opengradient/other", info(), onePayee());
        _expectNamespaceTaken("opengradient/third");
    }

    function test_RevertWhen_NamespaceLooksLikeAnother() public {
        _expectNamespaceTaken("0pengradient/amm-fee");
        _expectNamespaceTaken("open-gradient/amm-fee");
        _expectNamespaceTaken("open_grad.ient-/x");
        vm.prank(publisher);
        hub.createRepository("lab-11o/x", info(), onePayee());
        _expectNamespaceTaken("labll0/y");
    }

    /// @dev The rule a second time: two names look alike when they are equal once separators are gone and 0 and 1 read
    ///      as o and l.
    function testFuzz_CreateRepository_SeparatesLookAlikes(uint256 seed, uint256 length, uint256 otherLength) public {
        bytes memory first = _namespace(seed, bound(length, 1, 8));
        bytes memory second = _namespace(seed >> 128, bound(otherLength, 1, 8));
        vm.prank(publisher);
        hub.createRepository(string.concat(string(first), "/a"), info(), onePayee());
        bool alike = keccak256(_plain(first)) == keccak256(_plain(second));
        string memory name = string.concat(string(second), "/b");
        if (alike) {
            vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsNamespaceTaken.selector, name, publisher));
        }
        vm.prank(stranger);
        hub.createRepository(name, info(), onePayee());
        if (!alike) vm.assertEq(hub.namespaceOwnerOf(string(second)), stranger, "owner");
    }

    function test_TransferNamespace_MovesInTwoSteps() public {
        vm.expectEmit(address(hub));
        emit IModelHub.NamespaceTransferStarted("opengradient", publisher, stranger);
        vm.prank(publisher);
        hub.transferNamespace("opengradient", stranger);
        vm.assertEq(hub.namespaceOwnerOf("opengradient"), publisher, "still his");
        vm.assertEq(hub.pendingNamespaceOwnerOf("opengradient"), stranger, "pending");
        vm.expectEmit(address(hub));
        emit IModelHub.NamespaceTransferred("opengradient", publisher, stranger);
        vm.prank(stranger);
        hub.acceptNamespace("opengradient");
        vm.assertEq(hub.namespaceOwnerOf("opengradient"), stranger, "moved");
        vm.assertEq(hub.pendingNamespaceOwnerOf("opengradient"), address(0), "no offer left");
        vm.assertEq(hub.ownerOf(repositoryId), publisher, "repositories stay");
        vm.prank(stranger);
        hub.createRepository("opengradient/new", info(), onePayee());
    }

    function test_RevertWhen_TransferringNamespaceAsStranger() public {
        expectNotOwner();
        vm.prank(stranger);
        hub.transferNamespace("opengradient", stranger);
    }

    function test_RevertWhen_AcceptingNamespaceUninvited() public {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsNotPendingOwner.selector, stranger, address(0)));
        vm.prank(stranger);
        hub.acceptNamespace("opengradient");
    }

    function test_RevertGiven_NamespaceIsFree() public {
        bytes memory unknown = abi.encodeWithSelector(IModelHub.ModelsUnknownNamespace.selector, "nobody");
        vm.expectRevert(unknown);
        hub.transferNamespace("nobody", stranger);
        vm.expectRevert(unknown);
        hub.acceptNamespace("nobody");
        vm.assertEq(hub.namespaceOwnerOf("nobody"), address(0), "owner");
    }

    // --- delegates ------------------------------------------------------------------------------------------------

    function test_SetDelegate_LetsHimPublishAndPrice() public {
        vm.expectEmit(address(hub));
        emit IModelHub.DelegateSet(repositoryId, address(0), delegate);
        _setDelegate(delegate);
        vm.assertEq(hub.delegateOf(repositoryId), delegate, "delegate");
        IModelHub.ModePrice[] memory prices = onePrice(_MODE, 5);
        vm.startPrank(delegate);
        bytes32 id = hub.publishRelease(repositoryId, false, true, oneFile(WALRUS_ID), noModels(), prices);
        hub.setPrice(id, _MODE, 4);
        hub.setRates(id, InferenceMode.VANILLA, IModelHub.Rates(1, 2, 3));
        hub.setDeprecated(id, true, "old");
        hub.removeOffer(id, _MODE);
        vm.stopPrank();
        vm.assertEq(hub.resolve(NAME), id, "published");
        vm.assertEq(hub.priceOf(id, _MODE), 4, "priced");
    }

    function test_RevertWhen_DelegateDoesWhatOnlyTheOwnerMay() public {
        bytes32 id = publishPriced(100);
        _setDelegate(delegate);
        bytes memory refusal = abi.encodeWithSelector(IModelHub.ModelsNotOwner.selector, delegate, publisher);
        vm.startPrank(delegate);
        vm.expectRevert(refusal);
        hub.setPayees(repositoryId, onePayee());
        vm.expectRevert(refusal);
        hub.setRepositoryInfo(repositoryId, info());
        vm.expectRevert(refusal);
        hub.transferRepository(repositoryId, delegate);
        vm.expectRevert(refusal);
        hub.retireRepository(repositoryId);
        vm.expectRevert(refusal);
        hub.yankRelease(id, "");
        vm.expectRevert(refusal);
        hub.setDelegate(repositoryId, delegate);
        vm.stopPrank();
    }

    function test_SetDelegate_EndsTheFormerOne() public {
        _setDelegate(delegate);
        vm.expectEmit(address(hub));
        emit IModelHub.DelegateSet(repositoryId, delegate, address(0));
        _setDelegate(address(0));
        _expectDelegateCannotPublish(publisher);
    }

    function test_AcceptRepository_EndsTheDelegate() public {
        _setDelegate(delegate);
        vm.prank(publisher);
        hub.transferRepository(repositoryId, stranger);
        vm.prank(stranger);
        hub.acceptRepository(repositoryId);
        vm.assertEq(hub.delegateOf(repositoryId), address(0), "delegate");
        _expectDelegateCannotPublish(stranger);
    }

    function test_RevertWhen_SettingDelegateAsStranger() public {
        expectNotOwner();
        vm.prank(stranger);
        hub.setDelegate(repositoryId, stranger);
    }

    // --- retireRepository -----------------------------------------------------------------------------------------

    function test_RetireRepository_TakesNothingFromCallers() public {
        bytes32 id = publishPriced(100);
        vm.expectEmit(address(hub));
        emit IModelHub.RepositoryRetired(repositoryId, publisher);
        vm.prank(publisher);
        hub.retireRepository(repositoryId);
        vm.assertTrue(hub.isRetired(repositoryId), "retired");
        vm.assertEq(hub.resolve(NAME), id, "newest stable");
        vm.assertEq(hub.resolve(string.concat(NAME, "@1.00")), id, "exact name");
        vm.assertEq(hub.resolve(WALRUS_ID), id, "content id");
        vm.assertEq(hub.priceOf(id, _MODE), 100, "price");
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsNameTaken.selector, NAME, publisher));
        hub.createRepository(NAME, info(), onePayee());
    }

    function test_RevertGiven_RepositoryIsRetired() public {
        vm.startPrank(publisher);
        hub.retireRepository(repositoryId);
        bytes memory retired = abi.encodeWithSelector(IModelHub.ModelsRetired.selector, repositoryId);
        vm.expectRevert(retired);
        hub.publishRelease(repositoryId, false, true, oneFile(WALRUS_ID), noModels(), noPrices());
        vm.expectRevert(retired);
        hub.retireRepository(repositoryId);
        vm.stopPrank();
    }

    function test_RevertWhen_RetiringAsStranger() public {
        expectNotOwner();
        vm.prank(stranger);
        hub.retireRepository(repositoryId);
    }

    function test_RetireRepository_LeavesContentIdsToTheNextPublisher() public {
        bytes32 first = publish(false, true, WALRUS_ID);
        vm.prank(publisher);
        hub.retireRepository(repositoryId);
        bytes32 second = _publishAs(stranger, "copy/one");
        vm.assertEq(hub.resolve(WALRUS_ID), second, "the next publisher has it");
        vm.assertEq(hub.resolve(NAME), first, "the name is untouched");
        _publishAs(payeeTwo, "copier/two");
        vm.assertEq(hub.resolve(WALRUS_ID), second, "and keeps it");
    }

    // --- hosting bonds --------------------------------------------------------------------------------------------

    function test_RevertWhen_HostingBondsAreZero() public {
        vm.expectRevert(IModelHub.ModelsZeroHostingBonds.selector);
        create("ModelHub", abi.encode(HostingBonds(address(0))));
    }

    function testFuzz_CreateRepository_TakesTheBondAndGivesItBack(uint256 amount) public {
        amount = bound(amount, 0, 10_000e18);
        bonds.setBond(amount);
        opg.transfer(stranger, amount);
        vm.startPrank(stranger);
        opg.approve(address(bonds), amount);
        bytes32 id = hub.createRepository("bob/bonded", info(), onePayee());
        vm.assertEq(opg.balanceOf(address(bonds)), amount, "held");
        vm.assertEq(opg.balanceOf(address(hub)), 0, "not by the hub");
        hub.transferRepository(id, payeeTwo);
        vm.stopPrank();
        // The bond goes with the repository.
        vm.startPrank(payeeTwo);
        hub.acceptRepository(id);
        hub.retireRepository(id);
        vm.stopPrank();
        if (amount == 0) return;
        vm.warp(START + 7 days);
        bonds.refund(id);
        vm.assertEq(opg.balanceOf(payeeTwo), amount, "refunded");
    }

    function test_RevertGiven_BondIsNotApproved() public {
        bonds.setBond(_BOND);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, bonds, 0, _BOND));
        vm.prank(stranger);
        hub.createRepository("bob/poor", info(), onePayee());
        vm.assertEq(hub.namespaceOwnerOf("bob"), address(0), "nothing reserved");
    }

    function test_RevertGiven_BondIsOfALivingRepository() public {
        bonds.setBond(_BOND);
        opg.transfer(stranger, _BOND);
        vm.startPrank(stranger);
        opg.approve(address(bonds), _BOND);
        bytes32 id = hub.createRepository("bob/bonded", info(), onePayee());
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IHostingBonds.BondsNothingToRefund.selector, id));
        bonds.refund(id);
    }

    // --- Helpers --------------------------------------------------------------------------------------------------

    function _setDelegate(address account) private {
        vm.prank(publisher);
        hub.setDelegate(repositoryId, account);
    }

    function _expectDelegateCannotPublish(address owner) private {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsNotOwner.selector, delegate, owner));
        vm.prank(delegate);
        hub.publishRelease(repositoryId, false, true, oneFile(WALRUS_ID), noModels(), noPrices());
    }

    function _expectNamespaceTaken(string memory name) private {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsNamespaceTaken.selector, name, publisher));
        vm.prank(stranger);
        hub.createRepository(name, info(), onePayee());
    }

    function _publishAs(address account, string memory name) private returns (bytes32) {
        vm.startPrank(account);
        bytes32 id = hub.createRepository(name, info(), onePayee());
        bytes32 release = hub.publishRelease(id, false, true, oneFile(WALRUS_ID), noModels(), noPrices());
        vm.stopPrank();
        return release;
    }

    /// @dev A namespace of few different characters, so that look-alikes are frequent.
    function _namespace(uint256 seed, uint256 length) private pure returns (bytes memory text) {
        bytes memory alphabet = "ol01-._";
        text = new bytes(length);
        for (uint256 i; i < length; ++i) text[i] = alphabet[((seed >> (8 * i)) & 0xff) % (i == 0 ? 4 : 7)];
    }

    function _plain(bytes memory text) private pure returns (bytes memory plain) {
        for (uint256 i; i < text.length; ++i) {
            bytes1 c = text[i];
            if (c == "-" || c == "." || c == "_") continue;
            plain = bytes.concat(plain, c == "0" ? bytes1("o") : c == "1" ? bytes1("l") : c);
        }
    }
}
