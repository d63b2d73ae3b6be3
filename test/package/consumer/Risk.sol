// SPDX-License-Identifier: MIT
pragma solidity ^0.8.26;

import {PipeConsumer} from "@opg-protocol/sdk/contracts/pipe/PipeConsumer.sol";
import {IInferenceEngine} from "@opg-protocol/sdk/contracts/pipe/interfaces/IInferenceEngine.sol";
import {IPipeEngine} from "@opg-protocol/sdk/contracts/pipe/interfaces/IPipeEngine.sol";
import {IStaking} from "@opg-protocol/sdk/contracts/staking/interfaces/IStaking.sol";
import {InferenceMode} from "@opg-protocol/sdk/contracts/libraries/InferenceMode.sol";
import {TensorLib} from "@opg-protocol/sdk/contracts/pipe/libraries/TensorLib.sol";

/// @title An integrator's contract
contract Risk is PipeConsumer {
    IStaking public immutable STAKING;

    constructor(IPipeEngine engine, IStaking staking) PipeConsumer(IInferenceEngine(address(engine))) {
        STAKING = staking;
    }

    function score(uint256[] memory features) external returns (int256) {
        return
            TensorLib.valueDown(_infer(InferenceMode.TEE, "lab/risk", TensorLib.row("features", features, 5)), 0, 0, 6);
    }
}
