// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {GpuClaims, GpuFacts} from "../../../contracts/tee/interfaces/INrasVerifier.sol";

/// @notice Says of every token what it was told to say, and accepts keys as it was told.
contract NrasVerifier__Mock {
    GpuFacts private _facts;
    mapping(bytes32 keyId => bool) public isAccepted;

    constructor() {
        isAccepted["key"] = true;
    }

    function set(bytes32 nonce, uint64 issuedAt, uint64 expiresAt, GpuClaims[] memory gpus) external {
        delete _facts;
        _facts.nonce = nonce;
        _facts.keyId = "key";
        _facts.issuedAt = issuedAt;
        _facts.expiresAt = expiresAt;
        for (uint256 i; i < gpus.length; ++i) _facts.gpus.push(gpus[i]);
    }

    function withdraw(bytes32 keyId) external {
        isAccepted[keyId] = false;
    }

    function verify(bytes calldata, bytes[] calldata) external view returns (GpuFacts memory) {
        return _facts;
    }
}
