// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

import {OPGGovernor} from "../../../contracts/governance/OPGGovernor.sol";
import {GovernorConfig} from "../../../contracts/governance/types/GovernorConfig.sol";
import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {IOperators, OperatorsConfig} from "../../../contracts/staking/interfaces/IOperators.sol";
import {IStaking, StakingConfig, StakingWindows} from "../../../contracts/staking/interfaces/IStaking.sol";
import {Staking} from "../../../contracts/staking/Staking.sol";
import {OPG} from "../../../contracts/token/OPG.sol";
import {Base} from "../Base.sol";

/// @title Votes of the token itself beside those of the stake ledger, which follow the stake at midnight
contract OPGGovernorWalletsTest is Base {
    uint256 private constant ACCOUNTS = 4;
    uint256 private constant ACTS = 24;
    /// @dev Six o'clock of an arbitrary day.
    uint256 private constant START = 20_000 days + 6 hours;
    uint256 private constant GIVEN = 1_000e18;
    address private constant OPERATOR = address(0x0901);
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);

    /// @dev At the end of a second: OPG in wallets that is delegated, and what the ledger holds for stakers.
    struct Moment {
        uint256 time;
        uint256 delegated;
        uint256 held;
    }

    /// @dev An unbonding that can be claimed one day.
    struct Unbonding {
        address account;
        uint256 bucketId;
    }

    OPG private token;
    Staking private staking;
    OPGGovernor private governor;
    address[ACCOUNTS] private accounts = [OPERATOR, ALICE, BOB, address(0xCA401)];
    Moment[] private moments;
    Unbonding[] private unbondings;
    uint256 private faults;

    function setUp() external {
        vm.warp(START);
        token = OPG(create("OPG", abi.encode(address(this))));
        AccessManager manager = AccessManager(create("AccessManager", abi.encode(address(this))));
        StakingConfig memory config = StakingConfig({
            minDelegation: 1e12,
            maxDelegationRatio: 0,
            windows: StakingWindows(1 hours, 1 hours, 1 hours, 1 hours),
            unbondingPeriod: 1,
            bountyBps: 1_000,
            tokenBurnable: true,
            voteInterval: 1 days
        });
        staking = Staking(create("Staking", abi.encode(manager, token, config, OperatorsConfig(100e18, 2_000))));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = IStaking.slash.selector;
        manager.setTargetFunctionRole(address(staking), selectors, Roles.SLASHER);
        manager.grantRole(Roles.SLASHER, address(this), 0);
        governor = OPGGovernor(
            create(
                "OPGGovernor",
                abi.encode(
                    staking,
                    token,
                    address(this),
                    address(0),
                    manager,
                    GovernorConfig(1 days, 1 days, 0, 1e18, 4)
                )
            )
        );
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            token.transfer(accounts[i], GIVEN);
            vm.prank(accounts[i]);
            token.approve(address(staking), type(uint256).max);
        }
        IOperators operators = staking.operators();
        vm.prank(OPERATOR);
        operators.registerOperator(OperatorRoles.ALL, OPERATOR, 0);
    }

    function test_GivenNothingIsDelegated() external {
        vm.warp(START + 1);
        vm.assertEq(governor.getVotes(ALICE, START), 0, "undelegated");
        _delegate(ALICE, ALICE);
        vm.warp(START + 2);
        vm.assertEq(governor.getVotes(ALICE, START), 0, "the past stays");
        vm.assertEq(governor.getVotes(ALICE, START + 1), GIVEN, "from then on");
    }

    function test_WhenOpgIsStakedAndClaimed() external {
        _delegate(ALICE, ALICE);
        _stake(ALICE, 400e18);
        _assertVotes(600e18, 0, "gone from the wallet at once, stake from midnight on");
        vm.warp(20_001 days);
        _assertVotes(600e18, 400e18, "midnight");
        vm.warp(20_001 days + 6 hours);
        vm.prank(ALICE);
        (, uint256 bucketId) = staking.unbondAssets(OPERATOR, 400e18);
        vm.warp(20_002 days - 1);
        _assertVotes(600e18, 400e18, "to the end of the day");
        vm.warp(20_002 days);
        _assertVotes(600e18, 0, "unbonding has no vote");
        vm.warp(staking.claimableAt(bucketId));
        staking.claim(OPERATOR, ALICE, bucketId);
        _assertVotes(1_000e18, 0, "back in the wallet");
        vm.assertEq(token.getVotes(address(staking)), 0, "never the ledger's");
    }

    function test_RevertGiven_StakeDoesNotCountYet() external {
        _delegate(ALICE, ALICE);
        vm.prank(OPERATOR);
        staking.stake(OPERATOR, GIVEN);
        vm.warp(START + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IGovernor.GovernorInsufficientProposerVotes.selector, OPERATOR, 0, 1e18)
        );
        _propose(OPERATOR);
        vm.assertEq(governor.proposalProposer(_propose(ALICE)), ALICE, "wallets count from the next second on");
        vm.warp(20_001 days + 1);
        vm.assertEq(governor.proposalProposer(_propose(OPERATOR)), OPERATOR, "stake from midnight on");
    }

    function test_WhenDelegateVotes() external {
        _delegate(ALICE, BOB);
        _delegate(BOB, BOB);
        vm.warp(START + 1);
        uint256 proposalId = _propose(BOB);
        vm.prank(ALICE);
        token.transfer(OPERATOR, 300e18);
        vm.warp(governor.proposalSnapshot(proposalId) + 1);
        _delegate(ALICE, ALICE);
        vm.prank(BOB);
        vm.assertEq(governor.castVote(proposalId, 1), 1_700e18, "of the snapshot");
        vm.prank(ALICE);
        vm.assertEq(governor.castVote(proposalId, 0), 0, "hers were his then");
    }

    /// @dev At the end of every second all votes together are at most the OPG in wallets that is delegated and what the
    ///      ledger holds for stakers.
    function testFuzz_WhenActsAreRandom(uint256 seed) external {
        for (uint256 i = 0; i < ACTS; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _act(seed);
            if (seed % 3 == 0) _wait(seed >> 128);
        }
        _wait(0);
        for (uint256 i = 0; i < moments.length; ++i) {
            Moment memory moment = moments[i];
            uint256 total;
            for (uint256 j = 0; j < ACCOUNTS; ++j) total += governor.getVotes(accounts[j], moment.time);
            vm.assertEq(token.getPastVotes(address(staking), moment.time), 0, "the ledger has no vote");
            vm.assertLe(staking.getPastTotalSupply(moment.time), moment.held, "stake is held");
            vm.assertLe(total, moment.delegated + moment.held, "counted once");
        }
    }

    function _act(uint256 random) private {
        (uint256 kind, address account) = ((random >> 8) % 8, accounts[(random >> 16) % ACCOUNTS]);
        address other = accounts[(random >> 24) % ACCOUNTS];
        uint256 balance = token.balanceOf(account);
        uint256 amount = (balance * ((random >> 32) % 101)) / 100;
        if (kind < 2) {
            if (amount >= 1e12) _stake(account, amount);
        } else if (kind == 2) {
            _unbond(account, (random >> 32) % 101);
        } else if (kind == 3) {
            _claim(random >> 32);
        } else if (kind == 4) {
            _delegate(account, random % 5 == 0 ? address(0) : other);
        } else if (kind == 5) {
            vm.prank(account);
            token.transfer(other, amount);
        } else if (kind == 6) {
            staking.slash(OPERATOR, 1 + ((random >> 32) % 5_000), block.timestamp, bytes32(++faults), BOB, false);
        } else {
            vm.prank(OPERATOR);
            staking.delegate(other);
        }
    }

    /// @dev Notes what is true at the end of this second, then lets time pass: seconds, or up to two days.
    function _wait(uint256 random) private {
        Moment storage moment = moments.push();
        moment.time = block.timestamp;
        moment.held = token.balanceOf(address(staking)) - staking.pendingBurn() - staking.bountyOf(BOB);
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            if (token.delegates(accounts[i]) != address(0)) moment.delegated += token.balanceOf(accounts[i]);
        }
        vm.warp(block.timestamp + 1 + (random % 3 == 0 ? random % 2 days : random % 60));
    }

    function _stake(address account, uint256 assets) private {
        vm.prank(account);
        staking.stake(OPERATOR, assets);
    }

    function _unbond(address account, uint256 percent) private {
        uint256 shares = (staking.sharesOf(OPERATOR, account) * percent) / 100;
        if (shares == 0) return;
        vm.prank(account);
        (, uint256 bucketId) = staking.unbond(OPERATOR, shares);
        unbondings.push(Unbonding(account, bucketId));
    }

    /// @dev Claims an unbonding if it has matured; another day otherwise.
    function _claim(uint256 random) private {
        if (unbondings.length == 0) return;
        Unbonding storage unbonding = unbondings[random % unbondings.length];
        (uint256 shares, ) = staking.unbondingOf(OPERATOR, unbonding.account, unbonding.bucketId);
        if (shares == 0 || block.timestamp < staking.claimableAt(unbonding.bucketId)) return;
        staking.claim(OPERATOR, unbonding.account, unbonding.bucketId);
    }

    function _delegate(address account, address delegatee) private {
        vm.prank(account);
        token.delegate(delegatee);
    }

    function _propose(address proposer) private returns (uint256) {
        vm.prank(proposer);
        return governor.propose(new address[](1), new uint256[](1), new bytes[](1), string(abi.encode(proposer)));
    }

    /// @dev What ALICE's wallet and the OPERATOR's pool vote with at this second.
    function _assertVotes(uint256 inWallet, uint256 staked, string memory why) private {
        uint256 time = block.timestamp;
        vm.warp(time + 1);
        vm.assertEq(governor.getVotes(ALICE, time), inWallet, why);
        vm.assertEq(governor.getVotes(OPERATOR, time), staked, why);
        vm.warp(time);
    }
}
