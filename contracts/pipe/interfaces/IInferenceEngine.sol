// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ModelInferenceRequest, ModelInput, ModelOutput} from "../types/InferenceTypes.sol";

/// @title OpenGradient's inference precompile, as an interface
/// @notice Selectors, struct order and events are those of the precompile at 0x…00F4 and must not change.
interface IInferenceEngine {
    event ModelInferenceEvent(string inferenceID, ModelInferenceRequest request, ModelOutput response);

    /// @notice Runs a model for the caller and returns its verified answer, within this transaction.
    /// @dev Selector 0x7289e9c2.
    /// @param request Mode, model (a content id, `owner/name` or `owner/name@1.01`) and input tensors.
    /// @return output The model's answer; `is_simulation_result` is true only inside an `eth_call` without a sender.
    function runModelInference(ModelInferenceRequest calldata request) external returns (ModelOutput memory output);
}

/// @title OpenGradient's InferenceHub, as an interface
interface IInferenceHub {
    event InferenceResult(ModelOutput output);

    /// @notice The same call with the arguments side by side.
    /// @dev Selector 0xcbf09d80.
    function run(
        string calldata modelId,
        uint8 inferenceMode,
        ModelInput calldata modelInput
    ) external returns (ModelOutput memory output);
}
