// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The bonds that stand behind repositories of the Model Hub
/// @notice Who creates a repository leaves a bond in OPG and has it back some time after retiring the repository.
///         Amounts are OPG base units.
interface IHostingBonds {
    /// @notice The bond of a repository.
    /// @param amount       What was paid; 0 means "no bond".
    /// @param refundableAt Unix seconds; 0 while the repository stands.
    /// @param refundTo     Who is paid then; zero while the repository stands.
    struct Bond {
        uint128 amount;
        uint40 refundableAt;
        address refundTo;
    }

    /// @notice Thrown when an account that must exist is zero.
    error BondsZeroAccount();
    /// @notice Thrown when the bond asked of new repositories is above its limit.
    error BondsTooHigh(uint256 amount, uint256 maximum);
    /// @notice Thrown when a repository has a bond.
    error BondsAlreadyCollected(bytes32 repositoryId);
    /// @notice Thrown when a bond was released before.
    error BondsAlreadyReleased(bytes32 repositoryId);
    /// @notice Thrown when nothing can be refunded for a repository: it stands, or all was paid.
    error BondsNothingToRefund(bytes32 repositoryId);
    /// @notice Thrown when a refund is asked for before its time, both in Unix seconds.
    error BondsNotYetRefundable(uint256 timestamp, uint256 refundableAt);
    /// @notice Thrown when a transfer moved another amount than was asked for (a token that takes a fee).
    error BondsInexactTransfer(uint256 moved, uint256 required);

    event BondSet(uint256 oldAmount, uint256 newAmount);
    event BondCollected(bytes32 indexed repositoryId, address indexed from, uint256 amount);
    event BondReleased(bytes32 indexed repositoryId, address indexed refundTo, uint256 amount, uint256 refundableAt);
    event BondRefunded(bytes32 indexed repositoryId, address indexed refundTo, uint256 amount);

    /// @notice Takes the bond of a new repository from the OPG allowance of its creator. Restricted to
    ///         {Roles.MODEL_HUB}.
    /// @dev Nothing is transferred when no bond is asked for.
    /// @return amount The bond of this repository; later changes of {bond} do not touch it.
    function collect(bytes32 repositoryId, address from) external returns (uint256 amount);

    /// @notice Has the bond refunded to `refundTo`, a week from now; does nothing when there is no bond. Restricted to
    ///         {Roles.MODEL_HUB}.
    function release(bytes32 repositoryId, address refundTo) external;

    /// @notice Pays a released bond out. Anyone may call; never paused.
    function refund(bytes32 repositoryId) external returns (uint256 amount);

    /// @notice Sets the bond of repositories that are created from now on; 0 asks for none. Restricted to
    ///         {Roles.ADMIN}.
    function setBond(uint256 amount) external;

    /// @notice The bond of a new repository.
    function bond() external view returns (uint256 amount);

    /// @notice The bond of a repository; all zero once it is refunded.
    function bondOf(bytes32 repositoryId) external view returns (Bond memory);

    /// @notice The sum of all bonds that are not refunded.
    function totalBonds() external view returns (uint256);
}
