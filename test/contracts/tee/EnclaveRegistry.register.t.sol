// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {IAttestationGate} from "../../../contracts/tee/interfaces/IAttestationGate.sol";
import {AttestationFacts, TcbStatus, TeeKind} from "../../../contracts/tee/interfaces/IAttestationVerifier.sol";
import {ICodeReleases} from "../../../contracts/tee/interfaces/ICodeReleases.sol";
import {IEnclaveRegistry} from "../../../contracts/tee/interfaces/IEnclaveRegistry.sol";
import {IHardwarePolicy} from "../../../contracts/tee/interfaces/IHardwarePolicy.sol";
import {EnclaveRegistryTest} from "./EnclaveRegistryTest.sol";

contract EnclaveRegistryRegisterTest is EnclaveRegistryTest {
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    // ------------------------------------------------- accepted -------------------------------------------------

    function test_Register_StoresTheEnclave() public {
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
        registration.rsaKeyHash = keccak256("rsa");
        bytes memory evidence = _evidence(registration, _facts());
        bytes memory possession = _possession(KEY, registration, evidence);
        bytes32 expectedId = keccak256(abi.encodePacked(vm.addr(KEY)));
        vm.expectEmit(address(enclaves));
        emit IEnclaveRegistry.EnclaveRegistered(
            expectedId,
            OPERATOR,
            MEASUREMENT,
            registration,
            PLATFORM,
            PLATFORM_CLASS,
            2,
            START,
            START + 30 days,
            keccak256(evidence)
        );
        vm.prank(OPERATOR);
        bytes32 enclaveId = enclaves.register(registration, evidence, possession);

        vm.assertEq(enclaveId, expectedId, "id is the hash of the key");
        IEnclaveRegistry.Enclave memory enclave = enclaves.enclaveOf(enclaveId);
        vm.assertEq(enclave.signer, vm.addr(KEY), "signer");
        vm.assertEq(enclave.operator, OPERATOR, "operator");
        vm.assertEq(enclave.profileId, profileId, "profile");
        vm.assertEq(enclave.measurementId, MEASUREMENT, "release");
        vm.assertEq(enclave.rsaKeyHash, keccak256("rsa"), "rsa key");
        vm.assertEq(
            bytes32(enclave.platformTag),
            bytes32(bytes11(keccak256(abi.encode(PLATFORM, PLATFORM_CLASS)))),
            "platform"
        );
        vm.assertTrue(enclaves.isServing(enclaveId, ROLES, START), "serves at once");
    }

    function testFuzz_Register_WaitsWithoutEnoughStake(uint256 stake) public {
        stake = bound(stake, 0, uint256(STAKE_WITHOUT_DELAY) * 2);
        standing.setStake(OPERATOR, stake);
        bytes32 enclaveId = _register();
        uint256 from = START + (stake >= STAKE_WITHOUT_DELAY ? 0 : VALIDITY_DELAY);
        vm.assertEq(enclaves.enclaveOf(enclaveId).usableFrom, from, "usable from");
        vm.assertTrue(enclaves.isUsable(enclaveId, ROLES, from), "then");
        vm.assertFalse(enclaves.isUsable(enclaveId, ROLES, from - 1), "not before");
    }

    function test_Register_ByADelegate() public {
        vm.prank(OPERATOR);
        enclaves.setDelegate(STRANGER, true);
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
        bytes memory evidence = _evidence(registration, _facts());
        bytes memory possession = _possession(KEY, registration, evidence);
        vm.prank(STRANGER);
        bytes32 enclaveId = enclaves.register(registration, evidence, possession);
        vm.assertEq(enclaves.operatorOf(enclaveId), OPERATOR, "the operator's");
    }

    function test_Register_RenewsBeforeExpiry() public {
        bytes32 enclaveId = _register();
        vm.warp(START + 10 days);
        _register();
        IEnclaveRegistry.Enclave memory enclave = enclaves.enclaveOf(enclaveId);
        vm.assertEq(enclave.registeredAt, START, "work before the renewal still counts");
        vm.assertEq(enclave.validUntil, START + 40 days, "valid for another term");
    }

    function test_Register_RenewsAfterExpiryFromNow() public {
        bytes32 enclaveId = _register();
        vm.warp(START + 31 days);
        _register();
        vm.assertEq(enclaves.enclaveOf(enclaveId).registeredAt, START + 31 days, "starts again");
        vm.assertFalse(enclaves.isUsable(enclaveId, ROLES, START + 30 days + 1), "the gap does not count");
    }

    function test_Assess_AgreesWithRegister() public view {
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
        (AttestationFacts memory facts, uint256 failed) = enclaves.assess(
            registration,
            _evidence(registration, _facts())
        );
        vm.assertEq(failed, 0, "nothing is wrong");
        vm.assertEq(facts.measurementId, MEASUREMENT, "measurement");
    }

    // ---------------------------------------------- sender and signature ----------------------------------------

    function test_RevertWhen_SenderIsNeitherOperatorNorDelegate() public {
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
        vm.prank(STRANGER);
        vm.expectRevert(
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveSenderUnauthorized.selector, STRANGER, OPERATOR)
        );
        enclaves.register(registration, "", "");
    }

    function test_RevertWhen_SignerIsZero() public {
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
        registration.signer = address(0);
        vm.prank(OPERATOR);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveSignerZero.selector));
        enclaves.register(registration, "", "");
    }

    function testFuzz_RevertWhen_PossessionIsAnotherKeys(uint256 key) public {
        key = bound(key, 1, CURVE_ORDER - 1);
        if (key == KEY) key = KEY + 1;
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
        bytes memory evidence = _evidence(registration, _facts());
        bytes memory possession = _possession(key, registration, evidence);
        vm.prank(OPERATOR);
        vm.expectRevert(
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveSignatureInvalid.selector, vm.addr(KEY), vm.addr(key))
        );
        enclaves.register(registration, evidence, possession);
    }

    function test_RevertWhen_VerifierIsUnknown() public {
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
        registration.verifierId = 1;
        vm.prank(OPERATOR);
        vm.expectRevert(abi.encodeWithSelector(IAttestationGate.AttestationVerifierUnknown.selector, 1, 1));
        enclaves.register(registration, "", "");
    }

    // --------------------------------------------------- rules --------------------------------------------------

    function test_RevertGiven_RegistrationsArePaused() public {
        vm.prank(GUARDIAN);
        enclaves.pauseRegistrations("flaw");
        _expectRefused(IEnclaveRegistry.AdmissionRule.REGISTRATIONS_OPEN);
    }

    function test_RevertGiven_VerifierIsFrozen() public {
        vm.prank(GUARDIAN);
        enclaves.freezeVerifier(0, "flaw");
        _expectRefused(IEnclaveRegistry.AdmissionRule.VERIFIER_NOT_FROZEN);
    }

    function test_RevertGiven_OperatorIsNotRegistered() public {
        _expectRefused(
            _registration(STRANGER, KEY, profileId),
            _facts(),
            IEnclaveRegistry.AdmissionRule.OPERATOR_REGISTERED
        );
    }

    function test_RevertGiven_SubjectIsDenied() public {
        vm.startPrank(GUARDIAN);
        enclaves.deny(IAttestationGate.Denial.OPERATOR, bytes32(uint256(uint160(OPERATOR))), "flaw");
        vm.stopPrank();
        _expectRefused(IEnclaveRegistry.AdmissionRule.OPERATOR_NOT_DENIED);
        enclaves.allow(IAttestationGate.Denial.OPERATOR, bytes32(uint256(uint160(OPERATOR))));
        vm.prank(GUARDIAN);
        enclaves.deny(IAttestationGate.Denial.PLATFORM, PLATFORM, "flaw");
        _expectRefused(IEnclaveRegistry.AdmissionRule.PLATFORM_NOT_DENIED);
        enclaves.allow(IAttestationGate.Denial.PLATFORM, PLATFORM);
        vm.prank(GUARDIAN);
        enclaves.deny(IAttestationGate.Denial.PLATFORM_CLASS, PLATFORM_CLASS, "flaw");
        _expectRefused(IEnclaveRegistry.AdmissionRule.PLATFORM_CLASS_NOT_DENIED);
    }

    function test_RevertGiven_StakeIsTooLow() public {
        IHardwarePolicy.HardwareProfile memory profile = _profile();
        profile.minimumStake = STAKE_WITHOUT_DELAY + 1;
        profileId = _acceptWithRelease(profile);
        _expectRefused(IEnclaveRegistry.AdmissionRule.STAKE_SUFFICIENT);
    }

    function test_RevertGiven_ProfileIsSuspendedOrEnded() public {
        vm.prank(GUARDIAN);
        policy.suspendProfile(profileId, START, "flaw");
        _expectRefused(IEnclaveRegistry.AdmissionRule.PROFILE_ACCEPTED);
        policy.acceptProfile(_profile());
        vm.prank(GUARDIAN);
        policy.deprecateProfile(profileId, START);
        _expectRefused(IEnclaveRegistry.AdmissionRule.PROFILE_ACCEPTED);
    }

    function testFuzz_RevertWhen_ProfileIsUnknown(bytes32 unknown) public view {
        vm.assume(unknown != profileId);
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, unknown);
        (, uint256 failed) = enclaves.assess(registration, _evidence(registration, _facts()));
        vm.assertTrue(failed & (1 << uint256(IEnclaveRegistry.AdmissionRule.PROFILE_ACCEPTED)) != 0, "profile");
        vm.assertTrue(failed & (1 << uint256(IEnclaveRegistry.AdmissionRule.RELEASE_ON_PROFILE)) != 0, "release");
    }

    function test_RevertWhen_TechnologyIsNotTheProfiles() public {
        IHardwarePolicy.HardwareProfile memory profile = _profile();
        profile.cpuTee = TeeKind.NITRO;
        profileId = _acceptWithRelease(profile);
        _expectRefused(IEnclaveRegistry.AdmissionRule.TECHNOLOGY_OF_PROFILE);
    }

    function test_RevertWhen_EnclaveIsInDebugMode() public {
        AttestationFacts memory facts = _facts();
        facts.debug = true;
        _expectRefused(facts, IEnclaveRegistry.AdmissionRule.NOT_DEBUG);
    }

    function test_RevertWhen_PlatformClassIsNotListed() public {
        IHardwarePolicy.HardwareProfile memory profile = _profile();
        profile.platformClasses = new bytes32[](1);
        profile.platformClasses[0] = "20a06f";
        profileId = _acceptWithRelease(profile);
        _expectRefused(IEnclaveRegistry.AdmissionRule.PLATFORM_CLASS_LISTED);
        AttestationFacts memory facts = _facts();
        facts.platformClass = "20a06f";
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
        (, uint256 failed) = enclaves.assess(registration, _evidence(registration, facts));
        vm.assertEq(failed, 0, "the listed class passes");
    }

    function testFuzz_RevertGiven_CollateralIsStale(uint64 expiry) public {
        AttestationFacts memory facts = _facts();
        facts.collateralExpiry = uint64(bound(expiry, 0, START - 1));
        _expectRefused(facts, IEnclaveRegistry.AdmissionRule.COLLATERAL_FRESH);
    }

    function testFuzz_RevertWhen_TcbStatusIsNotAccepted(uint8 status) public {
        status = uint8(bound(status, 0, uint8(type(TcbStatus).max)));
        if (status == uint8(TcbStatus.UP_TO_DATE)) status = uint8(TcbStatus.REVOKED);
        AttestationFacts memory facts = _facts();
        facts.tcbStatus = TcbStatus(status);
        facts.tcbDate = START;
        _expectRefused(facts, IEnclaveRegistry.AdmissionRule.TCB_STATUS_ACCEPTED);
    }

    function testFuzz_RevertWhen_OutOfDateBeyondGrace(uint32 age, uint32 grace) public {
        age = uint32(bound(age, 0, 1000 days));
        grace = uint32(bound(grace, 0, 1000 days));
        profileId = _tcbProfile(uint16(1 << uint8(TcbStatus.OUT_OF_DATE)), grace);
        AttestationFacts memory facts = _facts();
        facts.tcbStatus = TcbStatus.OUT_OF_DATE;
        facts.tcbDate = START - age;
        if (age > grace) {
            _expectRefused(facts, IEnclaveRegistry.AdmissionRule.TCB_WITHIN_GRACE);
        } else {
            IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
            (, uint256 failed) = enclaves.assess(registration, _evidence(registration, facts));
            vm.assertEq(failed, 0, "within grace");
        }
    }

    function test_RevertGiven_EvaluationNumberIsTooOld() public {
        vm.prank(GUARDIAN);
        enclaves.raiseMinimumTcbEvaluation(TeeKind.TDX, 19);
        _expectRefused(IEnclaveRegistry.AdmissionRule.TCB_EVALUATION_RECENT);
    }

    function testFuzz_RevertWhen_AnySnpPartIsTooOld(uint64 tcb, uint64 minimum) public {
        IHardwarePolicy.HardwareProfile memory profile = _profile();
        profile.cpuTee = TeeKind.SEV_SNP;
        profile.minimumSnpTcb = minimum;
        profileId = _acceptWithRelease(profile);
        AttestationFacts memory facts = _facts();
        facts.tcbVersion = tcb;
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
        (, uint256 failed) = enclaves.assess(registration, _evidence(registration, facts));
        bool sufficient = true;
        for (uint256 i = 0; i < 8; ++i) {
            if (bytes8(tcb)[i] < bytes8(minimum)[i]) sufficient = false;
        }
        bool passed = failed & (1 << uint256(IEnclaveRegistry.AdmissionRule.SNP_TCB_SUFFICIENT)) == 0;
        vm.assertTrue(passed == sufficient, "every part counts");
    }

    function test_RevertGiven_ReleaseIsUnknownRevokedOrEnded() public {
        AttestationFacts memory facts = _facts();
        facts.measurementId = "unknown";
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
        (, uint256 failed) = enclaves.assess(registration, _evidence(registration, facts));
        vm.assertEq(
            failed,
            (1 << uint256(IEnclaveRegistry.AdmissionRule.RELEASE_ACCEPTED)) |
                (1 << uint256(IEnclaveRegistry.AdmissionRule.RELEASE_ON_PROFILE)),
            "unknown code"
        );
        vm.prank(GUARDIAN);
        policy.deprecateRelease(MEASUREMENT, START);
        _expectRefused(IEnclaveRegistry.AdmissionRule.RELEASE_ACCEPTED);
        vm.prank(GUARDIAN);
        policy.revokeRelease(MEASUREMENT, START, "backdoor");
        _expectRefused(IEnclaveRegistry.AdmissionRule.RELEASE_ACCEPTED);
    }

    function test_RevertGiven_ReleaseIsForOtherProfilesOrRoles() public {
        IHardwarePolicy.HardwareProfile memory other = _profile();
        other.name = "Another";
        other.roles = OperatorRoles.STORAGE;
        bytes32 otherId = policy.acceptProfile(other);
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, otherId);
        _expectRefused(registration, _facts(), IEnclaveRegistry.AdmissionRule.RELEASE_ON_PROFILE);
        policy.acceptRelease(_release(otherId));
        _expectRefused(registration, _facts(), IEnclaveRegistry.AdmissionRule.RELEASE_ON_PROFILE);
    }

    function test_RevertWhen_AcceleratorIsNotBoundAsTheProfileSays() public {
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
        registration.gpuEvidenceDigest = "gpu";
        _expectRefused(registration, _facts(), IEnclaveRegistry.AdmissionRule.ACCELERATOR_BOUND);

        IHardwarePolicy.HardwareProfile memory profile = _profile();
        profile.gpuArchitecture = IHardwarePolicy.GpuArchitecture.BLACKWELL;
        profile.gpuMode = IHardwarePolicy.GpuMode.MULTI_PASSTHROUGH;
        profile.gpuBoards = new string[](1);
        profile.gpuBoards[0] = "HGX B300";
        profile.minimumGpuDriver = 595;
        registration.profileId = _acceptWithRelease(profile);
        _expectRefused(registration, _facts(), IEnclaveRegistry.AdmissionRule.ACCELERATOR_BOUND);
        registration.gpuPolicyHash = policy.computeGpuPolicyHash(profile);
        (, uint256 failed) = enclaves.assess(registration, _evidence(registration, _facts()));
        vm.assertEq(failed, 0, "digest and policy are bound");
    }

    function testFuzz_RevertWhen_ReportDataBindsAnythingElse(uint8 field, bytes32 other) public view {
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
        AttestationFacts memory facts = _facts();
        bytes memory evidence = _evidence(registration, facts);
        field = field % 4;
        if (field == 0) registration.tlsSpkiHash = other;
        if (field == 1) registration.rsaKeyHash = other;
        if (field == 2) registration.signer = address(uint160(uint256(other)));
        if (field == 3) registration.challengeBlock -= uint48(1 + (uint256(other) % 200));
        vm.assume(other != 0);
        (, uint256 failed) = enclaves.assess(registration, evidence);
        vm.assertEq(failed, 1 << uint256(IEnclaveRegistry.AdmissionRule.REPORT_DATA_BOUND), "bound to all");
    }

    function testFuzz_RevertWhen_ReportDataHasAnotherForm(bytes memory reportData) public view {
        AttestationFacts memory facts = _facts();
        facts.reportData = reportData;
        (, uint256 failed) = enclaves.assess(
            _registration(OPERATOR, KEY, profileId),
            _signFacts(DEVELOPMENT_KEY, facts)
        );
        vm.assertEq(failed, 1 << uint256(IEnclaveRegistry.AdmissionRule.REPORT_DATA_BOUND), "not our 64 bytes");
    }

    function testFuzz_RevertWhen_ChallengeIsNotARecentBlock(uint48 number) public {
        vm.roll(100_000);
        number = uint48(number % 2 == 0 ? bound(number, 100_000, type(uint48).max) : bound(number, 0, 100_000 - 8_192));
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
        registration.challengeBlock = number;
        (, uint256 failed) = enclaves.assess(registration, _evidence(registration, _facts()));
        vm.assertEq(
            failed,
            (1 << uint256(IEnclaveRegistry.AdmissionRule.CHALLENGE_KNOWN)) |
                (1 << uint256(IEnclaveRegistry.AdmissionRule.REPORT_DATA_BOUND)),
            "no hash, no challenge"
        );
    }

    // -------------------------------------------------- renewal -------------------------------------------------

    function test_RevertGiven_KeyBelongsToAnotherOperator() public {
        bytes32 enclaveId = _register();
        standing.set(STRANGER, OperatorRoles.ALL);
        vm.roll(block.number + 1);
        _expectRenewalRevert(
            _registration(STRANGER, KEY, profileId),
            _facts(),
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveKeyTaken.selector, enclaveId, OPERATOR)
        );
    }

    function test_RevertGiven_KeyIsFromBeforeAnInterruption() public {
        bytes32 enclaveId = _register();
        vm.prank(GUARDIAN);
        policy.suspendProfile(profileId, START, "flaw");
        policy.acceptProfile(_profile());
        _expectOutdated(enclaveId, _registration(OPERATOR, KEY, profileId), _facts());
    }

    function test_RevertGiven_KeyHasAnotherProfileReleaseOrPlatform() public {
        bytes32 enclaveId = _register();
        AttestationFacts memory facts = _facts();
        facts.platformId = "elsewhere";
        _expectOutdated(enclaveId, _registration(OPERATOR, KEY, profileId), facts);

        facts = _facts();
        ICodeReleases.CodeRelease memory release = _release(profileId);
        release.measurementId = "next";
        policy.acceptRelease(release);
        facts.measurementId = "next";
        _expectOutdated(enclaveId, _registration(OPERATOR, KEY, profileId), facts);

        IHardwarePolicy.HardwareProfile memory profile = _profile();
        profile.name = "Another";
        bytes32 otherId = _acceptWithRelease(profile);
        _expectOutdated(enclaveId, _registration(OPERATOR, KEY, otherId), _facts());
    }

    function test_RevertGiven_EvidenceIsNotNewer() public {
        _register();
        IEnclaveRegistry.Registration memory registration = _registration(OPERATOR, KEY, profileId);
        _expectRenewalRevert(
            registration,
            _facts(),
            abi.encodeWithSelector(
                IEnclaveRegistry.EnclaveEvidenceOld.selector,
                registration.challengeBlock,
                registration.challengeBlock
            )
        );
    }

    function test_RevertGiven_EnclaveWasRevoked() public {
        bytes32 enclaveId = _register();
        vm.prank(OPERATOR);
        enclaves.revokeEnclave(enclaveId);
        vm.roll(block.number + 1);
        _expectRenewalRevert(
            _registration(OPERATOR, KEY, profileId),
            _facts(),
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveIsRevoked.selector, enclaveId)
        );
    }

    function _expectOutdated(
        bytes32 enclaveId,
        IEnclaveRegistry.Registration memory registration,
        AttestationFacts memory facts
    ) private {
        vm.roll(block.number + 1);
        registration.challengeBlock = uint48(block.number - 1);
        _expectRenewalRevert(
            registration,
            facts,
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveKeyOutdated.selector, enclaveId, profileId, MEASUREMENT, 2)
        );
    }

    function _expectRenewalRevert(
        IEnclaveRegistry.Registration memory registration,
        AttestationFacts memory facts,
        bytes memory revertData
    ) private {
        bytes memory evidence = _evidence(registration, facts);
        bytes memory possession = _possession(KEY, registration, evidence);
        vm.prank(registration.operator);
        vm.expectRevert(revertData);
        enclaves.register(registration, evidence, possession);
    }
}
