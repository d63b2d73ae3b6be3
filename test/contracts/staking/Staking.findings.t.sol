// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {BucketId} from "../../../contracts/staking/libraries/BucketId.sol";
import {StakingTest} from "./StakingTest.sol";

/// @title Faults found in other staking systems, first part: deposits, shares, exits
/// @notice One test or more for each row of docs/staking-findings.md, named by the row.
contract StakingFindingsTest is StakingTest {
    address internal constant SECOND = address(0x0903);

    /// @dev A pool must not gain what nobody paid.
    function test_Finding01_RevertWhen_DepositIsUnpaid() external {
        vm.prank(ALICE);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(staking), 0, 1e18)
        );
        staking.stake(OPERATOR, 1e18);
    }

    function testFuzz_Finding01_WhenTokensArriveUnasked(uint256 gift) external {
        uint256 shares = _stake(ALICE, 100e18);
        token.mint(address(staking), bound(gift, 1, SUPPLY));
        vm.assertEq(staking.stakeOf(OPERATOR, ALICE), 100e18, "a gift is nobody's");
        vm.assertEq(_previewStake(100e18), shares, "and moves no price");
    }

    /// @dev The first depositor cannot make later deposits round to nothing.
    function testFuzz_Finding02_GivenTinyFirstDepositAndGift(uint256 gift, uint256 bps, uint256 assets) external {
        _stake(ALICE, 1e12);
        token.mint(address(staking), bound(gift, 1, SUPPLY));
        _slash(bound(bps, 1, 10_000));
        assets = bound(assets, 1e12, SUPPLY / 2);
        uint256 shares = _stake(BOB, assets);
        vm.assertGe(shares, assets, "at least one share per token");
        vm.assertApproxEqAbs(staking.stakeOf(OPERATOR, BOB), assets, 1, "worth what was paid");
    }

    /// @dev After any number of heavy slashes the largest deposit still fits.
    function testFuzz_Finding03_GivenManyHeavySlashes(uint256 bps) external {
        bps = bound(bps, 9_000, 9_999);
        // Nine slashes of 90 % make a share worth a billionth; then the pool begins anew.
        for (uint256 i = 0; i < 15; ++i) {
            _stake(ALICE, 1e12);
            _slash(bps);
        }
        staking.burnSlashed();
        (uint256 assets, uint256 shares) = staking.poolOf(OPERATOR);
        vm.assertLe(shares, assets * 1e9, "at most 1e9 shares per token");
        _stake(BOB, SUPPLY);
        vm.assertApproxEqAbs(staking.stakeOf(OPERATOR, BOB), SUPPLY, 1, "the whole supply fits");
    }

    /// @dev Unbondings that a slash wiped do not come back to life at the cost of newcomers.
    function testFuzz_Finding04_GivenWipedUnbondings(uint256 wiped, uint256 brought) external {
        wiped = bound(wiped, 1e12, SUPPLY / 4);
        brought = bound(brought, 1e12, SUPPLY / 4);
        _stake(ALICE, wiped);
        uint256 staleId = _unbondAll(ALICE);
        _stake(ALICE, wiped);
        _slash(10_000);
        _stake(BOB, brought);
        uint256 bucketId = _unbondAll(BOB);
        vm.assertFalse(staleId == bucketId, "another era, another id");
        vm.assertEq(_unbondingValue(ALICE, staleId), 0, "wiped");
        vm.warp(staking.claimableAt(bucketId));
        vm.assertEq(staking.claim(OPERATOR, ALICE, staleId), 0, "nothing to take");
        vm.assertEq(staking.claim(OPERATOR, BOB, bucketId), brought, "the newcomer's own");
    }

    /// @dev The same day and the same era, when only the bucket was wiped: the next generation is apart.
    function test_Finding04_GivenWipedBucketInALivingEra() external {
        _stake(ALICE, 100e18);
        uint256 staleId = _unbondAll(ALICE);
        _slash(10_000);
        vm.assertEq(staking.eraOf(OPERATOR), 0, "no active stake, no new era");
        _stake(BOB, 100e18);
        uint256 bucketId = _unbondAll(BOB);
        vm.assertEq(bucketId, staleId + 1, "the next generation");
        vm.assertEq(_unbondingValue(ALICE, staleId), 0, "wiped");
        vm.assertEq(_unbondingValue(BOB, bucketId), 100e18, "the newcomer's own");
    }

    /// @dev A pool whose stake unbonds whole takes deposits as if it were new.
    function testFuzz_Finding05_GivenEverythingUnbonding(uint256 bps, uint256 assets) external {
        _stake(ALICE, 777e18 + 1);
        _slash(bound(bps, 1, 9_999));
        _unbondAll(ALICE);
        assets = bound(assets, 1e12, SUPPLY / 2);
        vm.assertEq(_stake(BOB, assets), assets, "one share per token again");
        vm.assertEq(staking.stakeOf(OPERATOR, BOB), assets, "all of it");
    }

    /// @dev However slashes round, the last claim of a bucket finds its tokens.
    function testFuzz_Finding06_GivenOddSlashes(
        uint256 a,
        uint256 b,
        uint256 c,
        uint256 first,
        uint256 second
    ) external {
        uint256[3] memory parts = [bound(a, 1e12, 1e26), bound(b, 1e12, 1e26), bound(c, 1e12, 1e26)];
        address[3] memory who = [ALICE, BOB, PAYER];
        uint256 bucketId;
        for (uint256 i = 0; i < 3; ++i) {
            _stake(who[i], parts[i]);
            bucketId = _unbondAll(who[i]);
        }
        _slash(bound(first, 1, 3_000));
        _slash(bound(second, 1, 3_000));
        staking.burnSlashed();
        vm.warp(staking.claimableAt(bucketId));
        staking.claimBounty(CHALLENGER);
        for (uint256 i = 3; i > 0; --i) staking.claim(OPERATOR, who[i - 1], bucketId);
        vm.assertEq(token.balanceOf(address(staking)), 0, "to the last base unit");
    }

    /// @dev Era, epoch and generation share no bits: no request can be mistaken for another.
    function testFuzz_Finding07_BucketIdsAreUnique(uint256 era, uint256 epoch, uint256 generation) external pure {
        era = bound(era, 0, type(uint16).max);
        epoch = bound(epoch, 0, type(uint32).max);
        generation = bound(generation, 0, type(uint24).max);
        uint256 bucketId = BucketId.encode(BucketId.keyOf(era, epoch), generation);
        vm.assertEq(BucketId.eraIn(bucketId), era, "era");
        vm.assertEq(BucketId.epochIn(bucketId), epoch, "epoch");
        vm.assertEq(BucketId.generationIn(bucketId), generation, "generation");
    }

    function test_Finding07_RevertWhen_ClaimNamesAnotherOperatorOrBucket() external {
        _register(SECOND, SECOND, 0);
        _stake(ALICE, 100e18);
        uint256 bucketId = _unbondAll(ALICE);
        vm.warp(staking.claimableAt(bucketId) + 400 days);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingNothingToClaim.selector, SECOND, ALICE, bucketId));
        staking.claim(SECOND, ALICE, bucketId);
        // An older epoch matures earlier, but there is nothing in it.
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingNothingToClaim.selector, OPERATOR, ALICE, bucketId - (1 << 24))
        );
        staking.claim(OPERATOR, ALICE, bucketId - (1 << 24));
    }

    /// @dev No number of requests fills a queue, and nobody can make requests for another.
    function test_Finding08_GivenManyRequests() external {
        _stake(ALICE, 600e18);
        _stake(BOB, 600e18);
        uint256 bucketId;
        for (uint256 i = 0; i < 120; ++i) (, bucketId) = _unbond(ALICE, 1e18);
        vm.assertEq(_unbondingValue(ALICE, bucketId), 120e18, "a day's requests are one");
        for (uint256 i = 0; i < 20; ++i) {
            vm.warp(block.timestamp + 1 days);
            (, bucketId) = _unbond(ALICE, 1e18);
        }
        uint256 bobsId = _unbondAll(BOB);
        vm.warp(staking.claimableAt(bobsId));
        vm.assertEq(staking.claim(OPERATOR, BOB, bobsId), 600e18, "another's exit is as short as ever");
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), 1e18, "and so is the busy one's");
    }

    /// @dev A young or held request does not stand before another one.
    function test_Finding10_WhenClaimsSwap() external {
        _stake(ALICE, 300e18);
        (, uint256 first) = _unbond(ALICE, 100e18);
        vm.warp(START + 5 days);
        (, uint256 second) = _unbond(ALICE, 100e18);
        vm.warp(staking.claimableAt(first));
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingNotYetClaimable.selector, second, staking.claimableAt(second))
        );
        staking.claim(OPERATOR, ALICE, second);
        vm.warp(staking.claimableAt(second));
        vm.assertEq(staking.claim(OPERATOR, ALICE, second), 100e18, "the younger first");
        vm.assertEq(staking.claim(OPERATOR, ALICE, first), 100e18, "then the older");
    }

    /// @dev A small slash just before an exit cannot make it fail: what is asked for is shares.
    function testFuzz_Finding18_GivenSlashBeforeExit(uint256 assets, uint256 bps) external {
        uint256 shares = _stake(ALICE, bound(assets, 1e12, SUPPLY / 2));
        _slash(bound(bps, 1, 9_999));
        (uint256 left, ) = _unbond(ALICE, shares);
        vm.assertEq(staking.sharesOf(OPERATOR, ALICE), 0, "all of it left");
        vm.assertGe(left, 1, "for what it is worth now");
    }

    /// @dev An amount above the widths of storage is refused, never cut.
    function test_Finding22_RevertWhen_AmountsExceedTheirWidths() external {
        uint256 tooMuch = 1 << 96;
        _fund(ALICE, tooMuch);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSignature("SafeCastOverflowedUintDowncast(uint8,uint256)", uint8(96), tooMuch));
        staking.stake(OPERATOR, tooMuch);
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingInsufficientShares.selector, ALICE, type(uint256).max, 0)
        );
        vm.prank(ALICE);
        staking.unbond(OPERATOR, type(uint256).max);
    }

    /// @dev A stake that lost everything does not stand before one that did not.
    function test_Finding24_GivenOneOfTwoExitsWiped() external {
        _register(SECOND, SECOND, 0);
        _stake(ALICE, 100e18);
        _stakeBehind(SECOND, ALICE, 50e18);
        uint256 wipedId = _unbondAll(ALICE);
        vm.prank(ALICE);
        (, uint256 goodId) = staking.unbond(SECOND, 50e18);
        _slash(10_000);
        vm.warp(staking.claimableAt(goodId));
        vm.assertEq(staking.claim(OPERATOR, ALICE, wipedId), 0, "nothing, and no revert");
        vm.assertEq(staking.claim(SECOND, ALICE, goodId), 50e18, "all of the other");
    }

    /// @dev Stake that came for a reward cannot leave with it at once, and can be slashed while it waits.
    function testFuzz_Finding26_WhenStakeComesForAReward(uint256 amount) external {
        amount = bound(amount, 1e6, SUPPLY / 8);
        _stake(ALICE, 100e18);
        _reward(amount);
        _stake(BOB, 100e18);
        vm.assertEq(staking.pendingReward(OPERATOR, BOB), 0, "nothing of what came before");
        _reward(amount);
        uint256 bucketId = _unbondAll(BOB);
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingNotYetClaimable.selector, bucketId, START - 6 hours + 15 days)
        );
        staking.claim(OPERATOR, BOB, bucketId);
        uint256 earned = staking.pendingReward(OPERATOR, BOB);
        _reward(amount);
        vm.assertEq(staking.pendingReward(OPERATOR, BOB), earned, "what leaves earns no more");
        _slash(5_000);
        vm.assertEq(_unbondingValue(BOB, bucketId), 50e18, "and is slashed");
    }
}
