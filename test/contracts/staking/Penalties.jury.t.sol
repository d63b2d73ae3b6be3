// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {FaultClass, IPenalties} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {PenaltiesTest} from "./PenaltiesTest.sol";

contract PenaltiesJuryTest is PenaltiesTest {
    function setUp() public override {
        super.setUp();
        _stake(OPERATOR, 1_000e18);
    }

    function test_RevertWhen_CallerIsNoJury() public {
        _expectUnauthorized(ADJUDICATOR);
        vm.prank(ADJUDICATOR);
        penalties.punishByVerdict(OPERATOR, FaultClass.WRONG_ANSWER, block.timestamp, "f", CHALLENGER);
    }

    function test_RevertWhen_CodeDecidesTheClass() public {
        _expect(_classError(FaultClass.EQUIVOCATION));
        vm.prank(JURY);
        penalties.punishByVerdict(OPERATOR, FaultClass.EQUIVOCATION, block.timestamp, "f", CHALLENGER);
    }

    function test_RevertWhen_CapacityIsOutOfRange() public {
        for (uint256 i = 0; i < 2; ++i) {
            uint256 capacity = i == 0 ? 249 : 1_001;
            _expect(abi.encodeWithSelector(IPenalties.PenaltiesJuryCapacityOutOfRange.selector, capacity, 250, 1_000));
            penalties.setJuryCapacity(capacity);
        }
    }

    function test_RevertWhen_CapacityIsSetByStranger() public {
        _expectUnauthorized(JURY);
        vm.prank(JURY);
        penalties.setJuryCapacity(1_000);
    }

    function test_SlashesLittleAndNeverTombstones() public {
        uint256 slashed = _verdict(OPERATOR, FaultClass.WRONG_ANSWER);
        vm.assertEq(slashed, 25e18, "2.5 %");
        vm.assertFalse(_isTombstoned(OPERATOR), "still in");
        vm.assertEq(staking.bountyOf(CHALLENGER), 2.5e18, "the bounty of who left a bond for a jury");
        (uint256 available, uint256 capacity) = penalties.juryBudget();
        vm.assertEq(capacity, 48.75e18, "5 % of what is left");
        vm.assertEq(available, 23.75e18, "less what was taken");
    }

    function test_GivenMisconduct_NobodyGains() public {
        vm.assertEq(_verdict(OPERATOR, FaultClass.MISCONDUCT), 10e18, "1 %");
        vm.assertEq(staking.bountyOf(CHALLENGER), 0, "no bounty for an opinion");
    }

    function test_RevertGiven_LimitIsReached() public {
        _stakeBehind(SECOND, SECOND, 1_000e18);
        _stakeBehind(THIRD, THIRD, 1_000e18);
        penalties.setJuryCapacity(250);
        _verdict(OPERATOR, FaultClass.WRONG_ANSWER);
        _verdict(SECOND, FaultClass.WRONG_ANSWER);
        // 2.5 % of the 2,950 that are left, less the 50 that were taken.
        _expect(abi.encodeWithSelector(IPenalties.PenaltiesJuryLimitReached.selector, 25e18, 23.75e18));
        vm.prank(JURY);
        penalties.punishByVerdict(THIRD, FaultClass.WRONG_ANSWER, block.timestamp, "f", CHALLENGER);
    }

    /// @dev Unbonding stake is not in the limit, but what is taken of it is spent.
    function test_CountsWhatUnbondingStakeLost() public {
        _unbond(OPERATOR, 600e18);
        vm.assertEq(_verdict(OPERATOR, FaultClass.WRONG_ANSWER), 25e18, "2.5 % of both");
        (uint256 available, uint256 capacity) = penalties.juryBudget();
        vm.assertEq(capacity, 19.5e18, "5 % of the 390 that are left");
        vm.assertEq(available, 0, "25 are more");
        vm.warp(block.timestamp + 12 hours);
        (available, ) = penalties.juryBudget();
        vm.assertEq(available, 9.75e18, "half of it has refilled");
    }

    /// @dev Stake that leaves, and what verdicts take of it, must not keep juries from the next verdict for longer.
    function test_GivenDebt_RefillsWithinADay() public {
        _unbond(OPERATOR, 900e18);
        vm.assertEq(_verdict(OPERATOR, FaultClass.WRONG_ANSWER), 25e18, "five times what juries may in a day");
        vm.warp(block.timestamp + 1 days);
        (uint256 available, uint256 capacity) = penalties.juryBudget();
        vm.assertEq(capacity, 4.875e18, "5 % of the 97.5 that are left");
        vm.assertEq(available, capacity, "all of it");
    }

    function test_RefillsOverADay() public {
        penalties.setJuryCapacity(250);
        _verdict(OPERATOR, FaultClass.WRONG_ANSWER);
        (uint256 available, uint256 capacity) = penalties.juryBudget();
        vm.assertEq(available, 0, "empty");
        vm.warp(block.timestamp + 12 hours);
        (available, ) = penalties.juryBudget();
        vm.assertEq(available, capacity / 2, "half a day later half full");
        vm.warp(block.timestamp + 12 hours);
        (available, ) = penalties.juryBudget();
        vm.assertEq(available, capacity, "full after a day");
    }

    function test_KeepsWhatWasSpentWhenCapacityChanges() public {
        _verdict(OPERATOR, FaultClass.WRONG_ANSWER);
        vm.expectEmit(address(penalties));
        emit IPenalties.JuryCapacitySet(500, 1_000);
        penalties.setJuryCapacity(1_000);
        (uint256 available, uint256 capacity) = penalties.juryBudget();
        vm.assertEq(capacity, 97.5e18, "10 %");
        vm.assertEq(available, 72.5e18, "less what was taken");
    }

    function test_DoesNotLimitObjectiveFaults() public {
        penalties.setJuryCapacity(250);
        _verdict(OPERATOR, FaultClass.WRONG_ANSWER);
        vm.warp(block.timestamp + 7 days);
        for (uint256 i = 0; i < 4; ++i) {
            _punish(OPERATOR, FaultClass.INVALID_QUOTE);
            vm.warp(block.timestamp + 7 days);
        }
        vm.assertEq(_poolAssets(OPERATOR), 639.6975e18, "975 * 0.9^4");
    }

    function testFuzz_VerdictAlwaysFitsIntoFullBudget(uint256 assets, uint256 others) public {
        _stake(ALICE, bound(assets, 1e12, 1e26));
        _stakeBehind(SECOND, SECOND, bound(others, 1e12, 1e26));
        penalties.setJuryCapacity(250);
        uint256 before = _poolAssets(OPERATOR);
        _verdict(OPERATOR, FaultClass.WRONG_ANSWER);
        vm.assertApproxEqAbs(_poolAssets(OPERATOR), before - (before * 250) / 10_000, 1, "2.5 %, in the first attempt");
    }
}
