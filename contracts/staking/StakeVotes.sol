// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
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
/// POSITIONS. Who wants to vote himself has his position's past kept. What it was worth at a time is its shares of then
/// times the price of then: a lower bound of the worth of a share, which changes with slashes and, by rounding, never
/// by more than a billionth between them. So the parts of all positions of a pool never exceed the pool's votes.
/// @dev The votes of an account are the assets of its own pool, unless delegated away, and what other operators
///      delegated to it. Only the second has a record of its own; the first is the history of the pool. So a stake, an
///      unbonding or a slash is two entries, the pool's and the total's, whatever the number of delegators. Unbonding
///      stake does not vote. Every past second is answered exactly; times are below 2^32.
abstract contract StakeVotes is IStakeVotes, IERC5805, Nonces {
    using Checkpoints for Checkpoints.Trace208;
    using PoolMath for Pool;
    using PackedTrace for PackedTrace.Trace;
    using SafeCast for uint256;

    /// @dev What is read and written in nearly every act of one operator's pool. One slot.
    struct OperatorState {
        // Whether the operator is registered.
        bool open;
        bool tombstoned;
        // Whether the pool's votes count for another account.
        bool votesAway;
        // Whether other operators' votes have ever counted for this one.
        bool votesReceived;
        uint16 era;
        // Entries in the pool's history.
        uint32 checkpoints;
        // A lower bound of what a share is worth, in units of 2^-95 assets; see {_recordPrice}.
        uint96 price;
        // When `price` began to hold; 0 while it is the first, which has no place in the history.
        uint32 priceSince;
        // Entries in the price's history.
        uint32 prices;
        // Whether the operator left, so that nobody joins.
        bool closed;
    }

    /// @dev The sums over all operators. One slot.
    struct Totals {
        uint96 votes;
        // When `votes` last changed.
        uint32 since;
        // Entries in the history of `votes`.
        uint32 checkpoints;
        // Slashed and not burned yet.
        uint96 pendingBurn;
    }

    /// @notice For voting front ends.
    string public constant name = "Staked OPG";
    /// @notice For voting front ends.
    string public constant symbol = "stOPG";
    /// @notice The decimals of a vote: those of OPG.
    uint8 public constant decimals = 18;

    /// @dev The unit of {OperatorState.price}; a share is worth at most an asset, so a price fits 96 bits.
    uint256 private constant PRICE_ONE = 1 << 95;
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant NAME_HASH = keccak256("OPG Staking");
    bytes32 private constant VERSION_HASH = keccak256("1");
    bytes32 private constant DELEGATION_TYPEHASH = keccak256(
        "Delegation(address delegatee,uint256 nonce,uint256 expiry)"
    );

    mapping(address operator => OperatorState) internal _states;
    mapping(address operator => Pool) internal _pools;
    Totals internal _totals;
    PackedTrace.Trace private _totalHistory;
    mapping(address operator => PackedTrace.Trace) private _poolHistory;
    mapping(address operator => PackedTrace.Trace) private _priceHistory;
    /// @dev `era << 120 | shares` of the positions whose past is kept.
    mapping(address operator => mapping(address account => Checkpoints.Trace208)) private _positionHistory;
    mapping(address operator => Checkpoints.Trace208) private _eraStarts;
    mapping(address operator => Checkpoints.Trace208) private _delegatees;
    mapping(address delegatee => Checkpoints.Trace208) private _received;

    /// @inheritdoc IVotes
    function delegate(address delegatee) external {
        _delegate(msg.sender, delegatee);
    }

    /// @inheritdoc IVotes
    function delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, bytes32 s) external {
        require(block.timestamp <= expiry, VotesExpiredSignature(expiry));
        bytes32 message = keccak256(abi.encode(DELEGATION_TYPEHASH, delegatee, nonce, expiry));
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, address(this)));
        address signer = ECDSA.recover(MessageHashUtils.toTypedDataHash(domain, message), v, r, s);
        _useCheckedNonce(signer, nonce);
        _delegate(signer, delegatee);
    }

    /// @notice All active stake now, OPG base units.
    function totalSupply() external view returns (uint256) {
        return _totals.votes;
    }

    /// @inheritdoc IVotes
    function getVotes(address account) external view returns (uint256) {
        return _votesOf(account, _loadState(account), _pools[account].tokens);
    }

    /// @inheritdoc IVotes
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256 votes) {
        uint48 time = _pastTime(timepoint);
        votes = _received[account].upperLookup(time);
        if (_delegateAt(account, time) == account) votes += _poolAssetsAt(account, time);
    }

    /// @inheritdoc IVotes
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        uint48 time = _pastTime(timepoint);
        Totals memory totals = _totals;
        return time < totals.since ? _totalHistory.valueAt(totals.checkpoints, time) : totals.votes;
    }

    /// @inheritdoc IStakeVotes
    function getPastPositionVotes(
        address operator,
        address account,
        uint256 timepoint
    ) external view returns (uint256) {
        uint48 time = _pastTime(timepoint);
        uint256 position = _positionHistory[operator][account].upperLookup(time);
        OperatorState memory state = _loadState(operator);
        if (position >> 120 != _eraAt(operator, state.era, time)) return 0;
        uint256 price = time < state.priceSince ? _priceHistory[operator].valueAt(state.prices, time) : state.price;
        if (price == 0) price = PRICE_ONE;
        return (uint120(position) * price) / PRICE_ONE;
    }

    /// @inheritdoc IStakeVotes
    function getPastDelegate(address operator, uint256 timepoint) external view returns (address) {
        uint48 time = _pastTime(timepoint);
        return _isOperator(operator) ? _delegateAt(operator, time) : address(0);
    }

    /// @inheritdoc IVotes
    /// @dev Zero for every account but operators.
    function delegates(address account) public view returns (address) {
        if (!_isOperator(account)) return address(0);
        address delegatee = address(uint160(_delegatees[account].latest()));
        return delegatee == address(0) ? account : delegatee;
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

    /// @dev Makes the votes of a newly registered operator's pool his own.
    function _openVotes(address operator) internal {
        OperatorState memory state;
        state.open = true;
        state.votesReceived = _received[operator].length() != 0;
        state.price = uint96(PRICE_ONE);
        _storeState(operator, state);
        emit DelegateChanged(operator, address(0), operator);
    }

    /// @dev Records, in memory but for the histories, that the pool's assets have become `pool.tokens`.
    function _recordVotes(
        address operator,
        OperatorState memory state,
        Pool memory pool,
        uint256 tokensBefore
    ) internal {
        if (pool.stamp != block.timestamp) {
            if (pool.stamp != 0) _poolHistory[operator].append(state.checkpoints++, pool.stamp, tokensBefore);
            pool.stamp = uint32(block.timestamp);
        }
        _recordPrice(operator, state, pool);
        if (state.votesAway) return _moveReceived(delegates(operator), tokensBefore, pool.tokens);
        uint256 votes = _votesOf(operator, state, pool.tokens);
        _emitVotes(operator, votes + tokensBefore - pool.tokens, votes);
    }

    /// @dev Records in the position's history that it has `shares` of the era.
    function _recordPosition(address operator, address account, uint256 era, uint256 shares) internal {
        _positionHistory[operator][account].push(clock(), uint208((era << 120) | shares));
    }

    /// @dev Records that the next era began.
    function _recordEra(address operator, uint16 era) internal {
        _eraStarts[operator].push(clock(), era);
    }

    /// @dev The era of the operator's pool at `time`; `era` is the present one.
    function _eraAt(address operator, uint256 era, uint256 time) internal view returns (uint256) {
        if (era == 0) return 0;
        return time < clock() ? _eraStarts[operator].upperLookup(uint48(time)) : era;
    }

    /// @dev Records that all votes together rose by `added` and fell by `removed`, and that `slashed` is to be burned.
    function _recordTotals(uint256 added, uint256 removed, uint256 slashed) internal {
        Totals memory totals = _totals;
        if (added != removed && totals.since != block.timestamp) {
            if (totals.since != 0) _totalHistory.append(totals.checkpoints++, totals.since, totals.votes);
            totals.since = uint32(block.timestamp);
        }
        totals.votes = (totals.votes + added - removed).toUint96();
        totals.pendingBurn = (totals.pendingBurn + slashed).toUint96();
        Totals storage stored = _totals;
        uint256 word = uint256(totals.votes) | (uint256(totals.since) << 96);
        word |= (uint256(totals.checkpoints) << 128) | (uint256(totals.pendingBurn) << 160);
        assembly ("memory-safe") {
            sstore(stored.slot, word)
        }
    }

    /// @dev Reads an operator's state with one access to storage.
    function _loadState(address operator) internal view returns (OperatorState memory state) {
        OperatorState storage stored = _states[operator];
        uint256 word;
        assembly ("memory-safe") {
            word := sload(stored.slot)
        }
        state.open = uint8(word) != 0;
        state.tombstoned = uint8(word >> 8) != 0;
        state.votesAway = uint8(word >> 16) != 0;
        state.votesReceived = uint8(word >> 24) != 0;
        state.era = uint16(word >> 32);
        state.checkpoints = uint32(word >> 48);
        state.price = uint96(word >> 80);
        state.priceSince = uint32(word >> 176);
        state.prices = uint32(word >> 208);
        state.closed = uint8(word >> 240) != 0;
    }

    /// @dev Writes an operator's state with one access to storage; the compiler would write member by member.
    function _storeState(address operator, OperatorState memory state) internal {
        OperatorState storage stored = _states[operator];
        uint256 word = state.open ? 1 : 0;
        if (state.tombstoned) word |= 1 << 8;
        if (state.votesAway) word |= 1 << 16;
        if (state.votesReceived) word |= 1 << 24;
        word |= (uint256(state.era) << 32) | (uint256(state.checkpoints) << 48);
        word |= (uint256(state.price) << 80) | (uint256(state.priceSince) << 176) | (uint256(state.prices) << 208);
        if (state.closed) word |= 1 << 240;
        assembly ("memory-safe") {
            sstore(stored.slot, word)
        }
    }

    /// @dev Whether `account` is a registered operator.
    function _isOperator(address account) internal view returns (bool) {
        return _states[account].open;
    }

    /// @dev Records, in memory but for the history, a worth of the pool's shares that fell, or that rose by more than a
    ///      billionth: in between it only rises, by what withdrawals and deposits are rounded down.
    function _recordPrice(address operator, OperatorState memory state, Pool memory pool) private {
        uint256 price = pool.shares == 0 ? PRICE_ONE : (pool.tokens * PRICE_ONE) / pool.shares;
        if (price >= state.price && price - state.price <= state.price >> 30) return;
        if (state.priceSince != block.timestamp) {
            if (state.priceSince != 0) _priceHistory[operator].append(state.prices++, state.priceSince, state.price);
            state.priceSince = uint32(block.timestamp);
        }
        state.price = uint96(price);
    }

    /// @dev The zero address means the operator himself, so that no vote is lost.
    function _delegate(address account, address delegatee) private {
        require(_isOperator(account), IStaking.StakingVotesFollowOperator(account));
        if (delegatee == address(0)) delegatee = account;
        address previous = delegates(account);
        uint256 assets = _pools[account].tokens;
        uint256 previousVotes = _votesOf(account, _loadState(account), assets);
        _delegatees[account].push(clock(), uint160(delegatee));
        _states[account].votesAway = delegatee != account;
        emit DelegateChanged(account, previous, delegatee);
        if (previous == delegatee) return;
        if (previous == account) _emitVotes(account, previousVotes, previousVotes - assets);
        else _moveReceived(previous, assets, 0);
        if (delegatee == account) _emitVotes(account, previousVotes, previousVotes + assets);
        else _moveReceived(delegatee, 0, assets);
    }

    /// @dev Replaces `removed` by `added` in what other operators delegated to `delegatee`.
    function _moveReceived(address delegatee, uint256 removed, uint256 added) private {
        OperatorState storage state = _states[delegatee];
        if (state.open && !state.votesReceived) state.votesReceived = true;
        (uint256 previous, uint256 current) = _received[delegatee].push(
            clock(),
            // The sum of pools, each of at most 96 bits.
            uint208(_received[delegatee].latest() + added - removed)
        );
        uint256 own = state.votesAway ? 0 : _pools[delegatee].tokens;
        _emitVotes(delegatee, previous + own, current + own);
    }

    function _emitVotes(address account, uint256 previous, uint256 current) private {
        emit DelegateVotesChanged(account, previous, current);
    }

    /// @dev The votes of `account` now, if its pool's assets are `assets`.
    function _votesOf(address account, OperatorState memory state, uint256 assets) private view returns (uint256) {
        uint256 own = state.votesAway ? 0 : assets;
        // What an account that is no operator received is not flagged.
        return state.votesReceived || !state.open ? own + _received[account].latest() : own;
    }

    /// @dev The assets of the operator's pool at a past second, whoever voted with them.
    function _pastStakeOf(address operator, uint256 timepoint) internal view returns (uint256) {
        return _poolAssetsAt(operator, _pastTime(timepoint));
    }

    function _poolAssetsAt(address operator, uint48 time) private view returns (uint256) {
        Pool memory pool = _pools[operator].load();
        if (time >= pool.stamp) return pool.tokens;
        return _poolHistory[operator].valueAt(_states[operator].checkpoints, time);
    }

    /// @dev For whom the votes of the account's pool counted at `time`, if it has a pool.
    function _delegateAt(address account, uint48 time) private view returns (address) {
        address delegatee = address(uint160(_delegatees[account].upperLookup(time)));
        return delegatee == address(0) ? account : delegatee;
    }

    function _pastTime(uint256 timepoint) private view returns (uint48) {
        require(timepoint < clock(), Votes.ERC5805FutureLookup(timepoint, clock()));
        return uint48(timepoint);
    }
}
