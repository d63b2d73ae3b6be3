// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Every credit in the system, and the only place where OPG moves between people
/// @notice Amounts are OPG base units. All earnings are credits that their owner withdraws (pull payments).
interface IPaymentHub {
    /// @notice What calls have brought so far. Counters stay at their maximum instead of running over.
    /// @param calls      Calls, free ones included; at most 4_294_967_295.
    /// @param gross      What they cost together; at most 79 times the supply, as is `net`.
    /// @param net        The publisher's part of it.
    /// @param lastCallAt Unix seconds; 0 means "never called".
    struct Earnings {
        uint64 calls;
        uint128 gross;
        uint128 net;
        uint40 lastCallAt;
    }

    /// @notice Thrown when an account that must exist is zero.
    error PaymentsZeroAccount();
    /// @notice Thrown when this contract itself would be credited or paid.
    error PaymentsInvalidAccount(address account);
    /// @notice Thrown when an amount is zero.
    error PaymentsZeroAmount();
    /// @notice Thrown when a credit is smaller than what is to be taken from it.
    error PaymentsInsufficientCredit(address account, uint256 available, uint256 required);
    /// @notice Thrown when nothing waits for an account.
    error PaymentsNothingToPay(address account);
    /// @notice Thrown when a transfer moved another amount than was asked for (a token that takes a fee).
    error PaymentsInexactTransfer(uint256 moved, uint256 required);
    /// @notice Thrown when a part of the split is above its limit.
    error PaymentsSplitTooHigh(uint256 bps, uint256 maximumBps);
    /// @notice Thrown when money would come in while charges are paused.
    error PaymentsPaused();
    /// @notice Thrown when charges are not paused.
    error PaymentsNotPaused();

    event Deposited(address indexed account, address indexed from, uint256 amount);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    event SponsorshipSet(address indexed consumer, uint256 oldMaxPricePerCall, uint256 newMaxPricePerCall);
    /// @dev The payer's credit went first: min(credit, gross) was taken from it and the rest from his allowance. The
    ///      publisher's part went to the payees of that moment ({IModelHub.PayeesSet}), each share rounded down, the
    ///      remainder to the first.
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
    event ChargesPaused(address indexed by);
    event ChargesUnpaused(address indexed by);

    /// @notice Pulls `amount` OPG from the caller and credits `account`. Reverts while charges are paused.
    function deposit(address account, uint256 amount) external;

    /// @notice Pays `amount` of the caller's credit to `to`. Never paused.
    function withdraw(address to, uint256 amount) external;

    /// @notice Pays all credit of `account` to `account`. Anyone may call, so that payees need not know this contract.
    ///         Never paused.
    function withdrawFor(address account) external returns (uint256 amount);

    /// @notice The caller (a consumer contract) pays for its own calls out of its credit, up to `maxPricePerCall` each.
    ///         0 ends it.
    function setSponsorship(uint256 maxPricePerCall) external;

    /// @notice Charges one call of `releaseId`: the consumer if it sponsors and can pay, else `payer` from his credit,
    ///         the rest from his OPG allowance to this contract. Restricted to {Roles.PIPE}; reverts while charges are
    ///         paused. Operator zero means that the chain itself served the call: his part is the publisher's.
    /// @dev The treasury's and the operator's part are rounded down and the publisher gets the exact rest. It is split
    ///      among the payees of the repository at this moment (at most 8), each share rounded down, the remainder to
    ///      the first, and credited at once: what was earned before a change of payees stays with the former ones. At
    ///      price 0 only the earnings' counters move and nobody pays.
    /// @return chargedTo Who paid; `payer` at price 0.
    function chargeCall(
        address consumer,
        address payer,
        bytes32 releaseId,
        address operator,
        uint256 price
    ) external returns (address chargedTo);

    /// @notice Moves the operator's earnings into the staking contract, where they are shared with his delegators.
    ///         Anyone may call; never paused.
    function distributeOperatorEarnings(address operator) external returns (uint256 amount);

    /// @notice Sets the parts of later charges, in bps of the gross: operator at most 5_000, treasury at most 1_000.
    ///         Restricted to {Roles.ADMIN}.
    function setSplit(uint256 operatorBps, uint256 treasuryBps) external;

    /// @notice Stops deposits and charges. Restricted to {Roles.GUARDIAN}. Withdrawals and distributions go on.
    function pauseCharges() external;

    /// @notice Lets deposits and charges in again. Restricted to {Roles.ADMIN}.
    function unpauseCharges() external;

    /// @notice The OPG that `account` can withdraw.
    function creditOf(address account) external view returns (uint256);

    /// @notice The OPG that waits for {distributeOperatorEarnings}.
    function operatorEarningsOf(address operator) external view returns (uint256);

    /// @notice What the calls of a release have brought.
    function earningsOfRelease(bytes32 releaseId) external view returns (Earnings memory);

    /// @notice What the calls of all releases of a repository have brought, whoever owned it then.
    function earningsOfRepository(bytes32 repositoryId) external view returns (Earnings memory);

    /// @notice What calls have brought of all repositories that `publisher` owned at the time of the call. It says
    ///         nothing about who was paid: that were the payees.
    function earningsOfPublisher(address publisher) external view returns (Earnings memory);

    /// @notice The most that `consumer` pays for one of its calls; 0 means "does not sponsor".
    function sponsorshipOf(address consumer) external view returns (uint256 maxPricePerCall);

    /// @notice The parts of operator and treasury, in bps of the gross; the publisher gets the rest.
    function split() external view returns (uint256 operatorBps, uint256 treasuryBps);

    /// @notice Whether deposits and charges are stopped.
    function chargesPaused() external view returns (bool);
}
