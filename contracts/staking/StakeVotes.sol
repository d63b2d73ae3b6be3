// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

import {IStakeVotes} from "./interfaces/IStakeVotes.sol";
import {IStaking} from "./interfaces/IStaking.sol";
import {PackedTrace} from "./libraries/PackedTrace.sol";
import {Pool, PoolMath} from "./libraries/PoolMath.sol";

/// @title The voting power of staked OPG
/// @notice Every operator's pool is one voting account whose units are the pool's assets. Its votes count for the
///         operator, who may delegate them; a delegator's stake votes with the operator it is behind.
///
/// TIME. Stake that comes or leaves, and a change of the delegate, count from the next full {VOTE_INTERVAL} on, so that
/// the many acts of one interval need one record. A slash counts at once: the votes that the pool has in that second
/// lose the part that its assets lost.
///
/// POSITIONS. Who did not add to a position since a time has, at that time, at least the shares of today; that is what
/// he may vote with himself, unless his position's past is kept, which says it exactly. When somebody else adds to a
/// position, what it had before is written down, so that nobody takes another's vote from him by a gift. What the
/// position was worth is these shares times the price of then: a lower bound of the worth of a share, which falls with
/// slashes and, by rounding, otherwise never. So the parts of all positions of a pool never exceed the pool's votes.
/// @dev The votes of an account are the assets of its own pool, unless delegated away, and what other operators
///      delegated to it. Each of these, and their sum over all operators, is a line: the value that counts from `since`
///      on, which may be the end of the running interval, and before that the entries of its history. So a stake or an
///      unbonding is at most two entries, the pool's and the total's, and after the first of an interval none.
///      Unbonding stake does not vote. Every past second is answered; times are below 2^32.
abstract contract StakeVotes is IStakeVotes, IERC5805, Nonces {
    using Checkpoints for Checkpoints.Trace208;
    using PoolMath for Pool;
    using PackedTrace for PackedTrace.Trace;
    using SafeCast for uint256;

    /// @dev What is known of a pool's past beside its entries. One slot.
    struct History {
        // Entries in the history of the pool's assets.
        uint32 entries;
        // Entries in the history of the price.
        uint32 prices;
        // When `price` began to hold; 0 while it is the first, which has no place in the history.
        uint32 priceSince;
        // A lower bound of what a share is worth, in units of 2^-95 assets; 0 stands for the first, one asset.
        uint96 price;
    }

    /// @dev A quantity of votes. One slot.
    struct Line {
        uint96 value;
        // From when on `value` counts; at most the end of the running interval.
        uint32 since;
        // Entries in its history.
        uint32 entries;
        // Of the total only: slashed and not burned yet.
        uint96 pendingBurn;
    }

    /// @notice For voting front ends.
    string public constant name = "Staked OPG";
    /// @notice For voting front ends.
    string public constant symbol = "stOPG";
    /// @notice The decimals of a vote: those of OPG.
    uint8 public constant decimals = 18;

    /// @dev The unit of {History.price}; a share is worth at most an asset, so a price fits 96 bits.
    uint256 private constant PRICE_ONE = 1 << 95;
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant NAME_HASH = keccak256("OPG Staking");
    bytes32 private constant VERSION_HASH = keccak256("1");
    bytes32 private constant DELEGATION_TYPEHASH = keccak256(
        "Delegation(address delegatee,uint256 nonce,uint256 expiry)"
    );

    /// @dev The tag of an active pool, from its lowest bit: 32 bits that say from when on its assets count as votes,
    ///      and flags. Whether the operator is registered:
    uint40 internal constant OPEN = 1 << 32;
    /// @dev Whether he is out for ever.
    uint40 internal constant TOMBSTONED = 1 << 33;
    /// @dev Whether nobody joins any more.
    uint40 internal constant CLOSED = 1 << 34;
    /// @dev Whether he has holds, live or over.
    uint40 internal constant HELD = 1 << 37;
    /// @dev Whether the operator has ever delegated the pool's votes.
    uint40 private constant DELEGATED = 1 << 35;
    /// @dev Whether other operators' votes have ever counted for this one.
    uint40 private constant RECEIVED = 1 << 36;

    /// @inheritdoc IStakeVotes
    uint256 public immutable VOTE_INTERVAL;

    mapping(address operator => Pool) internal _pools;
    Line internal _total;
    mapping(address operator => History) private _histories;
    PackedTrace.Trace private _totalHistory;
    mapping(address operator => PackedTrace.Trace) private _poolHistory;
    mapping(address operator => PackedTrace.Trace) private _priceHistory;
    /// @dev `era << 120 | shares` of the positions whose past is kept, of others before somebody else added to them.
    mapping(address operator => mapping(address account => Checkpoints.Trace208)) private _positionHistory;
    /// @dev When each era but the first began; as many entries as the present era's number.
    mapping(address operator => PackedTrace.Trace) private _eraStarts;
    mapping(address operator => Checkpoints.Trace208) private _delegatees;
    mapping(address delegatee => Line) private _received;
    mapping(address delegatee => PackedTrace.Trace) private _receivedHistory;

    /// @param voteInterval Seconds; see {VOTE_INTERVAL}.
    constructor(uint256 voteInterval) {
        VOTE_INTERVAL = voteInterval;
    }

    /// @inheritdoc IVotes
    function delegate(address delegatee) external {
        _delegate(msg.sender, delegatee);
    }

    /// @inheritdoc IVotes
    function delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, bytes32 s) external {
        require(block.timestamp <= expiry, VotesExpiredSignature(expiry));
        bytes32 message = keccak256(abi.encode(DELEGATION_TYPEHASH, delegatee, nonce, expiry));
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, address(this)));
        // Signatures may be malleable, nonces are not; and the zero address is nobody who has votes.
        address signer = ecrecover(MessageHashUtils.toTypedDataHash(domain, message), v, r, s);
        _useCheckedNonce(signer, nonce);
        _delegate(signer, delegatee);
    }

    /// @notice All active stake now, OPG base units; also what does not vote before the next interval.
    function totalSupply() external view returns (uint256) {
        return _total.value;
    }

    /// @inheritdoc IVotes
    function getVotes(address account) external view returns (uint256) {
        return _votesAt(account, clock());
    }

    /// @inheritdoc IVotes
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        return _votesAt(account, _pastTime(timepoint));
    }

    /// @inheritdoc IVotes
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        return _lineAt(_totalHistory, _total, _pastTime(timepoint));
    }

    /// @inheritdoc IStakeVotes
    function getPastPositionVotes(
        address operator,
        address account,
        uint256 timepoint
    ) external view returns (uint256) {
        uint48 time = _pastTime(timepoint);
        (uint256 era, uint256 shares) = _positionSince(operator, account, time);
        uint256 recorded = _positionHistory[operator][account].upperLookup(time);
        if (recorded >> 120 == era && uint120(recorded) > shares) shares = uint120(recorded);
        History memory history = _histories[operator];
        uint256 price =
            time < history.priceSince ? _priceHistory[operator].valueAt(history.prices, time) : history.price;
        if (price == 0) price = PRICE_ONE;
        // A pool whose votes of a second were slashed to nothing has no parts either.
        return Math.min((shares * price) / PRICE_ONE, _poolAssetsAt(operator, time));
    }

    /// @inheritdoc IStakeVotes
    function getPastDelegate(address operator, uint256 timepoint) external view returns (address) {
        uint48 time = _pastTime(timepoint);
        return _isOperator(operator) ? _delegateAt(operator, time) : address(0);
    }

    /// @inheritdoc IVotes
    /// @dev Zero for every account but operators.
    function delegates(address account) public view returns (address) {
        return _isOperator(account) ? _delegateAt(account, type(uint48).max) : address(0);
    }

    /// @inheritdoc IERC6372
    function clock() public view returns (uint48) {
        return Time.timestamp();
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure returns (string memory) {
        return "mode=timestamp";
    }

    /// @dev The end of the running interval: this second, if one begins with it.
    function _nextInterval() internal view returns (uint256) {
        uint256 interval = VOTE_INTERVAL;
        // The interval is at least 1 and at most a day; times are below 2^32.
        unchecked {
            return ((block.timestamp + interval - 1) / interval) * interval;
        }
    }

    /// @dev Makes the votes of a newly registered operator's pool his own.
    function _openVotes(address operator) internal {
        _pools[operator].tag = _received[operator].since == 0 ? OPEN : OPEN | RECEIVED;
        emit DelegateChanged(operator, address(0), operator);
    }

    /// @dev Records, in memory but for the histories, that stake came or left. Its votes count from the next interval.
    /// @param pool   As it is now.
    /// @param tokens Its tokens before.
    /// @param shares Its shares before.
    function _recordStake(address operator, Pool memory pool, uint256 tokens, uint256 shares) internal {
        uint256 next = _nextInterval();
        uint256 since = uint32(pool.tag);
        bool atOnce = next == block.timestamp;
        if (since != next || atOnce) {
            History memory history = _loadHistory(operator);
            // Until the next interval begins, what counts is what was there before this act.
            bool changed =
                atOnce
                    ? _recordPrice(operator, history, pool.tokens, pool.shares)
                    : _recordPrice(operator, history, tokens, shares);
            if (since != next && since != 0) {
                _poolHistory[operator].append(history.entries++, since, tokens);
                changed = true;
            }
            if (changed) _storeHistory(operator, history);
            pool.tag = uint40(pool.tag - since + next);
        }
        if (pool.tag & DELEGATED != 0) {
            address delegatee = _delegateAt(operator, type(uint48).max);
            if (delegatee != operator) return _moveReceived(delegatee, tokens, pool.tokens);
        }
        uint256 received = pool.tag & RECEIVED == 0 ? 0 : _received[operator].value;
        emit DelegateVotesChanged(operator, received + tokens, received + pool.tokens);
    }

    /// @dev Records, in memory but for the histories, that a slash took of the pool. It counts at once.
    /// @param pool    As it is now.
    /// @param tokens  Its tokens before.
    /// @return counted What the pool's votes of this second lost.
    function _recordSlash(address operator, Pool memory pool, uint256 tokens) internal returns (uint256 counted) {
        uint256 since = uint32(pool.tag);
        uint256 loss = tokens - pool.tokens;
        History memory history = _loadHistory(operator);
        if (since > block.timestamp) {
            uint256 votes = _poolHistory[operator].newest(history.entries);
            counted = Math.ceilDiv(votes * loss, tokens);
            if (counted != 0) _poolHistory[operator].append(history.entries++, block.timestamp, votes - counted);
            uint256 price = history.price == 0 ? PRICE_ONE : history.price;
            // Falls as the votes do, which are rounded down at each slash: the parts must stay within them.
            (uint256 left, uint256 whole) = votes == counted ? (pool.tokens, tokens) : (votes - counted, votes);
            _setPrice(operator, history, pool.shares == 0 ? PRICE_ONE : (price * left) / whole);
        } else {
            counted = loss;
            if (since != block.timestamp) {
                _poolHistory[operator].append(history.entries++, since, tokens);
                pool.tag = uint40(pool.tag - since + block.timestamp);
            }
            _recordPrice(operator, history, pool.tokens, pool.shares);
        }
        _storeHistory(operator, history);
        if (pool.tag & DELEGATED != 0) return _cutDelegated(operator, loss, counted);
        uint256 received = pool.tag & RECEIVED == 0 ? 0 : _received[operator].value;
        emit DelegateVotesChanged(operator, received + tokens, received + pool.tokens);
    }

    /// @dev Records in the position's history that it has `shares` of the era.
    function _recordPosition(address operator, address account, uint256 era, uint256 shares) internal {
        _positionHistory[operator][account].push(uint48(_nextInterval()), uint208((era << 120) | shares));
    }

    /// @dev Records in the position's history that it had `shares` of the era from `since` to the end of the running
    ///      interval, and says nothing of the time after it.
    function _recordPast(address operator, address account, uint256 era, uint256 shares, uint256 since) internal {
        uint256 next = _nextInterval();
        if (shares == 0 || since >= next) return;
        _positionHistory[operator][account].push(uint48(since), uint208((era << 120) | shares));
        _positionHistory[operator][account].push(uint48(next), uint208(era << 120));
    }

    /// @dev Records that the next era began.
    function _recordEra(address operator, uint256 era) internal {
        _eraStarts[operator].append(era - 1, block.timestamp, era);
    }

    /// @dev The era of the operator's pool at `time`; `era` is the present one.
    function _eraAt(address operator, uint256 era, uint256 time) internal view returns (uint256) {
        if (era == 0) return 0;
        return time < clock() ? _eraStarts[operator].valueAt(era, time) : era;
    }

    /// @dev Records that all stake rose by `added` and fell by `removed`.
    function _recordTotal(uint256 added, uint256 removed) internal {
        uint256 next = _nextInterval();
        Line storage stored = _total;
        uint256 word;
        assembly ("memory-safe") {
            word := sload(stored.slot)
        }
        if (uint32(word >> 96) != next) {
            Line memory line = _loadLine(stored);
            _advance(_totalHistory, line, next);
            line.value = (line.value + added - removed).toUint96();
            return _storeLine(stored, line);
        }
        // The usual case, without memory: the value is in the lowest bits.
        word = word - uint96(word) + (uint96(word) + added - removed).toUint96();
        assembly ("memory-safe") {
            sstore(stored.slot, word)
        }
    }

    /// @dev Records that a slash took `loss` of all active stake, of which `counted` had votes in this second, and that
    ///      `burned` is to be burned.
    function _cutTotal(uint256 loss, uint256 counted, uint256 burned) internal {
        Line memory line = _loadLine(_total);
        _cut(_totalHistory, line, loss, counted);
        line.value = uint96(line.value - loss);
        line.pendingBurn = (line.pendingBurn + burned).toUint96();
        _storeLine(_total, line);
    }

    /// @dev The assets of the operator's pool that had votes at a past second, whoever voted with them.
    function _pastStakeOf(address operator, uint256 timepoint) internal view returns (uint256) {
        return _poolAssetsAt(operator, _pastTime(timepoint));
    }

    /// @dev Whether `account` is a registered operator.
    function _isOperator(address account) internal view returns (bool) {
        return _pools[account].tag & OPEN != 0;
    }

    /// @dev The era of the pool at `time`, and the shares of a position of that era, 0 if it was added to afterwards.
    function _positionSince(
        address operator,
        address account,
        uint256 time
    ) internal view virtual returns (uint256 era, uint256 shares);

    /// @dev Records a worth of the pool's shares that fell, or that rose by more than a billionth: in between it only
    ///      rises, by what withdrawals and deposits are rounded down. Returns whether `history` has changed.
    function _recordPrice(
        address operator,
        History memory history,
        uint256 tokens,
        uint256 shares
    ) private returns (bool) {
        uint256 price = shares == 0 ? PRICE_ONE : (tokens * PRICE_ONE) / shares;
        uint256 current = history.price == 0 ? PRICE_ONE : history.price;
        if (price >= current && price - current <= current >> 30) return false;
        _setPrice(operator, history, price);
        return true;
    }

    function _setPrice(address operator, History memory history, uint256 price) private {
        uint256 since = history.priceSince;
        if (since != block.timestamp) {
            if (since != 0) _priceHistory[operator].append(history.prices++, since, history.price);
            history.priceSince = uint32(block.timestamp);
        }
        history.price = uint96(price);
    }

    /// @dev The zero address means the operator himself, so that no vote is lost.
    function _delegate(address account, address delegatee) private {
        require(_isOperator(account), IStaking.StakingVotesFollowOperator(account));
        if (delegatee == address(0)) delegatee = account;
        address previous = delegates(account);
        _delegatees[account].push(uint48(_nextInterval()), uint160(delegatee));
        _pools[account].tag |= DELEGATED;
        emit DelegateChanged(account, previous, delegatee);
        if (previous == delegatee) return;
        uint256 assets = _pools[account].tokens;
        uint256 received = _received[account].value;
        if (previous == account) emit DelegateVotesChanged(account, received + assets, received);
        else _moveReceived(previous, assets, 0);
        if (delegatee == account) emit DelegateVotesChanged(account, received, received + assets);
        else _moveReceived(delegatee, 0, assets);
    }

    /// @dev Replaces `removed` by `added` in what other operators delegated to `delegatee`, from the next interval on.
    function _moveReceived(address delegatee, uint256 removed, uint256 added) private {
        Line memory line = _loadLine(_received[delegatee]);
        _advance(_receivedHistory[delegatee], line, _nextInterval());
        _changeReceived(delegatee, line, removed, added);
    }

    /// @dev A slash took `loss` of a pool whose votes were delegated, `counted` of them in this second. They may count
    ///      for another account now than from the next interval on.
    function _cutDelegated(address operator, uint256 loss, uint256 counted) private returns (uint256) {
        address now_ = _delegateAt(operator, clock());
        address later = _delegateAt(operator, type(uint48).max);
        if (now_ != operator && now_ != later) _cutReceived(now_, 0, counted);
        if (later != operator) _cutReceived(later, loss, now_ == later ? counted : 0);
        return counted;
    }

    function _cutReceived(address delegatee, uint256 loss, uint256 counted) private {
        Line memory line = _loadLine(_received[delegatee]);
        _cut(_receivedHistory[delegatee], line, loss, counted);
        _changeReceived(delegatee, line, loss, 0);
    }

    function _changeReceived(address delegatee, Line memory line, uint256 removed, uint256 added) private {
        Pool memory pool = _pools[delegatee].load();
        if (pool.tag & (OPEN | RECEIVED) == OPEN) _pools[delegatee].tag = pool.tag | RECEIVED;
        bool ownVotes = _delegateAt(delegatee, type(uint48).max) == delegatee;
        uint256 own = ownVotes ? pool.tokens : 0;
        emit DelegateVotesChanged(delegatee, own + line.value, own + line.value + added - removed);
        // The sum of pools, each of at most 96 bits, of a token whose supply has fewer.
        line.value = (line.value + added - removed).toUint96();
        _storeLine(_received[delegatee], line);
    }

    /// @dev Prepares a line, in memory but for the history, for a value that counts from `since` on.
    function _advance(PackedTrace.Trace storage history, Line memory line, uint256 since) private {
        if (line.since == since) return;
        if (line.since != 0) history.append(line.entries++, line.since, line.value);
        line.since = uint32(since);
    }

    /// @dev Prepares a line, in memory but for the history, for a value that is `loss` lower at once. What counts in
    ///      this second loses `counted`.
    function _cut(PackedTrace.Trace storage history, Line memory line, uint256 loss, uint256 counted) private {
        if (line.since > block.timestamp) {
            uint256 votes = history.newest(line.entries);
            if (counted != 0) history.append(line.entries++, block.timestamp, votes - counted);
        } else if (loss != 0) {
            _advance(history, line, block.timestamp);
        }
    }

    /// @dev The votes that counted for `account` at `time`, now or before.
    function _votesAt(address account, uint48 time) private view returns (uint256 votes) {
        votes = _lineAt(_receivedHistory[account], _received[account], time);
        if (_delegateAt(account, time) == account) votes += _poolAssetsAt(account, time);
    }

    function _poolAssetsAt(address operator, uint48 time) private view returns (uint256) {
        Pool memory pool = _pools[operator].load();
        if (time >= uint32(pool.tag)) return pool.tokens;
        return _poolHistory[operator].valueAt(_histories[operator].entries, time);
    }

    function _lineAt(
        PackedTrace.Trace storage history,
        Line storage stored,
        uint48 time
    ) private view returns (uint256) {
        Line memory line = _loadLine(stored);
        return time < line.since ? history.valueAt(line.entries, time) : line.value;
    }

    /// @dev For whom the votes of the account's pool counted at `time`, or will, if it has a pool.
    function _delegateAt(address account, uint48 time) private view returns (address) {
        address delegatee = address(uint160(_delegatees[account].upperLookup(time)));
        return delegatee == address(0) ? account : delegatee;
    }

    function _pastTime(uint256 timepoint) private view returns (uint48) {
        require(timepoint < clock(), Votes.ERC5805FutureLookup(timepoint, clock()));
        return uint48(timepoint);
    }

    // One access to storage each; the compiler would read and write member by member.

    function _loadHistory(address operator) private view returns (History memory history) {
        History storage stored = _histories[operator];
        uint256 word;
        assembly ("memory-safe") {
            word := sload(stored.slot)
        }
        history.entries = uint32(word);
        history.prices = uint32(word >> 32);
        history.priceSince = uint32(word >> 64);
        history.price = uint96(word >> 96);
    }

    function _storeHistory(address operator, History memory history) private {
        History storage stored = _histories[operator];
        uint256 word = uint256(history.entries) | (uint256(history.prices) << 32);
        word |= (uint256(history.priceSince) << 64) | (uint256(history.price) << 96);
        assembly ("memory-safe") {
            sstore(stored.slot, word)
        }
    }

    function _loadLine(Line storage stored) private view returns (Line memory line) {
        uint256 word;
        assembly ("memory-safe") {
            word := sload(stored.slot)
        }
        line.value = uint96(word);
        line.since = uint32(word >> 96);
        line.entries = uint32(word >> 128);
        line.pendingBurn = uint96(word >> 160);
    }

    function _storeLine(Line storage stored, Line memory line) private {
        uint256 word = uint256(line.value) | (uint256(line.since) << 96);
        word |= (uint256(line.entries) << 128) | (uint256(line.pendingBurn) << 160);
        assembly ("memory-safe") {
            sstore(stored.slot, word)
        }
    }
}
