// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ModelFiles} from "../../../contracts/models/libraries/ModelFiles.sol";
import {Base} from "../Base.sol";

/// @dev Reads the written ids back with the alphabets spelled out.
contract ModelFilesTest is Base {
    bytes private constant _BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    bytes private constant _BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    function contentIdAt(bytes calldata files) external pure returns (string memory) {
        return ModelFiles.contentIdAt(files, 0);
    }

    function testFuzz_ContentIdAt_WritesBase64Url(bytes32 id) public view {
        bytes memory text = bytes(this.contentIdAt(abi.encodePacked(uint8(0x80), uint48(1), id)));
        vm.assertEq(text.length, 43, "length");
        uint256 value;
        for (uint256 i; i < 42; ++i) value = (value << 6) | _valueOf(text[i], _BASE64URL);
        uint256 last = _valueOf(text[42], _BASE64URL);
        vm.assertEq(bytes32((value << 4) | (last >> 2)), id, "value");
        vm.assertEq(last & 3, 0, "canonical");
    }

    function testFuzz_ContentIdAt_WritesBase58(bytes32 digest) public view {
        bytes memory text = bytes(this.contentIdAt(abi.encodePacked(uint8(0x81), uint48(1), digest)));
        vm.assertEq(text.length, 46, "length");
        vm.assertTrue(text[0] == "Q" && text[1] == "m", "prefix");
        // Modulo 2^256 the value is the digest: the two bytes before it lie above.
        uint256 value;
        unchecked {
            for (uint256 i; i < 46; ++i) value = value * 58 + _valueOf(text[i], _BASE58);
        }
        vm.assertEq(bytes32(value), digest, "value");
    }

    function _valueOf(bytes1 character, bytes memory alphabet) private pure returns (uint256 value) {
        while (alphabet[value] != character) ++value;
    }
}
