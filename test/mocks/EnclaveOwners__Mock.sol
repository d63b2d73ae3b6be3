// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The part of the registry of enclaves that evidence needs: whose each enclave is, as anybody says
contract EnclaveOwners__Mock {
    mapping(bytes32 enclaveId => address operator) public operatorOf;

    function register(address signer, address operator) external {
        operatorOf[computeEnclaveId(signer)] = operator;
    }

    function computeEnclaveId(address signer) public pure returns (bytes32) {
        return keccak256(abi.encodePacked(signer));
    }
}
