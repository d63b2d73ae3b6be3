// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IChallengeBonds} from "./interfaces/IChallengeBonds.sol";

/// @title The bonds of those who challenge
/// @notice See {IChallengeBonds}.
///
/// BALANCE SHEET. The OPG held here is {total} (plus whatever somebody sent, which nobody can take).
///
/// ROLES. {post} belongs to {Roles.ADJUDICATOR}. No role can keep or redirect what was awarded.
///
/// UPGRADES. None: token and bond are fixed. An adjudicator that is replaced ends its challenges here.
contract ChallengeBonds is IChallengeBonds, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice The highest bond: 10,000 OPG.
    uint256 public constant MAX_BOND = 10_000e18;

    /// @notice The OPG token.
    IERC20 public immutable TOKEN;
    /// @inheritdoc IChallengeBonds
    uint256 public immutable BOND;

    /// @inheritdoc IChallengeBonds
    mapping(address adjudicator => mapping(bytes32 id => bool)) public isPosted;
    /// @inheritdoc IChallengeBonds
    mapping(address account => uint256) public creditOf;
    /// @inheritdoc IChallengeBonds
    uint256 public total;

    /// @param authority The AccessManager.
    /// @param token     OPG; must move exactly the amounts asked for.
    /// @param bond      The bond of a challenge, OPG base units.
    constructor(address authority, address token, uint256 bond) AccessManaged(authority) {
        require(token.code.length != 0, ChallengeBondsTokenWithoutCode(token));
        require(bond != 0 && bond <= MAX_BOND, ChallengeBondsAmountOutOfRange(bond, MAX_BOND));
        TOKEN = IERC20(token);
        BOND = bond;
    }

    /// @inheritdoc IChallengeBonds
    function post(bytes32 id, address from) external restricted nonReentrant {
        // Check
        require(!isPosted[msg.sender][id], ChallengeBondsPosted(msg.sender, id));
        // Effect
        isPosted[msg.sender][id] = true;
        total += BOND;
        emit BondPosted(msg.sender, id, from, BOND);
        // Interaction
        uint256 balanceBefore = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(from, address(this), BOND);
        uint256 moved = TOKEN.balanceOf(address(this)) - balanceBefore;
        require(moved == BOND, ChallengeBondsInexactTransfer(moved, BOND));
    }

    /// @inheritdoc IChallengeBonds
    function award(bytes32 id, address to) external {
        // Check
        require(isPosted[msg.sender][id], ChallengeBondsUnknown(msg.sender, id));
        require(to != address(0), ChallengeBondsWinnerZero(id));
        // Effect
        isPosted[msg.sender][id] = false;
        creditOf[to] += BOND;
        emit BondAwarded(msg.sender, id, to, BOND);
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
