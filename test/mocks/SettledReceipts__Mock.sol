// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Receipt} from "../../contracts/settlement/interfaces/ISettlement.sol";

/// @title The part of settlement that challenges ask: every receipt is attested, and settled once its nonce was marked
contract SettledReceipts__Mock {
    mapping(address operator => mapping(uint256 nonce => bool)) public isNonceUsed;

    function markSettled(address operator, uint256 nonce) external {
        isNonceUsed[operator][nonce] = true;
    }

    function hashReceipt(Receipt calldata receipt) external pure returns (bytes32) {
        return keccak256(abi.encode(receipt));
    }

    function proofBinding(Receipt calldata receipt) external pure returns (uint256) {
        return uint256(keccak256(abi.encode("binding", receipt.operator, receipt.nonce))) >> 8;
    }

    // solhint-disable-next-line no-empty-blocks
    function checkAttested(Receipt calldata, bytes calldata) external pure {}
}
