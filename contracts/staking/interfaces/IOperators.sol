// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice The constants of one contract of operators; fixed at construction.
/// @param minSelfStake     What an operator needs of his own stake to be active in any role, until governance sets
///                         another minimum for a role, OPG base units.
/// @param maxCommissionBps The highest commission an operator may have, bps (10_000 = 100 %).
struct OperatorsConfig {
    uint256 minSelfStake;
    uint256 maxCommissionBps;
}

/// @title Who operates on the network, and on which terms
/// @notice The stake ledger creates this contract and asks it two things: the commission of an operator, and where his
///         own rewards go. Everything else about an operator that is not stake is kept here. Amounts are OPG base
///         units, times Unix seconds.
///
/// FOUR ACCOUNTS. The operator is the account that registered: the pool has its name and its self-stake is the
/// operator's. The owner, at first the same account, changes everything that is said here. The signing key signs
/// receipts outside enclaves. The payee receives the operator's own rewards and commission. Owner, signing key
/// and payee change by request, delay, application, and until then the old one counts. No owner can move the stake.
///
/// ACTIVE is an operator who is registered, offers the role, has the role's minimum of self-stake now, and is neither
/// jailed, nor tombstoned, nor gone. It is asked at every use; nothing has to be updated for it.
///
/// COMMISSION goes up by at most {COMMISSION_STEP_BPS} for each full day since it was announced, until it is what was
/// announced; it goes down at once after the first day. It counts for rewards that arrive from then on.
interface IOperators {
    /// @notice The accounts of an operator that can be changed.
    enum Account {
        // Signs receipts outside enclaves.
        SIGNING_KEY,
        // Receives the operator's own rewards and commission; zero means the operator.
        PAYEE,
        // Changes what is said here.
        OWNER
    }

    /// @notice An operator as he is now.
    /// @param signingKey    The key that signs receipts outside enclaves; not zero.
    /// @param roles         A set of {OperatorRoles}; not empty.
    /// @param commissionBps The operator's part of rewards that arrive now, before they are shared, bps.
    /// @param registeredAt  0 means "never registered".
    /// @param jailedUntil   When {unjail} becomes possible; 0 means "not jailed".
    /// @param tombstoned    Out for ever; can only leave.
    /// @param exitedAt      0 means "did not leave".
    /// @param owner         Who may change what is said here.
    /// @param payee         Where his own rewards go.
    struct Operator {
        address signingKey;
        uint8 roles;
        uint16 commissionBps;
        uint40 registeredAt;
        uint40 jailedUntil;
        bool tombstoned;
        uint40 exitedAt;
        address owner;
        address payee;
    }

    /// @notice What an operator says of himself to the public.
    /// @param name         1 to 64 printable ASCII characters, no space at either end.
    /// @param url          Empty, or an https URL of at most 200 bytes.
    /// @param metadataHash Of a document with more; 0 means "none".
    struct Profile {
        string name;
        string url;
        bytes32 metadataHash;
    }

    event OperatorRegistered(address indexed operator, address indexed signingKey, uint8 roles, uint16 commissionBps);
    event OperatorJailed(address indexed operator, uint256 jailedUntil);
    event OperatorUnjailed(address indexed operator);
    event OperatorExited(address indexed operator);
    event ProfileSet(address indexed operator, Profile profile);
    event RolesSet(address indexed operator, uint8 oldRoles, uint8 newRoles);
    /// @notice From `oldBps` now to `newBps`, beginning at `startsAt`: see {IOperators}.
    event CommissionAnnounced(address indexed operator, uint256 oldBps, uint256 newBps, uint256 startsAt);
    event RotationRequested(address indexed operator, Account indexed account, address next, uint256 readyAt);
    event RotationApplied(address indexed operator, Account indexed account, address old, address next);
    event RotationCanceled(address indexed operator, Account indexed account, address next);
    event MinSelfStakeSet(uint8 indexed role, uint256 oldAmount, uint256 newAmount, uint256 effectiveFrom);

    /// @notice Thrown when a commission is above its limit, bps.
    error OperatorsCommissionAboveLimit(uint256 commissionBps, uint256 limit);
    /// @notice Thrown when a set of roles is empty or has bits that mean nothing.
    error OperatorsRolesInvalid(uint8 roles);
    /// @notice Thrown when exactly one role is needed.
    error OperatorsRoleNotSingle(uint8 roles);
    /// @notice Thrown when an operator would have no signing key.
    error OperatorsSigningKeyZero();
    /// @notice Thrown when a signing key belongs to another operator, or belonged to one.
    error OperatorsSigningKeyTaken(address signingKey, address operator);
    /// @notice Thrown when an operator would have no owner.
    error OperatorsOwnerZero();
    /// @notice Thrown when an operator registers a second time.
    error OperatorsAlreadyRegistered(address operator);
    /// @notice Thrown when the account named as operator never registered.
    error OperatorsUnknown(address operator);
    /// @notice Thrown when somebody else than the operator's owner acts for him.
    error OperatorsNotOwner(address caller, address owner);
    /// @notice Thrown when an operator who left is to act or to leave.
    error OperatorsExited(address operator, uint256 exitedAt);
    /// @notice Thrown when an operator who is out for ever is to return.
    error OperatorsTombstoned(address operator);
    /// @notice Thrown when an operator who is not jailed is to be let out.
    error OperatorsNotJailed(address operator);
    /// @notice Thrown when a jail term is not over.
    error OperatorsStillJailed(address operator, uint256 jailedUntil);
    /// @notice Thrown when an operator's own stake is below the lowest minimum of his roles, OPG base units.
    error OperatorsSelfStakeTooLow(address operator, uint256 selfStake, uint256 minimum);
    /// @notice Thrown when a minimum of self-stake is zero or above its limit, OPG base units.
    error OperatorsMinSelfStakeOutOfRange(uint256 amount, uint256 limit);
    /// @notice Thrown when a name is empty or too long, bytes.
    error OperatorsNameLengthOutOfRange(uint256 length, uint256 maximum);
    /// @notice Thrown when a name has a character that it may not have at that position.
    error OperatorsNameCharacterInvalid(uint256 position, bytes1 character);
    /// @notice Thrown when a URL is too long, bytes.
    error OperatorsUrlTooLong(uint256 length, uint256 maximum);
    /// @notice Thrown when a URL does not begin with `https://`, has a character that it may not have, or ends there.
    error OperatorsUrlCharacterInvalid(uint256 position, bytes1 character);
    /// @notice Thrown when an account is to be changed to what it is.
    error OperatorsRotationUnchanged(address operator, Account account, address current);
    /// @notice Thrown when there is no request to apply or to cancel.
    error OperatorsRotationNotRequested(address operator, Account account);
    /// @notice Thrown when a request is applied before its time.
    error OperatorsRotationNotReady(address operator, Account account, uint256 readyAt);

