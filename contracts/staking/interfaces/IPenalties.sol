// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice What an operator can be found guilty of. F1 to F8 are decided by code, F9 and F10 by people (a jury).
enum FaultClass {
    // Names no fault.
    NONE,
    // F1: two different answers signed for one request.
    EQUIVOCATION,
    // F2: a proof shows that the model gives another answer than the attested one.
    ZK_CONTRADICTION,
    // F3: a proof was attested that does not verify.
    INVALID_PROOF,
    // F4: a proof or its data was not published within the term of a request on chain.
    DATA_WITHHELD,
    // F5: an assigned call was not answered in time.
    DEADLINE_MISSED,
    // F6: signed with an enclave that was revoked before.
    REVOKED_ENCLAVE,
    // F7: a quote was attested that does not verify.
    INVALID_QUOTE,
    // F8: served a release, or on hardware, that was not accepted.
    OFF_POLICY,
    // F9: a wrong answer of a model that no code can check.
    WRONG_ANSWER,
    // F10: quality, censorship, collusion.
    MISCONDUCT
}

/// @notice What a fault of one class costs. One slot.
/// @param fractionBps The stake that a first, single fault costs, bps (10_000 = 100 %).
/// @param repeatBps   What each earlier fault of the class within {IPenalties.REPEAT_WINDOW} adds, bps.
/// @param maximumBps  The most that a fault can cost, bps; what a challenge reserves while it is decided.
/// @param jailTerm    How long a fault jails, seconds; 0 means "not at all".
/// @param jailAfter   The how-manieth fault of the class within {IPenalties.REPEAT_WINDOW} is the first to jail.
/// @param tombstone   Whether the operator is out for ever.
/// @param correlated  Whether the cost rises to `maximumBps` with the stake of other operators at fault in those weeks.
/// @param bounty      Whether the challenger earns a bounty.
struct FaultTerms {
    uint16 fractionBps;
    uint16 repeatBps;
    uint16 maximumBps;
    uint32 jailTerm;
    uint8 jailAfter;
    bool tombstone;
    bool correlated;
    bool bounty;
}

/// @title What faults cost
/// @notice The one contract that may slash: adjudicators say that a fault was proven, this contract says what it costs.
///         Fractions are bps (10_000 = 100 %), amounts OPG base units, times Unix seconds.
///
/// TERMS. Each class has terms, set by governance within limits in code ({termLimits}). A change acts on infractions
/// after a notice that is longer than the unbonding period: whoever does not accept it can leave first, and nobody is
/// judged by terms that were not in force when he acted.
///
/// WEEKS. Faults of one operator whose infractions fall in one calendar week (of Unix time) cost the largest of them,
/// not their sum: a key that leaked once is not a hundred faults. With one exception: an infraction of an earlier day
/// than any punished before costs its full fraction, for stake may have left between the two days and must not escape.
///
/// CORRELATION. A correlated fault costs `fraction + (maximum - fraction) * min(1, 3 * share)`, where `share` is the
/// part of all stake that stands behind *other* operators with correlated faults of the same or a neighbouring week. A
/// single operator's fault is mild, a third of the network at fault loses the maximum. Faults punished before the
/// others came to light are brought up to date with {escalate}, by anyone, so the order of verdicts does not matter.
///
/// JURY. What people decide is limited twice: by small caps, and together by a share of all stake that refills over a
/// day. A verdict above the limit reverts and can be carried out when enough has refilled, a day later at most. What
/// code decides is not limited.
interface IPenalties {
    /// @notice An adjudicator reserves what a fault may cost, until it is decided or the deadline is over.
    event FaultAdmitted(
        bytes32 indexed id,
        address indexed operator,
        FaultClass indexed faultClass,
        address adjudicator,
        bytes32 faultId,
        uint256 infractionTime,
        uint256 fractionBps,
        uint256 deadline
    );
    /// @notice A challenge failed; what was reserved for it is free.
    event FaultReleased(bytes32 indexed id, address indexed operator);
    /// @notice `targetBps` is what the fault costs by itself; `chargedBps` is what was left to take of it, as a part of
    ///         the present stake, after other faults of the week.
    event FaultPunished(
        bytes32 indexed id,
        address indexed operator,
        FaultClass indexed faultClass,
        address adjudicator,
        bytes32 faultId,
        uint256 infractionTime,
        uint256 targetBps,
        uint256 chargedBps,
        uint256 slashed,
        uint256 bounty
    );
    /// @notice A punished fault turned out to be one of many and cost more; see {FaultPunished}.
    event FaultEscalated(
        bytes32 indexed id,
        address indexed operator,
        address indexed caller,
        uint256 targetBps,
        uint256 chargedBps,
        uint256 slashed,
        uint256 bounty
    );
    /// @notice `terms` will count for infractions at `effectiveFrom` and later.
    event FaultTermsScheduled(FaultClass indexed faultClass, FaultTerms terms, uint256 effectiveFrom);
    event JuryCapacitySet(uint256 oldCapacityBps, uint256 newCapacityBps);

