// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {InferenceMode} from "../../libraries/InferenceMode.sol";

/// @notice The record of one served inference; what an operator signs and can be held to.
/// @param requestId        keccak256(abi.encode(requester, releaseId, mode, inputHash, nonce)): two outputs for one id
///                         contradict each other by construction.
/// @param requester        The account the answer is for (the consumer contract of a PIPE call).
/// @param settler          The only account that may settle the receipt (the PIPE engine for calls inside a
///                         transaction).
/// @param payer            The account that pays; the engine accepts the receipt from nobody else, so that a copy from
///                         the mempool is worthless.
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
    address payer;
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
/// @notice Times are Unix seconds. The contract holds no funds and has no parameters: a changed rule is a new contract
///         that governance gives the adjudicator role to. What a fault costs is said by {IPenalties}.
interface ISettlement {
    /// @notice Emitted when a receipt and its evidence were accepted; each nonce of an operator once.
    event ReceiptSettled(
        bytes32 indexed requestId,
        address indexed operator,
        bytes32 indexed releaseId,
        Receipt receipt
    );
    /// @notice Emitted when an operator was slashed for two answers to one request; amounts are OPG base units.
    event EquivocationProven(
        bytes32 indexed requestId,
        address indexed operator,
        address indexed challenger,
        bytes32 firstOutputHash,
        bytes32 secondOutputHash,
        uint256 slashed,
        uint256 bounty
    );

    /// @notice Emitted when a commitment to evidence was recorded, by whomever: the challenger's address is inside.
    event EvidenceCommitted(bytes32 indexed commitment, address indexed committer);

    /// @notice Thrown when a receipt's request id is not the hash of its own fields.
    error SettlementRequestIdMismatch(bytes32 given, bytes32 computed);
    /// @notice Thrown when somebody else than the receipt's settler submits it.
    error SettlementUnauthorizedSettler(address caller, address settler);
    /// @notice Thrown when a receipt is dated in the future.
    error SettlementIssuedInFuture(uint256 issuedAt, uint256 blockTimestamp);
    /// @notice Thrown when a receipt's deadline has passed.
    error SettlementDeadlinePassed(uint256 deadline, uint256 blockTimestamp);
    /// @notice Thrown when a receipt gives itself longer than the limit, or a deadline before its date.
    error SettlementLifetimeInvalid(uint256 issuedAt, uint256 deadline, uint256 maximumLifetime);
    /// @notice Thrown when the operator may not serve: unregistered, jailed, tombstoned or short of self-stake.
    error SettlementOperatorInactive(address operator);
    /// @notice Thrown when this nonce of the operator was settled before.
    error SettlementNonceUsed(address operator, uint256 nonce);
    /// @notice Thrown when a mode has no evidence that the chain could check.
    error SettlementModeUnsupported(InferenceMode mode);
    /// @notice Thrown when a signature is not by the enclave that the receipt names.
    error SettlementSignerMismatch(bytes32 recoveredEnclaveId, bytes32 enclaveId);
    /// @notice Thrown when the enclave belongs to another operator.
    error SettlementEnclaveOperatorMismatch(address enclaveOperator, address operator);
    /// @notice Thrown when the enclave is unknown, expired, silent, revoked or on hardware that is no longer accepted.
    error SettlementEnclaveUnusable(bytes32 enclaveId);
    /// @notice Thrown when a proof does not prove the receipt.
    error SettlementProofInvalid(bytes32 keyId);
    /// @notice Thrown when two receipts offered as a contradiction are for different requests.
    error SettlementRequestsDiffer(bytes32 firstRequestId, bytes32 secondRequestId);
    /// @notice Thrown when two receipts offered as a contradiction are by different operators.
    error SettlementOperatorsDiffer(address firstOperator, address secondOperator);
    /// @notice Thrown when two receipts offered as a contradiction agree.
    error SettlementOutputsAgree(bytes32 outputHash);
    /// @notice Thrown when a commitment is recorded already; it keeps its time, Unix seconds.
    error SettlementCommitmentExists(bytes32 commitment, uint256 committedAt);
    /// @notice Thrown when the caller has not committed to exactly this evidence.
    error SettlementCommitmentUnknown(bytes32 commitment);
    /// @notice Thrown when evidence is revealed too soon after its commitment, Unix seconds.
    error SettlementCommitmentTooFresh(uint256 committedAt, uint256 earliest);

