// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The parts of pools that vote for themselves
/// @notice A pool votes as a whole, through its operator or the account he delegates it to. A delegator may vote with
///         his own part instead; whoever counts votes asks here how large that part was and whose votes it was among.
interface IStakeVotes {
    /// @notice The past of a position is kept from now on, so that its owner can vote himself.
    event PositionRecordOpened(address indexed operator, address indexed account);

    /// @notice Keeps the past of the caller's position behind `operator` from now on, also if it is empty still.
    /// @dev Only who wants to vote himself although he added to his position after a vote's snapshot needs it: who
    ///      added nothing since then votes with the shares that he still has, and what others add changes nothing.
    ///      Every later change of the position writes one entry. Votes that began before are not affected.
    function keepPositionRecord(address operator) external;

    /// @notice What the position of `account` behind `operator` was worth at `timepoint`, as votes among those of the
    ///         operator's pool; rounded down, by less than a billionth and one base unit. Where its past is not kept:
    ///         as much of it as is still there, and zero if the account itself has added to it since. When others add,
    ///         as much as was there then.
    /// @dev The sum over all accounts is at most the pool's votes at that time. "Since" is rounded down to full units
    ///      of {VOTE_INTERVAL}, or of 256 seconds where that is shorter. After a slash, a pool that everybody leaves
    ///      and others join within one interval may be taken for less than it is worth until its next change.
    /// @param timepoint Unix seconds, in the past.
    function getPastPositionVotes(address operator, address account, uint256 timepoint) external view returns (uint256);

    /// @notice Stake that comes or leaves, and a change of the delegate, count from the next multiple of this on, Unix
    ///         seconds; in the second itself that is one. Slashes count at once.
    // solhint-disable-next-line func-name-mixedcase
    function VOTE_INTERVAL() external view returns (uint256);

    /// @notice The account for which the votes of the operator's pool counted at `timepoint`; zero if there is no pool.
    /// @param timepoint Unix seconds, in the past.
    function getPastDelegate(address operator, uint256 timepoint) external view returns (address);
}
