// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The guardian: one account that may take away at once, for a term
/// @notice Holds the AccessManager's GUARDIAN role and passes on what its keeper calls, and nothing else: functions
///         that are open to that role. It can cancel a proposal before it is executed, but not one that is only about
///         the guardian. The term ends by itself; a vote renews it or appoints another keeper.
/// @dev A keeper is a key or a multisignature account. What he takes away only a vote gives back.
interface IGuardian {
    /// @notice A vote appointed the keeper until a time (Unix seconds); the zero address is nobody.
    event GuardianAppointed(address indexed keeper, uint48 until);
    /// @notice The keeper gave up the rest of his term.
    event GuardianResigned(address indexed keeper);
    /// @notice The keeper called a function of a contract.
    event GuardianActed(address indexed keeper, address indexed target, bytes4 indexed selector);
    /// @notice The keeper cancelled a proposal.
    event GuardianCancelled(address indexed keeper, uint256 indexed proposalId);

    /// @notice Thrown when the caller is not the keeper.
    error GuardianUnauthorized(address caller, address keeper);
    /// @notice Thrown when the term is over. Unix seconds.
    error GuardianExpired(uint256 until, uint256 time);
    /// @notice Thrown when a term would end in the past or be longer than allowed. Unix seconds.
    error GuardianTermOutOfRange(uint256 until, uint256 time, uint256 latest);
    /// @notice Thrown when a function is not open to the guardian.
    error GuardianFunctionNotOpen(address target, bytes4 selector);
    /// @notice Thrown when a proposal is only about the guardian, and so not for the guardian to cancel.
    error GuardianCannotJudgeItself(uint256 proposalId);

    /// @notice Calls a function that is open to the guardian, as the guardian.
    /// @dev Emits {GuardianActed}. The errors of the target are passed on.
    function act(address target, bytes calldata data) external returns (bytes memory result);

    /// @notice Cancels a proposal that is not executed yet.
    /// @dev Emits {GuardianCancelled}.
    function cancel(uint256 proposalId) external;

    /// @notice Gives up the rest of the term. Emits {GuardianResigned}.
    function resign() external;

    /// @notice Appoints a keeper, or renews the term of the one there is. By vote only. Emits {GuardianAppointed}.
    /// @param until Unix seconds; at most {MAX_TERM} from now.
    function appoint(address newKeeper, uint48 until) external;

    /// @notice Who acts as the guardian.
    function keeper() external view returns (address);

    /// @notice When the term is over, Unix seconds; from that second on the guardian can do nothing.
    function expiresAt() external view returns (uint48);

    /// @notice The longest term, seconds.
    // solhint-disable-next-line func-name-mixedcase
    function MAX_TERM() external view returns (uint48);
}
