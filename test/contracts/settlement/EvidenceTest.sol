// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {System} from "../fixtures/System.sol";

/// @title Two signed answers to one request, and who shows them
abstract contract EvidenceTest is System {
    /// @notice What proves equivocation.
    struct Evidence {
        Receipt first;
        bytes firstSignature;
        Receipt second;
        bytes secondSignature;
    }

    bytes32 internal constant INPUT = keccak256("input");
    address internal challenger = address(0xC4A1);

    /// @notice Two answers of the operator's enclave to one request.
    function _evidence() internal view returns (Evidence memory) {
        return _evidence(_receipt(address(1), INPUT, keccak256("a")), _receipt(address(1), INPUT, keccak256("b")));
    }

    /// @notice Both receipts, signed by the operator's enclave.
    function _evidence(Receipt memory first, Receipt memory second) internal view returns (Evidence memory) {
        return Evidence(first, _signReceipt(ENCLAVE_KEY, first), second, _signReceipt(ENCLAVE_KEY, second));
    }

    function _commitmentOf(address account, Evidence memory evidence) internal view returns (bytes32) {
        return
            settlement.computeEvidenceCommitment(
                account,
                evidence.first,
                evidence.firstSignature,
                evidence.second,
                evidence.secondSignature
            );
    }

    function _commit(address account, Evidence memory evidence) internal {
        bytes32 commitment = _commitmentOf(account, evidence);
        vm.prank(account);
        settlement.commitEvidence(commitment);
    }

    function _reveal(address account, Evidence memory evidence) internal returns (uint256 slashed, uint256 bounty) {
        vm.prank(account);
        return
            settlement.challengeEquivocation(
                evidence.first,
                evidence.firstSignature,
                evidence.second,
                evidence.secondSignature
            );
    }

    /// @notice Commits, waits as long as needed, and reveals.
    function _challenge(address account, Evidence memory evidence) internal returns (uint256 slashed, uint256 bounty) {
        _commit(account, evidence);
        vm.warp(block.timestamp + settlement.COMMITMENT_DELAY());
        return _reveal(account, evidence);
    }
}
