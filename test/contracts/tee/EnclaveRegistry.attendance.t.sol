// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {IAttendance} from "../../../contracts/staking/interfaces/IAttendance.sol";
import {Attendance} from "../../../contracts/staking/Attendance.sol";
import {IAttestationVerifier} from "../../../contracts/tee/interfaces/IAttestationVerifier.sol";
import {ICodeReleases} from "../../../contracts/tee/interfaces/ICodeReleases.sol";
import {IEnclaveRegistry} from "../../../contracts/tee/interfaces/IEnclaveRegistry.sol";
import {EnclaveRegistryTest} from "./EnclaveRegistryTest.sol";

/// @title Which heartbeats are written into the book of hours
contract EnclaveRegistryAttendanceTest is EnclaveRegistryTest {
    uint256 private constant HOUR = START / 1 hours;

    function test_RevertWhen_AttendanceHasNoCode() external {
        attendance = Attendance(STRANGER);
        IEnclaveRegistry.RegistryConfig memory config = enclaves.config();
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveAttendanceWithoutCode.selector, STRANGER));
        _newRegistry(address(manager), address(standing), new IAttestationVerifier[](0), config);
    }

    function test_Heartbeat_WritesTheHour() external {
        bytes32 enclaveId = _register();
        vm.assertEq(_hoursSeen(), 0, "a registration is no heartbeat");
        vm.warp(START + 2 hours);
        bytes memory signature = _heartbeat(KEY, enclaveId, START + 1 hours);
        vm.expectEmit(address(attendance));
        emit IAttendance.OperatorSeen(address(enclaves), OPERATOR, HOUR + 2);
        vm.prank(STRANGER);
        enclaves.heartbeat(enclaveId, START + 1 hours, signature);
        vm.assertEq(_hoursSeen(), 1, "signed an hour ago, written when it arrived");
        vm.assertEq(address(enclaves.attendance()), address(attendance), "in this book");
    }

    function testFuzz_Heartbeat_WritesEveryHourOnce(uint256 pauses) external {
        bytes32 enclaveId = _register();
        uint256 expected;
        uint256 last = HOUR;
        for (uint256 i = 0; i < 16; ++i) {
            // 1 second to 3 hours.
            uint256 time = block.timestamp + 1 + ((pauses >> (i * 16)) % 3 hours);
            vm.warp(time);
            _beat(enclaveId, time);
            if (time / 1 hours != last || i == 0) ++expected;
            last = time / 1 hours;
        }
        vm.assertEq(_hoursSeen(), expected, "the hours that have one");
    }

    function testFuzz_Heartbeat_OfLongAgoWritesNothing(uint256 timestamp) external {
        bytes32 enclaveId = _register();
        vm.warp(START + 5 days);
        timestamp = bound(timestamp, START + 1, START + 5 days - 1 hours - 1);
        _beat(enclaveId, timestamp);
        vm.assertEq(_hoursSeen(), 0, "too old for this hour");
        vm.assertEq(enclaves.enclaveOf(enclaveId).lastSeen, timestamp, "but it lives");
    }

    function test_RevertWhen_SignatureIsWrongNothingIsWritten() external {
        bytes32 enclaveId = _register();
        vm.warp(START + 1 hours);
        bytes memory signature = _heartbeat(KEY + 1, enclaveId, START + 1 hours);
        vm.expectRevert(
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveSignatureInvalid.selector, vm.addr(KEY), vm.addr(KEY + 1))
        );
        enclaves.heartbeat(enclaveId, START + 1 hours, signature);
        vm.assertEq(_hoursSeen(), 0, "undone with the rest");
    }

    function test_RevertGiven_EnclaveIsRevokedNothingIsWritten() external {
        bytes32 enclaveId = _register();
        vm.prank(OPERATOR);
        enclaves.revokeEnclave(enclaveId);
        vm.warp(START + 1 hours);
        bytes memory signature = _heartbeat(KEY, enclaveId, START + 1 hours);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveIsRevoked.selector, enclaveId));
        enclaves.heartbeat(enclaveId, START + 1 hours, signature);
        vm.assertEq(_hoursSeen(), 0, "nothing");
    }

    function test_Heartbeat_WritesNothingBeforeItIsInForce() external {
        standing.setStake(OPERATOR, STAKE_WITHOUT_DELAY - 1);
        bytes32 enclaveId = _register();
        vm.warp(START + VALIDITY_DELAY - 1);
        _beat(enclaveId, block.timestamp);
        vm.assertEq(_hoursSeen(), 0, "a second too early");
        vm.warp(START + VALIDITY_DELAY);
        _beat(enclaveId, block.timestamp);
        vm.assertEq(_hoursSeen(), 1, "in time");
    }

    function test_Heartbeat_WritesNothingAfterExpiry() external {
        bytes32 enclaveId = _register();
        vm.warp(START + 30 days + 1);
        _beat(enclaveId, START + 30 days);
        vm.assertEq(_hoursSeen(), 0, "signed in time, but expired now");
    }

    function test_Heartbeat_WritesNothingWhileTheProfileIsSuspended() external {
        bytes32 enclaveId = _register();
        vm.warp(START + 1 hours);
        vm.prank(GUARDIAN);
        policy.suspendProfile(profileId, START + 1 hours, "flaw");
        _beat(enclaveId, START + 1 hours - 1);
        vm.assertEq(_hoursSeen(), 0, "signed before, but suspended now");
    }

    function test_Heartbeat_WritesNothingAfterAnInterruption() external {
        bytes32 enclaveId = _register();
        vm.prank(GUARDIAN);
        policy.suspendProfile(profileId, START, "flaw");
        policy.acceptProfile(_profile());
        vm.warp(START + 1 hours);
        _beat(enclaveId, START + 1 hours);
        vm.assertEq(_hoursSeen(), 0, "its key may have been extracted");
    }

    function test_Heartbeat_WritesNothingOfARevokedRelease() external {
        bytes32 enclaveId = _register();
        vm.prank(GUARDIAN);
        policy.revokeRelease(MEASUREMENT, START, "backdoor");
        vm.warp(START + 1 hours);
        _beat(enclaveId, START + 1 hours);
        vm.assertEq(_hoursSeen(), 0, "nothing");
    }

    function test_Heartbeat_WritesNothingAfterAnAnnouncedEnd() external {
        bytes32 enclaveId = _register();
        vm.prank(GUARDIAN);
        policy.deprecateRelease(MEASUREMENT, START + 2 days);
        vm.warp(START + 2 days - 1);
        _beat(enclaveId, block.timestamp);
        vm.assertEq(_hoursSeen(), 1, "until then");
        vm.warp(START + 2 days + 1 hours);
        _beat(enclaveId, block.timestamp);
        vm.assertEq(_hoursSeen(), 1, "not later");
    }

    function test_Heartbeat_AsksForNoRole() external {
        bytes32 enclaveId = _register();
        ICodeReleases.CodeRelease memory release = _release(profileId);
        release.roles = OperatorRoles.JUDGE;
        policy.acceptRelease(release);
        vm.warp(START + 1 hours);
        _beat(enclaveId, START + 1 hours);
        vm.assertEq(_hoursSeen(), 1, "a judge");
    }

    function test_Heartbeat_OfTwoEnclavesWritesOnce() external {
        bytes32 first = _register();
        vm.roll(block.number + 1);
        bytes32 second = _registerEnclave(OPERATOR, KEY + 1, profileId);
        vm.warp(START + 1 hours);
        _beat(first, START + 1 hours);
        enclaves.heartbeat(second, START + 1 hours, _heartbeat(KEY + 1, second, START + 1 hours));
        vm.assertEq(_hoursSeen(), 1, "one operator, one hour");
    }

    function _beat(bytes32 enclaveId, uint256 timestamp) private {
        enclaves.heartbeat(enclaveId, timestamp, _heartbeat(KEY, enclaveId, timestamp));
    }

    function _hoursSeen() private view returns (uint256) {
        return attendance.hoursSeen(address(enclaves), OPERATOR, 0, type(uint256).max);
    }
}
