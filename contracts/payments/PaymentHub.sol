// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IModelHub} from "../models/interfaces/IModelHub.sol";
import {IStaking} from "../staking/interfaces/IStaking.sol";
import {IPaymentHub} from "./interfaces/IPaymentHub.sol";
import {Tallies} from "./libraries/Tallies.sol";

/// @title Payment hub: prepaid credit, charges of model calls, and everybody's earnings
/// @notice Publishers, operators, treasury and consumers hold credit here and take it out themselves.
///
/// BALANCE SHEET: the OPG held by this contract is the sum of all credits and of all operator earnings (plus whatever
/// somebody sent here without {deposit}, which nobody can take).
///
/// ROLES: {Roles.PIPE} charges calls, and is thereby trusted with the credit and the allowance of those it charges;
/// {Roles.GUARDIAN} pauses entry; {Roles.ADMIN} unpauses and sets the split. No role can stop a withdrawal.
///
/// PAYEES: credited directly at each charge rather than from a pot per repository. With the usual one or two payees
/// that is as cheap, no share is ever in doubt when payees change, and nobody has to know a repository to be paid.
///
/// UNITS: OPG base units; parts in bps (10_000 = 100 %).
///
/// UPGRADES: none. Token, model hub, staking and treasury are fixed.
contract PaymentHub is IPaymentHub, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using Tallies for Tallies.Tally;

    /// @notice Highest part of the operator, in bps.
    uint256 public constant MAX_OPERATOR_BPS = 5_000;
    /// @notice Highest part of the treasury, in bps.
    uint256 public constant MAX_TREASURY_BPS = 1_000;

    uint256 private constant _BPS = 10_000;

    /// @notice The OPG token.
    IERC20 public immutable token;
    /// @notice Says whom a call of a release pays.
    IModelHub public immutable modelHub;
    /// @notice Takes operator earnings and shares them with delegators.
    IStaking public immutable staking;
    /// @notice Is credited the treasury's part.
    address public immutable treasury;

    // slot 0, read at every charge
    uint16 private _operatorBps;
    uint16 private _treasuryBps;
    bool private _paused;

    mapping(address account => uint256) private _credits;
    mapping(address operator => uint256) private _operatorEarnings;
    mapping(address consumer => uint256 maxPricePerCall) private _sponsorships;
    mapping(bytes32 releaseId => Tallies.Tally) private _releaseEarnings;
    mapping(bytes32 repositoryId => Tallies.Tally) private _repositoryEarnings;
    mapping(address publisher => Tallies.Tally) private _publisherEarnings;

    /// @dev Money comes in only while entry is open; exits carry no such modifier.
    modifier whenOpen() {
        if (_paused) revert PaymentsPaused();
        _;
    }

    /// @param authority_   The AccessManager.
    /// @param token_       OPG; must move exactly the amounts asked for.
    /// @param modelHub_    The Model Hub.
    /// @param staking_     The staking contract.
    /// @param treasury_    Credited the treasury's part; can take it out like everybody else.
    /// @param operatorBps_ The operator's part, at most 5_000 bps.
    /// @param treasuryBps_ The treasury's part, at most 1_000 bps.
    constructor(
        address authority_,
        address token_,
        address modelHub_,
        address staking_,
        address treasury_,
        uint256 operatorBps_,
        uint256 treasuryBps_
    ) AccessManaged(authority_) {
        bool complete =
            authority_ != address(0) &&
                token_ != address(0) &&
                modelHub_ != address(0) &&
                staking_ != address(0) &&
                treasury_ != address(0);
        if (!complete) revert PaymentsZeroAccount();
        token = IERC20(token_);
        modelHub = IModelHub(modelHub_);
        staking = IStaking(staking_);
        treasury = treasury_;
        _setSplit(operatorBps_, treasuryBps_);
    }

    // --- Views -------------------------------------------------------------------------------------------------------

    /// @inheritdoc IPaymentHub
    function creditOf(address account) external view returns (uint256) {
        return _credits[account];
    }

    /// @inheritdoc IPaymentHub
    function operatorEarningsOf(address operator) external view returns (uint256) {
        return _operatorEarnings[operator];
    }

    /// @inheritdoc IPaymentHub
    function earningsOfRelease(bytes32 releaseId) external view returns (Earnings memory) {
        return _toEarnings(_releaseEarnings[releaseId]);
    }

    /// @inheritdoc IPaymentHub
    function earningsOfRepository(bytes32 repositoryId) external view returns (Earnings memory) {
        return _toEarnings(_repositoryEarnings[repositoryId]);
    }

    /// @inheritdoc IPaymentHub
    function earningsOfPublisher(address publisher) external view returns (Earnings memory) {
        return _toEarnings(_publisherEarnings[publisher]);
    }

    /// @inheritdoc IPaymentHub
    function sponsorshipOf(address consumer) external view returns (uint256 maxPricePerCall) {
        return _sponsorships[consumer];
    }

    /// @inheritdoc IPaymentHub
    function split() external view returns (uint256 operatorBps, uint256 treasuryBps) {
        return (_operatorBps, _treasuryBps);
    }

    /// @inheritdoc IPaymentHub
    function chargesPaused() external view returns (bool) {
        return _paused;
    }

    // --- Credit ------------------------------------------------------------------------------------------------------

    /// @inheritdoc IPaymentHub
    function deposit(address account, uint256 amount) external nonReentrant whenOpen {
        // Check
        _checkAccount(account);
        if (amount == 0) revert PaymentsZeroAmount();
        // Effect
        _credits[account] += amount;
        emit Deposited(account, msg.sender, amount);
        // Interaction
        _pull(msg.sender, amount);
    }

    /// @inheritdoc IPaymentHub
    function withdraw(address to, uint256 amount) external nonReentrant {
        _checkAccount(to);
        if (amount == 0) revert PaymentsZeroAmount();
        uint256 credit = _credits[msg.sender];
        if (credit < amount) revert PaymentsInsufficientCredit(msg.sender, credit, amount);
        _pay(msg.sender, to, amount);
    }

    /// @inheritdoc IPaymentHub
    function withdrawFor(address account) external nonReentrant returns (uint256 amount) {
        _checkAccount(account);
        amount = _credits[account];
        if (amount == 0) revert PaymentsNothingToPay(account);
        _pay(account, account, amount);
    }

    /// @inheritdoc IPaymentHub
    function setSponsorship(uint256 maxPricePerCall) external {
        uint256 oldMaxPricePerCall = _sponsorships[msg.sender];
        _sponsorships[msg.sender] = maxPricePerCall;
        emit SponsorshipSet(msg.sender, oldMaxPricePerCall, maxPricePerCall);
    }

    // --- Charges -----------------------------------------------------------------------------------------------------

    /// @inheritdoc IPaymentHub
    function chargeCall(
        address consumer,
        address payer,
        bytes32 releaseId,
        address operator,
        uint256 price
    ) external restricted nonReentrant whenOpen returns (address chargedTo) {
        // Check
        _checkAccount(payer);
        if (operator == address(this)) revert PaymentsInvalidAccount(operator);
        // Effect
        (uint256 publisherPart, uint256 operatorPart, uint256 treasuryPart) = _partsOf(price, operator);
        IModelHub.Payee[] memory payees = _countCall(releaseId, price, publisherPart);
        uint256 missing;
        (chargedTo, missing) = price == 0 ? (payer, 0) : _takeCredit(consumer, payer, price);
        if (operatorPart != 0) _operatorEarnings[operator] += operatorPart;
        if (treasuryPart != 0) _credits[treasury] += treasuryPart;
        if (publisherPart != 0) _creditPayees(payees, publisherPart);
        emit CallCharged(chargedTo, releaseId, operator, price, publisherPart, operatorPart, treasuryPart);
        // Interaction
        if (missing != 0) _pull(chargedTo, missing);
    }

    /// @inheritdoc IPaymentHub
    function distributeOperatorEarnings(address operator) external nonReentrant returns (uint256 amount) {
        // Check
        amount = _operatorEarnings[operator];
        if (amount == 0) revert PaymentsNothingToPay(operator);
        // Effect
        _operatorEarnings[operator] = 0;
        emit OperatorEarningsDistributed(operator, amount);
        // Interaction
        uint256 balanceBefore = token.balanceOf(address(this));
        token.forceApprove(address(staking), amount);
        staking.distributeReward(operator, amount);
        _checkMoved(balanceBefore - token.balanceOf(address(this)), amount);
    }

    // --- Administration ----------------------------------------------------------------------------------------------

    /// @inheritdoc IPaymentHub
    function setSplit(uint256 operatorBps, uint256 treasuryBps) external restricted {
        _setSplit(operatorBps, treasuryBps);
    }

    /// @inheritdoc IPaymentHub
    function pauseCharges() external restricted whenOpen {
        _paused = true;
        emit ChargesPaused(msg.sender);
    }

    /// @inheritdoc IPaymentHub
    function unpauseCharges() external restricted {
        if (!_paused) revert PaymentsNotPaused();
        _paused = false;
        emit ChargesUnpaused(msg.sender);
    }

    // --- Internal ----------------------------------------------------------------------------------------------------

    /// @dev A credit of this contract could never be paid out.
    function _checkAccount(address account) private view {
        if (account == address(0)) revert PaymentsZeroAccount();
        if (account == address(this)) revert PaymentsInvalidAccount(account);
    }

    function _checkMoved(uint256 moved, uint256 required) private pure {
        if (moved != required) revert PaymentsInexactTransfer(moved, required);
    }

    function _setSplit(uint256 operatorBps, uint256 treasuryBps) private {
        if (operatorBps > MAX_OPERATOR_BPS) revert PaymentsSplitTooHigh(operatorBps, MAX_OPERATOR_BPS);
        if (treasuryBps > MAX_TREASURY_BPS) revert PaymentsSplitTooHigh(treasuryBps, MAX_TREASURY_BPS);
        emit SplitSet(_operatorBps, operatorBps, _treasuryBps, treasuryBps);
        _operatorBps = uint16(operatorBps);
        _treasuryBps = uint16(treasuryBps);
    }

    /// @dev Takes the price from the credit of whoever pays.
    /// @return chargedTo Who pays.
    /// @return missing   What his credit did not cover; 0 for a sponsor.
    function _takeCredit(
        address consumer,
        address payer,
        uint256 price
    ) private returns (address chargedTo, uint256 missing) {
        if (_sponsorships[consumer] >= price) {
            uint256 sponsorCredit = _credits[consumer];
            if (sponsorCredit >= price) {
                _credits[consumer] = sponsorCredit - price;
                return (consumer, 0);
            }
        }
        uint256 credit = _credits[payer];
        if (credit >= price) {
            _credits[payer] = credit - price;
            return (payer, 0);
        }
        if (credit != 0) _credits[payer] = 0;
        return (payer, price - credit);
    }

    /// @dev Every part but the publisher's is rounded down; the parts sum to `price`.
    function _partsOf(
        uint256 price,
        address operator
    ) private view returns (uint256 publisherPart, uint256 operatorPart, uint256 treasuryPart) {
        operatorPart = operator == address(0) ? 0 : (price * _operatorBps) / _BPS;
        treasuryPart = (price * _treasuryBps) / _BPS;
        publisherPart = price - operatorPart - treasuryPart;
    }

    /// @dev Counts for the release, its repository and the repository's owner; returns whom the call pays.
    function _countCall(
        bytes32 releaseId,
        uint256 gross,
        uint256 net
    ) private returns (IModelHub.Payee[] memory payees) {
        bytes32 repositoryId;
        address publisher;
        (repositoryId, publisher, payees) = modelHub.payoutOf(releaseId);
        _releaseEarnings[releaseId].count(gross, net);
        _repositoryEarnings[repositoryId].count(gross, net);
        _publisherEarnings[publisher].count(gross, net);
    }

    function _toEarnings(Tallies.Tally memory tally) private pure returns (Earnings memory) {
        return Earnings({calls: tally.calls, gross: tally.gross, net: tally.net, lastCallAt: uint40(tally.lastCallAt)});
    }

    /// @dev The Model Hub is fixed, lists 1 to 8 payees and has their shares sum to 10_000 bps.
    function _creditPayees(IModelHub.Payee[] memory payees, uint256 publisherPart) private {
        uint256 rest = publisherPart;
        for (uint256 i = 1; i < payees.length; ++i) {
            uint256 share = (publisherPart * payees[i].shareBps) / _BPS;
            rest -= share;
            _credits[payees[i].account] += share;
        }
        _credits[payees[0].account] += rest;
    }

    function _pull(address from, uint256 amount) private {
        uint256 balanceBefore = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amount);
        _checkMoved(token.balanceOf(address(this)) - balanceBefore, amount);
    }

    function _pay(address account, address to, uint256 amount) private {
        _credits[account] -= amount;
        emit Withdrawn(account, to, amount);
        token.safeTransfer(to, amount);
    }
}
