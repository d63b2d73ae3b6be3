// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {IModelHub} from "../../../contracts/models/interfaces/IModelHub.sol";
import {ModelHubFixture} from "./ModelHubFixture.sol";

contract ModelHubPricesTest is ModelHubFixture {
    uint256 private constant _NOTICE = 1 days;
    uint256 private constant _MAX_PRICE = type(uint96).max;
    InferenceMode private constant _MODE = InferenceMode.TEE;

    bytes32 private _release;

    function setUp() public override {
        super.setUp();
        _release = publishPriced(100);
    }

    // --- setPrice ---------------------------------------------------------------------------------------------

    function testFuzz_SetPrice_FallsAtOnce(uint256 price) public {
        uint128 lower = uint128(bound(price, 0, 100));
        vm.expectEmit(address(hub));
        emit IModelHub.PriceSet(_release, _MODE, true, 100, lower);
        _setPrice(lower);
        vm.assertEq(hub.priceOf(_release, _MODE), lower, "price");
        _expectTerms(IModelHub.OfferTerms(true, lower, false, 0, 0));
    }

    function testFuzz_SetPrice_RisesAfterNotice(uint256 price, uint256 wait) public {
        uint128 higher = uint128(bound(price, 101, _MAX_PRICE));
        wait = bound(wait, 0, 3 * _NOTICE);
        vm.expectEmit(address(hub));
        emit IModelHub.PriceChangeAnnounced(_release, _MODE, true, 100, higher, START + _NOTICE);
        _setPrice(higher);
        _expectTerms(IModelHub.OfferTerms(true, 100, true, higher, uint40(START + _NOTICE)));

        vm.warp(START + wait);
        vm.assertEq(hub.priceOf(_release, _MODE), wait < _NOTICE ? 100 : higher, "price");
        vm.warp(START + _NOTICE - 1);
        vm.assertEq(hub.priceOf(_release, _MODE), 100, "old price to the last second");
        vm.warp(START + _NOTICE);
        vm.assertEq(hub.priceOf(_release, _MODE), higher, "new price from then on");
        _expectTerms(IModelHub.OfferTerms(true, higher, false, 0, 0));
    }

    function test_SetPrice_FirstPriceOfAModeActsAtOnce() public {
        vm.expectEmit(address(hub));
        emit IModelHub.PriceSet(_release, InferenceMode.VANILLA, true, 0, 7);
        vm.prank(publisher);
        hub.setPrice(_release, InferenceMode.VANILLA, 7);
        vm.assertEq(hub.priceOf(_release, InferenceMode.VANILLA), 7, "price");
        vm.assertEq(hub.priceOf(_release, _MODE), 100, "the other mode");
    }

    function test_SetPrice_FreeIsOffered() public {
        _setPrice(0);
        vm.assertEq(hub.priceOf(_release, _MODE), 0, "free");
        vm.assertTrue(hub.offerOf(_release, _MODE).offered, "offered");
        _setPrice(1);
        vm.assertEq(hub.priceOf(_release, _MODE), 0, "free until the notice ends");
    }

    function test_SetPrice_LowerCancelsAnnouncedRise() public {
        _setPrice(200);
        vm.warp(START + _NOTICE - 1);
        _setPrice(90);
        vm.warp(START + 10 * _NOTICE);
        vm.assertEq(hub.priceOf(_release, _MODE), 90, "price");
    }

    function test_SetPrice_SecondRiseStartsItsOwnNotice() public {
        _setPrice(200);
        vm.warp(START + _NOTICE - 1);
        _setPrice(150);
        vm.warp(START + _NOTICE);
        vm.assertEq(hub.priceOf(_release, _MODE), 100, "first rise is replaced");
        vm.warp(START + 2 * _NOTICE - 1);
        vm.assertEq(hub.priceOf(_release, _MODE), 150, "second rise");
        _setPrice(300);
        vm.assertEq(hub.priceOf(_release, _MODE), 150, "the price of today holds");
    }

    /// @dev Any history of changes: whoever reads the terms pays no more than they say for a day.
    function testFuzz_SetPrice_TermsHoldForADay(uint256 seed) public {
        IModelHub.OfferTerms[12] memory seen;
        uint256[12] memory seenAt;
        for (uint256 i; i < 12; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            seenAt[i] = (i == 0 ? START : seenAt[i - 1]) + (random % (_NOTICE / 2));
            vm.warp(seenAt[i]);
            if (random & 1 == 1) _setPrice(uint128(uint8(random >> 8)));
            seen[i] = hub.offerOf(_release, _MODE);
            for (uint256 j; j < i; ++j) {
                bool changed = seen[j].nextAt != 0 && seenAt[i] >= seen[j].nextAt;
                uint256 promised = changed ? seen[j].nextPrice : seen[j].price;
                if (seenAt[i] - seenAt[j] < _NOTICE) vm.assertLe(seen[i].price, promised, "more than promised");
            }
        }
    }

    function test_RevertWhen_SettingPriceAsStranger() public {
        expectNotOwner();
        vm.prank(stranger);
        hub.setPrice(_release, _MODE, 1);
    }

    function testFuzz_RevertWhen_PriceIsTooHigh(uint256 price) public {
        uint128 tooHigh = uint128(bound(price, _MAX_PRICE + 1, type(uint128).max));
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsPriceTooHigh.selector, tooHigh, _MAX_PRICE));
        vm.prank(publisher);
        hub.setPrice(_release, _MODE, tooHigh);
    }

    function test_RevertWhen_ModeIsOnchain() public {
        vm.expectRevert(
            abi.encodeWithSelector(IModelHub.ModelsModeUnavailable.selector, _release, InferenceMode.ONCHAIN)
        );
        vm.prank(publisher);
        hub.setPrice(_release, InferenceMode.ONCHAIN, 1);
    }

    function test_RevertGiven_ZkWithoutCircuit() public {
        bytes32 plain = publish(false, true, IPFS_CID);
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsModeUnavailable.selector, plain, InferenceMode.ZK));
        vm.prank(publisher);
        hub.setPrice(plain, InferenceMode.ZK, 1);
    }

    function test_RevertWhen_PublicationPricesAModeTwice() public {
        IModelHub.ModePrice[] memory prices = new IModelHub.ModePrice[](2);
        prices[0] = IModelHub.ModePrice(_MODE, 1);
        prices[1] = IModelHub.ModePrice(_MODE, 0);
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsDuplicateMode.selector, _MODE));
        vm.prank(publisher);
        hub.publishRelease(repositoryId, false, true, oneFile(WALRUS_ID), noCircuit(), prices);
    }

    // --- removeOffer ------------------------------------------------------------------------------------------

    function test_RemoveOffer_EndsAfterNotice() public {
        vm.expectEmit(address(hub));
        emit IModelHub.PriceChangeAnnounced(_release, _MODE, false, 100, 0, START + _NOTICE);
        vm.prank(publisher);
        hub.removeOffer(_release, _MODE);
        vm.warp(START + _NOTICE - 1);
        vm.assertEq(hub.priceOf(_release, _MODE), 100, "price to the last second");
        vm.warp(START + _NOTICE);
        _expectNotOffered(_MODE);
        hub.priceOf(_release, _MODE);
        _expectTerms(IModelHub.OfferTerms(false, 0, false, 0, 0));
    }

    function test_RemoveOffer_CanBeTakenBack() public {
        vm.startPrank(publisher);
        hub.removeOffer(_release, _MODE);
        hub.setPrice(_release, _MODE, 100);
        vm.stopPrank();
        vm.warp(START + 10 * _NOTICE);
        vm.assertEq(hub.priceOf(_release, _MODE), 100, "price");
    }

    function test_RemoveOffer_CanBeOfferedAgain() public {
        vm.prank(publisher);
        hub.removeOffer(_release, _MODE);
        vm.warp(START + _NOTICE);
        vm.expectEmit(address(hub));
        emit IModelHub.PriceSet(_release, _MODE, true, 0, 500);
        _setPrice(500);
        vm.assertEq(hub.priceOf(_release, _MODE), 500, "price");
    }

    function test_RevertWhen_RemovingAsStranger() public {
        expectNotOwner();
        vm.prank(stranger);
        hub.removeOffer(_release, _MODE);
    }

    function test_RevertGiven_ModeIsNotOffered() public {
        _expectNotOffered(InferenceMode.VANILLA);
        vm.prank(publisher);
        hub.removeOffer(_release, InferenceMode.VANILLA);
    }

    // --- priceOf ----------------------------------------------------------------------------------------------

    function testFuzz_RevertGiven_NothingWasEverOffered(bytes32 id, uint8 mode) public {
        vm.assume(id != _release);
        InferenceMode anyMode = InferenceMode(mode % 4);
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsModeNotOffered.selector, id, anyMode));
        hub.priceOf(id, anyMode);
    }

    // --- Helpers ----------------------------------------------------------------------------------------------

    function _setPrice(uint128 price) private {
        vm.prank(publisher);
        hub.setPrice(_release, _MODE, price);
    }

    function _expectNotOffered(InferenceMode mode) private {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsModeNotOffered.selector, _release, mode));
    }

    function _expectTerms(IModelHub.OfferTerms memory terms) private view {
        vm.assertEq(abi.encode(hub.offerOf(_release, _MODE)), abi.encode(terms), "terms");
    }
}
