// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {ModelHub} from "../../../contracts/models/ModelHub.sol";
import {ModelHubFixture} from "./ModelHubFixture.sol";

/// @dev What a caller's transaction pays for a lookup with everything cold. Each test runs in a transaction of its own,
///      after the one of {setUp}.
contract ModelHubGasTest is ModelHubFixture {
    uint256 private constant _RESOLVE_LIMIT = 10_000;
    uint256 private constant _PRICE_LIMIT = 5_000;
    uint256 private constant _FILE_LIMIT = 3_000;
    uint256 private constant _COLD_ACCOUNT = 2_600;
    uint256 private constant _COLD_SLOT = 2_100;

    bytes32 private _release;

    function setUp() public override {
        super.setUp();
        _release = publishPriced(100);
        string memory part = letters(64);
        vm.startPrank(publisher);
        bytes32 id = hub.createRepository(string.concat(part, "/", part), info(), onePayee());
        hub.publishRelease(id, false, true, oneFile(IPFS_CID), noModels(), noPrices());
        vm.stopPrank();
    }

    function test_Resolve_ContentIdIsCheap() public view {
        _measureResolve(WALRUS_ID);
    }

    function test_Resolve_NameIsCheap() public view {
        _measureResolve(NAME);
    }

    function test_Resolve_LongestExactNameIsCheap() public view {
        string memory part = letters(64);
        _measureResolve(string.concat(part, "/", part, "@1.00"));
    }

    /// @dev On the way of a PIPE call the lookup has touched the hub before; the price's slot is cold.
    function test_PriceOf_IsCheapAfterResolve() public view {
        (ModelHub target, bytes32 release) = (hub, _release);
        target.resolve(WALRUS_ID);
        uint256 before = gasleft();
        target.priceOf(release, InferenceMode.TEE);
        _expectBetween(before - gasleft(), _COLD_SLOT, _PRICE_LIMIT);
    }

    /// @dev With calldata as a transaction of its own pays for it. Both releases are equal but for ten files.
    function test_PublishRelease_FurtherFilesAreCheap() public {
        bytes memory files = _records(0, 20);
        // Warms up what both touch.
        _measurePublication(files);
        uint256 fewer = _measurePublication(files);
        bytes memory further = _records(20, 30);
        uint256 more = _measurePublication(bytes.concat(files, further));
        uint256 perFile = (more - fewer + _calldataGas(further)) / 10;
        vm.assertLe(perFile, _FILE_LIMIT, "too expensive");
    }

    /// @dev Whatever its number and however many repositories there are.
    function test_PublishRelease_CostsTheSameAfterMany() public {
        bytes memory files = _records(0, 3);
        // Versions of two digits throughout: writing one takes as long as it is long, and as it is high a little.
        for (uint256 i; i < 12; ++i) _measurePublication(files);
        uint256 early = _measurePublication(files);
        for (uint256 i; i < 20; ++i) {
            _measurePublication(files);
            vm.prank(publisher);
            hub.createRepository(string.concat("opengradient/", letters(i + 1)), info(), onePayee());
        }
        // Less than one slot more that is read, or than a warm one for each of the twenty.
        vm.assertApproxEqAbs(_measurePublication(files), early, 500, "grows with what is there");
    }

    function _measurePublication(bytes memory files) private returns (uint256 used) {
        address target = address(hub);
        bytes memory call = abi.encodeCall(
            hub.publishRelease,
            (repositoryId, false, true, content(files), noModels(), noPrices())
        );
        vm.prank(publisher);
        uint256 before = gasleft();
        (bool success, ) = target.call(call);
        used = before - gasleft();
        vm.assertTrue(success, "published");
    }

    function _records(uint256 from, uint256 to) private pure returns (bytes memory records) {
        for (uint256 i = from; i < to; ++i) {
            bytes32 id = keccak256(abi.encode(i));
            bytes1 tens = bytes1(uint8(48 + i / 10));
            string memory path = string(abi.encodePacked("weights-0", tens, uint8(48 + (i % 10)), ".bin"));
            records = bytes.concat(records, record(0, 123_456_789, id, keccak256(bytes(path)), path));
        }
    }

    function _calldataGas(bytes memory data) private pure returns (uint256 gas) {
        for (uint256 i; i < data.length; ++i) gas += data[i] == 0 ? 4 : 16;
    }

    function _measureResolve(string memory modelId) private view {
        ModelHub target = hub;
        uint256 before = gasleft();
        target.resolve(modelId);
        _expectBetween(before - gasleft(), _COLD_ACCOUNT + _COLD_SLOT, _RESOLVE_LIMIT);
    }

    /// @dev Less than the minimum would mean that the test warmed something up.
    function _expectBetween(uint256 used, uint256 minimum, uint256 limit) private pure {
        vm.assertGe(used, minimum, "not cold");
        vm.assertLe(used, limit, "too expensive");
    }
}
