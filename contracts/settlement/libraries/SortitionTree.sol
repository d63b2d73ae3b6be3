// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Weights by place, and the place that a random point fell on when a block was mined
/// @notice A tree of words with four 52-bit lanes, each the sum of the word below it. Every word has a history by
///         block: what a draw finds is fixed before anybody knows the hash that it goes by. A change of a weight
///         writes one word per level, a search looks one up: six each, for 4,096 places.
library SortitionTree {
    using Checkpoints for Checkpoints.Trace208;

    struct Tree {
        // By level (0 holds the weights themselves) and position in the level.
        mapping(uint256 node => Checkpoints.Trace208) nodes;
    }

    /// @notice Thrown when the weights below one word would not fit its lane.
    error SortitionWeightOverflow(uint256 weight, uint256 maximum);
    /// @notice Thrown when a point lies behind all weights.
    error SortitionPointOutOfRange(uint256 point, uint256 total);

    /// @notice The number of places.
    uint256 internal constant CAPACITY = 1 << (FAN_BITS * LEVELS);
    uint256 private constant LEVELS = 6;
    uint256 private constant FAN_BITS = 2;
    uint256 private constant FAN = 1 << FAN_BITS;
    uint256 private constant LANE_BITS = 52;
    uint256 private constant MAX_WEIGHT = (1 << LANE_BITS) - 1;
    /// @dev Wider than a position in any level.
    uint256 private constant LEVEL_SHIFT = 16;

    /// @notice Gives a place a weight, from this block on.
    /// @param place  Below {CAPACITY}.
    /// @param weight What the place and all others together weigh must stay below 2^52.
    function set(Tree storage tree, uint256 place, uint256 weight) internal {
        uint48 number = SafeCast.toUint48(block.number);
        uint256 old = weightAt(tree, place, block.number);
        for (uint256 level = 0; level < LEVELS; ++level) {
            Checkpoints.Trace208 storage node = tree.nodes[_node(level, place >> FAN_BITS)];
            uint256 shift = (place % FAN) * LANE_BITS;
            uint256 lanes = node.latest();
            uint256 lane = _first(lanes >> shift);
            uint256 sum = lane - old + weight;
            require(sum <= MAX_WEIGHT, SortitionWeightOverflow(sum, MAX_WEIGHT));
            // Four lanes of 52 bits.
            node.push(number, uint208(lanes - (lane << shift) + (sum << shift)));
            place >>= FAN_BITS;
        }
    }

    /// @notice The weight of a place at the end of a block.
    function weightAt(Tree storage tree, uint256 place, uint256 number) internal view returns (uint256) {
        return _first(_lanesAt(tree, 0, place >> FAN_BITS, number) >> ((place % FAN) * LANE_BITS));
    }

    /// @notice The sum of all weights at the end of a block.
    function totalAt(Tree storage tree, uint256 number) internal view returns (uint256) {
        return _sum(_lanesAt(tree, LEVELS - 1, 0, number));
    }

    /// @notice The sum of the weights of all places before one, at the end of a block.
    function offsetAt(Tree storage tree, uint256 place, uint256 number) internal view returns (uint256 offset) {
        for (uint256 level = 0; level < LEVELS; ++level) {
            uint256 before = (1 << ((place % FAN) * LANE_BITS)) - 1;
            place >>= FAN_BITS;
            offset += _sum(_lanesAt(tree, level, place, number) & before);
        }
    }

    /// @notice The place on which a point falls when all weights of the end of a block lie one behind the other, in the
    ///         order of the places.
    /// @param point Below {totalAt}.
    /// @return place  The place.
    /// @return weight Its weight, never 0.
    function find(
        Tree storage tree,
        uint256 point,
        uint256 number
    ) internal view returns (uint256 place, uint256 weight) {
        uint256 all = totalAt(tree, number);
        require(point < all, SortitionPointOutOfRange(point, all));
        for (uint256 levels = LEVELS; levels != 0; --levels) {
            uint256 lanes = _lanesAt(tree, levels - 1, place, number);
            uint256 lane = 0;
            weight = _first(lanes);
            while (point >= weight) {
                point -= weight;
                lanes >>= LANE_BITS;
                weight = _first(lanes);
                ++lane;
            }
            place = (place << FAN_BITS) | lane;
        }
    }

    function _lanesAt(
        Tree storage tree,
        uint256 level,
        uint256 position,
        uint256 number
    ) private view returns (uint256) {
        return tree.nodes[_node(level, position)].upperLookupRecent(SafeCast.toUint48(number));
    }

    function _sum(uint256 lanes) private pure returns (uint256 sum) {
        for (; lanes != 0; lanes >>= LANE_BITS) sum += _first(lanes);
    }

    function _first(uint256 lanes) private pure returns (uint256) {
        return lanes & MAX_WEIGHT;
    }

    function _node(uint256 level, uint256 position) private pure returns (uint256) {
        return (level << LEVEL_SHIFT) | position;
    }
}