    /// @notice Thrown when a contract's address has no code.
    error PenaltiesContractWithoutCode(address account);
    /// @notice Thrown when a class is NONE, or is decided by the other kind of adjudicator.
    error PenaltiesClassNotDecidedHere(FaultClass faultClass);
    /// @notice Thrown when a fault was punished before.
    error PenaltiesAlreadyPunished(bytes32 id);
    /// @notice Thrown when no fault with this id was punished.
    error PenaltiesFaultUnknown(bytes32 id);
    /// @notice Thrown when a punished fault costs no more now than what was charged, bps.
    error PenaltiesNothingDue(bytes32 id, uint256 targetBps, uint256 chargedBps);
    /// @notice Thrown when the infraction lies after the present block.
    error PenaltiesInfractionInFuture(uint256 infractionTime, uint256 currentTime);
    /// @notice Thrown when a jury's verdict needs more than is left of what juries may take, OPG base units.
    error PenaltiesJuryLimitReached(uint256 needed, uint256 available);
    /// @notice Thrown when the juries' limit is set outside its bounds, bps.
    error PenaltiesJuryCapacityOutOfRange(uint256 capacityBps, uint256 minimum, uint256 maximum);
    /// @notice Thrown when a first fault would cost nothing or more than code allows, bps.
    error PenaltiesFractionOutOfRange(FaultClass faultClass, uint256 fractionBps, uint256 limit);
    /// @notice Thrown when the most a fault can cost is below a first fault, or above what code allows, bps.
    error PenaltiesMaximumOutOfRange(FaultClass faultClass, uint256 maximumBps, uint256 limit);
    /// @notice Thrown when a jail term is longer than code allows, seconds.
    error PenaltiesJailTermAboveLimit(uint256 jailTerm, uint256 limit);
    /// @notice Thrown when terms name a jail term but no number of faults for it, or the other way round.
    error PenaltiesJailTermsInconsistent(uint256 jailTerm, uint256 jailAfter);
    /// @notice Thrown when a class may not tombstone.
    error PenaltiesTombstoneNotAllowed(FaultClass faultClass);
    /// @notice Thrown when a class may not be correlated.
    error PenaltiesCorrelationNotAllowed(FaultClass faultClass);
    /// @notice Thrown when the last change of a class's terms is too fresh for another one.
    error PenaltiesTermsTooFresh(FaultClass faultClass, uint256 earliest);

    /// @notice Punishes a fault that code has proven.
    /// @dev Restricted to {Roles.ADJUDICATOR}. Never reverts for lack of stake. The ledger knows the fault under
    ///      {idOf}: no other adjudicator, class or operator can occupy the id.
    /// @param faultClass     F1 to F8.
    /// @param infractionTime Unix seconds; not in the future, and within the ledger's reach or a live {admit}.
    /// @param faultId        Names the fault; derived by the adjudicator from the evidence.
    /// @param challenger     Who earns the bounty if the class has one; the zero address means "nobody".
    /// @return slashed What the operator and his delegators lost, bounty included; 0 if other faults of the week cost
    ///                 as much already.
    /// @return bounty  What the challenger was credited in the ledger.
    function punish(
        address operator,
        FaultClass faultClass,
        uint256 infractionTime,
        bytes32 faultId,
        address challenger
    ) external returns (uint256 slashed, uint256 bounty);

    /// @notice Punishes a fault that a jury has found.
    /// @dev Restricted to {Roles.JURY}. As {punish}, for F9 and F10, and within the juries' limit.
    function punishByVerdict(
        address operator,
        FaultClass faultClass,
        uint256 infractionTime,
        bytes32 faultId,
        address challenger
    ) external returns (uint256 slashed, uint256 bounty);

