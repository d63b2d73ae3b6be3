// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IProofSystem} from "../../contracts/zkml/interfaces/IProofSystem.sol";

/// @title A proof system that takes every key and no proof
contract ProofSystem__Mock is IProofSystem {
    uint256 private immutable _SIGNALS;

    constructor(uint256 signals) {
        _SIGNALS = signals;
    }

    function inspectKey(bytes calldata) external view returns (uint256, bool) {
        return (_SIGNALS, false);
    }

    function verify(address, bytes calldata, uint256[] calldata) external pure returns (bool) {
        return false;
    }
}
