// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IStaking} from "./interfaces/IStaking.sol";
import {PoolMath} from "./libraries/PoolMath.sol";

/// @title Holds: stake that waits for the verdict on a challenge
/// @notice A hold says how much of the stake of a certain time may still be lost for a fault. It lets the fault be
///         punished after the stake has matured, and until then keeps back that part, and no more, of what is claimed.
/// @dev A fault that is old enough to miss a bucket can no longer be held. So when a bucket matures all holds on it are
///      known: what was paid out of it beyond their sum can never be needed.
abstract contract StakeHolds {
    /// @dev What is known of a fault.
    struct Fault {
        // Zero while the fault was never held, and once it is punished.
        address operator;
        uint32 infractionTime;
        // The last second of the hold.
        uint32 deadline;
        // {PUNISHED}, or the most that a slash may take while held.
        uint16 fractionBps;
        uint16 era;
    }

    /// @notice The most holds on one operator at a time; bounds the cost of a claim.
    uint256 public constant MAX_HOLDS = 8;
    /// @notice The longest hold, seconds; bounds the cost of a slash.
    uint256 public constant MAX_HOLD_TERM = 14 days;
    /// @dev Base units kept back beside the reserved part: two slashed pools' worth of rounding for every hold.
    uint256 internal constant RESERVE_MARGIN = 2 * MAX_HOLDS;
    /// @dev In {Fault.fractionBps}, above every fraction.
    uint16 private constant PUNISHED = type(uint16).max;

    /// @dev A {Fault} in one word: operator, infraction time, deadline, fraction, era, from the lowest bit.
    mapping(bytes32 faultId => uint256) private _faults;
    mapping(address operator => bytes32[]) private _holdIds;

    /// @dev Opens a hold; forgets those of the operator that are over.
    function _openHold(bytes32 faultId, Fault memory fault) internal {
        _checkUnpunished(_faultAt(faultId), faultId);
        bytes32[] storage ids = _holdIds[fault.operator];
        for (uint256 i = ids.length; i > 0; --i) {
            if (_isHeld(_faultAt(ids[i - 1]))) continue;
            delete _faults[ids[i - 1]];
            ids[i - 1] = ids[ids.length - 1];
            ids.pop();
        }
        require(_faults[faultId] == 0, IStaking.StakingFaultHeld(faultId));
        require(ids.length < MAX_HOLDS, IStaking.StakingTooManyHolds(fault.operator, MAX_HOLDS));
        uint256 word = uint256(uint160(fault.operator)) | (uint256(fault.infractionTime) << 160);
        word |= (uint256(fault.deadline) << 192) | (uint256(fault.fractionBps) << 224) | (uint256(fault.era) << 240);
        _faults[faultId] = word;
        ids.push(faultId);
    }

    /// @dev Ends a hold before its deadline; returns whose stake it held.
    function _closeHold(bytes32 faultId) internal returns (address operator) {
        Fault memory fault = _faultAt(faultId);
        require(_isHeld(fault), IStaking.StakingFaultNotHeld(faultId));
        operator = fault.operator;
        _forget(operator, faultId);
        delete _faults[faultId];
    }

    /// @dev Marks a fault as punished and ends its hold; returns the hold if there was a live one, else all zero.
    function _punish(bytes32 faultId) internal returns (Fault memory held) {
        Fault memory fault = _faultAt(faultId);
        _checkUnpunished(fault, faultId);
        if (_isHeld(fault)) held = fault;
        if (fault.operator != address(0)) _forget(fault.operator, faultId);
        _faults[faultId] = uint256(PUNISHED) << 224;
    }

    /// @dev What a fault is known for.
    function _faultOf(bytes32 faultId) internal view returns (Fault memory fault, bool held, bool punished) {
        fault = _faultAt(faultId);
        return (fault, _isHeld(fault), fault.fractionBps == PUNISHED);
    }

    /// @dev The ids of the operator's holds, also of those that are over and not yet forgotten; at most {MAX_HOLDS}.
    function _holdsOf(address operator) internal view returns (bytes32[] memory) {
        return _holdIds[operator];
    }

    /// @dev The part of the bucket of `era` and `epoch` that live holds reserve, bps; at most all of it.
    function _reservedBps(
        address operator,
        uint256 era,
        uint256 epoch,
        uint256 epochLength
    ) internal view returns (uint256 reserved) {
        bytes32[] storage ids = _holdIds[operator];
        uint256 count = ids.length;
        for (uint256 i = 0; i < count; ++i) {
            Fault memory fault = _faultAt(ids[i]);
            if (!_isHeld(fault) || fault.era != era || epoch < fault.infractionTime / epochLength) continue;
            reserved += fault.fractionBps;
        }
        if (reserved > PoolMath.BPS) reserved = PoolMath.BPS;
    }

    /// @dev Reads with one access to storage, in one place.
    function _faultAt(bytes32 faultId) private view returns (Fault memory fault) {
        uint256 word = _faults[faultId];
        fault.operator = address(uint160(word));
        fault.infractionTime = uint32(word >> 160);
        fault.deadline = uint32(word >> 192);
        fault.fractionBps = uint16(word >> 224);
        fault.era = uint16(word >> 240);
    }

    function _forget(address operator, bytes32 faultId) private {
        bytes32[] storage ids = _holdIds[operator];
        uint256 last = ids.length - 1;
        for (uint256 i = 0; i < last; ++i) {
            if (ids[i] == faultId) ids[i] = ids[last];
        }
        ids.pop();
    }

    function _isHeld(Fault memory fault) private view returns (bool) {
        return fault.operator != address(0) && block.timestamp <= fault.deadline;
    }

    function _checkUnpunished(Fault memory fault, bytes32 faultId) private pure {
        require(fault.fractionBps != PUNISHED, IStaking.StakingFaultAlreadyPunished(faultId));
    }
}
