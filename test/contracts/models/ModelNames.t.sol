// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ModelNames} from "../../../contracts/models/libraries/ModelNames.sol";
import {Base} from "../Base.sol";

/// @dev Compares the bit masks with alphabets spelled out, on well-formed strings of which one character is replaced.
contract ModelNamesTest is Base {
    bytes private constant _NAME_START = "abcdefghijklmnopqrstuvwxyz0123456789";
    bytes private constant _NAME = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    bytes private constant _PATH = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    bytes private constant _BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    bytes private constant _BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    function isFullName(bytes calldata text) external pure returns (bool) {
        return ModelNames.isFullName(text);
    }

    function isContentId(bytes calldata text) external pure returns (bool) {
        return ModelNames.isContentId(text);
    }

    function isPath(bytes calldata text) external pure returns (bool) {
        return ModelNames.isPath(text);
    }

    /// @dev All 256 characters, inside a part and at its start.
    function test_IsFullName_KnowsItsAlphabet() public view {
        for (uint256 code; code < 256; ++code) {
            bytes1 character = bytes1(uint8(code));
            bool inside = this.isFullName(abi.encodePacked("ab", character, "/fee"));
            vm.assertTrue(inside == _isIn(character, _NAME), "inside");
            bool start = this.isFullName(abi.encodePacked("ab/", character, "fee"));
            vm.assertTrue(start == _isIn(character, _NAME_START), "start");
        }
    }

    function test_IsPath_KnowsItsAlphabet() public view {
        for (uint256 code; code < 256; ++code) {
            bytes1 character = bytes1(uint8(code));
            bool inside = this.isPath(abi.encodePacked("ab", character, "fee"));
            vm.assertTrue(inside == (character == "/" || _isIn(character, _PATH)), "inside");
        }
    }

    function testFuzz_IsContentId_KnowsBase64Url(bytes32 seed, uint256 position, uint8 code) public view {
        bytes memory text = _base64Url(seed);
        vm.assertTrue(this.isContentId(text), "encoded bytes");
        position = bound(position, 0, 41);
        text[position] = bytes1(code);
        vm.assertTrue(this.isContentId(text) == _isIn(bytes1(code), _BASE64URL), "replaced");
    }

    /// @dev The last character is the encoding of 4 bits followed by two zeros, and nothing else.
    function test_IsContentId_KnowsTheLastCharacter() public view {
        bytes memory text = _base64Url(bytes32(0));
        for (uint256 code; code < 256; ++code) {
            text[42] = bytes1(uint8(code));
            bool canonical;
            for (uint256 i; i < 64; i += 4) canonical = canonical || text[42] == _BASE64URL[i];
            vm.assertTrue(this.isContentId(text) == canonical, "last");
        }
    }

    function testFuzz_IsContentId_KnowsBase58(uint256 seed, uint256 position, uint8 code) public view {
        bytes memory text = new bytes(46);
        text[0] = "Q";
        text[1] = "m";
        for (uint256 i = 2; i < 46; ++i) text[i] = _BASE58[uint256(keccak256(abi.encode(seed, i))) % 58];
        vm.assertTrue(this.isContentId(text), "encoded bytes");
        text[bound(position, 2, 45)] = bytes1(code);
        vm.assertTrue(this.isContentId(text) == _isIn(bytes1(code), _BASE58), "replaced");
    }

    function testFuzz_RejectWhen_LengthIsNoContentIdLength(uint256 length) public view {
        length = bound(length, 0, 100);
        if (length == 43 || length == 46) ++length;
        bytes memory text = new bytes(length);
        for (uint256 i; i < length; ++i) text[i] = "A";
        if (length > 1) (text[0], text[1]) = (bytes1("Q"), bytes1("m"));
        vm.assertFalse(this.isContentId(text), "length");
    }

    /// @dev No string is both, whatever it holds; so one mapping can hold names and content ids.
    function testFuzz_RejectWhen_StringIsNameAndContentId(bytes calldata text) public view {
        vm.assertFalse(this.isFullName(text) && this.isContentId(text), "both");
    }

    function test_RejectWhen_SegmentIsOnlyDots() public view {
        vm.assertFalse(this.isPath("."), "one");
        vm.assertFalse(this.isPath("a/../b"), "two");
        vm.assertFalse(this.isPath("a/..."), "three");
        vm.assertTrue(this.isPath("a/..b/.git"), "dots and letters");
    }

    function _isIn(bytes1 character, bytes memory alphabet) private pure returns (bool) {
        for (uint256 i; i < alphabet.length; ++i) {
            if (alphabet[i] == character) return true;
        }
        return false;
    }

    function _base64Url(bytes32 value) private pure returns (bytes memory text) {
        text = new bytes(43);
        text[42] = _BASE64URL[(uint256(value) << 2) & 63];
        for (uint256 i; i < 42; ++i) text[i] = _BASE64URL[(uint256(value) >> (250 - 6 * i)) & 63];
    }
}
