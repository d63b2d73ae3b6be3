// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {P384} from "../../../contracts/tee/crypto/P384.sol";
import {P384Field} from "../../../contracts/tee/crypto/P384Field.sol";
import {P384Table} from "../../../contracts/tee/crypto/P384Table.sol";

/// @title The P-384 libraries as external calls; an element is given and returned as its number
contract P384__Harness {
    function verify(bytes memory digest, bytes memory signature, bytes memory key) external view returns (bool) {
        return P384.verify(digest, signature, key);
    }

    /// @notice What {verify} costs, and whether it left all memory as it was.
    function measure(
        bytes memory digest,
        bytes memory signature,
        bytes memory key,
        uint256 ballast
    ) external view returns (bool valid, uint256 used, bool untouched) {
        bytes memory filler = new bytes(ballast);
        for (uint256 i; i < ballast; ++i) filler[i] = bytes1(uint8(i + 1));
        bytes32 before = keccak256(abi.encode(digest, signature, key, filler));
        used = gasleft();
        valid = P384.verify(digest, signature, key);
        used -= gasleft();
        untouched = before == keccak256(abi.encode(digest, signature, key, filler));
    }

    function multiply(uint256[2] memory a, uint256[2] memory b) external pure returns (uint256, uint256) {
        return P384Field.mul(_at(a), _at(b));
    }

    function square(uint256[2] memory a) external pure returns (uint256, uint256) {
        return P384Field.sqr(_at(a));
    }

    function multiplyModuloOrder(uint256[2] memory a, uint256[2] memory b) external pure returns (uint256, uint256) {
        return P384Field.mulOrder(_at(a), _at(b));
    }

    function store(uint256 hi, uint256 lo) external pure returns (uint256[2] memory stored) {
        P384Field.store(_at(stored), hi, lo);
    }

    function isZero(uint256[2] memory a) external pure returns (bool) {
        return P384Field.isZero(_at(a));
    }

    function generatorTable() external pure returns (bytes memory) {
        return P384Table.GENERATOR;
    }

    function _at(uint256[2] memory a) private pure returns (uint256 at) {
        assembly ("memory-safe") {
            at := a
        }
    }
}
