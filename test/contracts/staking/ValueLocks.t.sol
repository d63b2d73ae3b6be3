// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Roles} from "../../../contracts/libraries/Roles.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {IValueLocks} from "../../../contracts/staking/interfaces/IValueLocks.sol";
import {ValueLocks} from "../../../contracts/staking/ValueLocks.sol";
import {StakingTest} from "./StakingTest.sol";

contract ValueLocksTest is StakingTest {
    address private constant LOCKER = address(0x10C4);

    ValueLocks private locks;

    function setUp() public override {
        super.setUp();
        locks = ValueLocks(create("ValueLocks", abi.encode(address(manager), staking, 0)));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = IValueLocks.lock.selector;
        manager.setTargetFunctionRole(address(locks), selectors, Roles.ADJUDICATOR);
        manager.grantRole(Roles.ADJUDICATOR, LOCKER, 0);
    }

    function test_RevertWhen_StakingHasNoCode() external {
        vm.expectRevert(abi.encodeWithSelector(IValueLocks.ValueLocksStakingWithoutCode.selector, ALICE));
        create("ValueLocks", abi.encode(address(manager), IStaking(ALICE), 0));
    }

    function test_RevertWhen_CallerMayNotLock() external {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, ALICE));
        vm.prank(ALICE);
        locks.lock(OPERATOR, 1, START + 1);
    }

    function testFuzz_RevertWhen_WindowIsOutOfRange(uint256 until) external {
        uint256 latest = START + PERIOD * 1 days;
        until = until <= START ? until : bound(until, latest + 1, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IValueLocks.ValueLocksWindowOutOfRange.selector, until, latest));
        vm.prank(LOCKER);
        locks.lock(OPERATOR, 0, until);
    }

    /// @dev A window that closes with this second has nothing to lock for; the last that can be named is the period.
    function test_WhenWindowIsAtItsLimits() external {
        uint256 latest = START + PERIOD * 1 days;
        vm.expectRevert(abi.encodeWithSelector(IValueLocks.ValueLocksWindowOutOfRange.selector, START, latest));
        vm.prank(LOCKER);
        locks.lock(OPERATOR, 0, START);
        vm.expectRevert(abi.encodeWithSelector(IValueLocks.ValueLocksWindowOutOfRange.selector, latest + 1, latest));
        vm.prank(LOCKER);
        locks.lock(OPERATOR, 0, latest + 1);
        _lock(0, START + 1);
        _lock(0, latest);
        vm.assertEq(locks.callsOf(OPERATOR), 2, "both");
    }

    function testFuzz_RevertGiven_SelfStakeIsLocked(uint256 own, uint256 first) external {
        own = bound(own, 1e12, SUPPLY);
        first = bound(first, 0, own);
        _stake(OPERATOR, own);
        // Delegated stake cannot be locked.
        _stake(ALICE, 1e27);
        _lock(first, START + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IValueLocks.ValueLocksSelfStakeTooLow.selector,
                OPERATOR,
                own - first + 1,
                own - first
            )
        );
        vm.prank(LOCKER);
        locks.lock(OPERATOR, own - first + 1, START + 1);
    }

    function testFuzz_RevertWhen_CoverIsAboveLimit(uint256 coverBps) external {
        uint256 limit = locks.MAX_COVER_BPS();
        coverBps = bound(coverBps, limit + 1, type(uint256).max);
        bytes memory error = abi.encodeWithSelector(IValueLocks.ValueLocksCoverAboveLimit.selector, coverBps, limit);
        vm.expectRevert(error);
        locks.setCover(coverBps);
        vm.expectRevert(error);
        create("ValueLocks", abi.encode(address(manager), staking, coverBps));
    }

    function test_RevertWhen_CallerMayNotSetCover() external {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, LOCKER));
        vm.prank(LOCKER);
        locks.setCover(1);
    }

    function testFuzz_SetsCover(uint256 coverBps) external {
        coverBps = bound(coverBps, 0, locks.MAX_COVER_BPS());
        vm.expectEmit(address(locks));
        emit IValueLocks.CoverSet(0, coverBps);
        locks.setCover(coverBps);
        vm.assertEq(locks.coverBps(), coverBps, "set");
    }

    function test_WhenWindowCloses() external {
        _stake(OPERATOR, 100e18);
        vm.expectEmit(address(locks));
        emit IValueLocks.ValueLocked(OPERATOR, LOCKER, 60e18, 20_002 days);
        _lock(60e18, 20_002 days - 1);
        _lock(40e18, START + PERIOD * 1 days);
        vm.assertEq(locks.freeOf(OPERATOR), 0, "all locked");
        vm.warp(20_002 days - 1);
        vm.assertEq(locks.lockedOf(OPERATOR), 100e18, "to the last second of the day");
        vm.warp(20_002 days);
        vm.assertEq(locks.lockedOf(OPERATOR), 40e18, "one window is over");
        _lock(10e18, 20_003 days);
        vm.warp(20_002 days + 365 days);
        vm.assertEq(locks.lockedOf(OPERATOR), 0, "all are over");
        vm.assertEq(locks.freeOf(OPERATOR), 100e18, "free");
    }

    /// @dev Unbonding is never refused; what was locked stays slashable for the rest of its window.
    function test_GivenSelfStakeLeaves() external {
        _stake(OPERATOR, 100e18);
        _lock(100e18, START + PERIOD * 1 days);
        _unbondAll(OPERATOR);
        vm.assertEq(locks.lockedOf(OPERATOR), 100e18, "locked as before");
        vm.assertEq(locks.freeOf(OPERATOR), 0, "no new work");
        vm.warp(START + PERIOD * 1 days);
        (uint256 slashed, ) = _slashAt(10_000, START);
        vm.assertEq(slashed, 100e18, "in reach to the end");
    }

    /// @dev Random locks on random days against a plain list of them.
    function testFuzz_WhenLocksAreRandom(uint256 seed) external {
        _stake(OPERATOR, 1e27);
        uint256[20] memory amounts;
        uint256[20] memory ends;
        for (uint256 i = 0; i < 20; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            vm.warp(block.timestamp + (random % 2 == 0 ? 0 : (random >> 8) % 4 days));
            amounts[i] = uint80(random >> 64);
            // Every other one ends on the same day as the others of its day, as those of equal windows do.
            uint256 window = i % 2 == 0 ? 8 days : 1 + ((random >> 160) % (PERIOD * 1 days));
            ends[i] = block.timestamp + window;
            _lock(amounts[i], ends[i]);
            uint256 open;
            for (uint256 j = 0; j <= i; ++j) {
                if (ends[j] / 1 days >= block.timestamp / 1 days) open += amounts[j];
            }
            vm.assertEq(locks.callsOf(OPERATOR), i + 1, "counted");
            vm.assertEq(locks.lockedOf(OPERATOR), open, "sum of the open windows");
        }
    }

    function _lock(uint256 amount, uint256 until) private {
        vm.prank(LOCKER);
        locks.lock(OPERATOR, amount, until);
    }
}
