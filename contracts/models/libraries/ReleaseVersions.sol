// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {IModelHub} from "../interfaces/IModelHub.sol";

/// @title Version numbers of releases: major.minor, the minor in two digits
/// @notice A version is packed as `major << 8 | minor`. It grows with every release; 0 means "no release".
library ReleaseVersions {
    /// @notice The version of a first release, 1.00.
    uint40 internal constant FIRST = 1 << 8;
    /// @notice Highest major number.
    uint32 internal constant MAX_MAJOR = type(uint32).max;
    /// @notice Highest minor number; the next release must be a major one.
    uint8 internal constant MAX_MINOR = 99;

    /// @notice The version after `version`: 1.00 if there is none, else the next minor (1.01) or major (2.00) one.
    function next(uint40 version, bool bumpMajor) internal pure returns (uint40) {
        if (version == 0) return FIRST;
        if (bumpMajor) {
            if (major(version) == MAX_MAJOR) revert IModelHub.ModelsMajorVersionsExhausted(MAX_MAJOR);
            return uint40(major(version) + 1) << 8;
        }
        if (minor(version) == MAX_MINOR) revert IModelHub.ModelsMinorVersionsExhausted(major(version), MAX_MINOR);
        return version + 1;
    }

    /// @notice The number before the point.
    function major(uint40 version) internal pure returns (uint32) {
        return uint32(version >> 8);
    }

    /// @notice The number after the point.
    function minor(uint40 version) internal pure returns (uint32) {
        return uint8(version);
    }

    /// @notice The version as people write it, for example "1.01".
    function toText(uint40 version) internal pure returns (string memory) {
        string memory padding = minor(version) < 10 ? ".0" : ".";
        return string.concat(Strings.toString(major(version)), padding, Strings.toString(minor(version)));
    }
}
