// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {IHolds} from "../../../contracts/staking/interfaces/IHolds.sol";
import {IOperators, OperatorsConfig} from "../../../contracts/staking/interfaces/IOperators.sol";
import {StakingConfig, StakingWindows} from "../../../contracts/staking/interfaces/IStaking.sol";
import {BucketId} from "../../../contracts/staking/libraries/BucketId.sol";
import {Staking} from "../../../contracts/staking/Staking.sol";
import {Base} from "../Base.sol";
import {StakingToken__Mock} from "../../mocks/StakingToken__Mock.sol";

/// @title What random acts of stakers happen to, and what they must leave behind
abstract contract StakingWorld is Base {
    uint256 internal constant PERIOD = 3;

    /// @notice An unbonding that was requested.
    struct Entry {
        address operator;
        address delegator;
        uint256 bucketId;
        uint256 requestedAt;
    }

    /// @dev What was true at the end of a second.
    struct Sample {
        uint256 time;
        uint256 total;
        uint256[8] worth;
    }

    /// @notice The states that a good run must have been in.
    enum Reached {
        NewLifeAfterFullSlash,
        SlashWithAllStakeUnbonding,
        SlashInLastSecondOfWindow,
        TwoSlashesInOneSecond,
        OlderFaultSlashedAfterNewer,
        UnbondingOfOneWei,
        BucketWiped,
        ClaimUnderHold,
        SlashOfHeldFault,
        CompoundByStranger,
        HoldReleased,
        HoldLapsed,
        SlashAfterPartWasPaid,
        FaultPunishedAgain,
        LeavingJailedOperator,
        LeavingTombstonedOperator,
        SlashOfTombstonedOperator,
        EverybodyLeft
    }

    Staking public immutable staking;
    IHolds public immutable holds;
    IOperators public immutable registry;
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
    /// @notice Why a hold failed although there was room.
    bytes4 public holdRefusal;
    /// @notice A slash took more than the fraction, but for rounding, or less.
    bool public slashedOtherThanAsked;
    /// @notice A burn took something else than what slashes had set aside.
    bool public burnedOtherThanSlashed;
    /// @notice A reward of an account fell without being paid.
    bool public rewardFell;
    /// @notice Something that must be refused was accepted.
    bool public badInputAccepted;
    /// @notice The past looked different later, or its parts exceeded the whole.
    bool public pastChanged;
    /// @notice An unbonding of assets moved something else than these, or compounding did.
    bool public movedOtherThanNamed;
    /// @notice An act that is no slash lowered another's claim, or raised one by more than rounding.
    bool public harmedOthers;
    /// @notice When everybody had left with everything, more than dust stayed.
    bool public keptTooMuch;
    /// @notice A bounty was more than a fifth of what the operator himself lost.
    bool public bountyTooHigh;
    /// @notice A fault was punished a second time.
    bool public punishedTwice;
    /// @notice An operator left jail who must not, or was kept who must be let go.
    bool public jailedWrongly;
    /// @notice Who was tombstoned.
    mapping(address operator => bool) public tombstoned;
    /// @notice How often each state was reached.
    mapping(Reached state => uint256) public reached;
    /// @notice How often each act was done.
    mapping(bytes4 act => uint256) public calls;

    Entry[] internal _entries;
    uint256[] internal _buckets;
    mapping(uint256 bucketId => bool) internal _known;
    bytes32[] internal _held;
    uint256 internal _faults;
    Sample[] internal _samples;
    mapping(address operator => uint256) internal _lastSlash;
    mapping(address operator => uint256) internal _lastInfraction;
    mapping(bytes32 faultId => bool) internal _ended;
    mapping(address operator => bool) internal _paidInPart;

    constructor() {
        token = new StakingToken__Mock();
        AccessManager manager = AccessManager(create("AccessManager", abi.encode(address(this))));
        StakingConfig memory config = StakingConfig(
            1e12,
            0,
            PERIOD,
            StakingWindows(1 days, 1 days, 0, 1 days),
            2_000,
            true,
            1
        );
        staking = Staking(
            create("Staking", abi.encode(address(manager), address(token), config, OperatorsConfig(100e18, 10_000)))
        );
        holds = staking.holds();
        registry = staking.operators();
        for (uint256 i = 0; i < operators.length; ++i) {
            vm.prank(operators[i]);
            registry.registerOperator(OperatorRoles.ALL, operators[i], uint16(i * 1_000));
            for (uint256 j = 0; j < accounts.length; ++j) {
                vm.prank(accounts[j]);
                staking.keepPositionRecord(operators[i]);
            }
        }
    }

    /// @dev What everybody but `except` has behind every operator, then what every unbonding is worth.
    function _claimsBut(address except) internal view returns (uint256[] memory values) {
        uint256 active = operators.length * accounts.length;
        values = new uint256[](active + _entries.length);
        for (uint256 i = 0; i < active; ++i) {
            address account = accounts[i / operators.length];
            if (account != except) values[i] = staking.stakeOf(operators[i % operators.length], account);
        }
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry memory entry = _entries[i];
            if (entry.delegator == except) continue;
            (, values[active + i]) = staking.unbondingOf(entry.operator, entry.delegator, entry.bucketId);
        }
    }

    /// @dev What the operator himself has in his pool and in its unbondings, and of how many parts that is the sum.
    function _ownOf(address operator) internal view returns (uint256 own, uint256 parts) {
        own = staking.stakeOf(operator, operator);
        parts = 1;
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry memory entry = _entries[i];
            if (entry.operator != operator || entry.delegator != operator) continue;
            (, uint256 worth) = staking.unbondingOf(operator, operator, entry.bucketId);
            own += worth;
            ++parts;
        }
    }

    /// @dev What the pool, and then each bucket, must hold after a slash that began now.
    /// @param before As {_poolAndBuckets} says.
    function _expectedAfter(
        address operator,
        uint256 fractionBps,
        uint256 infractionTime,
        uint256[2][] memory before
    ) internal view returns (uint256[] memory expected) {
        uint256 era = staking.eraAt(operator, infractionTime);
        expected = new uint256[](before.length);
        for (uint256 i = 0; i < before.length; ++i) {
            bool reachedBySlash =
                i == 0
                    ? staking.eraOf(operator) == era
                    : BucketId.eraIn(_buckets[i - 1]) == era &&
                        BucketId.epochIn(_buckets[i - 1]) >= infractionTime / 1 days;
            (uint256 tokens, uint256 shares) = (before[i][0], before[i][1]);
            uint256 left = reachedBySlash ? (tokens * (10_000 - fractionBps)) / 10_000 : tokens;
            // Shares that are worth less than a billionth each are void.
            expected[i] = reachedBySlash && left * 1e9 < shares ? 0 : left;
        }
    }

    /// @dev Tokens and shares of the operator's pool, then of each bucket ever used.
    function _poolAndBuckets(address operator) internal view returns (uint256[2][] memory values) {
        values = new uint256[2][](_buckets.length + 1);
        (values[0][0], values[0][1]) = staking.poolOf(operator);
        for (uint256 i = 0; i < _buckets.length; ++i) {
            (values[i + 1][0], values[i + 1][1]) = staking.bucketOf(operator, _buckets[i]);
        }
    }

    function _isTombstoned(address operator) internal view returns (bool out) {
        (, , out) = staking.standingOf(operator);
    }

    function _addEntry(address operator, address account, uint256 bucketId) internal {
        _entries.push(Entry(operator, account, bucketId, block.timestamp));
        if (!_known[bucketId]) _buckets.push(bucketId);
        _known[bucketId] = true;
    }

    /// @dev Takes an unbonding off the list that has got everything, so that long runs stay fast.
    function _dropIfClosed(uint256 index) internal {
        Entry memory entry = _entries[index];
        (uint256 open, ) = staking.unbondingOf(entry.operator, entry.delegator, entry.bucketId);
        if (open != 0) return;
        _entries[index] = _entries[_entries.length - 1];
        _entries.pop();
    }

    function _noteSlash(address operator, uint256 infractionTime) internal {
        (uint256 assets, ) = staking.poolOf(operator);
        if (assets == 0 && _hasUnbonding(operator)) ++reached[Reached.SlashWithAllStakeUnbonding];
        if (infractionTime == (block.timestamp / 1 days - PERIOD) * 1 days) {
            ++reached[Reached.SlashInLastSecondOfWindow];
        }
        if (_isTombstoned(operator)) ++reached[Reached.SlashOfTombstonedOperator];
        if (_lastSlash[operator] == block.timestamp) ++reached[Reached.TwoSlashesInOneSecond];
        if (infractionTime < _lastInfraction[operator]) ++reached[Reached.OlderFaultSlashedAfterNewer];
        _lastSlash[operator] = block.timestamp;
        _lastInfraction[operator] = infractionTime;
    }

    /// @dev Whether any bucket of the operator that has not matured holds assets.
    function _hasUnbonding(address operator) internal view returns (bool) {
        for (uint256 i = 0; i < _buckets.length; ++i) {
            (uint256 assets, ) = staking.bucketOf(operator, _buckets[i]);
            if (assets != 0 && block.timestamp < staking.claimableAt(_buckets[i])) return true;
        }
        return false;
    }

    /// @dev The pool and every bucket in reach lost the fraction, rounded up, and nothing else did; together as said.
    function _checkLosses(
        address operator,
        uint256[2][] memory before,
        uint256[] memory expected,
        uint256 slashed
    ) internal {
        uint256[2][] memory afterwards = _poolAndBuckets(operator);
        uint256 sum;
        for (uint256 i = 0; i < before.length; ++i) {
            if (afterwards[i][0] != expected[i]) slashedOtherThanAsked = true;
            sum += before[i][0] - afterwards[i][0];
            if (i != 0 && before[i][0] != 0 && afterwards[i][0] == 0) ++reached[Reached.BucketWiped];
        }
        if (sum != slashed) slashedOtherThanAsked = true;
    }

    function _checkNoneRose(uint256[] memory before) internal {
        uint256[] memory afterwards = _claimsBut(address(0));
        for (uint256 i = 0; i < before.length; ++i) if (afterwards[i] > before[i]) slashRaisedClaim = true;
    }

    function _checkSpared(uint256[] memory before, uint256[] memory afterwards) internal {
        for (uint256 i = 0; i < before.length; ++i) {
            if (afterwards[i] < before[i] || afterwards[i] > before[i] + 2) harmedOthers = true;
        }
    }

    function _checkRewards(uint256[] memory before) internal {
        uint256[] memory afterwards = _rewards();
        for (uint256 i = 0; i < before.length; ++i) {
            if (afterwards[i] < before[i]) rewardFell = true;
        }
    }

    function _rewards() internal view returns (uint256[] memory values) {
        values = new uint256[](operators.length * accounts.length);
        for (uint256 i = 0; i < values.length; ++i) {
            values[i] = staking.pendingReward(operators[i % operators.length], accounts[i / operators.length]);
        }
    }

    function _operator(uint256 seed) internal view returns (address) {
        return operators[seed % operators.length];
    }

    function _account(uint256 seed) internal view returns (address) {
        return accounts[seed % accounts.length];
    }

    function _claim(Entry memory entry) internal {
        (, uint256 worth) = staking.unbondingOf(entry.operator, entry.delegator, entry.bucketId);
        bool mature = block.timestamp >= staking.claimableAt(entry.bucketId);
        uint256 reserved = staking.reservedBps(entry.operator, entry.bucketId);
        uint256 due = staking.claimableNow(entry.operator, entry.delegator, entry.bucketId);
        // What is not reserved, but for what was paid before, can be had.
        if (mature && due > worth) matureClaimFailed = true;
        try staking.claim(entry.operator, entry.delegator, entry.bucketId) returns (uint256 paid) {
            if (block.timestamp < entry.requestedAt + PERIOD * 1 days) paidTooEarly = true;
            if (paid != due || (reserved == 0 && paid != worth)) matureClaimFailed = true;
            if (reserved != 0) {
                ++reached[Reached.ClaimUnderHold];
                _paidInPart[entry.operator] = true;
            }
            if (registry.operatorOf(entry.operator).jailedUntil != 0) ++reached[Reached.LeavingJailedOperator];
            if (_isTombstoned(entry.operator)) ++reached[Reached.LeavingTombstonedOperator];
        } catch {
            if (mature && (reserved == 0 || due != 0)) matureClaimFailed = true;
        }
    }

    function _leaveTogether(address operator) internal {
        for (uint256 i = 0; i < accounts.length; ++i) {
            if (staking.stakeOf(operator, accounts[i]) == 0) continue;
            uint256 shares = staking.sharesOf(operator, accounts[i]);
            vm.prank(accounts[i]);
            (, uint256 bucketId) = staking.unbond(operator, shares);
            _addEntry(operator, accounts[i], bucketId);
        }
    }

    /// @dev Holds end in time too; what an account has of a pool, if it is less than a base unit, stays.
    function _leaveForGood() internal {
        ++reached[Reached.EverybodyLeft];
        _leaveTogether(operators[0]);
        _leaveTogether(operators[1]);
        vm.warp(block.timestamp + 20 days);
        for (uint256 i = _entries.length; i > 0; --i) {
            Entry memory entry = _entries[i - 1];
            (uint256 open, ) = staking.unbondingOf(entry.operator, entry.delegator, entry.bucketId);
            if (open != 0) _claim(entry);
            _dropIfClosed(i - 1);
        }
        for (uint256 i = 0; i < operators.length * accounts.length; ++i) {
            (address operator, address account) = (operators[i % 2], accounts[i / 2]);
            unpaidRewards -= staking.claimReward(operator, account);
            if (staking.stakeOf(operator, account) + staking.pendingReward(operator, account) != 0) keptTooMuch = true;
        }
        unpaidBounties -= staking.claimBounty(address(0xC4A1));
        staking.burnSlashed();
        // What the division of rewards left over waits for the next one.
        uint256 dust = operators.length * accounts.length;
        if (_entries.length != 0 || token.balanceOf(address(staking)) > unpaidRewards + dust) keptTooMuch = true;
    }
}
