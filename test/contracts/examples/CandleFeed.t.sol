// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Base} from "../Base.sol";
import {CandleFeed} from "../../../contracts/examples/CandleFeed.sol";

contract CandleFeedTest is Base {
    CandleFeed internal feed;

    function setUp() external {
        feed = CandleFeed(create("CandleFeed", abi.encode(address(this))));
    }

    function testFuzz_RevertWhen_CallerIsNotTheReporter(address caller) external {
        vm.assume(caller != address(this));
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(CandleFeed.FeedUnauthorizedReporter.selector, caller, address(this)));
        feed.report(new CandleFeed.Candle[](0));
    }

    function test_RevertWhen_HourIsNotNewer() external {
        feed.report(_flat(100, 1));
        vm.expectRevert(abi.encodeWithSelector(CandleFeed.FeedHourNotNewer.selector, 100, 100));
        feed.report(_flat(100, 1));
    }

    function testFuzz_RevertWhen_PricesAreInvalid(uint64 high, uint64 low, uint64 close) external {
        vm.assume(low == 0 || close < low || high < close);
        CandleFeed.Candle[] memory candles = new CandleFeed.Candle[](1);
        candles[0] = CandleFeed.Candle({hour: 1, high: high, low: low, close: close});
        vm.expectRevert(abi.encodeWithSelector(CandleFeed.FeedPricesInvalid.selector, high, low, close));
        feed.report(candles);
    }

    function test_RevertWhen_ReportIsTooLong() external {
        vm.expectRevert(abi.encodeWithSelector(CandleFeed.FeedReportTooLong.selector, 49, 48));
        feed.report(_flat(1, 49));
    }

    function test_WhenAnHourIsMissing() external {
        feed.report(_flat(1, 24));
        feed.features();
        feed.report(_flat(26, 1));
        vm.expectRevert(abi.encodeWithSelector(CandleFeed.FeedHistoryTooShort.selector, 1, 24));
        feed.features();
    }

    function testFuzz_RevertGiven_HistoryIsShort(uint8 count) external {
        count = uint8(bound(count, 0, 23));
        feed.report(_flat(1, count));
        vm.expectRevert(abi.encodeWithSelector(CandleFeed.FeedHistoryTooShort.selector, count, 24));
        feed.features();
    }

    function testFuzz_FeaturesEqualDefinition(uint256 seed, uint8 extra) external {
        uint256 count = 24 + bound(extra, 0, 24);
        CandleFeed.Candle[] memory candles = new CandleFeed.Candle[](count);
        for (uint256 i = 0; i < count; i++) {
            candles[i] = _random(uint256(keccak256(abi.encode(seed, i))), uint32(1 + i));
        }
        feed.report(candles);
        uint256[] memory features = feed.features();

        uint256[8] memory expected;
        uint256 sum = 0;
        for (uint256 i = 1; i <= 24; i++) {
            CandleFeed.Candle memory candle = candles[count - i];
            uint256 range = _relative(candle.high, candle.low);
            sum += range;
            if (range > expected[6]) expected[6] = range;
            if (i <= 2) expected[i - 1] = range;
            if (i == 3) expected[2] = sum / 3;
            if (i == 6) expected[3] = sum / 6;
            if (i == 12) expected[4] = sum / 12;
            if (i == 24) expected[5] = sum / 24;
        }
        expected[7] = _relative(candles[count - 1].close, candles[count - 2].close);
        for (uint256 i = 0; i < 8; i++) {
            vm.assertEq(features[i], expected[i], "a feature differs from its definition");
        }
    }

    function _flat(uint32 firstHour, uint256 count) private pure returns (CandleFeed.Candle[] memory candles) {
        candles = new CandleFeed.Candle[](count);
        for (uint256 i = 0; i < count; i++) {
            candles[i] = CandleFeed.Candle({hour: firstHour + uint32(i), high: 100, low: 100, close: 100});
        }
    }

    function _random(uint256 seed, uint32 hour) private pure returns (CandleFeed.Candle memory) {
        uint64 low = uint64(bound(uint64(seed), 1, type(uint64).max / 2));
        // Small ranges are what markets show; the cap is reached now and then.
        uint64 high = low + uint64(bound(uint64(seed >> 64), 0, low / 20));
        uint64 close = low + uint64(bound(uint64(seed >> 128), 0, high - low));
        return CandleFeed.Candle({hour: hour, high: high, low: low, close: close});
    }

    function _relative(uint256 a, uint256 b) private pure returns (uint256) {
        uint256 units = ((a > b ? a - b : b - a) * 1e5) / b;
        return units > 4095 ? 4095 : units;
    }
}
