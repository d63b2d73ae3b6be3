// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {EnclaveRegistry} from "../../../contracts/tee/EnclaveRegistry.sol";
import {IAttestationGate} from "../../../contracts/tee/interfaces/IAttestationGate.sol";
import {IAttestationVerifier} from "../../../contracts/tee/interfaces/IAttestationVerifier.sol";
import {ICodeReleases} from "../../../contracts/tee/interfaces/ICodeReleases.sol";
import {IEnclaveRegistry} from "../../../contracts/tee/interfaces/IEnclaveRegistry.sol";
import {IHardwarePolicy} from "../../../contracts/tee/interfaces/IHardwarePolicy.sol";
import {EnclaveRegistry__Harness} from "../../mocks/EnclaveRegistry__Harness.sol";
import {EnclaveRegistryTest} from "./EnclaveRegistryTest.sol";

contract EnclaveRegistryUseTest is EnclaveRegistryTest {
    uint256 private constant INTERVAL = 7 days;
    /// @dev All slots are warm here; three cold reads add 6,000. The call itself is in it.
    uint256 private constant WARM_USE_GAS_LIMIT = 3_100;
    uint256 private constant MANY = 10_000;

    // -------------------------------------------------- isUsable ------------------------------------------------

    function testFuzz_IsUsable_OnlyInTheRolesOfProfileAndRelease(uint8 roles, uint8 released) public {
        bytes32 enclaveId = _register();
        ICodeReleases.CodeRelease memory release = _release(profileId);
        release.roles = uint8(bound(released, 1, OperatorRoles.ALL));
        policy.acceptRelease(release);
        bool expected = roles != 0 && roles & ~(ROLES & release.roles) == 0;
        vm.assertTrue(enclaves.isUsable(enclaveId, roles, START) == expected, "roles of both only");
    }

    function testFuzz_IsUsable_OnlyWhileAlive(uint256 at) public {
        bytes32 enclaveId = _register();
        bool expected = at >= START && at <= START + INTERVAL;
        vm.assertTrue(enclaves.isUsable(enclaveId, ROLES, at) == expected, "registered to last seen + interval");
    }

    function test_IsUsable_NotAfterExpiry() public {
        bytes32 enclaveId = _register();
        vm.warp(START + 30 days);
        enclaves.heartbeat(enclaveId, START + 30 days, _heartbeat(KEY, enclaveId, START + 30 days));
        vm.assertTrue(enclaves.isUsable(enclaveId, ROLES, START + 30 days), "last second");
        vm.assertFalse(enclaves.isUsable(enclaveId, ROLES, START + 30 days + 1), "expired");
    }

    function testFuzz_IsUsable_BeforeACompromiseOnly(uint40 since, uint40 at, bool ofProfile) public {
        bytes32 enclaveId = _register();
        vm.warp(START + 2 days);
        since = uint40(bound(since, 1, START + 2 days));
        at = uint40(bound(at, START, START + 2 days));
        vm.prank(GUARDIAN);
        if (ofProfile) policy.suspendProfile(profileId, since, "flaw");
        else policy.revokeRelease(MEASUREMENT, since, "backdoor");
        vm.assertTrue(enclaves.isUsable(enclaveId, ROLES, at) == (at < since), "work before it still counts");
        vm.assertEq(enclaves.compromisedSince(enclaveId), since, "for results accepted before");
    }

    function test_IsUsable_NotRevivedByReacceptance() public {
        bytes32 enclaveId = _register();
        vm.prank(GUARDIAN);
        policy.suspendProfile(profileId, START, "flaw");
        policy.acceptProfile(_profile());
        vm.assertFalse(enclaves.isUsable(enclaveId, ROLES, START), "the key may have been extracted");
        vm.roll(block.number + 1);
        bytes32 fresh = _registerEnclave(OPERATOR, KEY + 1, profileId);
        vm.assertTrue(enclaves.isUsable(fresh, ROLES, START), "a new key counts");
        vm.assertEq(enclaves.compromisedSince(fresh), 0, "and is not concerned");
        vm.assertEq(enclaves.compromisedSince(enclaveId), START, "the old one is");
    }

    function testFuzz_IsUsable_UntilAnAnnouncedEndAndADay(uint40 at, uint40 now_, bool ofProfile) public {
        bytes32 enclaveId = _register();
        uint40 end = START + 2 days;
        vm.prank(GUARDIAN);
        if (ofProfile) policy.deprecateProfile(profileId, end);
        else policy.deprecateRelease(MEASUREMENT, end);
        now_ = uint40(bound(now_, START, START + INTERVAL));
        at = uint40(bound(at, START, now_));
        vm.warp(now_);
        vm.assertTrue(
            enclaves.isUsable(enclaveId, ROLES, at) == (at < end && now_ < end + 1 days),
            "done before the end, brought within a day of it"
        );
    }

    function test_IsUsable_SurvivesAnAmendmentOfItsRelease() public {
        bytes32 enclaveId = _register();
        ICodeReleases.CodeRelease memory release = _release(profileId);
        release.uri = "https://example.org/moved";
        policy.acceptRelease(release);
        vm.assertTrue(enclaves.isUsable(enclaveId, ROLES, START), "nothing was interrupted");
    }

    function test_IsUsable_NotOnceItsProfileIsTakenFromTheRelease() public {
        bytes32 enclaveId = _register();
        IHardwarePolicy.HardwareProfile memory other = _profile();
        other.name = "Another";
        policy.acceptRelease(_release(policy.acceptProfile(other)));
        vm.assertFalse(enclaves.isUsable(enclaveId, ROLES, START), "not on this hardware any more");
    }

    function test_IsUsable_StaleCollateralKillsNobody() public {
        bytes32 enclaveId = _register();
        vm.warp(START + 5 days);
        vm.prank(GUARDIAN);
        enclaves.pauseRegistrations("collateral is stale");
        vm.assertTrue(enclaves.isUsable(enclaveId, ROLES, START + 5 days), "registered enclaves go on");
    }

    function test_IsUsable_CostsThreeReads() public {
        bytes32 enclaveId = _register();
        enclaves.operatorOf(enclaveId);
        uint256 before = gasleft();
        enclaves.isUsable(enclaveId, ROLES, START);
        vm.assertLe(before - gasleft(), WARM_USE_GAS_LIMIT, "gas of a use");
    }

    function testFuzz_IsUsable_NotWhenUnknown(bytes32 enclaveId, uint8 roles, uint256 at) public view {
        vm.assertFalse(enclaves.isUsable(enclaveId, roles, at), "unknown");
        vm.assertEq(enclaves.failedUseRules(enclaveId, roles, at), 1, "not registered");
        vm.assertEq(enclaves.compromisedSince(enclaveId), 0, "nothing to say");
        vm.assertEq(enclaves.enclaveOf(enclaveId).signer, address(0), "all zero");
    }

    // ---------------------------------------------- explaining, standing -----------------------------------------

    function testFuzz_FailedUseRules_AreThoseOfTheRecords(uint256 seed, uint8 roles, uint40 at) public {
        bytes32 enclaveId = _register();
        at = uint40(bound(at, START - 1 days, START + 40 days));
        vm.warp(START + 3 days);
        ICodeReleases.CodeRelease memory release = _release(profileId);
        release.activeFrom = START + uint40(seed % 2 days);
        release.roles = uint8(1 << (seed % 3));
        if (seed & 64 != 0) policy.acceptRelease(release);
        vm.startPrank(GUARDIAN);
        if (seed & 1 != 0) policy.suspendProfile(profileId, START + 1 days, "flaw");
        else if (seed & 128 != 0) policy.deprecateProfile(profileId, START + 3 days + 1);
        if (seed & 2 != 0) policy.revokeRelease(MEASUREMENT, START + 2 days, "backdoor");
        else if (seed & 4 != 0) policy.deprecateRelease(MEASUREMENT, START + 4 days);
        if (seed & 24 == 24) enclaves.revokeEnclave(enclaveId);
        vm.stopPrank();
        if (seed & 32 != 0 && seed & 1 != 0) policy.acceptProfile(_profile());
        if (seed & 256 != 0) vm.warp(START + 6 days);
        uint256 expected = _expectedRules(enclaveId, roles, at);
        vm.assertEq(_failedButOperator(enclaveId, roles, at), expected, "rule by rule");
        vm.assertTrue(enclaves.isUsable(enclaveId, roles, at) == (expected == 0), "usable exactly if none is broken");
    }

    function testFuzz_IsServing_OnlyWhileTheOperatorIsActive(uint8 active) public {
        bytes32 enclaveId = _register();
        standing.set(OPERATOR, active);
        bool expected = active & OperatorRoles.JUDGE != 0;
        vm.assertTrue(enclaves.isServing(enclaveId, OperatorRoles.JUDGE, START) == expected, "active roles only");
        uint256 failed = expected ? 0 : 1 << uint256(IEnclaveRegistry.UseRule.OPERATOR_ACTIVE);
        vm.assertEq(enclaves.failedUseRules(enclaveId, OperatorRoles.JUDGE, START), failed, "explained");
    }

    function test_RevokeRelease_CostsTheSameForTenThousandEnclaves() public {
        vm.roll(block.number + 1);
        uint256 alone = _gasOfRevocation("alone");
        EnclaveRegistry__Harness registry = EnclaveRegistry__Harness(address(enclaves));
        registry.multiply(_registerEnclave(OPERATOR, KEY, profileId), MANY);
        vm.assertEq(registry.countUsable(MANY, ROLES, START), MANY, "all count before");
        vm.prank(GUARDIAN);
        uint256 before = gasleft();
        policy.revokeRelease(MEASUREMENT, START, "backdoor");
        uint256 spent = before - gasleft();
        vm.assertEq(registry.countUsable(MANY, ROLES, START), 0, "none counts after");
        vm.assertLe(spent, alone, "no dearer than a release on which nothing runs");
    }

    // --------------------------------------------------- removal ------------------------------------------------

    function test_Revoke_ByOperatorOrGuardian() public {
        bytes32 enclaveId = _register();
        vm.expectEmit(address(enclaves));
        emit IEnclaveRegistry.EnclaveRevoked(enclaveId, GUARDIAN);
        vm.prank(GUARDIAN);
        enclaves.revokeEnclave(enclaveId);
        vm.assertTrue(enclaves.enclaveOf(enclaveId).revoked, "revoked");
        vm.assertFalse(enclaves.isUsable(enclaveId, ROLES, START), "not usable");
        bytes32 other = _registerEnclave(OPERATOR, KEY + 1, profileId);
        vm.prank(OPERATOR);
        enclaves.revokeEnclave(other);
        vm.assertTrue(enclaves.enclaveOf(other).revoked, "revoked by its operator");
    }

    function test_RevertWhen_RevokerIsAStranger() public {
        bytes32 enclaveId = _register();
        vm.prank(STRANGER);
        vm.expectRevert(
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveRevokerUnauthorized.selector, STRANGER, OPERATOR)
        );
        enclaves.revokeEnclave(enclaveId);
    }

    function testFuzz_RevertGiven_RevokedEnclaveIsUnknown(bytes32 enclaveId) public {
        vm.prank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveUnknown.selector, enclaveId));
        enclaves.revokeEnclave(enclaveId);
    }

    function testFuzz_EnforceDenial_TakesOutWhatIsDenied(uint8 which) public {
        bytes32 enclaveId = _register();
        IAttestationGate.Denial denial = IAttestationGate.Denial(which % 3);
        bytes32 subject =
            which % 3 == 0
                ? PLATFORM
                : which % 3 == 1
                    ? PLATFORM_CLASS
                    : bytes32(uint256(uint160(OPERATOR)));
        vm.prank(GUARDIAN);
        enclaves.deny(denial, subject, "extracted keys");
        vm.prank(STRANGER);
        enclaves.enforceDenial(enclaveId, PLATFORM, PLATFORM_CLASS);
        vm.assertFalse(enclaves.isUsable(enclaveId, ROLES, START), "out");
        enclaves.allow(denial, subject);
        vm.assertFalse(enclaves.isUsable(enclaveId, ROLES, START), "for ever");
    }

    function test_RevertGiven_NothingIsDenied() public {
        bytes32 enclaveId = _register();
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveNotDenied.selector, enclaveId));
        enclaves.enforceDenial(enclaveId, PLATFORM, PLATFORM_CLASS);
    }

    function testFuzz_RevertWhen_DenialIsOfAnotherPlatform(bytes32 platformId) public {
        vm.assume(platformId != PLATFORM);
        bytes32 enclaveId = _register();
        vm.prank(GUARDIAN);
        enclaves.deny(IAttestationGate.Denial.PLATFORM, platformId, "extracted keys");
        vm.expectRevert(
            abi.encodeWithSelector(
                IEnclaveRegistry.EnclavePlatformMismatch.selector,
                enclaveId,
                bytes11(keccak256(abi.encode(platformId, PLATFORM_CLASS))),
                bytes11(keccak256(abi.encode(PLATFORM, PLATFORM_CLASS)))
            )
        );
        enclaves.enforceDenial(enclaveId, platformId, PLATFORM_CLASS);
    }

    // -------------------------------------------------- heartbeat -----------------------------------------------

    function testFuzz_Heartbeat_ExtendsLife(uint256 timestamp) public {
        bytes32 enclaveId = _register();
        vm.warp(START + 3 hours);
        timestamp = bound(timestamp, START + 1, START + 3 hours);
        bytes memory signature = _heartbeat(KEY, enclaveId, timestamp);
        vm.prank(STRANGER);
        enclaves.heartbeat(enclaveId, timestamp, signature);
        vm.assertTrue(enclaves.isUsable(enclaveId, ROLES, timestamp + INTERVAL), "alive for one interval");
        vm.assertFalse(enclaves.isUsable(enclaveId, ROLES, timestamp + INTERVAL + 1), "then silent");
    }

    function testFuzz_RevertWhen_HeartbeatIsNotNewer(uint256 timestamp) public {
        bytes32 enclaveId = _register();
        timestamp = bound(timestamp, 0, START);
        bytes memory signature = _heartbeat(KEY, enclaveId, timestamp);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveHeartbeatStale.selector, timestamp, START));
        enclaves.heartbeat(enclaveId, timestamp, signature);
    }

    function testFuzz_RevertWhen_HeartbeatIsFromTheFuture(uint256 timestamp) public {
        bytes32 enclaveId = _register();
        timestamp = bound(timestamp, START + 1, type(uint256).max);
        bytes memory signature = _heartbeat(KEY, enclaveId, timestamp);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveHeartbeatFuture.selector, timestamp, START));
        enclaves.heartbeat(enclaveId, timestamp, signature);
    }

    function test_RevertWhen_HeartbeatIsReplayed() public {
        bytes32 enclaveId = _register();
        vm.warp(START + 10);
        bytes memory signature = _heartbeat(KEY, enclaveId, START + 10);
        enclaves.heartbeat(enclaveId, START + 10, signature);
        vm.expectRevert(
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveHeartbeatStale.selector, START + 10, START + 10)
        );
        enclaves.heartbeat(enclaveId, START + 10, signature);
    }

    function test_RevertWhen_HeartbeatIsAnotherKeys() public {
        bytes32 enclaveId = _register();
        vm.warp(START + 10);
        bytes memory signature = _heartbeat(KEY + 1, enclaveId, START + 10);
        vm.expectRevert(
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveSignatureInvalid.selector, vm.addr(KEY), vm.addr(KEY + 1))
        );
        enclaves.heartbeat(enclaveId, START + 10, signature);
    }

    function test_RevertGiven_HeartbeatOfRevokedEnclave() public {
        bytes32 enclaveId = _register();
        vm.prank(OPERATOR);
        enclaves.revokeEnclave(enclaveId);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveIsRevoked.selector, enclaveId));
        enclaves.heartbeat(enclaveId, START, "");
    }

    // --------------------------------------------------- helpers ------------------------------------------------

    function _newRegistry(
        address manager_,
        address staking,
        IAttestationVerifier[] memory verifiers,
        IEnclaveRegistry.RegistryConfig memory config
    ) internal override returns (EnclaveRegistry) {
        bytes memory arguments = _registryArguments(manager_, staking, verifiers, config);
        return EnclaveRegistry__Harness(create("EnclaveRegistry__Harness", arguments));
    }

    /// @dev The broken rules as the structs have it that the contract gives out.
    function _expectedRules(bytes32 enclaveId, uint8 roles, uint256 at) private view returns (uint256 expected) {
        IEnclaveRegistry.Enclave memory enclave = enclaves.enclaveOf(enclaveId);
        IHardwarePolicy.ProfileTerms memory profile = enclaves.profileTermsOf(enclave.profileId);
        expected = _broken(enclave.revoked, IEnclaveRegistry.UseRule.NOT_REVOKED);
        expected |= _broken(at < enclave.usableFrom, IEnclaveRegistry.UseRule.IN_FORCE);
        expected |= _broken(at > enclave.validUntil, IEnclaveRegistry.UseRule.NOT_EXPIRED);
        bool silent = at > enclave.lastSeen + profile.heartbeatInterval;
        expected |= _broken(silent, IEnclaveRegistry.UseRule.NOT_SILENT);
        bool removed = profile.status != IHardwarePolicy.ProfileStatus.ACCEPTED && at >= profile.compromisedSince;
        expected |= _broken(removed, IEnclaveRegistry.UseRule.PROFILE_ACCEPTED);
        bool interrupted = enclave.policyVersion < profile.acceptedAtVersion;
        expected |= _broken(interrupted, IEnclaveRegistry.UseRule.PROFILE_UNINTERRUPTED);
        expected |= _broken(_isOver(profile.sunset, at), IEnclaveRegistry.UseRule.PROFILE_NOT_ENDED);
        bool serves = roles != 0 && roles & ~profile.roles == 0;
        expected |= _broken(!serves, IEnclaveRegistry.UseRule.PROFILE_SERVES_ROLES);
        return expected | _expectedReleaseRules(enclave, roles, at);
    }

    function _expectedReleaseRules(
        IEnclaveRegistry.Enclave memory enclave,
        uint8 roles,
        uint256 at
    ) private view returns (uint256 expected) {
        ICodeReleases.ReleaseTerms memory release = enclaves.releaseTermsOf(enclave.measurementId);
        bool removed = release.status != ICodeReleases.ReleaseStatus.ACCEPTED && at >= release.compromisedSince;
        expected = _broken(removed, IEnclaveRegistry.UseRule.RELEASE_ACCEPTED);
        bool interrupted = enclave.policyVersion < release.acceptedAtVersion;
        expected |= _broken(interrupted, IEnclaveRegistry.UseRule.RELEASE_UNINTERRUPTED);
        expected |= _broken(at < release.activeFrom, IEnclaveRegistry.UseRule.RELEASE_BEGUN);
        expected |= _broken(_isOver(release.sunset, at), IEnclaveRegistry.UseRule.RELEASE_NOT_ENDED);
        bool onProfile = (release.profiles >> enclaves.profileIndexOf(enclave.profileId)) & 1 == 1;
        expected |= _broken(!onProfile, IEnclaveRegistry.UseRule.RELEASE_ON_PROFILE);
        expected |= _broken(roles & ~release.roles != 0, IEnclaveRegistry.UseRule.RELEASE_SERVES_ROLES);
    }

    function _isOver(uint256 sunset, uint256 at) private view returns (bool) {
        return sunset != 0 && (at >= sunset || block.timestamp >= sunset + 1 days);
    }

    function _broken(bool broken, IEnclaveRegistry.UseRule rule) private pure returns (uint256) {
        return broken ? 1 << uint256(rule) : 0;
    }

    function _failedButOperator(bytes32 enclaveId, uint8 roles, uint40 at) private view returns (uint256) {
        uint256 operatorRule = 1 << uint256(IEnclaveRegistry.UseRule.OPERATOR_ACTIVE);
        return enclaves.failedUseRules(enclaveId, roles, at) & ~operatorRule;
    }

    /// @dev Revokes another release, on which nothing runs.
    function _gasOfRevocation(bytes32 measurementId) private returns (uint256) {
        ICodeReleases.CodeRelease memory release = _release(profileId);
        release.measurementId = measurementId;
        policy.acceptRelease(release);
        vm.prank(GUARDIAN);
        uint256 before = gasleft();
        policy.revokeRelease(measurementId, START, "backdoor");
        return before - gasleft();
    }
}
