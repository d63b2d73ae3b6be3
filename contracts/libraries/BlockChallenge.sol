// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title A challenge nobody can know in advance: the hash of a recent block
/// @notice Evidence that contains the hash was made after the block, and a draw by the hash of a block to come cannot
///         be foreseen. The window is what the chain remembers: 8191 blocks where the history contract stands
///         (https://eips.ethereum.org/EIPS/eip-2935), otherwise 256.
library BlockChallenge {
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
    uint256 private constant OPCODE_WINDOW = 256;

    /// @notice The hash of block `number`, or 0 when the chain does not know it or it is not before this one.
    function hashOf(uint256 number) internal view returns (bytes32) {
        if (number >= block.number) return 0;
        if (block.number - number <= OPCODE_WINDOW) return blockhash(number);
        (bool success, bytes memory result) = HISTORY.staticcall(abi.encode(number));
        return success && result.length == 32 ? abi.decode(result, (bytes32)) : bytes32(0);
    }
}
