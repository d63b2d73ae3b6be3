// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {OperatorRoles} from "../libraries/OperatorRoles.sol";
import {IOperators} from "../staking/interfaces/IOperators.sol";
import {IStaking} from "../staking/interfaces/IStaking.sol";
import {IJuryPool} from "./interfaces/IJuryPool.sol";
import {SortitionTree} from "./libraries/SortitionTree.sol";

/// @title Who can be drawn as a juror
/// @notice See {IJuryPool}.
/// @dev A place in the tree that nobody needs any more is given to the next who comes.
///
/// ASSUMPTIONS. 2^32 OPG are more than there ever are. To fill the places somebody needs the self-stake of 4,096 judges.
contract JuryPool is IJuryPool {
    using SortitionTree for SortitionTree.Tree;

    /// @inheritdoc IJuryPool
    uint256 public constant RAISE_NOTICE = 1 days;
    /// @inheritdoc IJuryPool
    uint256 public constant MAX_SEATS = 31;
    /// @notice The most tries per seat.
    uint256 public constant TRIES_PER_SEAT = 8;
    /// @dev Weights are whole OPG.
    uint256 private constant UNIT = 1e18;
    /// @dev In a random word, the point is below and what decides about stale weights is above.
    uint256 private constant HALF = 128;

    /// @notice The stake ledger.
    IStaking public immutable STAKING;
    /// @notice Who the operators are.
    IOperators public immutable OPERATORS;

    SortitionTree.Tree private _tree;
    /// @dev By place; zero where nobody is.
    address[] private _occupants;
    uint256[] private _freePlaces;
    /// @dev The place and 1; 0 means "not in the pool".
    mapping(address operator => uint256) private _places;
    mapping(address operator => Weight) private _weights;

    /// @param staking The stake ledger, with its operators.
    constructor(IStaking staking) {
        require(address(staking).code.length != 0, JuryPoolLedgerWithoutCode(address(staking)));
        STAKING = staking;
        OPERATORS = staking.operators();
    }

    /// @inheritdoc IJuryPool
    function refresh(address[] calldata operators) external {
        for (uint256 i = 0; i < operators.length; ++i) _refresh(operators[i]);
    }

    /// @inheritdoc IJuryPool
    function draw(
        bytes32 seed,
        uint256 seats,
        address accused,
        address accuser
    ) external view returns (address[] memory jurors) {
        seats = Math.min(seats, MAX_SEATS);
        jurors = new address[](seats);
        uint256 all = totalWeight();
        uint256 tries = all == 0 ? 0 : seats * TRIES_PER_SEAT;
        uint256 drawn = 0;
        for (uint256 i = 0; i < tries && drawn < seats; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            (uint256 place, uint256 weight) = _tree.find(uint128(random) % all);
            address juror = _occupants[place];
            if (juror == accused || juror == accuser) continue;
            // Who has a part of his weight left is taken with that part's probability.
            if ((random >> HALF) % weight < standingOf(juror)) jurors[drawn++] = juror;
        }
        // The array only becomes shorter.
        assembly ("memory-safe") {
            mstore(jurors, drawn)
        }
    }

    /// @inheritdoc IJuryPool
    function weightOf(address operator) external view returns (Weight memory) {
        return _weights[operator];
    }

    /// @inheritdoc IJuryPool
    function size() external view returns (uint256) {
        return _occupants.length - _freePlaces.length;
    }

    /// @inheritdoc IJuryPool
    function totalWeight() public view returns (uint256) {
        return _tree.total();
    }

    /// @inheritdoc IJuryPool
    function standingOf(address operator) public view returns (uint256) {
        if (!OPERATORS.isActive(operator, OperatorRoles.JUDGE)) return 0;
        (uint256 poolAssets, ) = STAKING.poolOf(operator);
        return Math.min(poolAssets / UNIT, type(uint32).max);
    }

    function _refresh(address operator) private {
        Weight memory old = _weights[operator];
        Weight memory next = _nextWeight(old, standingOf(operator));
        bool same = next.weight == old.weight && next.countsFrom == old.countsFrom;
        if (same && next.announced == old.announced) return;
        uint256 place = _places[operator];
        if (place == 0) place = _enter(operator);
        if (next.weight != old.weight) _tree.set(place - 1, next.weight);
        if (next.weight == 0 && next.countsFrom == 0) _leave(operator, place);
        _weights[operator] = next;
        emit JurorWeighed(operator, next.weight, next.announced, next.countsFrom);
    }

    /// @param standing What it would be without notice.
    function _nextWeight(Weight memory old, uint256 standing) private view returns (Weight memory next) {
        next = Weight(old.weight, old.announced, old.countsFrom);
        if (next.countsFrom != 0 && block.timestamp >= next.countsFrom) {
            next = Weight(next.announced, 0, 0);
        }
        // Below 2^32 by {standingOf}.
        uint32 present = uint32(standing);
        if (present < next.weight) next.weight = present;
        if (present <= next.weight) return Weight(next.weight, 0, 0);
        if (next.countsFrom == 0) {
            next.announced = present;
            next.countsFrom = uint40(block.timestamp + RAISE_NOTICE);
        } else if (present < next.announced) {
            next.announced = present;
        }
    }

    function _enter(address operator) private returns (uint256 place) {
        if (_freePlaces.length != 0) {
            place = _freePlaces[_freePlaces.length - 1];
            _freePlaces.pop();
            _occupants[place - 1] = operator;
        } else {
            require(_occupants.length < SortitionTree.CAPACITY, JuryPoolFull(SortitionTree.CAPACITY));
            _occupants.push(operator);
            place = _occupants.length;
        }
        _places[operator] = place;
    }

    function _leave(address operator, uint256 place) private {
        delete _places[operator];
        delete _occupants[place - 1];
        _freePlaces.push(place);
    }
}
