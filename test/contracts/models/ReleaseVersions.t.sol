// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IModelHub} from "../../../contracts/models/interfaces/IModelHub.sol";
import {ReleaseVersions} from "../../../contracts/models/libraries/ReleaseVersions.sol";
import {Base} from "../Base.sol";

contract ReleaseVersionsTest is Base {
    function next(uint40 version, bool bumpMajor) external pure returns (uint40) {
        return ReleaseVersions.next(version, bumpMajor);
    }

    function testFuzz_Next_CountsUpToTheLimits(uint256 major, uint256 minor) public {
        major = bound(major, 1, type(uint32).max);
        minor = bound(minor, 0, 99);
        uint40 version = uint40((major << 8) | minor);
        if (minor == 99) {
            vm.expectRevert(abi.encodeWithSelector(IModelHub.ModelsMinorVersionsExhausted.selector, major, 99));
        }
        uint256 bumped = this.next(version, false);
        if (minor != 99) vm.assertEq(bumped, (major << 8) | (minor + 1), "minor");
        if (major == type(uint32).max) _expectMajorExhausted();
        bumped = this.next(version, true);
        if (major != type(uint32).max) vm.assertEq(bumped, (major + 1) << 8, "major");
    }

    function test_RevertGiven_MajorVersionsAreUsedUp() public {
        _expectMajorExhausted();
        this.next((uint40(type(uint32).max) << 8) | 5, true);
        vm.assertEq(this.next((uint40(type(uint32).max) << 8) | 5, false) & 0xff, 6, "minor ones go on");
    }

    function _expectMajorExhausted() private {
        vm.expectRevert(
            abi.encodeWithSelector(IModelHub.ModelsMajorVersionsExhausted.selector, type(uint32).max)
        );
    }
}
