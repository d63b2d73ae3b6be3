// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {OperatorRoles} from "../libraries/OperatorRoles.sol";
import {IOperators, OperatorsConfig} from "./interfaces/IOperators.sol";
import {IStaking} from "./interfaces/IStaking.sol";
import {PoolMath} from "./libraries/PoolMath.sol";

/// @title The operators
/// @notice See {IOperators}. Created by the stake ledger, which trusts it for commissions and payees, and for nothing
///         else: it holds no tokens and can move no stake. Immutable.
///
/// ROLES. {jail} belongs to whom the AccessManager says.
contract Operators is IOperators, AccessManaged {
    /// @dev An operator as stored. One slot.
    struct OperatorRecord {
        address signingKey;
        uint8 roles;
        uint16 commissionBps;
        uint32 registeredAt;
        uint40 jailedUntil;
    }

    /// @notice The longest term of {jail}, seconds.
    uint256 public constant MAX_JAIL_TERM = 365 days;

    /// @notice The stake ledger, which created this contract.
    IStaking public immutable STAKING;
    uint256 private immutable _minSelfStake;
    uint256 private immutable _maxCommissionBps;

    mapping(address operator => OperatorRecord) private _operators;
    mapping(address signingKey => address operator) private _operatorOfKey;

    /// @param authority The AccessManager.
    /// @param staking   The stake ledger.
    /// @param config_   The constants; see {OperatorsConfig}.
    constructor(address authority, IStaking staking, OperatorsConfig memory config_) AccessManaged(authority) {
        require(
            config_.maxCommissionBps <= PoolMath.BPS,
            OperatorsCommissionAboveLimit(config_.maxCommissionBps, PoolMath.BPS)
        );
        STAKING = staking;
        _minSelfStake = config_.minSelfStake;
        _maxCommissionBps = config_.maxCommissionBps;
    }

    /// @inheritdoc IOperators
    function registerOperator(uint8 roles, address signingKey, uint16 commissionBps) external {
        // Check
        require(_operators[msg.sender].registeredAt == 0, OperatorsAlreadyRegistered(msg.sender));
        require(roles != 0 && roles & ~OperatorRoles.ALL == 0, OperatorsRolesInvalid(roles));
        require(signingKey != address(0), OperatorsSigningKeyZero());
        address holder = _operatorOfKey[signingKey];
        require(holder == address(0), OperatorsSigningKeyTaken(signingKey, holder));
        require(commissionBps <= _maxCommissionBps, OperatorsCommissionAboveLimit(commissionBps, _maxCommissionBps));
        // Effect
        _operators[msg.sender] = OperatorRecord(signingKey, roles, commissionBps, uint32(block.timestamp), 0);
        _operatorOfKey[signingKey] = msg.sender;
        emit OperatorRegistered(msg.sender, signingKey, roles, commissionBps);
        // Interaction: the ledger calls nobody
        STAKING.openPool(msg.sender);
    }

    /// @inheritdoc IOperators
    function jail(address operator, uint256 until) external restricted {
        OperatorRecord storage record = _operators[operator];
        require(record.registeredAt != 0, OperatorsUnknown(operator));
        uint256 latest = block.timestamp + MAX_JAIL_TERM;
        require(
            until > record.jailedUntil && until <= latest,
            OperatorsJailTermOutOfRange(until, record.jailedUntil, latest)
        );
        record.jailedUntil = uint40(until);
        emit OperatorJailed(operator, until);
    }

    /// @inheritdoc IOperators
    function config() external view returns (OperatorsConfig memory) {
        return OperatorsConfig({minSelfStake: _minSelfStake, maxCommissionBps: _maxCommissionBps});
    }

    /// @inheritdoc IOperators
    function operatorOf(address operator) external view returns (Operator memory) {
        OperatorRecord memory record = _operators[operator];
        (, , bool tombstoned) = STAKING.standingOf(operator);
        return
            Operator({
                signingKey: record.signingKey,
                roles: record.roles,
                commissionBps: record.commissionBps,
                registeredAt: record.registeredAt,
                jailedUntil: record.jailedUntil,
                tombstoned: tombstoned
            });
    }

    /// @inheritdoc IOperators
    function operatorOfKey(address signingKey) external view returns (address) {
        return _operatorOfKey[signingKey];
    }

    /// @inheritdoc IOperators
    function isActive(address operator, uint8 roles) external view returns (bool) {
        OperatorRecord memory record = _operators[operator];
        if (record.registeredAt == 0 || record.roles & roles != roles) return false;
        if (block.timestamp < record.jailedUntil) return false;
        (uint256 selfStake, , bool tombstoned) = STAKING.standingOf(operator);
        return !tombstoned && selfStake >= _minSelfStake;
    }

    /// @inheritdoc IOperators
    function commissionOf(address operator) external view returns (uint256) {
        return _operators[operator].commissionBps;
    }

    /// @inheritdoc IOperators
    function payeeOf(address) external pure returns (address) {
        return address(0);
    }
}
