// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {GpuAttestation, GpuPolicy, IGpuAttestations} from "../../../contracts/tee/interfaces/IGpuAttestations.sol";
import {IHardwarePolicy} from "../../../contracts/tee/interfaces/IHardwarePolicy.sol";
import {GpuClaims, INrasVerifier} from "../../../contracts/tee/interfaces/INrasVerifier.sol";
import {GpuAttestations} from "../../../contracts/tee/nras/GpuAttestations.sol";
import {Base} from "../Base.sol";
import {NrasVerifier__Mock} from "../../mocks/tee/NrasVerifier__Mock.sol";

contract GpuAttestationsTest is Base {
    bytes private constant TOKEN = "token";
    uint64 private constant START = 1_800_000_000;

    NrasVerifier__Mock private _nras;
    GpuAttestations private _gpus;

    function setUp() public {
        vm.warp(START);
        _nras = new NrasVerifier__Mock();
        _gpus = GpuAttestations(create("GpuAttestations", abi.encode(INrasVerifier(address(_nras)))));
    }

    function test_Bring_KeepsWhatTheTokenSays() public {
        GpuPolicy memory policy = _policy();
        bytes32 policyHash = keccak256(abi.encode(policy.architecture, policy.mode, policy.boards, uint32(550)));
        _say(_hoppers(1));
        bytes32[] memory devices = new bytes32[](1);
        devices[0] = keccak256(abi.encode(0));
        vm.expectEmit(address(_gpus));
        emit IGpuAttestations.GpuAttested(
            keccak256(TOKEN),
            policyHash,
            "nonce",
            "key",
            START,
            START + 1 hours,
            devices
        );
        vm.assertEq(_bring(policy), keccak256(TOKEN), "digest");
        GpuAttestation memory kept = _gpus.attestationOf(keccak256(TOKEN), policyHash);
        vm.assertEq(kept.nonce, "nonce", "nonce");
        vm.assertEq(kept.keyId, "key", "key");
        vm.assertEq(kept.issuedAt, START, "issued");
        vm.assertEq(kept.expiresAt, START + 1 hours, "expires");
        vm.assertEq(_gpus.attestationOf(keccak256(TOKEN), "another policy").issuedAt, 0, "for this policy only");
    }

    function testFuzz_Bring_ComparesTheDriversBranch(uint256 branch, uint32 minimum) public {
        branch = bound(branch, 100, 999);
        minimum = uint32(bound(minimum, 1, 1_100));
        GpuPolicy memory policy = _policy();
        policy.minimumDriver = minimum;
        GpuClaims[] memory gpus = _hoppers(1);
        gpus[0].driverVersion = string.concat(Strings.toString(branch), ".32");
        _say(gpus);
        if (branch < minimum) {
            vm.expectRevert(
                abi.encodeWithSelector(IGpuAttestations.GpuDriverTooOld.selector, 0, branch, uint256(minimum))
            );
        }
        _bring(policy);
    }

    function test_RevertWhen_TheDriversVersionIsNotReadable() public {
        string[5] memory versions = ["", "550", "55.90.07", "5500.90", "a50.90"];
        GpuClaims[] memory gpus = _hoppers(1);
        for (uint256 i; i < versions.length; ++i) {
            gpus[0].driverVersion = versions[i];
            _say(gpus);
            vm.expectRevert(abi.encodeWithSelector(IGpuAttestations.GpuDriverTooOld.selector, 0, 0, 550));
            _bring(_policy());
        }
    }

    function test_RevertWhen_AnAcceleratorIsOfAnotherGeneration() public {
        GpuPolicy memory policy = _policy();
        policy.mode = IHardwarePolicy.GpuMode.MULTI_PASSTHROUGH;
        string[4] memory models = ["GB100 A01 GSP FMC LF", "AD102", "G", ""];
        for (uint256 i; i < models.length; ++i) {
            GpuClaims[] memory gpus = _hoppers(2);
            gpus[1].model = models[i];
            _say(gpus);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IGpuAttestations.GpuArchitectureMismatch.selector,
                    1,
                    models[i],
                    IHardwarePolicy.GpuArchitecture.HOPPER
                )
            );
            _bring(policy);
        }
        policy.architecture = IHardwarePolicy.GpuArchitecture.BLACKWELL;
        GpuClaims[] memory two = _hoppers(2);
        two[0].model = "GB100 A01 GSP FMC LF";
        two[1].model = "GB102";
        _say(two);
        _bring(policy);
    }

    function testFuzz_RevertWhen_TheNumberIsNotTheModes(uint256 count, bool several) public {
        count = bound(count, 0, 8);
        GpuPolicy memory policy = _policy();
        if (several) policy.mode = IHardwarePolicy.GpuMode.MULTI_PASSTHROUGH;
        _say(_hoppers(count));
        if (several ? count < 2 : count != 1) {
            vm.expectRevert(abi.encodeWithSelector(IGpuAttestations.GpuCountMismatch.selector, count, policy.mode));
        }
        _bring(policy);
    }

    function test_RevertWhen_ATokenNamesAnAcceleratorTwice() public {
        GpuPolicy memory policy = _policy();
        policy.mode = IHardwarePolicy.GpuMode.MULTI_PASSTHROUGH;
        GpuClaims[] memory gpus = _hoppers(3);
        gpus[2].deviceId = gpus[0].deviceId;
        _say(gpus);
        vm.expectRevert(abi.encodeWithSelector(IGpuAttestations.GpuRepeated.selector, 2, gpus[0].deviceId));
        _bring(policy);
    }

    function _policy() private pure returns (GpuPolicy memory policy) {
        policy.architecture = IHardwarePolicy.GpuArchitecture.HOPPER;
        policy.mode = IHardwarePolicy.GpuMode.SINGLE_PASSTHROUGH;
        policy.boards = new string[](1);
        policy.boards[0] = "H100";
        policy.minimumDriver = 550;
    }

    function _hoppers(uint256 count) private pure returns (GpuClaims[] memory gpus) {
        gpus = new GpuClaims[](count);
        for (uint256 i; i < count; ++i) {
            gpus[i] = GpuClaims("GPU", "GH100 A01 GSP BROM", "550.90.07", "96", keccak256(abi.encode(i)));
        }
    }

    function _say(GpuClaims[] memory gpus) private {
        _nras.set("nonce", START, START + 1 hours, gpus);
    }

    function _bring(GpuPolicy memory policy) private returns (bytes32) {
        return _gpus.bring(policy, TOKEN, new bytes[](1));
    }
}
