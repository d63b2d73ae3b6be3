// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ERC-7412: data that a transaction needs from outside, fetched on demand
/// @dev https://eips.ethereum.org/EIPS/eip-7412
interface IERC7412 {
    /// @notice Thrown when `oracleContract` needs the answer to `oracleQuery` before the call can go on.
    error OracleDataRequired(address oracleContract, bytes oracleQuery);

    /// @notice Tells a client which resolver to ask.
    function oracleId() external view returns (bytes32);

    /// @notice Takes the answer. Here: `abi.encode` of the {IPipeEngine.InferenceAnswer} array.
    function fulfillOracleQuery(bytes calldata signedOffchainData) external payable;
}
