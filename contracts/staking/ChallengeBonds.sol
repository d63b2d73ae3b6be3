// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IChallengeBonds} from "./interfaces/IChallengeBonds.sol";

/// @title The deposits of those who challenge, and of those who answer them
/// @notice See {IChallengeBonds}.
///
/// BALANCE SHEET. The OPG held here is {total} (plus whatever somebody sent, which nobody can take).
///
/// ROLES. {post} belongs to {Roles.COURT}. No role can keep or redirect what was awarded.
///
/// UPGRADES. None: the token is fixed. A court that is replaced ends its cases here.
contract ChallengeBonds is IChallengeBonds, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @inheritdoc IChallengeBonds
    uint256 public constant MAX_BOND = 10_000e18;

    /// @notice The OPG token.
    IERC20 public immutable TOKEN;

    /// @inheritdoc IChallengeBonds
    mapping(address court => mapping(bytes32 id => uint256)) public bondOf;
    /// @inheritdoc IChallengeBonds
    mapping(address account => uint256) public creditOf;
    /// @inheritdoc IChallengeBonds
    uint256 public total;

    /// @param authority The AccessManager.
    /// @param token     OPG; must move exactly the amounts asked for.
    constructor(address authority, address token) AccessManaged(authority) {
        require(token.code.length != 0, ChallengeBondsTokenWithoutCode(token));
        TOKEN = IERC20(token);
    }

    /// @inheritdoc IChallengeBonds
    function post(bytes32 id, address from, uint256 amount) external restricted nonReentrant {
        // Check
        require(amount != 0 && amount <= MAX_BOND, ChallengeBondsAmountOutOfRange(amount, MAX_BOND));
        // Effect
        bondOf[msg.sender][id] += amount;
        total += amount;
        emit BondPosted(msg.sender, id, from, amount);
        // Interaction
        uint256 balanceBefore = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(from, address(this), amount);
        uint256 moved = TOKEN.balanceOf(address(this)) - balanceBefore;
        require(moved == amount, ChallengeBondsInexactTransfer(moved, amount));
    }

    /// @inheritdoc IChallengeBonds
    function award(bytes32 id, address to, uint256 amount) external {
        // Check
        uint256 left = bondOf[msg.sender][id];
        require(amount <= left, ChallengeBondsTooLow(msg.sender, id, amount, left));
        require(to != address(0), ChallengeBondsWinnerZero(id));
        // Effect
        bondOf[msg.sender][id] = left - amount;
        creditOf[to] += amount;
        emit BondAwarded(msg.sender, id, to, amount);
    }

    /// @inheritdoc IChallengeBonds
    function withdraw(address account) external nonReentrant returns (uint256 amount) {
        // Effect
        amount = creditOf[account];
        if (amount == 0) return 0;
        creditOf[account] = 0;
        total -= amount;
        emit BondsWithdrawn(account, amount);
        // Interaction
        TOKEN.safeTransfer(account, amount);
    }
}
