// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice The rules of a vote at deployment; each can be changed later by a vote.
/// @param votingDelay         Seconds between a proposal and the snapshot of votes.
/// @param votingPeriod        Seconds a vote is open.
/// @param lateQuorumExtension Seconds a vote stays open at least after its quorum is reached; at most the period.
/// @param proposalThreshold   Votes needed to propose, OPG base units.
/// @param quorumNumerator     Per cent of all staked votes that must take part.
struct GovernorConfig {
    uint48 votingDelay;
    uint32 votingPeriod;
    uint48 lateQuorumExtension;
    uint256 proposalThreshold;
    uint256 quorumNumerator;
}
