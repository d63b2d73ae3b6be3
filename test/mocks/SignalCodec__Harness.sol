// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ModelInput, ModelOutput, MultiDimensionalNumberTensor} from "../../contracts/pipe/types/InferenceTypes.sol";
import {SignalCodec} from "../../contracts/zkml/libraries/SignalCodec.sol";
import {SignalLayout} from "../../contracts/zkml/types/SignalLayout.sol";

/// @title The library's functions as external calls, for one layout at a time
contract SignalCodec__Harness {
    SignalLayout private _layout;

    function useLayout(SignalLayout calldata layout) external {
        _layout = layout;
    }

    function check() external view {
        SignalCodec.check(_layout);
    }

    function packInputs(ModelInput memory input) external view returns (uint256) {
        return SignalCodec.packInputs(_layout, input);
    }

    function packOutputs(ModelOutput memory output) external view returns (uint256) {
        return SignalCodec.packOutputs(_layout, output);
    }

    /// @dev Flat, because the compiler cannot decode a returned ModelOutput within its stack.
    function unpackOutputs(
        uint256 packed
    ) external view returns (MultiDimensionalNumberTensor[] memory numbers, uint256 texts, bool simulation) {
        ModelOutput memory output = SignalCodec.unpackOutputs(_layout, packed);
        return (output.numbers, output.strings.length + output.jsons.length, output.is_simulation_result);
    }
}
