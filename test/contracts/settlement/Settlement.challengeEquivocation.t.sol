// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {FaultClass, IPenalties} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {ISettlement, Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {System} from "../fixtures/System.sol";

contract SettlementChallengeEquivocationTest is System {
    bytes32 internal constant INPUT = keccak256("input");
    address internal challenger = address(0xC4A1);

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
        Receipt memory first = _receipt(address(1), INPUT, keccak256("a"));
        Receipt memory second = _receipt(address(1), INPUT, keccak256("a"));
        second.deadline -= 1;
        bytes memory firstSignature = _signReceipt(ENCLAVE_KEY, first);
        bytes memory secondSignature = _signReceipt(ENCLAVE_KEY, second);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementOutputsAgree.selector, keccak256("a")));
        settlement.challengeEquivocation(first, firstSignature, second, secondSignature);
    }

    function testFuzz_RevertWhen_SignatureIsForged(uint256 key) external {
        key = bound(key, 1, type(uint128).max);
        vm.assume(key != ENCLAVE_KEY);
        Receipt memory first = _receipt(address(1), INPUT, keccak256("a"));
        Receipt memory second = _receipt(address(1), INPUT, keccak256("b"));
        bytes memory genuine = _signReceipt(ENCLAVE_KEY, first);
        bytes memory forged = _signReceipt(key, second);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISettlement.SettlementSignerMismatch.selector,
                enclaves.computeEnclaveId(vm.addr(key)),
                enclaveId
            )
        );
        settlement.challengeEquivocation(first, genuine, second, forged);
    }

    function test_RevertGiven_AlreadyPunished() external {
        _challenge(_receipt(address(1), INPUT, keccak256("a")), _receipt(address(1), INPUT, keccak256("b")));
        Receipt memory first = _receipt(address(1), INPUT, keccak256("a"));
        Receipt memory third = _receipt(address(1), INPUT, keccak256("c"));
        bytes memory firstSignature = _signReceipt(ENCLAVE_KEY, first);
        bytes memory thirdSignature = _signReceipt(ENCLAVE_KEY, third);
        bytes32 faultId = keccak256(abi.encode("EQUIVOCATION", address(settlement), operator, first.requestId));
        bytes32 id = penalties.idOf(address(settlement), operator, FaultClass.EQUIVOCATION, faultId);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltiesAlreadyPunished.selector, id));
        settlement.challengeEquivocation(first, firstSignature, third, thirdSignature);
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

        (uint256 slashed, uint256 bounty) = _challenge(
            _receipt(address(1), INPUT, keccak256("a")),
            _receipt(address(1), INPUT, keccak256("b"))
        );

        uint256 total = 100_000e18 + delegated;
        vm.assertApproxEqAbs(slashed, total / 20, 2, "5 % of all stake is lost");
        vm.assertApproxEqAbs(staking.stakeOf(operator, operator), 95_000e18, 2, "the operator loses 5 %");
        vm.assertApproxEqAbs(staking.stakeOf(operator, delegator), delegated - delegated / 20, 2, "so does he");
        vm.assertApproxEqAbs(bounty, 500e18, 2, "the bounty is 10 % of the operator's own loss");
        vm.assertEq(staking.bountyOf(challenger), bounty, "the challenger may claim it");
        staking.burnSlashed();
        vm.assertEq(supply - token.totalSupply(), slashed - bounty, "the rest is burned");
        vm.assertTrue(staking.operators().operatorOf(operator).tombstoned, "the operator is out for ever");
    }

    function test_WhenEnclaveWasRevoked() external {
        Receipt memory first = _receipt(address(1), INPUT, keccak256("a"));
        Receipt memory second = _receipt(address(1), INPUT, keccak256("b"));
        vm.prank(operator);
        enclaves.revokeEnclave(enclaveId);
        (uint256 slashed, ) = _challenge(first, second);
        vm.assertEq(slashed, 5_000e18, "revoking the key does not help");
    }

    function test_WhenOneReceiptIsDatedLongAgo() external {
        Receipt memory first = _receipt(address(1), INPUT, keccak256("a"));
        Receipt memory second = _receipt(address(1), INPUT, keccak256("b"));
        second.issuedAt = 1;
        (uint256 slashed, ) = _challenge(first, second);
        vm.assertEq(slashed, 5_000e18, "the honest date counts");
    }

    function _challenge(Receipt memory first, Receipt memory second) private returns (uint256 slashed, uint256 bounty) {
        bytes memory firstSignature = _signReceipt(ENCLAVE_KEY, first);
        bytes memory secondSignature = _signReceipt(ENCLAVE_KEY, second);
        vm.prank(challenger);
        return settlement.challengeEquivocation(first, firstSignature, second, secondSignature);
    }
}
