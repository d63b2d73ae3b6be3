// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title OpenGradient's relay of settled answers
/// @notice Selectors and events as published by OpenGradient; the functions of the last section are additions. It moves
///         no money: it is the public record of what gateways answered.
interface IInferenceSettlementRelay {
    /// @notice Thrown when the signature is not that of an enclave that counts.
    error RelaySignatureInvalid(bytes32 teeId);
    /// @notice Thrown when an answer was settled before.
    error RelayAnswerSettled(bytes32 answerId);
    /// @notice Thrown when a batch has no root, no items or too many.
    error RelayBatchInvalid(bytes32 merkleRoot, uint256 batchSize, uint256 maximum);
    /// @notice Thrown when a batch's root was posted before.
    error RelayBatchPosted(bytes32 merkleRoot);
    /// @notice Thrown when a Walrus blob id is not the 43 characters that such an id has.
    error RelayBlobIdInvalid(uint256 length, uint256 expected);
    /// @notice Thrown when somebody who is no active operator posts a batch.
    error RelayOperatorInactive(address caller);

    event BatchSettlement(bytes32 indexed merkleRoot, uint256 batchSize, bytes walrusBlobId);
    event IndividualSettlement(
        bytes32 indexed teeId,
        address indexed ethAddress,
        bytes32 inputHash,
        bytes32 outputHash,
        uint256 timestamp,
        bytes walrusBlobId,
        bytes signature
    );

    /// @notice The verifier of answers.
    function SETTLEMENT_CONTRACT() external view returns (address);

    /// @notice Posts the root of a batch. An active operator; each root once.
    /// @dev The items are where `walrusBlobId` says; anyone checks one with {verifyBatchItem}.
    /// @param walrusBlobId The blob's id as text: 43 characters of base64url.
    function batchSettle(bytes32 merkleRoot, uint256 batchSize, bytes calldata walrusBlobId) external;

    /// @notice Records one answer, if an enclave that counts signed it in the last hour. Anyone; each answer once.
    function settleIndividual(
        bytes32 teeId,
        bytes32 inputHash,
        bytes32 outputHash,
        uint256 timestamp,
        address ethAddress,
        bytes calldata walrusBlobId,
        bytes calldata signature
    ) external;

    /// @notice Whether `leaf` is below `root`; pairs are sorted.
    function verifyProof(bytes32[] calldata proof, bytes32 root, bytes32 leaf) external pure returns (bool);

    // -------------------------------------------------- additions -----------------------------------------------

    /// @notice Who posted a batch, and how many items it is said to have; zero if nobody did.
    function batches(bytes32 merkleRoot) external view returns (address poster, uint96 batchSize);

    /// @notice Whether this answer was settled individually.
    function isSettled(
        bytes32 teeId,
        bytes32 inputHash,
        bytes32 outputHash,
        uint256 timestamp
    ) external view returns (bool);

    /// @notice Whether an answer stands in a posted batch and an enclave that counted at its time signed it. The leaf
    ///         is keccak256(keccak256(abi.encode(teeId, inputHash, outputHash, signature, timestamp))).
    function verifyBatchItem(
        bytes32 merkleRoot,
        bytes32[] calldata proof,
        bytes32 teeId,
        bytes32 inputHash,
        bytes32 outputHash,
        bytes calldata signature,
        uint256 timestamp
    ) external view returns (bool);
}
