// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Keeps bytes as the code of an account
/// @notice Cheaper than storage to write, and far cheaper to read, beyond two words. The first byte must be zero
///         (STOP), so that the code does nothing when it is called.
library CodeStore {
    /// @notice Thrown when the account for `size` bytes could not be created.
    error CodeStoreFailed(uint256 size);

    /// @notice Most bytes of one account (EIP-170).
    uint256 internal constant MAX_SIZE = 24_576;

    /// @dev Init code that returns what follows it: PUSH2 size, DUP1, PUSH1 10, PUSH0, CODECOPY, PUSH0, RETURN.
    uint256 private constant INIT_CODE = 0x61000080600a5f395ff3;

    /// @notice The account that holds `data`: `present` if it does already, a new one otherwise.
    function put(address present, bytes memory data) internal returns (address account) {
        if (present.codehash == keccak256(data)) return present;
        uint256 size = data.length;
        if (size > MAX_SIZE) revert CodeStoreFailed(size);
        uint256 init = INIT_CODE | (size << 56);
        assembly ("memory-safe") {
            // The init code takes the place of the length for as long as it is needed.
            mstore(data, init)
            account := create(0, add(data, 22), add(size, 10))
            mstore(data, size)
        }
        if (account == address(0)) revert CodeStoreFailed(size);
    }

    /// @notice `size` bytes of the code of `account` from `offset` on; zeros beyond its end.
    function slice(address account, uint256 offset, uint256 size) internal view returns (bytes memory data) {
        data = new bytes(size);
        assembly ("memory-safe") {
            extcodecopy(account, add(data, 32), offset, size)
        }
    }

    /// @notice The code of `account`.
    function get(address account) internal view returns (bytes memory) {
        return account.code;
    }
}
