// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVerifierRegistry} from "../../contracts/zkml/interfaces/IVerifierRegistry.sol";

/// @title A verifier under which anybody can prove anything, and a proof proves nothing but its own signals
contract Proofs__Mock {
    /// @notice The one key whose circuit proves nothing about answers.
    bytes32 public constant USELESS_KEY = "useless";
    uint256 private constant SIGNALS = 3;

    function publicSignalsOf(bytes32 keyId) external pure returns (uint256) {
        return keyId == USELESS_KEY ? 1 : SIGNALS;
    }

    function verify(
        bytes32,
        IVerifierRegistry.Proof calldata proof,
        uint256[] calldata signals
    ) external pure returns (bool) {
        return proof.a[0] == uint256(keccak256(abi.encode(signals)));
    }

    function prove(uint256[3] calldata signals) external pure returns (IVerifierRegistry.Proof memory proof) {
        uint256[] memory list = new uint256[](SIGNALS);
        for (uint256 i = 0; i < SIGNALS; ++i) list[i] = signals[i];
        proof.a[0] = uint256(keccak256(abi.encode(list)));
    }
}
