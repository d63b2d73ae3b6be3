// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPaymentHub} from "../../../contracts/payments/interfaces/IPaymentHub.sol";
import {IPipeEngine} from "../../../contracts/pipe/interfaces/IPipeEngine.sol";
import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {ModelInferenceRequest, ModelOutput} from "../../../contracts/pipe/types/InferenceTypes.sol";
import {TensorLib} from "../../../contracts/pipe/libraries/TensorLib.sol";

/// @notice A dapp that asks the model about one number and keeps the hash of the answer.
contract Consumer__Mock {
    IPipeEngine public immutable ENGINE;
    bytes32 public lastOutputHash;
    bool public lastWasSimulation;
    address public lastSender;

    constructor(IPipeEngine engine) {
        ENGINE = engine;
    }

    function ask(string calldata modelId, InferenceMode mode, uint256 value) external {
        lastSender = msg.data.length > 20 ? address(bytes20(msg.data[msg.data.length - 20:])) : msg.sender;
        _keep(
            ENGINE.runModelInference(
                ModelInferenceRequest({mode: mode, modelCID: modelId, input: TensorLib.row("x", _one(value), 0)})
            )
        );
    }

    function askThroughHub(string calldata modelId, uint8 mode, uint256 value) external {
        _keep(ENGINE.run(modelId, mode, TensorLib.row("x", _one(value), 0)));
    }

    function sponsor(IPaymentHub payments, uint256 maxPricePerCall) external {
        payments.setSponsorship(maxPricePerCall);
    }

    function _keep(ModelOutput memory output) private {
        lastOutputHash = keccak256(abi.encode(output));
        lastWasSimulation = output.is_simulation_result;
    }

    function _one(uint256 value) private pure returns (uint256[] memory values) {
        values = new uint256[](1);
        values[0] = value;
    }
}
