// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SortitionTree} from "../../../contracts/settlement/libraries/SortitionTree.sol";
import {Base} from "../Base.sol";

contract SortitionTreeTest is Base {
    using SortitionTree for SortitionTree.Tree;

    uint256 private constant CHANGES = 24;
    uint256 private constant MAX_WEIGHT = 2 ** 52 - 1;

    SortitionTree.Tree private _tree;
    uint256[] private _places;
    mapping(uint256 place => uint256) private _weights;

    /// @dev Against a list that is walked from its beginning; and once more after others changed everything.
    function testFuzz_FindsAsAWalkDoes(uint256 seed, uint256 point) external {
        for (uint256 i = 0; i < CHANGES; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            // Some places change twice, some to nothing, some are neighbours, some far apart.
            uint256 place = i % 3 == 0 ? random % 9 : random % SortitionTree.CAPACITY;
            _set(place, (random >> 128) % 4 == 0 ? 0 : (random >> 160) % 1e9);
        }
        uint256 number = block.number;
        vm.assertEq(_tree.totalAt(number), _sum(), "total");
        if (_sum() == 0) return;
        point = bound(point, 0, _sum() - 1);
        _findsAsAWalk(point, number);
        vm.roll(number + 1);
        for (uint256 i = 0; i < CHANGES; ++i) _tree.set(uint256(keccak256(abi.encode(seed, i))) % 9, i);
        _findsAsAWalk(point, number);
        vm.assertEq(_tree.totalAt(number), _sum(), "the total of that block");
    }

    function _findsAsAWalk(uint256 point, uint256 number) private view {
        (uint256 place, uint256 weight) = _tree.find(point, number);
        (uint256 expected, uint256 expectedWeight) = _walk(point);
        vm.assertEq(place, expected, "place");
        vm.assertEq(weight, expectedWeight, "its weight");
        vm.assertEq(_tree.weightAt(place, number), weight, "by itself");
        vm.assertEq(_tree.offsetAt(place, number), _upTo(place) - weight, "what lies before it");
    }

    function test_GivenOneHeavyPlace_AllPointsFallOnIt() external {
        _set(SortitionTree.CAPACITY - 1, MAX_WEIGHT);
        (uint256 first, ) = _tree.find(0, block.number);
        (uint256 last, uint256 weight) = _tree.find(MAX_WEIGHT - 1, block.number);
        vm.assertEq(first, SortitionTree.CAPACITY - 1, "first point");
        vm.assertEq(last, SortitionTree.CAPACITY - 1, "last point");
        vm.assertEq(weight, MAX_WEIGHT, "weight");
    }

    /// @dev Places 0 and 15 share a lane on the third level only.
    function testFuzz_RevertWhen_WeightsOverflowALane(uint256 first, uint256 second) external {
        first = bound(first, 1, MAX_WEIGHT);
        second = bound(second, MAX_WEIGHT - first + 1, MAX_WEIGHT);
        _set(0, first);
        vm.expectRevert(
            abi.encodeWithSelector(SortitionTree.SortitionWeightOverflow.selector, first + second, MAX_WEIGHT)
        );
        this.set(15, second);
    }

    function testFuzz_RevertWhen_PointIsBehindAllWeights(uint256 weight, uint256 point) external {
        weight = bound(weight, 0, MAX_WEIGHT);
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
        return _tree.find(point, block.number);
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
