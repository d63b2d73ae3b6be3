// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SortitionTree} from "../../../contracts/settlement/libraries/SortitionTree.sol";
import {Base} from "../Base.sol";

contract SortitionTreeTest is Base {
    using SortitionTree for SortitionTree.Tree;

    uint256 private constant CHANGES = 24;

    SortitionTree.Tree private _tree;
    uint256[] private _places;
    mapping(uint256 place => uint256) private _weights;

    /// @dev Against a list that is walked from its beginning.
    function testFuzz_FindsAsAWalkDoes(uint256 seed, uint256 point) external {
        for (uint256 i = 0; i < CHANGES; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            // Some places change twice, some to nothing, some are neighbours, some far apart.
            uint256 place = i % 3 == 0 ? random % 9 : random % SortitionTree.CAPACITY;
            _set(place, (random >> 128) % 4 == 0 ? 0 : (random >> 160) % 1e8);
        }
        uint256 all = _tree.total();
        vm.assertEq(all, _sum(), "total");
        if (all == 0) return;
        point = bound(point, 0, all - 1);
        (uint256 place_, uint256 weight) = _tree.find(point);
        (uint256 expected, uint256 expectedWeight) = _walk(point);
        vm.assertEq(place_, expected, "place");
        vm.assertEq(weight, expectedWeight, "its weight");
        vm.assertEq(_tree.weightAt(place_), weight, "by itself");
    }

    function test_GivenOneHeavyPlace_AllPointsFallOnIt() external {
        _set(SortitionTree.CAPACITY - 1, type(uint32).max);
        (uint256 first, ) = _tree.find(0);
        (uint256 last, uint256 weight) = _tree.find(type(uint32).max - 1);
        vm.assertEq(first, SortitionTree.CAPACITY - 1, "first point");
        vm.assertEq(last, SortitionTree.CAPACITY - 1, "last point");
        vm.assertEq(weight, type(uint32).max, "weight");
    }

    /// @dev Places 0 and 63 share a word on the second level only.
    function testFuzz_RevertWhen_WeightsOverflowALane(uint256 first, uint256 second) external {
        first = bound(first, 1, type(uint32).max);
        second = bound(second, type(uint32).max - first + 1, type(uint32).max);
        _set(0, first);
        vm.expectRevert(
            abi.encodeWithSelector(
                SortitionTree.SortitionWeightOverflow.selector,
                first + second,
                uint256(type(uint32).max)
            )
        );
        this.set(63, second);
    }

    function testFuzz_RevertWhen_PointIsBehindAllWeights(uint256 weight, uint256 point) external {
        weight = bound(weight, 0, type(uint32).max);
        point = bound(point, weight, type(uint256).max);
        _set(7, weight);
        vm.expectRevert(abi.encodeWithSelector(SortitionTree.SortitionPointOutOfRange.selector, point, weight));
        this.find(point);
    }

    /// @dev Libraries are inside the test; errors are expected of calls.
    function set(uint256 place, uint256 weight) external {
        _tree.set(place, weight);
    }

    function find(uint256 point) external view returns (uint256 place, uint256 weight) {
        return _tree.find(point);
    }

    function _set(uint256 place, uint256 weight) private {
        _tree.set(place, weight);
        if (_weights[place] == 0) _places.push(place);
        _weights[place] = weight;
    }

    function _sum() private view returns (uint256 sum) {
        for (uint256 i = 0; i < _places.length; ++i) if (!_isRepeated(i)) sum += _weights[_places[i]];
    }

    /// @dev The smallest place such that all weights up to it outweigh the point.
    function _walk(uint256 point) private view returns (uint256 best, uint256 weight) {
        best = type(uint256).max;
        for (uint256 i = 0; i < _places.length; ++i) {
            uint256 place = _places[i];
            if (_weights[place] != 0 && place < best && _upTo(place) > point) best = place;
        }
        weight = _weights[best];
    }

    function _upTo(uint256 place) private view returns (uint256 sum) {
        for (uint256 i = 0; i < _places.length; ++i) {
            if (_places[i] <= place && !_isRepeated(i)) sum += _weights[_places[i]];
        }
    }

    function _isRepeated(uint256 index) private view returns (bool) {
        for (uint256 i = 0; i < index; ++i) if (_places[i] == _places[index]) return true;
        return false;
    }
}
