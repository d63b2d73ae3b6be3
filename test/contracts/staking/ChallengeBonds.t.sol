// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Roles} from "../../../contracts/libraries/Roles.sol";
import {ChallengeBonds} from "../../../contracts/staking/ChallengeBonds.sol";
import {IChallengeBonds} from "../../../contracts/staking/interfaces/IChallengeBonds.sol";
import {FeeToken__Mock} from "../../mocks/FeeToken__Mock.sol";
import {StakingTest} from "./StakingTest.sol";

contract ChallengeBondsTest is StakingTest {
    address private constant ADJUDICATOR = address(0xAD1);
    address private constant RIVAL = address(0xAD2);
    uint256 private constant BOND = 25e18;

    ChallengeBonds private bonds;

    function setUp() public override {
        super.setUp();
        bonds = _newBonds(address(token));
        manager.grantRole(Roles.ADJUDICATOR, ADJUDICATOR, 0);
        manager.grantRole(Roles.ADJUDICATOR, RIVAL, 0);
        token.mint(ALICE, 100e18);
        vm.prank(ALICE);
        token.approve(address(bonds), 100e18);
    }

    function test_RevertWhen_TokenHasNoCode() external {
        vm.expectRevert(abi.encodeWithSelector(IChallengeBonds.ChallengeBondsTokenWithoutCode.selector, ALICE));
        create("ChallengeBonds", abi.encode(address(manager), ALICE, BOND));
    }

    function testFuzz_RevertWhen_BondIsOutOfRange(uint256 bond) external {
        uint256 limit = bonds.MAX_BOND();
        if (bond != 0) bond = bound(bond, limit + 1, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IChallengeBonds.ChallengeBondsAmountOutOfRange.selector, bond, limit));
        create("ChallengeBonds", abi.encode(address(manager), address(token), bond));
    }

    function test_RevertWhen_CallerMayNotPost() external {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, BOB));
        vm.prank(BOB);
        bonds.post("c", ALICE);
    }

    function test_RevertGiven_BondIsPosted() external {
        _post("c");
        vm.expectRevert(
            abi.encodeWithSelector(IChallengeBonds.ChallengeBondsPosted.selector, ADJUDICATOR, bytes32("c"))
        );
        _post("c");
    }

    function test_RevertGiven_TokenTakesAFee() external {
        FeeToken__Mock fees = new FeeToken__Mock(ALICE);
        ChallengeBonds others = _newBonds(address(fees));
        vm.prank(ALICE);
        fees.approve(address(others), BOND);
        vm.expectRevert(abi.encodeWithSelector(IChallengeBonds.ChallengeBondsInexactTransfer.selector, BOND - 1, BOND));
        vm.prank(ADJUDICATOR);
        others.post("c", ALICE);
    }

    function test_TakesTheBond() external {
        vm.expectEmit(address(bonds));
        emit IChallengeBonds.BondPosted(ADJUDICATOR, "c", ALICE, BOND);
        _post("c");
        vm.assertTrue(bonds.isPosted(ADJUDICATOR, "c"), "posted");
        vm.assertFalse(bonds.isPosted(RIVAL, "c"), "with nobody else");
        vm.assertEq(bonds.total(), BOND, "on the books");
        vm.assertEq(token.balanceOf(address(bonds)), BOND, "and here");
    }

    function test_RevertWhen_AnotherAwards() external {
        _post("c");
        vm.expectRevert(abi.encodeWithSelector(IChallengeBonds.ChallengeBondsUnknown.selector, RIVAL, bytes32("c")));
        vm.prank(RIVAL);
        bonds.award("c", RIVAL);
    }

    function test_RevertGiven_Awarded() external {
        _post("c");
        _award("c", BOB);
        vm.expectRevert(
            abi.encodeWithSelector(IChallengeBonds.ChallengeBondsUnknown.selector, ADJUDICATOR, bytes32("c"))
        );
        _award("c", BOB);
    }

    function test_RevertWhen_WinnerIsZero() external {
        _post("c");
        vm.expectRevert(abi.encodeWithSelector(IChallengeBonds.ChallengeBondsWinnerZero.selector, bytes32("c")));
        _award("c", address(0));
    }

    /// @dev Awarding needs no role: a challenge under way can always end.
    function testFuzz_AwardsAndPays(address winner, address caller) external {
        vm.assume(winner != address(0) && winner != address(bonds));
        _post("c");
        _post("d");
        manager.revokeRole(Roles.ADJUDICATOR, ADJUDICATOR);
        vm.expectEmit(address(bonds));
        emit IChallengeBonds.BondAwarded(ADJUDICATOR, "c", winner, BOND);
        _award("c", winner);
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
        deployed = ChallengeBonds(create("ChallengeBonds", abi.encode(address(manager), token_, BOND)));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = IChallengeBonds.post.selector;
        manager.setTargetFunctionRole(address(deployed), selectors, Roles.ADJUDICATOR);
    }

    function _post(bytes32 id) private {
        vm.prank(ADJUDICATOR);
        bonds.post(id, ALICE);
    }

    function _award(bytes32 id, address to) private {
        vm.prank(ADJUDICATOR);
        bonds.award(id, to);
    }
}