    /// @notice Registers the caller as an operator and opens his pool in the stake ledger.
    /// @dev The pool's votes count for the operator until he delegates them.
    /// @param roles         What the operator offers, a set of {OperatorRoles}; not empty.
    /// @param signingKey    The key that signs receipts outside enclaves; never of another operator.
    /// @param commissionBps The operator's part of rewards, bps; at most the configured maximum.
    function registerOperator(uint8 roles, address signingKey, uint16 commissionBps) external;

    /// @notice Tells the public who the operator is. By the owner.
    function setProfile(address operator, Profile calldata profile) external;

    /// @notice Changes what the operator offers. By the owner; at once.
    /// @dev A role for which his self-stake is too low can be offered, but he is not active in it.
    function setRoles(address operator, uint8 roles) external;

    /// @notice Announces another commission; replaces what was announced and not reached. By the owner.
    /// @param commissionBps At most the configured maximum.
    function announceCommission(address operator, uint16 commissionBps) external;

    /// @notice Asks to change one of the operator's accounts; replaces an earlier request. By the owner.
    /// @dev A signing key is the operator's from the request on, also if it is never applied.
    /// @param next Zero only as payee, and means the operator.
    function requestRotation(address operator, Account account, address next) external;

    /// @notice Carries out a request whose delay is over. Anyone may call.
    function applyRotation(address operator, Account account) external;

    /// @notice Withdraws a request. By the owner.
    function cancelRotation(address operator, Account account) external;

    /// @notice Takes the operator out of the active set for good, and closes his pool to new stake. By the owner.
    /// @dev Everybody's stake leaves as always, and stays in reach of slashes until it is out. There is no way back.
    function exit(address operator) external;

    /// @notice Returns the operator to the active set after his jail term. By the owner.
    function unjail(address operator) external;

    /// @notice Takes `operator` out of the active set until `until` and a call of {unjail}, without loss of stake.
    /// @dev Restricted to {Roles.SLASHER}. Never shortens a term, and never jails for longer than {MAX_JAIL_TERM}.
    /// @param until Unix seconds.
    function jail(address operator, uint256 until) external;

    /// @notice Sets the self-stake that a role needs.
    /// @dev Restricted to {Roles.ADMIN}. A higher minimum counts after {MINIMUM_NOTICE}, a lower one at once.
    /// @param role   One of {OperatorRoles}.
    /// @param amount OPG base units; more than 0, at most {MAX_MIN_SELF_STAKE}.
    function setMinSelfStake(uint8 role, uint256 amount) external;

    /// @notice The constants of this contract.
    function config() external view returns (OperatorsConfig memory);

    /// @notice The operator as he is now; all zero if never registered.
    function operatorOf(address operator) external view returns (Operator memory);

    /// @notice What the operator told the public; empty if nothing.
    function profileOf(address operator) external view returns (Profile memory);

    /// @notice The operator whose key `signingKey` is, was or may become, or zero. No key ever has two operators.
    /// @dev Says whose act a signature is, also of old. Whether the key counts now: {operatorOf}.
    function operatorOfKey(address signingKey) external view returns (address);

    /// @notice Whether `operator` is active in every role of `roles`; see {IOperators}.
    /// @dev With `roles` = 0: in any of his roles.
    function isActive(address operator, uint8 roles) external view returns (bool);

    /// @notice The part of a reward that is the operator's before it is shared, if it arrives now, bps.
    function commissionOf(address operator) external view returns (uint256);

    /// @notice Where the commission is heading, and when it changes next; `changesAt` is 0 if it does not.
    function announcedCommissionOf(address operator) external view returns (uint256 newBps, uint256 changesAt);

    /// @notice Who receives the operator's own rewards; zero means himself.
    function payeeOf(address operator) external view returns (address);

    /// @notice The request to change an account; `readyAt` is 0 if there is none.
    function rotationOf(address operator, Account account) external view returns (address next, uint256 readyAt);

    /// @notice The self-stake that is needed now to be active in every role of `roles`; 0 for no role.
    function minSelfStakeOf(uint8 roles) external view returns (uint256);

    /// @notice The self-stake that a role will need, and from when on; equals the present one if nothing was announced.
    function announcedMinSelfStakeOf(uint8 role) external view returns (uint256 amount, uint256 effectiveFrom);
}
