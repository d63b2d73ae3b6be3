// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {IGuardian} from "../../../contracts/governance/interfaces/IGuardian.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {Restricted__Mock} from "../../mocks/Restricted__Mock.sol";
import {GovernanceTest} from "./GovernanceTest.sol";

contract GuardianTest is GovernanceTest {
    Restricted__Mock private _target;

    function setUp() public override {
        super.setUp();
        _target = new Restricted__Mock(address(authority));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = Restricted__Mock.takeAway.selector;
        vm.prank(address(timelock));
        authority.setTargetFunctionRole(address(_target), selectors, Roles.GUARDIAN);
    }

    function testFuzz_RevertWhen_TermIsOutOfRange(uint48 term) public {
        if (term != 0 && term <= 365 days) term = 0;
        // A sum beyond 48 bits is another refusal, of the compiler's.
        term = uint48(bound(term, term == 0 ? 0 : 365 days + 1, type(uint48).max - START));
        vm.expectRevert(
            abi.encodeWithSelector(IGuardian.GuardianTermOutOfRange.selector, START + term, START, START + 365 days)
        );
        create("Guardian", abi.encode(address(authority), governor, KEEPER, term));
    }

    function test_Act_TakesAway() public {
        vm.expectEmit(address(guardian));
        emit IGuardian.GuardianActed(KEEPER, address(_target), Restricted__Mock.takeAway.selector);
        _act(KEEPER);
        vm.assertTrue(_target.takenAway(), "taken away");
    }

    function testFuzz_RevertWhen_CallerIsNotTheKeeper(address caller) public {
        vm.assume(caller != KEEPER);
        bytes memory refusal = abi.encodeWithSelector(IGuardian.GuardianUnauthorized.selector, caller, KEEPER);
        vm.expectRevert(refusal);
        _act(caller);
        vm.startPrank(caller);
        vm.expectRevert(refusal);
        guardian.cancel(1);
        vm.expectRevert(refusal);
        guardian.resign();
    }

    function testFuzz_RevertGiven_TermIsOver(uint48 late) public {
        uint256 until = guardian.expiresAt();
        uint256 time = until + bound(late, 0, 1_000 days);
        uint256 proposalId = _propose(address(_target), "");
        vm.warp(time);
        bytes memory refusal = abi.encodeWithSelector(IGuardian.GuardianExpired.selector, until, time);
        vm.expectRevert(refusal);
        _act(KEEPER);
        vm.startPrank(KEEPER);
        vm.expectRevert(refusal);
        guardian.cancel(proposalId);
    }

    function test_RevertWhen_FunctionIsNotOpen() public {
        bytes memory give = abi.encodeCall(Restricted__Mock.giveBack, ());
        vm.expectRevert(
            abi.encodeWithSelector(
                IGuardian.GuardianFunctionNotOpen.selector,
                address(_target),
                Restricted__Mock.giveBack.selector
            )
        );
        vm.prank(KEEPER);
        guardian.act(address(_target), give);
    }

    function test_RevertWhen_KeeperCallsTheTargetHimself() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, KEEPER));
        vm.prank(KEEPER);
        _target.takeAway();
    }

    function test_RevertWhen_KeeperWantsTheManager() public {
        bytes memory grant = abi.encodeCall(IAccessManager.grantRole, (Roles.ADMIN, KEEPER, 0));
        vm.expectRevert(
            abi.encodeWithSelector(
                IGuardian.GuardianFunctionNotOpen.selector,
                address(authority),
                IAccessManager.grantRole.selector
            )
        );
        vm.prank(KEEPER);
        guardian.act(address(authority), grant);
    }

    function test_Cancel_AtEveryStageBeforeExecution() public {
        bytes memory update = abi.encodeCall(TimelockController.updateDelay, (2 hours));
        _cancel(_propose(address(timelock), update));
        uint256 proposalId = _propose(address(timelock), bytes.concat(update, hex"01"));
        vm.warp(governor.proposalSnapshot(proposalId) + 1);
        _cancel(proposalId);
        _cancel(_pass(address(timelock), bytes.concat(update, hex"02")));
        proposalId = _pass(address(timelock), bytes.concat(update, hex"03"));
        governor.queue(proposalId);
        _cancel(proposalId);
        vm.warp(block.timestamp + 1 days);
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorUnexpectedProposalState.selector,
                proposalId,
                IGovernor.ProposalState.Canceled,
                bytes32(1 << uint8(IGovernor.ProposalState.Queued))
            )
        );
        governor.execute(proposalId);
    }

    function test_RevertWhen_ProposalIsAboutTheGuardian() public {
        bytes memory appoint = abi.encodeCall(IGuardian.appoint, (STRANGER, uint48(START + 30 days)));
        uint256 proposalId = _propose(address(guardian), appoint);
        vm.expectRevert(abi.encodeWithSelector(IGuardian.GuardianCannotJudgeItself.selector, proposalId));
        vm.prank(KEEPER);
        guardian.cancel(proposalId);
    }

    function test_Resign_EndsTheTerm() public {
        vm.prank(KEEPER);
        guardian.resign();
        vm.expectRevert(abi.encodeWithSelector(IGuardian.GuardianExpired.selector, START, START));
        _act(KEEPER);
    }

    function testFuzz_RevertWhen_AppointedByAnybodyButAVote(address caller) public {
        vm.assume(caller != address(timelock));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
        vm.prank(caller);
        guardian.appoint(caller, uint48(START + 1 days));
    }

    function test_RevertWhen_VoteAppointsForTooLong() public {
        uint256 latest = START + 365 days;
        vm.expectRevert(abi.encodeWithSelector(IGuardian.GuardianTermOutOfRange.selector, latest + 1, START, latest));
        vm.prank(address(timelock));
        guardian.appoint(KEEPER, uint48(latest + 1));
    }

    function test_Appoint_ByVoteReplacesTheKeeper() public {
        uint48 until = uint48(START + 200 days);
        _decide(address(guardian), abi.encodeCall(IGuardian.appoint, (STRANGER, until)));
        vm.assertEq(guardian.keeper(), STRANGER, "keeper");
        vm.assertEq(guardian.expiresAt(), until, "term");
        _act(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IGuardian.GuardianUnauthorized.selector, KEEPER, STRANGER));
        _act(KEEPER);
    }

    function _act(address caller) private {
        vm.prank(caller);
        guardian.act(address(_target), abi.encodeCall(Restricted__Mock.takeAway, ()));
    }

    function _cancel(uint256 proposalId) private {
        vm.prank(KEEPER);
        guardian.cancel(proposalId);
        vm.assertEq(uint256(governor.state(proposalId)), uint256(IGovernor.ProposalState.Canceled), "cancelled");
    }
}
