// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {IOperators, OperatorsConfig} from "../../../contracts/staking/interfaces/IOperators.sol";
import {IStaking, StakingConfig, StakingWindows} from "../../../contracts/staking/interfaces/IStaking.sol";
import {Staking} from "../../../contracts/staking/Staking.sol";
import {Base} from "../Base.sol";
import {StakingToken__Mock} from "../mocks/StakingToken__Mock.sol";

/// @title Random but valid acts of two operators and their delegators, with the sums and flags the invariants need
/// @dev The runner does not report a failing assertion in a handler, so what goes wrong is kept in flags. It only finds
///      targets in test files, so the handler is in this one.
contract StakingHandler is Base {
    uint256 private constant PERIOD = 3;

    /// @notice An unbonding that was requested.
    struct Entry {
        address operator;
        address delegator;
        uint256 bucketId;
        uint256 requestedAt;
    }

    Staking public immutable staking;
    StakingToken__Mock public immutable token;

    address[2] public operators = [address(0x0901), address(0x0902)];
    address[4] public accounts = [address(0x0901), address(0x0902), address(0xA11CE), address(0xB0B)];

    /// @notice Rewards that came in and were not paid out.
    uint256 public unpaidRewards;
    /// @notice Bounties credited and not paid out.
    uint256 public unpaidBounties;
    /// @notice A claim was worth more after a slash than before.
    bool public slashRaisedClaim;
    /// @notice Something was paid before the unbonding period was over.
    bool public paidTooEarly;
    /// @notice A matured claim was refused, or paid something else than the view had said.
    bool public matureClaimFailed;
    /// @notice A slash failed.
    bool public slashFailed;
    /// @notice A hold failed although there was room.
    bool public holdFailed;
    /// @notice A slash took more than the fraction, but for rounding, or less.
    bool public slashedOtherThanAsked;
    /// @notice A burn took something else than what slashes had set aside.
    bool public burnedOtherThanSlashed;
    /// @notice A reward of an account fell without being paid.
    bool public rewardFell;

    Entry[] private _entries;
    uint256[] private _buckets;
    mapping(uint256 bucketId => bool) private _known;
    bytes32[] private _held;
    uint256 private _faults;

    constructor() {
        token = new StakingToken__Mock();
        AccessManager manager = new AccessManager(address(this));
        StakingConfig memory config = StakingConfig(
            1e12,
            0,
            PERIOD,
            StakingWindows(1 days, 1 days, 0, 1 days),
            2_000,
            true
        );
        staking = new Staking(address(manager), address(token), config, OperatorsConfig(100e18, 10_000));
        for (uint256 i = 0; i < operators.length; ++i) {
            IOperators registry = staking.operators();
            vm.prank(operators[i]);
            registry.registerOperator(OperatorRoles.ALL, operators[i], uint16(i * 1_000));
        }
    }

    function stake(uint256 operatorSeed, uint256 accountSeed, uint256 assets) external {
        address account = _account(accountSeed);
        // Small and large deposits alike: from a millionth of an OPG to a hundred million.
        assets = 10 ** bound(assets, 12, 26) + (assets % 1e12);
        token.mint(account, assets);
        vm.startPrank(account);
        token.approve(address(staking), assets);
        staking.stake(_operator(operatorSeed), assets);
        vm.stopPrank();
    }

    function unbond(uint256 operatorSeed, uint256 accountSeed, uint256 part) external {
        address operator = _operator(operatorSeed);
        address account = _account(accountSeed);
        uint256 shares = staking.sharesOf(operator, account);
        // A third of the time all, a third of the time dust.
        if (part % 3 == 1) shares = bound(part, 0, shares);
        if (part % 3 == 2) shares = bound(part, 0, shares < 1e9 ? shares : 1e9);
        (uint256 poolAssets, uint256 poolShares) = staking.poolOf(operator);
        if (shares * poolAssets < poolShares || shares == 0) return;
        vm.prank(account);
        (, uint256 bucketId) = staking.unbond(operator, shares);
        _entries.push(Entry(operator, account, bucketId, block.timestamp));
        if (!_known[bucketId]) _buckets.push(bucketId);
        _known[bucketId] = true;
    }

    function claim(uint256 seed) external {
        if (_entries.length == 0) return;
        Entry memory entry = _entries[seed % _entries.length];
        (uint256 open, uint256 worth) = staking.unbondingOf(entry.operator, entry.delegator, entry.bucketId);
        if (open == 0) return;
        bool mature = block.timestamp >= staking.claimableAt(entry.bucketId);
        uint256 reserved = staking.reservedBps(entry.operator, entry.bucketId);
        uint256 due = staking.claimableNow(entry.operator, entry.delegator, entry.bucketId);
        // What is not reserved, but for what was paid before, can be had.
        if (mature && due > worth) matureClaimFailed = true;
        try staking.claim(entry.operator, entry.delegator, entry.bucketId) returns (uint256 paid) {
            if (block.timestamp < entry.requestedAt + PERIOD * 1 days) paidTooEarly = true;
            if (paid != due || (reserved == 0 && paid != worth)) matureClaimFailed = true;
        } catch {
            if (mature && (reserved == 0 || due != 0)) matureClaimFailed = true;
        }
    }

    function slash(uint256 operatorSeed, uint256 fractionSeed, uint256 age, bool tombstone) external {
        address operator = _operator(operatorSeed);
        // A quarter of the time everything, a quarter nearly everything.
        uint256 fractionBps = bound(fractionSeed, 1, 10_000);
        if (fractionSeed % 4 == 1) fractionBps = 10_000;
        if (fractionSeed % 4 == 2) fractionBps = 9_999;
        uint256 infractionTime = block.timestamp - bound(age, 0, PERIOD * 1 days);
        uint256[] memory before = _claims();
        (uint256 poolBefore, ) = staking.poolOf(operator);
        uint256 eraBefore = staking.eraOf(operator);
        bytes32 faultId = bytes32(++_faults);
        // One operator stays in office, so that the run does not die out.
        bool out = tombstone && operator == operators[1] && _faults > 20;
        try staking.slash(operator, fractionBps, infractionTime, faultId, address(0xC4A1), out) returns (
            uint256,
            uint256 bounty
        ) {
            unpaidBounties += bounty;
        } catch {
            slashFailed = true;
        }
        uint256[] memory afterwards = _claims();
        for (uint256 i = 0; i < before.length; ++i) {
            if (afterwards[i] > before[i]) slashRaisedClaim = true;
        }
        _checkPoolLoss(operator, eraBefore, poolBefore, fractionBps);
    }

    function hold(uint256 operatorSeed, uint256 fractionBps, uint256 age, uint256 term) external {
        uint256 infractionTime = block.timestamp - bound(age, 0, PERIOD * 1 days);
        bytes32 faultId = bytes32(++_faults);
        address operator = _operator(operatorSeed);
        fractionBps = bound(fractionBps, 1, 6_000);
        uint256 deadline = block.timestamp + bound(term, 1 days, 14 days);
        try staking.hold(operator, fractionBps, infractionTime, faultId, deadline) {
            _held.push(faultId);
        } catch {
            if (staking.holdsOf(operator).length < staking.MAX_HOLDS()) holdFailed = true;
        }
    }

    function endHold(uint256 seed, uint256 fractionBps, bool guilty) external {
        if (_held.length == 0) return;
        bytes32 faultId = _held[seed % _held.length];
        IStaking.Hold memory held = staking.holdOf(faultId);
        if (held.operator == address(0)) return;
        if (!guilty) return staking.releaseHold(faultId);
        uint256[] memory before = _claims();
        try
            staking.slash(held.operator, bound(fractionBps, 1, 10_000), held.infractionTime, faultId, address(0), false)
        {} catch {
            slashFailed = true;
        }
        uint256[] memory afterwards = _claims();
        for (uint256 i = 0; i < before.length; ++i) {
            if (afterwards[i] > before[i]) slashRaisedClaim = true;
        }
    }

    function distributeReward(uint256 operatorSeed, uint256 amount) external {
        amount = bound(amount, 1, 1e24);
        token.mint(address(this), amount);
        token.approve(address(staking), amount);
        uint256[] memory before = _rewards();
        staking.distributeReward(_operator(operatorSeed), amount);
        unpaidRewards += amount;
        _checkRewards(before);
    }

    function claimReward(uint256 operatorSeed, uint256 accountSeed) external {
        unpaidRewards -= staking.claimReward(_operator(operatorSeed), _account(accountSeed));
    }

    function claimBounty() external {
        unpaidBounties -= staking.claimBounty(address(0xC4A1));
    }

    function burnSlashed() external {
        uint256 pending = staking.pendingBurn();
        uint256 supply = token.totalSupply();
        if (staking.burnSlashed() != pending || supply - token.totalSupply() != pending) burnedOtherThanSlashed = true;
    }

    function delegateVotes(uint256 operatorSeed, uint256 accountSeed) external {
        vm.prank(_operator(operatorSeed));
        staking.delegate(_account(accountSeed));
    }

    function wait(uint256 time) external {
        vm.warp(block.timestamp + bound(time, 1 hours, 2 days));
    }

    /// @notice Every unbonding ever requested.
    function entries() external view returns (Entry[] memory) {
        return _entries;
    }

    /// @notice Every bucket ever used; an id means a bucket of each operator.
    function buckets() external view returns (uint256[] memory) {
        return _buckets;
    }

    /// @dev The pool lost the fraction rounded up, or all of it, or (when it is of a later era) nothing.
    function _checkPoolLoss(address operator, uint256 era, uint256 poolBefore, uint256 fractionBps) private {
        (uint256 poolAfter, ) = staking.poolOf(operator);
        if (staking.eraOf(operator) != era) {
            if (poolAfter != 0) slashedOtherThanAsked = true;
        } else if (poolAfter != poolBefore && poolBefore - poolAfter != (poolBefore * fractionBps + 9_999) / 10_000) {
            slashedOtherThanAsked = true;
        }
    }

    function _checkRewards(uint256[] memory before) private {
        uint256[] memory afterwards = _rewards();
        for (uint256 i = 0; i < before.length; ++i) {
            if (afterwards[i] < before[i]) rewardFell = true;
        }
    }

    /// @dev What every account has behind every operator, then what every unbonding is worth.
    function _claims() private view returns (uint256[] memory values) {
        uint256 active = operators.length * accounts.length;
        values = new uint256[](active + _entries.length);
        for (uint256 i = 0; i < active; ++i) {
            values[i] = staking.stakeOf(operators[i % operators.length], accounts[i / operators.length]);
        }
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry memory entry = _entries[i];
            (, values[active + i]) = staking.unbondingOf(entry.operator, entry.delegator, entry.bucketId);
        }
    }

    function _rewards() private view returns (uint256[] memory values) {
        values = new uint256[](operators.length * accounts.length);
        for (uint256 i = 0; i < values.length; ++i) {
            values[i] = staking.pendingReward(operators[i % operators.length], accounts[i / operators.length]);
        }
    }

    function _operator(uint256 seed) private view returns (address) {
        return operators[seed % operators.length];
    }

    function _account(uint256 seed) private view returns (address) {
        return accounts[seed % accounts.length];
    }
}

