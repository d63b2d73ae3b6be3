// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {BlockChallenge} from "../../libraries/BlockChallenge.sol";
import {IAttestationGate} from "../interfaces/IAttestationGate.sol";
import {AttestationFacts, TcbStatus, TeeKind} from "../interfaces/IAttestationVerifier.sol";
import {ICodeReleases} from "../interfaces/ICodeReleases.sol";
import {IEnclaveRegistry} from "../interfaces/IEnclaveRegistry.sol";
import {IHardwarePolicy} from "../interfaces/IHardwarePolicy.sol";
import {EnclaveBinding} from "./EnclaveBinding.sol";

/// @title Whether genuine evidence is good enough
/// @notice Every rule is judged, so that an operator learns at once all that is wrong.
library Admission {
    /// @notice What the registry knows about the parties to a registration.
    struct Inputs {
        bool registrationsOpen;
        bool operatorRegistered;
        bool operatorDenied;
        bool platformDenied;
        bool classDenied;
        bool classListed;
        bool acceleratorAttested;
        uint256 stake;
        uint256 profileIndex;
        uint32 minimumTcbEvaluation;
        IAttestationGate.Verifier verifier;
        IHardwarePolicy.ProfileTerms profile;
        IHardwarePolicy.AdmissionTerms terms;
        ICodeReleases.ReleaseTerms release;
    }

    /// @notice The first rule of a set that is not empty.
    function firstOf(uint256 rules) internal pure returns (IEnclaveRegistry.AdmissionRule) {
        uint8 rule = 0;
        while (rules & 1 == 0) {
            rules >>= 1;
            ++rule;
        }
        return IEnclaveRegistry.AdmissionRule(rule);
    }

    /// @notice The set of rules that a registration breaks.
    function failedRules(
        IEnclaveRegistry.Registration calldata registration,
        AttestationFacts memory facts,
        Inputs memory inputs
    ) internal view returns (uint256) {
        return
            _failedOperatorRules(inputs) |
            _failedPlatformRules(facts, inputs) |
            _failedTcbRules(facts, inputs) |
            _failedReleaseRules(inputs) |
            _failedBindingRules(registration, facts, inputs);
    }

    function _failedOperatorRules(Inputs memory inputs) private pure returns (uint256) {
        return
            _unless(inputs.registrationsOpen, IEnclaveRegistry.AdmissionRule.REGISTRATIONS_OPEN) |
            _unless(!inputs.verifier.frozen, IEnclaveRegistry.AdmissionRule.VERIFIER_NOT_FROZEN) |
            _unless(inputs.operatorRegistered, IEnclaveRegistry.AdmissionRule.OPERATOR_REGISTERED) |
            _unless(!inputs.operatorDenied, IEnclaveRegistry.AdmissionRule.OPERATOR_NOT_DENIED) |
            _unless(inputs.stake >= inputs.terms.minimumStake, IEnclaveRegistry.AdmissionRule.STAKE_SUFFICIENT);
    }

    function _failedPlatformRules(AttestationFacts memory facts, Inputs memory inputs) private view returns (uint256) {
        bool accepted =
            inputs.profile.status == IHardwarePolicy.ProfileStatus.ACCEPTED &&
                (inputs.profile.sunset == 0 || block.timestamp < inputs.profile.sunset);
        bool sameKind = facts.kind == inputs.terms.kind && facts.kind == inputs.verifier.kind;
        return
            _unless(accepted, IEnclaveRegistry.AdmissionRule.PROFILE_ACCEPTED) |
            _unless(sameKind, IEnclaveRegistry.AdmissionRule.TECHNOLOGY_OF_PROFILE) |
            _unless(!facts.debug, IEnclaveRegistry.AdmissionRule.NOT_DEBUG) |
            _unless(inputs.classListed, IEnclaveRegistry.AdmissionRule.PLATFORM_CLASS_LISTED) |
            _unless(!inputs.classDenied, IEnclaveRegistry.AdmissionRule.PLATFORM_CLASS_NOT_DENIED) |
            _unless(!inputs.platformDenied, IEnclaveRegistry.AdmissionRule.PLATFORM_NOT_DENIED) |
            _unless(facts.collateralExpiry >= block.timestamp, IEnclaveRegistry.AdmissionRule.COLLATERAL_FRESH);
    }

    /// @dev An out-of-date level counts only for a while after its own date, however lenient the profile is.
    function _failedTcbRules(AttestationFacts memory facts, Inputs memory inputs) private view returns (uint256) {
        bool outOfDate =
            facts.tcbStatus == TcbStatus.OUT_OF_DATE || facts.tcbStatus == TcbStatus.OUT_OF_DATE_CONFIGURATION_NEEDED;
        bool inGrace = !outOfDate || block.timestamp <= uint256(facts.tcbDate) + inputs.terms.tcbGrace;
        bool recent =
            facts.tcbEvaluationNumber >= inputs.terms.minimumTcbEvaluation &&
                facts.tcbEvaluationNumber >= inputs.minimumTcbEvaluation;
        bool accepted = (inputs.terms.acceptedTcb >> uint8(facts.tcbStatus)) & 1 == 1;
        bool snp =
            inputs.terms.kind != TeeKind.SEV_SNP || _isAtLeastBytewise(facts.tcbVersion, inputs.terms.minimumSnpTcb);
        return
            _unless(accepted, IEnclaveRegistry.AdmissionRule.TCB_STATUS_ACCEPTED) |
            _unless(inGrace, IEnclaveRegistry.AdmissionRule.TCB_WITHIN_GRACE) |
            _unless(recent, IEnclaveRegistry.AdmissionRule.TCB_EVALUATION_RECENT) |
            _unless(snp, IEnclaveRegistry.AdmissionRule.SNP_TCB_SUFFICIENT);
    }

    function _failedReleaseRules(Inputs memory inputs) private view returns (uint256) {
        ICodeReleases.ReleaseTerms memory release = inputs.release;
        bool accepted =
            release.status == ICodeReleases.ReleaseStatus.ACCEPTED &&
                block.timestamp >= release.activeFrom &&
                (release.sunset == 0 || block.timestamp < release.sunset);
        bool onProfile =
            inputs.profile.status != IHardwarePolicy.ProfileStatus.NONE &&
                (release.profiles >> inputs.profileIndex) & 1 == 1 &&
                release.roles & inputs.profile.roles != 0;
        return
            _unless(accepted, IEnclaveRegistry.AdmissionRule.RELEASE_ACCEPTED) |
            _unless(onProfile, IEnclaveRegistry.AdmissionRule.RELEASE_ON_PROFILE);
    }

    function _failedBindingRules(
        IEnclaveRegistry.Registration calldata registration,
        AttestationFacts memory facts,
        Inputs memory inputs
    ) private view returns (uint256) {
        bool hasAccelerator = inputs.terms.gpuPolicyHash != 0;
        bool accelerator =
            registration.gpuPolicyHash == inputs.terms.gpuPolicyHash &&
                hasAccelerator == (registration.gpuEvidenceDigest != 0);
        bytes32 challenge = BlockChallenge.hashOf(registration.challengeBlock);
        return
            _unless(accelerator, IEnclaveRegistry.AdmissionRule.ACCELERATOR_BOUND) |
            _unless(challenge != 0, IEnclaveRegistry.AdmissionRule.CHALLENGE_KNOWN) |
            _unless(
                challenge != 0 && EnclaveBinding.matches(facts.reportData, registration, address(this), challenge),
                IEnclaveRegistry.AdmissionRule.REPORT_DATA_BOUND
            ) |
            _unless(inputs.acceleratorAttested, IEnclaveRegistry.AdmissionRule.ACCELERATOR_ATTESTED);
    }

    function _unless(bool holds, IEnclaveRegistry.AdmissionRule rule) private pure returns (uint256) {
        return holds ? 0 : 1 << uint8(rule);
    }

    /// @dev Each byte of an SNP TCB is the version of one part of the firmware.
    function _isAtLeastBytewise(uint64 value, uint64 minimum) private pure returns (bool) {
        for (uint256 shift = 0; shift < 64; shift += 8) {
            if (uint8(value >> shift) < uint8(minimum >> shift)) return false;
        }
        return true;
    }
}
