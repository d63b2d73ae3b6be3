// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {
    DecisionClass,
    DecisionRow,
    IDecisionDelays
} from "../../../contracts/governance/interfaces/IDecisionDelays.sol";
import {GovernanceTest} from "./GovernanceTest.sol";

contract DecisionDelaysTest is GovernanceTest {
    bytes4 private constant SOME = 0x12345678;

    function testFuzz_RevertWhen_SlashingDelayIsOutOfRange(uint32 slashing) public {
        if (slashing > UNBONDING && slashing <= 90 days) slashing = UNBONDING;
        vm.expectRevert(
            abi.encodeWithSelector(
                IDecisionDelays.DecisionDelayOutOfRange.selector,
                slashing,
                uint256(UNBONDING) + 1,
                90 days
            )
        );
        create("DecisionDelays", abi.encode(address(authority), UNBONDING, 1, slashing));
    }

    function test_RevertWhen_TrustRootDelayIsOutOfRange() public {
        vm.expectRevert(
            abi.encodeWithSelector(IDecisionDelays.DecisionDelayOutOfRange.selector, SLASHING + 1, 1, SLASHING)
        );
        create("DecisionDelays", abi.encode(address(authority), UNBONDING, SLASHING + 1, SLASHING));
        vm.expectRevert(abi.encodeWithSelector(IDecisionDelays.DecisionDelayOutOfRange.selector, 0, 1, SLASHING));
        create("DecisionDelays", abi.encode(address(authority), UNBONDING, 0, SLASHING));
    }

    function testFuzz_RevertWhen_SetByAnybodyButAVote(address caller) public {
        vm.assume(caller != address(timelock));
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        vm.startPrank(caller);
        vm.expectRevert(refusal);
        delays.setDecisionClasses(new DecisionRow[](1));
        vm.expectRevert(refusal);
        delays.setDelays(1, SLASHING);
    }

    function test_SetDelays_ByVoteOfTheSlowestClass() public {
        uint256 proposalId = _pass(
            address(delays),
            abi.encodeCall(IDecisionDelays.setDelays, (3 days, uint32(20 days)))
        );
        governor.queue(proposalId);
        vm.assertEq(governor.proposalEta(proposalId), block.timestamp + SLASHING, "waits longest");
        vm.warp(block.timestamp + SLASHING);
        governor.execute(proposalId);
        vm.assertEq(delays.trustRootDelay(), 3 days, "trust root");
        vm.assertEq(delays.slashingDelay(), 20 days, "slashing");
    }

    function test_SetDecisionClasses_ByVote() public {
        DecisionRow[] memory rows = new DecisionRow[](1);
        rows[0] = DecisionRow(STRANGER, SOME, DecisionClass.Ordinary);
        _decide(address(delays), abi.encodeCall(IDecisionDelays.setDecisionClasses, (rows)));
        vm.assertEq(uint256(delays.decisionClassOf(STRANGER, SOME)), uint256(DecisionClass.Ordinary), "class");
        vm.assertEq(_delayOf(abi.encodePacked(SOME)), 1 hours, "as the timelock asks");
    }

    function testFuzz_RevertWhen_TooManyRows(uint256 length) public {
        length = bound(length, 65, 100);
        vm.expectRevert(abi.encodeWithSelector(IDecisionDelays.DecisionTooManyRows.selector, length, 64));
        vm.prank(address(timelock));
        delays.setDecisionClasses(new DecisionRow[](length));
    }

    function testFuzz_DelayOf_IsThatOfTheSlowestCall(uint8[4] memory classes, uint32 least) public {
        least = uint32(bound(least, 1, 2 days));
        DecisionRow[] memory rows = new DecisionRow[](4);
        address[] memory targets = new address[](4);
        bytes[] memory calldatas = new bytes[](4);
        uint8 slowest = 2;
        for (uint256 i = 0; i < 4; ++i) {
            classes[i] = uint8(bound(classes[i], 0, 2));
            if (classes[i] < slowest) slowest = classes[i];
            rows[i] = DecisionRow(address(uint160(i + 1)), SOME, DecisionClass(classes[i]));
            targets[i] = rows[i].target;
            calldatas[i] = abi.encodeWithSelector(SOME, i);
        }
        vm.prank(address(timelock));
        delays.setDecisionClasses(rows);
        uint256 expected =
            slowest == 0
                ? SLASHING
                : slowest == 1
                    ? TRUST_ROOT
                    : least;
        vm.assertEq(delays.delayOf(targets, calldatas, least), expected, "slowest");
    }

    function testFuzz_DelayOf_ShortCalldataIsOfNoFunction(uint256 length) public view {
        vm.assertEq(_delayOf(new bytes(bound(length, 0, 3))), SLASHING, "slowest");
    }

    function _delayOf(bytes memory data) private view returns (uint256) {
        (address[] memory targets, , bytes[] memory calldatas) = _single(STRANGER, data);
        return delays.delayOf(targets, calldatas, 1 hours);
    }
}
