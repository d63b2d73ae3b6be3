// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Base64Url} from "../../../contracts/tee/nras/Base64Url.sol";

/// @title The library's function as an external call
contract Base64Url__Harness {
    function decode(bytes calldata text) external pure returns (bytes memory) {
        return Base64Url.decode(text);
    }
}
