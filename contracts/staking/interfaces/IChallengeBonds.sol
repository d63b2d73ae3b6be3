// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The deposits of those who challenge, and of those who answer them
/// @notice Who challenges an operator leaves a bond, so that a challenge costs something when it was for nothing; who
///         wants a jury, or another one, leaves its fees. The contract in which the case is opened says what is due
///         and whom it is awarded to; it never touches the money. Amounts are OPG base units.
interface IChallengeBonds {
    /// @notice A deposit was taken for the case `id` of a contract.
    event BondPosted(address indexed court, bytes32 indexed id, address indexed from, uint256 amount);
    /// @notice `to` can withdraw a part of what was taken for a case.
    event BondAwarded(address indexed court, bytes32 indexed id, address indexed to, uint256 amount);
    event BondsWithdrawn(address indexed account, uint256 amount);

    /// @notice Thrown when the token has no code at its address.
    error ChallengeBondsTokenWithoutCode(address token);
    /// @notice Thrown when a deposit would be nothing or more than the limit.
    error ChallengeBondsAmountOutOfRange(uint256 amount, uint256 maximum);
    /// @notice Thrown when more would be awarded than is left of what the caller had taken for a case.
    error ChallengeBondsTooLow(address court, bytes32 id, uint256 amount, uint256 left);
    /// @notice Thrown when a deposit would be awarded to nobody.
    error ChallengeBondsWinnerZero(bytes32 id);
    /// @notice Thrown when a transfer moved another amount than was asked for (a token that takes a fee).
    error ChallengeBondsInexactTransfer(uint256 moved, uint256 required);

    /// @notice Takes `amount` from the allowance of `from` for the caller's case `id`, in addition to what is there.
    /// @dev Restricted to {Roles.COURT}, who is thereby trusted with the allowances to this contract.
    /// @param amount At most {MAX_BOND}.
    function post(bytes32 id, address from, uint256 amount) external;

    /// @notice Awards a part of what was taken for the caller's case `id`.
    /// @dev For whoever had it taken, with or without his role: a case under way can always end.
    function award(bytes32 id, address to, uint256 amount) external;

    /// @notice Pays out everything that was awarded to `account`. Anyone may call; never paused.
    function withdraw(address account) external returns (uint256 amount);

    /// @notice What was taken for a case and is not awarded yet.
    function bondOf(address court, bytes32 id) external view returns (uint256);

    /// @notice What `account` can withdraw.
    function creditOf(address account) external view returns (uint256);

    /// @notice All deposits and awards that were not paid out.
    function total() external view returns (uint256);

    /// @notice The most that is taken at a time.
    // solhint-disable-next-line func-name-mixedcase
    function MAX_BOND() external view returns (uint256);
}
