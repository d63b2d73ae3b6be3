// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Self-stake that stands behind single calls
/// @notice A contract that accepts an operator's work locks a part of his self-stake for it, until the window in which
///         the work can be challenged is over. A lock is refused when the operator has not enough self-stake that no
///         other call has locked: what a call may cost the caller is then always covered.
/// @dev Locks hold nothing back: stake that leaves stays slashable for the unbonding period, and no window is longer.
///      They decide only how much more work an operator may take on. Amounts are OPG base units, times Unix seconds.
interface IValueLocks {
    /// @notice `freeFrom` is the first second at which the lock does not count any more, a midnight.
    event ValueLocked(address indexed operator, address indexed locker, uint256 amount, uint256 freeFrom);
    /// @notice What calls ask for was changed, bps of their price.
    event CoverSet(uint256 oldBps, uint256 newBps);

    /// @notice Thrown when the address of the staking contract has no code.
    error ValueLocksStakingWithoutCode(address staking);
    /// @notice Thrown when calls would ask for more cover than the limit, bps of their price.
    error ValueLocksCoverAboveLimit(uint256 coverBps, uint256 maximum);
    /// @notice Thrown when a window is over already, or is longer than stake stays slashable.
    error ValueLocksWindowOutOfRange(uint256 until, uint256 latest);
    /// @notice Thrown when an operator's free self-stake is less than the call is worth, OPG base units.
    error ValueLocksSelfStakeTooLow(address operator, uint256 amount, uint256 free);

    /// @notice Locks `amount` of the operator's self-stake until the end of the day of `until`.
    /// @dev Restricted to {Roles.ADJUDICATOR}. Releasing costs nothing, however many there were: locks lapse. Locks
    ///      that end on the same day as the last one share its slot.
    /// @param until The last second of the window; later than now and at most the unbonding period ahead.
    function lock(address operator, uint256 amount, uint256 until) external;

    /// @notice Sets how much self-stake a call must have behind it.
    /// @dev Restricted to {Roles.ADMIN}. Counts for calls from now on.
    /// @param newCoverBps bps of the call's price (100_000 = ten times the price); 0 asks for none.
    function setCover(uint256 newCoverBps) external;

    /// @notice How much self-stake a call must have behind it, bps of its price; 0 means "none".
    function coverBps() external view returns (uint256);

    /// @notice What calls have locked of the operator's self-stake now. May exceed it after a slash or an unbonding.
    function lockedOf(address operator) external view returns (uint256);

    /// @notice What can still be locked now.
    function freeOf(address operator) external view returns (uint256);

    /// @notice How many locks were ever made for the operator: the calls that he served under cover, up to 2^32 - 1.
    function callsOf(address operator) external view returns (uint256);
}
