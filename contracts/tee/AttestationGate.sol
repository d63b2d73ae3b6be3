// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AcceptedTerms} from "./AcceptedTerms.sol";
import {IAttestationGate} from "./interfaces/IAttestationGate.sol";
import {IAttestationVerifier, TeeKind} from "./interfaces/IAttestationVerifier.sol";
import {IGpuAttestations} from "./interfaces/IGpuAttestations.sol";

/// @title Who verifies evidence, and what is refused whatever the evidence says
/// @notice See {IAttestationGate}. Nothing here is read when an enclave is used.
abstract contract AttestationGate is IAttestationGate, AcceptedTerms {
    uint256 private constant MAX_VERIFIERS = 256;
    uint256 private constant MAX_REASON_LENGTH = 256;

    /// @inheritdoc IAttestationGate
    bool public registrationsPaused;

    /// @inheritdoc IAttestationGate
    IGpuAttestations public gpuAttestations;

    Verifier[] private _verifiers;
    mapping(Denial denial => mapping(bytes32 subject => bool)) private _denied;
    mapping(TeeKind kind => uint32) private _minimumTcbEvaluation;

    constructor(IAttestationVerifier[] memory verifiers, IGpuAttestations gpuTarget) {
        _setGpuAttestations(gpuTarget);
        for (uint256 i = 0; i < verifiers.length; ++i) _addVerifier(verifiers[i]);
    }

    /// @inheritdoc IAttestationGate
    function verifierAt(uint256 verifierId) public view returns (Verifier memory) {
        if (verifierId >= _verifiers.length) revert AttestationVerifierUnknown(verifierId, _verifiers.length);
        return _verifiers[verifierId];
    }

    /// @inheritdoc IAttestationGate
    function verifierCount() external view returns (uint256) {
        return _verifiers.length;
    }

    /// @inheritdoc IAttestationGate
    function isDenied(Denial denial, bytes32 subject) public view returns (bool) {
        return _denied[denial][subject];
    }

    /// @inheritdoc IAttestationGate
    function minimumTcbEvaluationOf(TeeKind kind) public view returns (uint32) {
        return _minimumTcbEvaluation[kind];
    }

    /// @inheritdoc IAttestationGate
    function addVerifier(IAttestationVerifier target) external restricted returns (uint256) {
        return _addVerifier(target);
    }

    /// @inheritdoc IAttestationGate
    function setGpuAttestations(IGpuAttestations target) external restricted {
        _setGpuAttestations(target);
    }

    /// @inheritdoc IAttestationGate
    function freezeVerifier(uint256 verifierId, string calldata reason) external restricted {
        _checkReason(reason);
        if (verifierAt(verifierId).frozen) revert AttestationVerifierFrozen(verifierId);
        _verifiers[verifierId].frozen = true;
        emit VerifierFrozen(verifierId, _takeVersion(), reason);
    }

    /// @inheritdoc IAttestationGate
    function deny(Denial denial, bytes32 subject, string calldata reason) external restricted {
        _checkReason(reason);
        _setDenied(denial, subject, true);
        emit SubjectDenied(denial, subject, _takeVersion(), reason);
    }

    /// @inheritdoc IAttestationGate
    function allow(Denial denial, bytes32 subject) external restricted {
        _setDenied(denial, subject, false);
        emit SubjectAllowed(denial, subject, _takeVersion());
    }

    /// @inheritdoc IAttestationGate
    function raiseMinimumTcbEvaluation(TeeKind kind, uint32 number) external restricted {
        if (number < _minimumTcbEvaluation[kind]) {
            revert AttestationEvaluationNotRaised(number, _minimumTcbEvaluation[kind]);
        }
        _setMinimumTcbEvaluation(kind, number);
    }

    /// @inheritdoc IAttestationGate
    function setMinimumTcbEvaluation(TeeKind kind, uint32 number) external restricted {
        _setMinimumTcbEvaluation(kind, number);
    }

    /// @inheritdoc IAttestationGate
    function pauseRegistrations(string calldata reason) external restricted {
        _checkReason(reason);
        if (registrationsPaused) revert AttestationPauseUnchanged(true);
        registrationsPaused = true;
        emit RegistrationsPaused(reason);
    }

    /// @inheritdoc IAttestationGate
    function resumeRegistrations() external restricted {
        if (!registrationsPaused) revert AttestationPauseUnchanged(false);
        registrationsPaused = false;
        emit RegistrationsResumed();
    }

    function _checkReason(string calldata reason) private pure {
        uint256 length = bytes(reason).length;
        if (length == 0 || length > MAX_REASON_LENGTH) revert AttestationReasonLength(length, MAX_REASON_LENGTH);
    }

    function _setDenied(Denial denial, bytes32 subject, bool denied) private {
        if (_denied[denial][subject] == denied) revert AttestationDenialUnchanged(denial, subject, denied);
        _denied[denial][subject] = denied;
    }

    function _setMinimumTcbEvaluation(TeeKind kind, uint32 number) private {
        uint32 previous = _minimumTcbEvaluation[kind];
        if (number == previous) revert AttestationEvaluationNotRaised(number, previous);
        _minimumTcbEvaluation[kind] = number;
        _takeVersion();
        emit MinimumTcbEvaluationSet(kind, previous, number);
    }

    function _setGpuAttestations(IGpuAttestations target) private {
        emit GpuAttestationsSet(address(gpuAttestations), address(target));
        gpuAttestations = target;
    }

    function _addVerifier(IAttestationVerifier target) private returns (uint256 verifierId) {
        TeeKind kind = target.kind();
        if (kind == TeeKind.NONE) revert AttestationVerifierInvalid(address(target));
        verifierId = _verifiers.length;
        if (verifierId == MAX_VERIFIERS) revert AttestationVerifiersFull(MAX_VERIFIERS);
        _verifiers.push(Verifier({target: target, kind: kind, frozen: false}));
        emit VerifierAdded(verifierId, address(target), kind);
    }
}
