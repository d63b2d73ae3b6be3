// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Holds: stake that waits for the verdict on a challenge
/// @notice A hold says how much of the stake of a certain time may still be lost for a fault. It lets the fault be
///         punished after the stake has matured, and until then keeps back that part, and no more, of what is claimed.
///         Times are Unix seconds.
interface IHolds {
    /// @notice What a challenge under way reserves.
    /// @param operator       Whose stake, and that of his delegators; zero means "not held".
    /// @param fractionBps    The most that a slash for this fault may take, bps.
    /// @param infractionTime Only stake of this day or later is reserved, Unix seconds.
    /// @param deadline       The last second of the hold, Unix seconds.
    struct Hold {
        address operator;
        uint16 fractionBps;
        uint40 infractionTime;
        uint40 deadline;
    }

    /// @notice A fault's maximal slash is reserved.
    event StakeHeld(
        address indexed operator,
        bytes32 indexed faultId,
        uint256 fractionBps,
        uint256 infractionTime,
        uint256 deadline
    );
    /// @notice A hold ended without a slash before its deadline.
    event HoldReleased(address indexed operator, bytes32 indexed faultId);

    /// @notice Thrown when somebody else than the ledger reports a verdict.
    error HoldsCallerNotLedger(address caller, address ledger);
    /// @notice Thrown when a hold asks for nothing or for more than everything, bps.
    error HoldsFractionOutOfRange(uint256 fractionBps, uint256 maximum);
    /// @notice Thrown when a hold would not outlast this block, or would last too long.
    error HoldsTermOutOfRange(uint256 deadline, uint256 latest);
    /// @notice Thrown when the infraction lies after the present block.
    error HoldsInfractionInFuture(uint256 infractionTime, uint256 currentTime);
    /// @notice Thrown when stake of the infraction's time may have left already; `oldest` is the first time accepted.
    error HoldsInfractionTooOld(uint256 infractionTime, uint256 oldest);
    /// @notice Thrown when the fault was punished before.
    error HoldsFaultPunished(bytes32 faultId);
    /// @notice Thrown when a fault is held already, or a past hold of another operator has its id.
    error HoldsFaultHeld(bytes32 faultId);
    /// @notice Thrown when a fault has no live hold.
    error HoldsFaultNotHeld(bytes32 faultId);
    /// @notice Thrown when a slash names another operator or time than the live hold of its fault.
    error HoldsMismatch(bytes32 faultId, address heldOperator, uint256 heldInfractionTime);
    /// @notice Thrown when an operator has as many holds as fit.
    error HoldsTooMany(address operator, uint256 maximum);

    /// @notice Reserves what a fault may cost until `deadline`, and keeps it punishable until then.
    /// @dev Restricted to {Roles.SLASHER}. Reaches what a slash would reach. At most 8 holds per operator and 14 days
    ///      per hold; a hold ends by a slash, by {releaseHold} or by itself.
    /// @param fractionBps    The most that a slash will take for this fault, 1 to 10_000 bps.
    /// @param infractionTime Unix seconds; as for a slash.
    /// @param faultId        Names the fault, of this operator and no other.
    /// @param deadline       Unix seconds; at most 14 days from now.
    function hold(
        address operator,
        uint256 fractionBps,
        uint256 infractionTime,
        bytes32 faultId,
        uint256 deadline
    ) external;

    /// @notice Ends a hold, since the challenge failed.
    /// @dev Restricted to {Roles.SLASHER}.
    function releaseHold(bytes32 faultId) external;

    /// @notice Ends the hold for a fault that is being punished.
    /// @dev Only for the ledger.
    /// @param operator       Who is punished; that of the hold, if it is live.
    /// @param infractionTime Unix seconds; that of the hold, if it is live.
    /// @return fractionBps   The most that may be taken, if the hold was live, else 0.
    /// @return anyLeft       Whether the operator has other holds, live or not.
    function convict(
        address operator,
        bytes32 faultId,
        uint256 infractionTime
    ) external returns (uint256 fractionBps, bool anyLeft);

    /// @notice The part of the operator's bucket of an era and an epoch that live holds reserve, bps; at most all.
    function reservedBps(address operator, uint256 era, uint256 epoch) external view returns (uint256);

    /// @notice The live hold for a fault; all zero if there is none.
    function holdOf(bytes32 faultId) external view returns (Hold memory);

    /// @notice The faults that the operator is held for, at most {MAX_HOLDS}; some holds may be over.
    function holdsOf(address operator) external view returns (bytes32[] memory);

    /// @notice The most holds on one operator at a time.
    // solhint-disable-next-line func-name-mixedcase
    function MAX_HOLDS() external view returns (uint256);

    /// @notice The longest hold, seconds.
    // solhint-disable-next-line func-name-mixedcase
    function MAX_HOLD_TERM() external view returns (uint256);
}
