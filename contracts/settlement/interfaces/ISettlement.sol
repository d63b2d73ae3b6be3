// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {InferenceMode} from "../../libraries/InferenceMode.sol";

/// @notice The record of one served inference; what an operator signs and can be held to.
/// @param requestId        keccak256(abi.encode(requester, releaseId, mode, inputHash, nonce)): two outputs for one id
///                         contradict each other by construction.
/// @param requester        The account the answer is for (the consumer contract of a PIPE call).
/// @param settler          The only account that may settle the receipt (the PIPE engine for calls inside a transaction).
/// @param releaseId        The model release.
/// @param mode             How the answer is made believable.
/// @param operator         The operator that answers for the result.
/// @param nonce            Chosen by the requester's side; each (operator, nonce) settles once.
/// @param inputHash        keccak256 of the ABI-encoded {ModelInput}.
/// @param outputHash       keccak256 of the ABI-encoded {ModelOutput}.
/// @param inputCommitment  The input in the circuit's own encoding; 0 for releases without circuit.
/// @param outputCommitment The output in the circuit's own encoding; 0 for releases without circuit.
/// @param keyId            The verifying key of the release; 0 for releases without circuit.
/// @param enclaveId        The enclave that signs; 0 in ZK mode.
/// @param issuedAt         Unix seconds; not in the future at settlement.
/// @param deadline         Unix seconds; last moment to settle.
struct Receipt {
    bytes32 requestId;
    address requester;
    address settler;
    bytes32 releaseId;
    InferenceMode mode;
    address operator;
    uint256 nonce;
    bytes32 inputHash;
    bytes32 outputHash;
    uint256 inputCommitment;
    uint256 outputCommitment;
    bytes32 keyId;
    bytes32 enclaveId;
    uint256 issuedAt;
    uint256 deadline;
}

/// @title Receipts of served inferences, and the challenge that slashes who signed two answers to one request
interface ISettlement {
    event ReceiptSettled(
        bytes32 indexed requestId,
        address indexed operator,
        bytes32 indexed releaseId,
        Receipt receipt
    );
    event EquivocationProven(
        bytes32 indexed requestId,
        address indexed operator,
        address indexed challenger,
        bytes32 firstOutputHash,
        bytes32 secondOutputHash,
        uint256 slashed,
        uint256 bounty
    );

    /// @notice Checks a receipt and its evidence and marks it as settled.
    /// @param evidence TEE: the 65-byte EIP-712 signature of the enclave over the receipt. ZK: `abi.encode` of a
    ///                 {IVerifierRegistry.Proof} over [outputCommitment, inputCommitment, {proofBinding}].
    function settle(Receipt calldata receipt, bytes calldata evidence) external;

    /// @notice Slashes an operator for two signed receipts with one request id and different outputs. Anyone may call and
    ///         earns the bounty. The signatures are those of enclaves registered to the operator.
    function challengeEquivocation(
        Receipt calldata first,
        bytes calldata firstSignature,
        Receipt calldata second,
        bytes calldata secondSignature
    ) external returns (uint256 slashed, uint256 bounty);

    /// @notice The EIP-712 digest of a receipt.
    function hashReceipt(Receipt calldata receipt) external view returns (bytes32);

    /// @notice The third public signal of a proof for this receipt: a field element that binds chain, contract, request,
    ///         settler and operator, so that a proof cannot serve another call or pay another operator.
    function proofBinding(Receipt calldata receipt) external view returns (uint256);

    /// @notice Whether the operator's nonce was used.
    function isNonceUsed(address operator, uint256 nonce) external view returns (bool);
}
