// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IStakeVotes} from "../staking/interfaces/IStakeVotes.sol";

/// @title Ballots of pools, and of delegators who vote with their own part
/// @notice For, against and abstain, cast with the votes of whole pools. A delegator may cast an override for his part
///         of one pool; it is deducted from whoever the pool's votes counted for, whether that one votes before or
///         after.
/// @dev An account may be behind many operators, so an override names the pool. Every vote counts once: the parts of a
///      pool never exceed its votes (see {IStakeVotes}), and each is deducted where it is counted anew. So what is
///      deducted from an account never exceeds its staked votes, whatever else it votes with.
abstract contract GovernorCountingPools is GovernorVotes {
    using SafeCast for uint256;

    /// @notice How a ballot can be cast; the numbers that everybody's tools use.
    enum VoteType {
        Against,
        For,
        Abstain
    }

    /// @dev What one account did in one vote. One slot.
    struct Ballot {
        // 0 while not cast, else the support + 1.
        uint8 cast;
        // Votes that would be this account's and that delegators have cast themselves.
        uint208 overridden;
    }

    /// @dev A vote.
    struct Tally {
        mapping(uint8 support => uint256) votes;
        mapping(address account => Ballot) ballots;
        mapping(address operator => mapping(address account => bool)) overrides;
    }

    bytes32 private constant OVERRIDE_TYPEHASH = keccak256(
        "OverrideBallot(uint256 proposalId,address operator,uint8 support,address voter,uint256 nonce)"
    );

    mapping(uint256 proposalId => Tally) private _tallies;

    /// @notice A delegator voted with his own part of the operator's pool.
    event OverrideVoteCast(
        address indexed voter,
        address indexed operator,
        uint256 indexed proposalId,
        uint8 support,
        uint256 weight,
        string reason
    );
    /// @notice A ballot that was cast counts `weight` less, because a delegator has voted himself.
    event VoteReduced(address indexed delegatee, uint256 indexed proposalId, uint8 support, uint256 weight);

    /// @notice Thrown when an account votes a second time with its part of the same pool.
    error GovernorAlreadyOverridden(address voter, address operator);
    /// @notice Thrown when the account had no part of the pool when the vote began, or added to it since and kept no
    ///         record of it.
    error GovernorNoPartOfPool(address voter, address operator, uint256 snapshot);

    /// @notice Votes with the caller's own part of the operator's pool, in place of whoever votes with the pool.
    /// @dev Who has added to his part since the vote began votes with it only if its past was kept by then:
    ///      {IStakeVotes.keepPositionRecord}. Nobody else needs that.
    /// @param support 0 against, 1 for, 2 abstain.
    /// @return weight The votes of that part, OPG base units.
    function castOverrideVote(
        uint256 proposalId,
        address operator,
        uint8 support,
        string memory reason
    ) external returns (uint256 weight) {
        return _castOverride(proposalId, operator, msg.sender, support, reason);
    }

    /// @notice As {castOverrideVote}, for the `voter` who signed `OverrideBallot` (EIP-712), with a nonce.
    function castOverrideVoteBySig(
        uint256 proposalId,
        address operator,
        uint8 support,
        address voter,
        bytes memory signature
    ) external returns (uint256 weight) {
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(OVERRIDE_TYPEHASH, proposalId, operator, support, voter, _useNonce(voter)))
        );
        if (!SignatureChecker.isValidSignatureNow(voter, digest, signature)) revert GovernorInvalidSignature(voter);
        return _castOverride(proposalId, operator, voter, support, "");
    }

    /// @notice Whether the account has voted with its own part of the operator's pool.
    function hasVotedOverride(uint256 proposalId, address operator, address account) external view returns (bool) {
        return _tallies[proposalId].overrides[operator][account];
    }

    /// @notice How the vote stands, OPG base units.
    function proposalVotes(
        uint256 proposalId
    ) external view returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes) {
        mapping(uint8 support => uint256) storage votes = _tallies[proposalId].votes;
        return (votes[0], votes[1], votes[2]);
    }

    /// @notice Whether the account has voted with the votes that count for it; overrides are apart.
    function hasVoted(uint256 proposalId, address account) public view override returns (bool) {
        return _tallies[proposalId].ballots[account].cast != 0;
    }

    /// @notice For machines: what support means, what makes a quorum, and that delegators may override.
    // solhint-disable-next-line func-name-mixedcase
    function COUNTING_MODE() public pure override returns (string memory) {
        return "support=bravo,override&quorum=for,abstain&overridable=true";
    }

    /// @inheritdoc Governor
    function _quorumReached(uint256 proposalId) internal view override returns (bool) {
        mapping(uint8 support => uint256) storage votes = _tallies[proposalId].votes;
        uint256 taken = votes[uint8(VoteType.For)] + votes[uint8(VoteType.Abstain)];
        return quorum(proposalSnapshot(proposalId)) <= taken;
    }

    /// @inheritdoc Governor
    function _voteSucceeded(uint256 proposalId) internal view override returns (bool) {
        mapping(uint8 support => uint256) storage votes = _tallies[proposalId].votes;
        return votes[uint8(VoteType.For)] > votes[uint8(VoteType.Against)];
    }

    /// @inheritdoc Governor
    function _countVote(
        uint256 proposalId,
        address account,
        uint8 support,
        uint256 totalWeight,
        bytes memory
    ) internal override returns (uint256 weight) {
        Tally storage tally = _tallies[proposalId];
        Ballot storage ballot = tally.ballots[account];
        _checkSupport(support);
        if (ballot.cast != 0) revert GovernorAlreadyCastVote(account);
        ballot.cast = support + 1;
        weight = totalWeight - ballot.overridden;
        tally.votes[support] += weight;
    }

    function _castOverride(
        uint256 proposalId,
        address operator,
        address voter,
        uint8 support,
        string memory reason
    ) private returns (uint256 weight) {
        // Check
        _validateStateBitmap(proposalId, _encodeStateBitmap(ProposalState.Active));
        _checkSupport(support);
        Tally storage tally = _tallies[proposalId];
        if (tally.overrides[operator][voter]) revert GovernorAlreadyOverridden(voter, operator);
        IStakeVotes stake = IStakeVotes(address(token()));
        uint256 snapshot = proposalSnapshot(proposalId);
        weight = stake.getPastPositionVotes(operator, voter, snapshot);
        if (weight == 0) revert GovernorNoPartOfPool(voter, operator, snapshot);
        // Effect
        tally.overrides[operator][voter] = true;
        tally.votes[support] += weight;
        _deduct(tally, proposalId, stake.getPastDelegate(operator, snapshot), weight);
        emit OverrideVoteCast(voter, operator, proposalId, support, weight, reason);
        _tallyUpdated(proposalId);
    }

    /// @dev Takes the weight from the ballot of the pool's delegate, or from the one that he may cast later.
    function _deduct(Tally storage tally, uint256 proposalId, address delegatee, uint256 weight) private {
        Ballot storage ballot = tally.ballots[delegatee];
        uint8 cast = ballot.cast;
        if (cast == 0) {
            ballot.overridden = (ballot.overridden + weight).toUint208();
        } else {
            tally.votes[cast - 1] -= weight;
            emit VoteReduced(delegatee, proposalId, cast - 1, weight);
        }
    }

    function _checkSupport(uint8 support) private pure {
        if (support > uint8(VoteType.Abstain)) revert GovernorInvalidVoteType();
    }
}
