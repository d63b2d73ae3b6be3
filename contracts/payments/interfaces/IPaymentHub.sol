// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Every credit in the system, and the only place where OPG moves between people
/// @notice Amounts are OPG base units. All earnings are credits that their owner withdraws (pull payments).
interface IPaymentHub {
    event Deposited(address indexed account, address indexed from, uint256 amount);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    event SponsorshipSet(address indexed consumer, uint256 oldMaxPricePerCall, uint256 newMaxPricePerCall);
    event CallCharged(
        address indexed payer,
        bytes32 indexed releaseId,
        address indexed operator,
        uint256 gross,
        uint256 publisherPart,
        uint256 operatorPart,
        uint256 treasuryPart
    );
    event SplitSet(uint256 oldOperatorBps, uint256 newOperatorBps, uint256 oldTreasuryBps, uint256 newTreasuryBps);
    event OperatorEarningsDistributed(address indexed operator, uint256 amount);

    /// @notice Pulls `amount` OPG from the caller and credits `account`.
    function deposit(address account, uint256 amount) external;

    /// @notice Pays `amount` of the caller's credit to `to`. Never paused.
    function withdraw(address to, uint256 amount) external;

    /// @notice Pays all credit of `account` to `account`. Anyone may call, so that payees need not know this contract.
    function withdrawFor(address account) external returns (uint256 amount);

    /// @notice The caller (a consumer contract) pays for its own calls out of its credit, up to `maxPricePerCall` each.
    ///         0 ends it.
    function setSponsorship(uint256 maxPricePerCall) external;

    /// @notice Charges one call of `releaseId`: the consumer if it sponsors and can pay, else `payer` from his credit, the
    ///         rest from his OPG allowance to this contract. Restricted to {Roles.PIPE}.
    /// @return chargedTo Who paid.
    function chargeCall(
        address consumer,
        address payer,
        bytes32 releaseId,
        address operator,
        uint256 price
    ) external returns (address chargedTo);

    /// @notice Moves the operator's earnings into the staking contract, where they are shared with his delegators.
    function distributeOperatorEarnings(address operator) external returns (uint256 amount);

    /// @notice The OPG that `account` can withdraw.
    function creditOf(address account) external view returns (uint256);

    /// @notice The OPG that waits for {distributeOperatorEarnings}.
    function operatorEarningsOf(address operator) external view returns (uint256);

    /// @notice Calls and gross OPG of a release so far.
    function statsOf(bytes32 releaseId) external view returns (uint64 calls, uint128 gross, uint40 lastCallAt);
}
