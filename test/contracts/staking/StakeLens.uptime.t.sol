// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Attendance} from "../../../contracts/staking/Attendance.sol";
import {IStakeLens} from "../../../contracts/staking/interfaces/IStakeLens.sol";
import {StakeLens} from "../../../contracts/staking/StakeLens.sol";
import {StakingTest} from "./StakingTest.sol";

/// @title What the lens says of an operator's hours
contract StakeLensUptimeTest is StakingTest {
    /// @dev The operator registers at the first second of this hour, which is a full one.
    uint256 private constant HOUR = START / 1 hours;
    uint256 private constant MONTH = 30 * 24;

    StakeLens private lens;
    Attendance private attendance;

    function setUp() public override {
        super.setUp();
        lens = _newLens();
        attendance = Attendance(address(lens.ATTENDANCE()));
    }

    function testFuzz_GivenStranger_NothingIsSaid(address account) external {
        vm.assume(account != OPERATOR);
        _seenBy(WITNESS, account);
        vm.warp(START + 10 days);
        _expect(lens.uptimeOf(account), 0, 0, 0, 0);
    }

    function testFuzz_GivenFreshRegistration_NoHourIsLookedAt(uint256 second, uint256 pause) external {
        second = bound(second, 1, 1 hours - 1);
        vm.warp(START + second);
        _register(ALICE, ALICE, 0);
        _seenBy(WITNESS, ALICE);
        // To the end of the hour in which he registered, and of the first full one.
        vm.warp(block.timestamp + bound(pause, 0, 2 hours - 1 - second));
        _seenBy(WITNESS, ALICE);
        _expect(lens.uptimeOf(ALICE), HOUR + 1, 0, 0, 0);
    }

    /// @dev Hours that random bits say, one heartbeat or check-in in each.
    function testFuzz_GivenSomeTime_CountsFullHoursOnly(uint256 heartbeats, uint256 checkIns, uint256 count) external {
        count = bound(count, 1, 200);
        uint256 heard;
        uint256 checkedIn;
        for (uint256 i = 0; i < count; ++i) {
            vm.warp((HOUR + i) * 1 hours + (heartbeats % 1 hours));
            if ((heartbeats >> i) & 1 == 1) {
                _seenBy(WITNESS, OPERATOR);
                ++heard;
            }
            if ((checkIns >> i) & 1 == 1) {
                _checkIn();
                ++checkedIn;
            }
        }
        vm.warp((HOUR + count) * 1 hours + (checkIns % 1 hours));
        _expect(lens.uptimeOf(OPERATOR), HOUR, count, heard, checkedIn);
    }

    function test_TheRunningHourCountsForNothing() external {
        vm.warp(START + 1 hours);
        _expect(lens.uptimeOf(OPERATOR), HOUR, 1, 0, 0);
        _seenBy(WITNESS, OPERATOR);
        vm.warp(START + 2 hours - 1);
        _expect(lens.uptimeOf(OPERATOR), HOUR, 1, 0, 0);
        vm.warp(START + 2 hours);
        _expect(lens.uptimeOf(OPERATOR), HOUR, 2, 1, 0);
    }

    function test_GivenLongService_CountsTheLastThirtyDays() external {
        vm.assertEq(lens.UPTIME_HOURS(), MONTH, "hours");
        for (uint256 i = 0; i < 2 * MONTH; ++i) {
            vm.warp((HOUR + i) * 1 hours);
            // In the first month always, in the second every third hour.
            if (i < MONTH || i % 3 == 0) _seenBy(WITNESS, OPERATOR);
            if (i == MONTH - 1) _checkIn();
        }
        vm.warp((HOUR + 2 * MONTH) * 1 hours - 1);
        _expect(lens.uptimeOf(OPERATOR), HOUR + MONTH - 1, MONTH, 1 + MONTH / 3, 1);
        vm.warp((HOUR + 2 * MONTH) * 1 hours);
        _expect(lens.uptimeOf(OPERATOR), HOUR + MONTH, MONTH, MONTH / 3, 0);
    }

    function test_GivenExit_CountsUntilThen() external {
        _seenBy(WITNESS, OPERATOR);
        vm.warp(START + 2 hours + 600);
        _seenBy(WITNESS, OPERATOR);
        vm.prank(OPERATOR);
        operators.exit(OPERATOR);
        vm.warp(START + 3 hours);
        // An enclave of his that still sends heartbeats.
        _seenBy(WITNESS, OPERATOR);
        vm.warp(START + 90 days);
        _expect(lens.uptimeOf(OPERATOR), HOUR, 2, 1, 0);
    }

    function test_OtherWitnessesDoNotCount() external {
        _seenBy(ALICE, OPERATOR);
        _seenBy(OPERATOR_KEY, OPERATOR);
        _seenBy(address(lens), OPERATOR);
        vm.warp(START + 1 hours);
        _expect(lens.uptimeOf(OPERATOR), HOUR, 1, 0, 0);
    }

    function test_AnHourCanBeInBothCounts() external {
        _seenBy(WITNESS, OPERATOR);
        _checkIn();
        vm.warp(START + 1 hours);
        _expect(lens.uptimeOf(OPERATOR), HOUR, 1, 1, 1);
    }

    function test_ThePageSaysTheSame() external {
        _seenBy(WITNESS, OPERATOR);
        vm.warp(START + 3 hours);
        _expect(lens.operatorPage(OPERATOR).uptime, HOUR, 3, 1, 0);
        vm.assertEq(lens.WITNESS(), WITNESS, "this witness");
    }

    function _expect(
        IStakeLens.Uptime memory uptime,
        uint256 firstHour,
        uint256 fullHours,
        uint256 heartbeatHours,
        uint256 checkInHours
    ) private pure {
        vm.assertEq(uptime.firstHour, firstHour, "first hour");
        vm.assertEq(uptime.fullHours, fullHours, "full hours");
        vm.assertEq(uptime.heartbeatHours, heartbeatHours, "hours with a heartbeat");
        vm.assertEq(uptime.checkInHours, checkInHours, "hours checked in");
    }

    function _seenBy(address witness, address operator) private {
        vm.prank(witness);
        attendance.attest(operator);
    }

    function _checkIn() private {
        vm.prank(OPERATOR_KEY);
        attendance.checkIn(OPERATOR);
    }
}
