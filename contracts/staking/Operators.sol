// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {OperatorRoles} from "../libraries/OperatorRoles.sol";
import {IOperators, OperatorsConfig} from "./interfaces/IOperators.sol";
import {IStaking} from "./interfaces/IStaking.sol";
import {OperatorProfiles} from "./libraries/OperatorProfiles.sol";
import {PoolMath} from "./libraries/PoolMath.sol";

/// @title The operators
/// @notice See {IOperators}. Created by the stake ledger, which trusts it for commissions and payees, and for nothing
///         else: it holds no tokens and can move no stake. Immutable.
///
/// ROLES. {jail} and {setMinSelfStake} belong to whom the AccessManager says. Neither can keep stake from leaving, and
/// a jail term ends.
contract Operators is IOperators, AccessManaged {
    /// @dev What is read whenever an operator is used. One slot.
    struct OperatorRecord {
        uint8 roles;
        // The commission when the last change was announced.
        uint16 commissionBps;
        // What was announced.
        uint16 announcedBps;
        uint40 announcedAt;
        // 0 means "never registered".
        uint40 registeredAt;
        // 0 means "not jailed".
        uint40 jailedUntil;
        // 0 means "did not leave".
        uint40 exitedAt;
    }

    /// @dev A request to change an account. One slot.
    struct Rotation {
        address next;
        // 0 means "no request".
        uint40 readyAt;
    }

    /// @dev The self-stake that a role needs: `next` from `nextFrom` on, before that `current`.
    struct Minimum {
        uint128 current;
        uint128 next;
        uint40 nextFrom;
    }

    /// @notice The longest term of {jail}, seconds.
    uint256 public constant MAX_JAIL_TERM = 365 days;
    /// @notice The most by which a commission rises in a day, bps.
    uint256 public constant COMMISSION_STEP_BPS = 100;
    /// @notice From the request to change an account to its application, seconds.
    uint256 public constant ROTATION_DELAY = 2 days;
    /// @notice From the decision to raise a minimum of self-stake until it counts, seconds.
    uint256 public constant MINIMUM_NOTICE = 7 days;
    /// @notice The highest minimum of self-stake, OPG base units: one per cent of the supply.
    uint256 public constant MAX_MIN_SELF_STAKE = 10_000_000e18;

    /// @notice The stake ledger, which created this contract.
    IStaking public immutable STAKING;
    uint256 private immutable _initialMinSelfStake;
    uint256 private immutable _maxCommissionBps;

    mapping(address operator => OperatorRecord) private _operators;
    mapping(address operator => mapping(Account account => address)) private _accounts;
    mapping(address operator => mapping(Account account => Rotation)) private _rotations;
    mapping(address signingKey => address operator) private _operatorOfKey;
    mapping(address operator => Profile) private _profiles;
    mapping(uint256 role => Minimum) private _minimums;

    /// @param authority The AccessManager.
    /// @param staking   The stake ledger.
    /// @param config_   The constants; see {OperatorsConfig}.
    constructor(address authority, IStaking staking, OperatorsConfig memory config_) AccessManaged(authority) {
        require(
            config_.maxCommissionBps <= PoolMath.BPS,
            OperatorsCommissionAboveLimit(config_.maxCommissionBps, PoolMath.BPS)
        );
        _checkMinSelfStake(config_.minSelfStake);
        STAKING = staking;
        _initialMinSelfStake = config_.minSelfStake;
        _maxCommissionBps = config_.maxCommissionBps;
        for (uint256 role = 1; role <= OperatorRoles.ALL; role <<= 1) {
            _minimums[role].current = uint128(config_.minSelfStake);
            emit MinSelfStakeSet(uint8(role), 0, config_.minSelfStake, block.timestamp);
        }
    }

    // Operators

    /// @inheritdoc IOperators
    function registerOperator(uint8 roles, address signingKey, uint16 commissionBps) external {
        // Check
        require(_operators[msg.sender].registeredAt == 0, OperatorsAlreadyRegistered(msg.sender));
        _checkRoles(roles);
        _checkCommission(commissionBps);
        // Effect
        _takeKey(msg.sender, signingKey);
        _accounts[msg.sender][Account.SIGNING_KEY] = signingKey;
        _operators[msg.sender] = OperatorRecord({
            roles: roles,
            commissionBps: commissionBps,
            announcedBps: commissionBps,
            announcedAt: uint40(block.timestamp),
            registeredAt: uint40(block.timestamp),
            jailedUntil: 0,
            exitedAt: 0
        });
        emit OperatorRegistered(msg.sender, signingKey, roles, commissionBps);
        // Interaction: the ledger calls nobody
        STAKING.openPool(msg.sender);
    }

    /// @inheritdoc IOperators
    function setProfile(address operator, Profile calldata profile) external {
        _checkOwner(operator);
        OperatorProfiles.check(profile);
        _profiles[operator] = profile;
        emit ProfileSet(operator, profile);
    }

    /// @inheritdoc IOperators
    function setRoles(address operator, uint8 roles) external {
        _checkOwner(operator);
        _checkRoles(roles);
        OperatorRecord storage record = _operators[operator];
        emit RolesSet(operator, record.roles, roles);
        record.roles = roles;
    }

    /// @inheritdoc IOperators
    function announceCommission(address operator, uint16 commissionBps) external {
        _checkOwner(operator);
        _checkCommission(commissionBps);
        OperatorRecord storage record = _operators[operator];
        uint256 current = commissionOf(operator);
        record.commissionBps = uint16(current);
        record.announcedBps = commissionBps;
        record.announcedAt = uint40(block.timestamp);
        emit CommissionAnnounced(operator, current, commissionBps, block.timestamp + 1 days);
    }

    /// @inheritdoc IOperators
    function exit(address operator) external {
        _checkOwner(operator);
        _checkPresent(operator);
        _operators[operator].exitedAt = uint40(block.timestamp);
        emit OperatorExited(operator);
        STAKING.closePool(operator);
    }

    // Accounts

    /// @inheritdoc IOperators
    function requestRotation(address operator, Account account, address next) external {
        // Check
        _checkOwner(operator);
        address current = _accountOf(operator, account);
        require(account != Account.OWNER || next != address(0), OperatorsOwnerZero());
        if (account == Account.PAYEE && next == address(0)) next = operator;
        require(next != current, OperatorsRotationUnchanged(operator, account, current));
        // Effect
        if (account == Account.SIGNING_KEY) _takeKey(operator, next);
        uint256 readyAt = block.timestamp + ROTATION_DELAY;
        _rotations[operator][account] = Rotation(next, uint40(readyAt));
        emit RotationRequested(operator, account, next, readyAt);
    }

    /// @inheritdoc IOperators
    function applyRotation(address operator, Account account) external {
        // Check
        Rotation memory rotation = _requested(operator, account);
        require(block.timestamp >= rotation.readyAt, OperatorsRotationNotReady(operator, account, rotation.readyAt));
        // Effect
        delete _rotations[operator][account];
        address old = _accountOf(operator, account);
        _accounts[operator][account] = rotation.next;
        emit RotationApplied(operator, account, old, rotation.next);
    }

    /// @inheritdoc IOperators
    function cancelRotation(address operator, Account account) external {
        _checkOwner(operator);
        Rotation memory rotation = _requested(operator, account);
        delete _rotations[operator][account];
        emit RotationCanceled(operator, account, rotation.next);
    }

    // Jail

    /// @inheritdoc IOperators
    function jail(address operator, uint256 until) external restricted {
        OperatorRecord storage record = _operators[operator];
        require(record.registeredAt != 0, OperatorsUnknown(operator));
        until = Math.min(until, block.timestamp + MAX_JAIL_TERM);
        if (until <= record.jailedUntil) return;
        record.jailedUntil = uint40(until);
        emit OperatorJailed(operator, until);
    }

    /// @inheritdoc IOperators
    function unjail(address operator) external {
        // Check
        _checkOwner(operator);
        _checkPresent(operator);
        OperatorRecord storage record = _operators[operator];
        uint256 until = record.jailedUntil;
        require(until != 0, OperatorsNotJailed(operator));
        require(block.timestamp >= until, OperatorsStillJailed(operator, until));
        (uint256 selfStake, , bool tombstoned) = STAKING.standingOf(operator);
        require(!tombstoned, OperatorsTombstoned(operator));
        uint256 minimum = _lowestMinimum(record.roles);
        require(selfStake >= minimum, OperatorsSelfStakeTooLow(operator, selfStake, minimum));
        // Effect
        record.jailedUntil = 0;
        emit OperatorUnjailed(operator);
    }

    // Parameters

    /// @inheritdoc IOperators
    function setMinSelfStake(uint8 role, uint256 amount) external restricted {
        _checkRoles(role);
        require(role & (role - 1) == 0, OperatorsRoleNotSingle(role));
        _checkMinSelfStake(amount);
        uint256 current = _minimumOf(role);
        uint256 from = amount > current ? block.timestamp + MINIMUM_NOTICE : block.timestamp;
        _minimums[role] = Minimum(uint128(current), uint128(amount), uint40(from));
        emit MinSelfStakeSet(role, current, amount, from);
    }

    // Views

    /// @inheritdoc IOperators
    function config() external view returns (OperatorsConfig memory) {
        return OperatorsConfig({minSelfStake: _initialMinSelfStake, maxCommissionBps: _maxCommissionBps});
    }

    /// @inheritdoc IOperators
    function operatorOf(address operator) external view returns (Operator memory) {
        OperatorRecord memory record = _operators[operator];
        (, , bool tombstoned) = STAKING.standingOf(operator);
        bool registered = record.registeredAt != 0;
        return
            Operator({
                signingKey: _accounts[operator][Account.SIGNING_KEY],
                roles: record.roles,
                commissionBps: uint16(commissionOf(operator)),
                registeredAt: record.registeredAt,
                jailedUntil: record.jailedUntil,
                tombstoned: tombstoned,
                exitedAt: record.exitedAt,
                owner: registered ? _accountOf(operator, Account.OWNER) : address(0),
                payee: registered ? _accountOf(operator, Account.PAYEE) : address(0)
            });
    }

    /// @inheritdoc IOperators
    function profileOf(address operator) external view returns (Profile memory) {
        return _profiles[operator];
    }

    /// @inheritdoc IOperators
    function operatorOfKey(address signingKey) external view returns (address) {
        return _operatorOfKey[signingKey];
    }

    /// @inheritdoc IOperators
    function isActive(address operator, uint8 roles) external view returns (bool) {
        OperatorRecord memory record = _operators[operator];
        if (record.registeredAt == 0 || record.jailedUntil != 0 || record.exitedAt != 0) return false;
        if (record.roles & roles != roles) return false;
        (uint256 selfStake, , bool tombstoned) = STAKING.standingOf(operator);
        if (tombstoned) return false;
        return selfStake >= (roles == 0 ? _lowestMinimum(record.roles) : minSelfStakeOf(roles));
    }

    /// @inheritdoc IOperators
    function announcedCommissionOf(address operator) external view returns (uint256 newBps, uint256 changesAt) {
        OperatorRecord memory record = _operators[operator];
        newBps = record.announcedBps;
        if (commissionOf(operator) == newBps) return (newBps, 0);
        uint256 daysPassed = (block.timestamp - record.announcedAt) / 1 days;
        changesAt = record.announcedAt + (daysPassed + 1) * 1 days;
    }

    /// @inheritdoc IOperators
    function payeeOf(address operator) external view returns (address) {
        return _accounts[operator][Account.PAYEE];
    }

    /// @inheritdoc IOperators
    function rotationOf(address operator, Account account) external view returns (address next, uint256 readyAt) {
        Rotation memory rotation = _rotations[operator][account];
        return (rotation.next, rotation.readyAt);
    }

    /// @inheritdoc IOperators
    function announcedMinSelfStakeOf(uint8 role) external view returns (uint256 amount, uint256 effectiveFrom) {
        Minimum memory minimum = _minimums[role];
        return minimum.nextFrom == 0 ? (minimum.current, 0) : (minimum.next, minimum.nextFrom);
    }

    /// @inheritdoc IOperators
    function commissionOf(address operator) public view returns (uint256) {
        OperatorRecord memory record = _operators[operator];
        if (record.announcedBps == record.commissionBps) return record.commissionBps;
        uint256 daysPassed = (block.timestamp - record.announcedAt) / 1 days;
        if (record.announcedBps < record.commissionBps) {
            return daysPassed == 0 ? record.commissionBps : record.announcedBps;
        }
        return Math.min(record.announcedBps, record.commissionBps + daysPassed * COMMISSION_STEP_BPS);
    }

    /// @inheritdoc IOperators
    function minSelfStakeOf(uint8 roles) public view returns (uint256 minimum) {
        for (uint256 role = 1; role <= roles; role <<= 1) {
            if (roles & role != 0) minimum = Math.max(minimum, _minimumOf(role));
        }
    }

    // Inside

    /// @dev The self-stake that the least demanding of `roles` needs.
    function _lowestMinimum(uint8 roles) private view returns (uint256 minimum) {
        minimum = type(uint256).max;
        for (uint256 role = 1; role <= roles; role <<= 1) {
            if (roles & role != 0) minimum = Math.min(minimum, _minimumOf(role));
        }
    }

    function _minimumOf(uint256 role) private view returns (uint256) {
        Minimum memory minimum = _minimums[role];
        return minimum.nextFrom != 0 && block.timestamp >= minimum.nextFrom ? minimum.next : minimum.current;
    }

    /// @dev Owner and payee are the operator himself until they are changed.
    function _accountOf(address operator, Account account) private view returns (address current) {
        current = _accounts[operator][account];
        if (current == address(0)) current = operator;
    }

    /// @dev Makes a key the operator's for good.
    function _takeKey(address operator, address signingKey) private {
        require(signingKey != address(0), OperatorsSigningKeyZero());
        address holder = _operatorOfKey[signingKey];
        require(holder == address(0) || holder == operator, OperatorsSigningKeyTaken(signingKey, holder));
        _operatorOfKey[signingKey] = operator;
    }

    function _requested(address operator, Account account) private view returns (Rotation memory rotation) {
        rotation = _rotations[operator][account];
        require(rotation.readyAt != 0, OperatorsRotationNotRequested(operator, account));
    }

    function _checkOwner(address operator) private view {
        require(_operators[operator].registeredAt != 0, OperatorsUnknown(operator));
        address owner = _accountOf(operator, Account.OWNER);
        require(msg.sender == owner, OperatorsNotOwner(msg.sender, owner));
    }

    function _checkPresent(address operator) private view {
        uint256 exitedAt = _operators[operator].exitedAt;
        require(exitedAt == 0, OperatorsExited(operator, exitedAt));
    }

    function _checkRoles(uint8 roles) private pure {
        require(roles != 0 && roles & ~OperatorRoles.ALL == 0, OperatorsRolesInvalid(roles));
    }

    function _checkCommission(uint256 commissionBps) private view {
        require(commissionBps <= _maxCommissionBps, OperatorsCommissionAboveLimit(commissionBps, _maxCommissionBps));
    }

    function _checkMinSelfStake(uint256 amount) private pure {
        require(
            amount != 0 && amount <= MAX_MIN_SELF_STAKE,
            OperatorsMinSelfStakeOutOfRange(amount, MAX_MIN_SELF_STAKE)
        );
    }
}