    /// @notice Reserves the most that a fault can cost while the caller decides about it.
    /// @dev Restricted to {Roles.ADJUDICATOR}; F1 to F8. The ledger limits terms and number of holds.
    /// @param deadline The last second of the reservation.
    /// @return id The fault in the ledger.
    function admit(
        address operator,
        FaultClass faultClass,
        uint256 infractionTime,
        bytes32 faultId,
        uint256 deadline
    ) external returns (bytes32 id);

    /// @notice As {admit}, for F9 and F10.
    /// @dev Restricted to {Roles.JURY}.
    function admitDispute(
        address operator,
        FaultClass faultClass,
        uint256 infractionTime,
        bytes32 faultId,
        uint256 deadline
    ) external returns (bytes32 id);

    /// @notice Ends a reservation that the caller made with {admit}, since the challenge failed.
    /// @dev Restricted to {Roles.ADJUDICATOR}.
    function release(address operator, FaultClass faultClass, bytes32 faultId) external;

    /// @notice Ends a reservation that the caller made with {admitDispute}.
    /// @dev Restricted to {Roles.JURY}.
    function releaseDispute(address operator, FaultClass faultClass, bytes32 faultId) external;

    /// @notice Charges what a punished fault costs more since other operators were found at fault. Anyone may call and
    ///         earns the bounty of the class.
    /// @param id See {idOf}.
    function escalate(bytes32 id) external returns (uint256 slashed, uint256 bounty);

    /// @notice Sets what a class will cost, for infractions after the notice.
    /// @dev Restricted to {Roles.ADMIN}. Replaces a change that is not in force yet; else the last change must be in
    ///      force for as long as a notice, so that every punishable infraction still finds its terms.
    function setFaultTerms(FaultClass faultClass, FaultTerms calldata terms) external;

    /// @notice Sets the part of all active stake that juries may take in a day, bps.
    /// @dev Restricted to {Roles.ADMIN}. Never below the highest fraction of a jury's fault: every verdict fits.
    function setJuryCapacity(uint256 capacityBps) external;

    /// @notice How long a fault counts as "earlier" for the next of its class, seconds.
    function REPEAT_WINDOW() external view returns (uint256);

    /// @notice Seconds between a decision about terms and the first infraction they count for.
    function TERMS_NOTICE() external view returns (uint256);

    /// @notice The id of a fault in this contract and in the ledger.
    function idOf(
        address adjudicator,
        address operator,
        FaultClass faultClass,
        bytes32 faultId
    ) external pure returns (bytes32);

    /// @notice The terms that count for an infraction at `time`.
    function termsAt(FaultClass faultClass, uint256 time) external view returns (FaultTerms memory);

    /// @notice What governance cannot exceed: a first fault's fraction and the maximum, bps.
    function termLimits(FaultClass faultClass) external pure returns (uint256 fractionBps, uint256 maximumBps);

    /// @notice Whether people decide about a class.
    function isJuryClass(FaultClass faultClass) external pure returns (bool);

    /// @notice What a fault would cost if it were punished now, and what of it is left to take after other faults of
    ///         the week, bps of the present stake.
    function previewPunish(
        address operator,
        FaultClass faultClass,
        uint256 infractionTime
    ) external view returns (uint256 targetBps, uint256 chargedBps);

    /// @notice What {escalate} would bring a punished fault to now, and what of it is left to take, bps of the present
    ///         stake.
    /// @param id See {idOf}.
    /// @return targetBps  What the fault costs now; what it was charged with if that is no less, 0 if it is unknown.
    /// @return chargedBps What would be taken, rounded down; 0 also where {escalate} would revert.
    function previewEscalate(bytes32 id) external view returns (uint256 targetBps, uint256 chargedBps);

    /// @notice The faults an operator was punished for, the stake lost by them, and when the last one was punished.
    function recordOf(address operator) external view returns (uint256 faults, uint256 slashed, uint256 lastAt);

    /// @notice Faults of a class that make the next one dearer now.
    function repeatsOf(address operator, FaultClass faultClass) external view returns (uint256);

    /// @notice What juries may take now, and at most, OPG base units.
    function juryBudget() external view returns (uint256 available, uint256 capacity);
}