    /// @notice Checks a receipt and its evidence and marks it as settled.
    /// @dev Checks in order: request id, settler, dates, operator active, nonce unused, evidence. A receipt in TEE mode
    ///      then locks self-stake of the operator for {COVER_WINDOW}, as many times the release's price per call as
    ///      {IValueLocks.coverBps} says; without enough of it the receipt is refused with
    ///      {IValueLocks.ValueLocksSelfStakeTooLow}.
    ///
    /// Emits {ReceiptSettled}.
    /// @param receipt  The receipt.
    /// @param evidence TEE: the 65-byte EIP-712 signature of the enclave over the receipt. ZK: a proof as
    ///                 {IVerifierRegistry.verifyProof} takes it, over [outputCommitment, inputCommitment,
    ///                 {proofBinding}].
    function settle(Receipt calldata receipt, bytes calldata evidence) external;

    /// @notice Records that somebody has evidence, without showing it; the first step of {challengeEquivocation}.
    /// @dev Each commitment once, until it is used: nobody can move the time of another's. Anyone may record it for the
    ///      challenger inside.
    ///
    /// Emits {EvidenceCommitted}.
    /// @param commitment See {computeEvidenceCommitment}.
    function commitEvidence(bytes32 commitment) external;

    /// @notice Slashes and tombstones an operator whose enclaves signed two different outputs for one request. Anyone
    ///         may call, {COMMITMENT_DELAY} after committing to exactly this evidence, and earns the bounty: who copies
    ///         the evidence from the mempool has no commitment that is old enough.
    /// @dev Checks in order: contradiction, signatures, commitment; the last is used up. The infraction time is the
    ///      later of the two dates, for that signature made the contradiction, and now at most: a receipt with a
    ///      false date does not move it out of reach. The enclaves need not be usable any more: what counts is that
    ///      their keys were registered to the operator. The fault id is the request id under this contract, so the
    ///      same contradiction is punished once.
    ///
    /// Emits {EquivocationProven}.
    /// @return slashed The stake destroyed or paid out, OPG base units.
    /// @return bounty  The part of it credited to the caller, OPG base units.
    function challengeEquivocation(
        Receipt calldata first,
        bytes calldata firstSignature,
        Receipt calldata second,
        bytes calldata secondSignature
    ) external returns (uint256 slashed, uint256 bounty);

    /// @notice The commitment of `challenger` to the evidence of {challengeEquivocation}: a hash of chain, contract,
    ///         challenger, both receipts' digests and both signatures, in this order of the two.
    /// @dev It hides what is in it as long as one of the signatures is not public. To be called off the chain: a
    ///      transaction would show the evidence.
    function computeEvidenceCommitment(
        address challenger,
        Receipt calldata first,
        bytes calldata firstSignature,
        Receipt calldata second,
        bytes calldata secondSignature
    ) external view returns (bytes32);

    /// @notice When a commitment was recorded, Unix seconds; 0 if it was not, or is used up.
    function committedAt(bytes32 commitment) external view returns (uint256);

    /// @notice Reverts unless the receipt has its own request id and the signature of an enclave of its operator,
    ///         usable or not. For contracts that hold operators to what they signed.
    function checkAttested(Receipt calldata receipt, bytes calldata signature) external view;

    /// @notice The EIP-712 digest of a receipt.
    function hashReceipt(Receipt calldata receipt) external view returns (bytes32);

    /// @notice The request id that the receipt's own fields give.
    function computeRequestId(Receipt calldata receipt) external pure returns (bytes32);

    /// @notice The third public signal of a proof for this receipt: 248 bits that bind chain, contract, request,
    ///         settler, payer and operator, so that a proof can neither serve another call nor pay another operator.
    function proofBinding(Receipt calldata receipt) external view returns (uint256);

    /// @notice Whether the operator's nonce was settled.
    function isNonceUsed(address operator, uint256 nonce) external view returns (bool);

    /// @notice How old a commitment must be before its evidence is revealed, seconds.
    // solhint-disable-next-line func-name-mixedcase
    function COMMITMENT_DELAY() external view returns (uint256);

    /// @notice How long self-stake stays locked behind a call, seconds: the ledger's time for evidence and response.
    // solhint-disable-next-line func-name-mixedcase
    function COVER_WINDOW() external view returns (uint256);
}
