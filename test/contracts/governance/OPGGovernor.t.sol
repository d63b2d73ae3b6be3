// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";

import {OPGGovernor} from "../../../contracts/governance/OPGGovernor.sol";
import {GovernorConfig} from "../../../contracts/governance/types/GovernorConfig.sol";
import {Base} from "../Base.sol";
import {VotesSource__Mock} from "../mocks/VotesSource__Mock.sol";

contract OPGGovernorTest is Base {
    address private constant VOTER = address(0x70);
    address private constant STRANGER = address(0x57);
    uint256 private constant START = 1_800_000_000;
    uint256 private constant TOTAL = 1_000_000e18;
    string private constant DESCRIPTION = "# Change the delay of the timelock";

    VotesSource__Mock private _votes;
    TimelockController private _timelock;
    OPGGovernor private _governor;

    function setUp() public {
        vm.warp(START);
        _votes = new VotesSource__Mock("mode=timestamp");
        address[] memory anyone = new address[](1);
        _timelock = new TimelockController(1 hours, new address[](0), anyone, address(this));
        _governor = new OPGGovernor(IVotes(address(_votes)), _timelock, _config());
        _timelock.grantRole(_timelock.PROPOSER_ROLE(), address(_governor));
        _timelock.grantRole(_timelock.CANCELLER_ROLE(), address(_governor));
        _votes.set(VOTER, 40_000e18);
        _votes.set(address(0x71), TOTAL - 40_000e18);
    }

    function test_Constructor_TakesItsRules() public view {
        vm.assertEq(_governor.name(), "OPG Governor", "name");
        vm.assertEq(_governor.CLOCK_MODE(), "mode=timestamp", "clock");
        vm.assertEq(_governor.votingDelay(), 1 hours, "delay");
        vm.assertEq(_governor.votingPeriod(), 1 days, "period");
        vm.assertEq(_governor.proposalThreshold(), 100e18, "threshold");
        vm.assertEq(_governor.quorum(START), 40_000e18, "4 per cent of all votes");
    }

    function test_RevertWhen_VotesCountBlocks() public {
        VotesSource__Mock blocks = new VotesSource__Mock("mode=blocknumber&from=default");
        vm.expectRevert(
            abi.encodeWithSelector(
                OPGGovernor.GovernorClockUnsupported.selector,
                address(blocks),
                "mode=blocknumber&from=default"
            )
        );
        new OPGGovernor(IVotes(address(blocks)), _timelock, _config());
    }

    function test_RevertWhen_ProposerHasTooFewVotes() public {
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _proposal();
        vm.prank(STRANGER);
        vm.expectRevert(
            abi.encodeWithSelector(IGovernor.GovernorInsufficientProposerVotes.selector, STRANGER, 0, 100e18)
        );
        _governor.propose(targets, values, calldatas, DESCRIPTION);
    }

    function test_Execute_ChangesTheTimelockAfterAVote() public {
        uint256 proposalId = _pass();
        _governor.queue(proposalId);
        vm.warp(block.timestamp + 1 hours);
        vm.prank(STRANGER);
        _governor.execute(proposalId);

        vm.assertEq(_timelock.getMinDelay(), 2 hours, "executed");
        vm.assertEq(_governor.proposalCount(), 1, "listed on chain");
    }

    function test_RevertGiven_TimelockDelayNotOver() public {
        uint256 proposalId = _pass();
        _governor.queue(proposalId);
        vm.warp(block.timestamp + 1 hours - 1);
        bytes32 operation = _timelock.hashOperationBatch(
            _targets(),
            new uint256[](1),
            _calldatas(),
            0,
            bytes20(address(_governor)) ^ keccak256(bytes(DESCRIPTION))
        );
        vm.expectRevert(
            abi.encodeWithSelector(
                TimelockController.TimelockUnexpectedOperationState.selector,
                operation,
                bytes32(1 << uint8(TimelockController.OperationState.Ready))
            )
        );
        _governor.execute(proposalId);
    }

    function test_Vote_ReachingQuorumLateExtendsTheVote() public {
        uint256 proposalId = _propose();
        uint256 deadline = _governor.proposalDeadline(proposalId);
        vm.warp(deadline - 1);
        vm.prank(VOTER);
        _governor.castVote(proposalId, 1);
        vm.assertEq(_governor.proposalDeadline(proposalId), deadline - 1 + 6 hours, "time to answer");
    }

    function testFuzz_State_DefeatedBelowQuorum(uint256 weight) public {
        weight = bound(weight, 100e18, 40_000e18 - 1);
        _votes.set(VOTER, weight);
        _votes.set(address(0x71), TOTAL - weight);
        uint256 proposalId = _propose();
        vm.warp(_governor.proposalSnapshot(proposalId) + 1);
        vm.prank(VOTER);
        _governor.castVote(proposalId, 1);
        vm.warp(_governor.proposalDeadline(proposalId) + 1);
        vm.assertEq(uint256(_governor.state(proposalId)), uint256(IGovernor.ProposalState.Defeated), "no quorum");
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorUnexpectedProposalState.selector,
                proposalId,
                IGovernor.ProposalState.Defeated,
                bytes32(1 << uint8(IGovernor.ProposalState.Succeeded))
            )
        );
        _governor.queue(proposalId);
    }

    function _pass() private returns (uint256 proposalId) {
        proposalId = _propose();
        vm.warp(_governor.proposalSnapshot(proposalId) + 1);
        vm.prank(VOTER);
        _governor.castVote(proposalId, 1);
        vm.warp(_governor.proposalDeadline(proposalId) + 1);
    }

    function _propose() private returns (uint256) {
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _proposal();
        vm.prank(VOTER);
        return _governor.propose(targets, values, calldatas, DESCRIPTION);
    }

    function _proposal() private view returns (address[] memory, uint256[] memory, bytes[] memory) {
        return (_targets(), new uint256[](1), _calldatas());
    }

    function _targets() private view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_timelock);
    }

    function _calldatas() private pure returns (bytes[] memory calldatas) {
        calldatas = new bytes[](1);
        calldatas[0] = abi.encodeCall(TimelockController.updateDelay, (2 hours));
    }

    function _config() private pure returns (GovernorConfig memory) {
        return
            GovernorConfig({
                votingDelay: 1 hours,
                votingPeriod: 1 days,
                lateQuorumExtension: 6 hours,
                proposalThreshold: 100e18,
                quorumNumerator: 4
            });
    }
}
