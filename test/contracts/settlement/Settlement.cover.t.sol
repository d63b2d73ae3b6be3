// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IModelHub} from "../../../contracts/models/interfaces/IModelHub.sol";
import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {IValueLocks} from "../../../contracts/staking/interfaces/IValueLocks.sol";
import {Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {System} from "../fixtures/System.sol";

/// @dev The operator of the fixture has 100,000 OPG of his own, a call costs 2 OPG.
contract SettlementCoverTest is System {
    uint256 private constant SELF_STAKE = 100_000e18;

    function test_GivenNoCoverAsked_LocksNothing() external {
        _settle(1);
        vm.assertEq(locks.lockedOf(operator), 0, "nothing");
        vm.assertEq(locks.callsOf(operator), 0, "not counted");
    }

    function testFuzz_LocksForTheWindow(uint256 coverBps) external {
        coverBps = bound(coverBps, 1, locks.MAX_COVER_BPS());
        locks.setCover(coverBps);
        uint256 amount = (uint256(PRICE) * coverBps) / 10_000;
        uint256 until = block.timestamp + settlement.COVER_WINDOW();
        vm.expectEmit(address(locks));
        emit IValueLocks.ValueLocked(operator, address(settlement), amount, (until / 1 days + 1) * 1 days);
        _settle(1);
        vm.assertEq(settlement.COVER_WINDOW(), 8 days, "evidence and response");
        vm.assertEq(locks.lockedOf(operator), amount, "locked");
        vm.warp(until);
        vm.assertEq(locks.lockedOf(operator), amount, "to the last second");
        vm.warp((until / 1 days + 1) * 1 days);
        vm.assertEq(locks.lockedOf(operator), 0, "free again");
    }

    function test_RevertGiven_FreeSelfStakeIsTooLow() external {
        // 2,000 OPG a call.
        locks.setCover(locks.MAX_COVER_BPS());
        for (uint256 nonce = 1; nonce <= 5; ++nonce) _settle(nonce);
        vm.prank(operator);
        staking.unbondAssets(operator, SELF_STAKE - 11_000e18);
        Receipt memory receipt = _receiptWith(6);
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        vm.expectRevert(
            abi.encodeWithSelector(IValueLocks.ValueLocksSelfStakeTooLow.selector, operator, 2_000e18, 1_000e18)
        );
        settlement.settle(receipt, signature);
        vm.assertFalse(settlement.isNonceUsed(operator, 6), "nothing happened");
        vm.warp(block.timestamp + 9 days);
        vm.assertEq(locks.freeOf(operator), 11_000e18, "the windows are over");
    }

    /// @dev What is locked can leave like everything else; a slash reaches it until the window has closed.
    function test_GivenLocks_ExitIsFree() external {
        locks.setCover(100_000);
        _settle(1);
        uint256 shares = staking.sharesOf(operator, operator);
        vm.prank(operator);
        (uint256 assets, uint256 bucketId) = staking.unbond(operator, shares);
        vm.assertEq(assets, SELF_STAKE, "all of it leaves");
        uint256 claimableAt = staking.claimableAt(bucketId);
        vm.assertGe(claimableAt, block.timestamp + settlement.COVER_WINDOW(), "but not before the window closes");
        vm.warp(claimableAt);
        vm.assertEq(staking.claim(operator, operator, bucketId), SELF_STAKE, "and is paid in full");
    }

    function test_RevertGiven_ModeHasNoPrice() external {
        locks.setCover(1);
        Receipt memory receipt = _receiptWith(1);
        receipt.releaseId = keccak256("unknown");
        _withRequestId(receipt);
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        vm.expectRevert(
            abi.encodeWithSelector(IModelHub.ModelsModeNotOffered.selector, receipt.releaseId, InferenceMode.TEE)
        );
        settlement.settle(receipt, signature);
    }

    function testFuzz_RoundsUp(uint256 coverBps) external {
        coverBps = bound(coverBps, 1, 20_000);
        locks.setCover(coverBps);
        uint128 price = 3;
        vm.mockCall(
            address(models),
            abi.encodeCall(IModelHub.priceOf, (releaseId, InferenceMode.TEE)),
            abi.encode(price)
        );
        _settle(1);
        vm.assertEq(locks.lockedOf(operator), (price * coverBps + 9_999) / 10_000, "in favour of the caller");
    }

    function _receiptWith(uint256 nonce) private view returns (Receipt memory receipt) {
        receipt = _receipt(address(1), keccak256("input"), keccak256("output"));
        receipt.nonce = nonce;
        return _withRequestId(receipt);
    }

    function _settle(uint256 nonce) private {
        Receipt memory receipt = _receiptWith(nonce);
        settlement.settle(receipt, _signReceipt(ENCLAVE_KEY, receipt));
    }
}
