// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Emissions} from "../../../contracts/staking/Emissions.sol";
import {IEmissions} from "../../../contracts/staking/interfaces/IEmissions.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

/// @title The schedule, who earns it, and what nobody can do
contract EmissionsTest is StakingTest {
    address internal constant SECOND = address(0x0903);
    address internal constant RESERVE = address(0x4E5E);
    /// @dev The published allocation: 10 % of the supply in 96 months.
    uint256 internal constant ALLOCATION = 100_000_000e18;
    uint256 internal constant EPOCHS = 2_922;
    uint256 internal constant FIRST_EPOCH = START / 1 days + 1;

    Emissions internal emissions;

    function setUp() public override {
        super.setUp();
        emissions = Emissions(create("Emissions", abi.encode(staking, ALLOCATION, FIRST_EPOCH, EPOCHS, RESERVE)));
        token.mint(address(emissions), ALLOCATION);
        _register(SECOND, SECOND, 0);
    }

    // The constructor

    function test_RevertWhen_StakingHasNoCode() external {
        vm.expectRevert(abi.encodeWithSelector(IEmissions.EmissionsStakingWithoutCode.selector, ALICE));
        create("Emissions", abi.encode(IStaking(ALICE), ALLOCATION, FIRST_EPOCH, EPOCHS, RESERVE));
    }

    function test_RevertWhen_ScheduleIsEmptyOrTooLong() external {
        vm.expectRevert(abi.encodeWithSelector(IEmissions.EmissionsEpochsOutOfRange.selector, 0, 36_525));
        create("Emissions", abi.encode(staking, ALLOCATION, FIRST_EPOCH, 0, RESERVE));
        vm.expectRevert(abi.encodeWithSelector(IEmissions.EmissionsEpochsOutOfRange.selector, 36_526, 36_525));
        create("Emissions", abi.encode(staking, ALLOCATION, FIRST_EPOCH, 36_526, RESERVE));
    }

    function test_RevertWhen_AllocationIsTooSmallOrTooLarge() external {
        uint256 limit = type(uint96).max;
        vm.expectRevert(
            abi.encodeWithSelector(IEmissions.EmissionsAllocationOutOfRange.selector, EPOCHS - 1, EPOCHS, limit)
        );
        create("Emissions", abi.encode(staking, EPOCHS - 1, FIRST_EPOCH, EPOCHS, RESERVE));
        vm.expectRevert(
            abi.encodeWithSelector(IEmissions.EmissionsAllocationOutOfRange.selector, limit + 1, EPOCHS, limit)
        );
        create("Emissions", abi.encode(staking, limit + 1, FIRST_EPOCH, EPOCHS, RESERVE));
    }

    /// @dev As seconds in the place of days would be: the allocation could never leave.
    function testFuzz_RevertWhen_StartIsTooLate(uint256 firstEpoch) external {
        uint256 latest = START / 1 days + 3_653;
        create("Emissions", abi.encode(staking, ALLOCATION, latest, EPOCHS, RESERVE));
        firstEpoch = bound(firstEpoch, latest + 1, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IEmissions.EmissionsStartTooLate.selector, firstEpoch, latest));
        create("Emissions", abi.encode(staking, ALLOCATION, firstEpoch, EPOCHS, RESERVE));
    }

    function test_RevertWhen_ReserveIsZero() external {
        vm.expectRevert(abi.encodeWithSelector(IEmissions.EmissionsReserveZero.selector));
        create("Emissions", abi.encode(staking, ALLOCATION, FIRST_EPOCH, EPOCHS, address(0)));
    }

    // The schedule

    function testFuzz_EpochsEmitTheAllocation(uint256 allocation, uint256 epochs) external {
        epochs = bound(epochs, 1, 100);
        allocation = bound(allocation, epochs, type(uint96).max);
        Emissions other = Emissions(create("Emissions", abi.encode(staking, allocation, FIRST_EPOCH, epochs, RESERVE)));
        uint256 sum;
        uint256 even = allocation / epochs;
        for (uint256 epoch = FIRST_EPOCH; epoch < FIRST_EPOCH + epochs; ++epoch) {
            uint256 emission = other.emissionOf(epoch);
            vm.assertApproxEqAbs(emission, even, 1, "equal parts");
            sum += emission;
        }
        vm.assertEq(sum, allocation, "nothing more, nothing less");
        vm.assertEq(other.emissionOf(FIRST_EPOCH - 1) + other.emissionOf(FIRST_EPOCH + epochs), 0, "outside");
    }

    function test_EmittedGrowsByTheDay() external {
        vm.assertEq(emissions.emittedUntilNow(), 0, "not begun");
        vm.warp(FIRST_EPOCH * 1 days + 1 days - 1);
        vm.assertEq(emissions.emittedUntilNow(), 0, "the first day is not over");
        vm.warp(FIRST_EPOCH * 1 days + 1 days);
        vm.assertEq(emissions.emittedUntilNow(), emissions.emissionOf(FIRST_EPOCH), "the first day");
        vm.warp((FIRST_EPOCH + EPOCHS + 7) * 1 days);
        vm.assertEq(emissions.emittedUntilNow(), ALLOCATION, "all");
    }

    // Collecting

    function testFuzz_WhenCollected_SharesByStake(uint256 first, uint256 second) external {
        // Pools that are not too small to share a day's emission in.
        first = bound(first, 1e24, SUPPLY / 4);
        second = bound(second, 1e24, SUPPLY / 4);
        _stake(ALICE, first);
        _stakeBehind(SECOND, BOB, second);
        vm.warp((FIRST_EPOCH + 1) * 1 days);
        uint256 emission = emissions.emissionOf(FIRST_EPOCH);
        uint256 part = emissions.collect(OPERATOR, 1);
        vm.assertEq(part, (emission * first) / (first + second), "in the ratio of the stake");
        uint256 rest = emissions.collect(SECOND, 64);
        vm.assertLe(part + rest, emission, "never more than was emitted");
        vm.assertApproxEqAbs(part + rest, emission, 1, "and all of it, but for rounding");
        vm.assertEq(token.balanceOf(address(emissions)), ALLOCATION - part - rest, "everything else waits for its day");
        uint256 commission = (part * COMMISSION_BPS) / 10_000;
        vm.assertEq(staking.pendingReward(OPERATOR, OPERATOR), commission, "the operator's commission");
    }

    function test_WhenCollectedTwice_PaysOnce() external {
        _stake(ALICE, 100e18);
        vm.warp((FIRST_EPOCH + 3) * 1 days);
        uint256 two = emissions.collect(OPERATOR, 2);
        vm.assertEq(emissions.nextEpochOf(OPERATOR), FIRST_EPOCH + 2, "the next one");
        uint256 third = emissions.collect(OPERATOR, 2);
        vm.assertEq(two + third, emissions.emittedUntilNow(), "each day once");
        vm.assertEq(emissions.collect(OPERATOR, 2), 0, "nothing is over yet");
        vm.assertEq(emissions.nextEpochOf(OPERATOR), FIRST_EPOCH + 3, "the cursor waits");
    }

    /// @dev What counts is the stake when the epoch ended, however late it is collected.
    function test_WhenCollectedLate_CountsTheStakeOfTheDay() external {
        _stake(ALICE, 100e18);
        _stakeBehind(SECOND, BOB, 300e18);
        vm.warp((FIRST_EPOCH + 1) * 1 days);
        _stake(ALICE, 500e18);
        vm.warp((FIRST_EPOCH + 50) * 1 days);
        uint256 quarter = emissions.emissionOf(FIRST_EPOCH) / 4;
        vm.assertEq(emissions.partOf(OPERATOR, FIRST_EPOCH), quarter, "a quarter on the first day");
        uint256 twoThirds = (emissions.emissionOf(FIRST_EPOCH + 1) * 600) / 900;
        vm.assertEq(emissions.partOf(OPERATOR, FIRST_EPOCH + 1), twoThirds, "two thirds on the second");
    }

    /// @dev Who votes with the stake makes no difference.
    function test_GivenVotesDelegatedAway_EarnsTheSame() external {
        _stake(OPERATOR, 100e18);
        vm.prank(OPERATOR);
        staking.delegate(BOB);
        vm.warp((FIRST_EPOCH + 1) * 1 days);
        vm.assertEq(emissions.partOf(OPERATOR, FIRST_EPOCH), emissions.emissionOf(FIRST_EPOCH), "all");
    }

    function test_GivenSlash_EarnsWithWhatIsLeft() external {
        _stake(OPERATOR, 100e18);
        _stakeBehind(SECOND, BOB, 50e18);
        vm.warp(FIRST_EPOCH * 1 days + 1 days - 1);
        _slash(5_000);
        vm.warp(FIRST_EPOCH * 1 days + 1 days);
        vm.assertEq(emissions.partOf(OPERATOR, FIRST_EPOCH), emissions.emissionOf(FIRST_EPOCH) / 2, "half of all");
    }

    /// @dev Stake that stays over one midnight earns that day only, and is bound and slashable for the period.
    function test_WhenStakeComesForOneMidnight_EarnsOneDay() external {
        _stake(ALICE, 100e18);
        vm.warp(FIRST_EPOCH * 1 days + 1 days - 1);
        _stakeBehind(SECOND, BOB, 100e18);
        vm.warp(FIRST_EPOCH * 1 days + 1 days);
        vm.prank(BOB);
        (, uint256 bucketId) = staking.unbond(SECOND, 100e18);
        vm.warp(staking.claimableAt(bucketId));
        (uint256 earned, ) = emissions.collectable(SECOND, 64);
        vm.assertEq(earned, emissions.emissionOf(FIRST_EPOCH) / 2, "one day in fifteen");
    }

    function test_GivenLateRegistration_StartsThere() external {
        vm.warp((FIRST_EPOCH + 1_000) * 1 days);
        vm.assertEq(emissions.nextEpochOf(BOB), 0, "unknown");
        _register(BOB, BOB, 0);
        vm.assertEq(emissions.nextEpochOf(BOB), FIRST_EPOCH + 1_000, "no walk through days without him");
    }

    function testFuzz_WhenPreviewed_CollectAgrees(uint256 assets, uint256 time, uint256 maxEpochs) external {
        _stake(ALICE, bound(assets, 1e12, SUPPLY / 4));
        _stakeBehind(SECOND, BOB, 77e18);
        vm.warp(START + bound(time, 0, 100 days));
        maxEpochs = bound(maxEpochs, 1, 64);
        (uint256 amount, uint256 nextEpoch) = emissions.collectable(OPERATOR, maxEpochs);
        vm.assertEq(emissions.collect(OPERATOR, maxEpochs), amount, "amount");
        vm.assertEq(emissions.nextEpochOf(OPERATOR), nextEpoch, "cursor");
    }

    /// @dev A view of more epochs than a call may go through says what the largest call pays.
    function test_WhenMoreIsPreviewedThanACallPays() external {
        _stake(ALICE, 100e18);
        vm.warp((FIRST_EPOCH + 100) * 1 days);
        (uint256 amount, uint256 nextEpoch) = emissions.collectable(OPERATOR, type(uint256).max);
        vm.assertEq(nextEpoch, FIRST_EPOCH + 64, "64 at most");
        vm.assertEq(emissions.collect(OPERATOR, 64), amount, "as a call");
    }

    function test_RevertWhen_OperatorIsUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(IEmissions.EmissionsOperatorUnknown.selector, ALICE));
        emissions.collect(ALICE, 1);
        (uint256 amount, uint256 nextEpoch) = emissions.collectable(ALICE, 1);
        vm.assertEq(amount + nextEpoch, 0, "and the view does not revert");
    }

    function test_RevertGiven_OperatorTombstoned() external {
        _stake(OPERATOR, 100e18);
        vm.warp((FIRST_EPOCH + 1) * 1 days);
        vm.prank(SLASHER);
        staking.slash(OPERATOR, 500, block.timestamp, "fault", CHALLENGER, true);
        vm.expectRevert(abi.encodeWithSelector(IEmissions.EmissionsOperatorTombstoned.selector, OPERATOR));
        emissions.collect(OPERATOR, 1);
        (uint256 amount, ) = emissions.collectable(OPERATOR, 1);
        vm.assertEq(amount, 0, "he earns no more");
    }

    /// @dev The days before the one on which he left stay collectable.
    function test_GivenExit_EarnsNoMore() external {
        _stake(OPERATOR, 100e18);
        vm.warp((FIRST_EPOCH + 2) * 1 days + 1 hours);
        vm.prank(OPERATOR);
        operators.exit(OPERATOR);
        vm.warp((FIRST_EPOCH + 10) * 1 days);
        vm.assertEq(emissions.partOf(OPERATOR, FIRST_EPOCH + 2), 0, "not for the day he left");
        uint256 two = emissions.emissionOf(FIRST_EPOCH) + emissions.emissionOf(FIRST_EPOCH + 1);
        vm.assertEq(emissions.collect(OPERATOR, 64), two, "the two days before");
    }

    function testFuzz_RevertWhen_EpochsAreOutOfRange(uint256 maxEpochs) external {
        maxEpochs = maxEpochs % 2 == 0 ? 0 : bound(maxEpochs, 65, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IEmissions.EmissionsTooManyEpochs.selector, maxEpochs, 64));
        emissions.collect(OPERATOR, maxEpochs);
    }

    function test_RevertGiven_NotFunded() external {
        Emissions empty = Emissions(create("Emissions", abi.encode(staking, ALLOCATION, FIRST_EPOCH, EPOCHS, RESERVE)));
        _stake(OPERATOR, 100e18);
        vm.warp((FIRST_EPOCH + 1) * 1 days);
        uint256 due = empty.emissionOf(FIRST_EPOCH);
        vm.expectRevert(abi.encodeWithSelector(IEmissions.EmissionsUnfunded.selector, due, 0));
        empty.collect(OPERATOR, 1);
        vm.assertEq(empty.nextEpochOf(OPERATOR), FIRST_EPOCH, "nothing is lost");
        token.mint(address(empty), due);
        vm.assertEq(empty.collect(OPERATOR, 1), due, "once funded");
    }

    // What nobody earned

    function test_WhenNobodyStaked_ReturnsToTheReserve() external {
        vm.warp((FIRST_EPOCH + 1) * 1 days);
        uint256 emission = emissions.emissionOf(FIRST_EPOCH);
        vm.assertEq(emissions.returnUnearned(FIRST_EPOCH), emission, "amount");
        vm.assertEq(token.balanceOf(RESERVE), emission, "there");
        vm.assertTrue(emissions.isReturned(FIRST_EPOCH), "noted");
        vm.expectRevert(abi.encodeWithSelector(IEmissions.EmissionsAlreadyReturned.selector, FIRST_EPOCH));
        emissions.returnUnearned(FIRST_EPOCH);
    }

    function test_RevertGiven_EpochWithStake() external {
        _stake(ALICE, 100e18);
        vm.warp((FIRST_EPOCH + 1) * 1 days);
        vm.expectRevert(abi.encodeWithSelector(IEmissions.EmissionsEpochEarned.selector, FIRST_EPOCH, 100e18));
        emissions.returnUnearned(FIRST_EPOCH);
    }

    function test_RevertWhen_EpochIsNotOver() external {
        uint256 end = FIRST_EPOCH * 1 days + 1 days - 1;
        vm.warp(end);
        vm.expectRevert(abi.encodeWithSelector(IEmissions.EmissionsEpochNotOver.selector, FIRST_EPOCH, end));
        emissions.returnUnearned(FIRST_EPOCH);
    }

    function test_RevertWhen_EpochIsNotOfTheSchedule() external {
        vm.expectRevert(
            abi.encodeWithSelector(
                IEmissions.EmissionsEpochUnknown.selector,
                FIRST_EPOCH - 1,
                FIRST_EPOCH,
                FIRST_EPOCH + EPOCHS
            )
        );
        emissions.returnUnearned(FIRST_EPOCH - 1);
    }
}
