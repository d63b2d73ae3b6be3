// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AmdKeys} from "../../../contracts/tee/amd/AmdKeys.sol";
import {SnpReport} from "../../../contracts/tee/amd/SnpReport.sol";
import {SnpProduct} from "../../../contracts/tee/interfaces/ISevSnpVerifier.sol";

/// @title AMD's pinned keys, and a report's parts, as external calls
contract AmdKeys__Harness {
    function signingKey(
        SnpProduct product
    ) external pure returns (bytes memory modulus, bytes32 nameHash, uint64 notAfter) {
        return AmdKeys.signingKey(product);
    }

    /// @notice keccak256 of the report's digest and signature with each byte in [from, to) flipped in turn, for those
    ///         that pass the checks; zero for those that do not.
    function digestsOfFlipped(
        bytes calldata report,
        uint256 from,
        uint256 to
    ) external view returns (bytes32[] memory digests) {
        digests = new bytes32[](to - from);
        bytes memory copy = report;
        for (uint256 i = from; i < to; ++i) {
            copy[i] ^= 0x01;
            try this.digest(copy) returns (bytes32 hash) {
                digests[i - from] = hash;
            } catch {}
            copy[i] ^= 0x01;
        }
    }

    function digest(bytes calldata report) external pure returns (bytes32) {
        SnpReport.check(report);
        return keccak256(bytes.concat(SnpReport.digest(report), SnpReport.signature(report)));
    }
}
