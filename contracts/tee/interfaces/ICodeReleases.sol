// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The enclave code that token holders accept
/// @notice A release is named by its measurement: what the hardware says about the code. Additions come by vote; the
///         guardian can only take away, and a revoked measurement never comes back.
interface ICodeReleases {
    enum ReleaseStatus {
        NONE,
        ACCEPTED,
        REVOKED
    }

    /// @notice One version of the code that runs inside an enclave.
    /// @param measurementId What {AttestationFacts.measurementId} must be; not zero.
    /// @param name          For people, for example "tee-gateway".
    /// @param version       For people, for example "1.4.0".
    /// @param sourceCommit  The commit that was built, left-aligned; not zero.
    /// @param buildHash     SHA-256 of the image that a reproducible build gives.
    /// @param uri           Where source and build instructions are.
    /// @param roles         Set of {OperatorRoles} this code may serve; not empty.
    /// @param profileIds    The profiles it may run on: 1 to 16, each accepted before or now.
    /// @param activeFrom    Unix seconds; work dated earlier does not count.
    /// @param sunset        Unix seconds; work of this moment and later does not count. 0 means "no end".
    struct CodeRelease {
        bytes32 measurementId;
        string name;
        string version;
        bytes32 sourceCommit;
        bytes32 buildHash;
        string uri;
        uint8 roles;
        bytes32[] profileIds;
        uint40 activeFrom;
        uint40 sunset;
    }

    /// @notice What an enclave's use is checked against, in one read.
    /// @param status            Whether the release is accepted.
    /// @param roles             Set of {OperatorRoles} it may serve.
    /// @param acceptedAtVersion The policy version since which it has been accepted without interruption.
    /// @param activeFrom        Unix seconds; work dated earlier does not count.
    /// @param sunset            Unix seconds; work of this moment and later does not count. 0 means "no end".
    /// @param compromisedSince  Unix seconds from which work of a revoked release does not count.
    /// @param profiles          Set of profiles: bit n is the profile at index n.
    struct ReleaseTerms {
        ReleaseStatus status;
        uint8 roles;
        uint64 acceptedAtVersion;
        uint40 activeFrom;
        uint40 sunset;
        uint40 compromisedSince;
        uint56 profiles;
    }

    /// @notice Thrown when a release's measurement or source commit is zero.
    error CodeReleaseIncomplete(bytes32 measurementId, bytes32 sourceCommit);
    /// @notice Thrown when a text of a release has no characters or too many.
    error CodeReleaseTextLength(string text, uint256 maximum);
    /// @notice Thrown when a release's roles are empty or have unknown bits.
    error CodeReleaseRolesInvalid(uint8 roles, uint8 allRoles);
    /// @notice Thrown when a release names no profile or too many.
    error CodeReleaseProfileCount(uint256 count, uint256 maximum);
    /// @notice Thrown when a release would end before it begins, or has ended already.
    error CodeReleaseTimesInvalid(uint40 activeFrom, uint40 sunset, uint256 blockTimestamp);
    /// @notice Thrown when a measurement was revoked: that is for ever.
    error CodeReleaseIsRevoked(bytes32 measurementId);
    /// @notice Thrown when a release is not accepted.
    error CodeReleaseNotAccepted(bytes32 measurementId, ReleaseStatus status);

    event ReleaseAccepted(bytes32 indexed measurementId, uint64 indexed policyVersion, CodeRelease release);
    event ReleaseDeprecated(bytes32 indexed measurementId, uint64 indexed policyVersion, uint256 at);
    event ReleaseRevoked(bytes32 indexed measurementId, uint64 indexed policyVersion, uint256 since, string reason);

    /// @notice Accepts a release, or amends an accepted one. Restricted to {Roles.ADMIN}.
    /// @dev Enclaves that run it stay registered through an amendment, unless it had ended.
    function acceptRelease(CodeRelease calldata release) external;

    /// @notice Announces a release's end: work dated before `at` still counts for a day. Restricted to
    ///         {Roles.GUARDIAN}; an announced end can only be moved forward.
    function deprecateRelease(bytes32 measurementId, uint40 at) external;

    /// @notice Revokes a measurement for ever: work dated `since` and later does not count. Restricted to
    ///         {Roles.GUARDIAN}. Also refuses a measurement beforehand, and moves an earlier `since` back.
    /// @dev Constant cost: however many enclaves run it, none is visited.
    function revokeRelease(bytes32 measurementId, uint40 since, string calldata reason) external;

    /// @notice The release as accepted last and its terms; all zero if the measurement is unknown.
    function releaseOf(
        bytes32 measurementId
    ) external view returns (CodeRelease memory release, ReleaseTerms memory terms);

    /// @notice How many measurements were ever accepted or revoked.
    function releaseCount() external view returns (uint256);

    /// @notice The measurement at `index`, in the order of first mention.
    function measurementAt(uint256 index) external view returns (bytes32);
}
