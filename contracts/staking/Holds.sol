// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IHolds} from "./interfaces/IHolds.sol";
import {IStaking} from "./interfaces/IStaking.sol";
import {HoldLimits} from "./libraries/HoldLimits.sol";
import {PoolMath} from "./libraries/PoolMath.sol";

/// @title The ledger of holds
/// @notice See {IHolds}. Holds no tokens and can move none; the stake ledger creates it and asks it, for operators who
///         have holds, at every claim and slash.
///
/// ROLES. {hold} and {releaseHold} belong to {Roles.SLASHER}.
///
/// LIVENESS. A fault that is old enough to miss a bucket can no longer be held. So when a bucket matures all holds on
/// it are known: what was paid out of it beyond their sum can never be needed. Loops run over at most {MAX_HOLDS}.
///
/// UPGRADES. None; it ends with its ledger.
contract Holds is IHolds, AccessManaged {
    /// @dev What is known of a held fault. One slot.
    struct Fault {
        // Zero while the fault was never held, and once its hold has ended.
        address operator;
        uint32 infractionTime;
        // The last second of the hold.
        uint32 deadline;
        uint16 fractionBps;
        uint16 era;
    }

    /// @inheritdoc IHolds
    uint256 public constant MAX_HOLDS = HoldLimits.MAX_HOLDS;
    /// @inheritdoc IHolds
    uint256 public constant MAX_HOLD_TERM = HoldLimits.MAX_TERM;
    /// @dev The length of an epoch, seconds.
    uint256 private constant EPOCH = 1 days;

    /// @notice The stake ledger.
    IStaking public immutable STAKING;
    /// @dev Epochs; that of the ledger.
    uint256 private immutable _unbondingPeriod;

    mapping(bytes32 faultId => Fault) private _faults;
    mapping(address operator => bytes32[]) private _ids;

    /// @param authority       The AccessManager.
    /// @param staking         The stake ledger, which creates this contract.
    /// @param unbondingPeriod Epochs.
    constructor(address authority, IStaking staking, uint256 unbondingPeriod) AccessManaged(authority) {
        STAKING = staking;
        _unbondingPeriod = unbondingPeriod;
    }

    /// @inheritdoc IHolds
    function hold(
        address operator,
        uint256 fractionBps,
        uint256 infractionTime,
        bytes32 faultId,
        uint256 deadline
    ) external restricted {
        // Check
        require(fractionBps != 0 && fractionBps <= PoolMath.BPS, HoldsFractionOutOfRange(fractionBps, PoolMath.BPS));
        require(infractionTime <= block.timestamp, HoldsInfractionInFuture(infractionTime, block.timestamp));
        uint256 oldest = (block.timestamp / EPOCH - _unbondingPeriod) * EPOCH;
        require(infractionTime >= oldest, HoldsInfractionTooOld(infractionTime, oldest));
        uint256 latest = block.timestamp + MAX_HOLD_TERM;
        require(deadline > block.timestamp && deadline <= latest, HoldsTermOutOfRange(deadline, latest));
        require(!STAKING.isPunished(faultId), HoldsFaultPunished(faultId));
        // Effect: the ledger refuses unknown operators and calls nobody
        if (_forgetLapsed(operator) == 0) STAKING.setHeld(operator, true);
        require(_faults[faultId].operator == address(0), HoldsFaultHeld(faultId));
        require(_ids[operator].length < MAX_HOLDS, HoldsTooMany(operator, MAX_HOLDS));
        _ids[operator].push(faultId);
        _faults[faultId] = Fault({
            operator: operator,
            infractionTime: uint32(infractionTime),
            deadline: uint32(deadline),
            fractionBps: uint16(fractionBps),
            era: uint16(STAKING.eraAt(operator, infractionTime))
        });
        emit StakeHeld(operator, faultId, fractionBps, infractionTime, deadline);
    }

    /// @inheritdoc IHolds
    function releaseHold(bytes32 faultId) external restricted {
        Fault memory fault = _faults[faultId];
        require(_isLive(fault), HoldsFaultNotHeld(faultId));
        if (_forget(fault.operator, faultId) == 0) STAKING.setHeld(fault.operator, false);
        emit HoldReleased(fault.operator, faultId);
    }

    /// @inheritdoc IHolds
    function convict(
        address operator,
        bytes32 faultId,
        uint256 infractionTime
    ) external returns (uint256 fractionBps, bool anyLeft) {
        require(msg.sender == address(STAKING), HoldsCallerNotLedger(msg.sender, address(STAKING)));
        Fault memory fault = _faults[faultId];
        if (_isLive(fault)) {
            require(
                fault.operator == operator && fault.infractionTime == infractionTime,
                HoldsMismatch(faultId, fault.operator, fault.infractionTime)
            );
            fractionBps = fault.fractionBps;
        }
        anyLeft = fault.operator != operator || _forget(operator, faultId) != 0;
    }

    /// @inheritdoc IHolds
    function reservedBps(address operator, uint256 era, uint256 epoch) external view returns (uint256 reserved) {
        bytes32[] storage ids = _ids[operator];
        uint256 count = ids.length;
        for (uint256 i = 0; i < count; ++i) {
            Fault memory fault = _faults[ids[i]];
            if (!_isLive(fault) || fault.era != era || epoch < fault.infractionTime / EPOCH) continue;
            reserved += fault.fractionBps;
        }
        if (reserved > PoolMath.BPS) reserved = PoolMath.BPS;
    }

    /// @inheritdoc IHolds
    function holdsOf(address operator) external view returns (bytes32[] memory) {
        return _ids[operator];
    }

    /// @inheritdoc IHolds
    function holdOf(bytes32 faultId) public view returns (Hold memory held) {
        Fault memory fault = _faults[faultId];
        if (_isLive(fault)) held = Hold(fault.operator, fault.fractionBps, fault.infractionTime, fault.deadline);
    }

    /// @dev Forgets the holds of the operator that are over; returns how many are left.
    function _forgetLapsed(address operator) private returns (uint256) {
        bytes32[] storage ids = _ids[operator];
        for (uint256 i = ids.length; i > 0; --i) {
            if (_isLive(_faults[ids[i - 1]])) continue;
            delete _faults[ids[i - 1]];
            ids[i - 1] = ids[ids.length - 1];
            ids.pop();
        }
        return ids.length;
    }

    /// @dev Forgets one hold of the operator; returns how many are left.
    function _forget(address operator, bytes32 faultId) private returns (uint256 last) {
        delete _faults[faultId];
        bytes32[] storage ids = _ids[operator];
        last = ids.length - 1;
        for (uint256 i = 0; i < last; ++i) {
            if (ids[i] == faultId) ids[i] = ids[last];
        }
        ids.pop();
    }

    function _isLive(Fault memory fault) private view returns (bool) {
        return fault.operator != address(0) && block.timestamp <= fault.deadline;
    }
}
