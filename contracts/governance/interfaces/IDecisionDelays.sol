// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice How long what was decided waits, by what it can do. The first is what applies to everything not listed.
/// @dev {Ordinary} waits as long as the timelock asks of everything.
enum DecisionClass {
    Slashing,
    TrustRoot,
    Ordinary
}

/// @notice A function and the class of decisions that call it.
/// @param target        The contract.
/// @param selector      The function.
/// @param decisionClass What a decision that calls it is.
struct DecisionRow {
    address target;
    bytes4 selector;
    DecisionClass decisionClass;
}

/// @title How long decisions wait in the timelock
/// @notice A decision waits as long as the slowest of its calls. Whoever disagrees with a decision about who may take
///         stake, or about who decides, has the time to take his stake out before it is executed: that class waits
///         longer than unbonding takes, and it is the class of every call that is not listed, of any contract.
interface IDecisionDelays {
    /// @notice The class of a function was set.
    event DecisionClassSet(address indexed target, bytes4 indexed selector, DecisionClass decisionClass);
    /// @notice The delays were set, seconds.
    event DecisionDelaysSet(uint32 trustRoot, uint32 slashing);

    /// @notice Thrown when a delay is shorter than the limit, or longer. Seconds.
    error DecisionDelayOutOfRange(uint256 delay, uint256 minimum, uint256 maximum);

    /// @notice Thrown when more rows are given at once than allowed.
    error DecisionTooManyRows(uint256 rows, uint256 maximum);

    /// @notice Sets the classes of decisions that call functions. By vote only.
    /// @dev Emits {DecisionClassSet} for each row, of which there are at most 64.
    function setDecisionClasses(DecisionRow[] calldata rows) external;

    /// @notice Sets the delays, seconds. By vote only.
    /// @dev The slashing delay stays longer than unbonding; the delay of trust roots is at most that.
    /// Emits {DecisionDelaysSet}.
    function setDelays(uint32 trustRoot, uint32 slashing) external;

    /// @notice How long a decision of these calls waits, seconds.
    /// @dev A call without a whole selector is of no listed function.
    /// @param least What the timelock asks of every decision, seconds.
    function delayOf(
        address[] calldata targets,
        bytes[] calldata calldatas,
        uint256 least
    ) external view returns (uint256);

    /// @notice The class of decisions that call a function.
    function decisionClassOf(address target, bytes4 selector) external view returns (DecisionClass);

    /// @notice Seconds that decisions about roots of trust wait.
    function trustRootDelay() external view returns (uint32);

    /// @notice Seconds that decisions about slashing, control, and everything unlisted wait.
    function slashingDelay() external view returns (uint32);

    /// @notice Seconds that unbonding takes; the slashing delay is always longer.
    function unbondingPeriod() external view returns (uint32);
}
