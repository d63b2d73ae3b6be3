// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {IHolds} from "../../../contracts/staking/interfaces/IHolds.sol";
import {IOperators, OperatorsConfig} from "../../../contracts/staking/interfaces/IOperators.sol";
import {IStaking, StakingConfig, StakingWindows} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakeLens} from "../../../contracts/staking/StakeLens.sol";
import {Staking} from "../../../contracts/staking/Staking.sol";
import {Base} from "../Base.sol";
import {StakingToken__Mock} from "../../mocks/StakingToken__Mock.sol";

/// @title What the staking tests share: one registered operator, two delegators, a slasher and a challenger
abstract contract StakingTest is Base {
    /// @dev Six o'clock of an arbitrary day.
    uint256 internal constant START = 20_000 days + 6 hours;
    uint256 internal constant PERIOD = 14;
    uint256 internal constant BOUNTY_BPS = 1_000;
    uint16 internal constant COMMISSION_BPS = 500;
    uint256 internal constant SUPPLY = 1e27;

    address internal constant OPERATOR = address(0x0901);
    address internal constant OPERATOR_KEY = address(0x0902);
    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);
    address internal constant SLASHER = address(0x51A5);
    address internal constant CHALLENGER = address(0xC4A1);
    /// @dev Stands for the registry of enclaves.
    address internal constant WITNESS = address(0x317);
    address internal constant PAYER = address(0x9A1E);
    address internal constant DEAD = 0x000000000000000000000000000000000000dEaD;

    StakingToken__Mock internal token;
    AccessManager internal manager;
    Staking internal staking;
    IOperators internal operators;
    IHolds internal holds;
    uint256 private _faults;

    function setUp() public virtual {
        vm.warp(START);
        vm.etch(WITNESS, hex"00");
        token = new StakingToken__Mock();
        manager = AccessManager(create("AccessManager", abi.encode(address(this))));
        staking = _deploy(_config());
        operators = staking.operators();
        holds = staking.holds();
        _register(OPERATOR, OPERATOR_KEY, COMMISSION_BPS);
    }

    function _config() internal pure virtual returns (StakingConfig memory) {
        return
            StakingConfig({
                minDelegation: 1e12,
                maxDelegationRatio: 0,
                windows: StakingWindows(7 days, 1 days, 3 days, 2 days),
                unbondingPeriod: PERIOD,
                bountyBps: BOUNTY_BPS,
                tokenBurnable: true,
                voteInterval: 1
            });
    }

    function _operatorsConfig() internal pure virtual returns (OperatorsConfig memory) {
        return OperatorsConfig({minSelfStake: 100e18, maxCommissionBps: 2_000});
    }

    /// @dev A staking contract that {SLASHER} may slash, hold and jail in.
    function _deploy(StakingConfig memory config) internal returns (Staking) {
        return _deployWith(config, _operatorsConfig());
    }

    function _deployWith(
        StakingConfig memory config,
        OperatorsConfig memory operatorsConfig
    ) internal returns (Staking deployed) {
        deployed = Staking(create("Staking", abi.encode(address(manager), address(token), config, operatorsConfig)));
        bytes4[] memory slash = new bytes4[](1);
        slash[0] = IStaking.slash.selector;
        manager.setTargetFunctionRole(address(deployed), slash, Roles.SLASHER);
        bytes4[] memory selectors = new bytes4[](2);
        selectors[0] = IHolds.hold.selector;
        selectors[1] = IHolds.releaseHold.selector;
        manager.setTargetFunctionRole(address(deployed.holds()), selectors, Roles.SLASHER);
        bytes4[] memory jail = new bytes4[](1);
        jail[0] = IOperators.jail.selector;
        manager.setTargetFunctionRole(address(deployed.operators()), jail, Roles.SLASHER);
        manager.grantRole(Roles.SLASHER, SLASHER, 0);
    }

    function _register(address operator, address key, uint16 commissionBps) internal {
        vm.prank(operator);
        operators.registerOperator(OperatorRoles.ALL, key, commissionBps);
    }

    /// @dev Gives `account` the OPG and the allowance for a deposit or a reward.
    function _fund(address account, uint256 amount) internal {
        token.mint(account, amount);
        vm.prank(account);
        token.approve(address(staking), amount);
    }

    function _stake(address account, uint256 assets) internal returns (uint256) {
        return _stakeBehind(OPERATOR, account, assets);
    }

    function _stakeBehind(address operator, address account, uint256 assets) internal returns (uint256) {
        _fund(account, assets);
        vm.prank(account);
        return staking.stake(operator, assets);
    }

    function _unbond(address account, uint256 shares) internal returns (uint256 assets, uint256 bucketId) {
        vm.prank(account);
        return staking.unbond(OPERATOR, shares);
    }

    function _unbondAll(address account) internal returns (uint256 bucketId) {
        (, bucketId) = _unbond(account, staking.sharesOf(OPERATOR, account));
    }

    function _reward(uint256 amount) internal {
        _fund(PAYER, amount);
        vm.prank(PAYER);
        staking.distributeReward(OPERATOR, amount);
    }

    /// @dev A slash of {OPERATOR} for an infraction now, with a new fault id, a challenger and no tombstone.
    function _slash(uint256 fractionBps) internal returns (uint256 slashed, uint256 bounty) {
        return _slashAt(fractionBps, block.timestamp);
    }

    function _slashAt(uint256 fractionBps, uint256 infractionTime) internal returns (uint256, uint256) {
        bytes32 faultId = keccak256(abi.encode("fault", ++_faults));
        vm.prank(SLASHER);
        return staking.slash(OPERATOR, fractionBps, infractionTime, faultId, CHALLENGER, false);
    }

    function _unbondingValue(address account, uint256 bucketId) internal view returns (uint256 assets) {
        (, assets) = staking.unbondingOf(OPERATOR, account, bucketId);
    }

    function _newLens() internal returns (StakeLens) {
        address penalties = create("Penalties", abi.encode(manager, staking));
        address locks = create("ValueLocks", abi.encode(manager, staking, 0));
        address attendance = create("Attendance", abi.encode(staking));
        return StakeLens(create("StakeLens", abi.encode(staking, penalties, locks, attendance, WITNESS)));
    }

    function _previewStake(uint256 assets) internal returns (uint256 shares) {
        (shares, ) = _newLens().previewStake(OPERATOR, assets);
    }

    function _poolAssets(address operator) internal view returns (uint256 assets) {
        (assets, ) = staking.poolOf(operator);
    }
}
