// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IModelHub} from "../../../contracts/models/interfaces/IModelHub.sol";
import {ModelHubFixture} from "./ModelHubFixture.sol";

contract ModelHubRepositoriesTest is ModelHubFixture {
    // --- createRepository -----------------------------------------------------------------------------------------

    function test_CreateRepository_RecordsOwnerNameInfoAndPayees() public {
        string memory name = "bob/eth.vol-1_h";
        bytes32 expected = keccak256(bytes(name));
        vm.expectEmit(address(hub));
        emit IModelHub.RepositoryCreated(expected, stranger, name, info());
        vm.expectEmit(address(hub));
        emit IModelHub.PayeesSet(expected, onePayee());
        vm.prank(stranger);
        bytes32 id = hub.createRepository(name, info(), onePayee());

        vm.assertEq(id, expected, "id");
        vm.assertEq(hub.ownerOf(id), stranger, "owner");
        vm.assertEq(hub.nameOf(id), name, "name");
        vm.assertEq(abi.encode(hub.repositoryInfoOf(id)), abi.encode(info()), "info");
        vm.assertEq(abi.encode(hub.payeesOf(id)), abi.encode(onePayee()), "payees");
        (uint32 major, uint32 minor) = hub.newestVersionOf(id);
        vm.assertEq(major + minor, 0, "version");
    }

    function testFuzz_CreateRepository_AcceptsParts1To64(uint256 ownerLength, uint256 nameLength) public {
        ownerLength = bound(ownerLength, 1, 64);
        nameLength = bound(nameLength, 1, 64);
        string memory name = string.concat(letters(ownerLength), "/", letters(nameLength));
        hub.createRepository(name, info(), onePayee());
        vm.assertEq(hub.nameOf(keccak256(bytes(name))), name, "name");
    }

    function test_RevertWhen_NameIsTaken() public {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsNameTaken.selector, NAME, publisher));
        vm.prank(stranger);
        hub.createRepository(NAME, info(), onePayee());
    }

    function test_RevertWhen_NameHasNoSlash() public {
        _expectInvalidName("opengradient");
    }

    function test_RevertWhen_NameHasTwoSlashes() public {
        _expectInvalidName("opengradient/amm/fee");
    }

    function test_RevertWhen_NamePartIsEmpty() public {
        _expectInvalidName("");
        _expectInvalidName("/");
        _expectInvalidName("/fee");
        _expectInvalidName("amm/");
    }

    function test_RevertWhen_NamePartIsTooLong() public {
        _expectInvalidName(string.concat(letters(65), "/a"));
        _expectInvalidName(string.concat("a/", letters(65)));
        _expectInvalidName(string.concat(letters(100), "/", letters(100)));
    }

    function test_RevertWhen_NamePartStartsWithPunctuation() public {
        _expectInvalidName("-a/b");
        _expectInvalidName("a/.b");
        _expectInvalidName("_a/b");
    }

    function test_RevertWhen_NameHasOtherCharacters() public {
        _expectInvalidName("Open/fee");
        _expectInvalidName("open/fee@1.00");
        _expectInvalidName("open/fee model");
        _expectInvalidName(unicode"open/gebühr");
    }

    function testFuzz_RevertWhen_DescriptionIsTooLong(uint256 length) public {
        length = bound(length, 1_025, 4_000);
        IModelHub.RepositoryInfo memory long = info();
        long.description = letters(length);
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsTextTooLong.selector, length, 1_024));
        hub.createRepository("a/b", long, onePayee());
    }

    function test_RevertWhen_LabelIsTooLong() public {
        IModelHub.RepositoryInfo memory long = info();
        long.task = letters(65);
        _expectTooLongInfo(long);
        long = info();
        long.licence = letters(65);
        _expectTooLongInfo(long);
        long = info();
        long.tags[1] = letters(65);
        _expectTooLongInfo(long);
    }

    function test_RevertWhen_TagsAreTooMany() public {
        IModelHub.RepositoryInfo memory many = info();
        many.tags = new string[](9);
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsTooManyTags.selector, 9, 8));
        hub.createRepository("a/b", many, onePayee());
    }

    // --- setRepositoryInfo ----------------------------------------------------------------------------------------

    function test_SetRepositoryInfo_ReplacesInfo() public {
        IModelHub.RepositoryInfo memory other = IModelHub.RepositoryInfo("d", "t", "l", new string[](0), true, KEY_ID);
        vm.expectEmit(address(hub));
        emit IModelHub.RepositoryInfoSet(repositoryId, other);
        vm.prank(publisher);
        hub.setRepositoryInfo(repositoryId, other);
        vm.assertEq(abi.encode(hub.repositoryInfoOf(repositoryId)), abi.encode(other), "info");
    }

    function test_RevertWhen_SettingInfoAsStranger() public {
        expectNotOwner();
        vm.prank(stranger);
        hub.setRepositoryInfo(repositoryId, info());
    }

    function testFuzz_RevertGiven_RepositoryIsUnknown(bytes32 id) public {
        vm.assume(id != repositoryId);
        bytes memory unknown = abi.encodeWithSelector(IModelHub.ModelsUnknownRepository.selector, id);
        vm.expectRevert(unknown);
        hub.setRepositoryInfo(id, info());
        vm.expectRevert(unknown);
        hub.setPayees(id, onePayee());
        vm.expectRevert(unknown);
        hub.acceptRepository(id);
        vm.expectRevert(unknown);
        hub.nameOf(id);
        vm.expectRevert(unknown);
        hub.repositoryInfoOf(id);
        vm.expectRevert(unknown);
        hub.payeesOf(id);
        vm.assertEq(hub.ownerOf(id), address(0), "owner");
    }

    // --- setPayees ------------------------------------------------------------------------------------------------

    function testFuzz_SetPayees_ReplacesPayees(uint256 seed, uint256 count) public {
        IModelHub.Payee[] memory payees = _manyPayees(seed, bound(count, 1, 8));
        vm.expectEmit(address(hub));
        emit IModelHub.PayeesSet(repositoryId, payees);
        vm.prank(publisher);
        hub.setPayees(repositoryId, payees);
        vm.assertEq(abi.encode(hub.payeesOf(repositoryId)), abi.encode(payees), "payees");
    }

    function test_RevertWhen_SettingPayeesAsStranger() public {
        expectNotOwner();
        vm.prank(stranger);
        hub.setPayees(repositoryId, onePayee());
    }

    function test_RevertWhen_ThereAreNoPayees() public {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsInvalidPayeeCount.selector, 0, 8));
        vm.prank(publisher);
        hub.setPayees(repositoryId, new IModelHub.Payee[](0));
    }

    function testFuzz_RevertWhen_PayeesAreTooMany(uint256 count) public {
        count = bound(count, 9, 40);
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsInvalidPayeeCount.selector, count, 8));
        vm.prank(publisher);
        hub.setPayees(repositoryId, _manyPayees(1, count));
    }

    function test_RevertWhen_PayeeIsZero() public {
        IModelHub.Payee[] memory payees = twoPayees(5_000, 5_000);
        payees[1].account = address(0);
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsInvalidPayee.selector, address(0), 5_000));
        vm.prank(publisher);
        hub.setPayees(repositoryId, payees);
    }

    function test_RevertWhen_PayeeHasNoShare() public {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsInvalidPayee.selector, payeeTwo, 0));
        vm.prank(publisher);
        hub.setPayees(repositoryId, twoPayees(10_000, 0));
    }

    function test_RevertWhen_PayeeIsListedTwice() public {
        IModelHub.Payee[] memory payees = twoPayees(5_000, 5_000);
        payees[1].account = payeeOne;
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsDuplicatePayee.selector, payeeOne));
        vm.prank(publisher);
        hub.setPayees(repositoryId, payees);
    }

    function testFuzz_RevertWhen_SharesDoNotSumToTotal(uint256 first, uint256 second) public {
        uint16 firstBps = uint16(bound(first, 1, type(uint16).max));
        uint16 secondBps = uint16(bound(second, 1, type(uint16).max));
        uint256 sum = uint256(firstBps) + secondBps;
        vm.assume(sum != 10_000);
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsInvalidShareSum.selector, sum, 10_000));
        vm.prank(publisher);
        hub.setPayees(repositoryId, twoPayees(firstBps, secondBps));
    }

    // --- transferRepository, acceptRepository ---------------------------------------------------------------------

    function test_TransferRepository_NamesThePendingOwnerOnly() public {
        vm.expectEmit(address(hub));
        emit IModelHub.RepositoryTransferStarted(repositoryId, publisher, stranger);
        vm.prank(publisher);
        hub.transferRepository(repositoryId, stranger);
        vm.assertEq(hub.ownerOf(repositoryId), publisher, "owner");
        vm.assertEq(hub.pendingOwnerOf(repositoryId), stranger, "pending");
    }

    function test_RevertWhen_TransferringAsStranger() public {
        expectNotOwner();
        vm.prank(stranger);
        hub.transferRepository(repositoryId, stranger);
    }

    function test_AcceptRepository_MovesOwnership() public {
        vm.prank(publisher);
        hub.transferRepository(repositoryId, stranger);
        vm.expectEmit(address(hub));
        emit IModelHub.RepositoryTransferred(repositoryId, publisher, stranger);
        vm.prank(stranger);
        hub.acceptRepository(repositoryId);
        vm.assertEq(hub.ownerOf(repositoryId), stranger, "owner");
        vm.assertEq(hub.pendingOwnerOf(repositoryId), address(0), "pending");

        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsNotOwner.selector, publisher, stranger));
        vm.prank(publisher);
        hub.setPayees(repositoryId, onePayee());
    }

    function test_RevertWhen_AcceptingUninvited() public {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsNotPendingOwner.selector, stranger, address(0)));
        vm.prank(stranger);
        hub.acceptRepository(repositoryId);
    }

    function test_RevertGiven_OfferWasWithdrawn() public {
        vm.startPrank(publisher);
        hub.transferRepository(repositoryId, stranger);
        hub.transferRepository(repositoryId, address(0));
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsNotPendingOwner.selector, stranger, address(0)));
        vm.prank(stranger);
        hub.acceptRepository(repositoryId);
    }

    // --- Helpers --------------------------------------------------------------------------------------------------

    function _expectInvalidName(string memory name) private {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsInvalidName.selector, name));
        hub.createRepository(name, info(), onePayee());
    }

    function _expectTooLongInfo(IModelHub.RepositoryInfo memory long) private {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsTextTooLong.selector, 65, 64));
        hub.createRepository("a/b", long, onePayee());
    }

    /// @dev Different payees; the last one takes what the others leave of 10_000 bps.
    function _manyPayees(uint256 seed, uint256 count) private pure returns (IModelHub.Payee[] memory payees) {
        payees = new IModelHub.Payee[](count);
        uint256 left = 10_000;
        for (uint256 i; i < count; ++i) {
            uint256 share = i + 1 == count ? left : bound(uint256(keccak256(abi.encode(seed, i))), 1, 250);
            left -= share;
            payees[i] = IModelHub.Payee(address(uint160(1_000 + i)), uint16(share));
        }
    }
}
