// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {CodeReleases} from "./CodeReleases.sol";
import {HardwareProfiles} from "./HardwareProfiles.sol";

/// @title What token holders accept: hardware, and the code that runs on it
/// @notice Checks, records and announces each decision, and writes its terms into the registry of enclaves.
///
/// ROLES
/// - ADMIN (the timelock) accepts profiles and releases.
/// - GUARDIAN suspends and deprecates profiles, revokes and deprecates releases.
/// - The contract itself holds POLICY, which lets it write terms and nothing else.
///
/// UPGRADES: none. A vote gives POLICY to another contract, which finds the terms as they are.
contract HardwarePolicy is CodeReleases {
    constructor(address authority, address registry) AccessManaged(authority) HardwareProfiles(registry) {}
}
