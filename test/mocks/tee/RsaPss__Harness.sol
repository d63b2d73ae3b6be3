// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {RsaPss} from "../../../contracts/tee/crypto/RsaPss.sol";
import {Sha384} from "../../../contracts/tee/crypto/Sha384.sol";

/// @title Both kinds of signatures over messages, as external calls
contract RsaPss__Harness {
    function verify2048(
        bytes calldata spki,
        bytes calldata message,
        bytes calldata signature
    ) external view returns (bool valid, uint256 gas) {
        gas = gasleft();
        valid = RsaPss.verify2048(sha256(message), RsaPss.modulusOfSpki2048(spki), signature);
        gas -= gasleft();
    }

    function verify4096(
        bytes calldata modulus,
        bytes calldata message,
        bytes calldata signature
    ) external view returns (bool valid, uint256 gas) {
        (uint256 high, uint256 low) = Sha384.hash(message);
        gas = gasleft();
        valid = RsaPss.verify4096(high, low, modulus, signature);
        gas -= gasleft();
    }

    function modulusOfSpki2048(bytes calldata spki) external pure returns (bytes memory) {
        return RsaPss.modulusOfSpki2048(spki);
    }
}
