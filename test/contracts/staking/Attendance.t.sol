// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Attendance} from "../../../contracts/staking/Attendance.sol";
import {IAttendance} from "../../../contracts/staking/interfaces/IAttendance.sol";
import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract AttendanceTest is StakingTest {
    uint256 private constant HOUR = START / 1 hours;
    uint256 private constant YEAR = 366 * 24;

    Attendance private attendance;

    function setUp() public override {
        super.setUp();
        attendance = Attendance(create("Attendance", abi.encode(staking)));
    }

    function test_RevertWhen_LedgerHasNoCode() external {
        vm.expectRevert(abi.encodeWithSelector(IAttendance.AttendanceLedgerWithoutCode.selector, ALICE));
        create("Attendance", abi.encode(IStaking(ALICE)));
    }

    // attest

    function test_Attest_WritesTheHour() external {
        vm.expectEmit(address(attendance));
        emit IAttendance.OperatorSeen(ALICE, OPERATOR, HOUR);
        _attest(ALICE, OPERATOR);
        vm.assertEq(attendance.currentHour(), HOUR, "this one");
        vm.assertEq(attendance.hoursSeen(ALICE, OPERATOR, HOUR, HOUR + 1), 1, "written");
        vm.assertEq(_seenEver(ALICE, OPERATOR), 1, "and no other");
    }

    function test_Attest_TwiceInAnHourWritesOnce() external {
        _attest(ALICE, OPERATOR);
        vm.warp((HOUR + 1) * 1 hours - 1);
        _attest(ALICE, OPERATOR);
        vm.assertEq(_seenEver(ALICE, OPERATOR), 1, "the last second is of the same hour");
        vm.warp((HOUR + 1) * 1 hours);
        _attest(ALICE, OPERATOR);
        vm.assertEq(_seenEver(ALICE, OPERATOR), 2, "the next is not");
    }

    function testFuzz_Attest_BooksDoNotMix(address witness, address other, address operator) external {
        vm.assume(witness != other);
        _attest(witness, operator);
        vm.warp(START + 1 hours);
        _attest(other, operator);
        vm.assertEq(attendance.hoursSeen(witness, operator, HOUR, HOUR + 1), 1, "the witness in the first");
        vm.assertEq(attendance.hoursSeen(other, operator, HOUR + 1, HOUR + 2), 1, "the other in the second");
        vm.assertEq(_seenEver(witness, operator), 1, "not in the second");
        vm.assertEq(_seenEver(other, operator), 1, "not in the first");
    }

    function testFuzz_Attest_NeverReverts(address witness, address operator, uint256 time) external {
        vm.warp(bound(time, 0, type(uint64).max));
        _attest(witness, operator);
        _attest(witness, operator);
        vm.assertEq(_seenEver(witness, operator), 1, "written");
    }

    // checkIn

    function testFuzz_RevertWhen_OperatorIsUnknown(address operator) external {
        vm.assume(operator != OPERATOR);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IAttendance.AttendanceOperatorUnknown.selector, operator));
        attendance.checkIn(operator);
    }

    function test_RevertGiven_OperatorLeft() external {
        vm.prank(OPERATOR);
        operators.exit(OPERATOR);
        vm.warp(START + 5);
        vm.prank(OPERATOR);
        vm.expectRevert(abi.encodeWithSelector(IAttendance.AttendanceOperatorExited.selector, OPERATOR, START));
        attendance.checkIn(OPERATOR);
    }

    function testFuzz_RevertWhen_CallerIsAStranger(address caller) external {
        vm.assume(caller != OPERATOR && caller != OPERATOR_KEY);
        _expectUnauthorized(caller);
    }

    function test_RevertGiven_KeyIsNotInForceYet() external {
        _rotate(IOperators.Account.SIGNING_KEY, ALICE);
        _rotate(IOperators.Account.OWNER, BOB);
        _expectUnauthorized(ALICE);
        _expectUnauthorized(BOB);
    }

    function test_RevertGiven_KeyWasReplaced() external {
        _rotate(IOperators.Account.SIGNING_KEY, ALICE);
        vm.warp(START + 2 days);
        operators.applyRotation(OPERATOR, IOperators.Account.SIGNING_KEY);
        _expectUnauthorized(OPERATOR_KEY);
    }

    function test_CheckIn_ByOperatorOwnerAndKey() external {
        _rotate(IOperators.Account.OWNER, BOB);
        vm.warp(START + 2 days);
        operators.applyRotation(OPERATOR, IOperators.Account.OWNER);
        address[3] memory callers = [OPERATOR, BOB, OPERATOR_KEY];
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.warp(block.timestamp + 1 hours);
            vm.expectEmit(address(attendance));
            emit IAttendance.OperatorSeen(OPERATOR, OPERATOR, block.timestamp / 1 hours);
            vm.prank(callers[i]);
            attendance.checkIn(OPERATOR);
            vm.assertEq(_seenEver(OPERATOR, OPERATOR), i + 1, "in the operator's book");
        }
        vm.assertEq(_seenEver(BOB, OPERATOR), 0, "not in the caller's");
    }

    function test_CheckIn_TwiceInAnHourWritesOnce() external {
        vm.prank(OPERATOR);
        attendance.checkIn(OPERATOR);
        vm.prank(OPERATOR_KEY);
        attendance.checkIn(OPERATOR);
        vm.assertEq(_seenEver(OPERATOR, OPERATOR), 1, "one hour");
    }

    function test_CheckIn_WhileJailed() external {
        vm.prank(SLASHER);
        operators.jail(OPERATOR, START + 1 days);
        vm.prank(OPERATOR);
        attendance.checkIn(OPERATOR);
        vm.assertEq(_seenEver(OPERATOR, OPERATOR), 1, "he is there");
    }

    // hoursSeen

    /// @dev Against a count hour by hour, over hours that a random number says, across three words.
    function testFuzz_HoursSeen_AreThoseWritten(uint256 pattern, uint256 fromHour, uint256 toHour) external {
        uint256 begin = (HOUR >> 8) << 8;
        uint256 end = begin + 600;
        fromHour = bound(fromHour, begin - 20, end + 20);
        toHour = bound(toHour, begin - 20, end + 20);
        uint256 expected;
        for (uint256 hour = begin; hour < end; ++hour) {
            // Every sixteenth bit pattern is dense, every other thin.
            bool there = (pattern >> (hour % 251)) & 1 == 1 && (pattern & 0xf == 0 || hour % 7 == 0);
            if (!there) continue;
            vm.warp(hour * 1 hours + (pattern % 1 hours));
            _attest(ALICE, OPERATOR);
            if (hour >= fromHour && hour < toHour) ++expected;
        }
        vm.warp(end * 1 hours);
        vm.assertEq(attendance.hoursSeen(ALICE, OPERATOR, fromHour, toHour), expected, "one by one");
    }

    function test_HoursSeen_AtTheEdgesOfWords() external {
        uint256 begin = ((HOUR >> 8) + 1) << 8;
        for (uint256 hour = begin - 1; hour < begin + 257; ++hour) {
            vm.warp(hour * 1 hours);
            _attest(ALICE, OPERATOR);
        }
        vm.assertEq(attendance.hoursSeen(ALICE, OPERATOR, begin, begin + 256), 256, "a full word");
        vm.assertEq(attendance.hoursSeen(ALICE, OPERATOR, begin - 1, begin), 1, "the last of one");
        vm.assertEq(attendance.hoursSeen(ALICE, OPERATOR, begin, begin + 1), 1, "the first of one");
        vm.assertEq(attendance.hoursSeen(ALICE, OPERATOR, begin + 255, begin + 257), 2, "both sides of an edge");
        vm.assertEq(attendance.hoursSeen(ALICE, OPERATOR, begin + 1, begin + 255), 254, "without the edges");
        vm.assertEq(attendance.hoursSeen(ALICE, OPERATOR, begin - 300, begin + 257), 258, "with all around");
        vm.assertEq(attendance.hoursSeen(ALICE, OPERATOR, begin - 256, begin - 1), 0, "before");
    }

    function test_HoursSeen_EndWithTheRunningHour() external {
        _attest(ALICE, OPERATOR);
        vm.assertEq(attendance.hoursSeen(ALICE, OPERATOR, HOUR, type(uint256).max), 1, "the running one");
        vm.assertEq(attendance.hoursSeen(ALICE, OPERATOR, HOUR + 1, type(uint256).max), 0, "none to come");
        // A clock that goes back exists in tests only; it shows that what lies ahead is left out.
        vm.warp(START - 1 hours);
        vm.assertEq(attendance.hoursSeen(ALICE, OPERATOR, 0, HOUR + 1), 0, "to come");
    }

    function test_HoursSeen_LookAtALeapYear() external {
        _attest(ALICE, OPERATOR);
        vm.warp(START + (YEAR - 1) * 1 hours);
        vm.assertEq(attendance.MAX_HOURS(), YEAR, "in hours");
        vm.assertEq(_seenEver(ALICE, OPERATOR), 1, "just within");
        vm.warp(START + YEAR * 1 hours);
        vm.assertEq(_seenEver(ALICE, OPERATOR), 0, "just without");
        vm.assertEq(attendance.hoursSeen(ALICE, OPERATOR, 0, HOUR + 1), 1, "by its range");
    }

    function testFuzz_HoursSeen_NoneInAnEmptyRange(uint256 fromHour, uint256 toHour) external {
        _attest(ALICE, OPERATOR);
        if (fromHour < toHour) (fromHour, toHour) = (toHour, fromHour);
        vm.assertEq(attendance.hoursSeen(ALICE, OPERATOR, fromHour, toHour), 0, "nothing to look at");
    }

    function testFuzz_HoursSeen_NoneOfAnother(address witness, address operator) external {
        vm.assume(witness != ALICE || operator != OPERATOR);
        _attest(ALICE, OPERATOR);
        vm.assertEq(_seenEver(witness, operator), 0, "another book");
    }

    // Helpers

    function _attest(address witness, address operator) private {
        vm.prank(witness);
        attendance.attest(operator);
    }

    function _rotate(IOperators.Account account, address next) private {
        vm.prank(OPERATOR);
        operators.requestRotation(OPERATOR, account, next);
    }

    function _expectUnauthorized(address caller) private {
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAttendance.AttendanceCallerUnauthorized.selector, caller, OPERATOR));
        attendance.checkIn(OPERATOR);
    }

    function _seenEver(address witness, address operator) private view returns (uint256) {
        return attendance.hoursSeen(witness, operator, 0, type(uint256).max);
    }
}
