// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {StakingTest} from "./StakingTest.sol";

contract OperatorsAccountsTest is StakingTest {
    IOperators.Account private constant KEY = IOperators.Account.SIGNING_KEY;
    IOperators.Account private constant PAYEE = IOperators.Account.PAYEE;
    IOperators.Account private constant OWNER = IOperators.Account.OWNER;
    address private constant NEXT = address(0x2E37);

    function test_RevertWhen_OperatorIsUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsUnknown.selector, ALICE));
        vm.prank(ALICE);
        operators.requestRotation(ALICE, PAYEE, NEXT);
    }

    function test_RevertWhen_CallerIsNotOwner() external {
        bytes memory error = abi.encodeWithSelector(IOperators.OperatorsNotOwner.selector, ALICE, OPERATOR);
        vm.startPrank(ALICE);
        vm.expectRevert(error);
        operators.requestRotation(OPERATOR, PAYEE, NEXT);
        vm.expectRevert(error);
        operators.cancelRotation(OPERATOR, PAYEE);
        vm.expectRevert(error);
        operators.setRoles(OPERATOR, 1);
        vm.expectRevert(error);
        operators.announceCommission(OPERATOR, 1);
        vm.expectRevert(error);
        operators.exit(OPERATOR);
        vm.stopPrank();
    }

    function test_RevertWhen_NextIsZero() external {
        vm.expectRevert(IOperators.OperatorsSigningKeyZero.selector);
        _request(KEY, address(0));
        vm.expectRevert(IOperators.OperatorsOwnerZero.selector);
        _request(OWNER, address(0));
    }

    function test_RevertWhen_NothingWouldChange() external {
        vm.expectRevert(
            abi.encodeWithSelector(IOperators.OperatorsRotationUnchanged.selector, OPERATOR, KEY, OPERATOR_KEY)
        );
        _request(KEY, OPERATOR_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(IOperators.OperatorsRotationUnchanged.selector, OPERATOR, PAYEE, OPERATOR)
        );
        _request(PAYEE, address(0));
        vm.expectRevert(
            abi.encodeWithSelector(IOperators.OperatorsRotationUnchanged.selector, OPERATOR, OWNER, OPERATOR)
        );
        _request(OWNER, OPERATOR);
    }

    function test_RevertWhen_KeyIsOfAnotherOperator() external {
        _register(BOB, NEXT, 0);
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsSigningKeyTaken.selector, NEXT, BOB));
        _request(KEY, NEXT);
    }

    function test_RevertWhen_KeyWasOfAnotherOperator() external {
        _request(KEY, NEXT);
        _apply(KEY);
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsSigningKeyTaken.selector, OPERATOR_KEY, OPERATOR));
        vm.prank(BOB);
        operators.registerOperator(OperatorRoles.ALL, OPERATOR_KEY, 0);
    }

    function test_RevertWhen_KeyIsRequestedByAnotherOperator() external {
        _request(KEY, NEXT);
        vm.prank(OPERATOR);
        operators.cancelRotation(OPERATOR, KEY);
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsSigningKeyTaken.selector, NEXT, OPERATOR));
        vm.prank(BOB);
        operators.registerOperator(OperatorRoles.ALL, NEXT, 0);
    }

    function test_RevertGiven_NothingIsRequested() external {
        bytes memory error = abi.encodeWithSelector(IOperators.OperatorsRotationNotRequested.selector, OPERATOR, KEY);
        vm.expectRevert(error);
        operators.applyRotation(OPERATOR, KEY);
        vm.expectRevert(error);
        vm.prank(OPERATOR);
        operators.cancelRotation(OPERATOR, KEY);
    }

    function testFuzz_RevertGiven_DelayIsNotOver(uint256 time) external {
        _request(KEY, NEXT);
        vm.warp(bound(time, START, START + 2 days - 1));
        vm.expectRevert(
            abi.encodeWithSelector(IOperators.OperatorsRotationNotReady.selector, OPERATOR, KEY, START + 2 days)
        );
        operators.applyRotation(OPERATOR, KEY);
        vm.assertEq(operators.operatorOf(OPERATOR).signingKey, OPERATOR_KEY, "the old key counts");
    }

    function test_RevertGiven_RequestWasApplied() external {
        _request(KEY, NEXT);
        _apply(KEY);
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsRotationNotRequested.selector, OPERATOR, KEY));
        operators.applyRotation(OPERATOR, KEY);
    }

    function test_ChangesSigningKey() external {
        vm.expectEmit(address(operators));
        emit IOperators.RotationRequested(OPERATOR, KEY, NEXT, START + 2 days);
        _request(KEY, NEXT);
        (address next, uint256 readyAt) = operators.rotationOf(OPERATOR, KEY);
        vm.assertEq(next, NEXT, "requested");
        vm.assertEq(readyAt, START + 2 days, "ready in two days");
        vm.warp(START + 2 days);
        vm.expectEmit(address(operators));
        emit IOperators.RotationApplied(OPERATOR, KEY, OPERATOR_KEY, NEXT);
        operators.applyRotation(OPERATOR, KEY);
        vm.assertEq(operators.operatorOf(OPERATOR).signingKey, NEXT, "the new key counts");
        vm.assertEq(operators.operatorOfKey(NEXT), OPERATOR, "and is his");
        vm.assertEq(operators.operatorOfKey(OPERATOR_KEY), OPERATOR, "old signatures are still his");
    }

    function test_PaysTheNewPayee() external {
        _stake(OPERATOR, 100e18);
        _reward(10e18);
        _request(PAYEE, NEXT);
        _apply(PAYEE);
        vm.assertEq(operators.payeeOf(OPERATOR), NEXT, "payee");
        staking.claimReward(OPERATOR, OPERATOR);
        vm.assertEq(token.balanceOf(OPERATOR), 0, "nothing to the operator");
        vm.assertApproxEqAbs(token.balanceOf(NEXT), 10e18, 1, "all to the payee");
        _request(PAYEE, address(0));
        _apply(PAYEE);
        vm.assertEq(operators.operatorOf(OPERATOR).payee, OPERATOR, "himself again");
    }

    function test_NewOwnerActsAndOldOneDoesNot() external {
        _stake(OPERATOR, 100e18);
        _request(OWNER, NEXT);
        _apply(OWNER);
        vm.assertEq(operators.operatorOf(OPERATOR).owner, NEXT, "owner");
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsNotOwner.selector, OPERATOR, NEXT));
        _request(KEY, ALICE);
        vm.prank(NEXT);
        operators.setRoles(OPERATOR, OperatorRoles.JUDGE);
        vm.assertEq(uint256(operators.operatorOf(OPERATOR).roles), OperatorRoles.JUDGE, "the new owner acts");
        _unbondAll(OPERATOR);
        vm.assertEq(staking.sharesOf(OPERATOR, OPERATOR), 0, "the stake is still the operator's");
    }

    function test_CancelsRequest() external {
        _request(OWNER, NEXT);
        vm.expectEmit(address(operators));
        emit IOperators.RotationCanceled(OPERATOR, OWNER, NEXT);
        vm.prank(OPERATOR);
        operators.cancelRotation(OPERATOR, OWNER);
        vm.warp(START + 3 days);
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsRotationNotRequested.selector, OPERATOR, OWNER));
        operators.applyRotation(OPERATOR, OWNER);
    }

    function test_SecondRequestReplacesFirst() external {
        _request(PAYEE, NEXT);
        vm.warp(START + 1 days);
        _request(PAYEE, ALICE);
        (address next, uint256 readyAt) = operators.rotationOf(OPERATOR, PAYEE);
        vm.assertEq(next, ALICE, "the second");
        vm.assertEq(readyAt, START + 3 days, "with a delay of its own");
    }

    function test_ReturnsToOwnOldKey() external {
        _request(KEY, NEXT);
        _apply(KEY);
        _request(KEY, OPERATOR_KEY);
        _apply(KEY);
        vm.assertEq(operators.operatorOf(OPERATOR).signingKey, OPERATOR_KEY, "it was never anybody else's");
    }

    function _request(IOperators.Account account, address next) private {
        vm.prank(OPERATOR);
        operators.requestRotation(OPERATOR, account, next);
    }

    function _apply(IOperators.Account account) private {
        vm.warp(block.timestamp + 2 days);
        operators.applyRotation(OPERATOR, account);
    }
}
