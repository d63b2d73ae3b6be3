// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {OperatorRoles} from "../../libraries/OperatorRoles.sol";
import {IOperators} from "../../staking/interfaces/IOperators.sol";
import {IStaking} from "../../staking/interfaces/IStaking.sol";
import {IInferenceSettlementRelay} from "./IInferenceSettlementRelay.sol";
import {ITEEBatchVerifier} from "./ITEEBatchVerifier.sol";

/// @title The public record of what gateways answered
/// @dev No owner. An answer is recorded on its signature, not on who brings it.
contract InferenceSettlementRelay is IInferenceSettlementRelay {
    uint256 private constant MAX_BATCH = 1 << 20;
    uint256 private constant BLOB_ID_LENGTH = 43;

    struct Batch {
        address poster;
        uint96 batchSize;
    }

    /// @inheritdoc IInferenceSettlementRelay
    address public immutable SETTLEMENT_CONTRACT;
    IOperators private immutable _operators;

    /// @inheritdoc IInferenceSettlementRelay
    mapping(bytes32 merkleRoot => Batch) public batches;
    mapping(bytes32 answerId => bool) private _settled;

    constructor(ITEEBatchVerifier verifier, IStaking staking) {
        SETTLEMENT_CONTRACT = address(verifier);
        _operators = staking.operators();
    }

    /// @inheritdoc IInferenceSettlementRelay
    function isSettled(
        bytes32 teeId,
        bytes32 inputHash,
        bytes32 outputHash,
        uint256 timestamp
    ) external view returns (bool) {
        return _settled[_answerId(teeId, inputHash, outputHash, timestamp)];
    }

    /// @inheritdoc IInferenceSettlementRelay
    function verifyBatchItem(
        bytes32 merkleRoot,
        bytes32[] calldata proof,
        bytes32 teeId,
        bytes32 inputHash,
        bytes32 outputHash,
        bytes calldata signature,
        uint256 timestamp
    ) external view returns (bool) {
        if (batches[merkleRoot].poster == address(0)) return false;
        bytes32 row = keccak256(abi.encode(teeId, inputHash, outputHash, signature, timestamp));
        if (!verifyProof(proof, merkleRoot, keccak256(abi.encode(row)))) return false;
        return
            ITEEBatchVerifier(SETTLEMENT_CONTRACT).verifySignatureNoTimestamp(
                teeId,
                inputHash,
                outputHash,
                timestamp,
                signature
            );
    }

    /// @inheritdoc IInferenceSettlementRelay
    function batchSettle(bytes32 merkleRoot, uint256 batchSize, bytes calldata walrusBlobId) external {
        if (!_operators.isActive(msg.sender, OperatorRoles.INFERENCE)) revert RelayOperatorInactive(msg.sender);
        if (merkleRoot == 0 || batchSize == 0 || batchSize > MAX_BATCH) {
            revert RelayBatchInvalid(merkleRoot, batchSize, MAX_BATCH);
        }
        _checkBlobId(walrusBlobId);
        if (batches[merkleRoot].poster != address(0)) revert RelayBatchPosted(merkleRoot);
        // At most MAX_BATCH, which fits.
        batches[merkleRoot] = Batch({poster: msg.sender, batchSize: uint96(batchSize)});
        emit BatchSettlement(merkleRoot, batchSize, walrusBlobId);
    }

    /// @inheritdoc IInferenceSettlementRelay
    function settleIndividual(
        bytes32 teeId,
        bytes32 inputHash,
        bytes32 outputHash,
        uint256 timestamp,
        address ethAddress,
        bytes calldata walrusBlobId,
        bytes calldata signature
    ) external {
        _checkBlobId(walrusBlobId);
        if (
            !ITEEBatchVerifier(SETTLEMENT_CONTRACT).verifySignature(teeId, inputHash, outputHash, timestamp, signature)
        ) {
            revert RelaySignatureInvalid(teeId);
        }
        bytes32 answerId = _answerId(teeId, inputHash, outputHash, timestamp);
        if (_settled[answerId]) revert RelayAnswerSettled(answerId);
        _settled[answerId] = true;
        emit IndividualSettlement(teeId, ethAddress, inputHash, outputHash, timestamp, walrusBlobId, signature);
    }

    /// @inheritdoc IInferenceSettlementRelay
    function verifyProof(bytes32[] calldata proof, bytes32 root, bytes32 leaf) public pure returns (bool) {
        return MerkleProof.verifyCalldata(proof, root, leaf);
    }

    /// @dev Signatures of one answer are many, for they are salted: the answer itself is what counts once.
    function _answerId(
        bytes32 teeId,
        bytes32 inputHash,
        bytes32 outputHash,
        uint256 timestamp
    ) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(teeId, inputHash, outputHash, timestamp));
    }

    function _checkBlobId(bytes calldata walrusBlobId) private pure {
        if (walrusBlobId.length != BLOB_ID_LENGTH) revert RelayBlobIdInvalid(walrusBlobId.length, BLOB_ID_LENGTH);
    }
}
