// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {OperatorRoles} from "../libraries/OperatorRoles.sol";
import {IOperators} from "../staking/interfaces/IOperators.sol";
import {IStaking} from "../staking/interfaces/IStaking.sol";
import {IJuryPool} from "./interfaces/IJuryPool.sol";
import {SortitionTree} from "./libraries/SortitionTree.sol";

/// @title Who can be drawn as a juror
/// @notice See {IJuryPool}.
/// @dev A place in the tree that nobody needs any more is given to others, the longest free one first.
///
/// ASSUMPTIONS. 2^48 OPG are more than there ever are. To fill the places somebody needs the self-stake of 4,096
/// judges: a place is free again long before the stake that held it can be somewhere else.
contract JuryPool is IJuryPool {
    using SafeCast for uint256;
    using SortitionTree for SortitionTree.Tree;

    /// @dev Weights that a draw leaves out.
    struct Gap {
        uint256 start;
        uint256 length;
    }

    /// @dev A place in the tree, and since which block nobody needs it; 0 means "somebody does".
    struct Place {
        address occupant;
        uint48 leftAt;
    }

    /// @dev That a place was left in a block. Void once somebody needs the place again.
    struct Departure {
        uint16 place;
        uint48 leftAt;
    }

    /// @inheritdoc IJuryPool
    uint256 public constant RAISE_NOTICE = 1 days;
    /// @inheritdoc IJuryPool
    uint256 public constant MAX_SEATS = 31;
    /// @inheritdoc IJuryPool
    uint256 public constant REUSE_BLOCKS = 8_192;
    /// @notice The most tries per seat.
    uint256 public constant TRIES_PER_SEAT = 8;
    /// @dev Weights are whole OPG.
    uint256 private constant UNIT = 1e18;
    /// @dev The most void departures that a {refresh} passes over.
    uint256 private constant MAX_SKIPS = 32;
    /// @dev In a random word, the point is below and what decides about stale weights is above.
    uint256 private constant HALF = 128;

    /// @notice The stake ledger.
    IStaking public immutable STAKING;
    /// @notice Who the operators are.
    IOperators public immutable OPERATORS;

    SortitionTree.Tree private _tree;
    Place[] private _places;
    /// @dev In the order of time; those before `_firstDeparture` are used up or void.
    Departure[] private _departures;
    uint256 private _firstDeparture;
    /// @dev The place and 1, also of who left it, until it is another's; 0 means "none".
    mapping(address operator => uint256) private _placeOf;
    mapping(address operator => Weight) private _weights;
    /// @inheritdoc IJuryPool
    uint256 public size;

    /// @param staking The stake ledger, with its operators.
    constructor(IStaking staking) {
        require(address(staking).code.length != 0, JuryPoolLedgerWithoutCode(address(staking)));
        STAKING = staking;
        OPERATORS = staking.operators();
    }

    /// @inheritdoc IJuryPool
    function refresh(address[] calldata operators) external {
        _skipVoid();
        for (uint256 i = 0; i < operators.length; ++i) _refresh(operators[i]);
    }

    /// @inheritdoc IJuryPool
    function draw(
        bytes32 seed,
        uint256 blockNumber,
        uint256 seats,
        address accused,
        address accuser
    ) external view returns (address[] memory jurors) {
        jurors = new address[](Math.min(seats, MAX_SEATS));
        Gap[2] memory gaps = _gaps(blockNumber, accused, accuser);
        uint256 all = _tree.totalAt(blockNumber) - gaps[0].length - gaps[1].length;
        uint256 tries = all == 0 ? 0 : jurors.length * TRIES_PER_SEAT;
        uint256 drawn = 0;
        for (uint256 i = 0; i < tries && drawn < jurors.length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            (uint256 place, uint256 weight) = _tree.find(_over(gaps, uint128(random) % all), blockNumber);
            address juror = _places[place].occupant;
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
    function totalWeight() public view returns (uint256) {
        return _tree.totalAt(block.number);
    }

    /// @inheritdoc IJuryPool
    function standingOf(address operator) public view returns (uint256) {
        if (!OPERATORS.isActive(operator, OperatorRoles.JUDGE)) return 0;
        (uint256 poolAssets, ) = STAKING.poolOf(operator);
        return poolAssets / UNIT;
    }

    function _refresh(address operator) private {
        Weight memory old = _weights[operator];
        Weight memory next = _nextWeight(old, standingOf(operator));
        bool same = next.weight == old.weight && next.countsFrom == old.countsFrom;
        if (same && next.announced == old.announced) return;
        uint256 place = _isAbsent(old) ? _enter(operator) : _placeOf[operator] - 1;
        if (next.weight != old.weight) _tree.set(place, next.weight);
        if (_isAbsent(next)) _leave(place);
        _weights[operator] = next;
        emit JurorWeighed(operator, next.weight, next.announced, next.countsFrom);
    }

    /// @param standing What it would be without notice.
    function _nextWeight(Weight memory old, uint256 standing) private view returns (Weight memory next) {
        next = Weight(old.weight, old.announced, old.countsFrom);
        if (next.countsFrom != 0 && block.timestamp >= next.countsFrom) {
            next = Weight(next.announced, 0, 0);
        }
        uint48 present = standing.toUint48();
        if (present < next.weight) next.weight = present;
        if (present <= next.weight) return Weight(next.weight, 0, 0);
        if (next.countsFrom == 0) {
            next.announced = present;
            next.countsFrom = uint40(block.timestamp + RAISE_NOTICE);
        } else if (present < next.announced) {
            next.announced = present;
        }
    }

    /// @dev His own place, if he had one that nobody took; else the one that was left first, if that is long ago; else
    ///      a new one.
    function _enter(address operator) private returns (uint256 place) {
        ++size;
        if (_placeOf[operator] != 0) {
            place = _placeOf[operator] - 1;
            _places[place].leftAt = 0;
            return place;
        }
        (bool found, uint256 free) = _nextFree();
        if (found) {
            place = free;
            delete _placeOf[_places[place].occupant];
            _places[place] = Place(operator, 0);
        } else {
            place = _places.length;
            require(place < SortitionTree.CAPACITY, JuryPoolFull(SortitionTree.CAPACITY));
            _places.push(Place(operator, 0));
        }
        _placeOf[operator] = place + 1;
    }

    /// @dev He stays the occupant until another one comes: a draw by an earlier block finds him.
    function _leave(uint256 place) private {
        --size;
        uint48 leftAt = block.number.toUint48();
        _places[place].leftAt = leftAt;
        _departures.push(Departure(uint16(place), leftAt));
    }

    /// @dev Passes over departures of those who came back. It is bounded, so that nobody makes a call dear by coming
    ///      and going; the next call passes over the next ones.
    function _skipVoid() private {
        uint256 first = _firstDeparture;
        uint256 end = Math.min(_departures.length, first + MAX_SKIPS);
        uint256 next = first;
        while (next < end && _isVoid(_departures[next])) ++next;
        if (next != first) _firstDeparture = next;
    }

    function _nextFree() private returns (bool found, uint256 place) {
        if (_firstDeparture == _departures.length) return (false, 0);
        Departure memory departure = _departures[_firstDeparture];
        if (_isVoid(departure) || block.number <= departure.leftAt + REUSE_BLOCKS) return (false, 0);
        ++_firstDeparture;
        return (true, departure.place);
    }

    function _isVoid(Departure memory departure) private view returns (bool) {
        return _places[departure.place].leftAt != departure.leftAt;
    }

    function _isAbsent(Weight memory weight) private pure returns (bool) {
        return weight.weight == 0 && weight.countsFrom == 0;
    }

    /// @dev What the two parties weighed, in the order of their places.
    function _gaps(uint256 blockNumber, address first, address second) private view returns (Gap[2] memory gaps) {
        gaps[0] = _gapOf(blockNumber, first);
        if (second != first) gaps[1] = _gapOf(blockNumber, second);
        if (gaps[1].start < gaps[0].start) (gaps[0], gaps[1]) = (gaps[1], gaps[0]);
    }

    function _gapOf(uint256 blockNumber, address operator) private view returns (Gap memory gap) {
        uint256 place = _placeOf[operator];
        if (place == 0) return gap;
        gap.start = _tree.offsetAt(place - 1, blockNumber);
        gap.length = _tree.weightAt(place - 1, blockNumber);
    }

    /// @dev The point that is as far in when what the parties weighed is left out.
    function _over(Gap[2] memory gaps, uint256 point) private pure returns (uint256) {
        if (point >= gaps[0].start) point += gaps[0].length;
        return point >= gaps[1].start ? point + gaps[1].length : point;
    }
}
