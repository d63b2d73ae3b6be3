// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Roles} from "../../../contracts/libraries/Roles.sol";
import {FaultClass, FaultTerms, IPenalties} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {Penalties} from "../../../contracts/staking/Penalties.sol";
import {StakingTest} from "./StakingTest.sol";

/// @title What the tests of penalties share: an adjudicator, a jury, and operators with stake
abstract contract PenaltiesTest is StakingTest {
    address internal constant ADJUDICATOR = address(0xAD1);
    address internal constant JURY = address(0x1277);
    address internal constant SECOND = address(0x0903);
    address internal constant THIRD = address(0x0904);
    /// @dev The terms' notice: the unbonding period and a day.
    uint256 internal constant NOTICE = 15 days;

    Penalties internal penalties;
    uint256 private _evidence;

    function setUp() public virtual override {
        super.setUp();
        // The beginning of a week, so that a test decides itself where the next one begins.
        vm.warp((START / 7 days + 1) * 7 days + 6 hours);
        penalties = Penalties(create("Penalties", abi.encode(address(manager), staking)));
        manager.grantRole(Roles.SLASHER, address(penalties), 0);
        _open(Penalties.punish.selector, Roles.ADJUDICATOR);
        _open(Penalties.admit.selector, Roles.ADJUDICATOR);
        _open(Penalties.release.selector, Roles.ADJUDICATOR);
        _open(Penalties.punishByVerdict.selector, Roles.JURY);
        _open(Penalties.admitDispute.selector, Roles.JURY);
        _open(Penalties.releaseDispute.selector, Roles.JURY);
        manager.grantRole(Roles.ADJUDICATOR, ADJUDICATOR, 0);
        manager.grantRole(Roles.JURY, JURY, 0);
        _register(SECOND, address(0x1903), COMMISSION_BPS);
        _register(THIRD, address(0x1904), COMMISSION_BPS);
    }

    function _open(bytes4 selector, uint64 role) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(address(penalties), selectors, role);
    }

    /// @dev A fault id that was not used before.
    function _newFault() internal returns (bytes32) {
        return keccak256(abi.encode("evidence", ++_evidence));
    }

    /// @dev A new fault of `operator` now, by the adjudicator, for the challenger's bounty.
    function _punish(address operator, FaultClass faultClass) internal returns (uint256 slashed, uint256 bounty) {
        return _punishAt(operator, faultClass, block.timestamp);
    }

    function _punishAt(address operator, FaultClass faultClass, uint256 time) internal returns (uint256, uint256) {
        bytes32 faultId = _newFault();
        vm.prank(ADJUDICATOR);
        return penalties.punish(operator, faultClass, time, faultId, CHALLENGER);
    }

    function _verdict(address operator, FaultClass faultClass) internal returns (uint256 slashed) {
        bytes32 faultId = _newFault();
        vm.prank(JURY);
        (slashed, ) = penalties.punishByVerdict(operator, faultClass, block.timestamp, faultId, CHALLENGER);
    }

    /// @dev Gives a class terms that are in force from now on.
    function _enforce(FaultClass faultClass, FaultTerms memory terms) internal {
        penalties.setFaultTerms(faultClass, terms);
        vm.warp(block.timestamp + NOTICE);
        // Again at the beginning of a week.
        vm.warp((block.timestamp / 7 days + 1) * 7 days + 6 hours);
    }

    function _isTombstoned(address operator) internal view returns (bool tombstoned) {
        (, , tombstoned) = staking.standingOf(operator);
    }

    function _id(address operator, FaultClass faultClass, bytes32 faultId) internal view returns (bytes32) {
        return penalties.idOf(ADJUDICATOR, operator, faultClass, faultId);
    }

    function _expect(bytes memory error) internal {
        vm.expectRevert(error);
    }

    function _expectUnauthorized(address caller) internal {
        vm.expectRevert(abi.encodeWithSignature("AccessManagedUnauthorized(address)", caller));
    }

    function _classError(FaultClass faultClass) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPenalties.PenaltiesClassNotDecidedHere.selector, faultClass);
    }
}
