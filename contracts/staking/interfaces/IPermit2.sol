// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The part of Permit2 that {StakeRouter} uses: a signed transfer with a witness
/// @dev Selectors, structs and EIP-712 types are those of the contract at
///      0x000000000022D473030F116dDEE9F6B43aC78BA3, the same on every chain.
interface IPermit2 {
    /// @notice A token and the most of it that may be taken.
    struct TokenPermissions {
        address token;
        uint256 amount;
    }

    /// @notice What the owner signs, beside the spender and the witness.
    /// @param nonce    Any number that the owner has not used.
    /// @param deadline The last second at which the signature is good.
    struct PermitTransferFrom {
        TokenPermissions permitted;
        uint256 nonce;
        uint256 deadline;
    }

    /// @notice What is taken of it, and where it goes.
    struct SignatureTransferDetails {
        address to;
        uint256 requestedAmount;
    }

    /// @notice Moves the owner's tokens by his signature, which also covers `witness`.
    /// @param witness           The EIP-712 hash of the witness struct.
    /// @param witnessTypeString `<Type> witness)<type definitions in alphabetical order>`.
    function permitWitnessTransferFrom(
        PermitTransferFrom calldata permit,
        SignatureTransferDetails calldata transferDetails,
        address owner,
        bytes32 witness,
        string calldata witnessTypeString,
        bytes calldata signature
    ) external;
}
