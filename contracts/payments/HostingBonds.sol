// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IHostingBonds} from "./interfaces/IHostingBonds.sol";

/// @title Hosting bonds: the OPG that stands behind repositories of the Model Hub
/// @notice The Model Hub says when a bond is due and when it is free; it never touches the money.
///
/// BALANCE SHEET: the OPG held by this contract is {totalBonds} (plus whatever somebody sent here, which nobody can
/// take).
///
/// ROLES: {Roles.MODEL_HUB} collects, and is thereby trusted with the allowances to this contract; {Roles.ADMIN} sets
/// the bond of later repositories. No role can keep or stop a refund that was released.
///
/// UNITS: OPG base units; times in Unix seconds.
///
/// UPGRADES: none. The token is fixed.
contract HostingBonds is IHostingBonds, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice Highest bond of a repository: 10,000 OPG.
    uint256 public constant MAX_BOND = 10_000e18;
    /// @notice Seconds between the retirement of a repository and the refund of its bond.
    uint256 public constant REFUND_DELAY = 7 days;

    /// @notice The OPG token.
    IERC20 public immutable token;

    uint256 private _bond;
    uint256 private _totalBonds;
    mapping(bytes32 repositoryId => Bond) private _bonds;

    /// @param authority_ The AccessManager.
    /// @param token_     OPG; must move exactly the amounts asked for.
    /// @param bond_      The bond of a repository, at most 10,000 OPG; 0 asks for none.
    constructor(address authority_, address token_, uint256 bond_) AccessManaged(authority_) {
        if (authority_ == address(0) || token_ == address(0)) revert BondsZeroAccount();
        token = IERC20(token_);
        _setBond(bond_);
    }

    // --- Views -------------------------------------------------------------------------------------------------------

    /// @inheritdoc IHostingBonds
    function bond() external view returns (uint256 amount) {
        return _bond;
    }

    /// @inheritdoc IHostingBonds
    function bondOf(bytes32 repositoryId) external view returns (Bond memory) {
        return _bonds[repositoryId];
    }

    /// @inheritdoc IHostingBonds
    function totalBonds() external view returns (uint256) {
        return _totalBonds;
    }

    // --- Bonds -------------------------------------------------------------------------------------------------------

    /// @inheritdoc IHostingBonds
    function collect(bytes32 repositoryId, address from) external restricted nonReentrant returns (uint256 amount) {
        // Check
        if (_bonds[repositoryId].amount != 0) revert BondsAlreadyCollected(repositoryId);
        amount = _bond;
        if (amount == 0) return 0;
        // Effect; at most MAX_BOND, which fits.
        _bonds[repositoryId].amount = uint128(amount);
        _totalBonds += amount;
        emit BondCollected(repositoryId, from, amount);
        // Interaction
        uint256 balanceBefore = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amount);
        uint256 moved = token.balanceOf(address(this)) - balanceBefore;
        if (moved != amount) revert BondsInexactTransfer(moved, amount);
    }

    /// @inheritdoc IHostingBonds
    function release(bytes32 repositoryId, address refundTo) external restricted {
        if (refundTo == address(0)) revert BondsZeroAccount();
        Bond storage held = _bonds[repositoryId];
        // A repository that was created while no bond was asked for has none.
        if (held.amount == 0) return;
        if (held.refundableAt != 0) revert BondsAlreadyReleased(repositoryId);
        uint256 refundableAt = block.timestamp + REFUND_DELAY;
        held.refundableAt = uint40(refundableAt);
        held.refundTo = refundTo;
        emit BondReleased(repositoryId, refundTo, held.amount, refundableAt);
    }

    /// @inheritdoc IHostingBonds
    function refund(bytes32 repositoryId) external nonReentrant returns (uint256 amount) {
        // Check
        Bond memory released = _bonds[repositoryId];
        amount = released.amount;
        if (amount == 0 || released.refundableAt == 0) revert BondsNothingToRefund(repositoryId);
        if (block.timestamp < released.refundableAt) {
            revert BondsNotYetRefundable(block.timestamp, released.refundableAt);
        }
        // Effect
        delete _bonds[repositoryId];
        _totalBonds -= amount;
        emit BondRefunded(repositoryId, released.refundTo, amount);
        // Interaction
        token.safeTransfer(released.refundTo, amount);
    }

    // --- Administration ----------------------------------------------------------------------------------------------

    /// @inheritdoc IHostingBonds
    function setBond(uint256 amount) external restricted {
        _setBond(amount);
    }

    // --- Internal ----------------------------------------------------------------------------------------------------

    function _setBond(uint256 amount) private {
        if (amount > MAX_BOND) revert BondsTooHigh(amount, MAX_BOND);
        emit BondSet(_bond, amount);
        _bond = amount;
    }
}
