// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {IModelHub} from "../../../contracts/models/interfaces/IModelHub.sol";
import {IReleaseCircuits} from "../../../contracts/models/interfaces/IReleaseCircuits.sol";
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
        emit IModelHub.PriceSet(_release, _MODE, true, perCall(100), perCall(lower));
        _setPrice(lower);
        vm.assertEq(hub.priceOf(_release, _MODE), lower, "price");
        _expectTerms(IModelHub.OfferTerms(true, perCall(lower), false, perCall(0), 0));
    }

    function testFuzz_SetPrice_RisesAfterNotice(uint256 price, uint256 wait) public {
        uint128 higher = uint128(bound(price, 101, _MAX_PRICE));
        wait = bound(wait, 0, 3 * _NOTICE);
        vm.expectEmit(address(hub));
        emit IModelHub.PriceChangeAnnounced(_release, _MODE, true, perCall(100), perCall(higher), START + _NOTICE);
        _setPrice(higher);
        _expectTerms(IModelHub.OfferTerms(true, perCall(100), true, perCall(higher), uint40(START + _NOTICE)));

        vm.warp(START + wait);
        vm.assertEq(hub.priceOf(_release, _MODE), wait < _NOTICE ? 100 : higher, "price");
        vm.warp(START + _NOTICE - 1);
        vm.assertEq(hub.priceOf(_release, _MODE), 100, "old price to the last second");
        vm.warp(START + _NOTICE);
        vm.assertEq(hub.priceOf(_release, _MODE), higher, "new price from then on");
        _expectTerms(IModelHub.OfferTerms(true, perCall(higher), false, perCall(0), 0));
    }

    function test_SetPrice_FirstPriceOfAModeActsAtOnce() public {
        vm.expectEmit(address(hub));
        emit IModelHub.PriceSet(_release, InferenceMode.VANILLA, true, perCall(0), perCall(7));
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
                uint256 promised = changed ? seen[j].nextRates.perCall : seen[j].rates.perCall;
                if (seenAt[i] - seenAt[j] < _NOTICE) vm.assertLe(seen[i].rates.perCall, promised, "more than promised");
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

    function test_RevertGiven_OnchainWithoutModel() public {
        vm.expectRevert(
            abi.encodeWithSelector(IModelHub.ModelsModeUnavailable.selector, _release, InferenceMode.ONCHAIN)
        );
        vm.prank(publisher);
        hub.setPrice(_release, InferenceMode.ONCHAIN, 1);
    }

    function test_SetPrice_OnchainWithModel() public {
        IReleaseCircuits.ReleaseModels memory models = oneCircuit(circuit());
        models.executorModelId = keccak256("a model for the EVM");
        models.circuits[0].keyId = 0;
        vm.startPrank(publisher);
        bytes32 executed = hub.publishRelease(repositoryId, false, true, oneFile(IPFS_CID), models, noPrices());
        hub.setPrice(executed, InferenceMode.ONCHAIN, 3);
        vm.assertEq(hub.priceOf(executed, InferenceMode.ONCHAIN), 3, "price");
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsModeUnavailable.selector, executed, InferenceMode.ZK));
        hub.setPrice(executed, InferenceMode.ZK, 1);
        vm.stopPrank();
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
        hub.publishRelease(repositoryId, false, true, oneFile(WALRUS_ID), noModels(), prices);
    }

    // --- setRates, quote --------------------------------------------------------------------------------------

    function testFuzz_SetRates_OffersPerToken(uint256 perCallRate, uint256 perInput, uint256 perOutput) public {
        IModelHub.Rates memory rates = _rates(perCallRate, bound(perInput, 1, _MAX_PRICE), perOutput);
        vm.expectEmit(address(hub));
        emit IModelHub.PriceSet(_release, InferenceMode.VANILLA, true, perCall(0), rates);
        _setRates(InferenceMode.VANILLA, rates);
        vm.assertEq(abi.encode(hub.offerOf(_release, InferenceMode.VANILLA).rates), abi.encode(rates), "rates");
        vm.expectRevert(
            abi.encodeWithSelector(IModelHub.ModelsPricedPerToken.selector, _release, InferenceMode.VANILLA)
        );
        hub.priceOf(_release, InferenceMode.VANILLA);
    }

    function testFuzz_SetRates_AnyRiseTakesTheNotice(uint256 seed) public {
        IModelHub.Rates memory old = _rates(seed % 8, (seed >> 8) % 8, (seed >> 16) % 8);
        IModelHub.Rates memory next = _rates((seed >> 24) % 8, (seed >> 32) % 8, (seed >> 40) % 8);
        _setRates(InferenceMode.VANILLA, old);
        _setRates(InferenceMode.VANILLA, next);
        bool rises = next.perCall > old.perCall || next.perInput > old.perInput || next.perOutput > old.perOutput;
        IModelHub.OfferTerms memory terms = hub.offerOf(_release, InferenceMode.VANILLA);
        vm.assertEq(abi.encode(terms.rates), abi.encode(rises ? old : next), "now");
        if (rises) vm.assertEq(abi.encode(terms.nextRates), abi.encode(next), "announced");
        vm.warp(START + _NOTICE - 1);
        terms = hub.offerOf(_release, InferenceMode.VANILLA);
        vm.assertEq(abi.encode(terms.rates), abi.encode(rises ? old : next), "to the last second");
        vm.warp(START + _NOTICE);
        terms = hub.offerOf(_release, InferenceMode.VANILLA);
        vm.assertEq(abi.encode(terms.rates), abi.encode(next), "a day later");
        vm.assertEq(terms.nextAt, 0, "nothing announced");
    }

    function test_SetRates_BackToPerCallForgetsTokens() public {
        _setRates(InferenceMode.VANILLA, IModelHub.Rates(5, 7, 9));
        vm.prank(publisher);
        hub.setPrice(_release, InferenceMode.VANILLA, 5);
        vm.assertEq(hub.priceOf(_release, InferenceMode.VANILLA), 5, "per call");
        vm.assertEq(hub.quote(_release, InferenceMode.VANILLA, 1e6, 1e6), 5, "whatever the tokens");
    }

    function testFuzz_Quote_RoundsUpToTheUnit(uint256 input, uint256 output, uint256 seed) public {
        input = bound(input, 0, 1e9);
        output = bound(output, 0, 1e9);
        IModelHub.Rates memory rates = _rates(seed, seed >> 64, seed >> 128);
        _setRates(InferenceMode.VANILLA, rates);
        uint256 thousandfold = input * rates.perInput + output * rates.perOutput;
        uint256 tokens = hub.quote(_release, InferenceMode.VANILLA, input, output) - rates.perCall;
        vm.assertGe(1_000 * tokens, thousandfold, "never less");
        vm.assertLe(1_000 * tokens, thousandfold + 999, "never a unit more");
    }

    function test_RevertGiven_QuotedModeIsNotOffered() public {
        _expectNotOfferedError(InferenceMode.VANILLA);
        hub.quote(_release, InferenceMode.VANILLA, 1, 1);
    }

    function testFuzz_RevertWhen_TokenRateIsTooHigh(uint256 rate, bool output) public {
        uint128 tooHigh = uint128(bound(rate, _MAX_PRICE + 1, type(uint128).max));
        IModelHub.Rates memory rates = output ? IModelHub.Rates(1, 2, tooHigh) : IModelHub.Rates(1, tooHigh, 2);
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsPriceTooHigh.selector, tooHigh, _MAX_PRICE));
        vm.prank(publisher);
        hub.setRates(_release, InferenceMode.VANILLA, rates);
    }

    function test_RevertWhen_SettingRatesAsStranger() public {
        expectNotOwner();
        vm.prank(stranger);
        hub.setRates(_release, _MODE, IModelHub.Rates(1, 1, 1));
    }

    // --- removeOffer ------------------------------------------------------------------------------------------

    function test_RemoveOffer_EndsAfterNotice() public {
        vm.expectEmit(address(hub));
        emit IModelHub.PriceChangeAnnounced(_release, _MODE, false, perCall(100), perCall(0), START + _NOTICE);
        vm.prank(publisher);
        hub.removeOffer(_release, _MODE);
        vm.warp(START + _NOTICE - 1);
        vm.assertEq(hub.priceOf(_release, _MODE), 100, "price to the last second");
        vm.warp(START + _NOTICE);
        _expectNotOffered(_MODE);
        hub.priceOf(_release, _MODE);
        _expectTerms(IModelHub.OfferTerms(false, perCall(0), false, perCall(0), 0));
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
        emit IModelHub.PriceSet(_release, _MODE, true, perCall(0), perCall(500));
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

    function _setRates(InferenceMode mode, IModelHub.Rates memory rates) private {
        vm.prank(publisher);
        hub.setRates(_release, mode, rates);
    }

    function _rates(uint256 a, uint256 b, uint256 c) private pure returns (IModelHub.Rates memory) {
        return
            IModelHub.Rates(
                uint128(bound(a, 0, _MAX_PRICE)),
                uint128(bound(b, 0, _MAX_PRICE)),
                uint128(bound(c, 0, _MAX_PRICE))
            );
    }

    function _expectNotOfferedError(InferenceMode mode) private {
        vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsModeNotOffered.selector, _release, mode));
    }
}
