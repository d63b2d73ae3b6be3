// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title In which hours somebody gave a sign of life of an operator
/// @notice A book of hours. Hours are counted from 1970-01-01 UTC: a Unix time in seconds divided by 3,600.
///
/// WHAT IT SAYS. Every witness has a book of his own, and who reads chooses whom to believe. The registry of enclaves
/// writes when an accepted enclave's heartbeat arrives; an operator writes in his own name when he checks in. What an
/// hour says is that the chain saw a sign of life in it, and not that any call was answered.
interface IAttendance {
    /// @notice A witness's first sign of life of an operator in this hour.
    event OperatorSeen(address indexed witness, address indexed operator, uint256 hour);

    /// @notice Thrown when the address of the stake ledger has no code.
    error AttendanceLedgerWithoutCode(address ledger);
    /// @notice Thrown when an operator who never registered is to check in.
    error AttendanceOperatorUnknown(address operator);
    /// @notice Thrown when an operator who left is to check in.
    error AttendanceOperatorExited(address operator, uint256 exitedAt);
    /// @notice Thrown when somebody checks in who is neither the operator, nor his owner, nor his signing key.
    error AttendanceCallerUnauthorized(address caller, address operator);

    /// @notice Writes into the caller's own book that `operator` gave a sign of life in this hour. Never reverts; does
    ///         nothing if it is there already.
    function attest(address operator) external;

    /// @notice Writes into the operator's own book that he gave a sign of life in this hour; does nothing if it is
    ///         there already. By the operator, his owner or his signing key: for roles that have no enclave.
    function checkIn(address operator) external;

    /// @notice In how many of the hours from `fromHour` up to, not including, `toHour` the witness has seen the
    ///         operator.
    /// @dev Never reverts: hours to come are left out, and of what remains the last {MAX_HOURS} are looked at.
    function hoursSeen(
        address witness,
        address operator,
        uint256 fromHour,
        uint256 toHour
    ) external view returns (uint256);

    /// @notice The hour that is running.
    function currentHour() external view returns (uint256);

    /// @notice The most hours that {hoursSeen} looks at: a leap year.
    function MAX_HOURS() external view returns (uint256);
}
