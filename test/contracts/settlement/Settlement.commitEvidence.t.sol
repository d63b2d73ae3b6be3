// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISettlement} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {EvidenceTest} from "./EvidenceTest.sol";

contract SettlementCommitEvidenceTest is EvidenceTest {
    function testFuzz_RevertGiven_Recorded(bytes32 commitment, address other, uint256 later) external {
        later = bound(later, 0, 3650 days);
        settlement.commitEvidence(commitment);
        vm.warp(START + later);
        vm.prank(other);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementCommitmentExists.selector, commitment, START));
        settlement.commitEvidence(commitment);
        vm.assertEq(settlement.committedAt(commitment), START, "it keeps its time");
    }

    function testFuzz_RecordsTheTime(bytes32 commitment, address committer, bytes32 other) external {
        vm.assume(other != commitment);
        vm.assertEq(settlement.committedAt(commitment), 0, "nothing before");
        vm.expectEmit(address(settlement));
        emit ISettlement.EvidenceCommitted(commitment, committer);
        vm.prank(committer);
        settlement.commitEvidence(commitment);
        vm.assertEq(settlement.committedAt(commitment), START, "the block's time");
        vm.assertEq(settlement.committedAt(other), 0, "of this commitment only");
    }

    function test_WhenRecordedForAnother_CountsForHim() external {
        Evidence memory evidence = _evidence();
        bytes32 commitment = _commitmentOf(challenger, evidence);
        vm.prank(address(0xF00));
        settlement.commitEvidence(commitment);
        vm.warp(START + 1 minutes);
        (uint256 slashed, ) = _reveal(challenger, evidence);
        vm.assertEq(slashed, 5_000e18, "who sends the hash does not matter");
    }

    function test_GivenUsed_CanBeRecordedAgain() external {
        Evidence memory evidence = _evidence();
        _challenge(challenger, evidence);
        bytes32 commitment = _commitmentOf(challenger, evidence);
        settlement.commitEvidence(commitment);
        vm.assertEq(settlement.committedAt(commitment), START + 1 minutes, "with its own time");
    }
}
