// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Weights by place, and the place that a random point falls on
/// @notice A tree of words with eight 32-bit lanes, each the sum of the word below it. A change of a weight writes one
///         word per level, a search reads one: four each, for 4,096 places.
library SortitionTree {
    struct Tree {
        // By level (0 holds the weights themselves) and position in the level.
        mapping(uint256 node => uint256 lanes) nodes;
    }

    /// @notice Thrown when the weights below one word would not fit its lane.
    error SortitionWeightOverflow(uint256 weight, uint256 maximum);
    /// @notice Thrown when a point lies behind all weights.
    error SortitionPointOutOfRange(uint256 point, uint256 total);

    /// @notice The number of places.
    uint256 internal constant CAPACITY = 1 << (FAN_BITS * LEVELS);
    uint256 private constant LEVELS = 4;
    uint256 private constant FAN_BITS = 3;
    uint256 private constant FAN = 1 << FAN_BITS;
    uint256 private constant LANE_BITS = 32;
    uint256 private constant MAX_WEIGHT = type(uint32).max;
    /// @dev Wider than a position in any level.
    uint256 private constant LEVEL_SHIFT = 16;

    /// @notice Gives a place a weight.
    /// @param place  Below {CAPACITY}.
    /// @param weight What the place and all others together weigh must stay below 2^32.
    function set(Tree storage tree, uint256 place, uint256 weight) internal {
        uint256 old = weightAt(tree, place);
        for (uint256 level = 0; level < LEVELS; ++level) {
            uint256 node = _node(level, place >> FAN_BITS);
            uint256 shift = (place % FAN) * LANE_BITS;
            uint256 lanes = tree.nodes[node];
            uint256 lane = uint32(lanes >> shift);
            uint256 sum = lane - old + weight;
            require(sum <= MAX_WEIGHT, SortitionWeightOverflow(sum, MAX_WEIGHT));
            tree.nodes[node] = lanes - (lane << shift) + (sum << shift);
            place >>= FAN_BITS;
        }
    }

    /// @notice The weight of a place.
    function weightAt(Tree storage tree, uint256 place) internal view returns (uint256) {
        return uint32(tree.nodes[_node(0, place >> FAN_BITS)] >> ((place % FAN) * LANE_BITS));
    }

    /// @notice The sum of all weights.
    function total(Tree storage tree) internal view returns (uint256 sum) {
        uint256 lanes = tree.nodes[_node(LEVELS - 1, 0)];
        for (; lanes != 0; lanes >>= LANE_BITS) sum += uint32(lanes);
    }

    /// @notice The place on which a point falls when all weights lie one behind the other, in the order of the places.
    /// @param point Below {total}.
    /// @return place  The place.
    /// @return weight Its weight, never 0.
    function find(Tree storage tree, uint256 point) internal view returns (uint256 place, uint256 weight) {
        uint256 all = total(tree);
        require(point < all, SortitionPointOutOfRange(point, all));
        for (uint256 levels = LEVELS; levels != 0; --levels) {
            uint256 lanes = tree.nodes[_node(levels - 1, place)];
            uint256 lane = 0;
            weight = uint32(lanes);
            while (point >= weight) {
                point -= weight;
                lanes >>= LANE_BITS;
                weight = uint32(lanes);
                ++lane;
            }
            place = (place << FAN_BITS) | lane;
        }
    }

    function _node(uint256 level, uint256 position) private pure returns (uint256) {
        return (level << LEVEL_SHIFT) | position;
    }
}
