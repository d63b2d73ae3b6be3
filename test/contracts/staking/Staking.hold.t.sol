// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IHolds} from "../../../contracts/staking/interfaces/IHolds.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract StakingHoldTest is StakingTest {
    uint256 private constant TERM = 14 days;

    function test_RevertWhen_CallerIsNotSlasher() external {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, ALICE));
        vm.prank(ALICE);
        holds.hold(OPERATOR, 1, START, "fault", START + 1);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, ALICE));
        vm.prank(ALICE);
        holds.releaseHold("fault");
    }

    function test_RevertWhen_OthersReportToTheLedgerOrTheHolds() external {
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingCallerNotHolds.selector, SLASHER, address(holds)));
        vm.prank(SLASHER);
        staking.setHeld(OPERATOR, false);
        vm.expectRevert(abi.encodeWithSelector(IHolds.HoldsCallerNotLedger.selector, SLASHER, address(staking)));
        vm.prank(SLASHER);
        holds.convict(OPERATOR, "fault", START);
    }

    function test_RevertWhen_InfractionIsInFuture() external {
        _expectRefusal(abi.encodeWithSelector(IHolds.HoldsInfractionInFuture.selector, START + 1, START));
        holds.hold(OPERATOR, 1, START + 1, "fault", START + 2);
    }

    function test_RevertWhen_OperatorIsUnknown() external {
        _expectRefusal(abi.encodeWithSelector(IStaking.StakingOperatorUnknown.selector, ALICE));
        holds.hold(ALICE, 1, START, "fault", START + 1);
    }

    function testFuzz_RevertWhen_FractionIsOutOfRange(uint256 bps) external {
        bps = bps == 0 ? 0 : bound(bps, 10_001, type(uint256).max);
        _expectRefusal(abi.encodeWithSelector(IHolds.HoldsFractionOutOfRange.selector, bps, 10_000));
        holds.hold(OPERATOR, bps, START, "fault", START + 1);
    }

    function test_RevertWhen_InfractionIsTooOld() external {
        uint256 oldest = (20_000 - PERIOD) * 1 days;
        _expectRefusal(abi.encodeWithSelector(IHolds.HoldsInfractionTooOld.selector, oldest - 1, oldest));
        holds.hold(OPERATOR, 1, oldest - 1, "fault", START + 1);
    }

    function testFuzz_RevertWhen_TermIsOutOfRange(uint256 deadline) external {
        deadline = deadline <= START ? deadline : bound(deadline, START + TERM + 1, type(uint256).max);
        _expectRefusal(abi.encodeWithSelector(IHolds.HoldsTermOutOfRange.selector, deadline, START + TERM));
        holds.hold(OPERATOR, 1, START, "fault", deadline);
    }

    function test_RevertGiven_FaultIsHeld() external {
        _hold("fault", 100, START, START + 1 days);
        _expectRefusal(abi.encodeWithSelector(IHolds.HoldsFaultHeld.selector, bytes32("fault")));
        holds.hold(OPERATOR, 1, START, "fault", START + 1);
    }

    function test_RevertGiven_FaultWasPunished() external {
        vm.prank(SLASHER);
        staking.slash(OPERATOR, 1, START, "fault", address(0), false);
        _expectRefusal(abi.encodeWithSelector(IHolds.HoldsFaultPunished.selector, bytes32("fault")));
        holds.hold(OPERATOR, 1, START, "fault", START + 1);
    }

    function test_RevertGiven_TooManyHolds() external {
        for (uint256 i = 1; i <= 8; ++i) _hold(bytes32(i), 100, START, START + i * 1 hours);
        _expectRefusal(abi.encodeWithSelector(IHolds.HoldsTooMany.selector, OPERATOR, 8));
        holds.hold(OPERATOR, 1, START, "fault", START + 1);
        vm.warp(START + 2 hours + 1);
        _hold("fault", 1, START, START + 1 days);
        vm.assertEq(holds.holdOf("fault").operator, OPERATOR, "two were over and made room");
    }

    function test_RevertGiven_FaultIsNotHeld() external {
        _expectRefusal(abi.encodeWithSelector(IHolds.HoldsFaultNotHeld.selector, bytes32("fault")));
        holds.releaseHold("fault");
        _hold("fault", 100, START, START + 1);
        vm.warp(START + 2);
        _expectRefusal(abi.encodeWithSelector(IHolds.HoldsFaultNotHeld.selector, bytes32("fault")));
        holds.releaseHold("fault");
    }

    function test_RevertWhen_SlashMismatchesHold() external {
        _register(BOB, BOB, 0);
        _hold("fault", 100, START - 5, START + 1 days);
        vm.prank(SLASHER);
        holds.hold(BOB, 100, START, "of another", START + 1 days);
        bytes memory refusal = abi.encodeWithSelector(
            IHolds.HoldsMismatch.selector,
            bytes32("fault"),
            OPERATOR,
            START - 5
        );
        _expectRefusal(refusal);
        staking.slash(BOB, 100, START - 5, "fault", address(0), false);
        _expectRefusal(refusal);
        staking.slash(OPERATOR, 100, START - 4, "fault", address(0), false);
    }

    /// @dev 100 unbond, a fifth is held, the rest leaves on time; then the verdict takes the fifth.
    function test_GivenHoldAndSlash() external {
        uint256 bucketId = _maturedUnderHold(2_000);
        vm.expectEmit(address(staking));
        emit IStaking.UnbondingAdvanced(OPERATOR, ALICE, bucketId, 80e18 - 16, 2_000);
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), 80e18 - 16, "what is not held");
        vm.assertEq(_unbondingValue(ALICE, bucketId), 20e18 + 16, "what is held");

        vm.prank(SLASHER);
        (uint256 slashed, ) = staking.slash(OPERATOR, 5_000, START, "fault", address(0), false);
        vm.assertEq(slashed, 40e18, "a fifth of both unbondings, not the half that was asked for");
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), 16, "the margin");
        vm.assertEq(staking.claim(OPERATOR, BOB, bucketId), 80e18, "who waited has the same");
        vm.assertEq(token.balanceOf(address(staking)), 40e18, "what is to be burned");
        vm.assertEq(holds.holdOf("fault").operator, address(0), "over");
    }

    function test_GivenHoldIsReleased() external {
        uint256 bucketId = _maturedUnderHold(10_000);
        _expectReserved(bucketId, 10_000);
        staking.claim(OPERATOR, ALICE, bucketId);
        vm.expectEmit(address(holds));
        emit IHolds.HoldReleased(OPERATOR, "fault");
        vm.prank(SLASHER);
        holds.releaseHold("fault");
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), 100e18, "all");
    }

    function test_GivenHoldExpires() external {
        uint256 bucketId = _maturedUnderHold(5_000);
        staking.claim(OPERATOR, ALICE, bucketId);
        _expectReserved(bucketId, 5_000);
        staking.claim(OPERATOR, ALICE, bucketId);
        vm.warp(holds.holdOf("fault").deadline);
        vm.assertEq(staking.claimableNow(OPERATOR, ALICE, bucketId), 0, "to the last second");
        vm.warp(block.timestamp + 1);
        vm.assertEq(staking.claimableNow(OPERATOR, ALICE, bucketId), 50e18 + 16, "then the rest");
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), 50e18 + 16, "paid");
        (uint256 left, ) = staking.bucketOf(OPERATOR, bucketId);
        vm.assertEq(left, 100e18, "what is the other's stays");
        // Whether the fault is old enough to be out of reach is decided without the hold again.
        uint256 oldest = (staking.currentEpoch() - PERIOD) * 1 days;
        _expectRefusal(abi.encodeWithSelector(IStaking.StakingInfractionTooOld.selector, START, oldest));
        staking.slash(OPERATOR, 1, START, "fault", address(0), false);
    }

    /// @dev The first second of the last day in reach, which a slash could still take alone.
    function test_WhenInfractionIsTheOldestInReach() external {
        uint256 oldest = (20_000 - PERIOD) * 1 days;
        _hold("fault", 100, oldest, START + 1 days);
        vm.assertEq(holds.holdOf("fault").infractionTime, oldest, "held");
    }

    /// @dev A fault of an era that is over reserves what is left of that era, whatever its epoch, and nothing later.
    function test_GivenInfractionOfEarlierEra() external {
        _stake(ALICE, 100e18);
        _stake(BOB, 100e18);
        uint256 oldId = _unbondAll(ALICE);
        vm.warp(START + 1 days);
        _slashAt(10_000, START + 1 days);
        vm.warp(START + 2 days);
        _stake(BOB, 50e18);
        uint256 newId = _unbondAll(BOB);
        _hold("of the old era", 1_000, START, START + 16 days);
        _hold("of the new era", 200, START + 2 days, START + 16 days);
        vm.assertEq(staking.reservedBps(OPERATOR, oldId), 1_000, "old unbonding");
        vm.assertEq(staking.reservedBps(OPERATOR, newId), 200, "new unbonding");
        vm.warp(staking.claimableAt(oldId));
        vm.assertEq(staking.claim(OPERATOR, ALICE, oldId), 90e18 - 16, "reserved of the old one");
        vm.prank(SLASHER);
        (uint256 slashed, ) = staking.slash(OPERATOR, 1_000, START, "of the old era", address(0), false);
        vm.assertEq(slashed, 10e18, "taken of the old one alone");
        vm.assertEq(_unbondingValue(BOB, newId), 50e18, "nothing of the new one");
    }

    /// @dev More cannot be reserved than there is.
    function test_GivenHoldsOfMoreThanEverything() external {
        uint256 bucketId = _maturedUnderHold(6_000);
        vm.warp(block.timestamp - 1);
        _hold("second", 6_000, START, START + 20 days);
        vm.warp(block.timestamp + 1);
        vm.assertEq(staking.claimableNow(OPERATOR, ALICE, bucketId), 0, "nothing is free");
        _expectReserved(bucketId, 10_000);
        staking.claim(OPERATOR, ALICE, bucketId);
    }

    /// @dev A bucket that was slashed nearly to nothing before, of which a part was paid, and which a held fault wipes.
    function test_GivenBucketPaidInPartIsWiped() external {
        _stake(ALICE, 1e18);
        _stake(BOB, 1e18);
        uint256 bucketId = _unbondAll(ALICE);
        _unbondAll(BOB);
        _slash(9_999);
        _slash(9_999);
        staking.burnSlashed();
        vm.warp(START + 10 days);
        _hold("fault", 9_500, START, START + 20 days);
        vm.warp(staking.claimableAt(bucketId));
        // 1e10 each; a twentieth is free but for the margin.
        uint256 free = 5e8 - 16;
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), free, "what is not held");
        vm.expectEmit(address(staking));
        emit IStaking.BucketWiped(OPERATOR, bucketId);
        vm.prank(SLASHER);
        (uint256 slashed, ) = staking.slash(OPERATOR, 9_500, START, "fault", address(0), false);
        vm.assertEq(slashed, 2e10 - free, "what is left is too little for so many shares, and what was paid is paid");
        vm.assertEq(token.balanceOf(address(staking)), slashed + staking.bountyOf(CHALLENGER), "all of it is here");
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), 0, "nothing more");
        vm.assertEq(staking.claim(OPERATOR, BOB, bucketId), 0, "nor for who waited");
    }

    /// @dev Stake that began to leave before the day of the fault is not held.
    function test_GivenUnbondingBeforeFault() external {
        _stake(ALICE, 200e18);
        (, uint256 earlier) = _unbond(ALICE, 100e18);
        vm.warp(START + 1 days);
        (, uint256 later) = _unbond(ALICE, 100e18);
        vm.warp(START + 10 days);
        _hold("fault", 1_000, START + 1 days, START + 20 days);
        vm.warp(START + (PERIOD + 2) * 1 days);
        vm.assertEq(staking.reservedBps(OPERATOR, earlier), 0, "earlier");
        vm.assertEq(staking.reservedBps(OPERATOR, later), 1_000, "later");
        vm.assertEq(staking.claim(OPERATOR, ALICE, earlier), 100e18, "earlier");
        vm.assertEq(staking.claim(OPERATOR, ALICE, later), 90e18 - 16, "later");
    }

    /// @dev Several holds, partial claims in between, verdicts in any order and of any size: nobody is paid more than
    ///      who waited to the end, nobody less, and the contract can pay everybody.
    function testFuzz_GivenSeveralHolds(uint256 seed, uint256 assets) external {
        assets = bound(assets, 1e12, SUPPLY);
        _stake(ALICE, assets);
        _stake(BOB, assets);
        uint256 bucketId = _unbondAll(ALICE);
        _unbondAll(BOB);
        vm.warp(START + 5 days);
        uint256 count = 1 + (seed % 8);
        for (uint256 i = 1; i <= count; ++i) {
            _hold(bytes32(i), 1 + (uint256(keccak256(abi.encode(seed, i))) % 3_000), START, START + 19 days);
        }
        vm.warp(staking.claimableAt(bucketId));
        uint256 paid;
        for (uint256 i = 1; i <= count; ++i) {
            if (staking.claimableNow(OPERATOR, ALICE, bucketId) != 0) paid += staking.claim(OPERATOR, ALICE, bucketId);
            uint256 random = uint256(keccak256(abi.encode(i, seed)));
            vm.prank(SLASHER);
            if (random % 3 == 0) holds.releaseHold(bytes32(i));
            else staking.slash(OPERATOR, 1 + (random % 9_999), START, bytes32(i), address(0), false);
        }
        paid += staking.claim(OPERATOR, ALICE, bucketId);
        uint256 waited = staking.claim(OPERATOR, BOB, bucketId);
        vm.assertApproxEqAbs(paid, waited, 2, "the same");
        vm.assertEq(token.balanceOf(address(staking)), staking.pendingBurn(), "to the last base unit");
    }

    /// @dev A bucket of 100 each of ALICE and BOB, matured while `bps` of it is held for a fault of its day.
    function _maturedUnderHold(uint256 bps) private returns (uint256 bucketId) {
        _stake(ALICE, 100e18);
        _stake(BOB, 100e18);
        bucketId = _unbondAll(ALICE);
        _unbondAll(BOB);
        vm.warp(START + 10 days);
        vm.expectEmit(address(holds));
        emit IHolds.StakeHeld(OPERATOR, "fault", bps, START, START + 20 days);
        _hold("fault", bps, START, START + 20 days);
        vm.warp(staking.claimableAt(bucketId));
    }

    function _hold(bytes32 faultId, uint256 bps, uint256 infractionTime, uint256 deadline) private {
        vm.prank(SLASHER);
        holds.hold(OPERATOR, bps, infractionTime, faultId, deadline);
    }

    function _expectReserved(uint256 bucketId, uint256 bps) private {
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingClaimReserved.selector, bucketId, bps));
    }

    /// @dev The next call comes from the slasher and is refused with this error.
    function _expectRefusal(bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(SLASHER);
    }
}
