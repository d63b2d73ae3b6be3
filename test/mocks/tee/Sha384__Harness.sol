// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Sha384} from "../../../contracts/tee/crypto/Sha384.sol";

/// @title The hash as external calls
contract Sha384__Harness {
    function hash(bytes calldata data) external pure returns (uint256 high, uint256 low) {
        return Sha384.hash(data);
    }

    /// @notice The digests of the first 0, `step`, 2 `step`, … `data.length` bytes of `data`, 64 bytes each.
    function hashPrefixes(bytes memory data, uint256 step) external pure returns (bytes memory digests) {
        uint256 start;
        assembly ("memory-safe") {
            start := add(data, 32)
        }
        digests = new bytes(64 * (data.length / step + 1));
        for (uint256 i = 0; i * step <= data.length; ++i) {
            (uint256 high, uint256 low) = Sha384.hash(start, i * step);
            assembly ("memory-safe") {
                let at := add(digests, mul(add(i, 1), 64))
                mstore(sub(at, 32), high)
                mstore(at, low)
            }
        }
    }

    /// @notice The digest of `data` from `offset` on, and the gas that took; all memory around it must survive.
    function hashSlice(
        bytes memory data,
        uint256 offset,
        uint256 length
    ) external view returns (uint256 high, uint256 low, uint256 gas, bool untouched) {
        bytes32 before = keccak256(data);
        uint256 free;
        uint256 start;
        assembly ("memory-safe") {
            free := mload(0x40)
            start := add(add(data, 32), offset)
        }
        gas = gasleft();
        (high, low) = Sha384.hash(start, length);
        gas -= gasleft();
        uint256 freeAfter;
        assembly ("memory-safe") {
            freeAfter := mload(0x40)
        }
        untouched = free == freeAfter && before == keccak256(data);
    }
}
