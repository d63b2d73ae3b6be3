// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice How a model call is made believable. The first three values are OpenGradient's and never change.
/// @dev VANILLA: an operator's word. ZK: a zero-knowledge proof. TEE: the signature of an attested enclave.
///      ONCHAIN: the EVM runs the model itself.
enum InferenceMode {
    VANILLA,
    ZK,
    TEE,
    ONCHAIN
}
