// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {DevAttestationVerifier} from "../../../contracts/tee/DevAttestationVerifier.sol";
import {IAttestationGate} from "../../../contracts/tee/interfaces/IAttestationGate.sol";
import {AttestationFacts, TeeKind} from "../../../contracts/tee/interfaces/IAttestationVerifier.sol";
import {EnclaveRegistryTest} from "./EnclaveRegistryTest.sol";

contract AttestationGateTest is EnclaveRegistryTest {
    function test_AddVerifier_GivesItTheNextNumber() public {
        DevAttestationVerifier other = DevAttestationVerifier(
            create("DevAttestationVerifier", abi.encode(TeeKind.NITRO, address(1)))
        );
        vm.expectEmit(address(enclaves));
        emit IAttestationGate.VerifierAdded(1, address(other), TeeKind.NITRO);
        vm.assertEq(enclaves.addVerifier(other), 1, "number");
        vm.assertEq(enclaves.verifierCount(), 2, "count");
        vm.assertEq(uint256(enclaves.verifierAt(1).kind), uint256(TeeKind.NITRO), "kind");
    }

    function test_RevertWhen_VerifierNamesNoTechnology() public {
        DevAttestationVerifier other = DevAttestationVerifier(
            create("DevAttestationVerifier", abi.encode(TeeKind.NONE, address(1)))
        );
        vm.expectRevert(abi.encodeWithSelector(IAttestationGate.AttestationVerifierInvalid.selector, other));
        enclaves.addVerifier(other);
    }

    function test_RevertGiven_VerifierIsFrozenAlready() public {
        vm.startPrank(GUARDIAN);
        enclaves.freezeVerifier(0, "flaw");
        vm.expectRevert(abi.encodeWithSelector(IAttestationGate.AttestationVerifierFrozen.selector, 0));
        enclaves.freezeVerifier(0, "flaw");
        vm.stopPrank();
    }

    function test_RevertWhen_DenialChangesNothing() public {
        bytes32 subject = "machine";
        vm.startPrank(GUARDIAN);
        enclaves.deny(IAttestationGate.Denial.PLATFORM, subject, "flaw");
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttestationGate.AttestationDenialUnchanged.selector,
                IAttestationGate.Denial.PLATFORM,
                subject,
                true
            )
        );
        enclaves.deny(IAttestationGate.Denial.PLATFORM, subject, "flaw");
        vm.stopPrank();
        vm.assertTrue(enclaves.isDenied(IAttestationGate.Denial.PLATFORM, subject), "denied");
    }

    function testFuzz_Evaluation_OnlyTheAdminLowersIt(uint32 number, uint32 next) public {
        number = uint32(bound(number, 2, type(uint32).max));
        vm.prank(GUARDIAN);
        enclaves.raiseMinimumTcbEvaluation(TeeKind.TDX, number);
        next = uint32(bound(next, 0, number));
        vm.prank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(IAttestationGate.AttestationEvaluationNotRaised.selector, next, number));
        enclaves.raiseMinimumTcbEvaluation(TeeKind.TDX, next);
        enclaves.setMinimumTcbEvaluation(TeeKind.TDX, number - 1);
        vm.assertEq(enclaves.minimumTcbEvaluationOf(TeeKind.TDX), number - 1, "lowered by vote");
    }

    function test_RevertWhen_PauseChangesNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IAttestationGate.AttestationPauseUnchanged.selector, false));
        enclaves.resumeRegistrations();
        vm.startPrank(GUARDIAN);
        enclaves.pauseRegistrations("flaw");
        vm.expectRevert(abi.encodeWithSelector(IAttestationGate.AttestationPauseUnchanged.selector, true));
        enclaves.pauseRegistrations("flaw");
        vm.stopPrank();
        enclaves.resumeRegistrations();
        vm.assertFalse(enclaves.registrationsPaused(), "open again");
    }

    function test_RevertWhen_ReasonIsEmptyOrTooLong() public {
        vm.startPrank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(IAttestationGate.AttestationReasonLength.selector, 0, 256));
        enclaves.pauseRegistrations("");
        vm.expectRevert(abi.encodeWithSelector(IAttestationGate.AttestationReasonLength.selector, 257, 256));
        enclaves.freezeVerifier(0, string(new bytes(257)));
        vm.stopPrank();
    }

    function test_RevertWhen_TheGuardianAdds() public {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, GUARDIAN);
        vm.startPrank(GUARDIAN);
        vm.expectRevert(refusal);
        enclaves.addVerifier(verifier);
        vm.expectRevert(refusal);
        enclaves.allow(IAttestationGate.Denial.PLATFORM, "machine");
        vm.expectRevert(refusal);
        enclaves.setMinimumTcbEvaluation(TeeKind.TDX, 1);
        vm.expectRevert(refusal);
        enclaves.resumeRegistrations();
        vm.stopPrank();
    }

    // ------------------------------------------- the development verifier ----------------------------------------

    function testFuzz_RevertWhen_DevelopmentEvidenceIsAnotherKeys(uint128 key) public {
        uint256 other = uint256(key) + 1;
        vm.assume(other != DEVELOPMENT_KEY);
        bytes memory evidence = _signFacts(other, _facts());
        vm.expectRevert(
            abi.encodeWithSelector(
                DevAttestationVerifier.DevAttestationSignature.selector,
                vm.addr(DEVELOPMENT_KEY),
                vm.addr(other)
            )
        );
        verifier.verify(evidence);
    }

    function test_RevertWhen_DevelopmentEvidenceIsOfAnotherTechnology() public {
        AttestationFacts memory facts = _facts();
        facts.kind = TeeKind.NITRO;
        bytes memory evidence = _signFacts(DEVELOPMENT_KEY, facts);
        vm.expectRevert(
            abi.encodeWithSelector(DevAttestationVerifier.DevAttestationKind.selector, TeeKind.NITRO, TeeKind.TDX)
        );
        verifier.verify(evidence);
    }

    function test_RevertGiven_ChainIsNotForTests() public {
        vm.chainId(8453);
        vm.expectRevert(abi.encodeWithSelector(DevAttestationVerifier.DevAttestationChain.selector, 8453));
        create("DevAttestationVerifier", abi.encode(TeeKind.TDX, address(1)));
    }
}
