// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {FaultClass, FaultTerms} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {Penalties} from "../../../contracts/staking/Penalties.sol";
import {PenaltiesTest} from "./PenaltiesTest.sol";

/// @title Findings in other staking systems that concern operators and penalties
/// @notice The numbers are those of docs/staking-findings.md.
contract PenaltiesFindingsTest is PenaltiesTest {
    bool private _called;

    function setUp() public override {
        super.setUp();
        _stake(OPERATOR, 1_000e18);
        _stake(ALICE, 3_000e18);
        _stakeBehind(SECOND, SECOND, 96_000e18);
    }

    /// @dev Called by the token in transfers.
    function hook() external {
        _called = true;
    }

    function test_Finding09_NoActOfOperatorMovesMaturity() public {
        (, uint256 bucketId) = _unbond(ALICE, 1_000e18);
        uint256 maturity = staking.claimableAt(bucketId);
        _reshape();
        vm.assertEq(staking.claimableAt(bucketId), maturity, "as when she left");
        vm.warp(maturity);
        vm.assertEq(staking.claim(OPERATOR, ALICE, bucketId), 1_000e18, "paid");
    }

    function test_Finding11_NoActOfOperatorResetsHisRecord() public {
        _punish(OPERATOR, FaultClass.REVOKED_ENCLAVE);
        _reshape();
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsAlreadyRegistered.selector, OPERATOR));
        _register(OPERATOR, BOB, 0);
        vm.warp(block.timestamp + 7 days);
        (uint256 target, ) = penalties.previewPunish(OPERATOR, FaultClass.REVOKED_ENCLAVE, block.timestamp);
        vm.assertEq(target, 1_000, "the second fault costs as the second");
    }

    function testFuzz_Finding12_NoSettingOfOperatorStopsSlash(uint8 roles, uint16 commission) public {
        vm.startPrank(OPERATOR);
        operators.setRoles(OPERATOR, uint8(bound(roles, 1, OperatorRoles.ALL)));
        operators.announceCommission(OPERATOR, uint16(bound(commission, 0, 2_000)));
        operators.requestRotation(OPERATOR, IOperators.Account.PAYEE, address(token));
        operators.exit(OPERATOR);
        vm.stopPrank();
        vm.warp(block.timestamp + 3 days);
        operators.applyRotation(OPERATOR, IOperators.Account.PAYEE);
        (uint256 slashed, ) = _punish(OPERATOR, FaultClass.EQUIVOCATION);
        vm.assertEq(slashed, 200e18, "5 % of all");
    }

    function testFuzz_Finding15_RepeatedSlashesStayEffective(uint256 own, uint256 delegated) public {
        _stakeBehind(THIRD, THIRD, bound(own, 1e12, 1e24));
        _stakeBehind(THIRD, BOB, bound(delegated, 1e12, 1e24));
        uint256 left = _poolAssets(THIRD);
        for (uint256 i = 0; i < 6; ++i) {
            (uint256 slashed, ) = _punish(THIRD, FaultClass.INVALID_QUOTE);
            vm.assertApproxEqAbs(slashed, left / 10, 1, "a tenth of what is there, delegated stake included");
            left -= slashed;
            vm.warp(block.timestamp + 7 days);
        }
    }

    function test_Finding17_LaterFaultFirstDoesNotBlockEarlierOne() public {
        uint256 monday = block.timestamp;
        vm.warp(monday + 2 days);
        vm.prank(ADJUDICATOR);
        penalties.admit(OPERATOR, FaultClass.DATA_WITHHELD, monday, "first", monday + 9 days);
        _punish(OPERATOR, FaultClass.INVALID_QUOTE);
        vm.prank(ADJUDICATOR);
        (uint256 slashed, ) = penalties.punish(OPERATOR, FaultClass.DATA_WITHHELD, monday, "first", CHALLENGER);
        vm.assertEq(slashed, 36e18, "1 % of what the later fault left");
    }

    function test_Finding20_SlashCallsNobody() public {
        token.setHook(address(this), abi.encodeCall(this.hook, ()));
        _punish(OPERATOR, FaultClass.INVALID_PROOF);
        vm.assertFalse(_called, "not even the token");
    }

    function test_Finding27_NobodyIsJudgedByLaterTerms() public {
        uint256 infraction = block.timestamp;
        FaultTerms memory terms = penalties.termsAt(FaultClass.INVALID_QUOTE, infraction);
        terms.fractionBps = 2_000;
        terms.maximumBps = 2_000;
        penalties.setFaultTerms(FaultClass.INVALID_QUOTE, terms);
        vm.prank(ADJUDICATOR);
        penalties.admit(OPERATOR, FaultClass.INVALID_QUOTE, infraction, "f", infraction + 14 days);
        vm.warp(infraction + 13 days);
        vm.prank(ADJUDICATOR);
        penalties.punish(OPERATOR, FaultClass.INVALID_QUOTE, infraction, "f", CHALLENGER);
        vm.assertEq(_poolAssets(OPERATOR), 3_600e18, "10 %, as when he acted");
    }

    function test_Finding27_CommissionNeverReachesEarlierRewards() public {
        _reward(100e18);
        uint256 earned = staking.pendingReward(OPERATOR, ALICE);
        vm.prank(OPERATOR);
        operators.announceCommission(OPERATOR, 2_000);
        vm.warp(block.timestamp + 30 days);
        vm.assertEq(staking.pendingReward(OPERATOR, ALICE), earned, "hers");
    }

    function test_Finding28_NoOtherFaultOccupiesId() public {
        vm.startPrank(ADJUDICATOR);
        penalties.punish(SECOND, FaultClass.DATA_WITHHELD, block.timestamp, "f", SECOND);
        penalties.punish(OPERATOR, FaultClass.DATA_WITHHELD, block.timestamp, "f", OPERATOR);
        (uint256 slashed, ) = penalties.punish(OPERATOR, FaultClass.EQUIVOCATION, block.timestamp, "f", CHALLENGER);
        vm.stopPrank();
        vm.assertGe(slashed, 159e18, "the rest of the 5 %");
        vm.assertTrue(_isTombstoned(OPERATOR), "and out");
    }

    function test_Finding33_NothingUnregisteredIsUsable() public {
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingOperatorUnknown.selector, BOB));
        vm.prank(ADJUDICATOR);
        penalties.admit(BOB, FaultClass.INVALID_PROOF, block.timestamp, "f", block.timestamp + 1);
        vm.startPrank(BOB);
        bytes memory unknown = abi.encodeWithSelector(IOperators.OperatorsUnknown.selector, BOB);
        vm.expectRevert(unknown);
        operators.setRoles(BOB, OperatorRoles.ALL);
        vm.expectRevert(unknown);
        operators.setProfile(BOB, IOperators.Profile("Bob", "", 0));
        vm.expectRevert(unknown);
        operators.unjail(BOB);
        vm.expectRevert(unknown);
        operators.exit(BOB);
        vm.stopPrank();
        vm.assertFalse(operators.isActive(BOB, 0), "not active");
        vm.assertFalse(operators.isActive(address(0), 0), "nor is nobody");
    }

    function test_Finding35_OpenChallengesSurviveSuccession() public {
        uint256 infraction = block.timestamp;
        vm.startPrank(ADJUDICATOR);
        penalties.admit(OPERATOR, FaultClass.INVALID_QUOTE, infraction, "kept", infraction + 10 days);
        penalties.admit(OPERATOR, FaultClass.INVALID_QUOTE, infraction, "lost", infraction + 10 days);
        vm.stopPrank();
        Penalties successor = Penalties(create("Penalties", abi.encode(address(manager), staking)));
        manager.grantRole(Roles.SLASHER, address(successor), 0);
        vm.prank(ADJUDICATOR);
        (uint256 slashed, ) = penalties.punish(OPERATOR, FaultClass.INVALID_QUOTE, infraction, "kept", CHALLENGER);
        vm.assertEq(slashed, 400e18, "what was open is decided");
        manager.revokeRole(Roles.SLASHER, address(penalties));
        _expectUnauthorized(address(penalties));
        vm.prank(ADJUDICATOR);
        penalties.release(OPERATOR, FaultClass.INVALID_QUOTE, "lost");
        (, uint256 bucketId) = _unbond(ALICE, 100e18);
        vm.warp(staking.claimableAt(bucketId));
        vm.assertEq(staking.reservedBps(OPERATOR, bucketId), 0, "what nobody decided ends by its deadline");
        vm.assertFalse(staking.isPunished(_id(OPERATOR, FaultClass.INVALID_QUOTE, "lost")), "without a slash");
    }

    /// @dev Everything that an operator can change, and his leaving.
    function _reshape() private {
        vm.startPrank(OPERATOR);
        operators.setRoles(OPERATOR, OperatorRoles.JUDGE);
        operators.announceCommission(OPERATOR, 2_000);
        operators.requestRotation(OPERATOR, IOperators.Account.OWNER, BOB);
        operators.exit(OPERATOR);
        vm.stopPrank();
        vm.warp(block.timestamp + 2 days);
        operators.applyRotation(OPERATOR, IOperators.Account.OWNER);
    }
}
