// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice The constants of one contract of operators; fixed at construction.
/// @param minSelfStake     What an operator needs of his own stake to be active, OPG base units.
/// @param maxCommissionBps The highest commission an operator may register with, bps (10_000 = 100 %).
struct OperatorsConfig {
    uint256 minSelfStake;
    uint256 maxCommissionBps;
}

/// @title Who operates on the network, and on which terms
/// @notice The stake ledger creates this contract and asks it two things: the commission of an operator, and where his
///         own rewards go. Everything else about an operator that is not stake is kept here. Amounts are OPG base
///         units, times Unix seconds.
interface IOperators {
    /// @notice An operator as registered.
    /// @param signingKey    The key that signs receipts outside enclaves; not zero.
    /// @param roles         A set of {OperatorRoles}; not empty.
    /// @param commissionBps The operator's part of rewards before they are shared, bps (10_000 = 100 %).
    /// @param registeredAt  0 means "never registered".
    /// @param jailedUntil   0 means "not jailed".
    /// @param tombstoned    Out for ever; can only leave.
    struct Operator {
        address signingKey;
        uint8 roles;
        uint16 commissionBps;
        uint40 registeredAt;
        uint40 jailedUntil;
        bool tombstoned;
    }

    event OperatorRegistered(address indexed operator, address indexed signingKey, uint8 roles, uint16 commissionBps);
    event OperatorJailed(address indexed operator, uint256 jailedUntil);

    /// @notice Thrown when a commission is above its limit, bps.
    error OperatorsCommissionAboveLimit(uint256 commissionBps, uint256 limit);
    /// @notice Thrown when a set of roles is empty or has bits that mean nothing.
    error OperatorsRolesInvalid(uint8 roles);
    /// @notice Thrown when an operator registers without a signing key.
    error OperatorsSigningKeyZero();
    /// @notice Thrown when the signing key belongs to another operator already.
    error OperatorsSigningKeyTaken(address signingKey, address operator);
    /// @notice Thrown when an operator registers a second time.
    error OperatorsAlreadyRegistered(address operator);
    /// @notice Thrown when the account named as operator never registered.
    error OperatorsUnknown(address operator);
    /// @notice Thrown when a jail term would end no later than the present one (`earliest` is excluded), or too late.
    error OperatorsJailTermOutOfRange(uint256 until, uint256 earliest, uint256 latest);

    /// @notice Registers the caller as an operator and opens his pool in the stake ledger.
    /// @dev The pool's votes count for the operator until he delegates them.
    /// @param roles         What the operator offers, a set of {OperatorRoles}; not empty.
    /// @param signingKey    The key that signs receipts outside enclaves; of no other operator.
    /// @param commissionBps The operator's part of rewards, bps; at most the configured maximum.
    function registerOperator(uint8 roles, address signingKey, uint16 commissionBps) external;

    /// @notice Takes `operator` out of the active set until `until`, without loss of stake.
    /// @dev Restricted. Only lengthens a term; the term ends by itself.
    /// @param until Unix seconds; after the present term's end and at most 365 days from now.
    function jail(address operator, uint256 until) external;

    /// @notice The constants of this contract.
    function config() external view returns (OperatorsConfig memory);

    /// @notice The operator's record; all zero if never registered.
    function operatorOf(address operator) external view returns (Operator memory);

    /// @notice The operator that holds `signingKey`, or zero.
    function operatorOfKey(address signingKey) external view returns (address);

    /// @notice Whether `operator` has every role in `roles`, enough self-stake, and is neither jailed nor tombstoned.
    /// @dev With `roles` = 0 only registration, self-stake, jail and tombstone count.
    function isActive(address operator, uint8 roles) external view returns (bool);

    /// @notice The part of a reward that is the operator's before it is shared, if it arrives now, bps.
    function commissionOf(address operator) external view returns (uint256);

    /// @notice Who receives the operator's own rewards; zero means himself.
    function payeeOf(address operator) external view returns (address);
}
