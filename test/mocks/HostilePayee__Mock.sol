// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title A payee that fails whatever is asked of it
contract HostilePayee__Mock {
    error HostilePayeeFailed();

    fallback() external payable {
        revert HostilePayeeFailed();
    }
}
