// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {FaultClass, FaultTerms, IPenalties} from "../interfaces/IPenalties.sol";

/// @title The table of faults: what each class costs at first, and what governance can never exceed
library FaultTable {
    /// @notice The longest jail term of any class, seconds.
    uint256 internal constant MAX_JAIL_TERM = 90 days;

    /// @notice Whether people decide about the class.
    function isJury(FaultClass faultClass) internal pure returns (bool) {
        return faultClass == FaultClass.WRONG_ANSWER || faultClass == FaultClass.MISCONDUCT;
    }

    /// @notice Whether the class may tombstone: only a key that signed two truths, or a disproved answer.
    function mayTombstone(FaultClass faultClass) internal pure returns (bool) {
        return faultClass == FaultClass.EQUIVOCATION || faultClass == FaultClass.ZK_CONTRADICTION;
    }

    /// @notice Whether the class may be correlated: the faults that forge results.
    function mayCorrelate(FaultClass faultClass) internal pure returns (bool) {
        return mayTombstone(faultClass) || faultClass == FaultClass.INVALID_PROOF;
    }

    /// @notice The highest fraction of a first fault, and the highest maximum, bps.
    function limits(FaultClass faultClass) internal pure returns (uint256 fractionBps, uint256 maximumBps) {
        if (faultClass == FaultClass.EQUIVOCATION) return (1_000, 10_000);
        if (faultClass == FaultClass.ZK_CONTRADICTION) return (10_000, 10_000);
        if (faultClass == FaultClass.INVALID_PROOF) return (2_000, 10_000);
        if (faultClass == FaultClass.DATA_WITHHELD) return (500, 1_000);
        if (faultClass == FaultClass.DEADLINE_MISSED) return (10, 10);
        if (faultClass == FaultClass.REVOKED_ENCLAVE) return (500, 1_000);
        if (faultClass == FaultClass.INVALID_QUOTE) return (2_000, 2_000);
        if (faultClass == FaultClass.OFF_POLICY) return (500, 1_000);
        if (faultClass == FaultClass.WRONG_ANSWER) return (250, 250);
        if (faultClass == FaultClass.MISCONDUCT) return (100, 100);
    }

    /// @notice The terms of a class until governance changes them.
    function initialTerms(FaultClass faultClass) internal pure returns (FaultTerms memory) {
        if (faultClass == FaultClass.EQUIVOCATION) return FaultTerms(500, 0, 10_000, 0, 0, true, true, true);
        if (faultClass == FaultClass.ZK_CONTRADICTION) return FaultTerms(1_000, 0, 10_000, 0, 0, true, true, true);
        if (faultClass == FaultClass.INVALID_PROOF) return FaultTerms(1_000, 0, 10_000, 7 days, 1, false, true, true);
        if (faultClass == FaultClass.DATA_WITHHELD) return FaultTerms(100, 100, 1_000, 1 days, 1, false, false, true);
        if (faultClass == FaultClass.DEADLINE_MISSED) return FaultTerms(5, 1, 10, 6 hours, 3, false, false, false);
        if (faultClass == FaultClass.REVOKED_ENCLAVE) return FaultTerms(100, 900, 1_000, 1 days, 1, false, false, true);
        if (faultClass == FaultClass.INVALID_QUOTE) return FaultTerms(1_000, 0, 1_000, 7 days, 1, false, false, true);
        if (faultClass == FaultClass.OFF_POLICY) return FaultTerms(100, 100, 1_000, 1 days, 3, false, false, true);
        if (faultClass == FaultClass.WRONG_ANSWER) return FaultTerms(250, 0, 250, 0, 0, false, false, true);
        if (faultClass == FaultClass.MISCONDUCT) return FaultTerms(100, 0, 100, 0, 0, false, false, false);
        revert IPenalties.PenaltiesClassNotDecidedHere(faultClass);
    }

    /// @notice Reverts unless governance may give the class these terms.
    function check(FaultClass faultClass, FaultTerms memory terms) internal pure {
        (uint256 fractionLimit, uint256 maximumLimit) = limits(faultClass);
        require(
            terms.fractionBps != 0 && terms.fractionBps <= fractionLimit,
            IPenalties.PenaltiesFractionOutOfRange(faultClass, terms.fractionBps, fractionLimit)
        );
        require(
            terms.maximumBps >= terms.fractionBps && terms.maximumBps <= maximumLimit,
            IPenalties.PenaltiesMaximumOutOfRange(faultClass, terms.maximumBps, maximumLimit)
        );
        require(terms.jailTerm <= MAX_JAIL_TERM, IPenalties.PenaltiesJailTermAboveLimit(terms.jailTerm, MAX_JAIL_TERM));
        require(
            (terms.jailTerm == 0) == (terms.jailAfter == 0),
            IPenalties.PenaltiesJailTermsInconsistent(terms.jailTerm, terms.jailAfter)
        );
        require(!terms.tombstone || mayTombstone(faultClass), IPenalties.PenaltiesTombstoneNotAllowed(faultClass));
        require(!terms.correlated || mayCorrelate(faultClass), IPenalties.PenaltiesCorrelationNotAllowed(faultClass));
    }
}
