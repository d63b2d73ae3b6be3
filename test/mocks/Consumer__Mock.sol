// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IInferenceEngine, IInferenceHub} from "../../contracts/pipe/interfaces/IInferenceEngine.sol";
import {IPaymentHub} from "../../contracts/payments/interfaces/IPaymentHub.sol";
import {IPipeEngine} from "../../contracts/pipe/interfaces/IPipeEngine.sol";
import {InferenceMode} from "../../contracts/libraries/InferenceMode.sol";
import {ModelInferenceRequest, ModelInput} from "../../contracts/pipe/types/InferenceTypes.sol";
import {PipeConsumer} from "../../contracts/pipe/PipeConsumer.sol";
import {TensorLib} from "../../contracts/pipe/libraries/TensorLib.sol";

/// @notice A dapp that asks the model about one number and keeps the hash of the answer as it came.
contract Consumer__Mock is PipeConsumer {
    bytes32 public lastOutputHash;
    bool public lastWasSimulation;
    address public lastSender;

    constructor(IPipeEngine engine) PipeConsumer(engine) {}

    function ask(string calldata modelId, InferenceMode mode, uint256 value) external {
        lastSender = address(bytes20(msg.data[msg.data.length - 20:]));
        askTensor(modelId, mode, "x", value);
    }

    function askTensor(string calldata modelId, InferenceMode mode, string memory name, uint256 value) public {
        ModelInferenceRequest memory request = ModelInferenceRequest(mode, modelId, _input(name, value));
        _keep(abi.encodeCall(IInferenceEngine.runModelInference, (request)));
    }

    function askThroughHub(string calldata modelId, uint8 mode, uint256 value) external {
        _keep(abi.encodeCall(IInferenceHub.run, (modelId, mode, _input("x", value))));
    }

    function sponsor(IPaymentHub payments, uint256 maxPricePerCall) external {
        payments.setSponsorship(maxPricePerCall);
    }

    function _keep(bytes memory call) private {
        (bool success, bytes memory result) = address(ENGINE).call(call);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(result, 32), mload(result))
            }
        }
        lastOutputHash = keccak256(result);
        lastWasSimulation = abi.decode(result, (NumericOutput)).isSimulationResult;
    }

    function _input(string memory name, uint256 value) private pure returns (ModelInput memory) {
        uint256[] memory values = new uint256[](1);
        values[0] = value;
        return TensorLib.row(name, values, 0);
    }
}
