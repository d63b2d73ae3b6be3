// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The bonds of those who challenge
/// @notice Who challenges an operator leaves a bond, so that a challenge costs something when it was for nothing. An
///         adjudicator says when a bond is due and whom it is awarded to; it never touches the money. Amounts are OPG
///         base units.
interface IChallengeBonds {
    /// @notice A bond was taken for the challenge `id` of an adjudicator.
    event BondPosted(address indexed adjudicator, bytes32 indexed id, address indexed from, uint256 amount);
    /// @notice A challenge ended; `to` can withdraw its bond.
    event BondAwarded(address indexed adjudicator, bytes32 indexed id, address indexed to, uint256 amount);
    event BondsWithdrawn(address indexed account, uint256 amount);

    /// @notice Thrown when the token has no code at its address.
    error ChallengeBondsTokenWithoutCode(address token);
    /// @notice Thrown when a bond would be nothing or more than the limit.
    error ChallengeBondsAmountOutOfRange(uint256 amount, uint256 maximum);
    /// @notice Thrown when a challenge has a bond already.
    error ChallengeBondsPosted(address adjudicator, bytes32 id);
    /// @notice Thrown when the caller has no bond under this id to award.
    error ChallengeBondsUnknown(address adjudicator, bytes32 id);
    /// @notice Thrown when a bond would be awarded to nobody.
    error ChallengeBondsWinnerZero(bytes32 id);
    /// @notice Thrown when a transfer moved another amount than was asked for (a token that takes a fee).
    error ChallengeBondsInexactTransfer(uint256 moved, uint256 required);

    /// @notice Takes {BOND} from the allowance of `from` for the caller's challenge `id`.
    /// @dev Restricted to {Roles.ADJUDICATOR}, who is thereby trusted with the allowances to this contract.
    function post(bytes32 id, address from) external;

    /// @notice Awards the bond of the caller's challenge `id`, once.
    /// @dev For whoever had it posted, with or without his role: a challenge under way can always end.
    function award(bytes32 id, address to) external;

    /// @notice Pays out everything that was awarded to `account`. Anyone may call; never paused.
    function withdraw(address account) external returns (uint256 amount);

    /// @notice The bond of a challenge.
    // solhint-disable-next-line func-name-mixedcase
    function BOND() external view returns (uint256);

    /// @notice Whether a challenge has a bond that is not awarded yet.
    function isPosted(address adjudicator, bytes32 id) external view returns (bool);

    /// @notice What `account` can withdraw.
    function creditOf(address account) external view returns (uint256);

    /// @notice All bonds and awards that were not paid out.
    function total() external view returns (uint256);
}
