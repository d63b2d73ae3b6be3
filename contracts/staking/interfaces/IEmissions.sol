// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The staking-reward allocation, paid out day by day
/// @notice A fixed amount of OPG is emitted in equal parts, one for each epoch (day, 86,400 s) of the schedule. What an
///         epoch emits is divided among operators in the ratio of the stake that is behind them when the epoch ends,
///         and goes through {IStaking.distributeReward}: commission first, the rest per share. Amounts are OPG base
///         units (18 decimals), times Unix seconds.
///
/// Nothing has to happen on time: the ledger's histories answer later for every past second. What was not collected
/// stays collectable, unless the operator is tombstoned before. An operator who left earns no more from that day on.
///
/// ASSUMPTIONS. The contract holds what is left of the allocation; it is funded by a transfer. Rewards that were not
/// collected belong to who is behind the operator when they are: collect before you leave.
interface IEmissions {
    /// @notice Epochs `fromEpoch` to `toEpoch` - 1 of an operator were paid to his pool.
    event EmissionCollected(address indexed operator, uint256 fromEpoch, uint256 toEpoch, uint256 amount);
    /// @notice The emission of an epoch that ended without any stake went to the reserve.
    event EmissionReturned(uint256 indexed epoch, uint256 amount);

    /// @notice Thrown when the staking contract has no code at its address.
    error EmissionsStakingWithoutCode(address staking);
    /// @notice Thrown when the schedule has no epochs or more than its limit.
    error EmissionsEpochsOutOfRange(uint256 epochs, uint256 limit);
    /// @notice Thrown when the allocation is less than one base unit for each epoch, or above 2^96.
    error EmissionsAllocationOutOfRange(uint256 allocation, uint256 minimum, uint256 limit);
    /// @notice Thrown when the first epoch is further away than the limit, days since 1970-01-01.
    error EmissionsStartTooLate(uint256 firstEpoch, uint256 limit);
    /// @notice Thrown when the reserve is the zero address.
    error EmissionsReserveZero();
    /// @notice Thrown when the account named as operator never registered.
    error EmissionsOperatorUnknown(address operator);
    /// @notice Thrown when the operator is out for ever; he earns no more.
    error EmissionsOperatorTombstoned(address operator);
    /// @notice Thrown when a call asks for no epochs, or for more than fit.
    error EmissionsTooManyEpochs(uint256 maxEpochs, uint256 limit);
    /// @notice Thrown when the contract holds less OPG than is to be paid.
    error EmissionsUnfunded(uint256 needed, uint256 available);
    /// @notice Thrown when an epoch is not of the schedule.
    error EmissionsEpochUnknown(uint256 epoch, uint256 firstEpoch, uint256 endEpoch);
    /// @notice Thrown when an epoch is not over; `end` is its last second.
    error EmissionsEpochNotOver(uint256 epoch, uint256 end);
    /// @notice Thrown when an epoch ended with stake: its emission belongs to the stakers.
    error EmissionsEpochEarned(uint256 epoch, uint256 totalStake);
    /// @notice Thrown when the emission of an epoch was returned before.
    error EmissionsAlreadyReturned(uint256 epoch);

    /// @notice Pays what `operator` earned in the next epochs that are over and were not collected, to his pool.
    /// @dev Anyone may call; 0 is no error. Rounded down for every epoch, so that all operators together never get more
    ///      than was emitted.
    /// @param maxEpochs How many epochs to go through at most; 1 to 64.
    /// @return amount What went to {IStaking.distributeReward}.
    function collect(address operator, uint256 maxEpochs) external returns (uint256 amount);

    /// @notice Sends the emission of an epoch that ended without any stake to the reserve. Anyone may call, once.
    /// @return amount The emission of that epoch.
    function returnUnearned(uint256 epoch) external returns (uint256 amount);

    /// @notice What {collect} would pay now, and the first epoch that it would leave for later.
    /// @dev 0 for an unknown or tombstoned operator.
    function collectable(address operator, uint256 maxEpochs) external view returns (uint256 amount, uint256 nextEpoch);

    /// @notice The first epoch of an operator that was not collected; 0 if he never registered.
    function nextEpochOf(address operator) external view returns (uint256);

    /// @notice What an epoch emits; 0 outside the schedule. All epochs together emit the allocation exactly.
    function emissionOf(uint256 epoch) external view returns (uint256);

    /// @notice What `operator` earns by an epoch, rounded down; 0 while it is not over.
    function partOf(address operator, uint256 epoch) external view returns (uint256);

    /// @notice What the schedule has emitted by the end of the last full epoch.
    function emittedUntilNow() external view returns (uint256);

    /// @notice Whether the emission of an epoch went to the reserve.
    function isReturned(uint256 epoch) external view returns (bool);
}
