// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IInferenceEngine} from "./interfaces/IInferenceEngine.sol";
import {InferenceMode} from "../libraries/InferenceMode.sol";
import {ModelInferenceRequest, ModelInput, MultiDimensionalNumberTensor} from "./types/InferenceTypes.sol";

/// @title What a contract inherits to call numeric models through PIPE
/// @notice Calls the engine and decodes only the number tensors of the answer, which is what contracts compute with.
abstract contract PipeConsumer {
    /// @dev The head of an ABI-encoded {ModelOutput}: the string and JSON tensors stay unread behind their offsets.
    struct NumericOutput {
        MultiDimensionalNumberTensor[] numbers;
        uint256 stringsOffset;
        uint256 jsonsOffset;
        bool isSimulationResult;
    }

    /// @notice Thrown when the answer is a simulation placeholder and the consumer must not act on it.
    error PipeConsumerSimulationResult();

    /// @notice The engine, or the address where the network provides the upstream precompile.
    IInferenceEngine public immutable ENGINE;

    constructor(IInferenceEngine engine) {
        ENGINE = engine;
    }

    /// @notice Runs a model and returns its number tensors.
    /// @dev A missing answer reverts with the engine's {IERC7412.OracleDataRequired}, passed on unchanged. Inside a
    ///      simulation without sender the placeholder is returned, so that all requests can be collected; outside, a
    ///      placeholder is refused.
    function _infer(
        InferenceMode mode,
        string memory modelId,
        ModelInput memory input
    ) internal returns (MultiDimensionalNumberTensor[] memory numbers) {
        bytes memory call = abi.encodeCall(
            IInferenceEngine.runModelInference,
            (ModelInferenceRequest({mode: mode, modelCID: modelId, input: input}))
        );
        (bool success, bytes memory result) = address(ENGINE).call(call);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(result, 32), mload(result))
            }
        }
        NumericOutput memory output = abi.decode(result, (NumericOutput));
        // solhint-disable-next-line avoid-tx-origin
        if (output.isSimulationResult && tx.origin != address(0)) revert PipeConsumerSimulationResult();
        return output.numbers;
    }
}
