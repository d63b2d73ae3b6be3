// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IModelHub} from "../../../contracts/models/interfaces/IModelHub.sol";
import {IReleaseCircuits} from "../../../contracts/models/interfaces/IReleaseCircuits.sol";
import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {ModelInput} from "../../../contracts/pipe/types/InferenceTypes.sol";
import {SignalLayout} from "../../../contracts/zkml/types/SignalLayout.sol";
import {System} from "../fixtures/System.sol";
import {TensorLib} from "../../../contracts/pipe/libraries/TensorLib.sol";

/// @title The system, and releases with circuits or a model for the EVM
abstract contract ModelCalls is System {
    /// @notice One input and one output of `bits` bits, integers without offset.
    function _layout(
        string memory inputName,
        string memory outputName,
        uint8 bits
    ) internal pure returns (SignalLayout memory) {
        return SignalLayout(inputName, outputName, 1, bits, 0, 0, 1, bits, 0, 0);
    }

    /// @notice An input of one number; its tensors serve as those of an output, too.
    function _row(string memory name, uint256 value) internal pure returns (ModelInput memory) {
        uint256[] memory values = new uint256[](1);
        values[0] = value;
        return TensorLib.row(name, values, 0);
    }

    /// @notice Publishes two files with `bound` in a new repository, offered in `mode` at `price`.
    function _publishModels(
        string memory name,
        IReleaseCircuits.ReleaseModels memory bound,
        InferenceMode mode,
        uint128 price
    ) internal returns (bytes32 id) {
        IModelHub.Payee[] memory payees = new IModelHub.Payee[](1);
        payees[0] = IModelHub.Payee({account: publisher, shareBps: 10_000});
        IModelHub.ReleaseContent memory content;
        for (uint256 i = 0; i < 2; ++i) {
            bytes32 hash = keccak256(abi.encode(name, i));
            bytes memory file = abi.encodePacked(uint8(0), uint48(1_000), hash, hash, uint8(1), uint8(97 + i));
            content.files = bytes.concat(content.files, file);
        }
        IModelHub.ModePrice[] memory prices = new IModelHub.ModePrice[](1);
        prices[0] = IModelHub.ModePrice(mode, price);
        IModelHub.RepositoryInfo memory info;
        vm.startPrank(publisher);
        id = models.publishRelease(models.createRepository(name, info, payees), false, true, content, bound, prices);
        vm.stopPrank();
    }
}
