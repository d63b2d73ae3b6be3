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
    uint256 private constant _COLD_ACCOUNT = 2_600;
    uint256 private constant _COLD_SLOT = 2_100;

    bytes32 private _release;

    function setUp() public override {
        super.setUp();
        _release = publishPriced(100);
        string memory part = letters(64);
        vm.startPrank(publisher);
        bytes32 id = hub.createRepository(string.concat(part, "/", part), info(), onePayee());
        hub.publishRelease(id, false, true, oneFile(IPFS_CID), noCircuit(), noPrices());
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
