// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorStorage} from "@openzeppelin/contracts/governance/extensions/GovernorStorage.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
// solhint-disable-next-line max-line-length
import {GovernorVotesQuorumFraction} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";

import {Roles} from "../libraries/Roles.sol";
import {GovernorCountingPools} from "./GovernorCountingPools.sol";
import {GovernorDelayedExecution} from "./GovernorDelayedExecution.sol";
import {IDecisionDelays} from "./interfaces/IDecisionDelays.sol";
import {GovernorConfig} from "./types/GovernorConfig.sol";

/// @title Decisions of OPG stakers
/// @notice Proposals are voted on with staked OPG and executed by the timelock, the only admin of the protocol. A pool
///         votes through its operator; who delegates to it may vote with his own part instead. Where the token itself
///         has votes, OPG in wallets votes too, once its owner has delegated it, to himself for example.
/// @dev Time is counted in Unix seconds. A quorum is a share of the staked OPG at the snapshot: how much OPG in wallets
///      is delegated, nobody counts. No OPG votes twice: what the stake ledger holds, it delegates to nobody.
///      Proposals are stored, so that they can be listed, queued and executed without reading events.
contract OPGGovernor is
    Governor,
    GovernorSettings,
    GovernorStorage,
    GovernorCountingPools,
    GovernorVotesQuorumFraction,
    GovernorPreventLateQuorum,
    GovernorDelayedExecution
{
    /// @notice The AccessManager: who has its guardian role can cancel any proposal before it is executed.
    IAccessManager public immutable authority;
    /// @notice The token, where it has votes for what is in wallets; zero where it has none.
    IERC5805 public immutable walletVotes;

    bytes32 private constant TIMESTAMP_CLOCK = keccak256("mode=timestamp");

    /// @notice Thrown when a source of votes does not count time in Unix seconds.
    error GovernorClockUnsupported(address votes, string clockMode);

    /// @param votes     Where the votes of staked OPG are read: the staking contract.
    /// @param wallets   Where the votes of OPG in wallets are read: the token; zero if it has none.
    /// @param executor  Executes what was decided; must give this contract its proposer and canceller roles.
    /// @param delays    How long a decision waits before that.
    /// @param manager   Says who is guardian.
    /// @param config    The rules of a vote.
    constructor(
        IVotes votes,
        IERC5805 wallets,
        TimelockController executor,
        IDecisionDelays delays,
        IAccessManager manager,
        GovernorConfig memory config
    )
        Governor("OPG Governor")
        GovernorSettings(config.votingDelay, config.votingPeriod, config.proposalThreshold)
        GovernorVotes(votes)
        GovernorVotesQuorumFraction(config.quorumNumerator)
        GovernorPreventLateQuorum(config.lateQuorumExtension)
        GovernorDelayedExecution(executor, delays)
    {
        _checkClock(address(votes));
        if (address(wallets) != address(0)) _checkClock(address(wallets));
        authority = manager;
        walletVotes = wallets;
    }

    /// @inheritdoc GovernorStorage
    /// @dev Read through {proposalDetails} in all three, because every other way of reading them costs code again.
    function queue(uint256 proposalId) public override {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls, bytes32 hash) = proposalDetails(
            proposalId
        );
        queue(targets, values, calls, hash);
    }

    /// @inheritdoc GovernorStorage
    function execute(uint256 proposalId) public payable override {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls, bytes32 hash) = proposalDetails(
            proposalId
        );
        execute(targets, values, calls, hash);
    }

    /// @inheritdoc GovernorStorage
    function cancel(uint256 proposalId) public override {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls, bytes32 hash) = proposalDetails(
            proposalId
        );
        cancel(targets, values, calls, hash);
    }

    /// @inheritdoc IERC6372
    /// @dev Not asked of the votes again: the constructor saw that they count the same.
    function clock() public view override(Governor, GovernorVotes) returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override(Governor, GovernorVotes) returns (string memory) {
        return "mode=timestamp";
    }

    /// @inheritdoc Governor
    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    /// @inheritdoc GovernorVotesQuorumFraction
    /// @dev Rounds down. The product fits: no supply of votes exceeds 208 bits.
    function quorum(uint256 timepoint) public view override(Governor, GovernorVotesQuorumFraction) returns (uint256) {
        return (token().getPastTotalSupply(timepoint) * quorumNumerator(timepoint)) / quorumDenominator();
    }

    /// @inheritdoc Governor
    function proposalDeadline(
        uint256 proposalId
    ) public view override(Governor, GovernorPreventLateQuorum) returns (uint256) {
        return super.proposalDeadline(proposalId);
    }

    /// @inheritdoc Governor
    function state(
        uint256 proposalId
    ) public view override(Governor, GovernorDelayedExecution) returns (ProposalState) {
        return super.state(proposalId);
    }

    /// @inheritdoc Governor
    function proposalNeedsQueuing(
        uint256 proposalId
    ) public view override(Governor, GovernorDelayedExecution) returns (bool) {
        return super.proposalNeedsQueuing(proposalId);
    }

    function _propose(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description,
        address proposer
    ) internal override(Governor, GovernorStorage) returns (uint256) {
        return super._propose(targets, values, calldatas, description, proposer);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorDelayedExecution) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorDelayedExecution) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorDelayedExecution) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    /// @inheritdoc Governor
    function _validateCancel(uint256 proposalId, address caller) internal view override returns (bool) {
        (bool isGuardian, uint32 delay) = authority.hasRole(Roles.GUARDIAN, caller);
        return (isGuardian && delay == 0) || super._validateCancel(proposalId, caller);
    }

    /// @inheritdoc Governor
    /// @dev OPG that moves between wallet and stake is never in both: it leaves the wallet before it counts as stake,
    ///      and comes back, at the earliest, when it counts as stake no longer.
    function _getVotes(
        address account,
        uint256 timepoint,
        bytes memory params
    ) internal view override(Governor, GovernorVotes) returns (uint256 votes) {
        votes = super._getVotes(account, timepoint, params);
        if (address(walletVotes) != address(0)) votes += walletVotes.getPastVotes(account, timepoint);
    }

    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(proposalId);
    }

    function _executor() internal view override(Governor, GovernorDelayedExecution) returns (address) {
        return super._executor();
    }

    function _checkClock(address source) private view {
        string memory clockMode = IERC6372(source).CLOCK_MODE();
        if (keccak256(bytes(clockMode)) != TIMESTAMP_CLOCK) revert GovernorClockUnsupported(source, clockMode);
    }
}
