// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title One transaction where a wallet would need several
/// @notice Stakes with a signed permit instead of an approval of its own, and claims in bulk. Amounts are OPG base
///         units (18 decimals), times Unix seconds.
///
/// The router has no rights and holds nothing: what it takes it stakes in the same call, for the account it took it
/// from. It can be replaced without moving anything.
interface IStakeRouter {
    /// @notice An unbonding to claim.
    struct ClaimRequest {
        address operator;
        address delegator;
        uint256 bucketId;
    }

    /// @notice What became of one entry of a list.
    /// @param done   Whether it went through.
    /// @param amount What was paid, OPG base units.
    /// @param reason What it reverted with; empty if it went through.
    struct Outcome {
        bool done;
        uint256 amount;
        bytes reason;
    }

    /// @notice A signed transfer of Permit2.
    /// @param amount    The most that may be staked, OPG base units.
    /// @param nonce     Any number that the owner has not used with Permit2.
    /// @param deadline  The last second at which the signature is good.
    /// @param signature Of the owner over transfer, router and {StakeIntent}; of a contract wallet by ERC-1271.
    struct SignedTransfer {
        uint256 amount;
        uint256 nonce;
        uint256 deadline;
        bytes signature;
    }

    /// @notice Thrown when the staking contract has no code at its address.
    error RouterStakingWithoutCode(address staking);
    /// @notice Thrown when a list has more entries than one call may go through.
    error RouterTooManyEntries(uint256 entries, uint256 limit);

    /// @notice Stakes `assets` of the caller behind `operator`, with an ERC-2612 permit to this router.
    /// @dev A permit that was used already (by someone who saw it) is no error while its allowance is there.
    /// @param assets   OPG base units; the permit is over exactly as much.
    /// @param deadline The last second at which the permit is good.
    /// @return shares  The shares minted to the caller.
    function stakeWithPermit(
        address operator,
        uint256 assets,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 shares);

    /// @notice Stakes `assets` of `owner` behind `operator`, with a signature over both. Anyone may send it.
    /// @dev The signature is a Permit2 transfer with this router as spender and `StakeIntent(address operator)` as
    ///      witness, so that who sends it can neither choose the operator nor take the stake.
    /// @param assets  OPG base units; at most the signed amount.
    /// @return shares The shares minted to the owner.
    function stakeWithPermit2(
        address owner,
        address operator,
        uint256 assets,
        SignedTransfer calldata transfer
    ) external returns (uint256 shares);

    /// @notice Claims matured unbondings, of anybody, each to its delegator. An entry that fails stops no other.
    /// @dev At most 64 entries.
    function claimMany(ClaimRequest[] calldata requests) external returns (Outcome[] memory outcomes);

    /// @notice Claims the rewards of `account` behind many operators, to `account`. An entry that fails stops no other.
    /// @dev At most 64 entries.
    function claimRewards(address account, address[] calldata operators) external returns (Outcome[] memory outcomes);

    /// @notice The EIP-712 hash of the intent that an owner signs as Permit2 witness.
    function hashStakeIntent(address operator) external pure returns (bytes32);
}
