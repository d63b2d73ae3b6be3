// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

// Prints the coverage of states.
// solhint-disable-next-line no-console
import {console} from "hardhat/console.sol";

import {IHolds} from "../../../contracts/staking/interfaces/IHolds.sol";
import {Staking} from "../../../contracts/staking/Staking.sol";
import {Base} from "../Base.sol";
import {StakingWorld} from "./StakingWorld.sol";

/// @title Random but valid acts of two operators and their delegators, with the sums and flags the invariants need
/// @dev The runner does not report a failing assertion in a handler, so what goes wrong is kept in flags. It only finds
///      targets in test files, so the handler is in this one.
contract StakingHandler is StakingWorld {
    modifier counted() {
        ++calls[msg.sig];
        _;
    }

    /// @dev An act of this account, which must neither lower what others have nor raise it but by rounding.
    modifier sparing(uint256 accountSeed) {
        uint256[] memory before = _claimsBut(_account(accountSeed));
        _;
        _checkSpared(before, _claimsBut(_account(accountSeed)));
    }

    function stake(uint256 operatorSeed, uint256 accountSeed, uint256 assets) external counted sparing(accountSeed) {
        address account = _account(accountSeed);
        // Small and large deposits alike: from a millionth of an OPG to a hundred million.
        assets = 10 ** bound(assets, 12, 26) + (assets % 1e12);
        address operator = _operator(operatorSeed);
        if (_isTombstoned(operator)) return;
        if (staking.eraOf(operator) != 0) ++reached[Reached.NewLifeAfterFullSlash];
        token.mint(account, assets);
        // One call each: a prank that outlives a revert would spoil the acts that follow.
        vm.prank(account);
        token.approve(address(staking), assets);
        vm.prank(account);
        staking.stake(operator, assets);
    }

    /// @notice Somebody pays for another account.
    function stakeFor(uint256 operatorSeed, uint256 accountSeed, uint256 assets) external counted sparing(accountSeed) {
        assets = bound(assets, 1e12, 1e24);
        if (_isTombstoned(_operator(operatorSeed))) return;
        token.mint(address(this), assets);
        token.approve(address(staking), assets);
        staking.stakeFor(_operator(operatorSeed), _account(accountSeed), assets);
    }

    /// @notice Nothing, one base unit, and more than any pool holds.
    function stakeNonsense(uint256 operatorSeed, uint256 accountSeed, uint256 seed) external counted {
        uint256[4] memory nonsense = [uint256(0), 1, type(uint120).max, type(uint128).max];
        uint256 assets = nonsense[seed % 4];
        token.mint(address(this), type(uint128).max);
        token.approve(address(staking), assets);
        try staking.stakeFor(_operator(operatorSeed), _account(accountSeed), assets) {
            badInputAccepted = true;
        } catch {}
        token.transfer(address(0xdead), type(uint128).max);
    }

    function unbondAssets(
        uint256 operatorSeed,
        uint256 accountSeed,
        uint256 assets
    ) external counted sparing(accountSeed) {
        address operator = _operator(operatorSeed);
        address account = _account(accountSeed);
        uint256 worth = staking.stakeOf(operator, account);
        if (worth == 0) return;
        // Half of the time one base unit.
        assets = assets % 2 == 0 ? 1 : bound(assets, 1, worth);
        (uint256 before, ) = staking.poolOf(operator);
        vm.prank(account);
        (, uint256 bucketId) = staking.unbondAssets(operator, assets);
        (uint256 afterwards, ) = staking.poolOf(operator);
        if (before - afterwards != assets) movedOtherThanNamed = true;
        if (assets == 1) ++reached[Reached.UnbondingOfOneWei];
        _addEntry(operator, account, bucketId);
    }

    function compound(uint256 operatorSeed, uint256 accountSeed, bool stranger) external counted sparing(accountSeed) {
        address operator = _operator(operatorSeed);
        address account = _account(accountSeed);
        uint256 pending = staking.pendingReward(operator, account);
        if (pending < 1e12 || _isTombstoned(operator)) return;
        if (stranger) {
            vm.prank(account);
            staking.setAutoCompound(operator, true);
            ++reached[Reached.CompoundByStranger];
        }
        (uint256 before, ) = staking.poolOf(operator);
        vm.prank(stranger ? address(0x57) : account);
        if (staking.compound(operator, account) != pending) movedOtherThanNamed = true;
        (uint256 afterwards, ) = staking.poolOf(operator);
        if (afterwards - before != pending) movedOtherThanNamed = true;
        unpaidRewards -= pending;
    }

    /// @notice What was true at the end of a past second still is.
    function lookBack(uint256 seed) external counted {
        if (_samples.length == 0) return;
        Sample memory sample = _samples[seed % _samples.length];
        if (staking.getPastTotalSupply(sample.time) != sample.total) pastChanged = true;
        uint256 parts;
        for (uint256 i = 0; i < sample.worth.length; ++i) {
            uint256 votes = staking.getPastPositionVotes(
                operators[i % operators.length],
                accounts[i / operators.length],
                sample.time
            );
            parts += votes;
            if (votes > sample.worth[i] || sample.worth[i] > votes + sample.worth[i] / 1e9 + 1) pastChanged = true;
        }
        if (parts > sample.total) pastChanged = true;
    }

    function unbond(uint256 operatorSeed, uint256 accountSeed, uint256 part) external counted sparing(accountSeed) {
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
        _addEntry(operator, account, bucketId);
    }

    /// @notice Everybody leaves the operator at once.
    function leaveTogether(uint256 operatorSeed) external counted {
        _leaveTogether(_operator(operatorSeed));
    }

    /// @notice Now and then everybody leaves with everything, and nothing but dust stays.
    function leaveForGood(uint256 seed) external counted {
        if (seed % 4 == 0) _leaveForGood();
    }

    function claim(uint256 seed) external counted {
        if (_entries.length == 0) return;
        Entry memory entry = _entries[seed % _entries.length];
        (uint256 open, ) = staking.unbondingOf(entry.operator, entry.delegator, entry.bucketId);
        if (open != 0) {
            uint256[] memory before = _claimsBut(entry.delegator);
            _claim(entry);
            _checkSpared(before, _claimsBut(entry.delegator));
        }
        _dropIfClosed(seed % _entries.length);
    }

    function slash(uint256 operatorSeed, uint256 fractionSeed, uint256 age, bool tombstone) external counted {
        address operator = _operator(operatorSeed);
        // A quarter of the time everything, a quarter nearly everything.
        uint256 fractionBps = bound(fractionSeed, 1, 10_000);
        if (fractionSeed % 4 == 1) fractionBps = 10_000;
        if (fractionSeed % 4 == 2) fractionBps = 9_999;
        uint256 infractionTime = block.timestamp - bound(age, 0, PERIOD * 1 days);
        // A quarter of the time the first second that is not too old, on the last day on which it is not.
        if (age % 4 == 1) infractionTime = (block.timestamp / 1 days - PERIOD) * 1 days;
        _noteSlash(operator, infractionTime);
        // One operator stays in office, so that the run does not die out.
        bool out = tombstone && operator == operators[1] && _faults > 20;
        _slash(operator, fractionBps, infractionTime, out);
        if (out) tombstoned[operator] = true;
    }

    function _slash(address operator, uint256 fractionBps, uint256 infractionTime, bool out) private {
        uint256[] memory claims = _claimsBut(address(0));
        uint256[2][] memory before = _poolAndBuckets(operator);
        uint256[] memory expected = _expectedAfter(operator, fractionBps, infractionTime, before);
        (uint256 own, uint256 parts) = _ownOf(operator);
        try staking.slash(operator, fractionBps, infractionTime, bytes32(++_faults), address(0xC4A1), out) returns (
            uint256 slashed,
            uint256 bounty
        ) {
            unpaidBounties += bounty;
            (uint256 left, ) = _ownOf(operator);
            // Each part that is read is rounded down.
            if (bounty * 5 + left > own + 2 * parts) bountyTooHigh = true;
            _checkLosses(operator, before, expected, slashed);
        } catch {
            slashFailed = true;
        }
        _checkNoneRose(claims);
    }

    /// @notice A fault is punished once, whoever is accused of it the second time, and not held after that.
    function repeatFault(uint256 operatorSeed, uint256 seed) external counted {
        bytes32 faultId = bytes32(bound(seed, 0, _faults));
        if (!staking.isPunished(faultId)) return;
        ++reached[Reached.FaultPunishedAgain];
        address operator = _operator(operatorSeed);
        try staking.slash(operator, 1, block.timestamp, faultId, address(0), false) {
            punishedTwice = true;
        } catch {}
        try holds.hold(operator, 1, block.timestamp, faultId, block.timestamp + 1 days) {
            punishedTwice = true;
        } catch {}
    }

    function jail(uint256 operatorSeed, uint256 term) external counted {
        registry.jail(_operator(operatorSeed), block.timestamp + bound(term, 1 hours, 3 days));
    }

    function unjail(uint256 operatorSeed) external counted {
        address operator = _operator(operatorSeed);
        uint256 until = registry.operatorOf(operator).jailedUntil;
        (uint256 selfStake, , bool out) = staking.standingOf(operator);
        bool may = until != 0 && block.timestamp >= until && !out && selfStake >= 100e18;
        vm.prank(operator);
        try registry.unjail(operator) {
            if (!may) jailedWrongly = true;
        } catch {
            if (may) jailedWrongly = true;
        }
    }

    function hold(uint256 operatorSeed, uint256 fractionBps, uint256 age, uint256 term) external counted {
        uint256 infractionTime = block.timestamp - bound(age, 0, PERIOD * 1 days);
        bytes32 faultId = bytes32(++_faults);
        address operator = _operator(operatorSeed);
        fractionBps = bound(fractionBps, 1, 6_000);
        uint256 deadline = block.timestamp + bound(term, 1 days, 14 days);
        try holds.hold(operator, fractionBps, infractionTime, faultId, deadline) {
            _held.push(faultId);
        } catch (bytes memory reason) {
            if (holds.holdsOf(operator).length < holds.MAX_HOLDS()) holdRefusal = bytes4(reason);
        }
    }

    function endHold(uint256 seed, uint256 fractionBps, bool guilty) external counted {
        if (_held.length == 0) return;
        bytes32 faultId = _held[seed % _held.length];
        IHolds.Hold memory held = holds.holdOf(faultId);
        if (held.operator == address(0)) {
            if (!_ended[faultId]) ++reached[Reached.HoldLapsed];
            _ended[faultId] = true;
            return;
        }
        _ended[faultId] = true;
        if (!guilty) {
            ++reached[Reached.HoldReleased];
            return holds.releaseHold(faultId);
        }
        ++reached[Reached.SlashOfHeldFault];
        if (_paidInPart[held.operator]) ++reached[Reached.SlashAfterPartWasPaid];
        uint256[] memory claims = _claimsBut(address(0));
        try
            staking.slash(held.operator, bound(fractionBps, 1, 10_000), held.infractionTime, faultId, address(0), false)
        {} catch {
            slashFailed = true;
        }
        _checkNoneRose(claims);
    }

    function distributeReward(uint256 operatorSeed, uint256 amount) external counted {
        amount = bound(amount, 1, 1e24);
        token.mint(address(this), amount);
        token.approve(address(staking), amount);
        uint256[] memory before = _rewards();
        staking.distributeReward(_operator(operatorSeed), amount);
        unpaidRewards += amount;
        _checkRewards(before);
    }

    function claimReward(uint256 operatorSeed, uint256 accountSeed) external counted {
        unpaidRewards -= staking.claimReward(_operator(operatorSeed), _account(accountSeed));
    }

    function claimBounty() external counted {
        unpaidBounties -= staking.claimBounty(address(0xC4A1));
    }

    function burnSlashed() external counted {
        uint256 pending = staking.pendingBurn();
        uint256 supply = token.totalSupply();
        if (staking.burnSlashed() != pending || supply - token.totalSupply() != pending) burnedOtherThanSlashed = true;
    }

    function delegateVotes(uint256 operatorSeed, uint256 accountSeed) external counted {
        vm.prank(_operator(operatorSeed));
        staking.delegate(_account(accountSeed));
    }

    function wait(uint256 time) external counted {
        _samples.push();
        Sample storage sample = _samples[_samples.length - 1];
        sample.time = block.timestamp;
        sample.total = staking.totalSupply();
        for (uint256 i = 0; i < sample.worth.length; ++i) {
            sample.worth[i] = staking.stakeOf(operators[i % operators.length], accounts[i / operators.length]);
        }
        vm.warp(block.timestamp + bound(time, 1 hours, 2 days));
    }

    /// @notice Every bucket ever used; an id means a bucket of each operator.
    function buckets() external view returns (uint256[] memory) {
        return _buckets;
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

    /// @notice A run with a fixed seed reaches every state that matters; what was called and reached is printed.
    function test_HandlerReachesEveryState() external {
        for (uint256 i = 0; i < 1_000; ++i) _act(uint256(keccak256(abi.encode("coverage", i))), i > 600);
        string[18] memory names = [
            "new life after a full slash",
            "slash with all stake unbonding",
            "slash for the first second that is not too old",
            "two slashes in one second",
            "older fault slashed after a newer",
            "unbonding of one base unit",
            "bucket wiped",
            "claim under a hold",
            "slash of a held fault",
            "compounded by a stranger",
            "hold released",
            "hold lapsed",
            "slash after a part was paid under a hold",
            "fault punished again (refused)",
            "claim behind a jailed operator",
            "claim behind a tombstoned operator",
            "slash of a tombstoned operator",
            "everybody left with everything"
        ];
        handler.leaveForGood(0);
        // solhint-disable no-console
        for (uint256 i = 0; i < names.length; ++i) {
            uint256 times = handler.reached(StakingWorld.Reached(i));
            console.log("reached %d times: %s", times, names[i]);
            vm.assertGe(times, 1, names[i]);
        }
        bytes4[22] memory acts = _acts();
        string[22] memory words = _words();
        for (uint256 i = 0; i < acts.length; ++i) {
            uint256 times = handler.calls(acts[i]);
            console.log("called %d times: %s", times, words[i]);
            vm.assertGe(times, 1, words[i]);
        }
        // solhint-enable no-console
        this.invariant_StakeAddsUp();
    }

    function _acts() private view returns (bytes4[22] memory) {
        return
            [
                handler.stake.selector,
                handler.stakeFor.selector,
                handler.stakeNonsense.selector,
                handler.unbond.selector,
                handler.unbondAssets.selector,
                handler.claim.selector,
                handler.slash.selector,
                handler.hold.selector,
                handler.endHold.selector,
                handler.burnSlashed.selector,
                handler.distributeReward.selector,
                handler.claimReward.selector,
                handler.claimBounty.selector,
                handler.compound.selector,
                handler.delegateVotes.selector,
                handler.lookBack.selector,
                handler.wait.selector,
                handler.repeatFault.selector,
                handler.jail.selector,
                handler.unjail.selector,
                handler.leaveTogether.selector,
                handler.leaveForGood.selector
            ];
    }

    function _words() private pure returns (string[22] memory) {
        return
            [
                "stake",
                "stakeFor",
                "stakeNonsense",
                "unbond",
                "unbondAssets",
                "claim",
                "slash",
                "hold",
                "endHold",
                "burnSlashed",
                "distributeReward",
                "claimReward",
                "claimBounty",
                "compound",
                "delegateVotes",
                "lookBack",
                "wait",
                "repeatFault",
                "jail",
                "unjail",
                "leaveTogether",
                "leaveForGood"
            ];
    }

    function _act(uint256 random, bool tombstone) private {
        (uint256 a, uint256 b, uint256 c) = (random >> 8, random >> 16, random >> 24);
        uint256 kind = random % 28;
        if (kind < 3) handler.stake(a, b, c);
        else if (kind < 5) handler.unbond(a, b, c);
        else if (kind == 5) handler.unbondAssets(a, b, c);
        else if (kind < 9) handler.claim(a);
        else if (kind < 11) handler.slash(a, b, c, tombstone);
        else if (kind == 11) handler.hold(a, b, c, random >> 32);
        else if (kind == 12) handler.endHold(a, b, c % 3 != 0);
        else if (kind == 13) handler.distributeReward(a, b);
        else if (kind == 14) handler.claimReward(a, b);
        else if (kind == 15) handler.compound(a, b, c % 2 == 0);
        else if (kind == 16) handler.lookBack(a);
        else if (kind == 17) handler.stakeNonsense(a, b, c);
        else if (kind == 18) handler.stakeFor(a, b, c);
        else if (kind == 19) handler.delegateVotes(a, b);
        else if (kind == 20) handler.burnSlashed();
        else if (kind == 21) handler.claimBounty();
        else if (kind == 22) handler.repeatFault(a, b);
        else if (kind == 23) handler.jail(a, b);
        else if (kind == 24) handler.unjail(a);
        else if (kind == 25) handler.leaveTogether(a);
        else handler.wait(a);
    }

    /// @notice One invariant, so that one set of random sequences serves all checks.
    function invariant_StakeAddsUp() external view {
        _checkBalance();
        _checkShares();
        _checkVotes();
        _checkNoForbiddenAct();
    }

    /// @dev The balance is pools + buckets + unpaid rewards + unpaid bounties + unburned slashes: an equality, not a
    ///         bound. What the accounts may claim of the rewards is never more than the unpaid ones.
    function _checkBalance() private view {
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

    /// @dev Shares of the accounts add up to the shares of pools and buckets, and shares keep their bounds.
    function _checkShares() private view {
        for (uint256 i = 0; i < 2; ++i) {
            address operator = handler.operators(i);
            (uint256 assets, uint256 shares) = staking.poolOf(operator);
            _checkBounds(assets, shares);
            for (uint256 j = 0; j < 4; ++j) shares -= staking.sharesOf(operator, handler.accounts(j));
            vm.assertEq(shares, 0, "pool shares");
            _checkBuckets(operator);
        }
    }

    /// @dev Votes are the pools' assets, wherever operators sent them.
    function _checkVotes() private view {
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

    /// @dev What no single act may do.
    function _checkNoForbiddenAct() private view {
        vm.assertFalse(handler.slashRaisedClaim(), "a slash raised a claim");
        vm.assertFalse(handler.paidTooEarly(), "paid before the unbonding period was over");
        vm.assertFalse(handler.matureClaimFailed(), "a mature claim was refused");
        vm.assertEq(bytes32(handler.holdRefusal()), 0, "a hold failed");
        vm.assertFalse(handler.slashFailed(), "a slash failed");
        vm.assertFalse(handler.slashedOtherThanAsked(), "a slash took another amount");
        vm.assertFalse(handler.burnedOtherThanSlashed(), "a burn took another amount");
        vm.assertFalse(handler.rewardFell(), "a reward took something from another account");
        vm.assertFalse(handler.badInputAccepted(), "nonsense was accepted");
        vm.assertFalse(handler.movedOtherThanNamed(), "an act moved another amount");
        vm.assertFalse(handler.keptTooMuch(), "somebody could not take out what is his");
        vm.assertFalse(handler.harmedOthers(), "an act moved what another has");
        vm.assertFalse(handler.bountyTooHigh(), "a bounty was more than a fifth of the operator's loss");
        vm.assertFalse(handler.punishedTwice(), "a fault was punished twice");
        vm.assertFalse(handler.jailedWrongly(), "somebody left jail too early, or was kept in it");
        for (uint256 i = 0; i < 2; ++i) {
            address operator = handler.operators(i);
            if (!handler.tombstoned(operator)) continue;
            vm.assertFalse(handler.registry().isActive(operator, 0), "a tombstone is for ever");
        }
        vm.assertFalse(handler.pastChanged(), "the past changed, or its parts exceed the whole");
    }

    function _checkBuckets(address operator) private view {
        uint256[] memory buckets = handler.buckets();
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
    }

    function _checkBounds(uint256 assets, uint256 shares) private pure {
        vm.assertLe(assets, shares, "a share is worth at most a token");
        vm.assertLe(shares, assets * 1e9, "and at least 1e-9 tokens");
    }
}
