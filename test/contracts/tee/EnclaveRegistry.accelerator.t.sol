// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IAttestationGate} from "../../../contracts/tee/interfaces/IAttestationGate.sol";
import {GpuPolicy, GpuVerdict, IGpuAttestations} from "../../../contracts/tee/interfaces/IGpuAttestations.sol";
import {ICodeReleases} from "../../../contracts/tee/interfaces/ICodeReleases.sol";
import {IEnclaveRegistry} from "../../../contracts/tee/interfaces/IEnclaveRegistry.sol";
import {IHardwarePolicy} from "../../../contracts/tee/interfaces/IHardwarePolicy.sol";
import {GpuClaims, INrasVerifier} from "../../../contracts/tee/interfaces/INrasVerifier.sol";
import {GpuAttestations} from "../../../contracts/tee/nras/GpuAttestations.sol";
import {NrasVerifier__Mock} from "../../mocks/tee/NrasVerifier__Mock.sol";
import {EnclaveRegistryTest} from "./EnclaveRegistryTest.sol";

contract EnclaveRegistryAcceleratorTest is EnclaveRegistryTest {
    bytes private constant TOKEN = "token";
    /// @dev Less than an enclave may be silent.
    uint40 private constant AGE = 5 days;

    NrasVerifier__Mock private _nras;
    GpuAttestations private _gpus;
    bytes32 private _profileId;

    function setUp() public override {
        super.setUp();
        _nras = new NrasVerifier__Mock();
        _gpus = GpuAttestations(create("GpuAttestations", abi.encode(INrasVerifier(address(_nras)))));
        enclaves.setGpuAttestations(_gpus);
        _profileId = policy.acceptProfile(_hopper());
        ICodeReleases.CodeRelease memory release = _release(_profileId);
        release.profileIds = new bytes32[](2);
        (release.profileIds[0], release.profileIds[1]) = (profileId, _profileId);
        policy.acceptRelease(release);
    }

    // ------------------------------------------------- register -------------------------------------------------

    function testFuzz_Register_AgesWithTheToken(uint64 age) public {
        age = uint64(bound(age, 0, 59 minutes));
        IEnclaveRegistry.Registration memory registration = _attested();
        _say(registration, START - age, START - age + 1 hours);
        _bring();
        bytes32 enclaveId = _registerWith(registration);
        IEnclaveRegistry.Enclave memory enclave = enclaves.enclaveOf(enclaveId);
        vm.assertEq(enclave.validUntil, START - age + AGE, "the token's age counts");
        vm.assertTrue(enclaves.isUsable(enclaveId, ROLES, START - age + AGE), "until then");
        vm.assertFalse(enclaves.isUsable(enclaveId, ROLES, START - age + AGE + 1), "and no longer");
    }

    function test_Register_TakesNoTimeFromATokenOfTheFuture() public {
        IEnclaveRegistry.Registration memory registration = _attested();
        _say(registration, START + 30 days, START + 31 days);
        _bring();
        bytes32 enclaveId = _registerWith(registration);
        vm.assertEq(enclaves.enclaveOf(enclaveId).validUntil, START + AGE, "from now");
    }

    function test_Register_RenewsWithANewTokenOnly() public {
        IEnclaveRegistry.Registration memory registration = _attested();
        _say(registration, START, START + 1 hours);
        _bring();
        _registerWith(registration);
        vm.roll(block.number + 1);
        registration.challengeBlock += 1;
        _expectUnattested(registration);
        _say(registration, START, START + 1 hours);
        _bring();
        _registerWith(registration);
    }

    function test_RevertGiven_NoTokenWasBrought() public {
        IEnclaveRegistry.Registration memory registration = _attested();
        _expectUnattested(registration);
        _say(registration, START, START + 1 hours);
        _bring();
        registration.gpuEvidenceDigest = keccak256("another token");
        _expectUnattested(registration);
    }

    function testFuzz_RevertWhen_TheTokenIsForAnotherRegistration(uint8 field) public {
        IEnclaveRegistry.Registration memory registration = _attested();
        IEnclaveRegistry.Registration memory other = _attested();
        field = uint8(bound(field, 0, 4));
        if (field == 0) other.operator = STRANGER;
        if (field == 1) other.signer = STRANGER;
        if (field == 2) other.rsaKeyHash = "rsa";
        if (field == 3) other.profileId = profileId;
        if (field == 4) other.challengeBlock -= 1;
        _say(other, START, START + 1 hours);
        _bring();
        _expectUnattested(registration);
        (GpuVerdict verdict, uint64 issuedAt) = _gpus.judge(address(enclaves), registration);
        vm.assertEq(uint8(verdict), uint8(GpuVerdict.OTHER_NONCE), "verdict");
        vm.assertEq(issuedAt, 0, "no time");
        (verdict, ) = _gpus.judge(STRANGER, other);
        vm.assertEq(uint8(verdict), uint8(GpuVerdict.OTHER_NONCE), "another registry");
    }

    function test_RevertGiven_TheTokenHasExpired() public {
        IEnclaveRegistry.Registration memory registration = _attested();
        _say(registration, START - 1 hours, START);
        _bring();
        _expectUnattested(registration);
        (GpuVerdict verdict, ) = _gpus.judge(address(enclaves), registration);
        vm.assertEq(uint8(verdict), uint8(GpuVerdict.EXPIRED), "verdict");
    }

    function test_RevertGiven_TheKeyWasWithdrawnSince() public {
        IEnclaveRegistry.Registration memory registration = _attested();
        _say(registration, START, START + 1 hours);
        _bring();
        _nras.withdraw("key");
        _expectUnattested(registration);
        (GpuVerdict verdict, ) = _gpus.judge(address(enclaves), registration);
        vm.assertEq(uint8(verdict), uint8(GpuVerdict.KEY_WITHDRAWN), "verdict");
    }

    function test_RevertGiven_TokensAreTakenNowhere() public {
        enclaves.setGpuAttestations(IGpuAttestations(address(0)));
        _expectUnattested(_attested());
    }

    function test_Register_AsksNothingOfProfilesWithoutToken() public {
        enclaves.setGpuAttestations(IGpuAttestations(address(0)));
        vm.assertTrue(enclaves.isUsable(_register(), ROLES, START), "as ever");
    }

    // ---------------------------------------------- setGpuAttestations ------------------------------------------

    function test_SetGpuAttestations_IsAnnounced() public {
        vm.expectEmit(address(enclaves));
        emit IAttestationGate.GpuAttestationsSet(address(_gpus), STRANGER);
        enclaves.setGpuAttestations(IGpuAttestations(STRANGER));
        vm.assertEq(address(enclaves.gpuAttestations()), STRANGER, "set");
    }

    function test_RevertWhen_TheGuardianSetsGpuAttestations() public {
        vm.prank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, GUARDIAN));
        enclaves.setGpuAttestations(IGpuAttestations(address(0)));
    }

    // --------------------------------------------------- helpers ------------------------------------------------

    function _hopper() private pure returns (IHardwarePolicy.HardwareProfile memory profile) {
        profile = _profile();
        profile.name = "TDX + Hopper, with token";
        profile.gpuArchitecture = IHardwarePolicy.GpuArchitecture.HOPPER;
        profile.gpuMode = IHardwarePolicy.GpuMode.SINGLE_PASSTHROUGH;
        profile.gpuBoards = new string[](1);
        profile.gpuBoards[0] = "H100";
        profile.minimumGpuDriver = 550;
        profile.maxEnclaveAge = uint32(AGE);
        profile.gpuAssurance = IHardwarePolicy.GpuAssurance.NVIDIA_TOKEN;
    }

    /// @dev A registration under that profile whose evidence binds the token.
    function _attested() private view returns (IEnclaveRegistry.Registration memory registration) {
        registration = _registration(OPERATOR, KEY, _profileId);
        registration.gpuPolicyHash = policy.computeGpuPolicyHash(_hopper());
        registration.gpuEvidenceDigest = keccak256(TOKEN);
    }

    /// @dev Makes the next token one for `registration`.
    function _say(IEnclaveRegistry.Registration memory registration, uint64 issuedAt, uint64 expiresAt) private {
        GpuClaims[] memory gpus = new GpuClaims[](1);
        gpus[0] = GpuClaims("GPU-0", "GH100 A01 GSP BROM", "550.90.07", "96", "device");
        _nras.set(_gpus.nonceOf(address(enclaves), registration), issuedAt, expiresAt, gpus);
    }

    function _bring() private {
        IHardwarePolicy.HardwareProfile memory profile = _hopper();
        GpuPolicy memory gpuPolicy = GpuPolicy({
            architecture: profile.gpuArchitecture,
            mode: profile.gpuMode,
            boards: profile.gpuBoards,
            minimumDriver: profile.minimumGpuDriver
        });
        vm.assertEq(_gpus.bring(gpuPolicy, TOKEN, new bytes[](1)), keccak256(TOKEN), "digest");
    }

    function _registerWith(IEnclaveRegistry.Registration memory registration) private returns (bytes32) {
        bytes memory evidence = _evidence(registration, _facts());
        bytes memory possession = _possession(KEY, registration, evidence);
        vm.prank(OPERATOR);
        return enclaves.register(registration, evidence, possession);
    }

    function _expectUnattested(IEnclaveRegistry.Registration memory registration) private {
        _expectRefused(registration, _facts(), IEnclaveRegistry.AdmissionRule.ACCELERATOR_ATTESTED);
    }
}
