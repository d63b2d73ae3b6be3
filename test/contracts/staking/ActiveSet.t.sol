// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {ActiveSet} from "../../../contracts/staking/ActiveSet.sol";
import {IActiveSet} from "../../../contracts/staking/interfaces/IActiveSet.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract ActiveSetTest is StakingTest {
    ActiveSet private set;

    function setUp() public override {
        super.setUp();
        set = ActiveSet(create("ActiveSet", abi.encode(staking)));
    }

    function test_RevertWhen_LedgerHasNoCode() external {
        vm.expectRevert(abi.encodeWithSelector(IActiveSet.ActiveSetLedgerWithoutCode.selector, ALICE));
        create("ActiveSet", abi.encode(IStaking(ALICE)));
    }

    function testFuzz_RevertWhen_PageSizeIsOutOfRange(uint256 size) external {
        size = size % 2 == 0 ? 0 : bound(size, 101, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IActiveSet.ActiveSetPageSizeOutOfRange.selector, size, 100));
        set.page(0, 0, size);
    }

    function test_RevertWhen_CursorIsInvalid() external {
        uint256 cursor = (512 << 128) | 1;
        vm.expectRevert(abi.encodeWithSelector(IActiveSet.ActiveSetCursorInvalid.selector, cursor));
        set.page(0, cursor, 1);
        cursor = 7 << 128;
        vm.expectRevert(abi.encodeWithSelector(IActiveSet.ActiveSetCursorInvalid.selector, cursor));
        set.page(0, cursor, 1);
    }

    function test_GivenNobodyIsListed() external view {
        (IActiveSet.Entry[] memory entries, uint256 next) = set.page(0, 0, 10);
        vm.assertEq(entries.length, 0, "empty");
        vm.assertEq(next, 0, "and the end");
    }

    function test_ListsWhoIsActive() external {
        _stake(OPERATOR, 100e18);
        vm.assertTrue(set.isStale(OPERATOR), "not listed yet");
        vm.expectEmit(address(set));
        // 2^66 * 1.25 < 1e20 < 2^66 * 1.5: band 4 * 66 + 1.
        emit IActiveSet.OperatorListed(OPERATOR, 265);
        _refresh(OPERATOR);
        vm.assertFalse(set.isStale(OPERATOR), "up to date");
        vm.assertEq(set.listed(), 1, "one");
        (IActiveSet.Entry[] memory entries, uint256 next) = set.page(OperatorRoles.JUDGE, 0, 10);
        vm.assertEq(entries.length, 1, "one on the page");
        vm.assertEq(entries[0].operator, OPERATOR, "the operator");
        vm.assertEq(uint256(entries[0].roles), OperatorRoles.ALL, "his roles");
        vm.assertEq(entries[0].poolAssets, 100e18, "his stake");
        vm.assertEq(next, 0, "the end");
    }

    function test_TakesOffWhoIsNotActive() external {
        _stake(OPERATOR, 100e18);
        _refresh(OPERATOR);
        _unbond(OPERATOR, 1);
        vm.expectEmit(address(set));
        emit IActiveSet.OperatorUnlisted(OPERATOR);
        _refresh(OPERATOR);
        vm.assertEq(set.listed(), 0, "none");
        (bool isListed, ) = set.bandOf(OPERATOR);
        vm.assertFalse(isListed, "off");
    }

    function test_IgnoresStrangers() external {
        _refresh(ALICE);
        vm.assertEq(set.listed(), 0, "no operator");
        vm.assertFalse(set.isStale(ALICE), "and rightly so");
    }

    function test_NeverShowsWhoFellBelowMinimum() external {
        _stake(OPERATOR, 100e18);
        _refresh(OPERATOR);
        _slash(1);
        (IActiveSet.Entry[] memory entries, ) = set.page(0, 0, 10);
        vm.assertEq(set.listed(), 1, "still listed, for nobody refreshed");
        vm.assertEq(entries.length, 0, "but on no page");
    }

    function test_NeverShowsWhoIsJailedOrGone() external {
        address second = address(0x5EC);
        _register(second, address(0x5ED), 0);
        _stake(OPERATOR, 100e18);
        _stakeBehind(second, second, 100e18);
        _refresh(OPERATOR);
        _refresh(second);
        vm.prank(SLASHER);
        operators.jail(OPERATOR, START + 1 days);
        vm.prank(second);
        operators.exit(second);
        (IActiveSet.Entry[] memory entries, ) = set.page(0, 0, 10);
        vm.assertEq(entries.length, 0, "neither");
    }

    function test_FiltersByRole() external {
        vm.prank(ALICE);
        operators.registerOperator(OperatorRoles.JUDGE, ALICE, 0);
        _stake(OPERATOR, 200e18);
        _stakeBehind(ALICE, ALICE, 100e18);
        _refresh(OPERATOR);
        _refresh(ALICE);
        (IActiveSet.Entry[] memory judges, ) = set.page(OperatorRoles.JUDGE, 0, 10);
        (IActiveSet.Entry[] memory servers, ) = set.page(OperatorRoles.INFERENCE, 0, 10);
        vm.assertEq(judges.length, 2, "both judge");
        vm.assertEq(servers.length, 1, "one serves");
        vm.assertEq(servers[0].operator, OPERATOR, "this one");
    }

    function test_MovesBetweenBands() external {
        _stake(OPERATOR, 100e18);
        _refresh(OPERATOR);
        _stake(ALICE, 900e18);
        vm.assertTrue(set.isStale(OPERATOR), "grown");
        _refresh(OPERATOR);
        (, uint256 band) = set.bandOf(OPERATOR);
        vm.assertEq(band, 278, "2^69 * 1.5 < 1e21 < 2^69 * 1.75: 4 * 69 + 2");
        vm.assertEq(set.listed(), 1, "once");
    }

    function testFuzz_PagesShowEverybodyOnceLargestFirst(uint256 seed, uint256 size) external {
        uint256 count = 12;
        size = bound(size, 1, 5);
        for (uint256 i = 0; i < count; ++i) {
            address operator = address(uint160(0x10000 + i));
            _register(operator, operator, 0);
            uint256 amount = uint256(keccak256(abi.encode(seed, i)));
            _stakeBehind(operator, operator, bound(amount, 100e18, 5_000e18));
            _refresh(operator);
        }
        uint256 cursor;
        uint256 seen;
        uint256 shown;
        uint256 lowestBand = type(uint256).max;
        do {
            IActiveSet.Entry[] memory entries;
            (entries, cursor) = set.page(0, cursor, size);
            for (uint256 i = 0; i < entries.length; ++i) {
                if (i != 0) vm.assertGe(entries[i - 1].poolAssets, entries[i].poolAssets, "exact on a page");
                (, uint256 band) = set.bandOf(entries[i].operator);
                vm.assertLe(band, lowestBand, "by band between pages");
                lowestBand = band;
                ++shown;
                seen |= 1 << (uint160(entries[i].operator) - 0x10000);
            }
        } while (cursor != 0);
        vm.assertEq(seen, (1 << count) - 1, "everybody");
        vm.assertEq(shown, count, "once");
    }

    function testFuzz_SurvivesRemovalInAnyOrder(uint256 seed) external {
        uint256 count = 8;
        for (uint256 i = 0; i < count; ++i) {
            address operator = address(uint160(0x10000 + i));
            _register(operator, operator, 0);
            _stakeBehind(operator, operator, 100e18 + (i / 4) * 1_000e18);
            _refresh(operator);
        }
        uint256 left = count;
        for (uint256 i = 0; i < count; ++i) {
            address operator = address(uint160(0x10000 + i));
            if ((seed >> i) & 1 == 0) continue;
            vm.prank(operator);
            operators.exit(operator);
            _refresh(operator);
            --left;
        }
        (IActiveSet.Entry[] memory entries, uint256 next) = set.page(0, 0, 100);
        vm.assertEq(entries.length, left, "who stayed");
        vm.assertEq(set.listed(), left, "is listed");
        vm.assertEq(next, 0, "on one page");
    }

    function test_GoesOnAfterMembersLeft() external {
        for (uint256 i = 0; i < 4; ++i) {
            address operator = address(uint160(0x10000 + i));
            _register(operator, operator, 0);
            _stakeBehind(operator, operator, 100e18);
            _refresh(operator);
        }
        (, uint256 cursor) = set.page(0, 0, 1);
        for (uint256 i = 0; i < 4; ++i) {
            address operator = address(uint160(0x10000 + i));
            vm.prank(operator);
            operators.exit(operator);
            _refresh(operator);
        }
        (IActiveSet.Entry[] memory entries, uint256 next) = set.page(0, cursor, 10);
        vm.assertEq(entries.length, 0, "nobody is left");
        vm.assertEq(next, 0, "the end");
    }

    function _refresh(address operator) private {
        address[] memory list = new address[](1);
        list[0] = operator;
        set.refresh(list);
    }
}
