// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {HardwarePolicy} from "../../../contracts/tee/HardwarePolicy.sol";
import {TcbStatus, TeeKind} from "../../../contracts/tee/interfaces/IAttestationVerifier.sol";
import {IAcceptedTerms} from "../../../contracts/tee/interfaces/IAcceptedTerms.sol";
import {ICodeReleases} from "../../../contracts/tee/interfaces/ICodeReleases.sol";
import {IHardwarePolicy} from "../../../contracts/tee/interfaces/IHardwarePolicy.sol";
import {EnclaveKit} from "../fixtures/EnclaveKit.sol";
import {OperatorStanding__Mock} from "../../mocks/OperatorStanding__Mock.sol";

contract HardwarePolicyTest is EnclaveKit {
    address private constant GUARDIAN = address(0x6A);
    address private constant STRANGER = address(0x57);
    uint40 private constant START = 1_800_000_000;
    uint16 private constant UP_TO_DATE = uint16(1 << uint8(TcbStatus.UP_TO_DATE));

    HardwarePolicy private _policy;

    function setUp() public {
        vm.warp(START);
        AccessManager manager = AccessManager(create("AccessManager", abi.encode(address(this))));
        _deployTee(manager, address(new OperatorStanding__Mock()));
        _policy = policy;
        bytes4[] memory selectors = new bytes4[](2);
        selectors[0] = IHardwarePolicy.suspendProfile.selector;
        selectors[1] = IHardwarePolicy.deprecateProfile.selector;
        manager.setTargetFunctionRole(address(_policy), selectors, Roles.GUARDIAN);
        manager.grantRole(Roles.GUARDIAN, GUARDIAN, 0);
    }

    function test_Accept_StoresTheProfile() public {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        bytes32 expectedId = keccak256(abi.encode(profile));

        vm.expectEmit(address(_policy));
        emit IHardwarePolicy.ProfileAccepted(expectedId, 1, profile);
        bytes32 profileId = _policy.acceptProfile(profile);

        vm.assertEq(profileId, expectedId, "id is the hash of the content");
        vm.assertEq(_policy.computeProfileId(profile), expectedId, "computed id");
        (IHardwarePolicy.HardwareProfile memory stored, IHardwarePolicy.ProfileStatus status, uint64 version) = _policy
            .profileOf(profileId);
        vm.assertEq(keccak256(abi.encode(stored)), expectedId, "stored content");
        vm.assertEq(uint256(status), uint256(IHardwarePolicy.ProfileStatus.ACCEPTED), "status");
        vm.assertEq(version, 1, "version");
        vm.assertEq(_policy.profileCount(), 1, "count");
        vm.assertEq(_policy.profileIdAt(0), profileId, "listed");
    }

    function testFuzz_Accept_TermsMirrorTheProfile(uint8 roles, uint32 age, uint32 interval) public {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.roles = uint8(bound(roles, 1, OperatorRoles.ALL));
        profile.maxEnclaveAge = uint32(bound(age, 1 days, 365 days));
        profile.heartbeatInterval = uint32(bound(interval, 1 minutes, 7 days));

        IHardwarePolicy.ProfileTerms memory terms = _policy.termsOf(_policy.acceptProfile(profile));

        vm.assertEq(terms.roles, profile.roles, "roles");
        vm.assertEq(terms.maxEnclaveAge, profile.maxEnclaveAge, "age");
        vm.assertEq(terms.heartbeatInterval, profile.heartbeatInterval, "interval");
    }

    function test_Accept_WithoutAccelerator() public {
        bytes32 profileId = _policy.acceptProfile(_nitro());
        vm.assertEq(_policy.termsOf(profileId).acceptedAtVersion, 1, "accepted");
    }

    function test_Accept_AgainAfterSuspensionTakesANewVersion() public {
        bytes32 profileId = _policy.acceptProfile(_b300());
        vm.prank(GUARDIAN);
        _policy.suspendProfile(profileId, START, "firmware flaw");
        _policy.acceptProfile(_b300());

        vm.assertEq(_policy.termsOf(profileId).acceptedAtVersion, 3, "third change of the policy");
        vm.assertEq(_policy.policyVersion(), 3, "policy version");
        vm.assertEq(_policy.profileCount(), 1, "listed once");
        (IHardwarePolicy.HardwareProfile memory stored, , ) = _policy.profileOf(profileId);
        vm.assertEq(keccak256(abi.encode(stored)), profileId, "content unchanged");
    }

    function test_Accept_AllowsAGInsideAWord() public {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.gpuBoards[0] = "H100 80GB";
        _policy.acceptProfile(profile);
        vm.assertEq(_policy.policyVersion(), 1, "a unit is not a board");
    }

    function test_RevertWhen_AcceptCallerIsNotAdmin() public {
        vm.prank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, GUARDIAN));
        _policy.acceptProfile(_b300());
    }

    function test_RevertGiven_AlreadyAccepted() public {
        bytes32 profileId = _policy.acceptProfile(_b300());
        vm.expectRevert(abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyAlreadyAccepted.selector, profileId));
        _policy.acceptProfile(_b300());
    }

    function test_RevertWhen_NameIsEmptyOrTooLong() public {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.name = "";
        _expectRefused(profile, abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyNameLength.selector, 0, 64));
        profile.name = "0123456789012345678901234567890123456789012345678901234567890123x";
        _expectRefused(profile, abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyNameLength.selector, 65, 64));
    }

    function testFuzz_RevertWhen_RolesAreEmptyOrUnknown(uint8 roles) public {
        roles = roles & OperatorRoles.ALL == 0 ? 0 : roles | 0x80;
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.roles = roles;
        _expectRefused(
            profile,
            abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyRolesInvalid.selector, roles, OperatorRoles.ALL)
        );
    }

    function testFuzz_RevertWhen_EnclaveAgeIsOutOfRange(uint32 age, bool low) public {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.maxEnclaveAge = uint32(low ? bound(age, 0, 1 days - 1) : bound(age, 365 days + 1, type(uint32).max));
        _expectRefused(
            profile,
            abi.encodeWithSelector(
                IHardwarePolicy.HardwarePolicyEnclaveAge.selector,
                profile.maxEnclaveAge,
                1 days,
                365 days
            )
        );
    }

    function testFuzz_RevertWhen_HeartbeatIntervalIsOutOfRange(uint32 interval, bool low) public {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.heartbeatInterval = uint32(
            low ? bound(interval, 0, 1 minutes - 1) : bound(interval, 7 days + 1, type(uint32).max)
        );
        _expectRefused(
            profile,
            abi.encodeWithSelector(
                IHardwarePolicy.HardwarePolicyHeartbeatInterval.selector,
                profile.heartbeatInterval,
                1 minutes,
                7 days
            )
        );
    }

    function test_RevertWhen_AcceleratorIsIncomplete() public {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.gpuArchitecture = IHardwarePolicy.GpuArchitecture.NONE;
        _expectIncomplete(profile);
        profile = _b300();
        profile.gpuMode = IHardwarePolicy.GpuMode.NONE;
        _expectIncomplete(profile);
        profile = _b300();
        profile.gpuBoards = new string[](0);
        _expectIncomplete(profile);
        profile = _b300();
        profile.minimumGpuDriver = 0;
        _expectIncomplete(profile);
    }

    function test_RevertWhen_AssuranceIsOfNoAccelerator() public {
        IHardwarePolicy.HardwareProfile memory profile = _nitro();
        profile.gpuAssurance = IHardwarePolicy.GpuAssurance.NVIDIA_TOKEN;
        _expectRefused(
            profile,
            abi.encodeWithSelector(
                IHardwarePolicy.HardwarePolicyAssuranceUnexpected.selector,
                IHardwarePolicy.GpuAssurance.NVIDIA_TOKEN
            )
        );
    }

    function test_RevertWhen_NitroHasAnAccelerator() public {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.cpuTee = TeeKind.NITRO;
        _expectRefused(
            profile,
            abi.encodeWithSelector(
                IHardwarePolicy.HardwarePolicyAcceleratorUnsupported.selector,
                TeeKind.NITRO,
                profile.gpuArchitecture
            )
        );
    }

    function test_RevertWhen_BoardSitsOnGrace() public {
        _expectGrace("GH200");
        _expectGrace("GB200 NVL72");
        _expectGrace("gb300");
        _expectGrace("DGX GH200");
        _expectGrace("HGX-GB300");
    }

    function testFuzz_RevertWhen_BoardBeginsWithGhOrGb(bool gh, bool lowerG, bool lowerSecond, uint16 number) public {
        bytes memory board = abi.encodePacked(
            lowerG ? "g" : "G",
            gh ? (lowerSecond ? "h" : "H") : (lowerSecond ? "b" : "B"),
            _digits(number)
        );
        _expectGrace(string(board));
    }

    function test_RevertWhen_BoardNameIsEmptyOrTooLong() public {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.gpuBoards[1] = "";
        _expectRefused(profile, abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyBoardLength.selector, 1, 0, 32));
        profile.gpuBoards[1] = "012345678901234567890123456789012";
        _expectRefused(profile, abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyBoardLength.selector, 1, 33, 32));
    }

    function testFuzz_RevertWhen_BoardCharacterIsNotPrintable(bytes1 character) public {
        if (character >= 0x20 && character <= 0x7e) character = 0x7f;
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.gpuBoards[0] = string(abi.encodePacked("B300", character));
        _expectRefused(
            profile,
            abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyBoardCharacter.selector, profile.gpuBoards[0])
        );
    }

    function test_RevertWhen_BoardIsNamedTwice() public {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.gpuBoards[1] = profile.gpuBoards[0];
        _expectRefused(
            profile,
            abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyBoardRepeated.selector, profile.gpuBoards[0])
        );
    }

    function test_RevertWhen_TooManyBoards() public {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.gpuBoards = new string[](9);
        _expectRefused(profile, abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyTooManyBoards.selector, 9, 8));
    }

    function test_Suspend_TakesTheProfileOutAtOnce() public {
        bytes32 profileId = _policy.acceptProfile(_b300());
        vm.expectEmit(address(_policy));
        emit IHardwarePolicy.ProfileSuspended(profileId, 2, START, "firmware flaw");
        vm.prank(GUARDIAN);
        _policy.suspendProfile(profileId, START, "firmware flaw");

        IHardwarePolicy.ProfileTerms memory terms = _policy.termsOf(profileId);
        vm.assertEq(uint256(terms.status), uint256(IHardwarePolicy.ProfileStatus.SUSPENDED), "status");
        vm.assertEq(_policy.policyVersion(), 2, "policy version");
    }

    function test_RevertWhen_SuspendCallerIsNotGuardian() public {
        bytes32 profileId = _policy.acceptProfile(_b300());
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        _policy.suspendProfile(profileId, START, "because");
    }

    function testFuzz_RevertGiven_ProfileIsUnknown(bytes32 profileId) public {
        vm.prank(GUARDIAN);
        vm.expectRevert(
            abi.encodeWithSelector(
                IHardwarePolicy.HardwarePolicyNotAccepted.selector,
                profileId,
                IHardwarePolicy.ProfileStatus.NONE
            )
        );
        _policy.suspendProfile(profileId, START, "because");
    }

    function testFuzz_RevertWhen_SinceIsZeroOrInTheFuture(uint40 since) public {
        bytes32 profileId = _policy.acceptProfile(_b300());
        since = since % 2 == 0 ? 0 : uint40(bound(since, START + 1, type(uint40).max));
        vm.prank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(IHardwarePolicy.HardwarePolicySinceInvalid.selector, since, START));
        _policy.suspendProfile(profileId, since, "because");
    }

    function test_Suspend_AgainWithAnEarlierTime() public {
        bytes32 profileId = _policy.acceptProfile(_b300());
        vm.startPrank(GUARDIAN);
        _policy.suspendProfile(profileId, START - 100, "because");
        _policy.suspendProfile(profileId, START - 200, "earlier than we knew");
        vm.assertEq(_policy.termsOf(profileId).compromisedSince, START - 200, "since");
        vm.stopPrank();
    }

    function test_RevertGiven_SuspendedSinceTheSameTime() public {
        bytes32 profileId = _policy.acceptProfile(_b300());
        vm.startPrank(GUARDIAN);
        _policy.suspendProfile(profileId, START, "because");
        vm.expectRevert(abi.encodeWithSelector(IHardwarePolicy.HardwarePolicySinceInvalid.selector, START, START - 1));
        _policy.suspendProfile(profileId, START, "because");
        vm.stopPrank();
    }

    function test_Deprecate_AnnouncesAnEnd() public {
        bytes32 profileId = _policy.acceptProfile(_b300());
        vm.expectEmit(address(_policy));
        emit IHardwarePolicy.ProfileDeprecated(profileId, 2, START + 10 days);
        vm.prank(GUARDIAN);
        _policy.deprecateProfile(profileId, START + 10 days);
        vm.assertEq(_policy.termsOf(profileId).sunset, START + 10 days, "sunset");
        vm.assertEq(_policy.termsOf(profileId).acceptedAtVersion, 1, "nothing is interrupted");
    }

    function test_RevertWhen_AnEndIsPastOrLater() public {
        bytes32 profileId = _policy.acceptProfile(_b300());
        vm.startPrank(GUARDIAN);
        vm.expectRevert(
            abi.encodeWithSelector(IHardwarePolicy.HardwarePolicySunsetInvalid.selector, START - 1, START, 0)
        );
        _policy.deprecateProfile(profileId, START - 1);
        _policy.deprecateProfile(profileId, START + 5);
        vm.expectRevert(
            abi.encodeWithSelector(IHardwarePolicy.HardwarePolicySunsetInvalid.selector, START + 5, START, START + 5)
        );
        _policy.deprecateProfile(profileId, START + 5);
        vm.stopPrank();
    }

    function test_RevertWhen_DeprecatedProfileIsUnknown() public {
        vm.prank(GUARDIAN);
        vm.expectRevert(
            abi.encodeWithSelector(
                IHardwarePolicy.HardwarePolicyNotAccepted.selector,
                bytes32("x"),
                IHardwarePolicy.ProfileStatus.NONE
            )
        );
        _policy.deprecateProfile("x", START);
    }

    function test_Accept_WithdrawsAnAnnouncedEnd() public {
        bytes32 profileId = _policy.acceptProfile(_b300());
        vm.prank(GUARDIAN);
        _policy.deprecateProfile(profileId, START + 10 days);
        _policy.acceptProfile(_b300());
        vm.assertEq(_policy.termsOf(profileId).sunset, 0, "no end");
        vm.assertEq(_policy.termsOf(profileId).acceptedAtVersion, 1, "never interrupted");
    }

    function test_Accept_AfterAnEndTakesANewVersion() public {
        bytes32 profileId = _policy.acceptProfile(_b300());
        vm.prank(GUARDIAN);
        _policy.deprecateProfile(profileId, START + 10 days);
        vm.warp(START + 10 days);
        _policy.acceptProfile(_b300());
        vm.assertEq(_policy.termsOf(profileId).acceptedAtVersion, 3, "interrupted");
    }

    function testFuzz_RevertWhen_TcbSetIsEmptyOrHasRevoked(uint16 acceptedTcb) public {
        if (acceptedTcb != 0) acceptedTcb |= uint16(1 << uint8(TcbStatus.REVOKED));
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.acceptedTcb = acceptedTcb;
        _expectRefused(
            profile,
            abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyTcbInvalid.selector, acceptedTcb, 0x7f)
        );
    }

    function test_RevertWhen_TechnologyIsMissing() public {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.cpuTee = TeeKind.NONE;
        _expectRefused(profile, abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyKindMissing.selector));
    }

    function test_RevertWhen_SnpTcbIsForAnotherTechnology() public {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.minimumSnpTcb = 7;
        _expectRefused(
            profile,
            abi.encodeWithSelector(IHardwarePolicy.HardwarePolicySnpTcbUnexpected.selector, TeeKind.TDX, 7)
        );
    }

    function test_RevertWhen_TooManyClasses() public {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.platformClasses = new bytes32[](33);
        _expectRefused(profile, abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyTooManyClasses.selector, 33, 32));
    }

    function test_RevertGiven_AsManyProfilesAsCanBe() public {
        IHardwarePolicy.HardwareProfile memory profile = _nitro();
        for (uint256 i = 0; i < 56; ++i) {
            profile.maxEnclaveAge = uint32(1 days + i);
            _policy.acceptProfile(profile);
        }
        profile.maxEnclaveAge = 2 days;
        _expectRefused(profile, abi.encodeWithSelector(IAcceptedTerms.AcceptedTermsFull.selector, 56));
    }

    function test_RevertWhen_TermsAreWrittenByAnybodyElse() public {
        IHardwarePolicy.ProfileTerms memory terms;
        ICodeReleases.ReleaseTerms memory release;
        IHardwarePolicy.AdmissionTerms memory admission;
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER);
        vm.startPrank(STRANGER);
        vm.expectRevert(refusal);
        enclaves.setProfileTerms("x", terms);
        vm.expectRevert(refusal);
        enclaves.setReleaseTerms("x", release);
        vm.expectRevert(refusal);
        enclaves.addProfile("x", admission, new bytes32[](0));
        vm.stopPrank();
    }

    function test_RevertWhen_ReasonIsEmptyOrTooLong() public {
        bytes32 profileId = _policy.acceptProfile(_b300());
        vm.startPrank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyReasonLength.selector, 0, 256));
        _policy.suspendProfile(profileId, START, "");
        vm.expectRevert(abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyReasonLength.selector, 257, 256));
        _policy.suspendProfile(profileId, START, string(new bytes(257)));
        vm.stopPrank();
    }

    function _expectRefused(IHardwarePolicy.HardwareProfile memory profile, bytes memory revertData) private {
        vm.expectRevert(revertData);
        _policy.acceptProfile(profile);
    }

    function _expectIncomplete(IHardwarePolicy.HardwareProfile memory profile) private {
        _expectRefused(
            profile,
            abi.encodeWithSelector(
                IHardwarePolicy.HardwarePolicyAcceleratorIncomplete.selector,
                profile.gpuArchitecture,
                profile.gpuMode,
                profile.gpuBoards.length,
                profile.minimumGpuDriver
            )
        );
    }

    function _expectGrace(string memory board) private {
        IHardwarePolicy.HardwareProfile memory profile = _b300();
        profile.gpuBoards[1] = board;
        _expectRefused(profile, abi.encodeWithSelector(IHardwarePolicy.HardwarePolicyGraceBoard.selector, board));
    }

    function _digits(uint256 value) private pure returns (bytes memory) {
        if (value < 10) return abi.encodePacked(uint8(48 + value));
        return abi.encodePacked(_digits(value / 10), uint8(48 + (value % 10)));
    }

    function _b300() private pure returns (IHardwarePolicy.HardwareProfile memory) {
        string[] memory boards = new string[](2);
        boards[0] = "HGX B300";
        boards[1] = "HGX B200";
        return
            IHardwarePolicy.HardwareProfile({
                name: "TDX + HGX B300",
                cpuTee: TeeKind.TDX,
                platformClasses: new bytes32[](0),
                gpuArchitecture: IHardwarePolicy.GpuArchitecture.BLACKWELL,
                gpuMode: IHardwarePolicy.GpuMode.MULTI_PASSTHROUGH,
                gpuBoards: boards,
                minimumGpuDriver: 595,
                gpuAssurance: IHardwarePolicy.GpuAssurance.MEASURED_CODE,
                acceptedTcb: UP_TO_DATE,
                tcbGrace: 0,
                minimumTcbEvaluation: 18,
                minimumSnpTcb: 0,
                roles: OperatorRoles.INFERENCE | OperatorRoles.JUDGE,
                maxEnclaveAge: 30 days,
                heartbeatInterval: 1 hours,
                minimumStake: 10_000e18
            });
    }

    function _nitro() private pure returns (IHardwarePolicy.HardwareProfile memory profile) {
        profile.name = "Nitro";
        profile.cpuTee = TeeKind.NITRO;
        profile.acceptedTcb = 1;
        profile.roles = OperatorRoles.INFERENCE;
        profile.maxEnclaveAge = 7 days;
        profile.heartbeatInterval = 1 hours;
    }
}
