// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {ITEEInferenceVerifier} from "./ITEEInferenceVerifier.sol";
import {ITEERegistry} from "./ITEERegistry.sol";
import {ITEEVerifier} from "./ITEEVerifier.sol";

/// @title Verifies answers that gateways signed
/// @notice The signed hash names neither chain nor contract nor request: whoever pays on it keeps it from being used
///         twice. Receipts of this system's settlement do name them.
contract TEEInferenceVerifier is ITEEInferenceVerifier, AccessManaged {
    /// @inheritdoc ITEEInferenceVerifier
    uint256 public constant MAX_INFERENCE_AGE = 3_600;
    /// @inheritdoc ITEEInferenceVerifier
    uint256 public constant FUTURE_TOLERANCE = 300;

    /// @inheritdoc ITEEInferenceVerifier
    address public registry;

    constructor(address authority, ITEERegistry registry_) AccessManaged(authority) {
        _setRegistry(address(registry_));
    }

    /// @inheritdoc ITEEInferenceVerifier
    // solhint-disable-next-line func-name-mixedcase
    function VERIFIER() external view returns (address) {
        return ITEERegistry(registry).VERIFIER();
    }

    /// @inheritdoc ITEEInferenceVerifier
    function verifySignature(
        bytes32 teeId,
        bytes32 inputHash,
        bytes32 outputHash,
        uint256 timestamp,
        bytes calldata signature
    ) external view returns (bool) {
        if (timestamp > block.timestamp + FUTURE_TOLERANCE) return false;
        if (timestamp + MAX_INFERENCE_AGE < block.timestamp) return false;
        if (!ITEERegistry(registry).isTEEActive(teeId)) return false;
        return _isSigned(teeId, inputHash, outputHash, timestamp, signature);
    }

    /// @inheritdoc ITEEInferenceVerifier
    function setRegistry(address registry_) external restricted {
        _setRegistry(registry_);
    }

    /// @inheritdoc ITEEInferenceVerifier
    function computeMessageHash(
        bytes32 inputHash,
        bytes32 outputHash,
        uint256 timestamp
    ) public pure returns (bytes32) {
        return keccak256(abi.encodePacked(inputHash, outputHash, timestamp));
    }

    /// @dev Whether the enclave signed the answer, at a time at which its work counts.
    function _isSigned(
        bytes32 teeId,
        bytes32 inputHash,
        bytes32 outputHash,
        uint256 timestamp,
        bytes calldata signature
    ) internal view returns (bool) {
        ITEERegistry tees = ITEERegistry(registry);
        if (!tees.isTEEActiveAt(teeId, timestamp)) return false;
        bytes32 message = computeMessageHash(inputHash, outputHash, timestamp);
        return ITEEVerifier(tees.VERIFIER()).verifyRSAPSS(tees.getTEEPublicKey(teeId), message, signature);
    }

    function _setRegistry(address registry_) private {
        if (registry_ == address(0)) revert InvalidRegistryAddress();
        emit RegistryUpdated(registry, registry_);
        registry = registry_;
    }
}
