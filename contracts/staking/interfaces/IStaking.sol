// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The stake of operators and of those who delegate to them
/// @notice Amounts are OPG base units (18 decimals); times are Unix seconds; an epoch is one day of 86,400 s.
interface IStaking {
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
    event Staked(address indexed operator, address indexed delegator, uint256 assets, uint256 shares);
    event UnbondingRequested(
        address indexed operator,
        address indexed delegator,
        uint256 indexed bucketId,
        uint256 assets,
        uint256 shares,
        uint256 bucketShares,
        uint256 claimableAt
    );
    event UnbondingClaimed(
        address indexed operator,
        address indexed delegator,
        uint256 indexed bucketId,
        uint256 bucketShares,
        uint256 assets
    );
    event OperatorSlashed(
        address indexed operator,
        bytes32 indexed faultId,
        address indexed slasher,
        uint256 fractionBps,
        uint256 infractionTime,
        uint256 activeLoss,
        uint256 unbondingLoss,
        uint256 bounty
    );
    event OperatorTombstoned(address indexed operator, bytes32 indexed faultId);
    event RewardDistributed(address indexed operator, uint256 amount, uint256 commission);
    event RewardClaimed(address indexed operator, address indexed delegator, uint256 amount);

    /// @notice Registers the caller as an operator.
    function registerOperator(uint8 roles, address signingKey, uint16 commissionBps) external;

    /// @notice Puts `assets` of the caller's OPG behind `operator`; self-stake when the caller is the operator.
    /// @return shares The shares minted, rounded down in favour of the pool; never fewer than `assets`.
    function stake(address operator, uint256 assets) external returns (uint256 shares);

    /// @notice Starts to take `shares` out; they stay slashable for faults from now or later until claimable.
    /// @return assets   What the shares are worth now, rounded down.
    /// @return bucketId The handle for {claim}.
    function unbond(address operator, uint256 shares) external returns (uint256 assets, uint256 bucketId);

    /// @notice Pays out a matured unbonding of `delegator` to `delegator`. Anyone may call; never paused.
    function claim(address operator, address delegator, uint256 bucketId) external returns (uint256 assets);

    /// @notice Takes `fractionBps` of the stake that was behind `operator` at `infractionTime` and of what began
    ///         unbonding since, burns it and credits a bounty to `challenger` out of the operator's own part.
    /// @dev Restricted to {Roles.SLASHER}. Clamps, never reverts for lack of stake; each fault id once.
    function slash(
        address operator,
        uint256 fractionBps,
        uint256 infractionTime,
        bytes32 faultId,
        address challenger,
        bool tombstone
    ) external returns (uint256 slashed, uint256 bounty);

    /// @notice Pulls `amount` OPG from the caller and shares it: commission to the operator, the rest per share.
    function distributeReward(address operator, uint256 amount) external;

    /// @notice Pays the rewards and bounties of `account` behind `operator` to `account`.
    function claimReward(address operator, address account) external returns (uint256 amount);

    /// @notice The operator's record; all zero if never registered.
    function operatorOf(address operator) external view returns (Operator memory);

    /// @notice The operator that holds `signingKey`, or zero.
    function operatorOfKey(address signingKey) external view returns (address);

    /// @notice Whether `operator` has every role in `roles`, enough self-stake, and is neither jailed nor tombstoned.
    function isActive(address operator, uint8 roles) external view returns (bool);

    /// @notice The shares of `account` in the pool of `operator`.
    function sharesOf(address operator, address account) external view returns (uint256);

    /// @notice The active stake of `account` behind `operator`, rounded down.
    function stakeOf(address operator, address account) external view returns (uint256);

    /// @notice The active pool of `operator`.
    function poolOf(address operator) external view returns (uint256 assets, uint256 shares);
}
