// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

import {IStaking} from "./interfaces/IStaking.sol";
import {PackedTrace} from "./libraries/PackedTrace.sol";
import {Pool, PoolMath} from "./libraries/PoolMath.sol";

/// @title The voting power of staked OPG
/// @notice Every operator's pool is one voting account whose units are the pool's assets. Its votes count for the
///         operator, who may delegate them; a delegator's stake votes with the operator it is behind.
/// @dev The votes of an account are the assets of its own pool, unless delegated away, and what other operators
///      delegated to it. Only the second has a record of its own; the first is the history of the pool. So a stake, an
///      unbonding or a slash is two entries, the pool's and the total's, whatever the number of delegators. Unbonding
///      stake does not vote. Every past second is answered exactly; times are below 2^32.
abstract contract StakeVotes is IERC5805, EIP712, Nonces {
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

    bytes32 private constant DELEGATION_TYPEHASH = keccak256(
        "Delegation(address delegatee,uint256 nonce,uint256 expiry)"
    );

    mapping(address operator => OperatorState) internal _states;
    mapping(address operator => Pool) internal _pools;
    Totals internal _totals;
    PackedTrace.Trace private _totalHistory;
    mapping(address operator => PackedTrace.Trace) private _poolHistory;
    mapping(address operator => Checkpoints.Trace208) private _delegatees;
    mapping(address delegatee => Checkpoints.Trace208) private _received;

    constructor() EIP712("OPG Staking", "1") {}

    /// @inheritdoc IVotes
    function delegate(address delegatee) external {
        _delegate(msg.sender, delegatee);
    }

    /// @inheritdoc IVotes
    function delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, bytes32 s) external {
        require(block.timestamp <= expiry, VotesExpiredSignature(expiry));
        bytes32 message = keccak256(abi.encode(DELEGATION_TYPEHASH, delegatee, nonce, expiry));
        address signer = ECDSA.recover(_hashTypedDataV4(message), v, r, s);
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
        votes = _received[account].upperLookupRecent(time);
        address delegatee = address(uint160(_delegatees[account].upperLookupRecent(time)));
        if (delegatee == address(0) || delegatee == account) votes += _poolAssetsAt(account, time);
    }

    /// @inheritdoc IVotes
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        uint48 time = _pastTime(timepoint);
        Totals memory totals = _totals;
        return time < totals.since ? _totalHistory.valueAt(totals.checkpoints, time) : totals.votes;
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
        if (state.votesAway) return _moveReceived(delegates(operator), tokensBefore, pool.tokens);
        emit DelegateVotesChanged(
            operator,
            _votesOf(operator, state, tokensBefore),
            _votesOf(operator, state, pool.tokens)
        );
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
        state.closed = uint8(word >> 80) != 0;
    }

    /// @dev Writes an operator's state with one access to storage; the compiler would write member by member.
    function _storeState(address operator, OperatorState memory state) internal {
        OperatorState storage stored = _states[operator];
        uint256 word = state.open ? 1 : 0;
        if (state.tombstoned) word |= 1 << 8;
        if (state.votesAway) word |= 1 << 16;
        if (state.votesReceived) word |= 1 << 24;
        word |= (uint256(state.era) << 32) | (uint256(state.checkpoints) << 48);
        if (state.closed) word |= 1 << 80;
        assembly ("memory-safe") {
            sstore(stored.slot, word)
        }
    }

    /// @dev Whether `account` is a registered operator.
    function _isOperator(address account) internal view returns (bool) {
        return _states[account].open;
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
        if (previous == account) emit DelegateVotesChanged(account, previousVotes, previousVotes - assets);
        else _moveReceived(previous, assets, 0);
        if (delegatee == account) emit DelegateVotesChanged(account, previousVotes, previousVotes + assets);
        else _moveReceived(delegatee, 0, assets);
    }

    /// @dev Replaces `removed` by `added` in what other operators delegated to `delegatee`.
    function _moveReceived(address delegatee, uint256 removed, uint256 added) private {
        OperatorState storage state = _states[delegatee];
        if (state.open && !state.votesReceived) state.votesReceived = true;
        (uint256 previous, uint256 current) = _received[delegatee].push(
            clock(),
            (_received[delegatee].latest() + added - removed).toUint208()
        );
        uint256 own = state.votesAway ? 0 : _pools[delegatee].tokens;
        emit DelegateVotesChanged(delegatee, previous + own, current + own);
    }

    /// @dev The votes of `account` now, if its pool's assets are `assets`.
    function _votesOf(address account, OperatorState memory state, uint256 assets) private view returns (uint256) {
        uint256 own = state.votesAway ? 0 : assets;
        // What an account that is no operator received is not flagged.
        return state.votesReceived || !state.open ? own + _received[account].latest() : own;
    }

    function _poolAssetsAt(address operator, uint48 time) private view returns (uint256) {
        Pool memory pool = _pools[operator].load();
        if (time >= pool.stamp) return pool.tokens;
        return _poolHistory[operator].valueAt(_states[operator].checkpoints, time);
    }

    function _pastTime(uint256 timepoint) private view returns (uint48) {
        require(timepoint < clock(), Votes.ERC5805FutureLookup(timepoint, clock()));
        return uint48(timepoint);
    }
}
