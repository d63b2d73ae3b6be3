// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

import {IPermit2} from "./interfaces/IPermit2.sol";
import {IStakeRouter} from "./interfaces/IStakeRouter.sol";
import {IStaking} from "./interfaces/IStaking.sol";

/// @title One transaction where a wallet would need several
/// @notice See {IStakeRouter}. Several of its functions go into one transaction with `multicall`, as their caller's.
///
/// ROLES. None. Its only allowance to others is the one to the ledger, and it never keeps a token for it to take.
///
/// REENTRANCY. There is no state to be caught in: between two calls the router owns nothing, and what it stakes is what
/// it took in the same call.
contract StakeRouter is IStakeRouter, Multicall {
    using SafeERC20 for IERC20;

    /// @notice The most entries of one list.
    uint256 public constant MAX_ENTRIES = 64;
    /// @notice What Permit2 needs to know of the witness: the type of the field, then all types by name.
    string public constant WITNESS_TYPE =
        "StakeIntent witness)StakeIntent(address operator)"
        "TokenPermissions(address token,uint256 amount)";

    bytes32 private constant STAKE_INTENT_TYPEHASH = keccak256("StakeIntent(address operator)");

    /// @notice The ledger.
    IStaking public immutable STAKING;
    /// @notice The staked token.
    IERC20 public immutable TOKEN;
    /// @notice Permit2; where it has no code only {stakeWithPermit2} is out of order.
    IPermit2 public immutable PERMIT2;

    /// @param staking The ledger.
    /// @param permit2 Permit2, 0x000000000022D473030F116dDEE9F6B43aC78BA3 on public chains.
    constructor(IStaking staking, IPermit2 permit2) {
        require(address(staking).code.length != 0, RouterStakingWithoutCode(address(staking)));
        STAKING = staking;
        TOKEN = IERC20(staking.token());
        PERMIT2 = permit2;
        TOKEN.forceApprove(address(staking), type(uint256).max);
    }

    /// @inheritdoc IStakeRouter
    function stakeWithPermit(
        address operator,
        uint256 assets,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 shares) {
        // Whoever used the permit first gave the same allowance; if it is not there the transfer says so.
        // solhint-disable-next-line no-empty-blocks
        try IERC20Permit(address(TOKEN)).permit(msg.sender, address(this), assets, deadline, v, r, s) {} catch {}
        TOKEN.safeTransferFrom(msg.sender, address(this), assets);
        return STAKING.stakeFor(operator, msg.sender, assets);
    }

    /// @inheritdoc IStakeRouter
    function stakeWithPermit2(
        address owner,
        address operator,
        uint256 assets,
        SignedTransfer calldata transfer
    ) external returns (uint256 shares) {
        PERMIT2.permitWitnessTransferFrom(
            IPermit2.PermitTransferFrom({
                permitted: IPermit2.TokenPermissions({token: address(TOKEN), amount: transfer.amount}),
                nonce: transfer.nonce,
                deadline: transfer.deadline
            }),
            IPermit2.SignatureTransferDetails({to: address(this), requestedAmount: assets}),
            owner,
            hashStakeIntent(operator),
            WITNESS_TYPE,
            transfer.signature
        );
        return STAKING.stakeFor(operator, owner, assets);
    }

    /// @inheritdoc IStakeRouter
    function claimMany(ClaimRequest[] calldata requests) external returns (Outcome[] memory outcomes) {
        require(requests.length <= MAX_ENTRIES, RouterTooManyEntries(requests.length, MAX_ENTRIES));
        outcomes = new Outcome[](requests.length);
        for (uint256 i = 0; i < requests.length; ++i) {
            ClaimRequest calldata request = requests[i];
            try STAKING.claim(request.operator, request.delegator, request.bucketId) returns (uint256 amount) {
                outcomes[i] = Outcome(true, amount, "");
            } catch (bytes memory reason) {
                outcomes[i] = Outcome(false, 0, reason);
            }
        }
    }

    /// @inheritdoc IStakeRouter
    function claimRewards(address account, address[] calldata operators) external returns (Outcome[] memory outcomes) {
        require(operators.length <= MAX_ENTRIES, RouterTooManyEntries(operators.length, MAX_ENTRIES));
        outcomes = new Outcome[](operators.length);
        for (uint256 i = 0; i < operators.length; ++i) {
            try STAKING.claimReward(operators[i], account) returns (uint256 amount) {
                outcomes[i] = Outcome(true, amount, "");
            } catch (bytes memory reason) {
                outcomes[i] = Outcome(false, 0, reason);
            }
        }
    }

    /// @inheritdoc IStakeRouter
    function hashStakeIntent(address operator) public pure returns (bytes32) {
        return keccak256(abi.encode(STAKE_INTENT_TYPEHASH, operator));
    }
}
