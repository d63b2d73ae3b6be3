// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IEnclaveRegistry} from "../interfaces/IEnclaveRegistry.sol";

/// @title OpenGradient's registry of enclaves, as its clients know it
/// @notice Selectors, structs, events and the errors without arguments are those that OpenGradient has published; the
///         functions of the last section are additions. What an enclave is worth is decided by {IEnclaveRegistry} and
///         the policy alone: this contract keeps what only gateways have (endpoint, certificate, payment address).
interface ITEERegistry {
    /// @notice The three registers of a Nitro enclave that name its code, 48 bytes each.
    struct PCRMeasurements {
        bytes pcr0;
        bytes pcr1;
        bytes pcr2;
    }

    /// @notice A type of enclave. The type with id n serves the operator's role with bit n.
    struct TEETypeInfo {
        string name;
        uint256 addedAt;
    }

    /// @notice Names an approved measurement for a type.
    struct PCRKey {
        bytes32 pcrHash;
        uint8 teeType;
    }

    /// @notice Keys for oblivious HTTP. An empty public key means that there are none.
    struct OhttpConfig {
        uint8 keyId;
        uint16 kemId;
        uint16 kdfId;
        uint16 aeadId;
        bytes publicKey;
        bytes keyConfig;
        uint256 registeredAt;
    }

    /// @notice An enclave. Times are Unix seconds.
    struct TEEInfo {
        address owner;
        address paymentAddress;
        string endpoint;
        bytes publicKey;
        bytes tlsCertificate;
        bytes32 pcrHash;
        uint8 teeType;
        bool enabled;
        uint256 registeredAt;
        uint256 lastHeartbeatAt;
        OhttpConfig ohttpConfig;
    }

    /// @notice Thrown when a type is added that is there.
    error TEETypeExists();
    /// @notice Thrown when a type is not there, or no role of an operator belongs to it.
    error InvalidTEEType();
    /// @notice Thrown when a measurement is not approved for a type.
    error PCRNotApproved();
    /// @notice Thrown when an enclave is not listed.
    error TEENotFound();
    /// @notice Thrown when an enclave is not enabled.
    error TEENotEnabled();
    /// @notice Thrown when the caller is neither the enclave's operator nor allowed by him.
    error NotTEEOwner();
    /// @notice Thrown when a heartbeat is not signed by the enclave's key.
    error HeartbeatSignatureInvalid();
    /// @notice Thrown when a heartbeat is older than allowed.
    error HeartbeatTimestampTooOld();
    /// @notice Thrown when a heartbeat is from the future.
    error HeartbeatTimestampInFuture();
    /// @notice Thrown when a measurement that the policy accepts would be revoked here: that is the policy's to decide.
    error TEERegistryPolicyAccepts(bytes32 measurementId);
    /// @notice Thrown when a version is not the one of the accepted release.
    error TEERegistryVersionMismatch(string given, string accepted);
    /// @notice Thrown when a text or certificate is too long.
    error TEERegistryTooLong(uint256 length, uint256 maximum);
    /// @notice Thrown when the age of heartbeats is out of bounds.
    error TEERegistryHeartbeatAgeInvalid(uint256 age, uint256 minimum, uint256 maximum);
    /// @notice Thrown when a certificate is not the trusted root.
    error TEERegistryRootUntrusted(bytes32 digest, bytes32 trusted);
    /// @notice Thrown when the payment address is zero.
    error TEERegistryPaymentAddressZero();
    /// @notice Thrown when an enclave would change its type: it needs a new key.
    error TEERegistryTypeFixed(uint8 given, uint8 registered);
    /// @notice Thrown when the registry has no such verifier of gateways.
    error TEERegistryVerifierMissing(address verifier);

    event TEETypeAdded(uint8 indexed typeId, string name);
    event PCRApproved(bytes32 indexed pcrHash, uint8 indexed teeType, string version);
    event PCRRevoked(bytes32 indexed pcrHash, uint8 indexed teeType);
    event TEERegistered(bytes32 indexed teeId, address indexed owner, uint8 teeType);
    event TEEDisabled(bytes32 indexed teeId);
    event TEEEnabled(bytes32 indexed teeId);
    event AWSCertificateUpdated(bytes32 indexed certHash);
    event HeartbeatReceived(bytes32 indexed teeId, uint256 timestamp);
    /// @notice Emitted when the age that heartbeats may have changes, seconds.
    event HeartbeatMaxAgeSet(uint256 previous, uint256 maxAge);
    /// @notice Emitted when an operator changes where an enclave is reached and paid.
    event TEEUpdated(bytes32 indexed teeId, address paymentAddress, string endpoint);
    /// @notice Emitted when an enclave leaves the list.
    event TEERemoved(bytes32 indexed teeId);

    // ------------------------------------------------ as published ----------------------------------------------

    /// @notice Name of the role that upstream's operators hold. Nobody needs it here: whoever is a registered operator
    ///         with the profile's stake may register.
    function TEE_OPERATOR() external view returns (bytes32);

    /// @notice The verifier of documents and RSA signatures.
    function VERIFIER() external view returns (address);

    /// @notice AWS's root certificate, DER; empty until somebody has brought it. The verifier trusts its hash anyway.
    function awsRootCertificate() external view returns (bytes memory);

    /// @notice How old a heartbeat may be when it arrives, and the last one for the enclave to be active (seconds).
    function heartbeatMaxAge() external view returns (uint256);

    /// @notice Name of a type, and when it was added.
    function teeTypes(uint8 typeId) external view returns (string memory name, uint256 addedAt);

