// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {IAcceptedTerms} from "../../../contracts/tee/interfaces/IAcceptedTerms.sol";
import {ICodeReleases} from "../../../contracts/tee/interfaces/ICodeReleases.sol";
import {IHardwarePolicy} from "../../../contracts/tee/interfaces/IHardwarePolicy.sol";
import {EnclaveRegistryTest} from "./EnclaveRegistryTest.sol";

contract CodeReleasesTest is EnclaveRegistryTest {
    bytes32 private constant OTHER = "other";

    function test_Accept_StoresTheRelease() public {
        ICodeReleases.CodeRelease memory release = _other();
        vm.expectEmit(address(policy));
        emit ICodeReleases.ReleaseAccepted(OTHER, 3, release);
        policy.acceptRelease(release);
        (ICodeReleases.CodeRelease memory stored, ICodeReleases.ReleaseTerms memory terms) = policy.releaseOf(OTHER);
        vm.assertEq(keccak256(abi.encode(stored)), keccak256(abi.encode(release)), "content");
        vm.assertEq(terms.acceptedAtVersion, 3, "version");
        vm.assertEq(terms.profiles, 1, "the first profile");
        vm.assertEq(policy.releaseCount(), 2, "count");
        vm.assertEq(policy.measurementAt(1), OTHER, "listed");
    }

    function test_Accept_AgainWithoutInterruptionKeepsItsVersion() public {
        policy.acceptRelease(_release(profileId));
        (, ICodeReleases.ReleaseTerms memory terms) = policy.releaseOf(MEASUREMENT);
        vm.assertEq(terms.acceptedAtVersion, 2, "accepted since then");
        vm.assertEq(policy.policyVersion(), 3, "but the policy changed");
    }

    function test_Accept_AfterItsEndTakesANewVersion() public {
        vm.prank(GUARDIAN);
        policy.deprecateRelease(MEASUREMENT, START + 10);
        vm.warp(START + 10);
        policy.acceptRelease(_release(profileId));
        (, ICodeReleases.ReleaseTerms memory terms) = policy.releaseOf(MEASUREMENT);
        vm.assertEq(terms.acceptedAtVersion, 4, "interrupted");
        vm.assertEq(terms.sunset, 0, "no end");
    }

    function test_RevertWhen_AcceptCallerIsNotAdmin() public {
        ICodeReleases.CodeRelease memory release = _other();
        vm.prank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, GUARDIAN));
        policy.acceptRelease(release);
    }

    function test_RevertGiven_MeasurementWasRevoked() public {
        vm.prank(GUARDIAN);
        policy.revokeRelease(MEASUREMENT, START, "backdoor");
        _expectRefused(
            _release(profileId),
            abi.encodeWithSelector(ICodeReleases.CodeReleaseIsRevoked.selector, MEASUREMENT)
        );
    }

    function test_RevertGiven_MeasurementWasRevokedBeforehand() public {
        vm.prank(GUARDIAN);
        policy.revokeRelease(OTHER, START, "never accept this");
        _expectRefused(_other(), abi.encodeWithSelector(ICodeReleases.CodeReleaseIsRevoked.selector, OTHER));
    }

    function test_RevertWhen_MeasurementOrCommitIsZero() public {
        ICodeReleases.CodeRelease memory release = _other();
        release.measurementId = 0;
        _expectRefused(
            release,
            abi.encodeWithSelector(ICodeReleases.CodeReleaseIncomplete.selector, 0, release.sourceCommit)
        );
        release = _other();
        release.sourceCommit = 0;
        _expectRefused(release, abi.encodeWithSelector(ICodeReleases.CodeReleaseIncomplete.selector, OTHER, 0));
    }

    function test_RevertWhen_ATextIsEmptyOrTooLong() public {
        ICodeReleases.CodeRelease memory release = _other();
        release.name = "";
        _expectRefused(release, abi.encodeWithSelector(ICodeReleases.CodeReleaseTextLength.selector, "", 64));
        release = _other();
        release.version = "";
        _expectRefused(release, abi.encodeWithSelector(ICodeReleases.CodeReleaseTextLength.selector, "", 64));
        release = _other();
        release.uri = string(new bytes(257));
        _expectRefused(release, abi.encodeWithSelector(ICodeReleases.CodeReleaseTextLength.selector, release.uri, 256));
    }

    function testFuzz_RevertWhen_RolesAreEmptyOrUnknown(uint8 roles) public {
        roles = roles & OperatorRoles.ALL == 0 ? 0 : roles | 0x80;
        ICodeReleases.CodeRelease memory release = _other();
        release.roles = roles;
        _expectRefused(
            release,
            abi.encodeWithSelector(ICodeReleases.CodeReleaseRolesInvalid.selector, roles, OperatorRoles.ALL)
        );
    }

    function test_RevertWhen_ProfilesAreMissingTooManyOrUnknown() public {
        ICodeReleases.CodeRelease memory release = _other();
        release.profileIds = new bytes32[](0);
        _expectRefused(release, abi.encodeWithSelector(ICodeReleases.CodeReleaseProfileCount.selector, 0, 16));
        release.profileIds = new bytes32[](17);
        _expectRefused(release, abi.encodeWithSelector(ICodeReleases.CodeReleaseProfileCount.selector, 17, 16));
        release.profileIds = new bytes32[](1);
        _expectRefused(release, abi.encodeWithSelector(IAcceptedTerms.AcceptedTermsUnknownProfile.selector, 0));
    }

    function testFuzz_RevertWhen_TheEndIsNotAfterBeginAndNow(uint40 activeFrom, uint40 sunset) public {
        sunset = uint40(bound(sunset, 1, type(uint40).max));
        if (sunset > START) activeFrom = uint40(bound(activeFrom, sunset, type(uint40).max));
        ICodeReleases.CodeRelease memory release = _other();
        release.activeFrom = activeFrom;
        release.sunset = sunset;
        _expectRefused(
            release,
            abi.encodeWithSelector(ICodeReleases.CodeReleaseTimesInvalid.selector, activeFrom, sunset, START)
        );
    }

    function test_Revoke_MovesTheTimeBack() public {
        vm.startPrank(GUARDIAN);
        policy.revokeRelease(MEASUREMENT, START - 10, "backdoor");
        vm.expectEmit(address(policy));
        emit ICodeReleases.ReleaseRevoked(MEASUREMENT, 4, START - 20, "older than we knew");
        policy.revokeRelease(MEASUREMENT, START - 20, "older than we knew");
        vm.expectRevert(
            abi.encodeWithSelector(IHardwarePolicy.HardwarePolicySinceInvalid.selector, START - 20, START - 21)
        );
        policy.revokeRelease(MEASUREMENT, START - 20, "again");
        vm.stopPrank();
    }

    function testFuzz_RevertWhen_RevokedSinceZeroOrTheFuture(uint40 since) public {
        since = since % 2 == 0 ? 0 : uint40(bound(since, START + 1, type(uint40).max));
        vm.prank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(IHardwarePolicy.HardwarePolicySinceInvalid.selector, since, START));
        policy.revokeRelease(MEASUREMENT, since, "backdoor");
    }

    function test_RevertWhen_RevokedMeasurementIsZero() public {
        vm.prank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(ICodeReleases.CodeReleaseIncomplete.selector, 0, 0));
        policy.revokeRelease(0, START, "backdoor");
    }

    function test_RevertWhen_RemoverIsNotGuardian() public {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER);
        vm.startPrank(STRANGER);
        vm.expectRevert(refusal);
        policy.revokeRelease(MEASUREMENT, START, "backdoor");
        vm.expectRevert(refusal);
        policy.deprecateRelease(MEASUREMENT, START);
        vm.stopPrank();
    }

    function test_Deprecate_AnnouncesAnEndAndOnlyMovesItForward() public {
        vm.startPrank(GUARDIAN);
        policy.deprecateRelease(MEASUREMENT, START + 10);
        vm.expectRevert(
            abi.encodeWithSelector(IHardwarePolicy.HardwarePolicySunsetInvalid.selector, START + 11, START, START + 10)
        );
        policy.deprecateRelease(MEASUREMENT, START + 11);
        policy.deprecateRelease(MEASUREMENT, START);
        vm.stopPrank();
        (, ICodeReleases.ReleaseTerms memory terms) = policy.releaseOf(MEASUREMENT);
        vm.assertEq(terms.sunset, START, "sunset");
    }

    function test_RevertGiven_DeprecatedReleaseIsNotAccepted() public {
        vm.prank(GUARDIAN);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICodeReleases.CodeReleaseNotAccepted.selector,
                OTHER,
                ICodeReleases.ReleaseStatus.NONE
            )
        );
        policy.deprecateRelease(OTHER, START);
    }

    function _other() private view returns (ICodeReleases.CodeRelease memory release) {
        release = _release(profileId);
        release.measurementId = OTHER;
    }

    function _expectRefused(ICodeReleases.CodeRelease memory release, bytes memory revertData) private {
        vm.expectRevert(revertData);
        policy.acceptRelease(release);
    }
}
