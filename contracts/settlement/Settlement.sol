// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IEnclaveRegistry} from "../tee/interfaces/IEnclaveRegistry.sol";
import {InferenceMode} from "../libraries/InferenceMode.sol";
import {ISettlement, Receipt} from "./interfaces/ISettlement.sol";
import {IModelHub} from "../models/interfaces/IModelHub.sol";
import {IOperators} from "../staking/interfaces/IOperators.sol";
import {FaultClass, IPenalties} from "../staking/interfaces/IPenalties.sol";
import {IStaking, StakingWindows} from "../staking/interfaces/IStaking.sol";
import {IValueLocks} from "../staking/interfaces/IValueLocks.sol";
import {IVerifierRegistry} from "../zkml/interfaces/IVerifierRegistry.sol";
import {OperatorRoles} from "../libraries/OperatorRoles.sol";
import {PoolMath} from "../staking/libraries/PoolMath.sol";
import {ReceiptHash} from "./libraries/ReceiptHash.sol";

/// @title Settlement of receipts
/// @notice See {ISettlement}.
///
/// ASSUMPTIONS
/// - The contracts of penalties and of value locks give this contract {Roles.ADJUDICATOR}; the first says what a fault
///   costs.
/// - {IEnclaveRegistry} never hands an enclave's key to another operator.
///
/// LIMITS
/// - Two different answers to one request are proof of misbehaviour. A single wrong answer in TEE mode is not visible
///   here.
///
/// UPGRADES: none. A new settlement contract gets the role, this one loses it.
contract Settlement is ISettlement, EIP712 {
    using ReceiptHash for Receipt;

    /// @notice The longest time between a receipt's date and its deadline, in seconds.
    uint256 public constant MAXIMUM_LIFETIME = 1 hours;
    /// @inheritdoc ISettlement
    uint256 public constant COMMITMENT_DELAY = 1 minutes;
    /// @dev What distinguishes a commitment to evidence from every other hash.
    bytes32 private constant EVIDENCE_TYPEHASH = keccak256(
        "EquivocationEvidence(uint256 chainId,address settlement,address challenger,bytes32 firstReceipt,"
        "bytes firstSignature,bytes32 secondReceipt,bytes secondSignature)"
    );

    IStaking public immutable STAKING;
    /// @notice Punishes proven faults.
    IPenalties public immutable PENALTIES;
    /// @notice Who the operators are.
    IOperators public immutable OPERATORS;
    IEnclaveRegistry public immutable ENCLAVES;
    IVerifierRegistry public immutable VERIFIERS;
    /// @notice Says what a call costs.
    IModelHub public immutable MODEL_HUB;
    /// @notice Locks self-stake behind calls, if a vote asks for it.
    IValueLocks public immutable LOCKS;
    /// @inheritdoc ISettlement
    uint256 public immutable COVER_WINDOW;

    mapping(address operator => mapping(uint256 word => uint256 bits)) private _usedNonces;
    /// @inheritdoc ISettlement
    mapping(bytes32 commitment => uint256 time) public committedAt;

    constructor(
        IStaking staking,
        IPenalties penalties,
        IEnclaveRegistry enclaves,
        IVerifierRegistry verifiers,
        IModelHub modelHub,
        IValueLocks locks
    ) EIP712("OPG Settlement", "1") {
        STAKING = staking;
        PENALTIES = penalties;
        OPERATORS = staking.operators();
        ENCLAVES = enclaves;
        VERIFIERS = verifiers;
        MODEL_HUB = modelHub;
        LOCKS = locks;
        StakingWindows memory windows = staking.config().windows;
        COVER_WINDOW = uint256(windows.evidence) + windows.response;
    }

    // ------------------------------------------------- settling -------------------------------------------------

    /// @inheritdoc ISettlement
    function settle(Receipt calldata receipt, bytes calldata evidence) external {
        _checkRequestId(receipt);
        if (msg.sender != receipt.settler) revert SettlementUnauthorizedSettler(msg.sender, receipt.settler);
        _checkDates(receipt);
        if (!OPERATORS.isActive(receipt.operator, OperatorRoles.INFERENCE)) {
            revert SettlementOperatorInactive(receipt.operator);
        }
        _useNonce(receipt.operator, receipt.nonce);

        if (receipt.mode == InferenceMode.TEE) {
            _checkEnclaveSignature(receipt, evidence);
            if (!ENCLAVES.isUsable(receipt.enclaveId, OperatorRoles.INFERENCE, receipt.issuedAt)) {
                revert SettlementEnclaveUnusable(receipt.enclaveId);
            }
            _cover(receipt);
        } else if (receipt.mode == InferenceMode.ZK) {
            _checkProof(receipt, evidence);
        } else {
            revert SettlementModeUnsupported(receipt.mode);
        }
        emit ReceiptSettled(receipt.requestId, receipt.operator, receipt.releaseId, receipt);
    }

    // ------------------------------------------------ challenges ------------------------------------------------

    /// @inheritdoc ISettlement
    function commitEvidence(bytes32 commitment) external {
        uint256 recorded = committedAt[commitment];
        if (recorded != 0) revert SettlementCommitmentExists(commitment, recorded);
        committedAt[commitment] = block.timestamp;
        emit EvidenceCommitted(commitment, msg.sender);
    }

    /// @inheritdoc ISettlement
    function challengeEquivocation(
        Receipt calldata first,
        bytes calldata firstSignature,
        Receipt calldata second,
        bytes calldata secondSignature
    ) external returns (uint256 slashed, uint256 bounty) {
        _checkContradiction(first, second);
        _checkEnclaveSignature(first, firstSignature);
        _checkEnclaveSignature(second, secondSignature);
        _useCommitment(computeEvidenceCommitment(msg.sender, first, firstSignature, second, secondSignature));

        (slashed, bounty) = PENALTIES.punish({
            operator: first.operator,
            faultClass: FaultClass.EQUIVOCATION,
            infractionTime: Math.min(Math.max(first.issuedAt, second.issuedAt), block.timestamp),
            faultId: keccak256(abi.encode("EQUIVOCATION", address(this), first.operator, first.requestId)),
            challenger: msg.sender
        });
        emit EquivocationProven({
            requestId: first.requestId,
            operator: first.operator,
            challenger: msg.sender,
            firstOutputHash: first.outputHash,
            secondOutputHash: second.outputHash,
            slashed: slashed,
            bounty: bounty
        });
    }

    // --------------------------------------------------- views ---------------------------------------------------

    /// @inheritdoc ISettlement
    function hashReceipt(Receipt calldata receipt) public view returns (bytes32) {
        return _hashTypedDataV4(receipt.structHash());
    }

    /// @inheritdoc ISettlement
    function computeEvidenceCommitment(
        address challenger,
        Receipt calldata first,
        bytes calldata firstSignature,
        Receipt calldata second,
        bytes calldata secondSignature
    ) public view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    EVIDENCE_TYPEHASH,
                    block.chainid,
                    address(this),
                    challenger,
                    hashReceipt(first),
                    keccak256(firstSignature),
                    hashReceipt(second),
                    keccak256(secondSignature)
                )
            );
    }

    /// @inheritdoc ISettlement
    function computeRequestId(Receipt calldata receipt) external pure returns (bytes32) {
        return receipt.requestIdOf();
    }

    /// @inheritdoc ISettlement
    function proofBinding(Receipt calldata receipt) public view returns (uint256) {
        bytes32 bound = keccak256(
            abi.encode(
                block.chainid,
                address(this),
                receipt.requestId,
                receipt.settler,
                receipt.payer,
                receipt.operator
            )
        );
        // 248 bits always fit the scalar field.
        return uint256(bound) >> 8;
    }

    /// @inheritdoc ISettlement
    function checkAttested(Receipt calldata receipt, bytes calldata signature) external view {
        _checkRequestId(receipt);
        _checkEnclaveSignature(receipt, signature);
    }

    /// @inheritdoc ISettlement
    function isNonceUsed(address operator, uint256 nonce) external view returns (bool) {
        return _usedNonces[operator][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    // -------------------------------------------------- checks --------------------------------------------------

    function _checkRequestId(Receipt calldata receipt) private pure {
        bytes32 computed = receipt.requestIdOf();
        if (receipt.requestId != computed) revert SettlementRequestIdMismatch(receipt.requestId, computed);
    }

    function _checkDates(Receipt calldata receipt) private view {
        if (receipt.issuedAt > block.timestamp) revert SettlementIssuedInFuture(receipt.issuedAt, block.timestamp);
        if (receipt.deadline < block.timestamp) revert SettlementDeadlinePassed(receipt.deadline, block.timestamp);
        // The deadline is not before the date here: both stand on different sides of the block's time.
        if (receipt.deadline - receipt.issuedAt > MAXIMUM_LIFETIME) {
            revert SettlementLifetimeInvalid(receipt.issuedAt, receipt.deadline, MAXIMUM_LIFETIME);
        }
    }

    /// @dev One bit per nonce, 256 nonces per word, so that consecutive nonces share a storage slot.
    function _useNonce(address operator, uint256 nonce) private {
        uint256 word = nonce >> 8;
        uint256 bit = 1 << (nonce & 0xff);
        uint256 used = _usedNonces[operator][word];
        if (used & bit != 0) revert SettlementNonceUsed(operator, nonce);
        _usedNonces[operator][word] = used | bit;
    }

    function _useCommitment(bytes32 commitment) private {
        uint256 recorded = committedAt[commitment];
        if (recorded == 0) revert SettlementCommitmentUnknown(commitment);
        uint256 earliest = recorded + COMMITMENT_DELAY;
        if (block.timestamp < earliest) revert SettlementCommitmentTooFresh(recorded, earliest);
        delete committedAt[commitment];
    }

    /// @dev Locks what the call must have behind it; refused when the operator's free self-stake is less. Only for what
    ///      an enclave attests: a proven answer cannot be wrong.
    function _cover(Receipt calldata receipt) private {
        uint256 coverBps = LOCKS.coverBps();
        if (coverBps == 0) return;
        uint256 price = MODEL_HUB.priceOf(receipt.releaseId, receipt.mode);
        LOCKS.lock(receipt.operator, Math.ceilDiv(price * coverBps, PoolMath.BPS), block.timestamp + COVER_WINDOW);
    }

    /// @dev Authenticity only: whether the enclave may serve now is a separate question, asked when settling.
    function _checkEnclaveSignature(Receipt calldata receipt, bytes calldata signature) private view {
        bytes32 recovered = ENCLAVES.computeEnclaveId(ECDSA.recover(hashReceipt(receipt), signature));
        if (recovered != receipt.enclaveId) revert SettlementSignerMismatch(recovered, receipt.enclaveId);
        address owner = ENCLAVES.operatorOf(recovered);
        if (owner != receipt.operator) revert SettlementEnclaveOperatorMismatch(owner, receipt.operator);
    }

    function _checkProof(Receipt calldata receipt, bytes calldata evidence) private view {
        uint256[] memory signals = new uint256[](3);
        signals[0] = receipt.outputCommitment;
        signals[1] = receipt.inputCommitment;
        signals[2] = proofBinding(receipt);
        if (!VERIFIERS.verifyProof(receipt.keyId, evidence, signals)) revert SettlementProofInvalid(receipt.keyId);
    }

    function _checkContradiction(Receipt calldata first, Receipt calldata second) private pure {
        _checkRequestId(first);
        _checkRequestId(second);
        if (first.requestId != second.requestId) revert SettlementRequestsDiffer(first.requestId, second.requestId);
        if (first.operator != second.operator) revert SettlementOperatorsDiffer(first.operator, second.operator);
        if (first.outputHash == second.outputHash) revert SettlementOutputsAgree(first.outputHash);
    }
}
