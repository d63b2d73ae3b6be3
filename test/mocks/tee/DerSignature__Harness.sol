// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Der, DerNode} from "../../../contracts/tee/crypto/Der.sol";
import {P384} from "../../../contracts/tee/crypto/P384.sol";
import {X509} from "../../../contracts/tee/crypto/X509.sol";

/// @title Signatures in DER as certificates carry them: a BIT STRING around a SEQUENCE of two INTEGERs
contract DerSignature__Harness {
    /// @notice Whether `bitString` is a P-384 signature of `digest`; reverts where it is not canonical DER.
    function verify(bytes calldata bitString, bytes calldata digest, bytes calldata key) external view returns (bool) {
        DerNode node = Der.only(bitString, Der.BIT_STRING);
        (bytes calldata r, bytes calldata s) = X509.ecdsaMagnitudes(node);
        if (r.length > 48 || s.length > 48) return false;
        bytes memory signature = abi.encodePacked(new bytes(48 - r.length), r, new bytes(48 - s.length), s);
        return P384.verify(digest, signature, key);
    }
}
