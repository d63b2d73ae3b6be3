// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IEnclaveRegistry} from "../interfaces/IEnclaveRegistry.sol";
import {IHardwarePolicy} from "../interfaces/IHardwarePolicy.sol";

/// @title Whether a registered enclave's work counts, judged from three storage words
/// @notice The one place where these rules stand: what is used and what is explained cannot differ.
/// @dev The words are the enclave's state, its profile's terms and its release's terms as storage packs them; unpacking
///      them into structs in memory would cost a quarter of a use. A test compares every rule with the structs.
library UseRules {
    /// @dev {IHardwarePolicy.ProfileStatus} and {ICodeReleases.ReleaseStatus} have none above 2.
    uint256 private constant ACCEPTED = uint256(IHardwarePolicy.ProfileStatus.ACCEPTED);

    /// @dev Seconds after an announced end during which work dated before it still counts.
    uint256 private constant ENDING_GRACE = 1 days;

    // Where the fields begin, in bits. State: usableFrom 0, validUntil 40, lastSeen 80, policyVersion 120,
    // releaseIndex 184, profileIndex 216, revoked 224.
    uint256 private constant VALID_UNTIL = 40;
    uint256 private constant LAST_SEEN = 80;
    uint256 private constant POLICY_VERSION = 120;
    uint256 private constant RELEASE_INDEX = 184;
    uint256 private constant PROFILE_INDEX = 216;
    uint256 private constant REVOKED = 224;
    // {IHardwarePolicy.ProfileTerms}.
    uint256 private constant PROFILE_ACCEPTED_AT = 8;
    uint256 private constant PROFILE_ROLES = 72;
    uint256 private constant PROFILE_HEARTBEAT = 112;
    uint256 private constant PROFILE_SUNSET = 144;
    uint256 private constant PROFILE_COMPROMISED = 184;
    // {ICodeReleases.ReleaseTerms}.
    uint256 private constant RELEASE_ROLES = 8;
    uint256 private constant RELEASE_ACCEPTED_AT = 16;
    uint256 private constant RELEASE_ACTIVE_FROM = 80;
    uint256 private constant RELEASE_SUNSET = 120;
    uint256 private constant RELEASE_COMPROMISED = 160;
    uint256 private constant RELEASE_PROFILES = 200;

    /// @notice The place of the enclave's profile.
    function profileIndexOf(uint256 state) internal pure returns (uint256) {
        return uint8(state >> PROFILE_INDEX);
    }

    /// @notice The place of the enclave's release.
    function releaseIndexOf(uint256 state) internal pure returns (uint256) {
        return uint32(state >> RELEASE_INDEX);
    }

    /// @notice The set of {IEnclaveRegistry.UseRule} that work dated `at` in `roles`, a set of 8 bits, breaks; whether
    ///         the operator stands is not among them.
    function failedRules(
        uint256 state,
        uint256 profile,
        uint256 release,
        uint256 roles,
        uint256 at
    ) internal view returns (uint256 failed) {
        uint256 usableFrom = uint40(state);
        if (usableFrom == 0) return 1 << uint8(IEnclaveRegistry.UseRule.REGISTERED);
        if (state >> REVOKED != 0) failed = 1 << uint8(IEnclaveRegistry.UseRule.NOT_REVOKED);
        if (at < usableFrom) failed |= 1 << uint8(IEnclaveRegistry.UseRule.IN_FORCE);
        if (at > uint40(state >> VALID_UNTIL)) failed |= 1 << uint8(IEnclaveRegistry.UseRule.NOT_EXPIRED);
        // Sums of 40 and 32 bits do not overflow.
        unchecked {
            if (at > uint256(uint40(state >> LAST_SEEN)) + uint32(profile >> PROFILE_HEARTBEAT)) {
                failed |= 1 << uint8(IEnclaveRegistry.UseRule.NOT_SILENT);
            }
        }
        uint256 version = uint64(state >> POLICY_VERSION);
        if (version < uint64(profile >> PROFILE_ACCEPTED_AT)) {
            failed |= 1 << uint8(IEnclaveRegistry.UseRule.PROFILE_UNINTERRUPTED);
        }
        if (version < uint64(release >> RELEASE_ACCEPTED_AT)) {
            failed |= 1 << uint8(IEnclaveRegistry.UseRule.RELEASE_UNINTERRUPTED);
        }
        if (roles == 0 || roles & ~(profile >> PROFILE_ROLES) != 0) {
            failed |= 1 << uint8(IEnclaveRegistry.UseRule.PROFILE_SERVES_ROLES);
        }
        if (roles & ~(release >> RELEASE_ROLES) != 0) {
            failed |= 1 << uint8(IEnclaveRegistry.UseRule.RELEASE_SERVES_ROLES);
        }
        if (at < uint40(release >> RELEASE_ACTIVE_FROM)) failed |= 1 << uint8(IEnclaveRegistry.UseRule.RELEASE_BEGUN);
        if (((release >> RELEASE_PROFILES) >> profileIndexOf(state)) & 1 == 0) {
            failed |= 1 << uint8(IEnclaveRegistry.UseRule.RELEASE_ON_PROFILE);
        }
        // Both are 1, and no end is announced: the usual case, in one comparison each.
        bool accepted = uint8(profile & release) == ACCEPTED;
        uint256 sunsets = uint40(profile >> PROFILE_SUNSET) | uint40(release >> RELEASE_SUNSET);
        if (!accepted || sunsets != 0) failed |= _failedByDecisions(profile, release, at);
    }

    /// @dev The rules that a removal or an announced end breaks.
    function _failedByDecisions(uint256 profile, uint256 release, uint256 at) private view returns (uint256 failed) {
        if (uint8(profile) != ACCEPTED && at >= uint40(profile >> PROFILE_COMPROMISED)) {
            failed = 1 << uint8(IEnclaveRegistry.UseRule.PROFILE_ACCEPTED);
        }
        if (_hasEnded(uint40(profile >> PROFILE_SUNSET), at)) {
            failed |= 1 << uint8(IEnclaveRegistry.UseRule.PROFILE_NOT_ENDED);
        }
        if (uint8(release) != ACCEPTED && at >= uint40(release >> RELEASE_COMPROMISED)) {
            failed |= 1 << uint8(IEnclaveRegistry.UseRule.RELEASE_ACCEPTED);
        }
        if (_hasEnded(uint40(release >> RELEASE_SUNSET), at)) {
            failed |= 1 << uint8(IEnclaveRegistry.UseRule.RELEASE_NOT_ENDED);
        }
    }

    /// @dev Whether an announced end refuses work dated `at` now; 0 is no end.
    function _hasEnded(uint256 sunset, uint256 at) private view returns (bool) {
        return sunset != 0 && (at >= sunset || block.timestamp >= sunset + ENDING_GRACE);
    }
}
