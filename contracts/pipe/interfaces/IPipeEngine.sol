// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC7412} from "./IERC7412.sol";
import {IInferenceEngine, IInferenceHub} from "./IInferenceEngine.sol";
import {InferenceMode} from "../../libraries/InferenceMode.sol";
import {IPaymentHub} from "../../payments/interfaces/IPaymentHub.sol";
import {ModelOutput} from "../types/InferenceTypes.sol";
import {Receipt} from "../../settlement/interfaces/ISettlement.sol";

/// @title PIPE on an ordinary EVM chain: model calls whose answers arrive in the same transaction
/// @notice The caller of a model first simulates its transaction; a missing answer shows as {OracleDataRequired}. It
///         asks an operator's node, hands the answers in with {fulfill} (or through the forwarder) and makes its call,
///         all in one transaction. Answers live in transient storage, match exactly one (consumer, release, mode,
///         input), are used once, and are paid for when they are used: no result, no payment; no payment, no result.
///
///         A call in mode ONCHAIN needs no answer: the EVM runs the release's model ({IModelExecutor}) in the call
///         itself, in a simulation as well. The consumer pays, out of its credit at the payment hub, if it sponsors
///         calls at that price ({IPaymentHub.setSponsorship}); operators have no part in it.
///
/// UNITS: prices are OPG base units.
interface IPipeEngine is IInferenceEngine, IInferenceHub, IERC7412 {
    /// @notice An operator's answer to one call.
    /// @param output   What the consumer gets; `is_simulation_result` must be false.
    /// @param receipt  The operator's receipt; `requester` is the consumer, `settler` is this engine, `payer` the
    ///                 fulfiller, `keyId` the key of one of the release's circuits: the one that takes such an input.
    /// @param evidence See {ISettlement.settle}.
    /// @param maxPrice The most that the payer agrees to pay for this call.
    struct InferenceAnswer {
        ModelOutput output;
        Receipt receipt;
        bytes evidence;
        uint256 maxPrice;
    }

    /// @notice Emitted when an answer is handed in for this transaction.
    event AnswerFulfilled(bytes32 indexed requestId, address indexed consumer, address indexed payer);
    /// @notice Emitted when an answer is paid and kept for the payer's next transaction.
    event AnswerDelivered(
        bytes32 indexed requestId,
        address indexed consumer,
        address indexed payer,
        uint256 expiresAt,
        uint256 price
    );
    /// @notice Emitted when a consumer takes an answer; `price` is what was charged now, 0 if it was paid at delivery.
    /// @dev In mode ONCHAIN `requestId` is the call's {answerKey}: equal calls have equal answers.
    event AnswerConsumed(
        bytes32 indexed requestId,
        address indexed consumer,
        address indexed chargedTo,
        bytes32 releaseId,
        uint256 price
    );

    /// @notice Thrown when an answer names another settler than this engine.
    error PipeSettlerMismatch(address settler, address engine);
    /// @notice Thrown when somebody else than the receipt's payer hands an answer in.
    error PipePayerMismatch(address payer, address fulfiller);
    /// @notice Thrown when an output is not the one that the receipt commits to.
    error PipeOutputHashMismatch(bytes32 computed, bytes32 committed);
    /// @notice Thrown when the input or output in the circuit's encoding is not the one that the receipt commits to.
    error PipeCommitmentMismatch(uint256 computed, uint256 committed);
    /// @notice Thrown when the release has no circuit but the call wants a proof.
    error PipeCircuitMissing(bytes32 releaseId);
    /// @notice Thrown when an answer pretends to be a simulation placeholder.
    error PipeSimulationAnswer(bytes32 requestId);
    /// @notice Thrown when the price is above what the payer agreed to; in mode ONCHAIN, what the consumer sponsors.
    error PipePriceExceeded(uint256 price, uint256 maxPrice);
    /// @notice Thrown when `run` is given a mode number that does not exist.
    error PipeModeUnknown(uint8 mode, uint8 maximum);
    /// @notice Thrown when more answers are handed in at once than the limit.
    error PipeTooManyAnswers(uint256 count, uint256 maximum);
    /// @notice Thrown when a function for the forwarder is called by somebody else.
    error PipeUnauthorizedForwarder(address caller, address forwarder);
    /// @notice Thrown when an undelivered answer waits already for this payer and call.
    error PipeDeliveryPending(bytes32 key, uint256 expiresAt);
    /// @notice Thrown when native currency is sent along; calls are paid in OPG.
    error PipeNativeValueRefused(uint256 value);

    /// @notice Hands in answers for calls later in this transaction. The caller is the payer.
    ///
    /// Emits {AnswerFulfilled} for each.
    function fulfill(InferenceAnswer[] calldata answers) external;

    /// @notice The same on behalf of `payer`; only for the forwarder, which passes its own caller.
    function fulfillFor(address payer, InferenceAnswer[] calldata answers) external;

    /// @notice For plain accounts that can send one call per transaction: keeps the answers for {DELIVERY_LIFETIME}
    ///         seconds, to be consumed once by a call in a transaction that the payer sends. Paid for at once.
    ///
    /// Emits {AnswerDelivered} for each.
    function deliver(InferenceAnswer[] calldata answers) external;

    /// @notice The forwarder that fulfils and calls in one step; an ERC-2771 trusted forwarder for consumers that opt
    ///         in.
    function FORWARDER() external view returns (address);

    /// @notice Where calls are paid.
    function PAYMENT_HUB() external view returns (IPaymentHub);

    /// @notice The key under which an answer waits.
    function answerKey(
        address consumer,
        bytes32 releaseId,
        InferenceMode mode,
        bytes32 inputHash
    ) external pure returns (bytes32);
}