    /// @notice What is known of a measurement for a type; `approved` as the policy has it now.
    function pcrRecords(
        uint8 teeType,
        bytes32 pcrHash
    ) external view returns (bool approved, uint8 recordType, uint256 approvedAt, string memory version);

    /// @notice {getTEE}, field by field; all zero if the enclave is not listed.
    function tees(
        bytes32 teeId
    )
        external
        view
        returns (
            address owner,
            address paymentAddress,
            string memory endpoint,
            bytes memory publicKey,
            bytes memory tlsCertificate,
            bytes32 pcrHash,
            uint8 teeType,
            bool enabled,
            uint256 registeredAt,
            uint256 lastHeartbeatAt,
            OhttpConfig memory ohttpConfig
        );

    /// @notice Brings AWS's root certificate. Anyone: no other certificate than the trusted one is taken.
    function setAWSRootCertificate(bytes calldata certificate) external;

    /// @notice Adds a type. Restricted to {Roles.ADMIN}; the id must be that of an operator's role.
    function addTEEType(uint8 typeId, string calldata name) external;

    function isValidTEEType(uint8 typeId) external view returns (bool);

    function getTEETypes() external view returns (uint8[] memory typeIds, TEETypeInfo[] memory infos);

    /// @notice Makes a release that the policy accepts known by its registers. Anyone: nothing is approved here that
    ///         holders have not accepted, for a profile that serves the type's role.
    function approvePCR(PCRMeasurements calldata pcrs, string calldata version, uint8 teeType) external;

    /// @notice Takes a measurement out of the list that the policy does not accept any more. Anyone; the enclaves that
    ///         run it stopped counting in the moment when the policy revoked it.
    function revokePCR(bytes32 pcrHash, uint8 teeType) external;

    function isPCRApproved(uint8 teeType, bytes32 pcrHash) external view returns (bool);

    /// @notice keccak256 of the three registers, one after the other.
    function computePCRHash(PCRMeasurements calldata pcrs) external pure returns (bytes32);

    function getApprovedPCRs() external view returns (PCRKey[] memory);

    /// @notice Registers the caller's gateway from its document, or renews it with a newer document, certificate,
    ///         endpoint or payment address. The caller is a registered operator who has made this contract his delegate
    ///         at the {registry}, and asked the gateway for the document with {attestationNonceOf} as nonce.
    function registerTEEWithAttestation(
        bytes calldata attestationDocument,
        bytes calldata signingPublicKey,
        bytes calldata tlsCertificate,
        address paymentAddress,
        string calldata endpoint,
        uint8 teeType
    ) external returns (bytes32 teeId);

    /// @notice Takes an enclave out of use until {enableTEE}. Its operator and his delegates.
    function disableTEE(bytes32 teeId) external;

    /// @notice Puts an enclave into use again; it is active once its last heartbeat is recent.
    function enableTEE(bytes32 teeId) external;

    /// @notice A sign of life by the enclave's RSA key, over keccak256(abi.encodePacked(teeId, timestamp)). Anyone may
    ///         relay it; each must be newer than the last, and it counts from its own time.
    function heartbeat(bytes32 teeId, uint256 timestamp, bytes calldata signature) external;

    /// @notice Sets {heartbeatMaxAge}, 5 minutes to 1 day. Restricted to {Roles.ADMIN}.
    function setHeartbeatMaxAge(uint256 maxAge) external;

    function getTEE(bytes32 teeId) external view returns (TEEInfo memory);

    /// @notice The first {MAX_LISTED} enabled enclaves of a type; for more see {teePage}.
    function getEnabledTEEs(uint8 teeType) external view returns (bytes32[] memory);

    /// @notice The first {MAX_LISTED} active enclaves of a type, with all they have; for more see {teePage}.
    function getActiveTEEs(uint8 teeType) external view returns (TEEInfo[] memory);

    function getTEEsByType(uint8 teeType) external view returns (bytes32[] memory);

    function getTEEsByOwner(address owner) external view returns (bytes32[] memory);

    /// @notice Whether neither operator, guardian nor policy has taken the enclave out.
    function isTEEEnabled(bytes32 teeId) external view returns (bool);

    /// @notice Whether work of the enclave counts now: enabled, alive, not expired, and its operator stands.
    function isTEEActive(bytes32 teeId) external view returns (bool);

    function getTEEPublicKey(bytes32 teeId) external view returns (bytes memory);

    /// @notice keccak256 of the key, SubjectPublicKeyInfo.
    function computeTEEId(bytes calldata publicKey) external pure returns (bytes32);

    // -------------------------------------------------- additions -----------------------------------------------

    /// @notice How many enclaves {getEnabledTEEs} and {getActiveTEEs} look at.
    function MAX_LISTED() external view returns (uint256);

    /// @notice Where enclaves are registered and judged.
    function registry() external view returns (IEnclaveRegistry);

    /// @notice The nonce that `operator` asks his gateway's document with.
    function attestationNonceOf(address operator) external view returns (bytes20);

    /// @notice Whether work of the enclave dated `at` counts now, whatever its operator has become; the present if `at`
    ///         is later.
    function isTEEActiveAt(bytes32 teeId, uint256 at) external view returns (bool);

    /// @notice Changes where an enclave is reached and paid. Its operator and his delegates.
    function updateTEE(bytes32 teeId, address paymentAddress, string calldata endpoint) external;

    /// @notice Takes an enclave out of the list; its key stays registered. Its operator and his delegates.
    function removeTEE(bytes32 teeId) external;

    /// @notice Ids of a type from index `from` on, at most `count` and {MAX_LISTED}, and whether each is active.
    function teePage(
        uint8 teeType,
        uint256 from,
        uint256 count
    ) external view returns (bytes32[] memory teeIds, bool[] memory active);
}
