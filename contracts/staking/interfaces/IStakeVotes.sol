// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The parts of pools that vote for themselves
/// @notice A pool votes as a whole, through its operator or the account he delegates it to. A delegator may vote with
///         his own part instead; whoever counts votes asks here how large that part was and whose votes it was among.
interface IStakeVotes {
    /// @notice The past of a position is kept from now on, so that its owner can vote himself.
    event PositionRecordOpened(address indexed operator, address indexed account);

    /// @notice Keeps the past of the caller's position behind `operator` from now on, also if it is empty still.
    /// @dev Only who wants to vote himself needs it, and only what is kept costs: every later change of the position
    ///      writes one entry. Votes that began before are not affected.
    function keepPositionRecord(address operator) external;

    /// @notice What the position of `account` behind `operator` was worth at `timepoint`, as votes among those of the
    ///         operator's pool; rounded down, by less than a billionth and one base unit. Zero before its past was
    ///         kept.
    /// @dev The sum over all accounts is at most the pool's votes at that time.
    /// @param timepoint Unix seconds, in the past.
    function getPastPositionVotes(address operator, address account, uint256 timepoint) external view returns (uint256);

    /// @notice The account for which the votes of the operator's pool counted at `timepoint`; zero if there is no pool.
    /// @param timepoint Unix seconds, in the past.
    function getPastDelegate(address operator, uint256 timepoint) external view returns (address);
}
