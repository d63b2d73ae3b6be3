// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {OPGGovernor} from "../../../contracts/governance/OPGGovernor.sol";
import {VotesSource__Mock} from "../../mocks/VotesSource__Mock.sol";
import {GovernanceTest} from "./GovernanceTest.sol";

contract OPGGovernorTest is GovernanceTest {
    function test_Constructor_TakesItsRules() public view {
        vm.assertEq(governor.name(), "OPG Governor", "name");
        vm.assertEq(governor.CLOCK_MODE(), "mode=timestamp", "clock mode");
        vm.assertEq(governor.clock(), START, "clock");
        vm.assertEq(governor.votingDelay(), 1 hours, "delay");
        vm.assertEq(governor.votingPeriod(), 1 days, "period");
        vm.assertEq(governor.proposalThreshold(), 100e18, "threshold");
        vm.assertEq(governor.quorum(START), 40_000e18, "4 per cent of all votes");
        vm.assertEq(governor.timelock(), address(timelock), "timelock");
        vm.assertEq(address(governor.decisionDelays()), address(delays), "delays");
        vm.assertEq(address(governor.authority()), address(authority), "authority");
        vm.assertEq(address(governor.token()), address(votes), "votes of stake");
        vm.assertEq(address(governor.walletVotes()), address(wallets), "votes of wallets");
    }

    function test_RevertWhen_VotesCountBlocks() public {
        VotesSource__Mock blocks = new VotesSource__Mock("mode=blocknumber&from=default");
        bytes memory unsupported = abi.encodeWithSelector(
            OPGGovernor.GovernorClockUnsupported.selector,
            address(blocks),
            "mode=blocknumber&from=default"
        );
        vm.expectRevert(unsupported);
        _createGovernor(address(blocks), address(wallets));
        vm.expectRevert(unsupported);
        _createGovernor(address(votes), address(blocks));
    }

    function testFuzz_GetVotes_CountsStakeAndWallets(uint256 staked, uint256 inWallet) public {
        (staked, inWallet) = (bound(staked, 0, 1e27), bound(inWallet, 0, 1e27));
        votes.set(STRANGER, staked);
        wallets.set(STRANGER, inWallet);
        vm.assertEq(governor.getVotes(STRANGER, START), staked + inWallet, "both");
        vm.assertEq(governor.quorum(START), (TOTAL + staked) / 25, "a quorum is a share of stake");
        OPGGovernor stakeOnly = _createGovernor(address(votes), address(0));
        vm.assertEq(address(stakeOnly.walletVotes()), address(0), "no votes in wallets");
        vm.assertEq(stakeOnly.getVotes(STRANGER, START), staked, "stake only");
    }

    function testFuzz_RevertWhen_ProposerHasTooFewVotes(uint256 staked, uint256 inWallet) public {
        staked = bound(staked, 0, 100e18 - 1);
        inWallet = bound(inWallet, 0, 100e18 - 1 - staked);
        votes.set(STRANGER, staked);
        wallets.set(STRANGER, inWallet);
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _single(STRANGER, "");
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorInsufficientProposerVotes.selector,
                STRANGER,
                staked + inWallet,
                100e18
            )
        );
        vm.prank(STRANGER);
        governor.propose(targets, values, calldatas, DESCRIPTION);
    }

    function test_Propose_WithStakeAndWallet() public {
        votes.set(STRANGER, 60e18);
        wallets.set(STRANGER, 40e18);
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _single(STRANGER, "");
        vm.prank(STRANGER);
        uint256 proposalId = governor.propose(targets, values, calldatas, DESCRIPTION);
        vm.assertEq(governor.proposalProposer(proposalId), STRANGER, "together enough");
    }

    function test_Propose_StoresTheProposal() public {
        uint256 proposalId = _propose(address(timelock), _update());
        vm.assertEq(governor.proposalCount(), 1, "listed on chain");
        (uint256 id, address[] memory targets, , bytes[] memory calldatas, bytes32 descriptionHash) = governor
            .proposalDetailsAt(0);
        vm.assertEq(id, proposalId, "id");
        vm.assertEq(targets[0], address(timelock), "target");
        vm.assertEq(calldatas[0], _update(), "calldata");
        vm.assertEq(descriptionHash, keccak256(bytes(DESCRIPTION)), "description");
    }

    function testFuzz_RevertWhen_ProposalIsUnknown(uint256 proposalId) public {
        bytes memory unknown = abi.encodeWithSelector(IGovernor.GovernorNonexistentProposal.selector, proposalId);
        vm.expectRevert(unknown);
        governor.queue(proposalId);
        vm.expectRevert(unknown);
        governor.execute(proposalId);
        vm.expectRevert(unknown);
        governor.cancel(proposalId);
    }

    function test_Vote_ReachingQuorumLateExtendsTheVote() public {
        uint256 proposalId = _propose(address(timelock), _update());
        uint256 deadline = governor.proposalDeadline(proposalId);
        vm.warp(deadline - 1);
        vm.prank(VOTER);
        governor.castVote(proposalId, 1);
        vm.assertEq(governor.proposalDeadline(proposalId), deadline - 1 + 6 hours, "time to answer");
    }

    function testFuzz_State_DefeatedBelowQuorum(uint256 weight) public {
        weight = bound(weight, 100e18, 40_000e18 - 1);
        votes.set(VOTER, weight);
        votes.set(address(0x71), TOTAL - weight);
        uint256 proposalId = _pass(address(timelock), _update());
        vm.assertEq(uint256(governor.state(proposalId)), uint256(IGovernor.ProposalState.Defeated), "no quorum");
        _expectState(proposalId, IGovernor.ProposalState.Defeated, 1 << uint8(IGovernor.ProposalState.Succeeded));
        governor.queue(proposalId);
    }

    function test_Queue_WaitsAsTheTimelockAsks() public {
        uint256 proposalId = _pass(address(timelock), _update());
        governor.queue(proposalId);
        vm.assertEq(governor.proposalEta(proposalId), block.timestamp + 1 hours, "ordinary");
    }

    function test_Queue_WaitsLongerForRootsOfTrust() public {
        bytes memory grant = abi.encodeCall(timelock.grantRole, (bytes32(0), STRANGER));
        uint256 proposalId = _pass(address(timelock), grant);
        governor.queue(proposalId);
        vm.assertEq(governor.proposalEta(proposalId), block.timestamp + TRUST_ROOT, "root of trust");
    }

    function testFuzz_Queue_WaitsLongestForTheUnlisted(address target, bytes4 selector) public {
        vm.assume(target != address(timelock));
        uint256 proposalId = _pass(target, abi.encodePacked(selector));
        governor.queue(proposalId);
        vm.assertEq(governor.proposalEta(proposalId), block.timestamp + SLASHING, "unlisted");
    }

    function test_RevertGiven_TimelockDelayNotOver() public {
        bytes memory grant = abi.encodeCall(timelock.grantRole, (bytes32(0), STRANGER));
        uint256 proposalId = _pass(address(timelock), grant);
        governor.queue(proposalId);
        vm.warp(block.timestamp + TRUST_ROOT - 1);
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _single(
            address(timelock),
            grant
        );
        bytes32 salt = bytes20(address(governor)) ^ keccak256(bytes(DESCRIPTION));
        bytes32 operation = timelock.hashOperationBatch(targets, values, calldatas, 0, salt);
        vm.expectRevert(
            abi.encodeWithSelector(
                TimelockController.TimelockUnexpectedOperationState.selector,
                operation,
                bytes32(1 << uint8(TimelockController.OperationState.Ready))
            )
        );
        governor.execute(proposalId);
    }

    function test_Execute_DoesWhatWasDecided() public {
        uint256 proposalId = _pass(address(timelock), _update());
        governor.queue(proposalId);
        vm.warp(block.timestamp + 1 hours);
        vm.prank(STRANGER);
        governor.execute(proposalId);
        vm.assertEq(timelock.getMinDelay(), 2 hours, "executed");
        vm.assertEq(uint256(governor.state(proposalId)), uint256(IGovernor.ProposalState.Executed), "state");
    }

    function test_State_ExecutedAtTheTimelockDirectly() public {
        uint256 proposalId = _pass(address(timelock), _update());
        governor.queue(proposalId);
        vm.warp(block.timestamp + 1 hours);
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _single(
            address(timelock),
            _update()
        );
        bytes32 salt = bytes20(address(governor)) ^ keccak256(bytes(DESCRIPTION));
        timelock.executeBatch(targets, values, calldatas, 0, salt);
        vm.assertEq(uint256(governor.state(proposalId)), uint256(IGovernor.ProposalState.Executed), "state");
    }

    function test_Cancel_ProposerBeforeTheVote() public {
        uint256 proposalId = _propose(address(timelock), _update());
        vm.prank(VOTER);
        governor.cancel(proposalId);
        vm.assertEq(uint256(governor.state(proposalId)), uint256(IGovernor.ProposalState.Canceled), "state");
    }

    function test_RevertWhen_ProposerCancelsDuringTheVote() public {
        uint256 proposalId = _propose(address(timelock), _update());
        vm.warp(governor.proposalSnapshot(proposalId) + 1);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorUnableToCancel.selector, proposalId, VOTER));
        vm.prank(VOTER);
        governor.cancel(proposalId);
    }

    function testFuzz_RevertWhen_StrangerCancels(address stranger) public {
        vm.assume(stranger != VOTER && stranger != address(guardian));
        uint256 proposalId = _propose(address(timelock), _update());
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorUnableToCancel.selector, proposalId, stranger));
        vm.prank(stranger);
        governor.cancel(proposalId);
    }

    function _update() private pure returns (bytes memory) {
        return abi.encodeCall(TimelockController.updateDelay, (2 hours));
    }

    function _expectState(uint256 proposalId, IGovernor.ProposalState actual, uint256 expected) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorUnexpectedProposalState.selector,
                proposalId,
                actual,
                bytes32(expected)
            )
        );
    }
}
