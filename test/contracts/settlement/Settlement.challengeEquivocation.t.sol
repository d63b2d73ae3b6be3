// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {FaultClass, IPenalties} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {ISettlement, Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {Settlement} from "../../../contracts/settlement/Settlement.sol";
import {EvidenceTest} from "./EvidenceTest.sol";

contract SettlementChallengeEquivocationTest is EvidenceTest {
    /// @dev The order of the group of secp256k1.
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    address private copier = address(0xC0B1);

    function test_RevertWhen_RequestsDiffer() external {
        Receipt memory first = _receipt(address(1), INPUT, keccak256("a"));
        Receipt memory second = _receipt(address(2), INPUT, keccak256("b"));
        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.SettlementRequestsDiffer.selector, first.requestId, second.requestId)
        );
        settlement.challengeEquivocation(first, "", second, "");
    }

    function test_RevertWhen_OperatorsDiffer() external {
        Receipt memory first = _receipt(address(1), INPUT, keccak256("a"));
        Receipt memory second = _receipt(address(1), INPUT, keccak256("b"));
        second.operator = address(2);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementOperatorsDiffer.selector, operator, address(2)));
        settlement.challengeEquivocation(first, "", second, "");
    }

    function test_RevertWhen_OutputsAgree() external {
        Receipt memory second = _receipt(address(1), INPUT, keccak256("a"));
        second.deadline -= 1;
        Evidence memory evidence = _evidence(_receipt(address(1), INPUT, keccak256("a")), second);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementOutputsAgree.selector, keccak256("a")));
        _reveal(challenger, evidence);
    }

    function testFuzz_RevertWhen_SignatureIsForged(uint256 key) external {
        key = bound(key, 1, type(uint128).max);
        vm.assume(key != ENCLAVE_KEY);
        Evidence memory evidence = _evidence();
        evidence.secondSignature = _signReceipt(key, evidence.second);
        _commit(challenger, evidence);
        vm.warp(START + 1 minutes);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISettlement.SettlementSignerMismatch.selector,
                enclaves.computeEnclaveId(vm.addr(key)),
                enclaveId
            )
        );
        _reveal(challenger, evidence);
    }

    function test_RevertWhen_SignatureIsMirrored() external {
        Evidence memory evidence = _evidence();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ENCLAVE_KEY, settlement.hashReceipt(evidence.second));
        bytes32 high = bytes32(CURVE_ORDER - uint256(s));
        evidence.secondSignature = abi.encodePacked(r, high, v == 27 ? uint8(28) : uint8(27));
        _commit(challenger, evidence);
        vm.warp(START + 1 minutes);
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, high));
        _reveal(challenger, evidence);
    }

    function test_RevertGiven_NoCommitment() external {
        Evidence memory evidence = _evidence();
        vm.expectRevert(
            abi.encodeWithSelector(
                ISettlement.SettlementCommitmentUnknown.selector,
                _commitmentOf(challenger, evidence)
            )
        );
        _reveal(challenger, evidence);
    }

    function testFuzz_RevertGiven_CommitmentToOtherEvidence(uint256 change) external {
        Evidence memory evidence = _evidence();
        _commit(challenger, evidence);
        vm.warp(START + 1 minutes);
        address account = challenger;
        change = bound(change, 0, 4);
        if (change == 0) account = copier;
        else if (change == 1) evidence = _evidence(evidence.second, evidence.first);
        else if (change == 2) evidence = _evidence(_edited(evidence.first), evidence.second);
        else if (change == 3) evidence = _evidence(evidence.first, _edited(evidence.second));
        else evidence = _evidence(evidence.first, _receipt(address(1), INPUT, keccak256("c")));
        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.SettlementCommitmentUnknown.selector, _commitmentOf(account, evidence))
        );
        _reveal(account, evidence);
    }

    function testFuzz_ComputesAnotherCommitment_WhenAnythingChanges(uint256 word, uint256 flip, bool second) external {
        Evidence memory evidence = _evidence();
        bytes32 commitment = _commitmentOf(challenger, evidence);
        // Sixteen words of a receipt, three of a signature, the challenger, the contract and the chain.
        word = bound(word, 0, 21);
        address account = challenger;
        if (word < 16) _flip(second ? evidence.second : evidence.first, word, flip);
        else if (word < 19) _flip(second ? evidence.secondSignature : evidence.firstSignature, flip);
        else if (word == 19) account = address(uint160(bound(flip, 1 << 20, type(uint160).max)));
        else if (word == 20) _moveSettlement();
        else vm.chainId(bound(flip, 50_000, type(uint64).max));
        vm.assertTrue(_commitmentOf(account, evidence) != commitment, "every bit counts");
    }

    function testFuzz_RevertGiven_CommitmentTooFresh(uint256 elapsed) external {
        elapsed = bound(elapsed, 0, 1 minutes - 1);
        Evidence memory evidence = _evidence();
        _commit(challenger, evidence);
        vm.warp(START + elapsed);
        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.SettlementCommitmentTooFresh.selector, START, START + 1 minutes)
        );
        _reveal(challenger, evidence);
    }

    function test_RevertGiven_AlreadyPunished() external {
        Receipt memory first = _receipt(address(1), INPUT, keccak256("a"));
        Receipt memory third = _receipt(address(1), INPUT, keccak256("c"));
        _challenge(challenger, _evidence());
        Evidence memory evidence = _evidence(first, third);
        _commit(challenger, evidence);
        vm.warp(START + 2 minutes);
        bytes32 id = _faultOf(first);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltiesAlreadyPunished.selector, id));
        _reveal(challenger, evidence);
        vm.assertEq(
            settlement.committedAt(_commitmentOf(challenger, evidence)),
            START + 1 minutes,
            "what failed used nothing up"
        );
    }

    function test_Finding30_CopierOfTheRevealIsTooLate() external {
        Evidence memory evidence = _evidence();
        _commit(challenger, evidence);
        vm.warp(START + 1 minutes);

        // The reveal is in the mempool. A copy of it, sent first:
        bytes32 copied = _commitmentOf(copier, evidence);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementCommitmentUnknown.selector, copied));
        _reveal(copier, evidence);
        // The copy with a commitment before it, in the same block:
        _commit(copier, evidence);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISettlement.SettlementCommitmentTooFresh.selector,
                START + 1 minutes,
                START + 2 minutes
            )
        );
        _reveal(copier, evidence);
        // Neither keeps the challenger from his bounty.
        (, uint256 bounty) = _reveal(challenger, evidence);
        vm.assertEq(staking.bountyOf(challenger), bounty, "the bounty is his who knew first");
        vm.assertEq(bounty, 500e18, "and whole");

        // A minute later the copier's commitment is old enough, and worth nothing.
        vm.warp(START + 2 minutes);
        bytes32 id = _faultOf(evidence.first);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltiesAlreadyPunished.selector, id));
        _reveal(copier, evidence);
        vm.assertEq(staking.bountyOf(copier), 0, "the copier earns nothing");
    }

    function test_Finding30_CopierOfTheCommitmentHelps() external {
        Evidence memory evidence = _evidence();
        bytes32 commitment = _commitmentOf(challenger, evidence);
        // The copier sends the commitment from the mempool first. The challenger's own is refused, but he is inside.
        vm.prank(copier);
        settlement.commitEvidence(commitment);
        vm.prank(challenger);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementCommitmentExists.selector, commitment, START));
        settlement.commitEvidence(commitment);
        vm.warp(START + 1 minutes);
        (, uint256 bounty) = _reveal(challenger, evidence);
        vm.assertEq(staking.bountyOf(challenger), bounty, "the bounty is the challenger's");
    }

    function testFuzz_Slashes(uint256 delegated) external {
        delegated = bound(delegated, 1e18, 400_000e18);
        address delegator = address(0xDE1E);
        token.transfer(delegator, delegated);
        vm.startPrank(delegator);
        token.approve(address(staking), delegated);
        staking.stake(operator, delegated);
        vm.stopPrank();
        uint256 supply = token.totalSupply();
        Evidence memory evidence = _evidence();

        (uint256 slashed, uint256 bounty) = _challenge(challenger, evidence);

        uint256 total = 100_000e18 + delegated;
        vm.assertApproxEqAbs(slashed, total / 20, 2, "5 % of all stake is lost");
        vm.assertApproxEqAbs(staking.stakeOf(operator, operator), 95_000e18, 2, "the operator loses 5 %");
        vm.assertApproxEqAbs(staking.stakeOf(operator, delegator), delegated - delegated / 20, 2, "so does he");
        vm.assertApproxEqAbs(bounty, 500e18, 2, "the bounty is 10 % of the operator's own loss");
        vm.assertEq(staking.bountyOf(challenger), bounty, "the challenger may claim it");
        staking.burnSlashed();
        vm.assertEq(supply - token.totalSupply(), slashed - bounty, "the rest is burned");
        vm.assertTrue(staking.operators().operatorOf(operator).tombstoned, "the operator is out for ever");
        vm.assertEq(settlement.committedAt(_commitmentOf(challenger, evidence)), 0, "the commitment is used up");
    }

    function test_WhenEnclaveWasRevoked() external {
        Evidence memory evidence = _evidence();
        vm.prank(operator);
        enclaves.revokeEnclave(enclaveId);
        (uint256 slashed, ) = _challenge(challenger, evidence);
        vm.assertEq(slashed, 5_000e18, "revoking the key does not help");
    }

    function test_WhenOneReceiptIsDatedLongAgo() external {
        Receipt memory second = _receipt(address(1), INPUT, keccak256("b"));
        second.issuedAt = 1;
        (uint256 slashed, ) = _challenge(challenger, _evidence(_receipt(address(1), INPUT, keccak256("a")), second));
        vm.assertEq(slashed, 5_000e18, "the honest date counts");
    }

    function testFuzz_WhenCommitmentIsOld(uint256 age) external {
        // The fault itself can be punished for as long.
        age = bound(age, 1 minutes, 7 days);
        Evidence memory evidence = _evidence();
        _commit(challenger, evidence);
        vm.warp(START + age);
        (uint256 slashed, ) = _reveal(challenger, evidence);
        vm.assertEq(slashed, 5_000e18, "a commitment does not expire before the fault");
    }

    function _edited(Receipt memory receipt) private pure returns (Receipt memory copy) {
        copy = abi.decode(abi.encode(receipt), (Receipt));
        copy.deadline -= 1;
    }

    function _faultOf(Receipt memory receipt) private view returns (bytes32) {
        bytes32 fault = keccak256(abi.encode("EQUIVOCATION", address(settlement), operator, receipt.requestId));
        return penalties.idOf(address(settlement), operator, FaultClass.EQUIVOCATION, fault);
    }

    /// @dev Changes one bit of a receipt's member, so that it stays a member of its type.
    function _flip(Receipt memory receipt, uint256 word, uint256 flip) private pure {
        // The mode is one of four; addresses have 160 bits.
        uint256 bits =
            word == 5
                ? 2
                : (word >= 1 && word <= 3) || word == 6
                    ? 160
                    : 256;
        flip = 1 << (flip % bits);
        assembly ("memory-safe") {
            let place := add(receipt, mul(word, 32))
            mstore(place, xor(mload(place), flip))
        }
    }

    function _flip(bytes memory signature, uint256 flip) private pure {
        flip = flip % (65 * 8);
        signature[flip / 8] ^= bytes1(uint8(1 << (flip % 8)));
    }

    /// @dev The same code at another address.
    function _moveSettlement() private {
        bytes memory code = address(settlement).code;
        settlement = Settlement(address(0x5E771E));
        vm.etch(address(settlement), code);
    }
}
