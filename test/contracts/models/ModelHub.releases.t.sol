// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {IModelHub} from "../../../contracts/models/interfaces/IModelHub.sol";
import {ModelHubFixture} from "./ModelHubFixture.sol";

contract ModelHubReleasesTest is ModelHubFixture {
    // --- publishRelease: versions -----------------------------------------------------------------------------

    function test_PublishRelease_RecordsAndEmitsEverything() public {
        bytes memory first = file("README.md", IPFS_CID);
        bytes memory second = file("weights/model.onnx", WALRUS_ID);
        IModelHub.ReleaseContent memory files = IModelHub.ReleaseContent(
            bytes.concat(first, second),
            keccak256("schema"),
            keccak256("notes")
        );
        bytes32 root = Hashes.commutativeKeccak256(keccak256(first), keccak256(second));
        IModelHub.ModePrice[] memory prices = onePrice(InferenceMode.ZK, 5);
        bytes32 expected = keccak256(abi.encode(repositoryId, 1, 0));

        vm.expectEmit(address(hub));
        emit IModelHub.ReleasePublished(repositoryId, expected, 1, 0, true, KEY_ID, root, files);
        vm.expectEmit(address(hub));
        emit IModelHub.PriceSet(expected, InferenceMode.ZK, true, perCall(0), perCall(5));
        vm.prank(publisher);
        bytes32 id = hub.publishRelease(repositoryId, false, true, files, oneCircuit(circuit()), prices);

        vm.assertEq(id, expected, "id");
        IModelHub.Release memory release = IModelHub.Release(repositoryId, 1, 0, uint40(START), true, false, false);
        vm.assertEq(abi.encode(hub.releaseOf(id)), abi.encode(release), "release");
        vm.assertEq(hub.filesRootOf(id), root, "root");
        vm.assertEq(hub.schemaHashOf(id), keccak256("schema"), "schema");
        bytes memory circuits = abi.encode(oneCircuit(circuit()).circuits);
        vm.assertEq(abi.encode(hub.circuits().circuitsOf(id)), circuits, "circuits");
        vm.assertEq(hub.repositoryOf(id), repositoryId, "repository");
        vm.assertEq(hub.priceOf(id, InferenceMode.ZK), 5, "price");
    }

    function test_PublishRelease_CountsVersions() public {
        _expectVersion(publish(true, true, WALRUS_ID), 1, 0);
        _expectVersion(publish(false, true, WALRUS_ID), 1, 1);
        _expectVersion(publish(true, true, WALRUS_ID), 2, 0);
        _expectVersion(publish(false, false, WALRUS_ID), 2, 1);
    }

    /// @dev The rule written down a second time, in plain numbers; bit i of `bumps` asks for a major release.
    function testFuzz_PublishRelease_FollowsTheVersionRule(uint256 bumps, uint256 count) public {
        count = bound(count, 1, 24);
        uint256 major;
        uint256 minor;
        for (uint256 i; i < count; ++i) {
            bool bump = (bumps >> i) & 1 == 1;
            bytes32 id = publish(bump, true, WALRUS_ID);
            (major, minor) = major == 0 || bump ? (major + 1, 0) : (major, minor + 1);
            _expectVersion(id, major, minor);
            string memory point = minor < 10 ? ".0" : ".";
            string memory name = string.concat(NAME, "@", _decimal(major), point, _decimal(minor));
            vm.assertEq(hub.resolve(name), id, "exact name");
        }
    }

    function test_RevertGiven_MinorVersionsAreUsedUp() public {
        for (uint256 i; i < 100; ++i) publish(false, true, WALRUS_ID);
        _expectVersion(hub.resolve(string.concat(NAME, "@1.99")), 1, 99);
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsMinorVersionsExhausted.selector, 1, 99));
        this.publishStable(oneFile(WALRUS_ID));
        _expectVersion(publish(true, true, WALRUS_ID), 2, 0);
    }

    function test_RevertWhen_PublishingAsStranger() public {
        expectNotOwner();
        vm.prank(stranger);
        hub.publishRelease(repositoryId, false, true, oneFile(WALRUS_ID), noModels(), noPrices());
    }

    function test_RevertGiven_RepositoryDoesNotExist() public {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsUnknownRepository.selector, KEY_ID));
        hub.publishRelease(KEY_ID, false, true, oneFile(WALRUS_ID), noModels(), noPrices());
    }

    function testFuzz_RevertGiven_ReleaseIsUnknown(bytes32 id) public {
        bytes memory unknown = abi.encodeWithSelector(IModelHub.ModelsUnknownRelease.selector, id);
        vm.expectRevert(unknown);
        hub.repositoryOf(id);
        vm.expectRevert(unknown);
        hub.releaseOf(id);
        vm.expectRevert(unknown);
        hub.filesRootOf(id);
        vm.expectRevert(unknown);
        hub.schemaHashOf(id);
        vm.expectRevert(unknown);
        hub.isFileOf(id, "", new bytes32[](0));
        vm.expectRevert(unknown);
        hub.setPrice(id, InferenceMode.TEE, 1);
        vm.expectRevert(unknown);
        hub.removeOffer(id, InferenceMode.TEE);
        vm.expectRevert(unknown);
        hub.yankRelease(id, "");
        vm.expectRevert(unknown);
        hub.setDeprecated(id, true, "");
    }

    // --- publishRelease: files --------------------------------------------------------------------------------

    function test_RevertWhen_ThereAreNoFiles() public {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsInvalidFileCount.selector, 0, 1_024));
        this.publishStable(content(""));
    }

    function test_RevertWhen_FilesAreTooMany() public {
        this.publishStable(content(_manyFiles(1_024)));
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsInvalidFileCount.selector, 1_025, 1_024));
        this.publishStable(content(_manyFiles(1_025)));
    }

    function test_RevertWhen_NamedFilesAreTooMany() public {
        bytes memory files;
        for (uint256 i; i < 17; ++i) {
            string memory path = string(abi.encodePacked(bytes1(uint8(65 + i))));
            files = bytes.concat(files, record(0x80, 1, bytes32(i), KEY_ID, path));
            if (i == 15) this.publishStable(content(files));
        }
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsTooManyNamedFiles.selector, 17, 16));
        this.publishStable(content(files));
    }

    /// @dev Paths of up to four words that differ in their last character, one word earlier, or in length alone.
    function testFuzz_RevertWhen_PathsDoNotAscend(uint256 length, uint256 position) public {
        length = bound(length, 2, 128);
        position = bound(position, 0, length - 1);
        string memory lower = letters(length);
        bytes memory higher = bytes(letters(length));
        higher[position] = "b";
        this.publishStable(content(bytes.concat(file(lower, WALRUS_ID), file(string(higher), WALRUS_ID))));
        this.publishStable(content(bytes.concat(file(letters(length - 1), WALRUS_ID), file(lower, WALRUS_ID))));

        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsPathsNotAscending.selector, string(higher), lower));
        this.publishStable(content(bytes.concat(file(string(higher), WALRUS_ID), file(lower, WALRUS_ID))));
        string memory shorter = letters(length - 1);
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsPathsNotAscending.selector, lower, shorter));
        this.publishStable(content(bytes.concat(file(lower, WALRUS_ID), file(shorter, WALRUS_ID))));
    }

    function testFuzz_RevertWhen_PathIsListedTwice(uint256 length) public {
        string memory path = letters(bound(length, 1, 128));
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsDuplicatePath.selector, path));
        this.publishStable(content(bytes.concat(file(path, WALRUS_ID), file(path, IPFS_CID))));
    }

    function test_RevertWhen_PathIsNotPlain() public {
        _expectInvalidPath("");
        _expectInvalidPath("/model.onnx");
        _expectInvalidPath("model/");
        _expectInvalidPath("a//b");
        _expectInvalidPath("../model.onnx");
        _expectInvalidPath("a/./b");
        _expectInvalidPath(".git/config");
        _expectInvalidPath("a b");
        _expectInvalidPath("a\\b");
        _expectInvalidPath(letters(129));
    }

    function testFuzz_RevertWhen_FilesEndInTheMiddle(uint256 length) public {
        bytes memory first = file("a", WALRUS_ID);
        bytes memory files = bytes.concat(first, file("b", WALRUS_ID));
        length = bound(length, first.length + 1, files.length - 1);
        bytes memory cut = new bytes(length);
        for (uint256 i; i < length; ++i) cut[i] = files[i];
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsTruncatedFiles.selector, first.length, length));
        this.publishStable(content(cut));
    }

    function testFuzz_RevertWhen_FlagHasNoMeaning(uint8 flags) public {
        if (flags & 0x7e == 0) flags |= 0x10;
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsUnknownFileFlags.selector, flags));
        this.publishStable(content(record(flags, 1, KEY_ID, KEY_ID, "a")));
    }

    function test_RevertWhen_FileIsEmpty() public {
        bytes memory empty = abi.encodeWithSelector(IModelHub.ModelsEmptyFile.selector, "model.onnx");
        vm.expectRevert(empty);
        this.publishStable(content(record(0, 0, KEY_ID, KEY_ID, "model.onnx")));
        vm.expectRevert(empty);
        this.publishStable(content(record(0, 1, KEY_ID, 0, "model.onnx")));
    }

    // --- isFileOf ---------------------------------------------------------------------------------------------

    /// @dev Against a tree built a second time, as a list of levels.
    function testFuzz_IsFileOf_ProvesEveryFile(uint256 count, uint256 index) public {
        count = bound(count, 1, 40);
        index = bound(index, 0, count - 1);
        bytes32 id = this.publishStable(content(_manyFiles(count)));
        bytes32[] memory level = new bytes32[](count);
        for (uint256 i; i < count; ++i) level[i] = keccak256(_fileAt(i));
        bytes memory chosen = _fileAt(index);
        bytes32[] memory proof = _proofOf(level, index);
        vm.assertTrue(hub.isFileOf(id, chosen, proof), "its file");
        chosen[10] ^= 0x01;
        vm.assertFalse(hub.isFileOf(id, chosen, proof), "another content id");
        vm.assertFalse(hub.isFileOf(id, _fileAt(count), proof), "another file");
    }

    function test_IsFileOf_RejectsAnInnerNode() public {
        bytes32 id = this.publishStable(content(_manyFiles(4)));
        bytes memory node = bytes.concat(keccak256(_fileAt(0)), keccak256(_fileAt(1)));
        bytes memory swapped = bytes.concat(keccak256(_fileAt(1)), keccak256(_fileAt(0)));
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = Hashes.commutativeKeccak256(keccak256(_fileAt(2)), keccak256(_fileAt(3)));
        vm.assertFalse(hub.isFileOf(id, node, proof) || hub.isFileOf(id, swapped, proof), "inner node");
    }

    // --- resolve ----------------------------------------------------------------------------------------------

    function test_Resolve_NewestStableSkipsExperimental() public {
        bytes32 first = publish(false, true, WALRUS_ID);
        publish(true, false, IPFS_CID);
        vm.assertEq(hub.resolve(NAME), first, "experimental is not named");
        bytes32 third = publish(false, true, IPFS_CID);
        vm.assertEq(hub.resolve(NAME), third, "newest stable");
    }

    function test_Resolve_ContentIdKeepsItsFirstPublisher() public {
        bytes32 first = publish(false, false, WALRUS_ID);
        publish(false, true, WALRUS_ID);
        vm.startPrank(stranger);
        bytes32 copyId = hub.createRepository("copy/cat", info(), onePayee());
        bytes32 copy = hub.publishRelease(copyId, false, true, oneFile(WALRUS_ID), noModels(), noPrices());
        vm.stopPrank();
        vm.assertEq(hub.resolve(WALRUS_ID), first, "first publisher");
        vm.assertEq(hub.resolve("copy/cat"), copy, "listed all the same");
    }

    function test_Resolve_FindsEveryNamedFile() public {
        bytes memory files = bytes.concat(file("a", WALRUS_ID), file("b", IPFS_CID), file("c", OTHER_WALRUS_ID));
        bytes32 id = this.publishStable(content(files));
        vm.assertEq(hub.resolve(WALRUS_ID), id, "a");
        vm.assertEq(hub.resolve(IPFS_CID), id, "b");
        vm.assertEq(hub.resolve(OTHER_WALRUS_ID), id, "c");
    }

    function test_Resolve_LeavesOtherFilesUnnamed() public {
        bytes32 id = bytes32(Base64.decode(WALRUS_ID));
        this.publishStable(content(bytes.concat(record(0, 1, id, id, "a"), record(1, 1, IPFS_DIGEST, id, "b"))));
        _expectUnresolved(WALRUS_ID);
        _expectUnresolved(IPFS_CID);
    }

    function test_RevertWhen_NothingHasTheName() public {
        publish(false, true, WALRUS_ID);
        _expectUnresolved("");
        _expectUnresolved(IPFS_CID);
        _expectUnresolved("opengradient/other");
        _expectUnresolved(string.concat(NAME, "@1.01"));
        _expectUnresolved(string.concat(NAME, "@1.0"));
        _expectUnresolved(string.concat(NAME, "@01.00"));
        _expectUnresolved(string.concat(NAME, "@"));
    }

    function test_RevertGiven_RepositoryHasNoStableRelease() public {
        _expectUnresolved(NAME);
        publish(false, false, WALRUS_ID);
        _expectUnresolved(NAME);
    }

    // --- yankRelease, setDeprecated ---------------------------------------------------------------------------

    function test_YankRelease_FallsBackAndKeepsExactNames() public {
        bytes32 first = publish(false, true, WALRUS_ID);
        bytes32 second = publish(false, true, IPFS_CID);
        vm.expectEmit(address(hub));
        emit IModelHub.ReleaseYanked(second, first, "wrong weights");
        vm.prank(publisher);
        hub.yankRelease(second, "wrong weights");

        vm.assertTrue(hub.releaseOf(second).yanked, "flag");
        vm.assertEq(hub.resolve(NAME), first, "newest stable");
        vm.assertEq(hub.resolve(string.concat(NAME, "@1.01")), second, "exact name");
        vm.assertEq(hub.resolve(IPFS_CID), second, "content id");
        _expectVersion(publish(false, true, WALRUS_ID), 1, 2);
    }

    function test_YankRelease_LeavesNothingWhenAllAreYanked() public {
        bytes32 only = publish(false, true, WALRUS_ID);
        vm.expectEmit(address(hub));
        emit IModelHub.ReleaseYanked(only, 0, "");
        vm.prank(publisher);
        hub.yankRelease(only, "");
        _expectUnresolved(NAME);
        bytes32 next = publish(false, true, WALRUS_ID);
        vm.assertEq(hub.resolve(NAME), next, "next");
    }

    /// @dev Against a plain search: publishes ten releases, yanks them in any order, and looks for the newest each
    ///      time.
    function testFuzz_YankRelease_NewestStableIsTheHighestLeft(uint256 channels, uint256 order) public {
        bytes32[10] memory ids;
        bool[10] memory candidate;
        for (uint256 i; i < 10; ++i) {
            candidate[i] = (channels >> i) & 1 == 1;
            ids[i] = publish((channels >> (i + 10)) & 1 == 1, candidate[i], WALRUS_ID);
        }
        for (uint256 left = 10; left > 0; --left) {
            _expectNewest(ids, candidate);
            uint256 pick = uint256(keccak256(abi.encode(order, left))) % 10;
            while (hub.releaseOf(ids[pick]).yanked) pick = (pick + 1) % 10;
            vm.prank(publisher);
            hub.yankRelease(ids[pick], "");
            candidate[pick] = false;
        }
        _expectNewest(ids, candidate);
    }

    function test_RevertGiven_ReleaseIsYanked() public {
        bytes32 id = publish(false, true, WALRUS_ID);
        vm.startPrank(publisher);
        hub.yankRelease(id, "");
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsAlreadyYanked.selector, id));
        hub.yankRelease(id, "");
        vm.stopPrank();
    }

    function test_RevertWhen_YankingAsStranger() public {
        bytes32 id = publish(false, true, WALRUS_ID);
        expectNotOwner();
        vm.prank(stranger);
        hub.yankRelease(id, "");
    }

    function test_SetDeprecated_ChangesTheFlagOnly() public {
        bytes32 id = publish(false, true, WALRUS_ID);
        vm.expectEmit(address(hub));
        emit IModelHub.ReleaseDeprecationSet(id, true, "use 2.00");
        vm.prank(publisher);
        hub.setDeprecated(id, true, "use 2.00");
        vm.assertTrue(hub.releaseOf(id).deprecated, "set");
        vm.assertEq(hub.resolve(NAME), id, "still newest");
        vm.prank(publisher);
        hub.setDeprecated(id, false, "");
        vm.assertFalse(hub.releaseOf(id).deprecated, "taken away");
    }

    function test_RevertWhen_DeprecatingAsStranger() public {
        bytes32 id = publish(false, true, WALRUS_ID);
        expectNotOwner();
        vm.prank(stranger);
        hub.setDeprecated(id, true, "");
    }

    // --- Helpers ----------------------------------------------------------------------------------------------

    /// @dev External, so that an expected revert is the one of the hub and not of a cheatcode in between.
    function publishStable(IModelHub.ReleaseContent calldata files) external returns (bytes32) {
        vm.prank(publisher);
        return hub.publishRelease(repositoryId, false, true, files, noModels(), noPrices());
    }

    function _expectVersion(bytes32 id, uint256 major, uint256 minor) private view {
        IModelHub.Release memory release = hub.releaseOf(id);
        vm.assertEq(release.major, major, "major");
        vm.assertEq(release.minor, minor, "minor");
        vm.assertEq(id, keccak256(abi.encode(repositoryId, major, minor)), "release id");
    }

    function _expectNewest(bytes32[10] memory ids, bool[10] memory candidate) private {
        for (uint256 i = 10; i > 0; --i) {
            if (candidate[i - 1]) {
                vm.assertEq(hub.resolve(NAME), ids[i - 1], "newest");
                return;
            }
        }
        _expectUnresolved(NAME);
    }

    function _expectUnresolved(string memory modelId) private {
        expectUnknownModel(modelId);
        hub.resolve(modelId);
    }

    function _expectInvalidPath(string memory path) private {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsInvalidPath.selector, path));
        this.publishStable(content(file(path, WALRUS_ID)));
    }

    function _fileAt(uint256 index) private pure returns (bytes memory) {
        string memory path = string(abi.encodePacked(_letter(index / 400), _letter(index / 20), _letter(index)));
        return record(0, 1, keccak256(bytes(path)), KEY_ID, path);
    }

    function _letter(uint256 digit) private pure returns (bytes1) {
        return bytes1(uint8(65 + (digit % 20)));
    }

    function _manyFiles(uint256 count) private pure returns (bytes memory files) {
        uint256 size = _fileAt(0).length;
        files = new bytes(count * size);
        for (uint256 i; i < count; ++i) {
            bytes memory file = _fileAt(i);
            assembly ("memory-safe") {
                mcopy(add(add(files, 0x20), mul(i, size)), add(file, 0x20), size)
            }
        }
    }

    function _proofOf(bytes32[] memory level, uint256 index) private pure returns (bytes32[] memory proof) {
        while (level.length > 1) {
            bytes32[] memory next = new bytes32[]((level.length + 1) / 2);
            for (uint256 i; i < level.length; ++i) {
                bool alone = i % 2 == 0 && i + 1 == level.length;
                if (alone) next[i / 2] = level[i];
                else if (i % 2 == 1) next[i / 2] = Hashes.commutativeKeccak256(level[i - 1], level[i]);
            }
            uint256 neighbour = index ^ 1;
            if (neighbour < level.length) {
                bytes32[] memory longer = new bytes32[](proof.length + 1);
                for (uint256 i; i < proof.length; ++i) longer[i] = proof[i];
                longer[proof.length] = level[neighbour];
                proof = longer;
            }
            (level, index) = (next, index / 2);
        }
    }

    function _decimal(uint256 value) private pure returns (string memory) {
        bytes memory digits = value < 10 ? new bytes(1) : new bytes(2);
        if (value > 9) digits[0] = bytes1(uint8(48 + value / 10));
        digits[digits.length - 1] = bytes1(uint8(48 + (value % 10)));
        return string(digits);
    }
}
