// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IHolds} from "./interfaces/IHolds.sol";
import {IOperators} from "./interfaces/IOperators.sol";
import {FaultClass, FaultTerms, IPenalties} from "./interfaces/IPenalties.sol";
import {IStaking} from "./interfaces/IStaking.sol";
import {FaultTable} from "./libraries/FaultTable.sol";
import {PoolMath} from "./libraries/PoolMath.sol";

/// @title The penalties
/// @notice See {IPenalties}. Holds no tokens.
///
/// ROLES. Needs {Roles.SLASHER}, for the ledger and for {IOperators.jail}. No setting of an operator has any influence
/// on what he loses.
///
/// LIVENESS. No loops but over three weeks. A verdict is refused for a reason in the evidence (class, time, repetition)
/// or, for juries, until enough of their limit has refilled; never because there is too little stake.
///
/// UPGRADES. None: a successor gets the role. What the old contract still holds ends by its deadlines; an adjudicator
/// that has open challenges keeps both contracts until then.
contract Penalties is IPenalties, AccessManaged {
    using Math for uint256;
    using SafeCast for uint256;

    /// @dev The terms of a class: `next` counts for infractions at `nextFrom` and later, `current` for those before.
    struct Schedule {
        FaultTerms current;
        FaultTerms next;
        // 0 means that there never was a change.
        uint256 nextFrom;
    }

    /// @dev A fault that was punished. One slot.
    struct Fault {
        // Zero means "not punished".
        address operator;
        FaultClass faultClass;
        uint40 infractionTime;
        // What it costs as a single fault.
        uint16 singleBps;
        // What it cost when it was last charged.
        uint16 targetBps;
    }

    /// @dev What an operator was charged for infractions of one week. One slot.
    struct Charge {
        // Of the stake that was there on the first day and still is, bps.
        uint16 bps;
        // The earliest day of an infraction that was punished, days since 1970-01-01.
        uint32 firstDay;
    }

    /// @dev What happened in one week, as far as it was punished. One slot.
    struct Week {
        // The stake behind operators with correlated faults.
        uint128 faulty;
        // All stake, at its highest.
        uint128 total;
    }

    /// @dev Faults of one class by one operator. One slot.
    struct Repeats {
        uint40 lastAt;
        uint32 count;
    }

    /// @dev What one operator was punished for. One slot.
    struct Record {
        uint128 slashed;
        uint40 lastAt;
        uint32 faults;
    }

    /// @dev What juries took and what has not refilled yet. One slot.
    struct JuryBudget {
        uint128 spent;
        uint40 since;
        uint16 capacityBps;
    }

    /// @inheritdoc IPenalties
    uint256 public constant REPEAT_WINDOW = 30 days;
    /// @notice The longest and the shortest limit of juries, bps of all active stake per day.
    uint256 public constant MAX_JURY_CAPACITY_BPS = 1_000;
    /// @notice See {MAX_JURY_CAPACITY_BPS}. The highest fraction of F9: what a jury may find fits into a full budget.
    uint256 public constant MIN_JURY_CAPACITY_BPS = 250;
    /// @notice The time in which the juries' limit refills, seconds.
    uint256 public constant JURY_REFILL = 1 days;
    /// @notice How many times the faulty share of the network counts.
    uint256 public constant CORRELATION_FACTOR = 3;
    uint256 private constant WEEK = 7 days;

    /// @notice The stake ledger.
    IStaking public immutable STAKING;
    /// @notice Where stake waits for a verdict.
    IHolds public immutable HOLDS;
    /// @notice Where operators are jailed.
    IOperators public immutable OPERATORS;
    /// @inheritdoc IPenalties
    uint256 public immutable TERMS_NOTICE;

    mapping(FaultClass faultClass => Schedule) private _schedules;
    mapping(bytes32 id => Fault) private _faults;
    mapping(address operator => mapping(uint256 week => Charge)) private _charges;
    mapping(uint256 week => Week) private _weeks;
    mapping(address operator => mapping(uint256 week => uint256)) private _faultyStake;
    mapping(address operator => mapping(FaultClass faultClass => Repeats)) private _repeats;
    mapping(address operator => Record) private _records;
    JuryBudget private _juryBudget;

    /// @param authority The AccessManager.
    /// @param staking   The stake ledger, with its operators.
    constructor(address authority, IStaking staking) AccessManaged(authority) {
        require(address(staking).code.length != 0, PenaltiesContractWithoutCode(address(staking)));
        STAKING = staking;
        HOLDS = staking.holds();
        OPERATORS = staking.operators();
        // An unbonding of the decision's day is claimable after the period and that day.
        TERMS_NOTICE = (staking.config().unbondingPeriod + 1) * 1 days;
        for (uint256 i = uint256(FaultClass.EQUIVOCATION); i <= uint256(FaultClass.MISCONDUCT); ++i) {
            FaultTerms memory terms = FaultTable.initialTerms(FaultClass(i));
            _schedules[FaultClass(i)].current = terms;
            emit FaultTermsScheduled(FaultClass(i), terms, 0);
        }
        _juryBudget.capacityBps = 500;
        emit JuryCapacitySet(0, 500);
    }

    // Verdicts

    /// @inheritdoc IPenalties
    function punish(
        address operator,
        FaultClass faultClass,
        uint256 infractionTime,
        bytes32 faultId,
        address challenger
    ) external restricted returns (uint256 slashed, uint256 bounty) {
        _checkClass(faultClass, false);
        return _punish(operator, faultClass, infractionTime, faultId, challenger);
    }

    /// @inheritdoc IPenalties
    function punishByVerdict(
        address operator,
        FaultClass faultClass,
        uint256 infractionTime,
        bytes32 faultId,
        address challenger
    ) external restricted returns (uint256 slashed, uint256 bounty) {
        _checkClass(faultClass, true);
        (, uint256 chargedBps) = previewPunish(operator, faultClass, infractionTime);
        (, uint256 poolAssets, ) = STAKING.standingOf(operator);
        uint256 needed = Math.ceilDiv(poolAssets * chargedBps, PoolMath.BPS);
        (uint256 available, uint256 capacity) = juryBudget();
        require(needed <= available, PenaltiesJuryLimitReached(needed, available));
        uint256 unfilled = _unfilled(capacity);
        (slashed, bounty) = _punish(operator, faultClass, infractionTime, faultId, challenger);
        // Unbonding stake counts too.
        _juryBudget.spent = (unfilled + slashed).toUint128();
        _juryBudget.since = uint40(block.timestamp);
    }

    /// @inheritdoc IPenalties
    function escalate(bytes32 id) external returns (uint256 slashed, uint256 bounty) {
        // Check
        Fault memory fault = _faults[id];
        require(fault.operator != address(0), PenaltiesFaultUnknown(id));
        FaultTerms memory terms = termsAt(fault.faultClass, fault.infractionTime);
        uint256 targetBps = _targetBps(fault.operator, terms, fault.singleBps, fault.infractionTime);
        require(targetBps > fault.targetBps, PenaltiesNothingDue(id, targetBps, fault.targetBps));
        // Effect
        _faults[id].targetBps = uint16(targetBps);
        uint256 chargedBps = _charge(fault.operator, fault.infractionTime, targetBps);
        // Interaction
        if (chargedBps != 0) {
            bytes32 slashId = keccak256(abi.encode(id, targetBps));
            address challenger = terms.bounty ? msg.sender : address(0);
            (slashed, bounty) = STAKING.slash(
                fault.operator,
                chargedBps,
                fault.infractionTime,
                slashId,
                challenger,
                false
            );
            _records[fault.operator].slashed += slashed.toUint128();
        }
        emit FaultEscalated(id, fault.operator, msg.sender, targetBps, chargedBps, slashed, bounty);
    }

    // Challenges under way

    /// @inheritdoc IPenalties
    function admit(
        address operator,
        FaultClass faultClass,
        uint256 infractionTime,
        bytes32 faultId,
        uint256 deadline
    ) external restricted returns (bytes32 id) {
        _checkClass(faultClass, false);
        return _admit(operator, faultClass, infractionTime, faultId, deadline);
    }

    /// @inheritdoc IPenalties
    function admitDispute(
        address operator,
        FaultClass faultClass,
        uint256 infractionTime,
        bytes32 faultId,
        uint256 deadline
    ) external restricted returns (bytes32 id) {
        _checkClass(faultClass, true);
        return _admit(operator, faultClass, infractionTime, faultId, deadline);
    }

    /// @inheritdoc IPenalties
    function release(address operator, FaultClass faultClass, bytes32 faultId) external restricted {
        _checkClass(faultClass, false);
        _release(idOf(msg.sender, operator, faultClass, faultId), operator);
    }

    /// @inheritdoc IPenalties
    function releaseDispute(address operator, FaultClass faultClass, bytes32 faultId) external restricted {
        _checkClass(faultClass, true);
        _release(idOf(msg.sender, operator, faultClass, faultId), operator);
    }

    // Terms

    /// @inheritdoc IPenalties
    function setFaultTerms(FaultClass faultClass, FaultTerms calldata terms) external restricted {
        require(faultClass != FaultClass.NONE, PenaltiesClassNotDecidedHere(faultClass));
        FaultTable.check(faultClass, terms);
        Schedule storage schedule = _schedules[faultClass];
        if (schedule.nextFrom != 0 && schedule.nextFrom <= block.timestamp) {
            uint256 earliest = schedule.nextFrom + TERMS_NOTICE;
            require(block.timestamp >= earliest, PenaltiesTermsTooFresh(faultClass, earliest));
            schedule.current = schedule.next;
        }
        schedule.next = terms;
        schedule.nextFrom = block.timestamp + TERMS_NOTICE;
        emit FaultTermsScheduled(faultClass, terms, schedule.nextFrom);
    }

    /// @inheritdoc IPenalties
    function setJuryCapacity(uint256 capacityBps) external restricted {
        require(
            capacityBps >= MIN_JURY_CAPACITY_BPS && capacityBps <= MAX_JURY_CAPACITY_BPS,
            PenaltiesJuryCapacityOutOfRange(capacityBps, MIN_JURY_CAPACITY_BPS, MAX_JURY_CAPACITY_BPS)
        );
        (, uint256 capacity) = juryBudget();
        uint256 unfilled = _unfilled(capacity);
        emit JuryCapacitySet(_juryBudget.capacityBps, capacityBps);
        _juryBudget = JuryBudget(unfilled.toUint128(), uint40(block.timestamp), uint16(capacityBps));
    }

    // Views

    /// @inheritdoc IPenalties
    function termLimits(FaultClass faultClass) external pure returns (uint256 fractionBps, uint256 maximumBps) {
        return FaultTable.limits(faultClass);
    }

    /// @inheritdoc IPenalties
    function isJuryClass(FaultClass faultClass) external pure returns (bool) {
        return FaultTable.isJury(faultClass);
    }

    /// @inheritdoc IPenalties
    function recordOf(address operator) external view returns (uint256 faults, uint256 slashed, uint256 lastAt) {
        Record memory record = _records[operator];
        return (record.faults, record.slashed, record.lastAt);
    }

    /// @inheritdoc IPenalties
    function previewEscalate(bytes32 id) external view returns (uint256 targetBps, uint256 chargedBps) {
        Fault memory fault = _faults[id];
        FaultTerms memory terms = termsAt(fault.faultClass, fault.infractionTime);
        targetBps = _targetBps(fault.operator, terms, fault.singleBps, fault.infractionTime);
        if (targetBps <= fault.targetBps) return (fault.targetBps, 0);
        Charge memory charge = _charges[fault.operator][fault.infractionTime / WEEK];
        (chargedBps, ) = _chargeOn(charge, fault.infractionTime / 1 days, targetBps);
    }

    /// @inheritdoc IPenalties
    function previewPunish(
        address operator,
        FaultClass faultClass,
        uint256 infractionTime
    ) public view returns (uint256 targetBps, uint256 chargedBps) {
        FaultTerms memory terms = termsAt(faultClass, infractionTime);
        targetBps = _targetBps(operator, terms, _singleBps(operator, faultClass, terms), infractionTime);
        Charge memory charge = _charges[operator][infractionTime / WEEK];
        (chargedBps, ) = _chargeOn(charge, infractionTime / 1 days, targetBps);
    }

    /// @inheritdoc IPenalties
    function juryBudget() public view returns (uint256 available, uint256 capacity) {
        capacity = (_totalStake() * _juryBudget.capacityBps) / PoolMath.BPS;
        available = capacity.saturatingSub(_unfilled(capacity));
    }

    /// @inheritdoc IPenalties
    function repeatsOf(address operator, FaultClass faultClass) public view returns (uint256) {
        Repeats memory repeats = _repeats[operator][faultClass];
        return block.timestamp <= repeats.lastAt + REPEAT_WINDOW ? repeats.count : 0;
    }

    /// @inheritdoc IPenalties
    function termsAt(FaultClass faultClass, uint256 time) public view returns (FaultTerms memory) {
        Schedule storage schedule = _schedules[faultClass];
        uint256 nextFrom = schedule.nextFrom;
        return nextFrom != 0 && time >= nextFrom ? schedule.next : schedule.current;
    }

    /// @inheritdoc IPenalties
    function idOf(
        address adjudicator,
        address operator,
        FaultClass faultClass,
        bytes32 faultId
    ) public pure returns (bytes32) {
        return keccak256(abi.encode(adjudicator, operator, faultClass, faultId));
    }

    // Inside: verdicts and challenges

    function _punish(
        address operator,
        FaultClass faultClass,
        uint256 infractionTime,
        bytes32 faultId,
        address challenger
    ) private returns (uint256 slashed, uint256 bounty) {
        // Check
        bytes32 id = idOf(msg.sender, operator, faultClass, faultId);
        require(_faults[id].operator == address(0), PenaltiesAlreadyPunished(id));
        _checkTime(infractionTime);
        FaultTerms memory terms = termsAt(faultClass, infractionTime);
        // Effect
        Fault memory fault = Fault(operator, faultClass, uint40(infractionTime), 0, 0);
        fault.singleBps = uint16(_singleBps(operator, faultClass, terms));
        if (terms.correlated) _recordFaulty(operator, infractionTime / WEEK);
        fault.targetBps = uint16(_targetBps(operator, terms, fault.singleBps, infractionTime));
        _faults[id] = fault;
        uint256 repeats = repeatsOf(operator, faultClass) + 1;
        _repeats[operator][faultClass] = Repeats(uint40(block.timestamp), repeats.toUint32());
        uint256 chargedBps = _charge(operator, infractionTime, fault.targetBps);
        // Interaction: the ledger and the operators call nobody
        (slashed, bounty) = _slash(id, fault, terms, chargedBps, challenger);
        if (terms.jailAfter != 0 && repeats >= terms.jailAfter) {
            OPERATORS.jail(operator, block.timestamp + terms.jailTerm);
        }
        _record(operator, slashed);
        emit FaultPunished(
            id,
            operator,
            faultClass,
            msg.sender,
            faultId,
            infractionTime,
            fault.targetBps,
            chargedBps,
            slashed,
            bounty
        );
    }

    /// @dev Takes the stake. A fault that costs nothing more than others of the week did still tombstones, for the
    ///      smallest fraction there is, and still ends its reservation.
    function _slash(
        bytes32 id,
        Fault memory fault,
        FaultTerms memory terms,
        uint256 chargedBps,
        address challenger
    ) private returns (uint256 slashed, uint256 bounty) {
        bool tombstone;
        if (terms.tombstone) {
            (, , bool tombstoned) = STAKING.standingOf(fault.operator);
            tombstone = !tombstoned;
        }
        if (tombstone && chargedBps == 0) chargedBps = 1;
        if (chargedBps == 0) {
            if (HOLDS.holdOf(id).operator != address(0)) HOLDS.releaseHold(id);
            return (0, 0);
        }
        if (!terms.bounty) challenger = address(0);
        return STAKING.slash(fault.operator, chargedBps, fault.infractionTime, id, challenger, tombstone);
    }

    function _admit(
        address operator,
        FaultClass faultClass,
        uint256 infractionTime,
        bytes32 faultId,
        uint256 deadline
    ) private returns (bytes32 id) {
        id = idOf(msg.sender, operator, faultClass, faultId);
        require(_faults[id].operator == address(0), PenaltiesAlreadyPunished(id));
        uint256 maximumBps = termsAt(faultClass, infractionTime).maximumBps;
        emit FaultAdmitted(id, operator, faultClass, msg.sender, faultId, infractionTime, maximumBps, deadline);
        HOLDS.hold(operator, maximumBps, infractionTime, id, deadline);
    }

    function _release(bytes32 id, address operator) private {
        emit FaultReleased(id, operator);
        HOLDS.releaseHold(id);
    }

    function _checkClass(FaultClass faultClass, bool jury) private pure {
        require(
            faultClass != FaultClass.NONE && FaultTable.isJury(faultClass) == jury,
            PenaltiesClassNotDecidedHere(faultClass)
        );
    }

    function _checkTime(uint256 infractionTime) private view {
        require(infractionTime <= block.timestamp, PenaltiesInfractionInFuture(infractionTime, block.timestamp));
    }

    // Inside: what a fault costs

    /// @dev The cost of a fault as if no other operator were at fault, bps.
    function _singleBps(
        address operator,
        FaultClass faultClass,
        FaultTerms memory terms
    ) private view returns (uint256) {
        uint256 added = repeatsOf(operator, faultClass) * terms.repeatBps;
        return Math.min(terms.fractionBps + added, terms.maximumBps);
    }

    /// @dev The cost of a fault with all that is known of other operators, bps, rounded down.
    function _targetBps(
        address operator,
        FaultTerms memory terms,
        uint256 singleBps,
        uint256 infractionTime
    ) private view returns (uint256) {
        if (!terms.correlated) return singleBps;
        uint256 week = infractionTime / WEEK;
        uint256 others;
        uint256 total;
        // No infraction is in the first week of 1970: {termsAt} and the ledger would find nothing to punish.
        for (uint256 i = week.saturatingSub(1); i <= week + 1; ++i) {
            Week memory known = _weeks[i];
            others += known.faulty - _faultyStake[operator][i];
            total = Math.max(total, known.total);
        }
        if (others == 0) return singleBps;
        uint256 extra = terms.maximumBps - singleBps;
        return singleBps + Math.min(extra, (extra * CORRELATION_FACTOR * others) / total);
    }

    /// @dev Counts the stake behind an operator as faulty in a week, once.
    function _recordFaulty(address operator, uint256 week) private {
        if (_faultyStake[operator][week] != 0) return;
        (, uint256 poolAssets, ) = STAKING.standingOf(operator);
        Week storage known = _weeks[week];
        uint256 total = Math.max(known.total, _totalStake());
        _faultyStake[operator][week] = poolAssets;
        (known.faulty, known.total) = ((known.faulty + poolAssets).toUint128(), total.toUint128());
    }

    /// @dev Brings the week's charge to `targetBps`; returns what is to be taken of the stake as it is now.
    function _charge(address operator, uint256 infractionTime, uint256 targetBps) private returns (uint256 chargedBps) {
        Charge storage charge = _charges[operator][infractionTime / WEEK];
        Charge memory next;
        (chargedBps, next) = _chargeOn(charge, infractionTime / 1 days, targetBps);
        (charge.bps, charge.firstDay) = (next.bps, next.firstDay);
    }

    /// @dev The fraction that is left to take, rounded down, and the charge after it. After a charge of everything what
    ///      is there now came later, so nothing was charged of it.
    function _chargeOn(
        Charge memory charge,
        uint256 day,
        uint256 targetBps
    ) private pure returns (uint256 chargedBps, Charge memory next) {
        if (charge.bps == 0 || charge.bps == PoolMath.BPS) {
            uint256 firstDay = charge.bps == 0 ? day : Math.min(day, charge.firstDay);
            return (targetBps, Charge(uint16(Math.max(targetBps, charge.bps)), uint32(firstDay)));
        }
        if (day < charge.firstDay) {
            uint256 rest = PoolMath.BPS - charge.bps;
            return (targetBps, Charge(uint16(charge.bps + (rest * targetBps) / PoolMath.BPS), uint32(day)));
        }
        if (targetBps <= charge.bps) return (0, charge);
        chargedBps = ((targetBps - charge.bps) * PoolMath.BPS) / (PoolMath.BPS - charge.bps);
        return (chargedBps, Charge(uint16(targetBps), charge.firstDay));
    }

    function _record(address operator, uint256 slashed) private {
        Record storage record = _records[operator];
        (record.slashed, record.lastAt, record.faults) = (
            (record.slashed + slashed).toUint128(),
            uint40(block.timestamp),
            record.faults + 1
        );
    }

    /// @dev What juries took and what has not refilled yet, OPG base units. Never more than all: what was taken of
    ///      unbonding stake, or when there was more stake, must not keep a verdict waiting until it expires.
    function _unfilled(uint256 capacity) private view returns (uint256) {
        uint256 refilled = (capacity * (block.timestamp - _juryBudget.since)) / JURY_REFILL;
        return Math.min(_juryBudget.spent, capacity).saturatingSub(refilled);
    }

    function _totalStake() private view returns (uint256) {
        return IERC20(address(STAKING)).totalSupply();
    }
}
