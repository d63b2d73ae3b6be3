// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {P256} from "../../../contracts/tee/crypto/P256.sol";

/// @title Many small calls in one, for tests that go through every byte
contract Evidence__Harness {
    /// @notice Whether a call succeeds, and what it answers or reverts with. A test node takes many times as long over
    ///         a call that reverts itself.
    function attempt(address target, bytes calldata callData) external returns (bool success, bytes memory answer) {
        return target.call(callData);
    }

    /// @notice Calls `target` with `callData` once for each of its bytes from `from` to `to`, one bit of it changed:
    ///         another bit at each position, moved on by `shift`.
    /// @return accepted Positions at which the changed call succeeded.
    function flipEach(
        address target,
        bytes memory callData,
        uint256 from,
        uint256 to,
        uint256 shift
    ) external view returns (uint256[] memory accepted) {
        accepted = new uint256[](to - from);
        uint256 count;
        for (uint256 i = from; i < to; ++i) {
            bytes1 bit = bytes1(uint8(1 << ((i + shift) % 8)));
            callData[i] ^= bit;
            (bool success, ) = target.staticcall(callData);
            callData[i] ^= bit;
            if (success) accepted[count++] = i;
        }
        assembly ("memory-safe") {
            mstore(accepted, count)
        }
    }

    /// @notice Whether P-256 says that a signature is one.
    function p256(bytes32 hash, uint256 r, uint256 s, uint256 x, uint256 y) external view returns (bool) {
        return P256.verify(hash, r, s, x, y);
    }
}