/// @title What holds after any sequence of acts
contract StakingInvariantsTest is Base {
    StakingHandler private handler;
    Staking private staking;

    function setUp() external {
        vm.warp(20_000 days);
        handler = new StakingHandler();
        staking = handler.staking();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @notice The balance is pools + buckets + unpaid rewards + unpaid bounties + unburned slashes: an equality, not a
    ///         bound. What the accounts may claim of the rewards is never more than the unpaid ones.
    function invariant_BalanceIsAccountedFor() external view {
        uint256 accounted = handler.unpaidRewards() + handler.unpaidBounties() + staking.pendingBurn();
        uint256[] memory buckets = handler.buckets();
        uint256 pending;
        for (uint256 i = 0; i < 2; ++i) {
            (uint256 assets, ) = staking.poolOf(handler.operators(i));
            accounted += assets;
            for (uint256 j = 0; j < buckets.length; ++j) {
                (assets, ) = staking.bucketOf(handler.operators(i), buckets[j]);
                accounted += assets;
            }
            for (uint256 j = 0; j < 4; ++j) pending += staking.pendingReward(handler.operators(i), handler.accounts(j));
        }
        vm.assertEq(handler.token().balanceOf(address(staking)), accounted, "balance");
        vm.assertLe(pending, handler.unpaidRewards(), "rewards");
        vm.assertEq(staking.bountyOf(address(0xC4A1)), handler.unpaidBounties(), "bounties");
    }

    /// @notice Shares of the accounts add up to the shares of pools and buckets, and shares keep their bounds.
    function invariant_SharesAddUp() external view {
        for (uint256 i = 0; i < 2; ++i) {
            address operator = handler.operators(i);
            (uint256 assets, uint256 shares) = staking.poolOf(operator);
            _checkBounds(assets, shares);
            for (uint256 j = 0; j < 4; ++j) shares -= staking.sharesOf(operator, handler.accounts(j));
            vm.assertEq(shares, 0, "pool shares");
            _checkBuckets(operator);
        }
    }

    /// @notice Votes are the pools' assets, wherever operators sent them.
    function invariant_VotesAreStake() external view {
        uint256 assets;
        uint256 votes;
        for (uint256 i = 0; i < 2; ++i) {
            (uint256 poolAssets, ) = staking.poolOf(handler.operators(i));
            assets += poolAssets;
        }
        for (uint256 i = 0; i < 4; ++i) votes += staking.getVotes(handler.accounts(i));
        vm.assertEq(votes, assets, "votes");
        vm.assertEq(staking.totalSupply(), assets, "total");
    }

    /// @notice What no single act may do.
    function invariant_NoForbiddenAct() external view {
        vm.assertFalse(handler.slashRaisedClaim(), "a slash raised a claim");
        vm.assertFalse(handler.paidTooEarly(), "paid before the unbonding period was over");
        vm.assertFalse(handler.matureClaimFailed(), "a mature claim was refused");
        vm.assertFalse(handler.holdFailed(), "a hold failed");
        vm.assertFalse(handler.slashFailed(), "a slash failed");
        vm.assertFalse(handler.slashedOtherThanAsked(), "a slash took another amount");
        vm.assertFalse(handler.burnedOtherThanSlashed(), "a burn took another amount");
        vm.assertFalse(handler.rewardFell(), "a reward took something from another account");
    }

    function _checkBuckets(address operator) private view {
        uint256[] memory buckets = handler.buckets();
        StakingHandler.Entry[] memory entries = handler.entries();
        for (uint256 i = 0; i < buckets.length; ++i) {
            (uint256 assets, uint256 shares) = staking.bucketOf(operator, buckets[i]);
            // Part of what a matured bucket was worth may have been paid: its price has no lower bound then.
            if (block.timestamp < staking.claimableAt(buckets[i])) _checkBounds(assets, shares);
            vm.assertLe(assets, shares, "a share is worth at most a token");
            if (shares == 0) continue;
            for (uint256 j = 0; j < 4; ++j) {
                (uint256 part, ) = staking.unbondingOf(operator, handler.accounts(j), buckets[i]);
                shares -= part;
            }
            vm.assertEq(shares, 0, "bucket shares");
        }
        vm.assertGe(entries.length, buckets.length, "every bucket has an entry");
    }

    function _checkBounds(uint256 assets, uint256 shares) private pure {
        vm.assertLe(assets, shares, "a share is worth at most a token");
        vm.assertLe(shares, assets * 1e9, "and at least 1e-9 tokens");
    }
}
