// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {IERC7412} from "./interfaces/IERC7412.sol";
import {IInferenceEngine, IInferenceHub} from "./interfaces/IInferenceEngine.sol";
import {IModelExecutor} from "../zkml/interfaces/IModelExecutor.sol";
import {IModelHub} from "../models/interfaces/IModelHub.sol";
import {InferenceForwarder} from "./InferenceForwarder.sol";
import {InferenceMode} from "../libraries/InferenceMode.sol";
import {IPaymentHub} from "../payments/interfaces/IPaymentHub.sol";
import {IPipeEngine} from "./interfaces/IPipeEngine.sol";
import {IReleaseCircuits} from "../models/interfaces/IReleaseCircuits.sol";
import {ISettlement} from "../settlement/interfaces/ISettlement.sol";
import {ModelInferenceRequest, ModelInput, ModelOutput} from "./types/InferenceTypes.sol";
import {SignalCodec} from "../zkml/libraries/SignalCodec.sol";
import {SignalLayout} from "../zkml/types/SignalLayout.sol";
import {TransientQueue} from "./libraries/TransientQueue.sol";

/// @title The PIPE engine
/// @notice See {IPipeEngine}. Engine and InferenceHub of the upstream system in one contract, so that a consumer may be
///         pointed at either ABI.
///
/// ROLES: none of its own. It needs {Roles.PIPE} on the payment hub.
/// UNITS: prices are OPG base units; times are Unix seconds.
/// ASSUMPTIONS
/// - An answer was checked when it was handed in (receipt, evidence, output); when it is consumed only the input is
///   compared, because only the consumer's call shows it. A release's circuits differ in the names of their inputs, so
///   that an answer by another circuit than the consumer means is refused there.
/// - In mode ONCHAIN the EVM computes the answer in the consumer's call: there is no receipt, and nobody to hold to it.
/// - `tx.origin` is zero only in an `eth_call` without sender: no transaction of Base, deposits included, has that
///   origin.
/// UPGRADES: none.
contract PipeEngine is IPipeEngine {
    /// @dev What waits between handing in and consuming an answer.
    struct Pending {
        address payer;
        address operator;
        bytes32 requestId;
        bytes32 keyId;
        uint256 inputCommitment;
        uint256 maxPrice;
        bool prepaid;
        ModelOutput output;
    }

    /// @dev A delivered answer; `encoded` is an ABI-encoded {Pending}.
    struct Delivery {
        uint256 expiresAt;
        bytes encoded;
    }

    /// @notice The most answers that one call hands in.
    uint256 public constant MAXIMUM_ANSWERS = 16;

    /// @notice How long a delivered answer waits for its call, in seconds.
    uint256 public constant DELIVERY_LIFETIME = 10 minutes;

    /// @inheritdoc IERC7412
    bytes32 public constant oracleId = "OPG_PIPE";

    IModelHub public immutable MODEL_HUB;
    IReleaseCircuits public immutable CIRCUITS;
    ISettlement public immutable SETTLEMENT;
    /// @inheritdoc IPipeEngine
    IPaymentHub public immutable PAYMENT_HUB;
    IModelExecutor public immutable EXECUTOR;
    /// @inheritdoc IPipeEngine
    address public immutable FORWARDER;

    mapping(bytes32 key => mapping(address payer => Delivery)) private _deliveries;

    constructor(IModelHub modelHub, ISettlement settlement, IPaymentHub paymentHub, IModelExecutor executor) {
        MODEL_HUB = modelHub;
        CIRCUITS = modelHub.circuits();
        SETTLEMENT = settlement;
        PAYMENT_HUB = paymentHub;
        EXECUTOR = executor;
        // Created here, so that trusting it needs no role and no lookup.
        FORWARDER = address(new InferenceForwarder());
    }

    // ------------------------------------------------ calling models ------------------------------------------------

    /// @inheritdoc IInferenceEngine
    function runModelInference(ModelInferenceRequest calldata request) external returns (ModelOutput memory output) {
        return _run(msg.sender, request);
    }

    /// @inheritdoc IInferenceHub
    function run(
        string calldata modelId,
        uint8 inferenceMode,
        ModelInput calldata modelInput
    ) external returns (ModelOutput memory output) {
        uint8 maximum = uint8(type(InferenceMode).max);
        if (inferenceMode > maximum) revert PipeModeUnknown(inferenceMode, maximum);
        output = _run(
            msg.sender,
            ModelInferenceRequest({mode: InferenceMode(inferenceMode), modelCID: modelId, input: modelInput})
        );
        emit InferenceResult(output);
    }

    // ---------------------------------------------- handing answers in ----------------------------------------------

    /// @inheritdoc IPipeEngine
    function fulfill(InferenceAnswer[] calldata answers) external {
        _fulfill(msg.sender, answers);
    }

    /// @inheritdoc IPipeEngine
    function fulfillFor(address payer, InferenceAnswer[] calldata answers) external {
        if (msg.sender != FORWARDER) revert PipeUnauthorizedForwarder(msg.sender, FORWARDER);
        _fulfill(payer, answers);
    }

    /// @inheritdoc IERC7412
    function fulfillOracleQuery(bytes calldata signedOffchainData) external payable {
        if (msg.value != 0) revert PipeNativeValueRefused(msg.value);
        _fulfill(msg.sender, abi.decode(signedOffchainData, (InferenceAnswer[])));
    }

    /// @inheritdoc IPipeEngine
    function deliver(InferenceAnswer[] calldata answers) external {
        _checkCount(answers.length);
        for (uint256 i = 0; i < answers.length; i++) {
            _deliver(answers[i]);
        }
    }

    // ---------------------------------------------------- views ----------------------------------------------------

    /// @inheritdoc IPipeEngine
    function answerKey(
        address consumer,
        bytes32 releaseId,
        InferenceMode mode,
        bytes32 inputHash
    ) public pure returns (bytes32) {
        return keccak256(abi.encode(consumer, releaseId, mode, inputHash));
    }

    // -------------------------------------------------- consuming --------------------------------------------------

    function _run(address consumer, ModelInferenceRequest memory request) private returns (ModelOutput memory output) {
        bytes32 releaseId = MODEL_HUB.resolve(request.modelCID);
        bytes32 key = answerKey(consumer, releaseId, request.mode, keccak256(abi.encode(request.input)));

        if (request.mode == InferenceMode.ONCHAIN) return _execute(consumer, releaseId, key, request);

        bytes memory encoded = _take(key);
        if (encoded.length == 0) {
            // An eth_call without sender collects requests; it gets a placeholder and goes on.
            // solhint-disable-next-line avoid-tx-origin
            if (tx.origin == address(0)) return _placeholder(releaseId, request.input);
            revert OracleDataRequired(address(this), abi.encode(consumer, releaseId, request));
        }

        Pending memory pending = abi.decode(encoded, (Pending));
        if (pending.keyId != bytes32(0)) {
            SignalLayout memory layout = CIRCUITS.layoutOf(releaseId, pending.keyId);
            _checkCommitment(SignalCodec.packInputs(layout, request.input), pending.inputCommitment);
        }
        if (!pending.prepaid) {
            uint256 price = _price(releaseId, request.mode, pending.maxPrice);
            address chargedTo = PAYMENT_HUB.chargeCall(consumer, pending.payer, releaseId, pending.operator, price);
            emit AnswerConsumed(pending.requestId, consumer, chargedTo, releaseId, price);
        } else {
            emit AnswerConsumed(pending.requestId, consumer, pending.payer, releaseId, 0);
        }
        output = pending.output;
        _emitInference(pending.requestId, request, output);
    }

    /// @dev Nobody but the consumer is there to pay: out of its credit, up to the price that it agreed to sponsor.
    function _execute(
        address consumer,
        bytes32 releaseId,
        bytes32 key,
        ModelInferenceRequest memory request
    ) private returns (ModelOutput memory output) {
        uint256 price = MODEL_HUB.priceOf(releaseId, request.mode);
        if (price != 0) {
            uint256 maxPrice = PAYMENT_HUB.sponsorshipOf(consumer);
            if (price > maxPrice) revert PipePriceExceeded(price, maxPrice);
        }
        (bytes32 modelId, SignalLayout memory layout) = CIRCUITS.executorModelOf(releaseId);
        uint256 packed = EXECUTOR.run(modelId, SignalCodec.packInputs(layout, request.input));
        output = SignalCodec.unpackOutputs(layout, packed);
        address chargedTo = PAYMENT_HUB.chargeCall(consumer, consumer, releaseId, address(0), price);
        emit AnswerConsumed(key, consumer, chargedTo, releaseId, price);
        _emitInference(key, request, output);
    }

    function _emitInference(bytes32 id, ModelInferenceRequest memory request, ModelOutput memory output) private {
        emit ModelInferenceEvent(Strings.toHexString(uint256(id), 32), request, output);
    }

    /// @dev The oldest answer of this transaction, else the one that the sender of the transaction had delivered. The
    ///      origin is no authority here: it tells whose paid answer to use up.
    function _take(bytes32 key) private returns (bytes memory encoded) {
        encoded = TransientQueue.pop(key);
        if (encoded.length != 0) return encoded;
        // solhint-disable-next-line avoid-tx-origin
        Delivery storage delivery = _deliveries[key][tx.origin];
        if (delivery.expiresAt < block.timestamp) return encoded;
        encoded = delivery.encoded;
        delete delivery.expiresAt;
        delete delivery.encoded;
    }

    /// @dev Zeros in the form of the circuit that the input means, or of the main one.
    function _placeholder(bytes32 releaseId, ModelInput memory input) private view returns (ModelOutput memory output) {
        IReleaseCircuits.ReleaseCircuit[] memory circuits = CIRCUITS.circuitsOf(releaseId);
        bytes32 name = input.numbers.length == 0 ? bytes32(0) : keccak256(bytes(input.numbers[0].name));
        for (uint256 i = circuits.length; i > 0; --i) {
            SignalLayout memory layout = circuits[i - 1].layout;
            if (i > 1 && keccak256(bytes(layout.inputName)) != name) continue;
            output = SignalCodec.unpackOutputs(layout, 0);
            break;
        }
        output.is_simulation_result = true;
    }

    // -------------------------------------------------- handing in --------------------------------------------------

    function _fulfill(address payer, InferenceAnswer[] memory answers) private {
        _checkCount(answers.length);
        for (uint256 i = 0; i < answers.length; i++) {
            InferenceAnswer memory answer = answers[i];
            bytes32 key = _accept(payer, answer);
            TransientQueue.push(key, _encodePending(answer, false));
            emit AnswerFulfilled(answer.receipt.requestId, answer.receipt.requester, payer);
        }
    }

    function _deliver(InferenceAnswer memory answer) private {
        bytes32 key = _accept(msg.sender, answer);
        Delivery storage delivery = _deliveries[key][msg.sender];
        if (delivery.expiresAt >= block.timestamp) revert PipeDeliveryPending(key, delivery.expiresAt);

        uint256 expiresAt = block.timestamp + DELIVERY_LIFETIME;
        delivery.expiresAt = expiresAt;
        delivery.encoded = _encodePending(answer, true);

        uint256 price = _price(answer.receipt.releaseId, answer.receipt.mode, answer.maxPrice);
        emit AnswerDelivered(answer.receipt.requestId, answer.receipt.requester, msg.sender, expiresAt, price);
        // The consumer has not called yet, so it cannot have agreed to pay: the deliverer does.
        PAYMENT_HUB.chargeCall(address(0), msg.sender, answer.receipt.releaseId, answer.receipt.operator, price);
    }

    /// @dev Checks everything about an answer that does not need the consumer's call, and settles its receipt.
    function _accept(address payer, InferenceAnswer memory answer) private returns (bytes32 key) {
        if (answer.receipt.settler != address(this)) revert PipeSettlerMismatch(answer.receipt.settler, address(this));
        if (answer.receipt.payer != payer) revert PipePayerMismatch(answer.receipt.payer, payer);
        if (answer.output.is_simulation_result) revert PipeSimulationAnswer(answer.receipt.requestId);

        bytes32 outputHash = keccak256(abi.encode(answer.output));
        if (outputHash != answer.receipt.outputHash) {
            revert PipeOutputHashMismatch(outputHash, answer.receipt.outputHash);
        }
        SignalLayout memory layout = CIRCUITS.layoutOf(answer.receipt.releaseId, answer.receipt.keyId);
        if (answer.receipt.keyId != bytes32(0)) {
            _checkCommitment(SignalCodec.packOutputs(layout, answer.output), answer.receipt.outputCommitment);
        } else if (answer.receipt.mode == InferenceMode.ZK) {
            revert PipeCircuitMissing(answer.receipt.releaseId);
        }

        SETTLEMENT.settle(answer.receipt, answer.evidence);
        key = answerKey(
            answer.receipt.requester,
            answer.receipt.releaseId,
            answer.receipt.mode,
            answer.receipt.inputHash
        );
    }

    function _encodePending(InferenceAnswer memory answer, bool prepaid) private pure returns (bytes memory) {
        return
            abi.encode(
                Pending({
                    payer: answer.receipt.payer,
                    operator: answer.receipt.operator,
                    requestId: answer.receipt.requestId,
                    keyId: answer.receipt.keyId,
                    inputCommitment: answer.receipt.inputCommitment,
                    maxPrice: answer.maxPrice,
                    prepaid: prepaid,
                    output: answer.output
                })
            );
    }

    function _price(bytes32 releaseId, InferenceMode mode, uint256 maxPrice) private view returns (uint256 price) {
        price = MODEL_HUB.priceOf(releaseId, mode);
        if (price > maxPrice) revert PipePriceExceeded(price, maxPrice);
    }

    function _checkCommitment(uint256 computed, uint256 committed) private pure {
        if (computed != committed) revert PipeCommitmentMismatch(computed, committed);
    }

    function _checkCount(uint256 count) private pure {
        if (count > MAXIMUM_ANSWERS) revert PipeTooManyAnswers(count, MAXIMUM_ANSWERS);
    }
}
