// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Receipt} from "../interfaces/ISettlement.sol";

/// @title The hashes of a receipt
library ReceiptHash {
    /// @notice EIP-712 type hash of {Receipt}.
    bytes32 internal constant TYPEHASH = keccak256(
        "Receipt(bytes32 requestId,address requester,address settler,address payer,bytes32 releaseId,uint8 mode,"
        "address operator,uint256 nonce,bytes32 inputHash,bytes32 outputHash,uint256 inputCommitment,"
        "uint256 outputCommitment,bytes32 keyId,bytes32 enclaveId,uint256 issuedAt,uint256 deadline)"
    );

    /// @notice The EIP-712 struct hash.
    /// @dev Every member is one static word, so the ABI encoding of the struct is its EIP-712 encoding without type hash.
    function structHash(Receipt calldata receipt) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPEHASH, receipt));
    }

    /// @notice The request id that the receipt's fields give.
    function requestIdOf(Receipt calldata receipt) internal pure returns (bytes32) {
        return
            keccak256(abi.encode(receipt.requester, receipt.releaseId, receipt.mode, receipt.inputHash, receipt.nonce));
    }
}
