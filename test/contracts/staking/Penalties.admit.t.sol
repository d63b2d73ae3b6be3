// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Roles} from "../../../contracts/libraries/Roles.sol";
import {IHolds} from "../../../contracts/staking/interfaces/IHolds.sol";
import {FaultClass, IPenalties} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {PenaltiesTest} from "./PenaltiesTest.sol";

contract PenaltiesAdmitTest is PenaltiesTest {
    uint256 private deadline;

    function setUp() public override {
        super.setUp();
        _stake(OPERATOR, 1_000e18);
        deadline = block.timestamp + 3 days;
    }

    function test_RevertWhen_CallerIsNoAdjudicator() public {
        _expectUnauthorized(JURY);
        vm.prank(JURY);
        penalties.admit(OPERATOR, FaultClass.INVALID_PROOF, block.timestamp, "f", deadline);
    }

    function test_RevertWhen_CallerIsNoJury() public {
        _expectUnauthorized(ADJUDICATOR);
        vm.prank(ADJUDICATOR);
        penalties.admitDispute(OPERATOR, FaultClass.WRONG_ANSWER, block.timestamp, "f", deadline);
    }

    function test_RevertWhen_ClassBelongsToTheOther() public {
        _expect(_classError(FaultClass.WRONG_ANSWER));
        vm.prank(ADJUDICATOR);
        penalties.admit(OPERATOR, FaultClass.WRONG_ANSWER, block.timestamp, "f", deadline);
        _expect(_classError(FaultClass.INVALID_PROOF));
        vm.prank(JURY);
        penalties.admitDispute(OPERATOR, FaultClass.INVALID_PROOF, block.timestamp, "f", deadline);
        _expect(_classError(FaultClass.NONE));
        vm.prank(ADJUDICATOR);
        penalties.release(OPERATOR, FaultClass.NONE, "f");
        _expect(_classError(FaultClass.INVALID_PROOF));
        vm.prank(JURY);
        penalties.releaseDispute(OPERATOR, FaultClass.INVALID_PROOF, "f");
    }

    function test_RevertGiven_FaultWasPunished() public {
        vm.prank(ADJUDICATOR);
        penalties.punish(OPERATOR, FaultClass.INVALID_PROOF, block.timestamp, "f", CHALLENGER);
        bytes32 id = _id(OPERATOR, FaultClass.INVALID_PROOF, "f");
        _expect(abi.encodeWithSelector(IPenalties.PenaltiesAlreadyPunished.selector, id));
        vm.prank(ADJUDICATOR);
        penalties.admit(OPERATOR, FaultClass.INVALID_PROOF, block.timestamp, "f", deadline);
    }

    function test_ReservesMaximumOfClass() public {
        vm.prank(ADJUDICATOR);
        bytes32 id = penalties.admit(OPERATOR, FaultClass.REVOKED_ENCLAVE, block.timestamp, "f", deadline);
        IHolds.Hold memory hold = holds.holdOf(id);
        vm.assertEq(hold.operator, OPERATOR, "held");
        vm.assertEq(uint256(hold.fractionBps), 1_000, "with the maximum, not the first fraction");
        vm.assertEq(uint256(hold.deadline), deadline, "until the deadline");
    }

    function test_PunishesHeldFaultAfterItsStakeMatured() public {
        (, uint256 bucketId) = _unbond(OPERATOR, 400e18);
        uint256 infraction = block.timestamp;
        vm.warp(block.timestamp + 13 days);
        vm.prank(ADJUDICATOR);
        penalties.admit(OPERATOR, FaultClass.INVALID_QUOTE, infraction, "f", block.timestamp + 10 days);
        vm.warp(block.timestamp + 5 days);
        vm.prank(ADJUDICATOR);
        (uint256 slashed, ) = penalties.punish(OPERATOR, FaultClass.INVALID_QUOTE, infraction, "f", CHALLENGER);
        vm.assertEq(slashed, 100e18, "10 % of both");
        vm.assertEq(_unbondingValue(OPERATOR, bucketId), 360e18, "although it had matured");
    }

    function test_ReleasesOwnHold() public {
        vm.prank(ADJUDICATOR);
        bytes32 id = penalties.admit(OPERATOR, FaultClass.INVALID_PROOF, block.timestamp, "f", deadline);
        vm.prank(ADJUDICATOR);
        penalties.release(OPERATOR, FaultClass.INVALID_PROOF, "f");
        vm.assertEq(holds.holdOf(id).operator, address(0), "free");
    }

    function test_ReleasesOwnDispute() public {
        vm.prank(JURY);
        bytes32 id = penalties.admitDispute(OPERATOR, FaultClass.MISCONDUCT, block.timestamp, "f", deadline);
        vm.assertEq(uint256(holds.holdOf(id).fractionBps), 100, "1 %");
        vm.prank(JURY);
        penalties.releaseDispute(OPERATOR, FaultClass.MISCONDUCT, "f");
        vm.assertEq(holds.holdOf(id).operator, address(0), "free");
    }

    function test_RevertWhen_AnotherAdjudicatorReleases() public {
        address rival = address(0xAD2);
        manager.grantRole(Roles.ADJUDICATOR, rival, 0);
        vm.prank(ADJUDICATOR);
        penalties.admit(OPERATOR, FaultClass.INVALID_PROOF, block.timestamp, "f", deadline);
        bytes32 id = penalties.idOf(rival, OPERATOR, FaultClass.INVALID_PROOF, "f");
        _expect(abi.encodeWithSelector(IHolds.HoldsFaultNotHeld.selector, id));
        vm.prank(rival);
        penalties.release(OPERATOR, FaultClass.INVALID_PROOF, "f");
    }
}
