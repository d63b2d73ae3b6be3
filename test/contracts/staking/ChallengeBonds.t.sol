// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Roles} from "../../../contracts/libraries/Roles.sol";
import {ChallengeBonds} from "../../../contracts/staking/ChallengeBonds.sol";
import {IChallengeBonds} from "../../../contracts/staking/interfaces/IChallengeBonds.sol";
import {FeeToken__Mock} from "../../mocks/FeeToken__Mock.sol";
import {StakingTest} from "./StakingTest.sol";

contract ChallengeBondsTest is StakingTest {
    address private constant COURT = address(0xAD1);
    address private constant RIVAL = address(0xAD2);
    uint256 private constant BOND = 25e18;

    ChallengeBonds private bonds;

    function setUp() public override {
        super.setUp();
        bonds = _newBonds(address(token));
        manager.grantRole(Roles.COURT, COURT, 0);
        manager.grantRole(Roles.COURT, RIVAL, 0);
        token.mint(ALICE, 100e18);
        vm.prank(ALICE);
        token.approve(address(bonds), 100e18);
    }

    function test_RevertWhen_TokenHasNoCode() external {
        vm.expectRevert(abi.encodeWithSelector(IChallengeBonds.ChallengeBondsTokenWithoutCode.selector, ALICE));
        create("ChallengeBonds", abi.encode(address(manager), ALICE));
    }

    function test_RevertWhen_CallerMayNotPost() external {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, BOB));
        vm.prank(BOB);
        bonds.post("c", ALICE, BOND);
    }

    function testFuzz_RevertWhen_AmountIsOutOfRange(uint256 amount) external {
        uint256 limit = bonds.MAX_BOND();
        if (amount != 0) amount = bound(amount, limit + 1, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IChallengeBonds.ChallengeBondsAmountOutOfRange.selector, amount, limit));
        vm.prank(COURT);
        bonds.post("c", ALICE, amount);
    }

    function test_RevertGiven_TokenTakesAFee() external {
        FeeToken__Mock fees = new FeeToken__Mock(ALICE);
        ChallengeBonds others = _newBonds(address(fees));
        vm.prank(ALICE);
        fees.approve(address(others), BOND);
        vm.expectRevert(abi.encodeWithSelector(IChallengeBonds.ChallengeBondsInexactTransfer.selector, BOND - 1, BOND));
        vm.prank(COURT);
        others.post("c", ALICE, BOND);
    }

    /// @dev Deposits for one case add up.
    function testFuzz_TakesWhatIsDue(uint256 first, uint256 second) external {
        first = bound(first, 1, 50e18);
        second = bound(second, 1, 50e18);
        vm.expectEmit(address(bonds));
        emit IChallengeBonds.BondPosted(COURT, "c", ALICE, first);
        _post("c", first);
        _post("c", second);
        vm.assertEq(bonds.bondOf(COURT, "c"), first + second, "posted");
        vm.assertEq(bonds.bondOf(RIVAL, "c"), 0, "with nobody else");
        vm.assertEq(bonds.total(), first + second, "on the books");
        vm.assertEq(token.balanceOf(address(bonds)), first + second, "and here");
    }

    function test_RevertWhen_AnotherAwards() external {
        _post("c", BOND);
        vm.expectRevert(
            abi.encodeWithSelector(IChallengeBonds.ChallengeBondsTooLow.selector, RIVAL, bytes32("c"), BOND, 0)
        );
        vm.prank(RIVAL);
        bonds.award("c", RIVAL, BOND);
    }

    /// @dev However a case is divided, it gives no more than was taken for it.
    function testFuzz_RevertWhen_MoreIsAwardedThanIsLeft(uint256 part, uint256 excess) external {
        part = bound(part, 0, BOND);
        excess = bound(excess, 1, type(uint256).max - BOND);
        _post("c", BOND);
        _post("d", BOND);
        _award("c", BOB, part);
        uint256 left = BOND - part;
        vm.expectRevert(
            abi.encodeWithSelector(
                IChallengeBonds.ChallengeBondsTooLow.selector,
                COURT,
                bytes32("c"),
                left + excess,
                left
            )
        );
        _award("c", BOB, left + excess);
    }

    function test_RevertWhen_WinnerIsZero() external {
        _post("c", BOND);
        vm.expectRevert(abi.encodeWithSelector(IChallengeBonds.ChallengeBondsWinnerZero.selector, bytes32("c")));
        _award("c", address(0), BOND);
    }

    /// @dev Awarding needs no role: a challenge under way can always end.
    function testFuzz_AwardsAndPays(address winner, address caller) external {
        vm.assume(winner != address(0) && winner != address(bonds));
        _post("c", BOND);
        _post("d", BOND);
        manager.revokeRole(Roles.COURT, COURT);
        vm.expectEmit(address(bonds));
        emit IChallengeBonds.BondAwarded(COURT, "c", winner, BOND);
        _award("c", winner, BOND);
        vm.assertEq(bonds.creditOf(winner), BOND, "credit");
        uint256 before = token.balanceOf(winner);
        vm.expectEmit(address(bonds));
        emit IChallengeBonds.BondsWithdrawn(winner, BOND);
        vm.prank(caller);
        vm.assertEq(bonds.withdraw(winner), BOND, "paid");
        vm.assertEq(token.balanceOf(winner) - before, BOND, "to him");
        vm.assertEq(bonds.withdraw(winner), 0, "once");
        vm.assertEq(bonds.total(), BOND, "the other stays");
        vm.assertEq(token.balanceOf(address(bonds)), bonds.total(), "the books are right");
    }

    function _newBonds(address token_) private returns (ChallengeBonds deployed) {
        deployed = ChallengeBonds(create("ChallengeBonds", abi.encode(address(manager), token_)));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = IChallengeBonds.post.selector;
        manager.setTargetFunctionRole(address(deployed), selectors, Roles.COURT);
    }

    function _post(bytes32 id, uint256 amount) private {
        vm.prank(COURT);
        bonds.post(id, ALICE, amount);
    }

    function _award(bytes32 id, address to, uint256 amount) private {
        vm.prank(COURT);
        bonds.award(id, to, amount);
    }
}
